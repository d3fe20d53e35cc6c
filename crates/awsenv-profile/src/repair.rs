//! Mending lines of a file, and not a byte beside them.

use std::ops::Range;

use crate::document::{Document, LineKind};
use crate::source::{BYTE_ORDER_MARK, SourceFile, Span};

/// A change of one line or block, found by where it stands. The span may be that of any part of the (first) line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Gives a setting another key.
    RenameKey {
        /// In the setting's line.
        at: Span,
        /// The new key.
        to: String,
    },
    /// Gives a section another header.
    RenameSection {
        /// In the header's line.
        at: Span,
        /// What is to stand between the brackets.
        to: String,
    },
    /// Gives a setting of one line another value.
    SetValue {
        /// In the setting's line.
        at: Span,
        /// The new value.
        to: String,
    },
    /// Moves the comment behind a value to a line of its own above it.
    LiftComment {
        /// In the setting's line.
        at: Span,
    },
    /// Takes a setting away, with its further lines.
    RemoveSetting {
        /// In the setting's line.
        at: Span,
    },
    /// Takes a header and the settings below it away; comments below it stay.
    RemoveSection {
        /// In the header's line.
        at: Span,
    },
    /// Takes the byte order mark away.
    RemoveByteOrderMark,
}

/// A file after its repairs.
#[derive(Clone, PartialEq, Eq)]
pub struct Repaired {
    /// The text.
    pub text: String,
    /// Which of the repairs are in it, as places in the list. Left out is what does not fit the file (it was made for
    /// another text), what touches the lines of an earlier one, and what would be read otherwise than it is meant.
    pub done: Vec<usize>,
}

/// What one repair does to the text, and to which of the old lines.
struct Plan {
    splices: Vec<(Range<usize>, String)>,
    lines: Range<usize>,
    /// How the lines that it touches are to be read afterwards.
    kinds: Vec<Kind>,
}

/// A [`LineKind`] without its places.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Comment,
    Header,
    Property,
    Continuation,
    Broken,
}

impl Document {
    /// Returns the text with as many of these repairs as can be made at once.
    #[must_use]
    pub fn repaired(&self, repairs: &[Repair]) -> Repaired {
        let mut planned: Vec<(usize, Plan)> =
            repairs.iter().enumerate().filter_map(|(index, repair)| Some((index, self.plan(repair)?))).collect();
        // Of two that touch one line the earlier in the list is made.
        planned.sort_by_key(|(index, plan)| (plan.lines.start, *index));
        let mut end = 0;
        planned.retain(|(_, plan)| {
            let is_free = plan.lines.is_empty() || plan.lines.start >= end;
            end = if is_free { end.max(plan.lines.end) } else { end };
            is_free
        });
        // Nearly always all of them are well; only then each has to be tried alone, which is slow for thousands.
        if !self.is_read_as_meant(planned.iter().map(|(_, plan)| plan)) {
            planned.retain(|(_, plan)| self.is_read_as_meant(std::iter::once(plan)));
        }
        if !self.is_read_as_meant(planned.iter().map(|(_, plan)| plan)) {
            planned.truncate(1);
        }
        let mut done: Vec<usize> = planned.iter().map(|(index, _)| *index).collect();
        done.sort_unstable();
        let splices = planned.into_iter().flat_map(|(_, plan)| plan.splices).collect();
        Repaired { text: self.spliced(splices), done }
    }

