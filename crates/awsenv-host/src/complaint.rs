//! What a child process writes to stderr, made fit for a terminal and a log: it is not ours, and it may say a secret.

use std::io::Read;

/// The names that credentials have in JSON, in the two files and as variables, in lower case and without `_` and `-`.
const SECRETS: [&str; 6] =
    ["secretaccesskey", "awssecretaccesskey", "sessiontoken", "awssessiontoken", "securitytoken", "awssecuritytoken"];

/// Returns the text without control characters (line breaks and tabs stay), and with `****` for the secrets in it.
pub(crate) fn harmless(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    masked(&clean)
}

/// Puts `****` for what stands behind the name of a secret and a `:` or `=`, up to a quote, a comma or white space.
fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find([':', '=']) {
        let (before, after) = rest.split_at(at + 1);
        shown.push_str(before);
        rest = after;
        if !ends_with_secret_name(&before[..at]) {
            continue;
        }
        let value = rest.trim_start_matches([' ', '\t', '"', '\'', '\\']);
        let end = value.find(['"', '\'', ',', '\\']).or_else(|| value.find(char::is_whitespace)).unwrap_or(value.len());
        let end = value[..end].find(char::is_whitespace).unwrap_or(end);
        if end > 0 {
            shown.push_str(&rest[..rest.len() - value.len()]);
            shown.push_str("****");
            rest = &value[end..];
        }
    }
    shown.push_str(rest);
    shown
}

fn ends_with_secret_name(text: &str) -> bool {
    let text = text.trim_end_matches([' ', '\t', '"', '\'', '\\']);
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let start = text.rfind(|c| !is_name(c)).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let name: String = text[start..].chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    SECRETS.contains(&name.as_str())
}

/// Reads a child's stderr and shows it as it comes, in whole characters: `Touch your YubiKey…` has no line end.
pub(crate) fn relay(mut pipe: impl Read, show: fn(&str)) {
    let mut pending = Vec::new();
    let mut chunk = [0; 4096];
    while let Some(read) = pipe.read(&mut chunk).ok().filter(|read| *read > 0) {
        pending.extend_from_slice(&chunk[..read]);
        // A character may be cut in two.
        let whole = match std::str::from_utf8(&pending) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Ok(_) | Err(_) => pending.len(),
        };
        show(&harmless(&String::from_utf8_lossy(&pending[..whole])));
        pending.drain(..whole);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_taken_out_and_secrets_masked() {
        for (text, expected) in [
            ("touch it\n", "touch it\n"),
            ("\x1b]0;title\x07\x1b[2Jgone\r\n", "]0;title[2Jgone\n"),
            ("\u{9b}31mred", "31mred"),
            (
                r#"{"AccessKeyId": "ASIAX", "SecretAccessKey": "abc/d+e=", "SessionToken":"t=="}"#,
                r#"{"AccessKeyId": "ASIAX", "SecretAccessKey": "****", "SessionToken":"****"}"#,
            ),
            ("aws_secret_access_key = s3cr3t more", "aws_secret_access_key = **** more"),
            ("AWS_SESSION_TOKEN=abc\nnext", "AWS_SESSION_TOKEN=****\nnext"),
            (r#"{\"SecretAccessKey\":\"x\"}"#, r#"{\"SecretAccessKey\":\"****\"}"#),
            ("SecretAccessKey:", "SecretAccessKey:"),
            ("no secret: a=b, é SessionTokens=x", "no secret: a=b, é SessionTokens=x"),
        ] {
            assert_eq!(harmless(text), expected, "{text:?}");
        }
    }
}
