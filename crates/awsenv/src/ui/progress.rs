//! How far something is that takes its time.

use std::time::{Duration, Instant};

use dialoguer::console::Term;

use super::Ui;

/// The line is written anew no more often than a person can read it.
const EVERY: Duration = Duration::from_millis(80);
/// How wide the bar is, in characters.
const WIDTH: usize = 24;

/// A line on a terminal that is gone afterwards; on a pipe, and when quiet, nothing.
pub(crate) struct Progress<'a> {
    ui: &'a Ui,
    words: String,
    total: Option<usize>,
    shown: Option<Instant>,
}

impl<'a> Progress<'a> {
    /// Begins; without a total there is a number and no bar.
    pub(crate) fn start(ui: &'a Ui, words: String, total: Option<usize>) -> Self {
        Self { ui, words: crate::report::clean(&words), total, shown: None }
    }

    /// Shows that so many are done.
    pub(crate) fn tick(&mut self, done: usize) {
        let is_time = self.shown.is_none_or(|shown| shown.elapsed() >= EVERY);
        if self.ui.quiet || self.ui.json || !self.ui.rewrites || !is_time {
            return;
        }
        self.shown = Some(Instant::now());
        let line = match self.total {
            Some(total) => {
                let filled = WIDTH * done / total.max(1);
                format!("  {}{} {} {done}/{total}", "█".repeat(filled), "░".repeat(WIDTH - filled), self.words)
            }
            None => format!("  {} {done}", self.words),
        };
        // A line that is broken in two cannot be written over.
        let width = usize::from(Term::stderr().size().1);
        let line: String = line.chars().take(width.saturating_sub(1)).collect();
        self.ui.write(&format!("\r\x1b[K{}", self.ui.style.dim(&line)));
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if self.shown.is_some() {
            self.ui.write("\r\x1b[K");
        }
    }
}
