use std::fmt;

use crate::RenderError;

/// One change of the calling shell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Statement<'a> {
    /// Sets and exports a variable.
    SetEnv {
        /// The variable.
        name: &'a str,
        /// Its new value.
        value: &'a [u8],
    },
    /// Removes a variable.
    UnsetEnv {
        /// The variable.
        name: &'a str,
    },
    /// Keeps the current value in the unexported variable `__awsenv_old_NAME` of this same shell.
    Park {
        /// The variable whose value is kept.
        name: &'a str,
    },
    /// Exports the variable from its parked copy and drops the copy. In a shell that has no such copy (a nested one):
    /// removes the variable and prints the notice on stderr.
    RestoreParked {
        /// The variable that gets its value back.
        name: &'a str,
        /// What to tell the person when the value is lost; empty says nothing.
        notice: &'a str,
    },
    /// Forgets the parked copy.
    DropParked {
        /// The variable whose copy is forgotten.
        name: &'a str,
    },
    /// Sets a variable of the shell itself that no child sees.
    SetLocal {
        /// The variable.
        name: &'a str,
        /// Its new value.
        value: &'a [u8],
    },
    /// Removes a variable of the shell itself.
    UnsetLocal {
        /// The variable.
        name: &'a str,
    },
}

impl<'a> Statement<'a> {
    /// Returns the name, if it can be one of a variable in every shell.
    pub(crate) fn checked_name(&self) -> Result<&'a str, RenderError> {
        let name = self.name();
        if is_variable_name(name) { Ok(name) } else { Err(RenderError::InvalidName { name: name.to_owned() }) }
    }

    fn name(&self) -> &'a str {
        match *self {
            Self::SetEnv { name, .. }
            | Self::UnsetEnv { name }
            | Self::Park { name }
            | Self::RestoreParked { name, .. }
            | Self::DropParked { name }
            | Self::SetLocal { name, .. }
            | Self::UnsetLocal { name } => name,
        }
    }
}

/// Written by hand so that a value, which may be a secret, never reaches a log.
impl fmt::Debug for Statement<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::SetEnv { .. } => "SetEnv",
            Self::UnsetEnv { .. } => "UnsetEnv",
            Self::Park { .. } => "Park",
            Self::RestoreParked { .. } => "RestoreParked",
            Self::DropParked { .. } => "DropParked",
            Self::SetLocal { .. } => "SetLocal",
            Self::UnsetLocal { .. } => "UnsetLocal",
        };
        formatter.debug_struct(kind).field("name", &self.name()).finish_non_exhaustive()
    }
}

fn is_variable_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::{Statement, is_variable_name};

    #[test]
    fn variable_names() {
        for (name, valid) in [
            ("AWS_PROFILE", true),
            ("_x1", true),
            ("", false),
            ("1X", false),
            ("A-B", false),
            ("A B", false),
            ("É", false),
            ("A;id", false),
            ("A\n", false),
        ] {
            assert_eq!(is_variable_name(name), valid, "{name:?}");
        }
    }

    #[test]
    fn debug_never_shows_a_value() {
        let shown = format!("{:?}", Statement::SetEnv { name: "AWS_SECRET_ACCESS_KEY", value: b"hunter2" });
        assert_eq!(shown, r#"SetEnv { name: "AWS_SECRET_ACCESS_KEY", .. }"#);
    }
}
