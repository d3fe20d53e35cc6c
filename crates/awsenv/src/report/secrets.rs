//! What of somebody's files is not shown: not to whoever looks over a shoulder, and not in a log.

use serde_json::Value;

/// A line as it may be shown to whoever looks over a shoulder.
pub(crate) fn shown_line(line: &str) -> String {
    if line.trim().is_empty() { String::new() } else { safe_line(line).0 }
}

/// A line as it may be shown, and whether something was taken out: the values of secret settings, and all of a line
/// that is no setting, since it may be a key pasted to the wrong place.
pub(super) fn safe_line(line: &str) -> (String, bool) {
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
    let value = trimmed.split_once('=').map_or("", |(_, value)| value.trim());
    let is_secret = is_secret_key(key) || looks_secret(value) || (lower == "aws_access_key_id" && !looks_like_key_id(value));
    match (has_value, is_secret) {
        (true, false) if !key.contains(' ') => (line.to_owned(), false),
        (true, _) if is_name => (format!("{key} = ****"), true),
        (false, _) if is_name && trimmed.len() == key.len() => (line.to_owned(), false),
        (false, _) if is_name => (format!("{key} ****"), true),
        (_, _) => ("****".to_owned(), true),
    }
}

/// Takes secrets out of a text that quotes a value, also one of several lines: what looks like a secret, and what an
/// indented line sets, which became part of the value above it.
pub(crate) fn without_secrets(text: &str) -> String {
    let mut lines = text.split('\n');
    let first = lines.next().map(without_secret_words).unwrap_or_default();
    lines.fold(first, |text, line| {
        let (key, _) = line.split_once(['=', ':']).unwrap_or((line.trim().split([' ', '\t']).next().unwrap_or(""), ""));
        let is_set = line.trim().len() > key.trim().len();
        let line = if is_set && is_secret_key(key) { format!("{key}= ****") } else { without_secret_words(line) };
        text + "\n" + &line
    })
}

/// Takes secrets out of a document: out of every text but the names of profiles and files, by which a program goes on.
pub(crate) fn hide_secrets(document: &mut Value) {
    match document {
        Value::String(text) => *text = without_secrets(text),
        Value::Array(values) => values.iter_mut().for_each(hide_secrets),
        Value::Object(fields) => {
            let is_name = |name: &str| matches!(name, "name" | "profile" | "file");
            let is_line = |value: &Value| value.as_str().is_some_and(|text| !text.contains('\n'));
            let others = fields.iter_mut().filter(|(name, value)| !(is_name(name) && is_line(value)));
            others.for_each(|(_, value)| hide_secrets(value));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn without_secret_words(text: &str) -> String {
    text.split_inclusive(is_between)
        .map(|word| {
            let bare = word.trim_end_matches(is_between);
            if is_secret_word(bare) { word.replace(bare, "****") } else { word.to_owned() }
        })
        .collect()
}

/// Whether a setting of this name holds a secret, or a command that may have one.
fn is_secret_key(key: &str) -> bool {
    let lower = key.trim().to_ascii_lowercase();
    let words = ["secret", "token", "password", "passphrase", "credential_process", "mfa_process"];
    lower != "web_identity_token_file" && words.iter().any(|word| lower.contains(word))
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
    fn no_further_line_of_a_value_shows_a_secret() {
        for (text, shown) in [
            ("eu-west-1", "eu-west-1"),
            ("us-east-1\naws_secret_access_key = hunter2\nx", "us-east-1\naws_secret_access_key = ****\nx"),
            ("us-east-1\n  AWS_SESSION_TOKEN=hunter2", "us-east-1\n  AWS_SESSION_TOKEN= ****"),
            ("there is no region `x\naws_secret_access_key: hunter2`", "there is no region `x\naws_secret_access_key= ****"),
            ("\naws_secret_access_key hunter2", "\naws_secret_access_key= ****"),
            ("\nweb_identity_token_file = /x", "\nweb_identity_token_file = /x"),
            ("hunter2A/K7MDENG/bPxRfiCYEXAMPLEKEYzzzzz", "****"),
        ] {
            assert_eq!(without_secrets(text), shown, "{text}");
        }
    }

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
