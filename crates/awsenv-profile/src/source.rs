//! The two files as text, and positions in them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// U+FEFF, which Windows editors put at the start of a file.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// Which of AWS's two shared files a text is; they have different rules for section names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// `~/.aws/config`, or what `AWS_CONFIG_FILE` names.
    Config,
    /// `~/.aws/credentials`, or what `AWS_SHARED_CREDENTIALS_FILE` names.
    Credentials,
}

/// A piece of one file's text, in bytes.
///
/// Offsets are 32 bits wide, which keeps a span at 12 bytes; [`SourceFile::new`] says what happens to a text too long for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file whose text it is a piece of.
    pub file: FileKind,
    /// Where it starts, counted from the first byte of the file (a byte order mark counts).
    pub start: u32,
    /// How many bytes it has.
    pub len: u32,
}

impl Span {
    /// Returns the span of `slice`, which must be a subslice of `text`.
    pub(crate) fn of(file: FileKind, text: &str, slice: &str) -> Span {
        // Trimming and splitting give slices of the same allocation, so the distance between the addresses is the offset.
        // The alternative, carrying an offset beside every slice, is where such parsers get their columns wrong.
        let start = (slice.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
        debug_assert!(start.wrapping_add(slice.len()) <= text.len(), "not a subslice");
        Span { file, start: offset(start), len: offset(slice.len()) }
    }

    /// Returns where the span ends: the offset of the first byte after it.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.start.saturating_add(self.len)
    }

    /// Returns the span from the start of `self` to the end of `last`.
    pub(crate) fn to(self, last: Span) -> Span {
        Span { len: last.end().saturating_sub(self.start), ..self }
    }
}

/// Narrows an offset; texts are cut to `u32::MAX` bytes when they come in, so nothing is lost.
pub(crate) fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// A value and where the file says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What the file says.
    pub value: T,
    /// Where it says so. For a value of several lines: from the first line's value to the end of the last line.
    pub span: Span,
}

/// One of the two files: where it was read from, and its text, unchanged.
#[derive(Clone)]
pub struct SourceFile {
    kind: FileKind,
    path: PathBuf,
    text: String,
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// Returns a file with this text. Nothing is stripped: line ends and a byte order mark stay, so that offsets are the
    /// file's own. A text of 4 GiB or more is cut there, at a character; nobody has one, and offsets are 32 bits.
    pub fn new(kind: FileKind, path: impl Into<PathBuf>, text: impl Into<String>) -> SourceFile {
        let mut text = text.into();
        let longest = usize::try_from(u32::MAX).unwrap_or(usize::MAX);
        if text.len() > longest {
            text.truncate(text.floor_char_boundary(longest));
        }
        SourceFile { kind, path: path.into(), text, line_starts: OnceLock::new() }
    }

    /// Returns which of the two files it is.
    #[must_use]
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// Returns where the text was read from, for messages; nothing here opens it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether the text starts with a byte order mark.
    #[must_use]
    pub fn has_byte_order_mark(&self) -> bool {
        self.text.starts_with(BYTE_ORDER_MARK)
    }

    /// Returns the text that a span covers, or `""` for a span of another text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end() as usize).unwrap_or_default()
    }

    fn line_starts(&self) -> &[u32] {
        // Built on the first question only: most runs never show a position.
        self.line_starts.get_or_init(|| {
            let after_line_feed = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| offset(at + 1));
            std::iter::once(0).chain(after_line_feed).collect()
        })
    }

    /// Returns line, column and the line's text for a span of this file.
    #[must_use]
    pub fn location(&self, span: Span) -> Location<'_> {
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= span.start);
        let start = starts.get(line.saturating_sub(1)).copied().unwrap_or_default() as usize;
        let rest = self.text.get(start..).unwrap_or_default();
        let with_ending = rest.split_inclusive('\n').next().unwrap_or_default();
        let without_ending = with_ending.strip_suffix('\n').map_or(with_ending, |text| text.strip_suffix('\r').unwrap_or(text));
        // No editor shows the byte order mark, so it is no column.
        let line_text = if start == 0 { without_ending.trim_start_matches(BYTE_ORDER_MARK) } else { without_ending };
        let start = start + (without_ending.len() - line_text.len());
        let before = line_text.floor_char_boundary((span.start as usize).saturating_sub(start).min(line_text.len()));
        let until = line_text.floor_char_boundary((span.end() as usize).saturating_sub(start).min(line_text.len())).max(before);
        Location {
            path: &self.path,
            line: offset(line.max(1)),
            column: offset(line_text[..before].chars().count() + 1),
            length: offset(line_text[before..until].chars().count()),
            line_text,
        }
    }
}

/// Shows no text: a credentials file is made of secrets.
impl fmt::Debug for SourceFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SourceFile")
            .field("kind", &self.kind)
            .field("path", &self.path)
            .field("bytes", &self.text.len())
            .finish()
    }
}

