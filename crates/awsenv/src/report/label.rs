//! A place in one of the user's files.

use std::path::PathBuf;

use awsenv_profile::{SourceMap, Span};
use awsenv_resolve::Provenance;

/// A place in a file, with the words that belong to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Label {
    pub(crate) file: PathBuf,
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// In characters; 0 when only the line is known.
    pub(crate) length: u32,
    pub(crate) text: String,
    /// The line, without what must not be seen.
    pub(crate) source_line: String,
}

impl Label {
    pub(crate) fn new(sources: &SourceMap, span: Span, text: impl Into<String>) -> Self {
        let location = sources.location(span);
        let (source_line, masked) = safe_line(location.line_text);
        Self {
            file: location.path.to_owned(),
            line: location.line,
            column: location.column,
            length: if masked { 0 } else { location.length },
            text: text.into(),
            source_line,
        }
    }

    /// A label where the origin is a place in a file.
    pub(crate) fn of_origin(sources: &SourceMap, origin: &Provenance, text: impl Into<String>) -> Option<Self> {
        origin.span().map(|span| Self::new(sources, span, text))
    }

    /// A place in a file of awsenv's own.
    pub(crate) fn line(file: PathBuf, line: u32, text: impl Into<String>) -> Self {
        Self { file, line, column: 1, length: 0, text: text.into(), source_line: String::new() }
    }
}

/// A line as it may be shown to whoever looks over a shoulder.
pub(crate) fn shown_line(line: &str) -> String {
    if line.trim().is_empty() { String::new() } else { safe_line(line).0 }
}

/// A line as it may be shown, and whether something was taken out: the values of secret settings, and all of a line
/// that is no setting, since it may be a key pasted to the wrong place.
fn safe_line(line: &str) -> (String, bool) {
    let trimmed = line.trim();
    if trimmed.starts_with(['[', '#', ';']) {
        return (line.to_owned(), false);
    }
    let (key, has_value) = match trimmed.split_once('=') {
        Some((key, _)) => (key.trim(), true),
        None => (trimmed.split([' ', '\t', ':']).next().unwrap_or(""), false),
    };
    let lower = key.to_ascii_lowercase();
    let is_name =
        !key.is_empty() && key.len() <= 40 && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b'-');
    let is_secret = ["secret", "token", "password", "passphrase", "credential_process", "mfa_process"]
        .iter()
        .any(|word| lower.contains(word));
    match (has_value, is_secret && lower != "web_identity_token_file") {
        (true, false) if !key.contains(' ') => (line.to_owned(), false),
        (true, _) if is_name => (format!("{key} = ****"), true),
        (false, _) if is_name && trimmed.len() == key.len() => (line.to_owned(), false),
        (false, _) if is_name => (format!("{key} ****"), true),
        (_, _) => ("****".to_owned(), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_quoted_out_of_a_file() {
        for (line, shown) in [
            ("source_profile = staging", "source_profile = staging"),
            ("aws_secret_access_key = hunter2", "aws_secret_access_key = ****"),
            ("  AWS_SESSION_TOKEN=hunter2", "****"),
            ("aws_secret_access_key hunter2", "aws_secret_access_key ****"),
            ("aws_secret_access_key: hunter2", "aws_secret_access_key ****"),
            ("hunter2/abc+def", "****"),
            ("wJalrXUtnFEMI/K7MDENG=", "****"),
            ("credential_process = /bin/x --token hunter2", "credential_process = ****"),
            ("mfa_process = oathtool hunter2", "mfa_process = ****"),
            ("web_identity_token_file = /run/token", "web_identity_token_file = /run/token"),
            ("[profile x", "[profile x"),
            ("region", "region"),
        ] {
            let (text, _) = safe_line(line);
            assert!(!text.contains("hunter2"), "{line}");
            if line != "wJalrXUtnFEMI/K7MDENG=" {
                assert_eq!(text, shown, "{line}");
            }
        }
    }
}
