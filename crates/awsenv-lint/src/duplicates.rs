//! What is in a file twice.

use std::collections::HashMap;

use awsenv_profile::{
    Document, FileKind, LineKind, ProfileSet, PropertyLines, Repair, SectionLines, SectionName, SourceFile, Span, cli,
};

use crate::collect::Findings;
use crate::finding::Lint;

/// Headers and keys that are there twice, letter for letter: Python's `configparser` refuses the file.
pub(crate) fn lint(document: &Document, findings: &mut Findings) {
    let mut headers: HashMap<&str, &SectionLines> = HashMap::new();
    let mut named: HashMap<&SectionName, Vec<&SectionLines>> = HashMap::new();
    for section in document.sections() {
        let header = document.line_text(&document.lines()[section.lines.start]);
        let Some(inner) = header.trim_start().strip_prefix('[').and_then(|rest| rest.rsplit_once(']')).map(|(inner, _)| inner)
        else {
            continue;
        };
        if let Some(first) = headers.get(inner) {
            let (at, first_at) = (header_span(document, section), header_span(document, first));
            let earlier = named.get(&section.name).map_or(&[][..], Vec::as_slice);
            let both = in_both(document, earlier, section);
            let repair = match () {
                () if repeats(document, first, section) => Some(Repair::RemoveSection { at }),
                () if both.is_empty() && is_mergeable(document, first, section) => {
                    Some(Repair::MergeSection { at, into: first_at })
                }
                () => None,
            };
            findings.push_repairable(Lint::DuplicateSection { name: inner.to_owned(), first: first_at, both }, at, repair);
        } else {
            headers.insert(inner, section);
        }
        named.entry(&section.name).or_default().push(section);
        let mut keys: HashMap<String, (Span, Option<String>)> = HashMap::new();
        for property in document.properties(section) {
            let key = document.source().slice(property.key).to_ascii_lowercase();
            let value = value(document, &property);
            match keys.get(&key) {
                None => {
                    keys.insert(key, (property.key, value));
                }
                Some((first, old)) => {
                    let repair = (value.is_some() && *old == value).then_some(Repair::RemoveSetting { at: property.key });
                    findings.push_repairable(Lint::DuplicateKey { key, first: *first }, property.key, repair);
                }
            }
        }
    }
}

/// The header without its line end.
pub(crate) fn header_span(document: &Document, section: &SectionLines) -> Span {
    let line = &document.lines()[section.lines.start];
    Span { len: line.span.len - line.ending, ..line.span }
}

/// A setting's value where it has one line.
fn value(document: &Document, property: &PropertyLines) -> Option<String> {
    (property.lines.len() == 1).then(|| document.source().slice(property.value).to_owned())
}

/// The keys of a section that earlier ones of its name have too.
fn in_both(document: &Document, earlier: &[&SectionLines], later: &SectionLines) -> Vec<String> {
    let keys = |section: &SectionLines| {
        let keys = document.properties(section).map(|property| document.source().slice(property.key).to_ascii_lowercase());
        keys.collect::<Vec<_>>()
    };
    let known: Vec<String> = earlier.iter().flat_map(|section| keys(section)).collect();
    keys(later).into_iter().filter(|key| known.contains(key)).collect()
}

/// Whether the lines of both below one header say to the SDKs what they say below two, and the same to the AWS CLI.
fn is_mergeable(document: &Document, first: &SectionLines, later: &SectionLines) -> bool {
    let text =
        |from: usize, to: usize| -> String { document.lines()[from..to].iter().map(|line| document.line_text(line)).collect() };
    let lines = |section: &SectionLines| document.lines()[section.lines.clone()].iter();
    // A comment in the header's line would be lost.
    let has_comment = !document.line_text(&document.lines()[later.lines.start]).trim_end().ends_with(']');
    if has_comment || lines(first).chain(lines(later)).any(|line| line.kind == LineKind::Broken) {
        return false;
    }
    let above = text(first.lines.start, document.insertion_line(first));
    let (start, end) = (later.lines.start, document.insertion_line(later));
    let read = |text: String| {
        let file = SourceFile::new(document.source().kind(), document.source().path(), text);
        let (config, credentials) = match document.source().kind() {
            FileKind::Config => (Some(file), None),
            FileKind::Credentials => (None, Some(file)),
        };
        ProfileSet::parse(config, credentials)
    };
    let (apart, together) = (read(above.clone() + &text(start, end)), read(above + &text(start + 1, end)));
    settings(&apart) == settings(&together) && cli::differences(&together).is_empty() && together.errors().is_empty()
}

/// Everything that the SDKs read.
fn settings(profiles: &ProfileSet) -> Vec<(String, String)> {
    let sections = profiles.profiles().chain(profiles.sso_sessions()).chain(profiles.services_sections());
    let settings = sections.flat_map(|section| section.settings());
    settings.map(|(key, value)| (key.value.to_owned(), value.value.to_owned())).collect()
}

/// Whether every setting of the later section is in the earlier one, with the same value.
pub(crate) fn repeats(document: &Document, earlier: &SectionLines, later: &SectionLines) -> bool {
    let settings = |section: &SectionLines| {
        let properties = document.properties(section);
        properties
            .map(|property| Some((document.source().slice(property.key).to_ascii_lowercase(), value(document, &property)?)))
            .collect::<Vec<_>>()
    };
    let known = settings(earlier);
    settings(later).iter().all(|setting| setting.is_some() && known.contains(setting))
}
