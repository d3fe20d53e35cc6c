//! Where the SDKs and the AWS CLI read the same files differently.

use std::collections::{HashMap, HashSet};
use std::fmt;

use crate::error::SyntaxErrorKind;
use crate::header::{SectionKind, SectionName, Visibility};
use crate::profile::{ProfileSet, Section};
use crate::source::{FileKind, SourceMap, Span};

use super::configparser::CliErrorKind;
use super::view::{self, CliSection, CliSections, CliValue};

/// One place where the two readings differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// How they differ.
    pub kind: DifferenceKind,
    /// The line, key, value or name that makes the difference; for a value that stands in two places, where the SDKs take it.
    pub span: Span,
    /// For a value: where the AWS CLI takes it, if it is another place.
    pub cli_span: Option<Span>,
    /// The section that it is in, if it is in one.
    pub section: Option<SectionName>,
}

/// How the two readings differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DifferenceKind {
    /// The AWS CLI refuses the whole file because of this line; the SDKs read it.
    OnlyCliRefuses(CliErrorKind),
    /// The SDKs refuse the whole file because of this line; the AWS CLI reads it.
    OnlySdksRefuse(SyntaxErrorKind),
    /// The section exists for the AWS CLI alone.
    OnlyCliReadsSection,
    /// The section exists for the SDKs alone.
    OnlySdksReadSection,
    /// The AWS CLI alone reads this key.
    OnlyCliReadsKey,
    /// The SDKs alone read this key.
    OnlySdksReadKey,
    /// The AWS CLI takes this key, which stands below `[DEFAULT]`, into every section of the file.
    CliReadsKeyEverywhere,
    /// Both read the key, with different values.
    DifferentValue,
}

impl fmt::Display for DifferenceKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DifferenceKind::OnlyCliRefuses(why) => {
                write!(formatter, "the AWS CLI refuses the whole file, the SDKs do not: {why}")
            }
            DifferenceKind::OnlySdksRefuse(why) => {
                write!(formatter, "the SDKs refuse the whole file, the AWS CLI does not: {why}")
            }
            DifferenceKind::OnlyCliReadsSection => formatter.write_str("only the AWS CLI reads this section, the SDKs ignore it"),
            DifferenceKind::OnlySdksReadSection => formatter.write_str("only the SDKs read this section, the AWS CLI ignores it"),
            DifferenceKind::OnlyCliReadsKey => formatter.write_str("only the AWS CLI reads this key"),
            DifferenceKind::OnlySdksReadKey => formatter.write_str("only the SDKs read this key"),
            DifferenceKind::CliReadsKeyEverywhere => {
                formatter.write_str("the AWS CLI takes this key into every section of the file")
            }
            DifferenceKind::DifferentValue => formatter.write_str("the AWS CLI and the SDKs read different values here"),
        }
    }
}

/// Returns every place where the AWS CLI reads the files of a set differently from the SDKs, in the order of the files.
///
/// Both go on after an error here, so that one error does not hide the next difference. Where a line differs because one of
/// them refuses it, that is the only difference of the line; a line that both refuse is none (it is in
/// [`ProfileSet::errors`]), nor is a byte order mark (it is in [`ProfileSet::warnings`]).
#[must_use]
pub fn differences(set: &ProfileSet) -> Vec<Difference> {
    let sources = set.sources();
    let files: Vec<_> = [FileKind::Config, FileKind::Credentials].into_iter().filter_map(|kind| sources.file(kind)).collect();
    let (view, errors, defaults) = view::read_on(&files);

    let line_of = |span: Span| (span.file, sources.line_of(span));
    let mut refused_by_sdks: HashSet<_> = set.errors().iter().map(|error| line_of(error.span)).collect();
    let refused_by_cli: HashSet<_> = errors.iter().map(|error| line_of(error.span)).collect();
    // The first line behind a byte order mark: the SDKs refuse it too, we do not.
    refused_by_sdks.extend(files.iter().filter(|file| file.has_byte_order_mark()).map(|file| (file.kind(), 1)));

    let mut found = Comparison { sources, refused_by_sdks: &refused_by_sdks, found: Vec::new() };
    for error in errors.iter().filter(|error| !refused_by_sdks.contains(&line_of(error.span))) {
        found.push(DifferenceKind::OnlyCliRefuses(error.kind), error.span, None);
    }
    for error in set.errors().iter().filter(|error| !refused_by_cli.contains(&line_of(error.span))) {
        found.push(DifferenceKind::OnlySdksRefuse(error.kind), error.span, error.section.as_ref());
    }
    for setting in &defaults {
        found.push(DifferenceKind::CliReadsKeyEverywhere, setting.key_span, None);
    }
    found.sections(SectionKind::Profile, set.profiles(), &view.profiles);
    found.sections(SectionKind::SsoSession, set.sso_sessions(), &view.sso_sessions);
    found.sections(SectionKind::Services, set.services_sections(), &view.services);
    found.found.sort_by_key(|difference| (difference.span.file, difference.span.start));
    found.found
}

