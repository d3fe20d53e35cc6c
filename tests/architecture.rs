//! Who may depend on whom, and the other rules of `crates/README.md` that a program can check.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The crates that decide: text, environment and time are given to them.
const PURE: &[&str] = &["awsenv-lint", "awsenv-profile", "awsenv-prompt", "awsenv-resolve", "awsenv-shell"];

/// What each crate's `[dependencies]` hold, all platforms together. A new name here is a design decision.
const DEPENDENCIES: &[(&str, &[&str])] = &[
    ("awsenv-profile", &[]),
    ("awsenv-resolve", &["awsenv-profile", "sha1", "sha2", "zeroize"]),
    ("awsenv-lint", &["awsenv-profile", "awsenv-resolve"]),
    ("awsenv-shell", &[]),
    ("awsenv-prompt", &["awsenv-resolve"]),
    ("awsenv-host", &["awsenv-profile", "awsenv-resolve", "rustix", "serde", "serde_json", "shell-words", "which", "zeroize"]),
    // And the SDK's own crates, which are many and come and go together.
    ("awsenv-aws", &["awsenv-resolve", "base64", "p256", "rustls", "serde_json", "sha2", "tokio"]),
    (
        "awsenv",
        &[
            "awsenv-aws",
            "awsenv-host",
            "awsenv-lint",
            "awsenv-profile",
            "awsenv-prompt",
            "awsenv-resolve",
            "awsenv-shell",
            "clap",
            "clap_complete",
            "ctrlc",
            "dialoguer",
            "qrcode",
            "rust-ini",
            "rustix",
            "serde_json",
        ],
    ),
    ("fake-aws", &["base64", "p256", "serde_json", "sha1", "sha2"]),
    ("awsenv-testkit", &["fake-aws", "portable-pty", "snapbox"]),
];

/// The one crate that may name the SDK and its runtime, in tests too.
const NETWORK: &str = "awsenv-aws";

struct Package {
    name: String,
    directory: PathBuf,
    /// Name and kind; the kind of a normal dependency is `None`.
    dependencies: Vec<(String, Option<String>)>,
}

