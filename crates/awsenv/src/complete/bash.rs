use std::ffi::OsString;
use std::io;
use std::path::Path;

use awsenv_shell::ShellDialect;
use clap::Command;
use clap_complete::env::EnvCompleter;

use super::candidates::{Answer, Candidate, Otherwise, candidates};
use super::line::{Line, Quote, Syntax};

/// bash, from 3.2 on. Its `COMP_WORDS` are split at `:` and `=` and keep their quotes, so the adapter reads the line
/// itself, and gives back what readline is to put in place of the part of the word that it replaces, quoted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bash;

/// `COMP_TYPE` when TAB was pressed again: the candidates are listed, and nothing is put into the line.
const LIST: &str = "63";

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == "bash"
    }

    fn write_registration(&self, _: &str, _: &str, bin: &str, completer: &str, buffer: &mut dyn io::Write) -> io::Result<()> {
        let script = include_str!("scripts/awsenv.bash");
        buffer.write_all(super::filled(script, ShellDialect::Bash, &format!("'{}'", super::EXE), bin, completer)?.as_bytes())
    }

    /// Is given the line up to the cursor, `COMP_WORDBREAKS` and `COMP_TYPE`; answers with `values` and one of them a line,
    /// with `child` and the rest of the line, which is another command's, or with `files`.
    fn write_complete(&self, command: &mut Command, words: Vec<OsString>, _: Option<&Path>, buffer: &mut dyn io::Write) -> io::Result<()> {
        let text = |index: usize| words.get(index).and_then(|word| word.to_str()).unwrap_or_default();
        buffer.write_all(answer(command, text(0), text(1), text(2)).as_bytes())
    }
}

fn answer(command: &mut Command, text: &str, breaks: &str, completion_type: &str) -> String {
    let Some(line) = Line::read(text, Syntax::Bash { breaks }) else { return "files\n".to_owned() };
    match candidates(command, &line.values(), Otherwise::Nothing) {
        Answer::Child(first) => format!("child\n{}\n", &text[line.words[first].start..]),
        Answer::Values(values) => {
            let is_list = completion_type == LIST && values.len() > 1;
            let mut answer = "values\n".to_owned();
            for Candidate { value, .. } in &values {
                let shown = if is_list { Some(value.clone()) } else { replacement(value, &line) };
                answer.extend(shown.into_iter().flat_map(|shown| [shown, "\n".to_owned()]));
            }
            answer
        }
    }
}

/// What readline is to put into the line for a value.
fn replacement(value: &str, line: &Line) -> Option<String> {
    let word = line.words.last()?;
    let rest = value.strip_prefix(&word.value[..word.kept])?;
    let mut text = String::new();
    for c in rest.chars() {
        match (line.quote, c) {
            (Quote::None, 'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' | '.' | '/' | ':' | '=' | '@' | '+' | ',' | '%') => text.push(c),
            (Quote::None, '\u{80}'..) => text.push(c),
            (Quote::None, _) => text.extend(['\\', c]),
            (Quote::Single, '\'') => text.push_str("'\\''"),
            // History is expanded in "…", and a backslash before the `!` would stay in the word.
            (Quote::Double, '!') => text.push_str("\"\\!\""),
            (Quote::Double, '"' | '\\' | '$' | '`') => text.extend(['\\', c]),
            (Quote::Single | Quote::Double, _) => text.push(c),
        }
    }
    Some(text)
}
