//! What is wrong with the two files: text that some tool refuses, names that nobody knows, values that cannot be right, settings
//! that contradict or hide each other. `awsenv doctor` shows it.
//!
//! This crate deliberately does not know the machine: files, permissions, caches and the environment are looked at elsewhere. It
//! has no words for people either: a [`Finding`] says what and where, in data.

mod blocks;
mod chains;
mod collect;
mod credentials;
mod differences;
mod duplicates;
mod finding;
mod headers;
mod keys;
mod spelling;
mod structure;
mod values;

pub use finding::{Finding, Lint, Severity, Wrong};
pub use structure::cli_refusal;

use awsenv_profile::{Document, FileKind, ProfileSet};

use collect::Findings;

/// Returns everything that is wrong, in the order of the config file and then of the credentials file. One cause is one
/// finding, however many profiles it spoils.
#[must_use]
pub fn lint(profiles: &ProfileSet) -> Vec<Finding> {
    let mut findings = Findings::default();
    let documents = documents(profiles);
    structure::lint(profiles, &documents, &mut findings);
    spelling::lint(profiles, &documents, &mut findings);
    values::lint(profiles, &mut findings);
    blocks::lint(profiles, &mut findings);
    credentials::lint(profiles, &mut findings);
    chains::lint(profiles, &mut findings);
    findings.sorted()
}

/// Returns what is wrong with the text alone: all that can be said when the other file is there but cannot be read.
#[must_use]
pub fn lint_text(profiles: &ProfileSet) -> Vec<Finding> {
    let mut findings = Findings::default();
    let documents = documents(profiles);
    structure::lint(profiles, &documents, &mut findings);
    spelling::lint(profiles, &documents, &mut findings);
    findings.sorted()
}

/// The files' lines, config file first.
fn documents(profiles: &ProfileSet) -> Vec<Document> {
    let files = [FileKind::Config, FileKind::Credentials].into_iter().filter_map(|kind| profiles.sources().file(kind));
    files.map(|file| Document::parse(file.clone())).collect()
}
