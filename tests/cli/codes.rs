//! Every code is produced by a test, and stands in the README.

use std::path::{Path, PathBuf};

use crate::support::empty;

/// Codes that no test of the program can bring about, and why.
const UNPRODUCED: &[(&str, &str)] = &[
    ("internal", "there is no way to get there: that is what it says"),
    ("busy", "a lock is waited for as long as somebody may type a code: two minutes; the host crate tests the limit"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// code, exit, meaning
fn listed() -> Vec<(String, String, String)> {
    let text = empty().run(&["explain-error"]).ok().stdout;
    let parse = |line: &str| {
        let (code, rest) = line.split_once(' ')?;
        let (exit, meaning) = rest.trim_start().strip_prefix("exit ")?.split_once(' ')?;
        Some((code.to_owned(), exit.to_owned(), meaning.trim().to_owned()))
    };
    text.lines().map(|line| parse(line).unwrap_or_else(|| panic!("{line}"))).collect()
}

#[test]
fn every_code_is_produced_by_a_test() {
    let mut tests = String::new();
    read_tests(&root().join("tests"), &mut tests);
    let is_produced = |code: &str| tests.contains(&format!("\"{code}\"")) || tests.contains(&format!("error[{code}]"));
    let is_excused = |code: &str| UNPRODUCED.iter().any(|(name, _)| *name == code);
    for (code, ..) in listed() {
        assert!(is_produced(&code) != is_excused(&code), "{code}: a test or a reason, and not both");
    }
}

/// Everything that tests of the whole program say, but for this file.
fn read_tests(folder: &Path, tests: &mut String) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if path.is_dir() {
            read_tests(&path, tests);
        } else if matches!(extension, "rs" | "console") && path.file_name().is_some_and(|name| name != "codes.rs") {
            tests.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

/// The table between the two markers of README.md; `SNAPSHOTS=overwrite` writes it.
#[test]
fn the_readme_lists_every_code() {
    const BEGIN: &str = "<!-- codes: begin (written by `awsenv explain-error`; a test compares) -->\n";
    const END: &str = "<!-- codes: end -->";
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("README.md has the first marker");
    let (found, after) = rest.split_once(END).expect("README.md has the second marker");
    let mut table = String::from("| code | exit | meaning |\n| --- | --- | --- |\n");
    for (code, exit, meaning) in listed() {
        let exit = if exit == "0" { "–" } else { &exit };
        table.push_str(&format!("| `{code}` | {exit} | {meaning} |\n"));
    }
    if std::env::var("SNAPSHOTS").is_ok_and(|action| action == "overwrite") {
        std::fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
    } else {
        assert_eq!(found, table, "SNAPSHOTS=overwrite cargo test --test cli writes README.md anew");
    }
}
