//! Guards: what the settings file asks of some profiles before anything of them is handed out.
//!
//! ```ini
//! [guard "*prod*"]         ; * is any text, ? one character
//! confirm = yes            ; ask y or n; type: ask for the profile's name
//! color = red
//! account = 111122223333   ; it must be this one
//! max_duration = 1h        ; no role is asked for longer
//! ```
//! All that match a name apply, and the strictest of each counts; of the colours that of the last one.

mod check;
mod pattern;

use std::path::{Path, PathBuf};

use awsenv_prompt::Color;

use crate::cli::parse_duration;
use crate::report::Label;

pub(crate) use check::{Consent, can_tell_account, check_account, check_plan, confirm, limit};
pub(crate) use pattern::matches;

/// How a person says yes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Confirm {
    /// `y`
    Yes,
    /// The profile's name.
    Type,
}

/// One section.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Guard {
    pub(crate) pattern: String,
    pub(crate) line: u32,
    pub(crate) confirm: Option<Confirm>,
    pub(crate) color: Option<Color>,
    pub(crate) account: Option<String>,
    pub(crate) max_duration: Option<u32>,
}

/// What a setting takes, when it was given something else.
pub(crate) struct Expected {
    /// Whether there is such a setting at all.
    pub(crate) is_known: bool,
    pub(crate) help: String,
}

impl Guard {
    pub(crate) fn new(pattern: &str, line: u32) -> Self {
        Self { pattern: pattern.to_owned(), line, confirm: None, color: None, account: None, max_duration: None }
    }

    /// Takes one line of the section.
    pub(crate) fn set(&mut self, key: &str, value: &str) -> Result<(), Expected> {
        let takes = |what: &str| Expected { is_known: true, help: format!("it takes {what}") };
        match key {
            "confirm" => match value {
                "yes" => self.confirm = Some(Confirm::Yes),
                "type" => self.confirm = Some(Confirm::Type),
                _ => return Err(takes("yes (ask y or n) or type (ask for the profile's name)")),
            },
            "color" => {
                let names = Color::ALL.map(Color::name).join(", ");
                self.color = Some(Color::parse(value).ok_or_else(|| takes(&names))?);
            }
            "account" if awsenv_resolve::is_account_id(value) => self.account = Some(value.to_owned()),
            "account" => return Err(takes("an account's twelve digits")),
            "max_duration" => self.max_duration = Some(parse_duration(value).map_err(|expected| takes(&expected))?),
            _ => {
                let help = "the settings of a guard are confirm, color, account, max_duration".to_owned();
                return Err(Expected { is_known: false, help });
            }
        }
        Ok(())
    }
}

/// All sections, in the file's order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guards {
    file: PathBuf,
    all: Vec<Guard>,
}

impl Guards {
    pub(crate) fn add(&mut self, guard: Guard, file: &Path) {
        self.file = file.to_owned();
        self.all.push(guard);
    }

    /// Those that match none of these names: the pattern, and where it stands.
    pub(crate) fn unused(&self, profiles: &[&str]) -> impl Iterator<Item = (&str, Label)> {
        let matches_one = |guard: &&Guard| profiles.iter().any(|name| pattern::matches(&guard.pattern, name));
        let unused = self.all.iter().filter(move |guard| !matches_one(guard));
        unused.map(|guard| (guard.pattern.as_str(), Label::line(self.file.clone(), guard.line, "")))
    }

    /// Those that match a profile's name.
    pub(crate) fn of(&self, profile: &str) -> Rules<'_> {
        let matching = self.all.iter().filter(|guard| pattern::matches(&guard.pattern, profile));
        Rules { file: &self.file, matching: matching.collect() }
    }
}

/// What holds for one profile.
#[derive(Clone, Debug)]
pub(crate) struct Rules<'a> {
    file: &'a Path,
    matching: Vec<&'a Guard>,
}

impl<'a> Rules<'a> {
    /// The sections, in the file's order, and the file.
    pub(crate) fn sections(&self) -> (&'a Path, &[&'a Guard]) {
        (self.file, &self.matching)
    }

    /// The strictest question, and who wants it asked.
    pub(crate) fn confirm(&self) -> Option<(Confirm, &'a Guard)> {
        let all = self.matching.iter().filter_map(|guard| Some((guard.confirm?, *guard)));
        all.max_by_key(|(confirm, guard)| (*confirm, std::cmp::Reverse(guard.line)))
    }

    /// The shortest limit, and who sets it.
    pub(crate) fn max_duration(&self) -> Option<(u32, &'a Guard)> {
        let all = self.matching.iter().filter_map(|guard| Some((guard.max_duration?, *guard)));
        all.min_by_key(|(seconds, guard)| (*seconds, guard.line))
    }

    pub(crate) fn color(&self) -> Option<Color> {
        self.matching.iter().rev().find_map(|guard| guard.color)
    }

    /// Every account that it must be: with two of them it can be none.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = (&'a str, &'a Guard)> {
        self.matching.iter().filter_map(|guard| Some((guard.account.as_deref()?, *guard)))
    }

    fn label(&self, guard: &Guard, text: &str) -> Label {
        Label::line(self.file.to_owned(), guard.line, text)
    }
}