struct Comparison<'a> {
    sources: &'a SourceMap,
    refused_by_sdks: &'a HashSet<(FileKind, u32)>,
    found: Vec<Difference>,
}

impl Comparison<'_> {
    fn push(&mut self, kind: DifferenceKind, span: Span, section: Option<&SectionName>) {
        self.found.push(Difference { kind, span, cli_span: None, section: section.cloned() });
    }

    /// What only the AWS CLI reads, unless the SDKs refuse the line: then that is the difference.
    fn push_cli_only(&mut self, kind: DifferenceKind, span: Span, section: &SectionName) {
        if !self.refused_by_sdks.contains(&(span.file, self.sources.line_of(span))) {
            self.push(kind, span, Some(section));
        }
    }

    fn sections<'s>(&mut self, kind: SectionKind, sdk: impl Iterator<Item = Section<'s>>, cli: &CliSections) {
        let mut known = HashSet::new();
        for section in sdk.filter(|section| section.visibility() == Visibility::Everywhere) {
            known.insert(section.name());
            let name = SectionName { kind, name: section.name().into() };
            match cli.get(section.name()) {
                Some(other) => self.section(&name, section, other),
                None => self.push(DifferenceKind::OnlySdksReadSection, section.span(), Some(&name)),
            }
        }
        for section in cli.iter().filter(|section| !known.contains(section.name())) {
            if let Some((span, _)) = section.header() {
                self.push_cli_only(DifferenceKind::OnlyCliReadsSection, span, &SectionName { kind, name: section.name().into() });
            }
        }
    }

    fn section(&mut self, name: &SectionName, sdk: Section<'_>, cli: &CliSection) {
        let mut known = HashSet::new();
        for (key, value) in sdk.settings() {
            known.insert(key.value);
            match cli.get(key.value) {
                None => self.push(DifferenceKind::OnlySdksReadKey, key.span, Some(name)),
                Some(other) if is_same(sdk, key.value, value.value, &other.value) => {}
                Some(other) => {
                    let cli_span = Some(other.span).filter(|span| span.start != value.span.start || span.file != value.span.file);
                    self.found.push(Difference {
                        kind: DifferenceKind::DifferentValue,
                        span: value.span,
                        cli_span,
                        section: Some(name.clone()),
                    });
                }
            }
        }
        for setting in cli.settings().filter(|setting| !known.contains(setting.key.as_str())) {
            self.push_cli_only(DifferenceKind::OnlyCliReadsKey, setting.key_span, name);
        }
    }
}

/// Returns whether both see the same value: the same text, or a block with the same sub-properties.
fn is_same(sdk: Section<'_>, key: &str, text: &str, cli: &CliValue) -> bool {
    match cli {
        CliValue::Text(other) => other == text,
        CliValue::Map(entries) => {
            let own = sdk.sub_properties(key);
            let own: HashMap<&str, &str> = own.iter().map(|(key, value)| (key.value, value.value)).collect();
            // A sub-key without a name is on a line that the SDKs refuse, which is a difference already.
            let entries: Vec<_> = entries.iter().filter(|(key, _)| !key.is_empty()).collect();
            own.len() == entries.len() && entries.iter().all(|(key, value)| own.get(key.as_str()) == Some(&value.as_str()))
        }
    }
}
