//! How the AWS CLI reads the same text: Python's `configparser.RawConfigParser` and `shlex`, as botocore's
//! `configloader.py` puts them together. It is a second read-out, for showing where the two readings differ; nothing is
//! resolved from it.

mod configparser;
mod differences;
mod shlex;
mod view;

use std::borrow::Cow;

use crate::header::SectionKind;
use crate::source::{FileKind, SourceFile};

pub use configparser::{CliError, CliErrorKind};
pub use differences::{Difference, DifferenceKind, differences};
pub use view::{CliSection, CliSections, CliSetting, CliValue, CliView, read};

/// Returns how many lines of a file the AWS CLI refuses, were it to go on after the first.
pub(crate) fn errors_of(file: &SourceFile) -> usize {
    view::read_on(&[file]).1.len()
}

/// Returns what `configparser` takes for a header's name: everything up to the *last* bracket of the line.
pub(crate) fn header_text(line: &str) -> Option<&str> {
    let line = line.split('\r').next().unwrap_or_default();
    let inner = line.strip_prefix('[')?;
    let (name, _) = inner.rsplit_once(']')?;
    (!name.is_empty()).then_some(name)
}

/// Returns what botocore makes of a header: kind, name, and the text that the name was made from.
///
/// In the config file a header is `default`, or two shell words of which the text *starts* with `profile`, `sso-session` or
/// `services` (`[profiles a]` is a profile). In the credentials file every header is a profile's name, whole.
pub(crate) fn section_of_header(header: &str, file: FileKind) -> Option<(SectionKind, Cow<'_, str>, &str)> {
    // `configparser` takes the keys below `[DEFAULT]` into every other section; there is no section of that name.
    if header == "DEFAULT" {
        return None;
    }
    if file == FileKind::Credentials || header == "default" {
        return Some((SectionKind::Profile, Cow::Borrowed(header), header));
    }
    let kinds =
        [("profile", SectionKind::Profile), ("sso-session", SectionKind::SsoSession), ("services", SectionKind::Services)];
    let (_, kind) = kinds.into_iter().find(|(prefix, _)| header.starts_with(prefix))?;
    let words: [_; 2] = shlex::split(header)?.try_into().ok()?;
    let [_, (name, written)] = words;
    Some((kind, name, written))
}
