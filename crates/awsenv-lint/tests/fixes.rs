//! What holds for `--fix` of any file with any faults.

use std::collections::BTreeMap;

use awsenv_lint::{Finding, Lint, Severity, lint};
use awsenv_profile::{Document, FileKind, ProfileSet, SourceFile, cli};

#[path = "../../awsenv-profile/tests/generator/mod.rs"]
mod generator;

use generator::Generator;

/// Settings that are right; each key is in none of the faults.
const RIGHT: [&str; 6] =
    ["output = json\n", "max_attempts = 3\n", "ca_bundle = /x\n", "# a comment\n", "s3 =\n  max_queue_size = 5\n", "\n"];

const WRONG: [&str; 16] = [
    "regoin = eu-west-1\n",
    "regio = eu-west-2\n",
    "region = eu-west-1 # home\n",
    "region = 'eu-west-1'\n",
    "region = eu-west-1\n",
    "Region = eu-west-1\r\n",
    "[a]\n",
    "[Profile a]\n",
    "[profile  a]\n",
    "[defualt]\n",
    "[default]\n",
    "[profile default]\n",
    "use_fips_endpoint = true ; why\n",
    "credential_process = sh -c \"a # b\"\n",
    "[sso-session s]\nregion = eu-west-1\n",
    "junk\n",
];

const HEADERS: [&str; 3] = ["[profile a]\n", "[profile b]\n", "[profile c]\n"];

fn parse(text: &str) -> ProfileSet {
    ProfileSet::parse(Some(SourceFile::new(FileKind::Config, "file", text)), None)
}

/// How many errors and warnings there are, but what the readers make of it: where the AWS CLI refuses the file for something
/// that is there twice, that is not said beside it.
fn faults(text: &str) -> usize {
    let is_fault =
        |finding: &&Finding| finding.lint.severity() != Severity::Note && !matches!(finding.lint, Lint::ReadDifferently { .. });
    lint(&parse(text)).iter().filter(is_fault).count()
}

/// As `awsenv doctor --fix`: until there is nothing more to do.
fn fixed(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..8 {
        let repairs: Vec<_> = lint(&parse(&text)).into_iter().filter_map(|finding| finding.repair).collect();
        let repaired = Document::parse(SourceFile::new(FileKind::Config, "file", text.as_str())).repaired(&repairs);
        if repaired.done.is_empty() {
            break;
        }
        text = repaired.text;
    }
    text
}

/// What the AWS CLI reads of the keys that are in none of the faults; `None` where it refuses the file.
fn right(text: &str) -> Option<BTreeMap<(String, String), String>> {
    let view = cli::read(Some(&SourceFile::new(FileKind::Config, "file", text)), None).ok()?;
    let mut settings = BTreeMap::new();
    for section in view.profiles.iter() {
        for setting in section.settings().filter(|setting| ["output", "max_attempts", "ca_bundle"].contains(&&*setting.key)) {
            if let cli::CliValue::Text(value) = &setting.value {
                settings.insert((section.name().to_owned(), setting.key.clone()), value.clone());
            }
        }
    }
    Some(settings)
}

#[test]
fn a_fix_makes_nothing_worse_and_is_made_once() {
    let (mut changed, mut better) = (0, 0);
    for seed in 1..600 {
        let mut generator = Generator::new(seed);
        let mut text = String::new();
        for header in HEADERS {
            text += header;
            text += &generator.text(&RIGHT, 2);
            text += &generator.text(&WRONG, 3);
        }
        let (before, after) = (faults(&text), fixed(&text));
        assert!(faults(&after) <= before, "{before} before, {} after:\n{text}\n--\n{after}", faults(&after));
        assert_eq!(fixed(&after), after, "{text}");
        // What was read is read still, with the same value; below a mended header there may be more.
        if let Some(old) = right(&text) {
            let new = right(&after).unwrap_or_else(|| panic!("the AWS CLI refuses it now:\n{text}\n--\n{after}"));
            assert!(old.iter().all(|(name, value)| new.get(name) == Some(value)), "{text}\n--\n{after}");
        }
        changed += usize::from(after != text);
        better += usize::from(faults(&after) < before);
    }
    assert!(changed > 200 && better > 200, "{changed} changed, {better} better");
}
