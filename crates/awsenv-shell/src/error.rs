use std::fmt;

use crate::ShellDialect;

/// Says why something cannot be written as shell code. It never holds a value: that may be a secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RenderError {
    /// The name is not `[A-Za-z_][A-Za-z0-9_]*`.
    InvalidName {
        /// The name as it was given.
        name: String,
    },
    /// The value has a NUL byte, which no environment can hold.
    Nul {
        /// The variable, when the value belongs to one.
        name: Option<String>,
    },
    /// The value is not UTF-8 and the dialect knows only text.
    NotUtf8 {
        /// The dialect that was asked for.
        dialect: ShellDialect,
        /// The variable, when the value belongs to one.
        name: Option<String>,
    },
    /// The value has a line break and the dialect cannot write one.
    LineBreak {
        /// The dialect that was asked for.
        dialect: ShellDialect,
        /// The variable, when the value belongs to one.
        name: Option<String>,
    },
}

impl RenderError {
    /// Returns the same error with the variable that the value was for.
    pub(crate) fn of_variable(mut self, variable: &str) -> Self {
        match &mut self {
            Self::InvalidName { .. } => {}
            Self::Nul { name } | Self::NotUtf8 { name, .. } | Self::LineBreak { name, .. } => {
                *name = Some(variable.to_owned());
            }
        }
        self
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn value_of(name: Option<&String>) -> String {
            name.map_or_else(|| "a value".to_owned(), |name| format!("the value of `{name}`"))
        }
        match self {
            Self::InvalidName { name } => write!(formatter, "`{}` is not a variable name", name.escape_debug()),
            Self::Nul { name } => write!(formatter, "{} has a NUL byte", value_of(name.as_ref())),
            Self::NotUtf8 { dialect, name } => {
                write!(formatter, "{} is not UTF-8, and {} has no other text", value_of(name.as_ref()), dialect.name())
            }
            Self::LineBreak { dialect, name } => {
                write!(formatter, "{} has a line break, which {} cannot write", value_of(name.as_ref()), dialect.name())
            }
        }
    }
}

impl std::error::Error for RenderError {}
