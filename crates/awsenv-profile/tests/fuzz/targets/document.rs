//! One file line by line.

use awsenv_profile::{Document, LineKind, Place, ProfileSet, SectionKind, SourceFile, Visibility};

pub(super) fn check(source: &SourceFile) {
    let document = Document::parse(source.clone());
    let text = source.text();
    assert_eq!(document.text(), text, "nothing is lost");
    let mut end = if source.has_byte_order_mark() { '\u{feff}'.len_utf8() } else { 0 };
    for line in document.lines() {
        assert_eq!(line.span.start as usize, end, "lines follow each other");
        end = line.span.end() as usize;
        let whole = text.get(line.span.start as usize..end).expect("a line is whole characters");
        assert!(!whole.is_empty(), "a line is something");
        let expected = if whole.ends_with("\r\n") { 2 } else { usize::from(whole.ends_with('\n')) };
        assert_eq!(line.ending as usize, expected);
        assert_eq!(whole[..whole.len() - expected].find('\n'), None);
        if let LineKind::Property { key, value } = line.kind {
            assert!(line.span.start <= key.start && key.end() < value.start && value.end() <= line.span.end() - line.ending);
            assert!(!source.slice(key).is_empty(), "a property has a key");
        }
        let header = line.section.map(|at| document.sections()[at].lines.start);
        assert!(line.kind != LineKind::Header || header.is_some_and(|at| document.lines()[at] == *line));
    }
    assert_eq!(end, text.len(), "lines are all of the text");
    check_sections(&document);
    check_values(&document);
    for at in [0, document.lines().len() / 2, document.lines().len()] {
        assert_eq!(document.with_lines(at..at, ""), text);
    }
}

fn check_sections(document: &Document) {
    let mut next = document.sections().first().map_or(0, |section| section.lines.start);
    for (at, section) in document.sections().iter().enumerate() {
        assert_eq!(section.lines.start, next, "sections follow each other");
        next = section.lines.end;
        assert_eq!(document.lines()[section.lines.start].kind, LineKind::Header);
        assert!(document.lines()[section.lines.clone()].iter().all(|line| line.section == Some(at)));
        let mut last = section.lines.start + 1;
        for property in document.properties(section) {
            assert!(last <= property.lines.start && property.lines.end <= section.lines.end, "{property:?}");
            last = property.lines.end;
        }
        let place = document.insertion_line(section);
        assert!(section.lines.start < place && place <= section.lines.end);
    }
    assert!(document.sections().is_empty() || next == document.lines().len());
}

/// The document and the profile set know the same values.
fn check_values(document: &Document) {
    let source = document.source().clone();
    let set = match source.kind() {
        awsenv_profile::FileKind::Config => ProfileSet::parse(Some(source), None),
        awsenv_profile::FileKind::Credentials => ProfileSet::parse(None, Some(source)),
    };
    assert_eq!(document.errors(), set.errors());
    for section in set.profiles().chain(set.sso_sessions()).chain(set.services_sections()) {
        if section.visibility() != Visibility::Everywhere {
            continue;
        }
        for (key, value) in section.settings() {
            let place = |sub| Place { section: section.kind(), name: section.name(), key: key.value, sub };
            if value.value.contains('\n') {
                assert_eq!(document.value(&place(None)), None, "a value of several lines is none");
            } else {
                assert_eq!(document.value(&place(None)), Some(value.value.trim()), "{place:?}", place = place(None));
            }
            for (sub, value) in section.sub_properties(key.value) {
                assert_eq!(document.value(&place(Some(sub.value))), Some(value.value));
            }
        }
    }
    assert_eq!(document.blocks(SectionKind::Profile, "no such name").len(), 0);
}