    fn plan(&self, repair: &Repair) -> Option<Plan> {
        match repair {
            Repair::RenameKey { at, to } => {
                let (line, key, _) = self.setting_at(*at)?;
                Some(Plan { splices: vec![(bytes(key), to.clone())], lines: line..line + 1, kinds: vec![Kind::Property] })
            }
            Repair::SetValue { at, to } => {
                let (line, _, value) = self.setting_at(*at)?;
                Some(Plan { splices: vec![(bytes(value), to.clone())], lines: line..line + 1, kinds: vec![Kind::Property] })
            }
            Repair::LiftComment { at } => self.lifted(*at),
            Repair::RenameSection { at, to } => {
                let line = self.line_at(*at, LineKind::Header)?;
                let span = self.lines()[line].span;
                let text = self.source().slice(span);
                let (open, close) = (text.find('[')?, text.find(']')?);
                let inner = span.start as usize + open + 1..span.start as usize + close;
                Some(Plan { splices: vec![(inner, to.clone())], lines: line..line + 1, kinds: vec![Kind::Header] })
            }
            Repair::RemoveSetting { at } => {
                let (line, ..) = self.setting_at(*at)?;
                let section = &self.sections()[self.lines()[line].section?];
                let lines = self.properties(section).find(|property| property.lines.start == line)?.lines;
                Some(self.removed(lines))
            }
            Repair::RemoveSection { at } => {
                let line = self.line_at(*at, LineKind::Header)?;
                let lines = self.sections()[self.lines()[line].section?].lines.clone();
                // Blank lines and comments at its end belong to what follows.
                let is_content = |line: &usize| !matches!(self.kind(*line), Kind::Blank | Kind::Comment);
                let end = lines.clone().rev().find(is_content)? + 1;
                Some(self.removed(lines.start..end))
            }
            Repair::RemoveByteOrderMark => {
                let mark = self.source().has_byte_order_mark().then_some(0..BYTE_ORDER_MARK.len_utf8())?;
                Some(Plan { splices: vec![(mark, String::new())], lines: 0..0, kinds: Vec::new() })
            }
        }
    }

    /// Takes lines away, but not the comments among them.
    fn removed(&self, lines: Range<usize>) -> Plan {
        let (kept, gone): (Vec<usize>, Vec<usize>) = lines.clone().partition(|line| self.kind(*line) == Kind::Comment);
        let splices = gone.into_iter().map(|line| (bytes(self.lines()[line].span), String::new())).collect();
        Plan { splices, lines, kinds: kept.into_iter().map(|_| Kind::Comment).collect() }
    }

    fn lifted(&self, at: Span) -> Option<Plan> {
        let (line, _, value) = self.setting_at(at)?;
        let span = self.lines()[line].span;
        let whole = self.source().slice(span);
        let behind = whole.get((value.end() - span.start) as usize..)?;
        let comment = behind.trim_end_matches(['\r', '\n']);
        let text = comment.trim();
        if !text.starts_with(['#', ';']) {
            return None;
        }
        let behind = value.end() as usize..value.end() as usize + comment.len();
        let start = span.start as usize;
        let splices = vec![(start..start, format!("{text}{}", self.line_end())), (behind, String::new())];
        Some(Plan { splices, lines: line..line + 1, kinds: vec![Kind::Comment, Kind::Property] })
    }

    /// The line of a setting, its key and its value.
    fn setting_at(&self, at: Span) -> Option<(usize, Span, Span)> {
        let line = self.line_of(at)?;
        match self.lines()[line].kind {
            LineKind::Property { key, value } => Some((line, key, value)),
            _ => None,
        }
    }

    fn line_at(&self, at: Span, kind: LineKind) -> Option<usize> {
        self.line_of(at).filter(|line| self.lines()[*line].kind == kind)
    }

    fn line_of(&self, at: Span) -> Option<usize> {
        let line = self.lines().partition_point(|line| line.span.end() <= at.start);
        let found = self.lines().get(line)?;
        (at.file == self.source().kind() && found.span.start <= at.start).then_some(line)
    }

    /// Whether the text has the lines that these (in their order, and without a line in common) mean it to have.
    fn is_read_as_meant<'p>(&self, plans: impl Iterator<Item = &'p Plan>) -> bool {
        let (mut splices, mut expected, mut at) = (Vec::new(), Vec::with_capacity(self.lines().len()), 0);
        for plan in plans {
            splices.extend(plan.splices.iter().cloned());
            expected.extend((at..plan.lines.start).map(|line| self.kind(line)));
            expected.extend_from_slice(&plan.kinds);
            at = plan.lines.end.max(at);
        }
        expected.extend((at..self.lines().len()).map(|line| self.kind(line)));
        let kind = self.source().kind();
        Document::parse(SourceFile::new(kind, self.source().path(), self.spliced(splices))).kinds().eq(expected)
    }

    fn kinds(&self) -> impl Iterator<Item = Kind> {
        (0..self.lines().len()).map(|line| self.kind(line))
    }

    fn kind(&self, line: usize) -> Kind {
        match self.lines()[line].kind {
            LineKind::Blank => Kind::Blank,
            LineKind::Comment => Kind::Comment,
            LineKind::Header => Kind::Header,
            LineKind::Property { .. } => Kind::Property,
            LineKind::Continuation => Kind::Continuation,
            LineKind::Broken => Kind::Broken,
        }
    }
}