impl Package {
    fn manifest(&self) -> String {
        read(&self.directory.join("Cargo.toml"))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn packages() -> Vec<Package> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--no-deps", "--format-version", "1", "--offline"];
    let output = Command::new(cargo).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let package = |package: &Value| Package {
        name: package["name"].as_str().unwrap().to_owned(),
        directory: Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned(),
        dependencies: package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .map(|dependency| (dependency["name"].as_str().unwrap().to_owned(), dependency["kind"].as_str().map(str::to_owned)))
            .collect(),
    };
    metadata["packages"].as_array().unwrap().iter().map(package).collect()
}

/// Returns the files below a directory with one of these endings.
fn files(directory: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![directory.to_owned()];
    while let Some(directory) = pending.pop() {
        for entry in std::fs::read_dir(&directory).unwrap().map(Result::unwrap) {
            let path = entry.path();
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            if entry.file_type().unwrap().is_dir() && !is_hidden && entry.file_name() != "target" {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| endings.iter().any(|ending| extension == *ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Returns the lines of a source file that are compiled into the library: neither comments nor what follows the first
/// `#[cfg(test)]`, which stands at a file's end.
fn library_lines(path: &Path) -> Vec<(usize, String)> {
    let text = read(path);
    let compiled = text.lines().enumerate().take_while(|(_, line)| line.trim() != "#[cfg(test)]");
    let code = compiled.filter(|(_, line)| !line.trim_start().starts_with("//"));
    code.map(|(index, line)| (index + 1, line.to_owned())).collect()
}

#[test]
fn every_crate_depends_on_what_the_table_says() {
    let packages = packages();
    let found: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let expected: BTreeSet<&str> = DEPENDENCIES.iter().map(|(name, _)| *name).collect();
    assert_eq!(found, expected, "the workspace's crates");
    for package in &packages {
        let allowed = DEPENDENCIES.iter().find(|(name, _)| *name == package.name).map(|(_, allowed)| *allowed).unwrap();
        let normal = package.dependencies.iter().filter(|(_, kind)| kind.is_none());
        let normal = normal.filter(|(name, _)| package.name != NETWORK || !name.starts_with("aws-"));
        let actual: BTreeSet<&str> = normal.map(|(name, _)| name.as_str()).collect();
        assert_eq!(actual, allowed.iter().copied().collect(), "[dependencies] of {}", package.name);
    }
}

#[test]
fn only_one_crate_names_the_sdk_and_its_runtime() {
    for package in packages().iter().filter(|package| package.name != NETWORK) {
        for (name, _) in &package.dependencies {
            let is_network = name.starts_with("aws-") || ["tokio", "rustls", "hyper"].contains(&name.as_str());
            assert!(!is_network, "{} names {name}; only {NETWORK} may", package.name);
        }
    }
}

#[test]
fn the_server_that_stands_for_aws_knows_nothing_of_awsenv() {
    let packages = packages();
    let fake = packages.iter().find(|package| package.name == "fake-aws").unwrap();
    let ours: Vec<_> = fake.dependencies.iter().filter(|(name, _)| name.starts_with("awsenv")).collect();
    assert!(ours.is_empty(), "{ours:?}");
}

#[test]
fn every_crate_takes_lints_and_versions_from_the_root() {
    for package in packages() {
        let (name, manifest) = (&package.name, package.manifest());
        assert!(manifest.contains("[lints]\nworkspace = true\n"), "{name} has no `[lints] workspace = true`");
        let mut section = "";
        for line in manifest.lines().map(str::trim) {
            if line.starts_with('[') {
                section = line;
            } else if section.contains("dependencies") && line.contains('=') {
                assert!(line.contains("workspace = true"), "{name}: `{line}`: versions stand in the root's Cargo.toml");
            } else {
                assert!(!line.starts_with("version ="), "{name}: `{line}`: the version stands in the root's Cargo.toml");
            }
        }
    }
}

#[test]
fn pure_crates_cannot_reach_the_machine() {
    let machine = ["std::env", "std::fs", "SystemTime::now", "Instant::now", "std::process", "std::net"];
    let packages = packages();
    for name in PURE {
        let package = packages.iter().find(|package| package.name == *name).unwrap();
        let clippy = read(&package.directory.join("clippy.toml"));
        let forbidden = ["std::env::var", "std::fs::read_to_string", "std::time::SystemTime::now"];
        assert!(clippy.contains("disallowed-methods"), "{name}/clippy.toml disallows nothing");
        for method in forbidden {
            assert!(clippy.contains(&format!("\"{method}\"")), "{name}/clippy.toml does not disallow {method}");
        }
        for path in files(&package.directory.join("src"), &["rs"]) {
            for (line, code) in library_lines(&path) {
                let reached = machine.iter().find(|word| code.contains(**word));
                assert!(reached.is_none(), "{}:{line}: {} in a pure crate", path.display(), reached.unwrap());
            }
        }
    }
}

#[test]
fn the_map_shows_every_crate() {
    let map = read(&root().join("crates/README.md"));
    let rows: Vec<&str> = map.lines().filter(|line| line.starts_with('|')).collect();
    let first_cell = |row: &str| row.split('|').nth(1).unwrap_or_default().replace(['`', '*', '[', ']'], " ");
    for package in packages() {
        let is_there = rows.iter().any(|row| first_cell(row).split_whitespace().any(|word| word == package.name));
        assert!(is_there, "{} has no row in the table of crates/README.md", package.name);
    }
}

#[test]
fn nothing_is_ignored_or_left_to_do() {
    // In two halves, so that this file does not find itself.
    let words = [concat!("#[ign", "ore"), concat!("tod", "o!("), concat!("unimplem", "ented!(")];
    for directory in ["crates", "tests"] {
        for path in files(&root().join(directory), &["rs"]) {
            let text = read(&path);
            for (index, line) in text.lines().enumerate() {
                let found = words.iter().find(|word| line.contains(**word));
                assert!(found.is_none(), "{}:{}: {}", path.display(), index + 1, line.trim());
            }
        }
    }
}
