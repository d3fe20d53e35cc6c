use std::ffi::OsString;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use awsenv_shell::ShellDialect;
use clap::Command;
use clap_complete::env::EnvCompleter;

use super::candidates::{Answer, Otherwise, candidates};

/// zsh. It matches and quotes by itself, but gives a completion function its words with their quotes, the last one
/// without the closing quote; the script takes them away.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zsh;

/// Where the script begins to make itself known to the shell.
const REGISTRATION: &str = "# Makes it known.\n";

impl EnvCompleter for Zsh {
    fn name(&self) -> &'static str {
        "zsh"
    }

    fn is(&self, name: &str) -> bool {
        name == "zsh"
    }

    fn write_registration(&self, _: &str, _: &str, bin: &str, completer: &str, buffer: &mut dyn io::Write) -> io::Result<()> {
        let script = include_str!("scripts/awsenv.zsh");
        buffer.write_all(super::filled(script, ShellDialect::Zsh, &format!("'{}'", super::EXE), bin, completer)?.as_bytes())
    }

    /// Is given the words up to the cursor; answers with `values` and one `value:help` a line for `_describe`, or with
    /// `child` and the index of its first word.
    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        _: Option<&Path>,
        buffer: &mut dyn io::Write,
    ) -> io::Result<()> {
        let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        buffer.write_all(answer(command, &words).as_bytes())
    }
}

fn answer(command: &mut Command, words: &[String]) -> String {
    let values = match candidates(command, words, Otherwise::All) {
        Answer::Child(first) => return format!("child\n{first}\n"),
        Answer::Values(values) => values,
    };
    // The script lets zsh pass over `--region=`, so that the list shows regions.
    let option = words.last().and_then(|word| word.split_once('=')).filter(|(option, _)| option.starts_with("--"));
    let prefix = option.map(|(option, _)| format!("{option}=")).unwrap_or_default();
    let mut answer = "values\n".to_owned();
    for candidate in values {
        let Some(value) = candidate.value.strip_prefix(&prefix) else { continue };
        answer.push_str(&value.replace('\\', "\\\\").replace(':', "\\:"));
        if !candidate.help.is_empty() {
            let _ = write!(answer, ":{}", candidate.help.replace('\\', "\\\\"));
        }
        answer.push('\n');
    }
    answer
}

/// The script as a file `_awsenv` on `$fpath`, whose text is the body of the function `_awsenv`.
pub(super) fn autoloaded(script: &str) -> String {
    let functions = script.split(REGISTRATION).next().unwrap_or_default();
    format!("#compdef awsenv\n{functions}__awsenv_complete \"$@\"\n")
}
