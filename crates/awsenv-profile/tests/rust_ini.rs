//! On the part of the grammar that all INI parsers agree about, rust-ini reads what we read.

mod generator;

use awsenv_profile::{FileKind, ProfileSet, SourceFile};
use generator::Generator;
use ini::Ini;

/// No quote, backslash, colon or comment sign: there rust-ini leaves AWS's grammar.
const VALUE: [&str; 10] = ["a", "Z", "7", "-", "=", "/", ".", "x y", "é", "arn"];

/// Writes a file of distinct profiles with distinct keys.
fn simple_file(generator: &mut Generator) -> String {
    let ending = generator.pick(&["\n", "\r\n"]);
    let mut lines = Vec::new();
    for profile in 0..generator.below(5) {
        lines.push(format!("[profile p{profile}]"));
        for key in 0..generator.below(6) {
            let (value, space) = (generator.text(&VALUE, 6), generator.pick(&["", " ", "\t "]));
            lines.push(format!("key_{key}{space}={space}{value}{space}"));
            lines.push(generator.pick(&["# comment = no", "; comment", ""]).to_owned());
        }
    }
    lines.join(ending) + generator.pick(&["", ending])
}

#[test]
fn rust_ini_reads_what_we_read() {
    let mut count = 0;
    for seed in 1..3_000 {
        let text = simple_file(&mut Generator::new(seed));
        let set = ProfileSet::parse(Some(SourceFile::new(FileKind::Config, "config", text.as_str())), None);
        let ini = Ini::load_from_str(&text).expect("it is an INI file");
        assert!(set.errors().is_empty() && set.warnings().is_empty(), "{text:?}");

        let mut ours = Vec::new();
        for profile in set.profiles() {
            ours.push((format!("profile {}", profile.name()), None));
            for (key, value) in profile.settings() {
                ours.push((key.value.to_owned(), Some(value.value.to_owned())));
            }
        }
        let mut theirs = Vec::new();
        for (name, properties) in ini.iter().filter_map(|(name, properties)| Some((name?, properties))) {
            theirs.push((name.to_owned(), None));
            theirs.extend(properties.iter().map(|(key, value)| (key.to_owned(), Some(value.to_owned()))));
        }
        assert_eq!(ours, theirs, "{text:?}");
        count += ours.len();
    }
    assert!(count > 10_000, "the generator wrote only {count} lines");
}
