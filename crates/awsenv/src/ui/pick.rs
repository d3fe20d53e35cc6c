//! The picker of `awsenv use`: fuzzy over everything that one may remember of a profile.

use dialoguer::FuzzySelect;
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};

use crate::report::{Code, Report, clean};
use crate::ui::Ui;

/// One line of the picker, in columns; what is matched is what is seen.
pub(crate) type Columns = Vec<String>;

/// The widest that a column is padded to.
const WIDEST: usize = 48;

/// Lets a person choose; the index of the choice.
pub(crate) fn pick(ui: &Ui, title: &str, candidates: &[Columns]) -> Result<usize, Report> {
    let mut widths: Vec<usize> = Vec::new();
    for candidate in candidates {
        widths.resize(widths.len().max(candidate.len()), 0);
        for (width, cell) in widths.iter_mut().zip(candidate) {
            *width = (*width).max(cell.chars().count()).min(WIDEST);
        }
    }
    let line = |candidate: &Columns| {
        let used = candidate.iter().zip(&widths).filter(|(_, width)| **width > 0);
        let cells: Vec<String> = used.map(|(cell, width)| format!("{cell:width$}")).collect();
        clean(cells.join("  ").trim_end())
    };
    let lines: Vec<String> = candidates.iter().map(line).collect();
    let theme: Box<dyn Theme> = if ui.style.color { Box::new(ColorfulTheme::default()) } else { Box::new(SimpleTheme) };
    let select = FuzzySelect::with_theme(&*theme).with_prompt(title).items(&lines).default(0);
    let cancelled = || Report::error(Code::Cancelled, "cancelled; nothing was changed");
    match select.max_length(12).highlight_matches(ui.style.color).report(false).interact_opt() {
        Ok(Some(index)) => Ok(index),
        Ok(None) => Err(cancelled()),
        Err(dialoguer::Error::IO(error)) if error.kind() == std::io::ErrorKind::Interrupted => {
            // The handler of ctrl-c is about to end this process; should there be none, this does.
            std::thread::sleep(std::time::Duration::from_millis(500));
            Err(cancelled())
        }
        Err(error) => Err(Report::error(Code::Io, format!("the terminal cannot be used: {error}"))),
    }
}
