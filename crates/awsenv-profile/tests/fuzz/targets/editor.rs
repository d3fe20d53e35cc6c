//! Edits of one file.

use awsenv_profile::cli::{self, CliSection, CliSections, CliValue, CliView};
use awsenv_profile::{Document, EditError, FileKind, LineKind, Place, ProfileSet, SourceFile};

use super::{Input, Wanted};

/// What became of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Outcome {
    Done,
    Refused,
}

pub(super) fn check(input: &Input) -> Outcome {
    let before = Document::parse(input.edited());
    let changes: Vec<_> = input.changes.iter().map(Wanted::change).collect();
    let changed = match before.changed(&changes) {
        Ok(changed) => changed,
        Err(EditError::Broken(span) | EditError::Twice(span)) => {
            let text = before.source().text();
            let place = text.get(span.start as usize..span.end() as usize);
            assert!(place.is_some_and(|place| !place.is_empty()), "{span:?} is nothing of {text:?}");
            return Outcome::Refused;
        }
        Err(EditError::LineBreak | EditError::NotReadBack) => return Outcome::Refused,
    };
    let after = Document::parse(SourceFile::new(before.source().kind(), before.source().path(), changed.as_str()));
    let shown = format!("{:?}\n{:?}\n{changed:?}", input.changes, before.source().text());
    for (at, change) in input.changes.iter().enumerate() {
        if input.changes[at + 1..].iter().any(|later| overrides(later, change)) {
            continue;
        }
        assert_eq!(after.value(&change.place()), change.value.as_deref().map(str::trim), "{change:?} is not there: {shown}");
    }
    assert_eq!(others(&before, &input.changes), others(&after, &input.changes), "{shown}");
    check_lines(&before, &after, input, &shown);
    check_cli(&before, &after, input, &shown);
    // What is taken away and set again goes to another line each time.
    let is_overridden = |(at, change)| input.changes[at + 1..].iter().any(|later| overrides(later, change));
    if !input.changes.iter().enumerate().any(is_overridden) {
        assert_eq!(after.changed(&changes).as_deref(), Ok(changed.as_str()), "twice is once: {shown}");
    }
    Outcome::Done
}

/// Whether two changes are of the same section.
fn is_same_section(one: &Wanted, other: &Wanted) -> bool {
    one.section == other.section && one.name == other.name
}

fn overrides(later: &Wanted, earlier: &Wanted) -> bool {
    let is_same_sub = match (&later.sub, &earlier.sub) {
        (Some(later), Some(earlier)) => later.eq_ignore_ascii_case(earlier),
        _ => true,
    };
    is_same_section(later, earlier) && later.key.eq_ignore_ascii_case(&earlier.key) && is_same_sub
}

fn set_of(source: &SourceFile) -> ProfileSet {
    let only = |kind| (source.kind() == kind).then(|| source.clone());
    ProfileSet::parse(only(FileKind::Config), only(FileKind::Credentials))
}

/// Every setting of a file as the SDKs read it, but for those that are changed.
fn others(document: &Document, changes: &[Wanted]) -> Vec<String> {
    let set = set_of(document.source());
    let sections = set.profiles().chain(set.sso_sessions()).chain(set.services_sections());
    let mut found = Vec::new();
    for section in sections {
        let own: Vec<_> = changes.iter().filter(|it| it.section == section.kind() && it.name == section.name()).collect();
        for (key, value) in section.settings() {
            let of_key: Vec<_> = own.iter().filter(|it| it.key.eq_ignore_ascii_case(key.value)).collect();
            if of_key.is_empty() {
                found.push(format!("{:?} {} {}={}", section.kind(), section.name(), key.value, value.value));
            } else if of_key.iter().all(|it| it.sub.is_some()) && value.value.starts_with('\n') {
                let is_changed =
                    |name: &str| of_key.iter().any(|it| it.sub.as_ref().is_some_and(|sub| sub.eq_ignore_ascii_case(name)));
                let rest = section.sub_properties(key.value).into_iter().filter(|(name, _)| !is_changed(name.value));
                found
                    .extend(rest.map(|(name, value)| format!("{} {}.{}={}", section.name(), key.value, name.value, value.value)));
            }
        }
    }
    found.sort();
    found
}

