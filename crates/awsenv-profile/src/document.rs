//! One file line by line, for those who change it: what is not changed stays as it is, byte for byte.

use std::fmt;
use std::ops::Range;

use crate::header::{SectionKind, SectionName, Standing, Visibility};
use crate::reading::Reading;
use crate::scan::{Event, Scanner};
use crate::source::{BYTE_ORDER_MARK, SourceFile, Span};

/// A file as its lines.
///
/// An edit is a change of text: replace the text of some lines ([`Document::with_lines`]) and read the result again. Nothing
/// in it has to be kept in step by hand, and reading takes microseconds.
pub struct Document {
    source: SourceFile,
    lines: Vec<DocumentLine>,
    sections: Vec<SectionLines>,
}

/// One line of a [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentLine {
    /// What it is.
    pub kind: LineKind,
    /// The line with its line end.
    pub span: Span,
    /// How many bytes of it are its line end: 0 (a last line without one), 1 (LF) or 2 (CRLF).
    pub ending: u32,
    /// The section in which it stands, as a place in [`Document::sections`]; a header stands in the section that it opens.
    pub section: Option<usize>,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// White space only, or nothing.
    Blank,
    /// `#` or `;` in the first column.
    Comment,
    /// A section header.
    Header,
    /// `key = value`; both are spans of the line.
    Property {
        /// The key as it is written.
        key: Span,
        /// The value without a comment behind it; if there is none, the place right behind the `=`.
        value: Span,
    },
    /// A further line of the property above.
    Continuation,
    /// A line that the SDKs refuse, or an indented line below one.
    Broken,
}

/// A section header and the lines below it, up to the next header.
#[derive(Clone, Debug)]
pub struct SectionLines {
    /// What it opens; a guess if nobody can read the header.
    pub name: SectionName,
    /// Whether the name stands after a prefix, as it does in `[profile default]` and does not in `[default]`.
    pub has_prefix: bool,
    /// Who reads it; `None`: nobody.
    pub visibility: Option<Visibility>,
    /// Its lines, as places in [`Document::lines`]; the first is the header.
    pub lines: Range<usize>,
}

/// Where one property stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyLines {
    /// Its lines, as places in [`Document::lines`]: the property and all its continuations, with the blank lines, comments and
    /// broken lines between them, but not those after the last continuation.
    pub lines: Range<usize>,
    /// The key as it is written.
    pub key: Span,
    /// The value on the first line.
    pub value: Span,
}

impl Document {
    /// Reads a file.
    #[must_use]
    pub fn parse(source: SourceFile) -> Document {
        let (file, text) = (source.kind(), source.text());
        let mut lines = Vec::new();
        let mut sections: Vec<SectionLines> = Vec::new();
        for line in Scanner::new(text, file) {
            let span_of = |slice| Span::of(file, text, slice);
            let (content, ending) = (span_of(line.content), span_of(line.ending));
            let kind = match line.event {
                Event::Blank => LineKind::Blank,
                Event::Comment => LineKind::Comment,
                Event::Header(header) => {
                    let name = SectionName { kind: header.kind, name: (&*header.name).into() };
                    let visibility = match header.standing {
                        Standing::Read(visibility) => Some(visibility),
                        Standing::Ignored(_) | Standing::Broken => None,
                    };
                    sections.push(SectionLines {
                        name,
                        has_prefix: header.has_prefix,
                        visibility,
                        lines: lines.len()..lines.len(),
                    });
                    LineKind::Header
                }
                Event::Property { key, value } => LineKind::Property { key: span_of(key), value: span_of(value) },
                Event::Continuation { .. } => LineKind::Continuation,
                Event::Broken { .. } | Event::BelowBroken => LineKind::Broken,
            };
            lines.push(DocumentLine {
                kind,
                span: content.to(ending),
                ending: ending.len,
                section: sections.len().checked_sub(1),
            });
            if let Some(section) = sections.last_mut() {
                section.lines.end = lines.len();
            }
        }
        Document { source, lines, sections }
    }

    /// Returns the file.
    #[must_use]
    pub fn source(&self) -> &SourceFile {
        &self.source
    }

    /// Returns all lines. Together, behind a byte order mark if there is one, they are the text.
    #[must_use]
    pub fn lines(&self) -> &[DocumentLine] {
        &self.lines
    }

