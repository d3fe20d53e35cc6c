//! What holds for every file and every edit: re-reading gives the edit, and every other line is as it was.

mod generator;

use awsenv_profile::{Change, Document, FileKind, Place, ProfileSet, SectionKind, SourceFile};
use generator::Generator;

const PIECES: [&str; 38] = [
    "\n",
    "\n",
    "\r\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "\u{feff}",
    "[",
    "]",
    "[default]\n",
    "[profile a]\n",
    "[profile a]\r\n",
    "[profile  a] # c\n",
    "  [profile a]\n",
    "[profile 'a']\n",
    "[profile b]\n",
    "[profile \"a b\"]\n",
    "[profile default]\n",
    "[sso-session a]\n",
    "[a]\n",
    "# c\n",
    "; k = v\r\n",
    "=",
    " = ",
    ":",
    " # c",
    ";",
    "k = v\n",
    "k = v\r\n",
    "K=w ; c\n",
    "region = x # why\n",
    "s3 =\n",
    "s3 = flat\n",
    "  k = v\n",
    "\tsub=w\r\n",
    " more\n",
    "é",
];
const KEYS: [(&str, Option<&str>); 6] =
    [("k", None), ("K", None), ("region", None), ("s3", None), ("s3", Some("k")), ("s3", Some("sub"))];
const VALUES: [Option<&str>; 9] =
    [None, None, Some("v"), Some(""), Some("a = b"), Some("x#y"), Some("x # y"), Some(" 'é' "), Some("line\nbreak")];

/// Every setting of a file with where it stands, but for the one that is changed.
fn others(document: &Document, place: &Place<'_>) -> Vec<String> {
    let source = |kind| (document.source().kind() == kind).then(|| document.source().clone());
    let set = ProfileSet::parse(source(FileKind::Config), source(FileKind::Credentials));
    let sections = set.profiles().chain(set.sso_sessions()).chain(set.services_sections());
    let mut found = Vec::new();
    for section in sections {
        let is_meant = section.kind() == place.section && section.name() == place.name;
        for (key, value) in section.settings() {
            if !(is_meant && key.value.eq_ignore_ascii_case(place.key)) {
                found.push(format!("{:?} {} {}={}", section.kind(), section.name(), key.value, value.value));
            } else if place.sub.is_some() && value.value.starts_with('\n') {
                let subs = section.sub_properties(key.value).into_iter();
                let rest = subs.filter(|(name, _)| !place.sub.is_some_and(|sub| name.value.eq_ignore_ascii_case(sub)));
                found
                    .extend(rest.map(|(name, value)| format!("{} {}.{}={}", section.name(), key.value, name.value, value.value)));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn an_edit_is_read_back_and_every_other_line_is_as_it_was() {
    let (mut done, mut refused) = (0, 0);
    for seed in 1..40_000 {
        let mut generator = Generator::new(seed);
        let kind = generator.pick(&[FileKind::Config, FileKind::Config, FileKind::Credentials]);
        let start = generator.pick(&["", "[profile a]\n", "\u{feff}[profile a]\r\nk = v\r\n", "[a]\n"]);
        let text = start.to_owned() + &generator.text(&PIECES, 16);
        // A CR at the very end is half a line end: it becomes a whole one when a line is added.
        let text = text.trim_end_matches('\r').to_owned();
        let section = match kind {
            FileKind::Config => generator.pick(&[SectionKind::Profile, SectionKind::Profile, SectionKind::SsoSession]),
            FileKind::Credentials => SectionKind::Profile,
        };
        let (key, sub) = generator.pick(&KEYS);
        let place = Place { section, name: generator.pick(&["a", "a", "default", "a b", "new"]), key, sub };
        let change = Change { place, value: generator.pick(&VALUES) };
        let before = Document::parse(SourceFile::new(kind, "file", text.as_str()));
        let Ok(changed) = before.changed(&[change]) else {
            refused += 1;
            continue;
        };
        let after = Document::parse(SourceFile::new(kind, "file", changed.as_str()));
        let shown = format!("{place:?} {:?}\n{text:?}\n{changed:?}", change.value);
        assert_eq!(after.value(&place), change.value.map(str::trim), "{shown}");
        assert_eq!(others(&before, &place), others(&after, &place), "{shown}");
        assert_lines(&before, &after, &place, &shown);
        assert_eq!(after.changed(&[change]).as_deref(), Ok(changed.as_str()), "twice is once: {shown}");
        done += 1;
    }
    assert!(done > 10_000 && refused > 1_000, "{done} done, {refused} refused");
}

/// In their order, every old line is there still, but for those of the setting itself; a last one may have got its line end.
fn assert_lines(before: &Document, after: &Document, place: &Place<'_>, shown: &str) {
    let own: Vec<_> = before
        .blocks(place.section, place.name)
        .into_iter()
        .flat_map(|block| before.properties(block))
        .filter(|property| before.source().slice(property.key).eq_ignore_ascii_case(place.key))
        .flat_map(|property| property.lines)
        .collect();
    let mut new = after.lines().iter().map(|line| after.line_text(line));
    for (at, line) in before.lines().iter().enumerate() {
        let old = before.line_text(line);
        if own.contains(&at) && !old.trim_start().is_empty() && !old.starts_with(['#', ';']) {
            continue;
        }
        let is_same = |new: &str| new == old || (line.ending == 0 && new.trim_end_matches(['\r', '\n']) == old);
        assert!(new.any(is_same), "{old:?} is gone: {shown}");
    }
    assert_eq!(before.source().has_byte_order_mark(), after.source().has_byte_order_mark(), "{shown}");
}
