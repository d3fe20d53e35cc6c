//! Python's `configparser.RawConfigParser` with its default options, as far as a file in AWS's format can reach it.
//!
//! Python stops at the first problem of some kinds. This reader notes it and goes on, so that one run can name all of them;
//! [`RawFile::refusal`] says which one Python would have raised.

use std::collections::HashMap;
use std::fmt;

use crate::source::{BYTE_ORDER_MARK, FileKind, Span};

use super::header_text;

/// Why the AWS CLI refuses a whole file, with every profile in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CliError {
    /// What is wrong.
    pub kind: CliErrorKind,
    /// The line, counted from 1 as Python counts: a lone CR ends a line too.
    pub line: u32,
    /// The line's text, without the white space around it.
    pub span: Span,
}

/// What the AWS CLI refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CliErrorKind {
    /// Text before the first header, or a byte order mark.
    NoSectionHeader,
    /// A header that was there before, letter for letter.
    DuplicateSection,
    /// A key that the section has already, in whatever case.
    DuplicateKey,
    /// A line that is neither a header nor `key = value` nor `key: value`.
    NotAProperty,
    /// A line without `=` in a block.
    NotASubProperty,
}

impl fmt::Display for CliErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            CliErrorKind::NoSectionHeader => "the file contains no section header before this line",
            CliErrorKind::DuplicateSection => "this section exists already",
            CliErrorKind::DuplicateKey => "this key exists already in its section",
            CliErrorKind::NotAProperty => "this line is neither a header nor `key = value`",
            CliErrorKind::NotASubProperty => "this line of a block is not `key = value`",
        })
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Unable to parse config file: line {}: {}", self.line, self.kind)
    }
}

impl std::error::Error for CliError {}

/// One file as `configparser` holds it.
pub(crate) struct RawFile<'t> {
    pub(crate) sections: Vec<RawSection<'t>>,
    /// What stands below `[DEFAULT]`.
    pub(crate) defaults: RawSection<'t>,
    pub(crate) errors: Vec<CliError>,
}

/// One section, under the name between its brackets.
#[derive(Default)]
pub(crate) struct RawSection<'t> {
    pub(crate) name: &'t str,
    pub(crate) line: u32,
    pub(crate) options: Vec<RawOption<'t>>,
    by_key: HashMap<String, usize>,
}

/// One key with the lines of its value, without the white space around each; a blank line in the value is `""`.
pub(crate) struct RawOption<'t> {
    pub(crate) key: String,
    pub(crate) key_text: &'t str,
    pub(crate) line: u32,
    pub(crate) value: Vec<RawLine<'t>>,
}

/// A line of a value.
#[derive(Clone, Copy)]
pub(crate) struct RawLine<'t> {
    pub(crate) number: u32,
    pub(crate) text: &'t str,
}

impl RawFile<'_> {
    /// Returns the error that Python would have raised: the first of those that stop it on the spot, otherwise the first line
    /// that it could not read.
    pub(crate) fn refusal(&self) -> Option<CliError> {
        let stops = |error: &&CliError| error.kind != CliErrorKind::NotAProperty;
        self.errors.iter().find(stops).or_else(|| self.errors.first()).copied()
    }
}

/// Where lines go.
#[derive(Clone, Copy)]
enum Place {
    /// Before the first header.
    Nowhere,
    Section(usize),
    Defaults,
    /// Below a header that could not be read. Python has stopped by then, or attributes the lines to the section above.
    Detached,
}

/// What an indented line continues.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    /// The option at this place of the section.
    Option(usize),
    /// A line that could not be read: what is indented below it is not another error.
    Error,
}

struct Reader<'t> {
    text: &'t str,
    file: FileKind,
    raw: RawFile<'t>,
    by_name: HashMap<&'t str, usize>,
    place: Place,
    open: Open,
    indent: usize,
}

/// Reads a file as `RawConfigParser._read` does.
pub(crate) fn read(text: &str, file: FileKind) -> RawFile<'_> {
    let raw = RawFile { sections: Vec::new(), defaults: RawSection::default(), errors: Vec::new() };
    let mut reader = Reader { text, file, raw, by_name: HashMap::new(), place: Place::Nowhere, open: Open::Nothing, indent: 0 };
    let unmarked = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    if unmarked.len() != text.len() {
        // Python leaves the mark in the first line, which makes it no header, no comment and not blank.
        let first = universal_lines(unmarked).next().unwrap_or(unmarked);
        reader.refuse(CliErrorKind::NoSectionHeader, 1, strip(first));
    }
    for (number, line) in (1..).zip(universal_lines(unmarked)) {
        reader.line(number, line);
    }
    reader.raw
}

