//! One file read: its lines gathered into section blocks and properties, not yet merged with anything.

use std::ops::Range;
use std::sync::Arc;

use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::header::{Header, SectionKind, SectionName, Standing, Visibility};
use crate::scan::{Event, Scanner, is_identifier, split_line, sub_property, trim};
use crate::source::{BYTE_ORDER_MARK, FileKind, SourceFile, SourceMap, Span, Spanned};
use crate::warning::{IgnoredSection, SyntaxWarning, SyntaxWarningKind};

/// Everything that one file says, in the order of the file.
#[derive(Default)]
pub(crate) struct Reading {
    pub(crate) blocks: Vec<Block>,
    /// The properties of all blocks, one block's after the other's.
    pub(crate) properties: Vec<Property>,
    pub(crate) errors: Vec<SyntaxError>,
    pub(crate) warnings: Vec<SyntaxWarning>,
}

/// A header and what stands below it, up to the next header.
pub(crate) struct Block {
    pub(crate) section: SectionName,
    pub(crate) has_prefix: bool,
    pub(crate) standing: Standing,
    /// The name in the header.
    pub(crate) span: Span,
    /// Its properties' places in [`Reading::properties`].
    pub(crate) properties: Range<usize>,
}

/// A key and its value; the text is in the source, unless it has to be put together. Small, because there may be many.
pub(crate) struct Property {
    pub(crate) key_span: Span,
    /// From the first line's value to the end of the last continuation.
    pub(crate) span: Span,
    owned: Option<Box<Owned>>,
}

#[derive(Default)]
struct Owned {
    /// The key, if it is not in lower case in the text.
    lower_case_key: Option<String>,
    /// The value, if it has several lines: they are joined without their indentation.
    joined_value: Option<String>,
}

impl Property {
    fn new(key: &str, key_span: Span, span: Span) -> Property {
        let lower_case_key = key.bytes().any(|byte| byte.is_ascii_uppercase()).then(|| key.to_ascii_lowercase());
        let owned = lower_case_key.map(|key| Box::new(Owned { lower_case_key: Some(key), joined_value: None }));
        Property { key_span, span, owned }
    }

    fn push_line(&mut self, first_line: &str, line: &str, span: Span) {
        let value = self.owned.get_or_insert_default().joined_value.get_or_insert_with(|| first_line.to_owned());
        value.push('\n');
        value.push_str(line);
        self.span = self.span.to(span);
    }

    /// Returns the key in lower case.
    pub(crate) fn key<'a>(&'a self, sources: &'a SourceMap) -> Spanned<&'a str> {
        let lower_case_key = self.owned.as_ref().and_then(|owned| owned.lower_case_key.as_deref());
        Spanned { value: lower_case_key.unwrap_or_else(|| sources.slice(self.key_span)), span: self.key_span }
    }

    /// Returns the value as the SDKs see it.
    pub(crate) fn value<'a>(&'a self, sources: &'a SourceMap) -> Spanned<&'a str> {
        Spanned { value: self.joined_value().unwrap_or_else(|| sources.slice(self.span)), span: self.span }
    }

    fn joined_value(&self) -> Option<&str> {
        self.owned.as_ref().and_then(|owned| owned.joined_value.as_deref())
    }

    /// Returns whether it is a block: nothing behind its `=`, and indented lines below it.
    pub(crate) fn is_block(&self) -> bool {
        self.joined_value().is_some_and(|value| value.starts_with('\n'))
    }

