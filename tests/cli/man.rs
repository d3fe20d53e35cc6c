//! `awsenv man`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::support::{empty, fails};

/// Every page, by its name.
fn pages() -> BTreeMap<String, String> {
    let sandbox = empty();
    let directory = sandbox.path("man/man1");
    let run = sandbox.run(&["man", "--dir", &directory.to_string_lossy()]).ok();
    assert_eq!(run.stdout, "");
    let pages: BTreeMap<String, String> = std::fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    assert!(run.stderr.starts_with(&format!("{} pages written to ", pages.len())), "{}", run.stderr);
    pages
}

#[test]
fn every_command_has_a_page_with_all_that_its_help_says() {
    let sandbox = empty();
    let pages = pages();
    let subcommands = |arguments: &[&str]| -> Vec<String> {
        let help = sandbox.run(&[arguments, &["--help"]].concat()).ok().stdout;
        let section = help.split("\nCommands:\n").nth(1).map(|rest| rest.split("\n\n").next().unwrap_or_default().to_owned());
        let rows = section.unwrap_or_default();
        let row = |line: &str| line.strip_prefix("  ").filter(|row| !row.starts_with(' ')).map(str::to_owned);
        rows.lines().filter_map(row).filter_map(|row| row.split_whitespace().next().map(str::to_owned)).collect()
    };
    let mut commands: Vec<Vec<String>> = vec![Vec::new()];
    for command in subcommands(&[]) {
        commands.push(vec![command.clone()]);
        commands.extend(subcommands(&[&command]).into_iter().map(|below| vec![command.clone(), below]));
    }
    let file = |words: &Vec<String>| [&["awsenv".to_owned()], &words[..]].concat().join("-") + ".1";
    let mut expected: Vec<String> = commands.iter().map(file).collect();
    expected.sort();
    assert!(expected.len() > 25 && expected.contains(&"awsenv-configure-set.1".to_owned()), "{expected:?}");
    assert_eq!(pages.keys().cloned().collect::<Vec<_>>(), expected);
    for words in commands {
        let (page, help) = (&pages[&file(&words)], sandbox.run(&[&words[..], &["--help".to_owned()]].concat()).ok().stdout);
        for option in help.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2) {
            let option: String = option.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            assert!(page.contains(&option.replace('-', "\\-")), "{words:?}: {option}");
        }
    }
}

#[test]
fn a_page_is_printed_for_one_command() {
    let sandbox = empty();
    let pages = pages();
    for (arguments, file) in [
        (&["man"][..], "awsenv.1"),
        (&["man", "use"], "awsenv-use.1"),
        (&["man", "configure", "set"], "awsenv-configure-set.1"),
        (&["man", "configure-set"], "awsenv-configure-set.1"),
        (&["man", "credential-process"], "awsenv-credential-process.1"),
    ] {
        let run = sandbox.run(arguments).ok();
        assert_eq!((&run.stdout, run.stderr.as_str()), (&pages[file], ""), "{arguments:?}");
    }
    let report = fails(&sandbox, &["man", "confgure", "set"], "usage", 2);
    assert_eq!(report["help"][0], "did you mean `configure-set`, `configure-get` or `configure-sso`?");
    fails(&sandbox, &["man", "hook"], "usage", 2);
}

#[test]
fn nothing_in_a_page_is_taken_for_a_request_or_an_escape() {
    for (file, page) in pages() {
        for line in page.lines() {
            let is_request =
                [".TH ", ".SH ", ".PP", ".TP", ".nf", ".fi", ".nh", ".ad l"].iter().any(|macro_| line.starts_with(macro_));
            assert!(is_request || !line.starts_with(['.', '\'']), "{file}: {line}");
            assert!(line.is_ascii(), "{file}: {line}");
            let mut rest = line;
            while let Some(at) = rest.find('\\') {
                rest = &rest[at + 1..];
                let known = ["e", "-", "(aq", "(dq", "(ga", "(ha", "(ti", "[u", "fB", "fI", "fR", "&"];
                assert!(known.iter().any(|escape| rest.starts_with(escape)), "{file}: {line}");
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a program that is not there must be seen")]
fn the_programs_that_read_pages_have_nothing_to_say() {
    let sandbox = empty();
    let pages = pages();
    for (program, arguments) in [("groff", &["-man", "-ww", "-Tutf8"][..]), ("mandoc", &["-Tlint", "-Wwarning"])] {
        if Command::new(program).arg("--version").output().is_err() {
            eprintln!("SKIPPED: {program} is not installed");
            continue;
        }
        for (name, page) in &pages {
            let file = sandbox.write(name, page);
            let output = Command::new(program).args(arguments).arg(Path::new(&file)).output().unwrap();
            let said = String::from_utf8_lossy(if program == "mandoc" { &output.stdout } else { &output.stderr }).into_owned();
            // A page has no date, so that it is the same wherever it is made.
            let said: Vec<&str> = said.lines().filter(|line| !line.contains("missing date")).collect();
            assert_eq!(said, [""; 0], "{program} {name}");
            if program == "groff" {
                let shown = String::from_utf8_lossy(&output.stdout).replace("\u{8}", "");
                assert!(shown.lines().count() > 20, "{name}: {shown}");
            }
        }
    }
}
