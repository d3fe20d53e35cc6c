//! What is in a file twice.

use std::collections::HashMap;

use awsenv_profile::{Document, PropertyLines, Repair, SectionLines, Span};

use crate::collect::Findings;
use crate::finding::Lint;

/// Headers and keys that are there twice, letter for letter: Python's `configparser` refuses the file.
pub(crate) fn lint(document: &Document, findings: &mut Findings) {
    let mut headers: HashMap<&str, &SectionLines> = HashMap::new();
    for section in document.sections() {
        let header = document.line_text(&document.lines()[section.lines.start]);
        let Some(inner) = header.trim_start().strip_prefix('[').and_then(|rest| rest.rsplit_once(']')).map(|(inner, _)| inner)
        else {
            continue;
        };
        if let Some(first) = headers.get(inner) {
            let (at, first_at) = (header_span(document, section), header_span(document, first));
            let repair = repeats(document, first, section).then_some(Repair::RemoveSection { at });
            findings.push_repairable(Lint::DuplicateSection { name: inner.to_owned(), first: first_at }, at, repair);
        } else {
            headers.insert(inner, section);
        }
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
