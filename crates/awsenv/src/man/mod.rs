//! Manual pages, from the same grammar as `--help`.
//!
//! Not clap_mangen: it fills the lines of what stands behind the options, and there are our examples and tables.

mod roff;

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use crate::cli::Cli;
use roff::{Roff, bold, escape, italic};

/// The heading of the options that every command takes (cli.rs).
const EVERYWHERE: &str = "Everywhere";

/// One page: `awsenv-configure-set`, and its text.
#[derive(Debug)]
pub(crate) struct ManPage {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// Writes the pages of all commands, `awsenv` itself first.
pub(crate) fn pages() -> Vec<ManPage> {
    let mut command = Cli::command();
    command.build();
    let mut pages = Vec::new();
    collect(&mut command, &mut pages);
    pages
}

/// The names of the commands that have a page, as typed behind `awsenv man`.
pub(crate) fn names() -> Vec<String> {
    pages().iter().filter_map(|page| page.name.strip_prefix("awsenv-")).map(str::to_owned).collect()
}

fn collect(command: &mut Command, pages: &mut Vec<ManPage>) {
    pages.push(page(command));
    for subcommand in command.get_subcommands_mut().filter(|subcommand| !subcommand.is_hide_set()) {
        collect(subcommand, pages);
    }
}

/// `awsenv configure set` as its page is called.
fn page_name(command: &Command) -> String {
    command.get_bin_name().unwrap_or_else(|| command.get_name()).replace(' ', "-")
}

fn page(command: &mut Command) -> ManPage {
    let name = page_name(command);
    let usage = command.render_usage().to_string();
    let command = &*command;
    let mut page = Roff::page(&name, command.get_version().unwrap_or_default());
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    page.section("Name");
    page.line(&format!("{} \\- {}", escape(&name), escape(&about)));
    page.section("Synopsis");
    page.verbatim(usage.trim_start_matches("Usage:").lines().map(str::trim).filter(|line| !line.is_empty()));
    page.section("Description");
    let long = command.get_long_about().map_or(about, ToString::to_string);
    long.split("\n\n").for_each(|paragraph| page.paragraph(&format!("{}.", paragraph.trim_end_matches('.'))));
    let aliases: Vec<&str> = command.get_visible_aliases().collect();
    if !aliases.is_empty() {
        page.paragraph(&format!("Also: `{}`.", aliases.join("`, `")));
    }
    commands(&mut page, command);
    arguments(&mut page, command);
    if let Some(text) = command.get_after_help() {
        more(&mut page, &text.to_string());
    }
    if name == "awsenv" {
        exit_status(&mut page);
    }
    see_also(&mut page, command, &name);
    ManPage { name, text: page.finish() }
}

fn commands(page: &mut Roff, command: &Command) {
    let subcommands: Vec<&Command> = command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()).collect();
    if subcommands.is_empty() {
        return;
    }
    page.section("Commands");
    for subcommand in subcommands {
        let about = subcommand.get_about().map(ToString::to_string).unwrap_or_default();
        page.tagged(&format!("{}(1)", bold(&page_name(subcommand))), &about);
    }
}

/// Positionals, options of the command's own, options that every command takes.
fn arguments(page: &mut Roff, command: &Command) {
    let shown = || command.get_arguments().filter(|argument| !argument.is_hide_set());
    let is_global = |argument: &&Arg| argument.get_help_heading() == Some(EVERYWHERE);
    let sections: [(&str, Vec<&Arg>); 3] = [
        ("Arguments", shown().filter(|argument| argument.is_positional()).collect()),
        ("Options", shown().filter(|argument| !argument.is_positional() && !is_global(argument)).collect()),
        ("Options of every command", shown().filter(|argument| !argument.is_positional() && is_global(argument)).collect()),
    ];
    for (name, arguments) in sections.into_iter().filter(|(_, arguments)| !arguments.is_empty()) {
        page.section(name);
        for argument in arguments {
            page.tagged(&tag(argument), &description(argument));
        }
    }
}

fn tag(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    let values: Vec<String> = names.iter().map(|name| italic(name.as_str())).collect();
    let values = if argument.get_action().takes_values() { values.join(" ") } else { String::new() };
    let short = argument.get_short().map(|short| bold(&format!("-{short}")));
    let long = argument.get_long().map(|long| bold(&format!("--{long}")));
    let flags: Vec<String> = [short, long].into_iter().flatten().collect();
    [flags.join(", "), values].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn description(argument: &Arg) -> String {
    let help = argument.get_long_help().or(argument.get_help()).map(ToString::to_string).unwrap_or_default();
    let takes = argument.get_action().takes_values() && !matches!(argument.get_action(), ArgAction::Help | ArgAction::Version);
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|value| takes && !value.is_hide_set())
        .map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({help})", value.get_name()),
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    let default: Vec<String> = argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    let mut text = format!("{}.", help.trim_end_matches('.'));
    if !values.is_empty() {
        text.push_str(&format!(" One of {}.", values.join(", ")));
    }
    if takes && !default.is_empty() {
        text.push_str(&format!(" The default is `{}`.", default.join(" ")));
    }
    text
}

/// What `--help` says behind the options: paragraphs, and blocks below a line that ends with a colon, which become
/// sections of their own.
fn more(page: &mut Roff, text: &str) {
    page.section("Notes and examples");
    for paragraph in text.split("\n\n") {
        let mut lines = paragraph.lines().peekable();
        if !paragraph.lines().any(|line| line.starts_with("  ")) {
            page.paragraph(paragraph);
            continue;
        }
        while let Some(line) = lines.next_if(|line| !line.starts_with("  ")) {
            page.paragraph(line);
        }
        page.verbatim(lines);
    }
}

/// cli.md, "Exit codes".
fn exit_status(page: &mut Roff) {
    page.section("Exit status");
    for (code, words) in [
        ("0", "Done."),
        ("1", "Unexpected: report it."),
        ("2", "Wrong usage."),
        ("3", "The configuration is wrong: edit a file."),
        ("4", "A person is needed and cannot be asked here."),
        ("5", "AWS said no."),
        ("6", "AWS could not be reached: try again."),
        ("126, 127, 128+n", "Of `awsenv exec`: not executable, not found, killed by signal n; else the child's own."),
        ("130", "Ended by ctrl-c at a question."),
    ] {
        page.tagged(&bold(code), words);
    }
    page.paragraph("Every error has a stable code; `awsenv explain-error CODE` prints its long text.");
}

fn see_also(page: &mut Roff, command: &Command, name: &str) {
    page.section("See also");
    let parent = name.rsplit_once('-').filter(|(parent, _)| *parent != "awsenv" && parent.starts_with("awsenv-configure"));
    let mut others: Vec<String> = Vec::new();
    if name != "awsenv" {
        others.push("awsenv".to_owned());
    }
    others.extend(parent.map(|(parent, _)| parent.to_owned()).filter(|parent| *parent == "awsenv-configure"));
    others.extend(command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()).map(page_name));
    let others: Vec<String> = others.iter().map(|other| format!("{}(1)", bold(other))).collect();
    page.line(&others.join(",\n"));
}
