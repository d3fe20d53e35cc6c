//! One answer: from an option, from the person, or as it was.

use awsenv_resolve::Secret;

use crate::context::Context;
use crate::report::{Code, Report};
use crate::ui;

/// What is asked.
pub(super) struct Question<'a> {
    /// The AWS CLI's words, as in `Default region name`.
    pub(super) words: &'a str,
    /// The option that answers it.
    pub(super) option: &'a str,
    /// What the option says.
    pub(super) given: Option<&'a str>,
    /// What the file has now.
    pub(super) current: Option<&'a str>,
    /// What an empty answer means when the file has nothing.
    pub(super) fallback: Option<&'a str>,
    pub(super) need: Need,
    /// Whether of the present value only the end is shown.
    pub(super) is_masked: bool,
}

/// Whether it can stay without an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Need {
    Required,
    Optional,
}

/// Whether questions are asked at all: not when an option has answered one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Manner {
    Asking,
    Script,
}

impl Manner {
    /// Scripts give options; a person gives none, and is there. `needed` are the options that a script gives.
    pub(super) fn of(context: &Context, has_options: bool, needed: &str) -> Result<Self, Report> {
        match (has_options, context.ui.may_ask()) {
            (true, _) => Ok(Self::Script),
            (false, true) => Ok(Self::Asking),
            (false, false) => Err(Report::error(Code::AnswerRequired, "there are questions, and nobody can be asked")
                .help(format!("every answer is also an option: {needed}"))),
        }
    }
}

impl Question<'_> {
    /// Returns what is to be written; `None`: it stays as it is.
    pub(super) fn answer(&self, manner: Manner) -> Result<Option<Secret>, Report> {
        let known = self.current.is_some();
        let otherwise = || self.fallback.filter(|_| !known).map(Secret::new);
        if let Some(given) = self.given {
            return Ok(Some(Secret::new(given)));
        }
        match manner {
            Manner::Script if self.need == Need::Required && !known && self.fallback.is_none() => {
                let message = format!("`{}` is needed", self.option);
                Err(Report::error(Code::AnswerRequired, message)
                    .help(format!("give {} too, or no option, to be asked", self.option)))
            }
            Manner::Script => Ok(otherwise()),
            Manner::Asking => loop {
                let current = self.current.map(|current| if self.is_masked { masked(current) } else { current.to_owned() });
                let shown = current.as_deref().or(self.fallback).unwrap_or("None");
                let answer = ui::ask_text(&format!("{} [{shown}]: ", self.words))?;
                let answer = answer.reveal().trim();
                match (answer.is_empty(), otherwise()) {
                    (false, _) => break Ok(Some(Secret::new(answer))),
                    (true, None) if self.need == Need::Required && !known => {}
                    (true, fallback) => break Ok(fallback),
                }
            },
        }
    }
}

/// As the AWS CLI masks, but a short secret is not shown whole.
pub(super) fn masked(secret: &str) -> String {
    let count = secret.chars().count();
    let end: String = secret.chars().skip(if count < 12 { count } else { count - 4 }).collect();
    format!("{}{end}", "*".repeat(16))
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_secret_is_known_by_its_end_alone() {
        assert_eq!(masked("wJalrXUtnFEMI"), "****************FEMI");
        assert_eq!(masked("abc"), "****************");
    }
}
