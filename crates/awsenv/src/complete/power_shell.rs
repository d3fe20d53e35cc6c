use std::ffi::OsString;
use std::io;
use std::path::Path;

use awsenv_shell::ShellDialect;
use clap::Command;
use clap_complete::env::EnvCompleter;

use super::candidates::{Otherwise, candidates};
use super::json::document;

/// PowerShell 7 and Windows PowerShell 5.1, which replace the whole word, quotes included.
#[derive(Clone, Copy, Debug)]
pub(super) struct PowerShell;

/// The words up to the cursor, a U+001F between each two. As arguments they would be globbed on Unix, and 5.1 loses the
/// quotes in them.
const WORDS: &str = "AWSENV_COMPLETE_WORDS";

impl EnvCompleter for PowerShell {
    fn name(&self) -> &'static str {
        "powershell"
    }

    fn is(&self, name: &str) -> bool {
        ["powershell", "pwsh", "pwsh-preview", "powershell_ise"].contains(&name)
    }

    fn write_registration(&self, _: &str, _: &str, bin: &str, completer: &str, buffer: &mut dyn io::Write) -> io::Result<()> {
        let script = include_str!("scripts/awsenv.ps1");
        buffer
            .write_all(super::filled(script, ShellDialect::PowerShell, &format!("'{}'", super::EXE), bin, completer)?.as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut Command,
        _: Vec<OsString>,
        _: Option<&Path>,
        buffer: &mut dyn io::Write,
    ) -> io::Result<()> {
        let words = std::env::var(WORDS).unwrap_or_default();
        buffer.write_all(answer(command, &words).as_bytes())
    }
}

fn answer(command: &mut Command, words: &str) -> String {
    let words: Vec<String> = words.split('\u{1f}').map(str::to_owned).collect();
    document(candidates(command, &words, Otherwise::AnyCase), replacement)
}

fn replacement(value: &str) -> String {
    // `-r` and `--region=eu-west-1` are words there, a name like `-dash` can be read as a parameter.
    let name = value.strip_prefix("--").unwrap_or(if value.len() == 2 { value.trim_start_matches('-') } else { value });
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if begins && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_./:+=-".contains(&byte)) {
        return value.to_owned();
    }
    ShellDialect::PowerShell.quote(value.as_bytes()).ok().and_then(|word| String::from_utf8(word).ok()).unwrap_or_default()
}