/// In their order, every old line is there still, but for those of the settings themselves; a last one may have got its end.
fn check_lines(before: &Document, after: &Document, input: &Input, shown: &str) {
    let blocks = |place: &Place<'_>| {
        let blocks = before.blocks(place.section, place.name);
        blocks.into_iter().flat_map(|block| before.properties(block)).collect::<Vec<_>>()
    };
    let of_change = |change: &Wanted| {
        let is_own = |key: &str| key.eq_ignore_ascii_case(&change.key);
        let properties = blocks(&change.place()).into_iter().filter(move |it| is_own(before.source().slice(it.key)));
        properties.flat_map(|property| property.lines).collect::<Vec<_>>()
    };
    let own: Vec<usize> = input.changes.iter().flat_map(of_change).collect();
    let mut new = after.lines().iter().map(|line| after.line_text(line));
    for (at, line) in before.lines().iter().enumerate() {
        let old = before.line_text(line);
        if own.contains(&at) && !matches!(line.kind, LineKind::Blank | LineKind::Comment) {
            continue;
        }
        let is = |new: &str, old: &str| {
            new == old || (line.ending == 0 && new.strip_prefix(old).is_some_and(|end| ["\n", "\r\n"].contains(&end)))
        };
        // An indented comment of a setting that goes is one for everybody in the first column only.
        let lifted = Some(old.trim_start()).filter(|old| line.kind == LineKind::Broken && old.starts_with(['#', ';']));
        let is_same = |new: &str| is(new, old) || lifted.is_some_and(|lifted| is(new, lifted));
        assert!(new.any(is_same), "{old:?} is gone: {shown}");
    }
    // A change writes a header, a key and a sub-key at most.
    assert!(after.lines().len() <= before.lines().len() + 3 * input.changes.len(), "{shown}");
    assert_eq!(before.source().has_byte_order_mark(), after.source().has_byte_order_mark(), "{shown}");
}

/// A file that the AWS CLI could read it can read still, with the same other settings.
fn check_cli(before: &Document, after: &Document, input: &Input, shown: &str) {
    let read = |document: &Document| {
        let source = document.source();
        let only = |kind| (source.kind() == kind).then_some(source);
        cli::read(only(FileKind::Config), only(FileKind::Credentials))
    };
    let Ok(old) = read(before) else { return };
    let new = read(after).unwrap_or_else(|error| panic!("the AWS CLI refuses it now, {error:?}: {shown}"));
    for (old, new) in lists(&old).into_iter().zip(lists(&new)) {
        for section in old.iter() {
            let now = new.get(section.name()).unwrap_or_else(|| panic!("`{}` is gone: {shown}", section.name()));
            assert_eq!(cli_settings(section, input), cli_settings(now, input), "as the AWS CLI reads it: {shown}");
        }
    }
}

fn lists(view: &CliView) -> [&CliSections; 4] {
    [&view.profiles, &view.sso_sessions, &view.services, &view.other]
}

/// The settings of a section that are not changed.
fn cli_settings(section: &CliSection, input: &Input) -> Vec<String> {
    // Python's lower case is that of all letters.
    let is_changed = |key: &str| input.changes.iter().any(|it| it.name == section.name() && it.key.to_lowercase() == key);
    let others = section.settings().filter(|setting| !is_changed(&setting.key));
    let shown = others.map(|setting| match &setting.value {
        CliValue::Text(text) => format!("{}={text}", setting.key),
        CliValue::Map(entries) => format!("{}={entries:?}", setting.key),
    });
    shown.collect()
}
