//! What clap has to say about a command line, in our own shape.

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::cli::Cli;
use crate::report::{Code, Report};

const MISSING: &str = "a command is missing";

/// clap's message as one sentence; its tips, the values it takes and the usage as help.
pub(crate) fn report(code: Code, error: &clap::Error) -> Report {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Report::error(code, MISSING).help("`awsenv --help` shows what there is");
    }
    let text = without_secret(error);
    let mut paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let (message, more) = sentence(paragraphs.next().unwrap_or_default().trim_start_matches("error: "));
    let is_missing = error.kind() == ErrorKind::MissingSubcommand;
    let mut report = Report::error(code, if is_missing { MISSING.to_owned() } else { message });
    report.help.extend(more.map(|values| without_hidden(&values)));
    // The usage of what excludes each other would show both.
    let is_conflict = error.kind() == ErrorKind::ArgumentConflict;
    for paragraph in paragraphs.filter(|paragraph| !(is_conflict && paragraph.starts_with("Usage:"))) {
        let help = match paragraph.strip_prefix("tip: ") {
            Some(tip) if names_hidden_command(tip) => continue,
            Some(tip) => tip.to_owned(),
            None => paragraph.replace(
                "For more information, try '--help'.",
                "`awsenv --help`, or `awsenv COMMAND --help`, shows what there is",
            ),
        };
        report = report.help(help);
    }
    report
}

/// clap repeats what was typed, which may be a password in the place of a code.
fn without_secret(error: &clap::Error) -> String {
    let text = error.render().to_string();
    match (error.get(ContextKind::InvalidArg), error.get(ContextKind::InvalidValue)) {
        (Some(ContextValue::String(option)), Some(ContextValue::String(value))) if option.starts_with("--mfa-token") => {
            text.replacen(&format!(" '{value}'"), "", 1)
        }
        (_, _) => text,
    }
}

/// The lines of a paragraph as one, without what stands in brackets at its end, which is help.
fn sentence(paragraph: &str) -> (String, Option<String>) {
    let mut lines = paragraph.lines().map(str::trim);
    let first = lines.next().unwrap_or_default().to_owned();
    let (brackets, others): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.starts_with('[') && line.ends_with(']'));
    let help = brackets.first().map(|line| line.trim_matches(['[', ']']).to_owned());
    (if others.is_empty() { first } else { format!("{first} {}", others.join(", ")) }, help)
}

fn hidden_commands() -> Vec<String> {
    let command = Cli::command();
    command.get_subcommands().filter(|it| it.is_hide_set()).map(|it| it.get_name().to_owned()).collect()
}

fn names_hidden_command(tip: &str) -> bool {
    hidden_commands().iter().any(|name| tip.contains(&format!("'{name}'")))
}

/// `subcommands: use, unset, …`: those that people are told of.
fn without_hidden(values: &str) -> String {
    let Some(names) = values.strip_prefix("subcommands: ") else { return values.to_owned() };
    let hidden = hidden_commands();
    let shown: Vec<&str> = names.split(", ").filter(|name| !hidden.iter().any(|hidden| hidden == name)).collect();
    format!("subcommands: {}", shown.join(", "))
}