fn bytes(span: Span) -> Range<usize> {
    span.start as usize..span.end() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileKind;

    /// Repairs what stands at a piece of the text.
    fn repaired(text: &str, piece: &str, repair: impl Fn(Span) -> Repair) -> Option<String> {
        let start = text.find(piece).unwrap_or_else(|| panic!("`{piece}` is not in the text"));
        let span = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        let at = Span { file: FileKind::Config, start: span(start), len: span(piece.len()) };
        let repaired = Document::parse(SourceFile::new(FileKind::Config, "config", text)).repaired(&[repair(at)]);
        assert!(!repaired.done.is_empty() || repaired.text == text);
        (!repaired.done.is_empty()).then_some(repaired.text)
    }

    #[test]
    fn a_line_is_mended_and_nothing_beside_it() {
        let key = |at| Repair::RenameKey { at, to: "region".to_owned() };
        let text = "# c\r\n[profile a]\r\nregoin =  x ; why\r\n\r\n";
        assert_eq!(repaired(text, "regoin", key).as_deref(), Some("# c\r\n[profile a]\r\nregion =  x ; why\r\n\r\n"));
        let header = |at| Repair::RenameSection { at, to: "profile a".to_owned() };
        assert_eq!(repaired("[a]  # c\nk = v", "a", header).as_deref(), Some("[profile a]  # c\nk = v"));
        let value = |at| Repair::SetValue { at, to: "x".to_owned() };
        assert_eq!(repaired("[profile a]\nk = 'x'  # c\n", "'x'", value).as_deref(), Some("[profile a]\nk = x  # c\n"));
        let lift = |at| Repair::LiftComment { at };
        assert_eq!(
            repaired("[profile a]\r\nk = v  ; c \r\nl = m\r\n", "k", lift).as_deref(),
            Some("[profile a]\r\n; c\r\nk = v\r\nl = m\r\n")
        );
        assert_eq!(repaired("[profile a]\nk = v # c", "k", lift).as_deref(), Some("[profile a]\n# c\nk = v"));
    }

    #[test]
    fn what_is_taken_away_leaves_comments_behind() {
        let setting = |at| Repair::RemoveSetting { at };
        let text = "[profile a]\ns3 =\n  a = b\n# why\n  c = d\n\n# next\nk = v\n";
        assert_eq!(repaired(text, "s3", setting).as_deref(), Some("[profile a]\n# why\n\n# next\nk = v\n"));
        let section = |at| Repair::RemoveSection { at };
        let text = "[profile a]\nk = v\n[profile b]\n# why\nk = v\n\n# c\n[profile c]\n";
        assert_eq!(repaired(text, "profile b", section).as_deref(), Some("[profile a]\nk = v\n# why\n\n# c\n[profile c]\n"));
        assert_eq!(repaired("\u{feff}[a]\n", "[a]", |_| Repair::RemoveByteOrderMark).as_deref(), Some("[a]\n"));
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let key = |at| Repair::RenameKey { at, to: "region".to_owned() };
        assert_eq!(repaired("[profile a]\n# regoin\n", "regoin", key), None, "a comment has no key");
        assert_eq!(repaired("[profile a]\nk = v\n", "k", |at| Repair::RenameKey { at, to: "#k".to_owned() }), None);
        assert_eq!(repaired("[profile a]\nk = v\n", "k", |at| Repair::LiftComment { at }), None, "there is no comment");
        // What continues the setting above it would continue the one before.
        assert_eq!(repaired("[profile a]\nk = v\n", "a]", |at| Repair::RenameSection { at, to: "x\ny".to_owned() }), None);
    }

    #[test]
    fn repairs_of_one_line_are_made_one_after_the_other() {
        let document = Document::parse(SourceFile::new(FileKind::Config, "config", "[profile a]\nregoin = 'x'\n"));
        let at = Span { file: FileKind::Config, start: 12, len: 6 };
        let repairs = [Repair::RenameKey { at, to: "region".to_owned() }, Repair::SetValue { at, to: "x".to_owned() }];
        let repaired = document.repaired(&repairs);
        assert_eq!((repaired.text.as_str(), &*repaired.done), ("[profile a]\nregion = 'x'\n", &[0][..]));
    }
}
