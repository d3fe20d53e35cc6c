//! Values that know where they come from.

use std::borrow::Cow;

use awsenv_profile::{Span, Spanned};

/// Where a value comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Provenance {
    /// A place in one of the user's two files.
    File(Span),
    /// An environment variable, by name.
    Env(Cow<'static, str>),
    /// A command line option, as typed (`--region`).
    Flag(&'static str),
    /// Nobody said anything: what AWS's tools take then.
    Default,
}

impl Provenance {
    /// Returns the place in the file, where it is one.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::File(span) => Some(*span),
            Self::Env(_) | Self::Flag(_) | Self::Default => None,
        }
    }
}

/// A value with its origin; from the resolver up no value travels without one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it was said.
    pub origin: Provenance,
}

impl<T> Sourced<T> {
    /// Puts a value and its origin together.
    pub fn new(value: T, origin: Provenance) -> Self {
        Self { value, origin }
    }
}

impl From<Spanned<&str>> for Sourced<String> {
    fn from(spanned: Spanned<&str>) -> Self {
        Self { value: spanned.value.to_owned(), origin: Provenance::File(spanned.span) }
    }
}