    /// Returns the lines of a block as they stand in the text, a key that is there twice twice.
    pub(crate) fn block_lines<'a>(
        &self,
        sources: &'a SourceMap,
    ) -> impl Iterator<Item = (Spanned<&'a str>, Spanned<&'a str>)> + use<'a> {
        let (span, is_block) = (self.span, self.is_block());
        let text = sources.slice(span);
        let whole = sources.file(span.file).map_or("", SourceFile::text);
        let spanned = move |slice| Spanned { value: slice, span: Span::of(span.file, whole, slice) };
        let mut rest = if is_block { text } else { "" };
        let lines = std::iter::from_fn(move || {
            let (line, after) = split_line(rest)?;
            rest = after;
            Some(line.content)
        });
        // The first line is what stands behind the `=`; a line in column 1 is a comment.
        lines
            .skip(1)
            .filter(|line| line.starts_with([' ', '\t']))
            .filter_map(|line| sub_property(line).ok())
            .map(move |(key, value)| (spanned(key), spanned(value)))
    }
}

impl Reading {
    /// Reads a file. Lines that are errors are left out.
    pub(crate) fn of(file: FileKind, text: &str) -> Reading {
        let mut reading = Reading::default();
        if text.starts_with(BYTE_ORDER_MARK) {
            let mark = &text[..BYTE_ORDER_MARK.len_utf8()];
            let span = Span::of(file, text, mark);
            reading.warnings.push(SyntaxWarning { kind: SyntaxWarningKind::ByteOrderMark, span, section: None });
        }
        let mut first_line = "";
        for line in Scanner::new(text, file) {
            match line.event {
                Event::Blank | Event::Comment | Event::BelowBroken => {}
                Event::Header(header) => reading.open(header, line.content, |slice| Span::of(file, text, slice)),
                Event::Property { key, value } => {
                    first_line = value;
                    reading.add(key, Span::of(file, text, key), Span::of(file, text, value));
                }
                Event::Continuation { text: continuation } => {
                    if let Some(property) = reading.properties.last_mut() {
                        property.push_line(first_line, continuation, Span::of(file, text, continuation));
                    }
                }
                Event::Broken { text: broken, error } => reading.refuse(error, Span::of(file, text, broken)),
            }
        }
        reading
    }

    fn open(&mut self, header: Header<'_>, line: &str, span_of: impl Fn(&str) -> Span) {
        let section = SectionName { kind: header.kind, name: Arc::from(&*header.name) };
        let span = span_of(header.name_text);
        if let Some(kind) = header.error {
            self.errors.push(SyntaxError { kind, span: span_of(trim(line)), section: Some(section.clone()) });
        }
        let warning = match header.standing {
            Standing::Read(Visibility::CliOnly) => Some(SyntaxWarningKind::CliOnlySection),
            // The AWS CLI's own section, which no SDK has a use for.
            Standing::Ignored(IgnoredSection::NoPrefix) if header.name == "plugins" => None,
            Standing::Ignored(why) => Some(SyntaxWarningKind::IgnoredSection(why)),
            Standing::Read(Visibility::Everywhere) | Standing::Broken => None,
        };
        if let Some(kind) = warning {
            // A header without a name, `[]`, is shown whole.
            let span = if span.len == 0 { span_of(trim(line)) } else { span };
            self.warnings.push(SyntaxWarning { kind, span, section: Some(section.clone()) });
        }
        let here = self.properties.len();
        self.blocks.push(Block {
            section,
            has_prefix: header.has_prefix,
            standing: header.standing,
            span,
            properties: here..here,
        });
    }

    fn add(&mut self, key: &str, key_span: Span, span: Span) {
        // A key that the SDKs ignore is kept until the merge, because the lines below it continue it all the same.
        self.properties.push(Property::new(key, key_span, span));
        let Some(block) = self.blocks.last_mut() else {
            return;
        };
        block.properties.end = self.properties.len();
        if matches!(block.standing, Standing::Read(_)) && block.section.kind != SectionKind::Unknown && !is_identifier(key) {
            let section = Some(block.section.clone());
            self.warnings.push(SyntaxWarning { kind: SyntaxWarningKind::IgnoredKey, span: key_span, section });
        }
    }

    fn refuse(&mut self, kind: SyntaxErrorKind, span: Span) {
        let section = self.blocks.last().map(|block| block.section.clone());
        self.errors.push(SyntaxError { kind, span, section });
    }
}
