//! Whole sessions, one folder each: what a person types, and what is shown. How a folder is read stands at
//! `awsenv_testkit::Scenario`.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

use awsenv_testkit::Scenario;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios").join(name.replace('_', "-"))
}

macro_rules! scenarios {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];

        $(#[test]
        fn $name() {
            Scenario::load(&folder(stringify!($name)), env!("CARGO_BIN_EXE_awsenv")).play();
        })*
    };
}

scenarios! {
    aws_login
    chain_with_caches
    container
    credential_process
    endpoints
    expired_session
    first_day_with_sso
    hostile_names
    imds
    mfa_once_for_three_roles
    page_keys_and_mfa
    page_roles
    page_sso
    restore
    web_identity
    what_is_broken
}

#[test]
fn every_folder_is_played() {
    let folders = std::fs::read_dir(folder("")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let mut found: Vec<String> = folders.map(|path| path.file_name().unwrap().to_string_lossy().replace('-', "_")).collect();
    found.sort_unstable();
    assert_eq!(found, NAMES);
}
