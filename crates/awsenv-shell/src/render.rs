//! Statements to code, one file per family of shells.

mod elvish;
mod fish;
mod json;
mod posix;
mod power_shell;
mod tcsh;
mod windows_cmd;
mod xonsh;

use crate::{RenderError, ShellDialect, Statement, quote};

pub(crate) fn render(dialect: ShellDialect, statements: &[Statement<'_>]) -> Result<Vec<u8>, RenderError> {
    for statement in statements {
        statement.checked_name()?;
    }
    match dialect {
        ShellDialect::Bash | ShellDialect::Zsh | ShellDialect::Posix => posix::render(dialect, statements),
        ShellDialect::Fish => fish::render(statements),
        ShellDialect::PowerShell => power_shell::render(statements),
        ShellDialect::Elvish => elvish::render(statements),
        ShellDialect::Nushell | ShellDialect::Json => json::render(dialect, statements),
        ShellDialect::Xonsh => xonsh::render(statements),
        ShellDialect::Tcsh => tcsh::render(statements),
        ShellDialect::Cmd => windows_cmd::render(statements),
    }
}

pub(crate) fn fail(dialect: ShellDialect, exit_code: u8) -> Vec<u8> {
    let code = match dialect {
        ShellDialect::Bash | ShellDialect::Zsh | ShellDialect::Posix | ShellDialect::Tcsh => format!("(exit {exit_code})\n"),
        // `return` alone leaves the function that evaluates it, also by way of `source`; this one leaves only itself,
        // and nothing behind.
        ShellDialect::Fish => {
            format!("function __awsenv_fail; functions -e __awsenv_fail; return {exit_code}; end; __awsenv_fail\n")
        }
        ShellDialect::PowerShell => format!("throw 'awsenv: not switched (exit code {exit_code})'\n"),
        ShellDialect::Elvish => format!("fail 'awsenv: not switched (exit code {exit_code})'\n"),
        ShellDialect::Xonsh => format!("raise RuntimeError('awsenv: not switched (exit code {exit_code})')\n"),
        ShellDialect::Cmd => format!("@cmd /d /c exit {exit_code}\r\n"),
        ShellDialect::Nushell | ShellDialect::Json => String::new(),
    };
    code.into_bytes()
}

/// Returns the unexported variable that keeps what `name` was.
fn parked(name: &str) -> String {
    format!("__awsenv_old_{name}")
}

/// Code under construction: bytes, because a value need not be text.
struct Code {
    dialect: ShellDialect,
    bytes: Vec<u8>,
}

impl Code {
    fn new(dialect: ShellDialect) -> Self {
        Self { dialect, bytes: Vec::new() }
    }

    fn push(&mut self, text: &str) -> &mut Self {
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    fn push_quoted(&mut self, name: &str, value: &[u8]) -> Result<&mut Self, RenderError> {
        let word = quote::quote(self.dialect, value).map_err(|error| error.of_variable(name))?;
        self.bytes.extend_from_slice(&word);
        Ok(self)
    }
}
