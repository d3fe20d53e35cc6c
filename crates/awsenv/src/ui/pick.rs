//! The picker of `awsenv use`: fuzzy over everything that one may remember of a profile.

use dialoguer::FuzzySelect;
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};

use crate::report::{Code, Report, clean};
use crate::ui::Ui;

/// One line of the picker; what is matched is what is seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Candidate {
    pub(crate) name: String,
    pub(crate) details: Vec<String>,
}

/// Lets a person choose; the index of the choice.
pub(crate) fn pick(ui: &Ui, title: &str, candidates: &[Candidate]) -> Result<usize, Report> {
    let width = candidates.iter().map(|candidate| candidate.name.chars().count()).max().unwrap_or(0).min(40);
    let lines: Vec<String> = candidates
        .iter()
        .map(|candidate| {
            let details: Vec<&str> = candidate.details.iter().map(String::as_str).filter(|detail| !detail.is_empty()).collect();
            clean(format!("{:width$}  {}", candidate.name, details.join("  ")).trim_end())
        })
        .collect();
    let theme: Box<dyn Theme> = if ui.style.color { Box::new(ColorfulTheme::default()) } else { Box::new(SimpleTheme) };
    let chosen = FuzzySelect::with_theme(&*theme).with_prompt(title).items(&lines).default(0).max_length(12).highlight_matches(ui.style.color).interact_opt();
    match chosen {
        Ok(Some(index)) => Ok(index),
        Ok(None) => Err(Report::error(Code::Cancelled, "cancelled; nothing was changed")),
        Err(error) => Err(Report::error(Code::Io, format!("the terminal cannot be used: {error}"))),
    }
}
