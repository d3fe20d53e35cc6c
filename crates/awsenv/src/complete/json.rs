use std::ffi::OsString;
use std::io;
use std::path::Path;

use awsenv_shell::ShellDialect;
use clap::Command;
use clap_complete::env::EnvCompleter;
use serde_json::json;

use super::candidates::{Answer, Candidate, Otherwise, candidates};

/// The path in the scripts.
const EXE: &str = "'__AWSENV_EXE__'";

/// A shell that hands over words and reads JSON.
#[derive(Debug)]
pub(super) struct JsonShell {
    dialect: ShellDialect,
    script: &'static str,
    otherwise: Otherwise,
    /// What a word that was typed means.
    read: fn(&str) -> String,
    /// The word of a command line that means a value.
    write: fn(&str) -> String,
}

/// elvish, which takes words out of their quotes, matches, and quotes by itself.
pub(super) const ELVISH: JsonShell = JsonShell {
    dialect: ShellDialect::Elvish,
    script: include_str!("scripts/awsenv.elv"),
    otherwise: Otherwise::All,
    read: str::to_owned,
    write: str::to_owned,
};

/// nushell, which gives words with their quotes, and puts in what it is given.
pub(super) const NUSHELL: JsonShell = JsonShell {
    dialect: ShellDialect::Nushell,
    script: include_str!("scripts/awsenv.nu"),
    otherwise: Otherwise::AnyCase,
    read: nushell_value,
    write: nushell_word,
};

/// What the script of `awsenv init` has at its function, for who has the completions alone.
pub(super) const NUSHELL_EXTERN: &str = "\n@complete __awsenv_complete\nexport extern awsenv [...words: string]\n";

/// xonsh, which takes words out of their quotes, and puts in what it is given.
pub(super) const XONSH: JsonShell = JsonShell {
    dialect: ShellDialect::Xonsh,
    script: include_str!("scripts/awsenv.xsh"),
    otherwise: Otherwise::AnyCase,
    read: str::to_owned,
    write: xonsh_word,
};

impl EnvCompleter for JsonShell {
    fn name(&self) -> &'static str {
        self.dialect.name()
    }

    fn is(&self, name: &str) -> bool {
        name == self.dialect.name()
    }

    fn write_registration(&self, _: &str, _: &str, bin: &str, completer: &str, buffer: &mut dyn io::Write) -> io::Result<()> {
        // Nushell's own code has no JSON strings.
        let script = match self.dialect {
            ShellDialect::Nushell => self.script.replace(super::CMD, bin).replace(EXE, &nushell_word(completer)),
            _ => super::filled(self.script, self.dialect, EXE, bin, completer)?,
        };
        buffer.write_all(script.as_bytes())
    }

    /// Is given the words up to the cursor; answers as [`document`] says.
    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        _: Option<&Path>,
        buffer: &mut dyn io::Write,
    ) -> io::Result<()> {
        let words: Vec<String> = words.iter().map(|word| (self.read)(&word.to_string_lossy())).collect();
        buffer.write_all(document(candidates(command, &words, self.otherwise), self.write).as_bytes())
    }
}

/// `{"child":N,"values":[{"text","name","help"}]}`: the index of the first word of another command, or what may stand at the
/// cursor, as a word of the line, as it is, and explained. In ASCII, so that the code page of a console does not matter.
pub(super) fn document(answer: Answer, word: fn(&str) -> String) -> String {
    let (child, values) = match answer {
        Answer::Child(first) => (Some(first), Vec::new()),
        Answer::Values(values) => (None, values),
    };
    let values: Vec<_> = values
        .into_iter()
        .map(|Candidate { value, help }| {
            // An empty tool tip is an error in PowerShell.
            let help = if help.is_empty() { value.clone() } else { help };
            json!({ "text": word(&value), "name": value, "help": help })
        })
        .collect();
    let mut text = String::new();
    for c in json!({ "child": child, "values": values }).to_string().chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            text.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    text.push('\n');
    text
}

