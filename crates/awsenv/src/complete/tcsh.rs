use std::ffi::OsString;
use std::io;
use std::path::Path;

use awsenv_shell::ShellDialect;
use clap::Command;
use clap_complete::env::EnvCompleter;

use super::candidates::{Answer, Candidate, Otherwise, candidates};

/// tcsh, which takes the line out of its quotes before anybody sees it, matches and quotes by itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tcsh;

/// Where tcsh has the line.
const LINE: &str = "COMMAND_LINE";

impl EnvCompleter for Tcsh {
    fn name(&self) -> &'static str {
        "tcsh"
    }

    fn is(&self, name: &str) -> bool {
        name == "tcsh"
    }

    fn write_registration(&self, _: &str, _: &str, bin: &str, completer: &str, buffer: &mut dyn io::Write) -> io::Result<()> {
        let script = include_str!("scripts/awsenv.tcsh");
        buffer.write_all(super::filled(script, ShellDialect::Tcsh, "'__AWSENV_EXE__'", bin, completer)?.as_bytes())
    }

    /// Answers with one value a line.
    fn write_complete(
        &self,
        command: &mut Command,
        _: Vec<OsString>,
        _: Option<&Path>,
        buffer: &mut dyn io::Write,
    ) -> io::Result<()> {
        buffer.write_all(answer(command, &std::env::var(LINE).unwrap_or_default()).as_bytes())
    }
}

fn answer(command: &mut Command, line: &str) -> String {
    let mut words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    if line.ends_with(char::is_whitespace) {
        words.push(String::new());
    }
    let values = match candidates(command, &words, Otherwise::Nothing) {
        // tcsh cannot be asked for the completions of another command.
        Answer::Child(_) => Vec::new(),
        Answer::Values(values) => values,
    };
    let values = values.into_iter().map(|Candidate { value, .. }| value).filter(|value| is_one_word(value));
    values.map(|value| value + "\n").collect()
}

/// tcsh parts what it reads at blanks and then expands its patterns, whatever the quotes in it.
fn is_one_word(value: &str) -> bool {
    !value.starts_with(['~', '^', '=']) && !value.contains(|c: char| c.is_whitespace() || "*?[{".contains(c))
}
