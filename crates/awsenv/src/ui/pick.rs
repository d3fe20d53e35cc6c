//! The picker of `awsenv use`: fuzzy over everything that one may remember of a profile.

use std::io::ErrorKind;

use dialoguer::FuzzySelect;
use dialoguer::console::{Term, measure_text_width, truncate_str};
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};

use crate::report::{Code, Report, clean};
use crate::ui::{Ui, ask};

/// One line of the picker, in columns; what is matched is what is seen.
pub(crate) type Columns = Vec<String>;

/// The most lines that are seen at once.
const LONGEST: usize = 12;
/// The widest that a column is padded to.
const WIDEST: usize = 48;

/// Lets a person choose; the index of the choice.
pub(crate) fn pick(ui: &Ui, title: &str, candidates: &[Columns]) -> Result<usize, Report> {
    let one_line = |cell: &String| clean(cell).replace('\n', " ");
    let candidates: Vec<Columns> = candidates.iter().map(|cells| cells.iter().map(one_line).collect()).collect();
    let mut widths: Vec<usize> = Vec::new();
    for candidate in &candidates {
        widths.resize(widths.len().max(candidate.len()), 0);
        for (width, cell) in widths.iter_mut().zip(candidate) {
            *width = (*width).max(cell.chars().count()).min(WIDEST);
        }
    }
    // What is wider than the terminal would be several lines, which are drawn over each other; before it stands a mark.
    let widest = usize::from(Term::stderr().size().1).saturating_sub(3);
    let line = |candidate: &Columns| {
        let used = candidate.iter().zip(&widths).filter(|(_, width)| **width > 0);
        let cells: Vec<String> = used.map(|(cell, width)| format!("{cell:width$}")).collect();
        cut(cells.join("  ").trim_end(), widest)
    };
    let lines: Vec<String> = candidates.iter().map(line).collect();
    let theme: Box<dyn Theme> = if ui.style.color { Box::new(ColorfulTheme::default()) } else { Box::new(SimpleTheme) };
    let select = FuzzySelect::with_theme(&*theme).with_prompt(title).items(&lines).default(0);
    let cancelled = || Report::error(Code::Cancelled, "cancelled; nothing was changed");
    let select = select.max_length(LONGEST).highlight_matches(ui.style.color).report(false);
    // From before the list is seen, ctrl-c is a key: between two keys dialoguer leaves the terminal to the line editor.
    let raw = ask::take_terminal();
    let room = Room::make(ui, lines.len());
    let is_interrupt = |outcome: &dialoguer::Result<Option<usize>>| matches!(outcome, Err(dialoguer::Error::IO(error)) if error.kind() == ErrorKind::Interrupted);
    let outcome = ui.without_handler(|| select.interact_opt(), is_interrupt);
    drop(raw);
    if is_interrupt(&outcome) {
        room.clear(ui);
        return Err(cancelled());
    }
    match outcome {
        Ok(Some(index)) => Ok(index),
        Ok(None) => Err(cancelled()),
        Err(error) => Err(Report::error(Code::Io, format!("the terminal cannot be used: {error}"))),
    }
}

/// The beginning of a text that is too wide.
fn cut(text: &str, widest: usize) -> String {
    if measure_text_width(text) <= widest { text.to_owned() } else { truncate_str(text, widest.max(1), "…").into_owned() }
}

/// The lines that the list is drawn on. dialoguer leaves it there at ctrl-c.
struct Room {
    can_clear: bool,
}

impl Room {
    /// Scrolls until the list fits below, and has the terminal keep the place: afterwards nothing scrolls any more.
    fn make(ui: &Ui, lines: usize) -> Self {
        let rows = usize::from(Term::stderr().size().0);
        let height = lines.min(LONGEST) + 2;
        let can_clear = ui.moves_cursor && height < rows;
        if can_clear {
            ui.write(&format!("{}\x1b[{height}A\x1b7", "\n".repeat(height)));
        }
        Self { can_clear }
    }

    fn clear(self, ui: &Ui) {
        ui.write(if self.can_clear { "\x1b8\x1b[J\x1b[?25h" } else { "\x1b[?25h\n" });
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_row_is_no_wider_than_the_terminal() {
        for (text, widest, shown) in [("prod", 4, "prod"), ("prod  eu", 5, "prod…"), ("東京", 3, "東…"), ("prod", 0, "…")]
        {
            assert_eq!(cut(text, widest), shown, "{text} {widest}");
        }
    }
}
