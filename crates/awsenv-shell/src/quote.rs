//! How each dialect writes a value. The rules and what was run to find them are in the comments of each function;
//! `tests/shells/quoting.rs` sends hostile values through every shell that is installed.

use std::fmt::Write as _;

use crate::{RenderError, ShellDialect};

pub(crate) fn quote(dialect: ShellDialect, value: &[u8]) -> Result<Vec<u8>, RenderError> {
    if value.contains(&0) {
        return Err(RenderError::Nul { name: None });
    }
    Ok(match dialect {
        ShellDialect::Bash | ShellDialect::Zsh => dollar_or_single(value),
        ShellDialect::Posix => single(value, b"'\\''"),
        ShellDialect::Fish => fish(value),
        ShellDialect::PowerShell => power_shell(text(dialect, value)?).into_bytes(),
        // Elvish strings are text, with `''` for a quote.
        ShellDialect::Elvish => single(text(dialect, value)?.as_bytes(), b"''"),
        ShellDialect::Nushell | ShellDialect::Json => json(text(dialect, value)?).into_bytes(),
        ShellDialect::Xonsh => python(value).into_bytes(),
        ShellDialect::Tcsh => tcsh(value),
        ShellDialect::Cmd => cmd(text(dialect, value)?)?,
    })
}

fn text(dialect: ShellDialect, value: &[u8]) -> Result<&str, RenderError> {
    std::str::from_utf8(value).map_err(|_| RenderError::NotUtf8 { dialect, name: None })
}

/// `'…'` with each inner quote replaced. `'\''` leaves no two quoted strings side by side, which zsh's `rc_quotes`
/// would read as one.
fn single(value: &[u8], inner_quote: &[u8]) -> Vec<u8> {
    let mut word = vec![b'\''];
    for &byte in value {
        if byte == b'\'' { word.extend_from_slice(inner_quote) } else { word.push(byte) }
    }
    word.push(b'\'');
    word
}

/// `'…'`, or `$'…'` when there is a control character: a raw newline in `'…'` is an error under zsh's
/// `csh_junkie_quotes`, and nobody can see an escape character in a listing.
fn dollar_or_single(value: &[u8]) -> Vec<u8> {
    if !value.iter().any(u8::is_ascii_control) {
        return single(value, b"'\\''");
    }
    let mut word = b"$'".to_vec();
    for &byte in value {
        match byte {
            b'\\' | b'\'' => word.extend_from_slice(&[b'\\', byte]),
            0x20..=0x7e => word.push(byte),
            // Always three digits, so that a digit that follows is not taken in.
            _ => word.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
        }
    }
    word.push(b'\'');
    word
}

/// Inside `'…'` fish still reads `\\` and `\'`: a quoting made for POSIX shells loses backslashes here.
fn fish(value: &[u8]) -> Vec<u8> {
    let mut word = vec![b'\''];
    for &byte in value {
        if matches!(byte, b'\\' | b'\'') {
            word.push(b'\\');
        }
        word.push(byte);
    }
    word.push(b'\'');
    word
}

/// Every character that PowerShell takes for a single quote is doubled (macOS types U+2019 by itself); control
/// characters stand outside the quotes, so that the code stays one line and `Out-String` has nothing to change.
fn power_shell(value: &str) -> String {
    let mut word = String::from("'");
    for character in value.chars() {
        match character {
            '\'' | '\u{2018}'..='\u{201b}' => word.extend([character, character]),
            _ if character.is_control() => {
                // Writing to a `String` cannot fail.
                let _ = write!(word, "'+[char]{}+'", u32::from(character));
            }
            _ => word.push(character),
        }
    }
    word.push('\'');
    if value.chars().any(char::is_control) { format!("({word})") } else { word }
}

/// ASCII only, so that no code page between us and the reader matters.
pub(crate) fn json(value: &str) -> String {
    let mut word = String::from("\"");
    for unit in value.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte @ (b'"' | b'\\')) => word.extend(['\\', char::from(byte)]),
            Ok(byte @ 0x20..=0x7e) => word.push(char::from(byte)),
            _ => {
                let _ = write!(word, "\\u{unit:04x}");
            }
        }
    }
    word.push('"');
    word
}

/// What Python's `repr` would say of the value decoded with `surrogateescape`, as xonsh decodes its environment.
fn python(value: &[u8]) -> String {
    let mut word = String::from("'");
    for chunk in value.utf8_chunks() {
        for character in chunk.valid().chars() {
            let _ = match character {
                '\'' | '\\' => write!(word, "\\{character}"),
                ' '..='~' => write!(word, "{character}"),
                _ if u32::from(character) <= 0xffff => write!(word, "\\u{:04x}", u32::from(character)),
                _ => write!(word, "\\U{:08x}", u32::from(character)),
            };
        }
        for byte in chunk.invalid() {
            let _ = write!(word, "\\udc{byte:02x}");
        }
    }
    word.push('\'');
    word
}

/// tcsh looks for `!` even inside `'…'`, and wants a backslash before a line break there.
fn tcsh(value: &[u8]) -> Vec<u8> {
    let mut word = vec![b'\''];
    for &byte in value {
        match byte {
            b'\'' => word.extend_from_slice(b"'\\''"),
            b'!' => word.extend_from_slice(b"'\\!'"),
            b'\n' => word.extend_from_slice(b"\\\n"),
            _ => word.push(byte),
        }
    }
    word.push(b'\'');
    word
}

/// For inside `set "NAME=…"` of a batch file: the last quote on the line ends it, so an inner one is literal.
fn cmd(value: &str) -> Result<Vec<u8>, RenderError> {
    if value.contains(['\r', '\n']) {
        return Err(RenderError::LineBreak { dialect: ShellDialect::Cmd, name: None });
    }
    Ok(value.replace('%', "%%").into_bytes())
}
