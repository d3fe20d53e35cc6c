//! What a value must look like.

use awsenv_resolve::{Mode, Secret};
use awsenv_shell::ShellDialect;

/// Marks the message of an unknown shell, which has a code of its own.
pub(crate) const UNKNOWN_SHELL: &str = "there is no such shell here";

pub(super) fn parse_shell(text: &str) -> Result<ShellDialect, String> {
    ShellDialect::parse(text).ok_or_else(|| {
        let names: Vec<&str> = ShellDialect::ALL.iter().map(|dialect| dialect.name()).collect();
        format!("{UNKNOWN_SHELL}; one of {}", names.join(", "))
    })
}

pub(super) fn parse_mode(text: &str) -> Result<Mode, String> {
    [Mode::Auto, Mode::Profile, Mode::Keys]
        .into_iter()
        .find(|mode| mode.name() == text)
        .ok_or_else(|| "auto, profile or keys".to_owned())
}

pub(super) fn parse_secret(text: &str) -> Result<Secret, String> {
    let is_code = text == "-" || (text.len() >= 6 && text.len() <= 8 && text.bytes().all(|byte| byte.is_ascii_digit()));
    // The message must not repeat what was typed: it may be a password.
    if is_code { Ok(Secret::new(text)) } else { Err("an MFA code has six digits".to_owned()) }
}

pub(super) fn parse_session_name(text: &str) -> Result<String, String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    let is_name = (2..=64).contains(&text.len()) && text.bytes().all(allowed);
    if is_name { Ok(text.to_owned()) } else { Err("2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -".to_owned()) }
}

pub(super) fn parse_function_name(text: &str) -> Result<String, String> {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_name = starts && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if is_name { Ok(text.to_owned()) } else { Err("letters, digits, `_` and `-`, beginning with a letter".to_owned()) }
}

/// Seconds, or a number with `s`, `m`, `h`, or several of them (`1h30m`).
pub(crate) fn parse_duration(text: &str) -> Result<u32, String> {
    let usage = || "seconds, or a time like 90m, 12h, 1h30m".to_owned();
    let seconds = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse::<u32>().map_err(|_| usage())?
    } else {
        let (mut total, mut number) = (0_u32, String::new());
        for c in text.chars() {
            let unit = match c {
                '0'..='9' => {
                    number.push(c);
                    continue;
                }
                's' => 1,
                'm' => 60,
                'h' => 3_600,
                _ => return Err(usage()),
            };
            let count = number.parse::<u32>().map_err(|_| usage())?;
            total = count.checked_mul(unit).and_then(|part| total.checked_add(part)).ok_or_else(usage)?;
            number.clear();
        }
        if !number.is_empty() {
            return Err(usage());
        }
        total
    };
    // The widest limits of any STS call: AssumeRole from 900, GetSessionToken to 129,600.
    if (900..=129_600).contains(&seconds) {
        Ok(seconds)
    } else {
        Err("15 minutes (900) at least and 36 hours (129600) at most".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_seconds_or_have_units() {
        for (text, seconds) in [("900", 900), ("15m", 900), ("1h30m", 5400), ("12h", 43_200), ("3600s", 3600)] {
            assert_eq!(parse_duration(text), Ok(seconds), "{text}");
        }
        for text in ["", "h", "1", "899", "37h", "1h30", "1d", "99999999999", "4294967295h", "-5", "1.5h"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