impl<'t> Reader<'t> {
    fn line(&mut self, number: u32, line: &'t str) {
        let value = strip(line);
        if value.is_empty() {
            // A blank line belongs to the value above, until the end of the value shows that it does not.
            if let Open::Option(at) = self.open {
                self.continue_option(at, RawLine { number, text: value });
            }
            return;
        }
        if value.starts_with(['#', ';']) {
            return;
        }
        let indent = line[..line.len() - line.trim_start_matches(is_space).len()].chars().count();
        if let Open::Option(at) = self.open
            && indent > self.indent
        {
            self.continue_option(at, RawLine { number, text: value });
            return;
        }
        self.indent = indent;
        if let Some(name) = header_text(value) {
            self.header(number, value, name);
        } else if matches!(self.place, Place::Nowhere) {
            if self.open != Open::Error || indent == 0 {
                self.refuse(CliErrorKind::NoSectionHeader, number, value);
            }
            if value.starts_with('[') {
                self.place = Place::Detached;
            }
        } else {
            self.option(number, value);
        }
    }

    fn header(&mut self, number: u32, value: &'t str, name: &'t str) {
        self.open = Open::Nothing;
        if name == "DEFAULT" {
            self.place = Place::Defaults;
            return;
        }
        let next = self.raw.sections.len();
        let at = *self.by_name.entry(name).or_insert(next);
        if at == next {
            self.raw.sections.push(RawSection { name, line: number, ..RawSection::default() });
        } else {
            self.refuse(CliErrorKind::DuplicateSection, number, value);
            self.open = Open::Nothing;
        }
        self.place = Place::Section(at);
    }

    fn option(&mut self, number: u32, value: &'t str) {
        let Some(at) = value.find(['=', ':']).filter(|at| *at > 0) else {
            if value.starts_with('[') {
                self.place = Place::Detached;
            }
            if self.open != Open::Error || self.indent == 0 {
                self.refuse(CliErrorKind::NotAProperty, number, value);
            }
            return;
        };
        let key_text = strip(&value[..at]);
        let first = RawLine { number, text: strip(&value[at + 1..]) };
        self.open = Open::Option(0);
        let Some(section) = self.section() else {
            return;
        };
        let key = key_text.to_lowercase();
        let next = section.options.len();
        let known = *section.by_key.entry(key.clone()).or_insert(next);
        let option = RawOption { key, key_text, line: number, value: vec![first] };
        match section.options.get_mut(known) {
            None => section.options.push(option),
            Some(earlier) => {
                // The last wins, as for the SDKs, so that the line is one difference and not two.
                *earlier = option;
                self.refuse(CliErrorKind::DuplicateKey, number, value);
            }
        }
        self.open = Open::Option(known);
    }

    fn continue_option(&mut self, at: usize, line: RawLine<'t>) {
        if let Some(option) = self.section().and_then(|section| section.options.get_mut(at)) {
            option.value.push(line);
        }
    }

    fn section(&mut self) -> Option<&mut RawSection<'t>> {
        match self.place {
            Place::Section(at) => self.raw.sections.get_mut(at),
            Place::Defaults => Some(&mut self.raw.defaults),
            Place::Nowhere | Place::Detached => None,
        }
    }

    fn refuse(&mut self, kind: CliErrorKind, line: u32, value: &'t str) {
        self.open = Open::Error;
        self.raw.errors.push(CliError { kind, line, span: Span::of(self.file, self.text, value) });
    }
}

impl<'t> RawOption<'t> {
    /// Returns the lines that count: blank lines at the end are not part of the value.
    pub(crate) fn lines(&self) -> &[RawLine<'t>] {
        let last = self.value.iter().rposition(|line| !line.text.is_empty());
        &self.value[..last.map_or(0, |last| last + 1)]
    }

    /// Returns whether botocore takes the value for a block: its first line is empty, and another is not.
    pub(crate) fn is_block(&self) -> bool {
        self.lines().first().is_some_and(|line| line.text.is_empty())
    }
}

/// Splits at LF, CRLF and lone CR, as Python does when it opens a text file.
fn universal_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text).filter(|text| !text.is_empty());
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(at) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let ending = if text[at..].starts_with("\r\n") { 2 } else { 1 };
        rest = Some(&text[at + ending..]).filter(|text| !text.is_empty());
        Some(&text[..at])
    })
}

/// Returns the text without the white space around it, as Python's `str.strip` sees it.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Python's `str.isspace` for one character: Unicode white space and the four information separators.
fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// Splits at every character at which Python's `str.splitlines` splits.
pub(crate) fn splitlines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'])
}
