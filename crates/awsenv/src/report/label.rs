//! A place in one of the user's files.

use std::path::{Path, PathBuf};

use awsenv_profile::{SourceMap, Span};
use awsenv_resolve::Provenance;

use super::secrets::safe_line;

/// A place in a file, with the words that belong to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Label {
    pub(crate) file: PathBuf,
    pub(crate) line: u32,
    /// 0 for what has no lines, a directory.
    pub(crate) column: u32,
    /// In characters; 0 when only the line is known.
    pub(crate) length: u32,
    pub(crate) text: String,
    /// The line, without what must not be seen.
    pub(crate) source_line: String,
}

impl Label {
    pub(crate) fn new(sources: &SourceMap, span: Span, text: impl Into<String>) -> Self {
        let location = sources.location(span);
        let (source_line, masked) = safe_line(location.line_text);
        Self {
            file: location.path.to_owned(),
            line: location.line,
            column: location.column,
            length: if masked { 0 } else { location.length },
            text: text.into(),
            source_line,
        }
    }

    /// A label where the origin is a place in a file.
    pub(crate) fn of_origin(sources: &SourceMap, origin: &Provenance, text: impl Into<String>) -> Option<Self> {
        origin.span().map(|span| Self::new(sources, span, text))
    }

    /// A file or directory as a whole; of a file the first line, so that an editor can go there.
    pub(crate) fn path(path: &Path) -> Self {
        let label = Self::line(path.to_owned(), 1, "");
        if path.is_dir() { Self { column: 0, ..label } } else { label }
    }

    /// A place in a file of awsenv's own.
    pub(crate) fn line(file: PathBuf, line: u32, text: impl Into<String>) -> Self {
        Self { file, line, column: 1, length: 0, text: text.into(), source_line: String::new() }
    }
}
