//! Lines of label, words and place, laid out for eighty columns.

use crate::report::{Style, clean};

const WIDTH: usize = 80;

enum Line {
    Title(String),
    Row { indent: usize, words: String, place: String },
    Blank,
}

/// A text under way. What is put in is made clean.
#[derive(Default)]
pub(super) struct Page {
    lines: Vec<Line>,
}

impl Page {
    pub(super) fn title(&mut self, words: &str) {
        if !self.lines.is_empty() {
            self.lines.push(Line::Blank);
        }
        self.lines.push(Line::Title(clean(words)));
    }

    /// Words with the place where they were said.
    pub(super) fn row(&mut self, indent: usize, words: &str, place: &str) {
        let one_line = |text: &str| clean(text).replace('\n', " ");
        self.lines.push(Line::Row { indent, words: one_line(words), place: one_line(place) });
    }

    /// A sentence, over several lines where it must be.
    pub(super) fn sentence(&mut self, indent: usize, first: &str, words: &str) {
        let words = clean(words).replace('\n', " ");
        let hang = first.chars().count();
        let (mut line, mut is_first) = (String::new(), true);
        let mut end = |line: &str| {
            let start = if std::mem::take(&mut is_first) { first.to_owned() } else { " ".repeat(hang) };
            self.row(indent, &format!("{start}{line}"), "");
        };
        for word in words.split(' ') {
            let width = line.chars().count() + word.chars().count() + 1;
            if !line.is_empty() && indent + hang + width > WIDTH {
                end(&line);
                line.clear();
            }
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
        end(&line);
    }

    /// The places stand in one column, as far left as the words allow; what is too long for that has its place behind it,
    /// or in the next line.
    pub(super) fn finish(self, style: Style) -> String {
        let count = |text: &str| text.chars().count();
        let fits = |indent: usize, words: &str, place: &str| indent + count(words) + 2 + count(place) <= WIDTH;
        let widths = self.lines.iter().filter_map(|line| match line {
            Line::Row { indent, words, place } if !place.is_empty() && fits(*indent, words, place) => {
                Some(indent + count(words) + 2)
            }
            Line::Row { .. } | Line::Title(_) | Line::Blank => None,
        });
        let column = widths.max().unwrap_or(0);
        let mut text = String::new();
        for line in &self.lines {
            match line {
                Line::Blank => {}
                Line::Title(words) => text.push_str(&style.bold(words)),
                Line::Row { indent, words, place } if place.is_empty() => text.push_str(&format!("{:indent$}{words}", "")),
                Line::Row { indent, words, place } => {
                    let left = format!("{:indent$}{words}", "");
                    let at = column.min(WIDTH.saturating_sub(count(place)));
                    text.push_str(&left);
                    let mut end = count(&left);
                    if !fits(*indent, words, place) {
                        text.push('\n');
                        end = 0;
                    }
                    text.push_str(&" ".repeat(at.saturating_sub(end).max(2)));
                    text.push_str(&style.dim(place));
                }
            }
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_in_one_column_and_nothing_is_wider_than_a_terminal() {
        let mut page = Page::default();
        page.title("Region");
        page.row(2, "eu-west-1", "~/.aws/config:3");
        page.row(2, &"x".repeat(60), "AWS_REGION");
        page.row(2, &"y".repeat(70), "~/.aws/config:12");
        page.title("Why");
        page.sentence(2, "- ", &"word ".repeat(20));
        page.row(2, "\x1b[31mred", "");
        let text = page.finish(Style { color: false });
        let expected = format!(
            "Region\n  eu-west-1{:53}~/.aws/config:3\n  {}  AWS_REGION\n  {}\n{:64}~/.aws/config:12\n\nWhy\n  - {}\n    {}\n  \u{fffd}[31mred\n",
            "",
            "x".repeat(60),
            "y".repeat(70),
            "",
            "word ".repeat(15).trim_end(),
            "word ".repeat(5),
        );
        assert_eq!(text, expected);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
    }
}