    /// Returns the section blocks in the order of the file; a section that is there twice is there twice.
    #[must_use]
    pub fn sections(&self) -> &[SectionLines] {
        &self.sections
    }

    /// Returns the text of a line with its line end.
    #[must_use]
    pub fn line_text(&self, line: &DocumentLine) -> &str {
        self.source.slice(line.span)
    }

    /// Returns the properties of a section block, in the order of the file.
    pub fn properties(&self, section: &SectionLines) -> impl Iterator<Item = PropertyLines> {
        let last = section.lines.end;
        section.lines.clone().filter_map(move |at| {
            let LineKind::Property { key, value } = self.lines[at].kind else {
                return None;
            };
            let below = &self.lines[at + 1..last];
            let own = below.iter().take_while(|line| !matches!(line.kind, LineKind::Property { .. } | LineKind::Header));
            let continuations = own.enumerate().filter(|(_, line)| line.kind == LineKind::Continuation);
            let end = continuations.last().map_or(at + 1, |(below, _)| at + 1 + below + 1);
            Some(PropertyLines { lines: at..end, key, value })
        })
    }

    /// Returns the blocks of one section that count: those that the SDKs read, otherwise those that the AWS CLI reads.
    /// Where both `[profile default]` and `[default]` stand, only the former count.
    #[must_use]
    pub fn blocks(&self, kind: SectionKind, name: &str) -> Vec<&SectionLines> {
        let named = |section: &&SectionLines| section.name.kind == kind && *section.name.name == *name;
        let seen_by = |visibility| move |section: &&SectionLines| section.visibility == Some(visibility);
        let named: Vec<_> = self.sections.iter().filter(named).collect();
        let everywhere: Vec<_> = named.iter().copied().filter(seen_by(Visibility::Everywhere)).collect();
        if everywhere.is_empty() {
            return named.into_iter().filter(seen_by(Visibility::CliOnly)).collect();
        }
        let has_prefix = everywhere.iter().any(|section| section.has_prefix);
        everywhere.into_iter().filter(|section| section.has_prefix == has_prefix).collect()
    }

    /// Returns the lines of the property that counts: the last one of this key (in lower case) in the section's blocks.
    #[must_use]
    pub fn property(&self, kind: SectionKind, name: &str, key: &str) -> Option<PropertyLines> {
        let properties = self.blocks(kind, name).into_iter().flat_map(|section| self.properties(section));
        properties.filter(|property| self.source.slice(property.key).eq_ignore_ascii_case(key)).last()
    }

    /// Returns the line before which a new property of a block goes: right below its last property, so before blank lines and
    /// comments that introduce the next section. `aws configure set` inserts there too.
    #[must_use]
    pub fn insertion_line(&self, section: &SectionLines) -> usize {
        let is_content = |line: &DocumentLine| !matches!(line.kind, LineKind::Blank | LineKind::Comment);
        let lines = &self.lines[section.lines.clone()];
        section.lines.start + lines.iter().rposition(is_content).map_or(0, |last| last + 1)
    }

    /// Returns the whole text, put together from its lines.
    #[must_use]
    pub fn text(&self) -> String {
        self.with_lines(0..0, "")
    }

    /// Returns the whole text with some lines replaced by another text, which brings its own line ends. An empty range
    /// inserts before that line.
    #[must_use]
    pub fn with_lines(&self, replaced: Range<usize>, by: &str) -> String {
        let mut text = String::with_capacity(self.source.text().len() + by.len());
        if self.source.has_byte_order_mark() {
            text.push(BYTE_ORDER_MARK);
        }
        for (at, line) in self.lines.iter().enumerate() {
            if at == replaced.start {
                text.push_str(by);
            }
            if !replaced.contains(&at) {
                text.push_str(self.line_text(line));
            }
        }
        if replaced.start >= self.lines.len() {
            text.push_str(by);
        }
        text
    }

    /// Returns the lines that the SDKs refuse.
    #[must_use]
    pub fn errors(&self) -> Vec<crate::SyntaxError> {
        Reading::of(self.source.kind(), self.source.text()).errors
    }
}

