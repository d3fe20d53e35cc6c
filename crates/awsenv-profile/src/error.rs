//! Lines that are errors in the SDKs' grammar.

use std::fmt;

use crate::header::SectionName;
use crate::source::Span;

/// A line that the SDKs refuse, and with it the whole file. Here only that line and its continuations are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// The line's text, without the white space around it.
    pub span: Span,
    /// The section it stands in (for a broken header: the one it most likely means), so that a caller can keep quiet about
    /// errors in profiles that are not in use. `None`: before the first section.
    pub section: Option<SectionName>,
}

/// What is wrong with a line. The texts are the SDKs' own, so that they can be searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SyntaxErrorKind {
    /// A property or continuation stands before the first section header.
    NoSection,
    /// A header has no closing bracket, or text after it.
    HeaderNotClosed,
    /// An indented line stands where there is no property to continue.
    NoPropertyToContinue,
    /// A line is neither header, comment nor `key = value`.
    PropertyWithoutEquals,
    /// A property has nothing before its `=`.
    PropertyWithoutName,
    /// A line of a block (`s3 =` and indented lines below it) is not `key = value`.
    SubPropertyWithoutEquals,
    /// A line of a block has nothing before its `=`.
    SubPropertyWithoutName,
}

impl fmt::Display for SyntaxErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            SyntaxErrorKind::NoSection => "Expected a profile definition",
            SyntaxErrorKind::HeaderNotClosed => "Profile definition must end with ']'",
            SyntaxErrorKind::NoPropertyToContinue => "Expected a property definition, found continuation",
            SyntaxErrorKind::PropertyWithoutEquals => "Expected an '=' sign defining a property",
            SyntaxErrorKind::PropertyWithoutName => "Property did not have a name",
            SyntaxErrorKind::SubPropertyWithoutEquals => "Expected an '=' sign defining a sub-property",
            SyntaxErrorKind::SubPropertyWithoutName => "Sub-property did not have a name",
        })
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(formatter)
    }
}

impl std::error::Error for SyntaxError {}
