use std::ffi::OsString;
use std::io;
use std::path::Path;

use awsenv_shell::ShellDialect;
use clap::Command;
use clap_complete::env::EnvCompleter;

use super::candidates::{Answer, Candidate, Otherwise, candidates};
use super::line::{Line, Syntax};

/// fish. It matches and quotes by itself, but has no way to unquote a word whose quote is still open, so the adapter reads
/// the line itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fish;

impl EnvCompleter for Fish {
    fn name(&self) -> &'static str {
        "fish"
    }

    fn is(&self, name: &str) -> bool {
        name == "fish"
    }

    fn write_registration(&self, _: &str, _: &str, bin: &str, completer: &str, buffer: &mut dyn io::Write) -> io::Result<()> {
        let script = include_str!("scripts/awsenv.fish");
        // Without quotes: fish's formatter takes away those that nothing needs.
        buffer.write_all(super::filled(script, ShellDialect::Fish, super::EXE, bin, completer)?.as_bytes())
    }

    /// Is given the command up to the cursor; answers with `values` and one value a line, with its help after a tab, or
    /// with `child` and the rest of the line, which is another command's.
    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        _: Option<&Path>,
        buffer: &mut dyn io::Write,
    ) -> io::Result<()> {
        let text = words.first().and_then(|word| word.to_str()).unwrap_or_default();
        buffer.write_all(answer(command, text).as_bytes())
    }
}

fn answer(command: &mut Command, text: &str) -> String {
    let Some(line) = Line::read(text, Syntax::Fish) else { return "values\n".to_owned() };
    let words = &line.words[name(&line)..];
    let values: Vec<String> = words.iter().map(|word| word.value.clone()).collect();
    match candidates(command, &values, Otherwise::All) {
        Answer::Child(first) => format!("child\n{}\n", &text[words[first].start..]),
        Answer::Values(values) => {
            let mut answer = "values\n".to_owned();
            for Candidate { value, help } in values {
                let tab = if help.is_empty() { "" } else { "\t" };
                answer.extend([&value, tab, &help, "\n"]);
            }
            answer
        }
    }
}

/// The index of the word that is the command's name: fish counts `not`, `command` and `X=y` before it as part of it.
fn name(line: &Line) -> usize {
    let is_before = |value: &str| {
        let is_assignment = value
            .split_once('=')
            .is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
        is_assignment
            || ["command", "builtin", "exec", "not", "!", "and", "or", "time", "if", "else", "while", "begin"].contains(&value)
    };
    line.words.iter().take(line.words.len() - 1).take_while(|word| is_before(&word.value)).count()
}
