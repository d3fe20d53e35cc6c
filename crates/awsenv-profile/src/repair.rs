//! Mending lines of a file, and not a byte beside them.

mod readings;

use std::ops::Range;

use crate::document::{Document, LineKind, PropertyLines};
use crate::scan::sub_property;
use crate::source::{BYTE_ORDER_MARK, Span};

use readings::{Readings, Scope, reread};

/// A change of one line or block, found by where it stands. The span may be that of any part of the (first) line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Gives a setting, or a line of a block, another key.
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
    /// Moves the lines below a header to those below an earlier one, and takes the header away if nothing stands behind it.
    /// Comments and blank lines at the end belong to what follows and stay.
    MergeSection {
        /// In the later header's line.
        at: Span,
        /// In the earlier header's line.
        into: Span,
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
    /// The lines whose settings may be read otherwise afterwards.
    meant: Range<usize>,
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
        let before = Readings::of(self);
        let mut kept = Vec::new();
        self.keep(&before, &mut kept, planned);
        let planned = kept;
        let mut done: Vec<usize> = planned.iter().map(|(index, _)| *index).collect();
        done.sort_unstable();
        let splices = planned.into_iter().flat_map(|(_, plan)| plan.splices).collect();
        Repaired { text: self.spliced(splices), done }
    }

    /// Takes those that can be made together with what is kept already, the earlier ones first. Nearly always that is all
    /// of them; only then they are tried in halves.
    fn keep(&self, before: &Readings, kept: &mut Vec<(usize, Plan)>, mut more: Vec<(usize, Plan)>) {
        let known = kept.len();
        let is_one = more.len() <= 1;
        let half = more.split_off(more.len() / 2);
        let first = more.len();
        kept.extend(more);
        kept.extend(half);
        if kept.len() == known || self.is_read_as_meant(before, kept) {
            return;
        }
        let half = kept.split_off(known + first);
        let more = kept.split_off(known);
        if !is_one {
            self.keep(before, kept, more);
            self.keep(before, kept, half);
        }
    }

    fn plan(&self, repair: &Repair) -> Option<Plan> {
        match repair {
            Repair::RenameKey { at, to } => {
                let line = self.line_of(*at)?;
                let (key, kind) = match self.lines()[line].kind {
                    LineKind::Property { key, .. } => (key, Kind::Property),
                    LineKind::Continuation => (self.sub_key(line)?, Kind::Continuation),
                    _ => return None,
                };
                let meant = self.property_at(line)?.lines;
                Some(Plan { splices: vec![(bytes(key), to.clone())], lines: line..line + 1, meant, kinds: vec![kind] })
            }
            Repair::SetValue { at, to } => {
                let (line, _, value) = self.setting_at(*at)?;
                let (splices, lines) = (vec![(bytes(value), to.clone())], line..line + 1);
                Some(Plan { splices, meant: lines.clone(), lines, kinds: vec![Kind::Property] })
            }
            Repair::LiftComment { at } => self.lifted(*at),
            Repair::RenameSection { at, to } => {
                let line = self.line_at(*at, LineKind::Header)?;
                let span = self.lines()[line].span;
                let text = self.source().slice(span);
                let (open, close) = (text.find('[')?, text.find(']')?);
                let inner = span.start as usize + open + 1..span.start as usize + close;
                let meant = self.sections()[self.lines()[line].section?].lines.clone();
                Some(Plan { splices: vec![(inner, to.clone())], lines: line..line + 1, meant, kinds: vec![Kind::Header] })
            }
            Repair::RemoveSetting { at } => {
                let (line, ..) = self.setting_at(*at)?;
                Some(self.removed(self.property_at(line)?.lines))
            }
            Repair::RemoveSection { at } => {
                let line = self.line_at(*at, LineKind::Header)?;
                let lines = self.sections()[self.lines()[line].section?].lines.clone();
                // Blank lines and comments at its end belong to what follows.
                let is_content = |line: &usize| !matches!(self.kind(*line), Kind::Blank | Kind::Comment);
                let end = lines.clone().rev().find(is_content)? + 1;
                Some(self.removed(lines.start..end))
            }
            Repair::MergeSection { at, into } => self.merged(*at, *into),
            Repair::RemoveByteOrderMark => {
                let mark = self.source().has_byte_order_mark().then_some(0..BYTE_ORDER_MARK.len_utf8())?;
                Some(Plan { splices: vec![(mark, String::new())], lines: 0..0, meant: 0..0, kinds: Vec::new() })
            }
        }
    }

    /// Takes lines away, but not the comments among them.
    fn removed(&self, lines: Range<usize>) -> Plan {
        let (kept, gone): (Vec<usize>, Vec<usize>) = lines.clone().partition(|line| self.kind(*line) == Kind::Comment);
        let splices = gone.into_iter().map(|line| (bytes(self.lines()[line].span), String::new())).collect();
        Plan { splices, meant: lines.clone(), lines, kinds: kept.into_iter().map(|_| Kind::Comment).collect() }
    }

    fn merged(&self, at: Span, into: Span) -> Option<Plan> {
        let section = |at| Some(&self.sections()[self.lines()[self.line_at(at, LineKind::Header)?].section?]);
        let (later, earlier) = (section(at)?, section(into)?);
        let (header, end) = (later.lines.start, self.insertion_line(later));
        let target = self.insertion_line(earlier);
        // A comment in the header's line would be lost.
        if target > header || !self.source().slice(self.lines()[header].span).trim_end().ends_with(']') {
            return None;
        }
        let moved = header + 1..end;
        let mut text: String = moved.clone().map(|line| self.source().slice(self.lines()[line].span)).collect();
        if !text.is_empty() && !text.ends_with('\n') {
            // A lone CR is part of its line, and has to stay so.
            text.push_str(if text.ends_with('\r') { "\r\n" } else { self.line_end() });
        }
        let place = self.lines()[target].span.start as usize;
        let mut splices = vec![(place..place, text)];
        splices.extend((header..end).map(|line| (bytes(self.lines()[line].span), String::new())));
        let kinds = moved.chain(target..header).map(|line| self.kind(line)).collect();
        Some(Plan { splices, lines: target..end, meant: header..end, kinds })
    }

    /// The setting that a line belongs to.
    fn property_at(&self, line: usize) -> Option<PropertyLines> {
        let section = &self.sections()[self.lines()[line].section?];
        self.properties(section).find(|property| property.lines.contains(&line))
    }

    /// The key of a block's line.
    fn sub_key(&self, line: usize) -> Option<Span> {
        let (file, text) = (self.source().kind(), self.source().text());
        let (key, _) = sub_property(self.source().slice(self.lines()[line].span)).ok()?;
        Some(Span::of(file, text, key))
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
        let lines = line..line + 1;
        Some(Plan { splices, meant: lines.clone(), lines, kinds: vec![Kind::Comment, Kind::Property] })
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

    /// Whether the text has the lines that these (in their order, and without a line in common) mean it to have, and reads
    /// as before beside them.
    fn is_read_as_meant(&self, before: &Readings, plans: &[(usize, Plan)]) -> bool {
        let (mut splices, mut expected, mut at) = (Vec::new(), Vec::with_capacity(self.lines().len()), 0);
        let mut scopes = Vec::new();
        for (_, plan) in plans {
            splices.extend(plan.splices.iter().cloned());
            expected.extend((at..plan.lines.start).map(|line| self.kind(line)));
            expected.extend_from_slice(&plan.kinds);
            at = plan.lines.end.max(at);
            scopes.push(Scope { meant: plan.meant.clone(), lines: &plan.lines, now: plan.kinds.len() });
        }
        expected.extend((at..self.lines().len()).map(|line| self.kind(line)));
        let after = reread(self, self.spliced(splices));
        after.kinds().eq(expected) && before.are_kept(&after, &scopes)
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
mod tests;
