//! AWS's published chain and location vectors, the measured vectors of the AWS CLI, our own, and botocore itself, against
//! `awsenv-resolve`.
//!
//! AWS's and the AWS CLI's are read from `../shared`, outside the repository; where that folder is absent they are
//! skipped, loudly. So is botocore where there is none.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(clippy::disallowed_methods, reason = "the vectors are files")]

#[path = "resolve/aws_vectors.rs"]
mod aws_vectors;
#[path = "resolve/botocore.rs"]
mod botocore;
#[path = "resolve/cli_vectors.rs"]
mod cli_vectors;
#[path = "resolve/generate.rs"]
mod generate;
#[path = "resolve/own_vectors.rs"]
mod own_vectors;
#[path = "resolve/show.rs"]
mod show;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use awsenv_profile::{FileKind, ProfileSet, SourceFile};
use awsenv_resolve::{EnvSnapshot, ProfileChoice, Request};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn skip(what: &str) {
    // Straight to the file descriptor, because the test harness keeps `eprintln!` to itself.
    std::io::stderr().write_all(format!("SKIPPED: {what}\n").as_bytes()).unwrap();
}

fn shared(path: &str) -> Option<Value> {
    let path = root().join("../shared").join(path);
    let Ok(text) = std::fs::read_to_string(&path) else {
        skip(&format!("{} is not there", path.display()));
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn profiles(config: &str, credentials: &str) -> ProfileSet {
    ProfileSet::parse(
        Some(SourceFile::new(FileKind::Config, "config", config)),
        Some(SourceFile::new(FileKind::Credentials, "credentials", credentials)),
    )
}

/// The environment of a vector: `{"NAME": "value"}`.
fn environment(variables: &Value) -> EnvSnapshot {
    let variables = variables.as_object().into_iter().flatten();
    EnvSnapshot::new(variables.map(|(name, value)| (name.clone(), value.as_str().unwrap())))
}

/// The profile of a vector; `null` means that none was named.
fn request(profile: &Value) -> Request {
    let profile = profile.as_str().map_or(ProfileChoice::Ambient, |name| ProfileChoice::Named(name.to_owned()));
    Request { profile, ..Request::ambient() }
}
