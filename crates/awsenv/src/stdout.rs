//! The only place that writes to stdout, which is code to evaluate or data to pipe and nothing else.

use std::io::{ErrorKind, Write as _};

use awsenv_shell::ShellDialect;

use crate::report::{Code, Report};

/// Writes all of it. A reader that has gone away (`| head`) is no failure.
pub(crate) fn write(bytes: &[u8]) -> Result<(), Report> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Report::error(Code::Io, format!("stdout cannot be written: {error}"))),
    }
}

/// Writes a text and a newline.
pub(crate) fn line(text: &str) -> Result<(), Report> {
    write(format!("{text}\n").as_bytes())
}

/// Writes a document.
pub(crate) fn json(document: &serde_json::Value) -> Result<(), Report> {
    line(&serde_json::to_string_pretty(document).unwrap_or_default())
}

/// Writes the one statement that fails.
pub(crate) fn write_failure(dialect: ShellDialect, exit_code: u8) {
    let _ = write(&dialect.fail(exit_code));
}
