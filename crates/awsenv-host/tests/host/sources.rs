//! The user's two files.

use std::fs;

use awsenv_host::{Encoding, HostError, read_sources};

use crate::support::Home;

#[test]
fn files_that_are_not_there_are_empty() {
    let home = Home::new();
    assert_eq!(read_sources(&home.host()).unwrap().profiles().count(), 0);
    home.write(".aws", "a file where a folder should be");
    assert_eq!(read_sources(&home.host()).unwrap().profiles().count(), 0);
}

#[test]
fn both_files_are_read_wherever_they_are() {
    let home = Home::new();
    home.write(".aws/config", "[profile one]\nregion = eu-west-1\n");
    home.write(".aws/credentials", "[two]\naws_access_key_id = AKIA\n");
    assert_eq!(read_sources(&home.host()).unwrap().profiles().count(), 2);
    let elsewhere = home.write("elsewhere", "\u{feff}[profile three]\r\nregion = eu-west-1\r\n");
    let host = home.host_with(&[("AWS_CONFIG_FILE", elsewhere.to_str().unwrap()), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")]);
    let names: Vec<String> = read_sources(&host).unwrap().profiles().map(|profile| profile.name().to_string()).collect();
    assert_eq!(names, ["three"]);
    let with_tilde = home.host_with(&[("AWS_CONFIG_FILE", "~/elsewhere")]);
    assert_eq!(read_sources(&with_tilde).unwrap().profiles().count(), 2, "`three` and, of the other file, `two`");
}

#[test]
fn a_file_that_is_no_text_is_an_error_at_its_line() {
    let home = Home::new();
    let path = home.write(".aws/config", b"[profile one]\nregion = eu-west-1\n# Andr\xe9\n");
    match read_sources(&home.host()).unwrap_err() {
        HostError::NotUtf8 { path: found, line, column } => assert_eq!((found, line, column), (path.clone(), 3, 7)),
        other => panic!("{other:?}"),
    }
    fs::write(&path, b"\xff\xfe[\0").unwrap();
    assert!(matches!(read_sources(&home.host()), Err(HostError::NotText { encoding: Encoding::Utf16, .. })));
    fs::write(&path, "[profile é]\n".repeat(1000) + "\n").unwrap();
    assert!(read_sources(&home.host()).is_ok());
}

#[test]
fn a_folder_in_the_place_of_a_file_is_an_error() {
    let home = Home::new();
    fs::create_dir_all(home.path().join(".aws/credentials")).unwrap();
    let error = read_sources(&home.host()).unwrap_err();
    assert!(matches!(&error, HostError::IsDirectory { path } if path.ends_with(".aws/credentials")), "{error:?}");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let home = Home::new();
    fs::create_dir(home.path().join(".aws")).unwrap();
    // Not even root can read a link to itself.
    std::os::unix::fs::symlink("config", home.path().join(".aws/config")).unwrap();
    let error = read_sources(&home.host()).unwrap_err();
    assert!(matches!(&error, HostError::Unreadable { path, .. } if path.ends_with(".aws/config")), "{error:?}");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn paths_are_shown_as_a_person_writes_them() {
    let home = Home::new();
    let host = home.host();
    assert_eq!(host.pretty_path(&home.path().join(".aws/config")), "~/.aws/config");
    assert_eq!(host.pretty_path(home.path()), home.path().display().to_string());
    assert_eq!(host.pretty_path("/etc/hosts".as_ref()), "/etc/hosts");
}
