//! Errors and warnings as a person or a program reads them: one shape, whatever went wrong below.
//!
//! The words for people are in `from_*`, one file a library crate; nothing below this crate writes a sentence.

mod code;
mod exit;
mod from_aws;
mod from_host;
mod from_lint;
mod from_resolve;
mod json;
mod label;
mod secrets;
mod text;

pub(crate) use code::Code;
pub(crate) use from_host::cache_warning;
pub(crate) use from_lint::{lint, repair};
pub(crate) use from_resolve::advice;
pub(crate) use json::note;
pub(crate) use label::Label;
pub(crate) use secrets::{hide_secrets, shown_line, without_secrets};
pub(crate) use text::{Style, clean};

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Severity {
    /// It does not work.
    Error,
    /// It may not do what it seems to.
    Warning,
    /// Advice; `awsenv doctor` alone gives it.
    Note,
}

/// One error or warning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Report {
    pub(crate) severity: Severity,
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) labels: Vec<Label>,
    pub(crate) help: Vec<String>,
    /// An exit code that is not the code's own: that of a child.
    pub(crate) exit: Option<u8>,
}

impl Report {
    pub(crate) fn error(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, message: message.into(), labels: Vec::new(), help: Vec::new(), exit: None }
    }

    pub(crate) fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    pub(crate) fn note(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, message) }
    }

    pub(crate) fn label(mut self, label: Label) -> Self {
        self.labels.push(label);
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Says where there is more, when the report itself does not say what to do next.
    #[must_use]
    pub(crate) fn or_explain(self) -> Self {
        if !self.help.is_empty()
            || matches!(self.code, Code::Cancelled | Code::Declined | Code::CommandNotFound | Code::CommandNotExecutable)
        {
            return self;
        }
        let help = format!("awsenv explain-error {}", self.code.name());
        self.help(help)
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self.severity {
            Severity::Error => self.exit.unwrap_or_else(|| self.code.exit_code()),
            Severity::Warning | Severity::Note => 0,
        }
    }

    /// As text, like a compiler's.
    pub(crate) fn to_text(&self, style: Style, home: Option<&std::path::Path>) -> String {
        text::render(self, style, home)
    }

    /// As JSON.
    pub(crate) fn to_value(&self) -> serde_json::Value {
        json::value(self)
    }

    /// As one line of JSON.
    pub(crate) fn to_json(&self) -> String {
        json::value(self).to_string()
    }
}

/// "`a`, `b` or `c`".
pub(crate) fn one_of(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}
