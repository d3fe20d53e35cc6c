//! What an edit may not do to the AWS CLI's reading of the file.

use crate::cli::{self, CliSection, CliSections, CliView};
use crate::document::Document;
use crate::source::FileKind;

use super::Change;

/// Returns whether the AWS CLI reads every setting but the changed ones as before. A file that it could not read before
/// cannot get worse.
pub(super) fn is_kept(before: &Document, after: &Document, changes: &[Change<'_>]) -> bool {
    let Some(old) = read(before) else { return true };
    let Some(new) = read(after) else { return false };
    let is_same_section = |section: &CliSection, now: &CliSections| {
        now.get(section.name()).is_some_and(|now| others(section, changes).eq(others(now, changes)))
    };
    let mut pairs = lists(&old).into_iter().zip(lists(&new));
    pairs.all(|(old, new)| old.iter().all(|section| is_same_section(section, new)))
}

fn read(document: &Document) -> Option<CliView> {
    let source = document.source();
    let only = |kind| (source.kind() == kind).then_some(source);
    cli::read(only(FileKind::Config), only(FileKind::Credentials)).ok()
}

fn lists(view: &CliView) -> [&CliSections; 4] {
    [&view.profiles, &view.sso_sessions, &view.services, &view.other]
}

/// The settings of a section that no change is for.
fn others<'a>(section: &'a CliSection, changes: &'a [Change<'_>]) -> impl Iterator<Item = (&'a str, &'a cli::CliValue)> {
    let is_changed = |key: &str| {
        // Keys are lower case here as Python makes them: that of all letters.
        changes.iter().any(|it| it.place.name == section.name() && it.place.key.to_lowercase() == key)
    };
    section.settings().filter(move |setting| !is_changed(&setting.key)).map(|setting| (setting.key.as_str(), &setting.value))
}
