//! The reading of both files.

use awsenv_profile::{FileKind, ProfileSet, Span, cli};

use super::Input;

pub(super) fn check(input: &Input) {
    let set = ProfileSet::parse(Some(input.config()), Some(input.credentials()));
    let differences = cli::differences(&set);
    let own = set.errors().iter().map(|error| error.span).chain(set.warnings().iter().map(|warning| warning.span));
    let others = differences.iter().flat_map(|difference| std::iter::once(difference.span).chain(difference.cli_span));
    for span in own.chain(others) {
        check_span(&set, span);
    }
    for section in set.profiles().chain(set.sso_sessions()).chain(set.services_sections()) {
        check_span(&set, section.span());
        for (key, value) in section.settings() {
            check_span(&set, key.span);
            check_span(&set, value.span);
            assert_eq!(set.sources().slice(key.span).to_ascii_lowercase(), key.value);
            if !value.value.contains('\n') {
                assert_eq!(set.sources().slice(value.span), value.value);
            }
            assert_eq!(section.get(key.value), Some(value));
            let credentials = section.get_in(key.value, FileKind::Credentials);
            assert_eq!(credentials.or(section.get_in(key.value, FileKind::Config)), Some(value), "the credentials file wins");
            for (name, value) in section.sub_properties(key.value) {
                assert_eq!(set.sources().slice(name.span), name.value);
                assert_eq!(set.sources().slice(value.span), value.value);
            }
        }
    }
    for profile in set.profiles() {
        assert_eq!(set.profile(profile.name()).map(|found| found.span()), Some(profile.span()));
    }
}

/// A span is a piece of its file, of whole characters, and has a line and a column in it.
fn check_span(set: &ProfileSet, span: Span) {
    let text = set.sources().file(span.file).expect("both files are there").text();
    assert!(text.get(span.start as usize..span.end() as usize).is_some(), "{span:?} is no slice of {text:?}");
    let location = set.sources().location(span);
    assert!(location.line >= 1 && location.column >= 1, "{location:?}");
    assert!(location.column as usize <= location.line_text.chars().count() + 1, "{location:?}");
}
