use std::ffi::OsString;

use clap::{ArgAction, Command};
use clap_complete::CompletionCandidate;
use clap_complete::engine::complete;

use super::values;

/// What may stand at the cursor.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Answer {
    /// The cursor is in another command, whose own completions count; the number is that of its first word.
    Child(usize),
    /// These, the way they are when the line is run: not quoted.
    Values(Vec<Candidate>),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Candidate {
    pub(super) value: String,
    /// One line, or nothing.
    pub(super) help: String,
}

/// Which candidates are given when none begins with what was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Otherwise {
    Nothing,
    /// Those that do so in other letter cases.
    AnyCase,
    /// All that may stand here: the shell has ways of its own to match (zsh's `matcher-list`, fish's parts of words).
    All,
}

/// Completes the last of the words; the first one is the command's name, in whatever form.
pub(super) fn candidates(root: &mut Command, words: &[String], otherwise: Otherwise) -> Answer {
    root.build();
    let (Some(current), true) = (words.last(), words.len() > 1) else { return Answer::Values(Vec::new()) };
    let typed = Typed::read(root, words);
    if let Some(child) = typed.child {
        return Answer::Child(child);
    }
    let mut found = ask(root, &typed, current, true);
    if found.is_empty() && otherwise != Otherwise::Nothing {
        let stem = match current.split_once('=') {
            Some((option, _)) if !typed.escaped && option.starts_with("--") => Some(&current[..=option.len()]),
            _ if current.starts_with('-') && !typed.escaped => None,
            _ => Some(""),
        };
        found = stem.filter(|stem| *stem != current).map(|stem| ask(root, &typed, stem, false)).unwrap_or_default();
        if otherwise == Otherwise::AnyCase {
            let wanted = current.to_lowercase();
            found.retain(|candidate| candidate.value.to_lowercase().starts_with(&wanted));
        }
    }
    Answer::Values(found)
}

/// What the engine knows for one beginning of the last word.
fn ask(root: &mut Command, typed: &Typed, current: &str, with_options: bool) -> Vec<Candidate> {
    let mut words = typed.words.clone();
    words.push(current.into());
    let index = words.len() - 1;
    // Its only error is that it knows nothing.
    let mut found = complete(root, words, index, None).unwrap_or_default();
    // Where a name may stand, options wait until a `-` is typed.
    if !with_options || current.is_empty() && found.iter().any(|candidate| !is_option(candidate)) {
        found.retain(|candidate| !is_option(candidate));
    }
    let mut candidates = Vec::new();
    if typed.wants_profile_of_use && (current.is_empty() || current == "-") {
        candidates.extend(values::before(current == "-"));
    }
    for candidate in &found {
        // A name that could not be read back as text, or not be typed, is no candidate.
        let Some(value) = candidate.get_value().to_str().filter(|value| !value.chars().any(char::is_control)) else { continue };
        // A profile called `-x` can only be meant after `--`.
        let is_positional = candidate.get_tag().is_some_and(|tag| tag.to_string().starts_with(['[', '<']));
        if is_positional && value.starts_with('-') && !typed.escaped {
            continue;
        }
        let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
        let help = help.lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
        candidates.push(Candidate { value: value.to_owned(), help });
    }
    candidates
}

fn is_option(candidate: &CompletionCandidate) -> bool {
    candidate.get_id().is_some_and(|id| id.starts_with("arg::"))
}

/// What stands before the word to complete.
struct Typed {
    /// Options joined with their values: the engine takes any word for a subcommand that is called like one, so for it
    /// `--color auto use` would be the command `auto`.
    words: Vec<OsString>,
    /// Whether a `--` has made everything after it positional.
    escaped: bool,
    /// The first word after the `--` of a command that runs another one.
    child: Option<usize>,
    wants_profile_of_use: bool,
}

impl Typed {
    fn read(root: &Command, words: &[String]) -> Self {
        let before = &words[..words.len() - 1];
        let mut typed = Self { words: vec![(&before[0]).into()], escaped: false, child: None, wants_profile_of_use: false };
        let (mut command, mut positionals, mut index) = (root, 0, 1);
        let mut is_value_next = false;
        while let Some(word) = before.get(index) {
            index += 1;
            if typed.escaped {
                positionals += 1;
            } else if word == "--" {
                typed.escaped = true;
                let runs_another = command.get_positionals().any(clap::Arg::is_last_set);
                typed.child = runs_another.then_some(index);
            } else if wants_value(command, word) {
                if let Some(value) = before.get(index) {
                    let equals = if word.starts_with("--") { "=" } else { "" };
                    typed.words.push(format!("{word}{equals}{value}").into());
                    index += 1;
                    continue;
                }
                is_value_next = true;
            } else if let Some(subcommand) = command.find_subcommand(word) {
                (command, positionals) = (subcommand, 0);
            } else if !word.starts_with('-') || word == "-" {
                positionals += 1;
            }
            typed.words.push(word.into());
        }
        typed.wants_profile_of_use = command.get_name() == "use" && positionals == 0 && !is_value_next;
        typed
    }
}

/// Whether the word after this one is the value of an option.
fn wants_value(command: &Command, word: &str) -> bool {
    let takes = |is_it: &dyn Fn(&clap::Arg) -> bool| {
        command
            .get_arguments()
            .find(|argument| is_it(argument))
            .is_some_and(|argument| matches!(argument.get_action(), ArgAction::Set | ArgAction::Append))
    };
    if let Some(name) = word.strip_prefix("--") {
        return takes(&|argument| {
            argument.get_long() == Some(name) || argument.get_all_aliases().is_some_and(|names| names.contains(&name))
        });
    }
    // The first letter that takes a value takes the rest of the word, if there is one.
    let mut letters = word.strip_prefix('-').unwrap_or_default().chars();
    let first = letters.find(|letter| takes(&|argument| argument.get_short() == Some(*letter)));
    first.is_some() && letters.as_str().is_empty()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn values(words: &[&str]) -> Vec<String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        match candidates(&mut crate::cli::Cli::command(), &words, Otherwise::Nothing) {
            Answer::Child(first) => vec![format!("child {first}")],
            Answer::Values(values) => values.into_iter().map(|candidate| candidate.value).collect(),
        }
    }

    #[test]
    fn what_may_stand_where() {
        for (words, expected) in [
            (&["awsenv", "sta"][..], &["status"][..]),
            (&["awsenv", "use", "--mode", ""], &["auto", "profile", "keys"]),
            (&["awsenv", "use", "--mode=k"], &["--mode=keys"]),
            (&["awsenv", "--color", "never", "--message-format", "json", "sta"], &["status"]),
            // A value that is called like a command.
            (&["awsenv", "--color", "use", "sta"], &["status"]),
            (&["awsenv", "exec", "-r", "x", "--", "a", "b"], &["child 5"]),
            (&["awsenv", "exec", "--", ""], &["child 3"]),
            (&["awsenv", "bogus", "--bogus", "x"], &[]),
            (&["awsenv"], &[]),
            (&[], &[]),
        ] {
            assert_eq!(values(words), expected, "{words:?}");
        }
        assert!(values(&["awsenv", ""]).iter().all(|value| !value.starts_with('-')));
        assert!(values(&["awsenv", "-"]).iter().all(|value| value.starts_with('-')));
    }
}