/// A span as people read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    /// The file.
    pub path: &'a Path,
    /// Its line, counted from 1; lines end at LF (a lone CR ends none, as in the SDKs).
    pub line: u32,
    /// The column in that line, counted from 1 in characters; a byte order mark is no column.
    pub column: u32,
    /// How many characters of that line the span has; what a span has on further lines is not counted.
    pub length: u32,
    /// The line, without its line end and byte order mark.
    pub line_text: &'a str,
}

/// Both files, for turning spans into positions and text.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    config: Option<SourceFile>,
    credentials: Option<SourceFile>,
}

impl SourceMap {
    /// Returns a map of these files. Each file becomes what its parameter says, whatever kind it was made with: spans name
    /// the parameter.
    #[must_use]
    pub fn new(config: Option<SourceFile>, credentials: Option<SourceFile>) -> SourceMap {
        let as_kind = |kind| move |file: SourceFile| SourceFile { kind, ..file };
        SourceMap { config: config.map(as_kind(FileKind::Config)), credentials: credentials.map(as_kind(FileKind::Credentials)) }
    }

    /// Returns the file of this kind, if there is one.
    #[must_use]
    pub fn file(&self, kind: FileKind) -> Option<&SourceFile> {
        match kind {
            FileKind::Config => self.config.as_ref(),
            FileKind::Credentials => self.credentials.as_ref(),
        }
    }

    /// Returns the text that a span covers, or `""` for a span of a file that is not here.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.file(span.file).map_or("", |file| file.slice(span))
    }

    /// Returns the line of a span alone, which is quick however long the line is.
    pub(crate) fn line_of(&self, span: Span) -> u32 {
        let starts = self.file(span.file).map_or(&[][..], SourceFile::line_starts);
        offset(starts.partition_point(|start| *start <= span.start))
    }

    /// Returns where a span stands. A span of a file that is not here (it belongs to another map) stands on line 0 of a
    /// file without a name.
    #[must_use]
    pub fn location(&self, span: Span) -> Location<'_> {
        let nowhere = Location { path: Path::new(""), line: 0, column: 0, length: 0, line_text: "" };
        self.file(span.file).map_or(nowhere, |file| file.location(span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, piece: &str, expected: (u32, u32, u32, &str)) {
        let file = SourceFile::new(FileKind::Config, "/home/ana/.aws/config", text);
        let at = text.find(piece).unwrap_or_else(|| panic!("`{piece}` is not in the text"));
        let span = Span { file: FileKind::Config, start: offset(at), len: offset(piece.len()) };
        let location = file.location(span);
        assert_eq!((location.line, location.column, location.length, location.line_text), expected, "{piece} in {text:?}");
        assert_eq!(file.slice(span), piece);
    }

    #[test]
    fn a_span_becomes_line_column_and_length_in_characters() {
        check("[profile a]\nregion = x\n", "region", (2, 1, 6, "region = x"));
        check("[profile a]\nregion = x", "x", (2, 10, 1, "region = x"));
        check("[profile a]\r\nregion = x\r\n", "x", (2, 10, 1, "region = x"));
        check("[profile a]\n# é😀 ü = y\n", "ü", (2, 6, 1, "# é😀 ü = y"));
        check("[profile a]\nname = é😀ü\n", "é😀ü", (2, 8, 3, "name = é😀ü"));
        check("[default]\rregion = x", "region", (1, 11, 6, "[default]\rregion = x"));
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        check("\u{feff}[default]\nregion = x\n", "default", (1, 2, 7, "[default]"));
        check("\u{feff}[default]\nregion = x\n", "region", (2, 1, 6, "region = x"));
        check("\u{feff}[default]", "\u{feff}", (1, 1, 0, "[default]"));
    }

    #[test]
    fn a_span_over_several_lines_has_the_length_of_its_first() {
        check("[profile a]\nname = one\n  two\n", "one\n  two", (2, 8, 3, "name = one"));
    }

    #[test]
    fn an_empty_span_at_the_end_of_the_text_has_a_place() {
        let file = SourceFile::new(FileKind::Config, "config", "[profile a]\nregion =");
        let location = file.location(Span { file: FileKind::Config, start: 20, len: 0 });
        assert_eq!((location.line, location.column, location.length), (2, 9, 0));
        let location = file.location(Span { file: FileKind::Config, start: 4_000, len: 7 });
        assert_eq!((location.line, location.column, location.length), (2, 9, 0));
    }

    #[test]
    fn a_span_of_an_absent_file_stands_nowhere() {
        let map = SourceMap::new(Some(SourceFile::new(FileKind::Config, "config", "x")), None);
        let span = Span { file: FileKind::Credentials, start: 0, len: 1 };
        assert_eq!(map.location(span).line, 0);
        assert_eq!(map.slice(span), "");
    }

    #[test]
    fn debug_shows_no_text() {
        let file = SourceFile::new(FileKind::Credentials, "credentials", "aws_secret_access_key = hunter2");
        assert!(!format!("{file:?}").contains("hunter2"));
    }
}