/// Whether a value is a word without quotes in any of these shells.
fn is_plain(value: &str) -> bool {
    let begins = |c: char| c.is_ascii_alphabetic() || c == '-' || c == '_';
    value.starts_with(begins) && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_./:+=-".contains(&byte))
}

/// Reads `'…'`, `` `…` ``, `"…"` and `r#'…'#`, also behind `--option=`, and when they are still open.
fn nushell_value(word: &str) -> String {
    if let Some((option, value)) = word.split_once('=').filter(|(option, _)| option.starts_with("--")) {
        return format!("{option}={}", nushell_value(value));
    }
    for quote in ['\'', '`'] {
        if let Some(rest) = word.strip_prefix(quote) {
            return rest.strip_suffix(quote).unwrap_or(rest).to_owned();
        }
    }
    if let Some(rest) = word.strip_prefix('"') {
        let is_closed = rest.ends_with('"');
        let whole = if is_closed { word.to_owned() } else { format!("{word}\"") };
        return serde_json::from_str(&whole).unwrap_or_else(|_| rest.to_owned());
    }
    let raw = word.strip_prefix('r').map(|rest| (rest.trim_start_matches('#'), rest)).and_then(|(text, rest)| {
        let hashes = &rest[..rest.len() - text.len()];
        let text = text.strip_prefix('\'').filter(|_| !hashes.is_empty())?;
        Some(text.strip_suffix(hashes).and_then(|text| text.strip_suffix('\'')).unwrap_or(text))
    });
    raw.unwrap_or(word).to_owned()
}

fn nushell_word(value: &str) -> String {
    if is_plain(value) {
        value.to_owned()
    } else if value.contains('\'') {
        // Its escapes are those of JSON, and a `$` is itself.
        json!(value).to_string()
    } else {
        format!("'{value}'")
    }
}

/// In all quotes but those of a raw string xonsh looks for variables.
fn xonsh_word(value: &str) -> String {
    if is_plain(value) && !["and", "or"].contains(&value) {
        return value.to_owned();
    }
    let quote = ['\'', '"'].into_iter().find(|&quote| !value.contains(quote) && !value.ends_with('\\'));
    if let Some(quote) = quote {
        return format!("r{quote}{value}{quote}");
    }
    let literal = ShellDialect::Xonsh.quote(value.as_bytes()).ok().and_then(|word| String::from_utf8(word).ok());
    literal.map(|literal| format!("@({literal})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_nushell_are_read() {
        for (word, value) in [
            ("prod", "prod"),
            ("'my prof", "my prof"),
            ("'my profile'", "my profile"),
            ("`it's`", "it's"),
            (r#""q\"u\\""#, "q\"u\\"),
            (r#""open \"x"#, "open \"x"),
            ("r#'a'b'#", "a'b"),
            ("r#'a", "a"),
            ("r'x", "r'x"),
            ("--region='eu", "--region=eu"),
            ("k=v", "k=v"),
            ("", ""),
        ] {
            assert_eq!(nushell_value(word), value, "{word}");
        }
    }

    #[test]
    fn values_are_words() {
        for (value, nushell, xonsh) in [
            ("acct:Role", "acct:Role", "acct:Role"),
            ("--region=eu-west-1", "--region=eu-west-1", "--region=eu-west-1"),
            ("my profile", "'my profile'", "r'my profile'"),
            ("it's $x", "\"it's $x\"", "r\"it's $x\""),
            ("a'b\"c", "\"a'b\\\"c\"", "@('a\\'b\"c')"),
            ("end\\", "'end\\'", "@('end\\\\')"),
            ("012", "'012'", "r'012'"),
            ("or", "or", "r'or'"),
        ] {
            assert_eq!((nushell_word(value).as_str(), xonsh_word(value).as_str()), (nushell, xonsh), "{value}");
        }
    }
}