/// Shows no text: a credentials file is made of secrets.
impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Document").field("source", &self.source).field("lines", &self.lines.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileKind;

    const TEXT: &str = "\u{feff}# mine\r\n\r\n[profile a] ; c\r\ns3 =\n  a = 1\n\n# why\n  junk\n  b = 2\n\nregion = x # y\n[profile b]\njunk\n  more\noutput = json";

    fn document(text: &str) -> Document {
        Document::parse(SourceFile::new(FileKind::Config, "config", text))
    }

    fn kinds(document: &Document) -> String {
        let letter = |line: &DocumentLine| match line.kind {
            LineKind::Blank => ' ',
            LineKind::Comment => '#',
            LineKind::Header => '[',
            LineKind::Property { .. } => '=',
            LineKind::Continuation => '+',
            LineKind::Broken => '!',
        };
        document.lines().iter().map(letter).collect()
    }

    #[test]
    fn the_lines_are_the_text() {
        for text in [TEXT, "", "\n", "\u{feff}", "a", "[a]\r\n\r", "[a]\n\n\n"] {
            assert_eq!(document(text).text(), text);
        }
    }

    #[test]
    fn every_line_has_its_kind_and_section() {
        let document = document(TEXT);
        assert_eq!(kinds(&document), "# [=+ #!+ =[!!=");
        let names: Vec<_> = document.sections().iter().map(|section| (&*section.name.name, section.lines.clone())).collect();
        assert_eq!(names, [("a", 2..11), ("b", 11..15)]);
        assert_eq!(document.lines()[1].section, None);
        assert_eq!(document.lines()[2].section, Some(0));
        assert_eq!(document.lines()[14].section, Some(1));
        assert_eq!((document.lines()[2].ending, document.lines()[3].ending, document.lines()[14].ending), (2, 1, 0));
    }

    #[test]
    fn a_property_has_its_continuations_and_nothing_behind_them() {
        let document = document(TEXT);
        let properties: Vec<_> = document.properties(&document.sections()[0]).collect();
        let slice = |span| document.source().slice(span);
        let found: Vec<_> = properties.iter().map(|it| (slice(it.key), slice(it.value), it.lines.clone())).collect();
        assert_eq!(found, [("s3", "", 3..9), ("region", "x", 10..11)]);
    }

    #[test]
    fn lines_can_be_replaced_inserted_and_removed() {
        let document = document("[a]\r\nb = c\n  d\ne = f");
        assert_eq!(document.with_lines(1..3, "b = x\n"), "[a]\r\nb = x\ne = f");
        assert_eq!(document.with_lines(1..3, ""), "[a]\r\ne = f");
        assert_eq!(document.with_lines(1..1, "x = y\r\n"), "[a]\r\nx = y\r\nb = c\n  d\ne = f");
        assert_eq!(document.with_lines(4..4, "\ng = h"), "[a]\r\nb = c\n  d\ne = f\ng = h");
    }

    #[test]
    fn the_property_that_counts_is_the_last_one_of_the_blocks_that_count() {
        let document = document(concat!(
            "[default]\nregion = shadowed\n[profile \"default\"]\nregion = cli\n[profile default]\nRegion = one\n",
            "region = two\n  more\n\n# next\n[profile a]\n[profile default]\noutput = json\n[profile 'b c']\nregion = x",
        ));
        let find = |name, key| document.property(SectionKind::Profile, name, key).map(|property| property.lines);
        assert_eq!(find("default", "region"), Some(6..8));
        assert_eq!(find("default", "output"), Some(12..13));
        assert_eq!(find("b c", "region"), Some(14..15));
        assert_eq!(find("a", "region"), None);
        assert_eq!(document.property(SectionKind::SsoSession, "default", "region"), None);
        let blocks = document.blocks(SectionKind::Profile, "default");
        let insertions: Vec<_> = blocks.into_iter().map(|block| document.insertion_line(block)).collect();
        assert_eq!(insertions, [8, 13]);
    }

    #[test]
    fn errors_are_those_of_the_profile_set() {
        let errors: Vec<_> = document(TEXT).errors().iter().map(ToString::to_string).collect();
        assert_eq!(errors, ["Expected an '=' sign defining a sub-property", "Expected an '=' sign defining a property"]);
    }
}
