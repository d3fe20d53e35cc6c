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
    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        _: Option<&Path>,
        buffer: &mut dyn io::Write,
    ) -> io::Result<()> {
        let text = |index: usize| words.get(index).and_then(|word| word.to_str()).unwrap_or_default();
        buffer.write_all(answer(command, text(0), text(1), text(2)).as_bytes())
    }
}

fn answer(command: &mut Command, text: &str, breaks: &str, completion_type: &str) -> String {
    let Some(line) = Line::read(text, Syntax::Bash { breaks }) else { return "files\n".to_owned() };
    match candidates(command, &line.values(), Otherwise::Nothing) {
        Answer::Child(first) => format!("child\n{}\n", &text[line.words[first].start..]),
        Answer::Values(values) if completion_type == LIST && values.len() > 1 => {
            lines(values.into_iter().map(|Candidate { value, .. }| value))
        }
        Answer::Values(values) => lines(replacements(&values, &line).into_iter()),
    }
}

fn lines(values: impl Iterator<Item = String>) -> String {
    values.fold("values\n".to_owned(), |answer, value| answer + &value + "\n")
}

/// What readline is to put into the line for each value. For several it puts in what they have in common, which must not
/// end in half of an escape.
fn replacements(values: &[Candidate], line: &Line) -> Vec<String> {
    let kept = line.words.last().map_or("", |word| &word.value[..word.kept]);
    let rests: Vec<&str> = values.iter().filter_map(|candidate| candidate.value.strip_prefix(kept)).collect();
    let common = common_length(&rests);
    let next: Vec<Option<char>> = rests.iter().map(|rest| rest[common..].chars().next()).collect();
    let is_half_an_escape = rests.len() > 1 && next.iter().all(|c| c.is_some_and(|c| escaped(c, line.quote).starts_with('\\')));
    let word = |(index, rest): (usize, &&str)| {
        // One that is escaped in another way is enough.
        let other = (is_half_an_escape && index == 0).then_some(common);
        let characters = rest
            .char_indices()
            .map(|(at, c)| if other == Some(at) { otherwise_escaped(c, line.quote) } else { escaped(c, line.quote) });
        characters.collect()
    };
    rests.iter().enumerate().map(word).collect()
}

fn common_length(texts: &[&str]) -> usize {
    let Some((first, others)) = texts.split_first() else { return 0 };
    let differs = |at: usize, c: char| others.iter().any(|text| !text[at..].starts_with(c));
    first.char_indices().find(|(at, c)| differs(*at, *c)).map_or(first.len(), |(at, _)| at)
}

fn escaped(c: char, quote: Quote) -> String {
    match (quote, c) {
        (Quote::None, 'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' | '.' | '/' | ':' | '=' | '@' | '+' | ',' | '%') => {
            c.to_string()
        }
        (Quote::None, '\u{80}'..) => c.to_string(),
        (Quote::None, _) => format!("\\{c}"),
        (Quote::Single, '\'') => "'\\''".to_owned(),
        // History is expanded in "…", and a backslash before the `!` would stay in the word.
        (Quote::Double, '!') => "\"\\!\"".to_owned(),
        (Quote::Double, '"' | '\\' | '$' | '`') => format!("\\{c}"),
        (Quote::Single | Quote::Double, _) => c.to_string(),
    }
}

/// An escape that begins with a quote.
fn otherwise_escaped(c: char, quote: Quote) -> String {
    match (quote, c) {
        (Quote::None, '\'') => "\"'\"".to_owned(),
        (Quote::None, _) => format!("'{c}'"),
        (Quote::Double, _) => format!("\"'{c}'\""),
        (Quote::Single, _) => escaped(c, quote),
    }
}
