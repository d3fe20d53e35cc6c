//! Turns the text of `~/.aws/config` and `~/.aws/credentials` into profiles, every value with the file, line and column it
//! comes from. It reads as the AWS SDKs do ([`ProfileSet`]), knows the AWS CLI's different reading of the same text
//! ([`cli`]), and holds one file line by line, losslessly, for those who want to change it ([`Document`]).
//!
//! It deliberately does not know what a setting means, which settings exist, where the files are, environment variables,
//! files or the time: text comes in, data goes out. It has no dependencies, and it never fails: a broken line is a
//! [`SyntaxError`] beside the profiles, so that a typo in one profile does not stop the use of another.
//!
//! The grammar is the one that the SDKs share (smithy-rs `aws-runtime/src/env_config/{parse,normalize}.rs`; AWS SDKs and
//! Tools Reference Guide, "Shared config and credentials files"); AWS publishes 65 test vectors for it, and all of them run
//! in `tests/conformance/profile_parser.rs`.
//!
//! What holds for every file and every edit is checked by `tests/fuzz`. By hand, 2026-11-22, seeds 20261122, 1000000000 and
//! 2000000000: ten million inputs for `scanner` and for `document` found nothing; `editor` found one fault (a block that is
//! there twice), and after it was mended nothing in ten million.

pub mod cli;
mod document;
mod edit;
mod error;
mod header;
mod merge;
mod profile;
mod reading;
mod repair;
mod scan;
mod source;
mod warning;

pub use document::{Document, DocumentLine, LineKind, PropertyLines, SectionLines};
pub use edit::{Change, EditError, Place};
pub use error::{SyntaxError, SyntaxErrorKind};
pub use header::{SectionKind, SectionName, Visibility};
pub use profile::{ProfileSet, Section};
pub use repair::{Repair, Repaired};
pub use source::{FileKind, Location, SourceFile, SourceMap, Span, Spanned};
pub use warning::{IgnoredSection, SyntaxWarning, SyntaxWarningKind};
