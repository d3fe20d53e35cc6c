//! The command line, read quickly.
//!
//! Describing twenty commands to clap and taking them apart again costs as much as everything else that `awsenv prompt`
//! does. So for the commands that shells call all day only the one that was typed is described. Whatever that small
//! grammar does not take (a mistake, `--help`, another command) is read again with the whole one, which has the words for
//! it; so there is one grammar, and this is only a quicker way through it.

use std::ffi::OsString;
use std::mem::ManuallyDrop;

use clap::{Args, CommandFactory as _, FromArgMatches};

use crate::cli::{Cli, Command, GlobalArgs};

/// Reads the command line, as `Cli::try_parse_from`.
pub(crate) fn parse(words: &[OsString], verb: Option<&str>) -> Result<Cli, clap::Error> {
    match quickly(words, verb) {
        Some(cli) => Ok(cli),
        None => wholly(words),
    }
}

fn wholly(words: &[OsString]) -> Result<Cli, clap::Error> {
    // Taking the description apart at the end would only cost: the process ends soon.
    let mut command = ManuallyDrop::new(Cli::command());
    let matches = command.try_get_matches_from_mut(words)?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

fn quickly(words: &[OsString], verb: Option<&str>) -> Option<Cli> {
    match verb? {
        "use" => only(words, "use", Command::Use),
        "refresh" => only(words, "refresh", Command::Refresh),
        "exec" => only(words, "exec", Command::Exec),
        "prompt" => only(words, "prompt", Command::Prompt),
        "status" => only(words, "status", Command::Status),
        "list" => only(words, "list", Command::List),
        "credential-process" => only(words, "credential-process", Command::CredentialProcess),
        _ => None,
    }
}

fn only<A: Args + FromArgMatches>(words: &[OsString], verb: &'static str, into: impl FnOnce(A) -> Command) -> Option<Cli> {
    let subcommand = A::augment_args(clap::Command::new(verb).disable_version_flag(true));
    let command = GlobalArgs::augment_args(clap::Command::new("awsenv").disable_version_flag(true).subcommand(subcommand));
    let mut command = ManuallyDrop::new(command);
    let matches = command.try_get_matches_from_mut(words).ok()?;
    let (_, arguments) = matches.subcommand()?;
    Some(Cli { global: GlobalArgs::from_arg_matches(&matches).ok()?, command: into(A::from_arg_matches(arguments).ok()?) })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        std::iter::once("awsenv").chain(line.split_whitespace()).map(OsString::from).collect()
    }

    #[test]
    fn the_quick_way_and_the_whole_one_read_the_same() {
        for line in [
            "use prod",
            "use -",
            "use",
            "use prod -r eu-west-1 --mode keys -d 1h --mfa-token 123456 -y --no-login",
            "-q use prod --shell fish",
            "--shell bash use prod -vv --color never --message-format json --no-input",
            "refresh --no-login",
            "exec prod -r eu-west-1 -- ls -la --help",
            "exec -- env",
            "prompt",
            "prompt --format {profile}",
            "status --format json",
            "list prod --format names --all-settings",
            "credential-process --profile p --interactive",
        ] {
            let words = words(line);
            let verb = line.split_whitespace().find(|word| !word.starts_with('-') && *word != "bash");
            let quick = quickly(&words, verb).unwrap_or_else(|| panic!("{line} takes the long way"));
            assert_eq!(format!("{quick:?}"), format!("{:?}", wholly(&words).unwrap()), "{line}");
        }
    }

    #[test]
    fn what_it_does_not_take_is_left_to_the_whole_grammar() {
        for line in [
            "use --help",
            "use -h",
            "use --bogus",
            "use a b",
            "exec prod",
            "prompt x",
            "use prod --shell klingon",
            "use --version",
        ] {
            assert!(quickly(&words(line), Some(line.split(' ').next().unwrap())).is_none(), "{line}");
        }
    }
}

#[cfg(test)]
mod readme {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use std::path::{Path, PathBuf};

    use super::*;

    /// The words of a line, with quotes of both kinds.
    fn words(line: &str) -> Vec<OsString> {
        let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), None);
        for c in line.chars() {
            match c {
                '\'' | '"' if quoted.is_none() => quoted = Some(c),
                _ if quoted == Some(c) => quoted = None,
                ' ' if quoted.is_none() => words.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
                _ => word.push(c),
            }
        }
        words.extend((!word.is_empty()).then_some(word));
        words.into_iter().map(OsString::from).collect()
    }

    /// What stands in backquotes or behind a `$ `, up to a pipe or the end of a `$(…)`.
    fn commands(text: &str) -> Vec<String> {
        let spans = text.lines().flat_map(|line| match line.strip_prefix("$ ") {
            Some(typed) => vec![typed],
            None => line.split('`').skip(1).step_by(2).collect(),
        });
        let starts = spans.filter_map(|span| {
            span.find("awsenv ").filter(|at| *at == 0 || span[..*at].ends_with(['(', '&', ' '])).map(|at| &span[at..])
        });
        let ends = starts.map(|command| {
            command.split([')', '|', ';', '…', '>']).next().unwrap_or_default().replace("\\", "").trim().to_owned()
        });
        ends.filter(|command| !command.contains("CODE`")).collect()
    }

    /// The README and every page beside it, by name.
    fn pages() -> Vec<(PathBuf, String)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let docs = std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
        let pages = docs.chain([root.join("README.md")]);
        pages.map(|page| (page.clone(), std::fs::read_to_string(page).unwrap())).collect()
    }

    #[test]
    fn every_command_in_a_page_is_one() {
        for (page, text) in pages() {
            let commands = commands(&text);
            assert!(commands.len() > 5, "{}: {commands:?}", page.display());
            for command in commands {
                let outcome = Cli::command().try_get_matches_from(words(&command));
                let problem = outcome
                    .err()
                    .filter(|error| error.use_stderr() && error.kind() != clap::error::ErrorKind::MissingRequiredArgument);
                // `CODE` stands for six digits, and so on: a value that is not one is no wrong command.
                let problem = problem.filter(|error| error.kind() != clap::error::ErrorKind::ValueValidation);
                assert!(problem.is_none(), "{}: `{command}`: {}", page.display(), problem.unwrap());
            }
        }
    }

    #[test]
    fn every_link_between_pages_leads_somewhere() {
        let mut links = 0;
        for (page, text) in pages() {
            for link in text
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split(')').next())
                .filter(|link| !link.contains("://") && (link.contains('/') || link.ends_with(".md")))
            {
                let target = page.parent().unwrap().join(link.split('#').next().unwrap());
                assert!(target.exists(), "{}: {link}", page.display());
                links += 1;
            }
        }
        assert!(links > 10, "{links}");
    }
}
