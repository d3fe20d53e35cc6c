//! What holds for every text, however broken.

mod generator;

use awsenv_profile::{Document, FileKind, LineKind, ProfileSet, Section, SourceFile, Visibility, cli};
use generator::Generator;

/// Everything that the two grammars look at, and some things that they should not trip over.
const PIECES: [&str; 44] = [
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "  ",
    "\u{a0}",
    "\u{85}",
    "\u{feff}",
    "[",
    "]",
    "[default]",
    "[DEFAULT]",
    "[profile ",
    "[profile a]",
    "[profile b]\n",
    "[profile \"a b\"]\n",
    "[profile default]\n",
    "[sso-session s]\n",
    "[services v]\n",
    "[a]\n",
    "[jane doe]\n",
    "\n[",
    "]\n",
    "=",
    " = ",
    ":",
    "#",
    " # c",
    ";",
    "'",
    "\"",
    "\\",
    "region = x\n",
    "Region",
    "s3 =\n",
    " k = v\n",
    "\n a = b",
    "key",
    "é",
    "😀",
    "x",
];

fn file(kind: FileKind, text: &str) -> SourceFile {
    SourceFile::new(kind, "file", text)
}

fn texts() -> impl Iterator<Item = (String, String)> {
    (1..8_000).map(|seed| {
        let mut generator = Generator::new(seed);
        // Half of the texts start like a file that means something.
        let start = generator.pick(&["", "", "[default]\n", "[profile a]\nregion = x\n"]);
        (start.to_owned() + &generator.text(&PIECES, 24), generator.text(&PIECES, 12))
    })
}

fn all(set: &ProfileSet) -> impl Iterator<Item = Section<'_>> {
    set.profiles().chain(set.sso_sessions()).chain(set.services_sections())
}

#[test]
fn every_text_can_be_read_and_every_span_lies_in_it() {
    for (config, credentials) in texts() {
        let (config, credentials) = (file(FileKind::Config, &config), file(FileKind::Credentials, &credentials));
        let set = ProfileSet::parse(Some(config), Some(credentials));
        let spans = set.errors().iter().map(|error| error.span).chain(set.warnings().iter().map(|warning| warning.span));
        let differences = cli::differences(&set);
        for span in spans.chain(differences.iter().map(|difference| difference.span)) {
            let text = set.sources().file(span.file).expect("both files are there").text();
            assert!(text.get(span.start as usize..span.end() as usize).is_some(), "{span:?} is no slice of {text:?}");
            let location = set.sources().location(span);
            assert!(location.line >= 1 && location.column >= 1, "{location:?}");
            assert!(location.column as usize <= location.line_text.chars().count() + 1, "{location:?}");
        }
    }
}

#[test]
fn a_value_of_one_line_is_the_text_under_its_span() {
    let mut count = 0;
    for (config, credentials) in texts() {
        let (config, credentials) = (file(FileKind::Config, &config), file(FileKind::Credentials, &credentials));
        let set = ProfileSet::parse(Some(config), Some(credentials));
        for (key, value) in all(&set).flat_map(|section| section.settings()) {
            assert_eq!(set.sources().slice(key.span).to_ascii_lowercase(), key.value);
            if !value.value.contains('\n') {
                assert_eq!(set.sources().slice(value.span), value.value);
                count += 1;
            }
        }
    }
    assert!(count > 2_000, "the generator found only {count} values");
}

#[test]
fn every_section_is_found_by_its_name_and_every_setting_by_its_key() {
    for (config, credentials) in texts() {
        let set = ProfileSet::parse(Some(file(FileKind::Config, &config)), Some(file(FileKind::Credentials, &credentials)));
        for profile in set.profiles() {
            let found = set.profile(profile.name()).expect("it was listed");
            assert_eq!(found.span(), profile.span());
            for (key, value) in profile.settings() {
                assert_eq!(found.get(key.value), Some(value));
                let credentials = found.get_in(key.value, FileKind::Credentials);
                assert_eq!(credentials.or(found.get_in(key.value, FileKind::Config)), Some(value), "the credentials file wins");
            }
            for (name, value) in profile.settings().flat_map(|(key, _)| profile.sub_properties(key.value)) {
                assert_eq!(set.sources().slice(name.span), name.value);
                assert_eq!(set.sources().slice(value.span), value.value);
            }
        }
    }
}

#[test]
fn a_document_is_its_text() {
    for (text, _) in texts() {
        let document = Document::parse(file(FileKind::Config, &text));
        assert_eq!(document.text(), text);
        let lines: String = document.lines().iter().map(|line| document.line_text(line)).collect();
        assert_eq!(lines, text.strip_prefix('\u{feff}').unwrap_or(&text));
    }
}

#[test]
fn a_document_without_its_broken_lines_has_no_errors_and_the_same_profiles() {
    for (text, _) in texts() {
        let document = Document::parse(file(FileKind::Config, &text));
        let before = ProfileSet::parse(Some(document.source().clone()), None);
        if document.sections().iter().any(|section| section.visibility != Some(Visibility::Everywhere)) {
            // Without its header a section's lines belong to another: headers are not for removing.
            continue;
        }
        let sound = document.lines().iter().filter(|line| line.kind != LineKind::Broken);
        let text: String = sound.map(|line| document.line_text(line)).collect();
        let after = ProfileSet::parse(Some(file(FileKind::Config, &text)), None);
        assert!(after.errors().is_empty(), "{text:?}: {:?}", after.errors());
        assert_eq!(values(&before), values(&after), "{text:?}");
    }
}

fn values(set: &ProfileSet) -> Vec<(&str, &str, &str)> {
    let named = all(set).map(|section| (section.name(), section));
    named.flat_map(|(name, section)| section.settings().map(move |(key, value)| (name, key.value, value.value))).collect()
}
