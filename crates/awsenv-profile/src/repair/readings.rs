//! What repairs may not do to the two readings of a file.

use std::collections::HashMap;
use std::ops::Range;

use crate::cli::{self, CliSections, CliValue};
use crate::document::Document;
use crate::header::SectionKind;
use crate::profile::{ProfileSet, Section};
use crate::source::{FileKind, SourceFile, Span};

/// A section's kind and name, and a key.
type Name = (SectionKind, String, String);

/// A value as both readers may give it.
#[derive(PartialEq, Eq)]
enum Value {
    Sdks(String),
    Cli(CliValue),
}

/// What one of the readers takes, and the line of its key.
type Reading = HashMap<Name, (Value, usize)>;

/// A file as the SDKs and the AWS CLI read it.
pub(super) struct Readings {
    sdks: Reading,
    sdk_errors: usize,
    /// Nothing where the AWS CLI refuses the file.
    cli: Option<Reading>,
    cli_errors: usize,
}

/// Which lines one repair is about, and how lines have moved.
pub(super) struct Scope<'p> {
    /// The old lines whose settings it may change.
    pub(super) meant: Range<usize>,
    /// The old lines that it splices, and how many lines they are afterwards.
    pub(super) lines: &'p Range<usize>,
    pub(super) now: usize,
}

impl Readings {
    pub(super) fn of(document: &Document) -> Readings {
        let source = document.source();
        let only = |kind| (source.kind() == kind).then_some(source);
        let (config, credentials) = (only(FileKind::Config), only(FileKind::Credentials));
        let set = ProfileSet::parse(config.cloned(), credentials.cloned());
        let view = cli::read(config, credentials).ok();
        Readings {
            sdks: of_sdks(document, &set),
            sdk_errors: set.errors().len(),
            cli: view.map(|view| {
                let lists = [
                    (SectionKind::Profile, &view.profiles),
                    (SectionKind::SsoSession, &view.sso_sessions),
                    (SectionKind::Services, &view.services),
                ];
                lists.into_iter().flat_map(|(kind, list)| of_cli(document, kind, list)).collect()
            }),
            cli_errors: cli::errors_of(source),
        }
    }

    /// Returns whether a file is read after its repairs as before, but for the settings that they are about: what was
    /// refused by neither is not refused now, no setting has another value, and there is none that was not there.
    pub(super) fn are_kept(&self, after: &Document, scopes: &[Scope<'_>]) -> bool {
        let now = Readings::of(after);
        if now.sdk_errors > self.sdk_errors || now.cli_errors > self.cli_errors {
            return false;
        }
        // What refused the file before cannot make it worse.
        let cli = match (&self.cli, &now.cli) {
            (Some(old), Some(new)) => is_kept(old, new, scopes),
            (Some(_), None) => false,
            (None, _) => true,
        };
        cli && is_kept(&self.sdks, &now.sdks, scopes)
    }
}

fn is_kept(old: &Reading, new: &Reading, scopes: &[Scope<'_>]) -> bool {
    let meant = Places::of(scopes.iter().map(|scope| scope.meant.clone()));
    let now = now(scopes);
    old.iter().all(|(name, (value, line))| meant.has(*line) || new.get(name).is_some_and(|(now, _)| now == value))
        && new.iter().all(|(name, (_, line))| old.contains_key(name) || now.has(*line))
}

/// Where the lines that the repairs are about stand afterwards.
fn now(scopes: &[Scope<'_>]) -> Places {
    let (mut gone, mut come) = (0, 0);
    let shifts: Vec<(usize, usize, usize)> = scopes
        .iter()
        .map(|scope| {
            gone += scope.lines.len();
            come += scope.now;
            (scope.lines.end, gone, come)
        })
        .collect();
    let moved = |line: usize| match shifts.partition_point(|(end, ..)| *end <= line).checked_sub(1) {
        Some(at) => line + shifts[at].2 - shifts[at].1,
        None => line,
    };
    let place = |scope: &Scope<'_>| moved(scope.meant.start.min(scope.lines.start))..moved(scope.meant.end.max(scope.lines.end));
    Places::of(scopes.iter().map(place))
}

/// Some lines of a file, as ranges in their order with others between them.
struct Places(Vec<Range<usize>>);

impl Places {
    fn of(ranges: impl Iterator<Item = Range<usize>>) -> Places {
        let mut ranges: Vec<Range<usize>> = ranges.collect();
        ranges.sort_by_key(|range| range.start);
        let mut places: Vec<Range<usize>> = Vec::new();
        for range in ranges {
            match places.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => places.push(range),
            }
        }
        Places(places)
    }

    fn has(&self, line: usize) -> bool {
        let at = self.0.partition_point(|place| place.end <= line);
        self.0.get(at).is_some_and(|place| place.start <= line)
    }
}

fn of_sdks(document: &Document, set: &ProfileSet) -> Reading {
    let of = |section: Section<'_>| {
        let setting = |(key, value): (crate::Spanned<&str>, crate::Spanned<&str>)| {
            let name = (section.kind(), section.name().to_owned(), key.value.to_owned());
            (name, (Value::Sdks(value.value.to_owned()), line_of(document, key.span)))
        };
        section.settings().map(setting).collect::<Vec<_>>()
    };
    set.profiles().chain(set.sso_sessions()).chain(set.services_sections()).flat_map(of).collect()
}

fn of_cli(document: &Document, kind: SectionKind, sections: &CliSections) -> Reading {
    let of = |section: &cli::CliSection| {
        let settings = section.settings().map(|setting| {
            let name = (kind, section.name().to_owned(), setting.key.clone());
            (name, (Value::Cli(setting.value.clone()), line_of(document, setting.key_span)))
        });
        settings.collect::<Vec<_>>()
    };
    sections.iter().flat_map(of).collect()
}

fn line_of(document: &Document, span: Span) -> usize {
    document.lines().partition_point(|line| line.span.end() <= span.start)
}

/// The text of a file after some change, read again.
pub(super) fn reread(document: &Document, text: String) -> Document {
    Document::parse(SourceFile::new(document.source().kind(), document.source().path(), text))
}
