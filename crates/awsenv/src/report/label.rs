//! A place in one of the user's files.

use std::path::{Path, PathBuf};

use awsenv_profile::{SourceMap, Span};
use awsenv_resolve::Provenance;

/// A place in a file, with the words that belong to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Label {
    pub(crate) file: PathBuf,
    pub(crate) line: u32,
    /// 0 for what has no lines, a directory.
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

    /// A file or directory as a whole; of a file the first line, so that an editor can go there.
    pub(crate) fn path(path: &Path) -> Self {
        let label = Self::line(path.to_owned(), 1, "");
        if path.is_dir() { Self { column: 0, ..label } } else { label }
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
    let value = trimmed.split_once('=').map_or("", |(_, value)| value.trim());
    let is_secret = is_secret || looks_secret(value) || (lower == "aws_access_key_id" && !looks_like_key_id(value));
    match (has_value, is_secret && lower != "web_identity_token_file") {
        (true, false) if !key.contains(' ') => (line.to_owned(), false),
        (true, _) if is_name => (format!("{key} = ****"), true),
        (false, _) if is_name && trimmed.len() == key.len() => (line.to_owned(), false),
        (false, _) if is_name => (format!("{key} ****"), true),
        (_, _) => ("****".to_owned(), true),
    }
}

/// Takes secrets out of a text that quotes a value, by their looks.
pub(super) fn without_secrets(text: &str) -> String {
    text.split_inclusive(is_between)
        .map(|word| {
            let bare = word.trim_end_matches(is_between);
            if is_secret_word(bare) { word.replace(bare, "****") } else { word.to_owned() }
        })
        .collect()
}

/// A secret access key or a session token by its looks, whatever key it stands behind.
fn looks_secret(value: &str) -> bool {
    value.split(is_between).any(is_secret_word)
}

fn is_between(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '"' | '\'' | '`')
}

/// Forty letters, or a hundred and more, of the alphabet of base64 and of all its kinds.
fn is_secret_word(word: &str) -> bool {
    let has = |of: fn(&u8) -> bool| word.as_bytes().iter().any(of);
    (word.len() == 40 || word.len() >= 100)
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/+=".contains(&byte))
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

/// An access key id, which is no secret, or what emulators take for one.
fn looks_like_key_id(value: &str) -> bool {
    value.len() < 20 || value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
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
            ("aws_access_key_id = hunter2hunter2hunter2", "aws_access_key_id = ****"),
            ("aws_access_key_id = AKIAIOSFODNN7EXAMPLE", "aws_access_key_id = AKIAIOSFODNN7EXAMPLE"),
            ("external_id = hunter2A/K7MDENG/bPxRfiCYEXAMPLEKEYzzzzz", "external_id = ****"),
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
