//! `awsenv doctor` about what lies in the caches.

use std::os::unix::fs::chown;

use awsenv_testkit::Sandbox;
use serde_json::json;

use crate::doctor::{doctor, findings, only};
use crate::support::with_config;

const PAST: &str = "2020-01-01T00:00:00Z";
const FUTURE: &str = "2099-01-01T00:00:00Z";
/// `sha1` of `corp`.
const CORP: &str = "ee0bfd2552fbd840c02cc48b6e823320543c450f";

fn machine() -> Sandbox {
    with_config(
        "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.awsapps.com/start\n[profile dev]\nregion = eu-west-1\n",
    )
}

fn role(sandbox: &Sandbox, name: &str, end: &str) {
    let text = json!({"Credentials": {"AccessKeyId": "ASIA", "SecretAccessKey": "secret-a", "SessionToken": "secret-b", "Expiration": end}});
    sandbox.write(&format!(".aws/cli/cache/{name}.json"), text.to_string());
}

/// A token with a refresh token whose client's registration ends at `registration_end`.
fn token(sandbox: &Sandbox, name: &str, end: &str, registration_end: Option<&str>) {
    let mut text =
        json!({"startUrl": "https://old.awsapps.com/start", "region": "eu-west-1", "accessToken": "secret-c", "expiresAt": end});
    if let Some(registration_end) = registration_end {
        text["refreshToken"] = "secret-d".into();
        text["clientId"] = "id".into();
        text["clientSecret"] = "secret-e".into();
        text["registrationExpiresAt"] = registration_end.into();
    }
    sandbox.write(&format!(".aws/sso/cache/{name}.json"), text.to_string());
}

fn names(sandbox: &Sandbox, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(sandbox.path(folder)).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_has_ended_is_removed_and_what_lives_stays() {
    let sandbox = machine();
    role(&sandbox, &"a".repeat(40), PAST);
    role(&sandbox, &"b".repeat(40), FUTURE);
    token(&sandbox, &"c".repeat(40), PAST, None);
    token(&sandbox, &"d".repeat(40), PAST, Some(PAST));
    // This one is renewed with its refresh token.
    token(&sandbox, CORP, PAST, Some(FUTURE));
    let registration = |end: &str| json!({"clientId": "id", "clientSecret": "secret-f", "expiresAt": end}).to_string();
    sandbox.write(".aws/sso/cache/botocore-client-id-eu-west-1.json", registration(PAST));
    sandbox.write(".aws/sso/cache/botocore-client-id-us-east-1.json", registration(FUTURE));
    // Of another tool, in a shape that nobody here knows.
    sandbox.write(".aws/sso/cache/other-tool.json", "{\"expires\": 0}");
    let finding = only(&sandbox, "cache-stale", "note");
    assert_eq!(
        (&finding["message"], finding["labels"].as_array().unwrap().len()),
        (&"4 files of the caches have ended".into(), 3)
    );
    assert!(!finding.to_string().contains("secret-"));
    let run = doctor(&sandbox, &["--fix"]).ok();
    assert!(run.stdout.starts_with("fixed: remove 4 files of the caches that have ended\n"), "{}", run.stdout);
    assert!(findings(&sandbox, 0).is_empty());
    assert_eq!(names(&sandbox, ".aws/cli/cache"), [format!("{}.json", "b".repeat(40))]);
    assert_eq!(
        names(&sandbox, ".aws/sso/cache"),
        ["botocore-client-id-us-east-1.json".to_owned(), format!("{CORP}.json"), "other-tool.json".to_owned()]
    );
}

#[test]
fn what_is_damaged_is_named_and_left() {
    let sandbox = machine();
    let path = sandbox.write(&format!(".aws/sso/cache/{CORP}.json"), "{\"accessToken\": \"secret-c");
    let finding = only(&sandbox, "cache-unreadable", "warning");
    assert_eq!(finding["labels"][0]["file"], path.to_str().unwrap());
    assert!(!finding.to_string().contains("secret-"), "{finding}");
    doctor(&sandbox, &["--fix"]).ok();
    assert!(path.exists());
}

#[test]
fn a_sign_in_that_no_file_names() {
    let sandbox = machine();
    token(&sandbox, CORP, FUTURE, None);
    assert!(findings(&sandbox, 0).is_empty());
    token(&sandbox, &"e".repeat(40), FUTURE, None);
    assert_eq!(only(&sandbox, "cache-orphaned", "note")["labels"][0]["text"], "https://old.awsapps.com/start");
}

#[test]
fn what_a_killed_process_has_left() {
    let sandbox = machine();
    let path = sandbox.write(".aws/login/cache/.x.json.4711.0.awsenv-tmp", "half");
    // One that is still being written is held.
    let held = std::fs::File::open(&path).unwrap();
    held.lock().unwrap();
    assert!(findings(&sandbox, 0).is_empty());
    drop(held);
    only(&sandbox, "cache-leftover", "note");
    doctor(&sandbox, &["--fix"]).ok();
    assert!(!path.exists());
}

#[test]
fn a_file_of_another_users_is_not_looked_into() {
    let sandbox = machine();
    role(&sandbox, &"a".repeat(40), PAST);
    let path = sandbox.path(&format!(".aws/cli/cache/{}.json", "a".repeat(40)));
    if chown(&path, Some(12_345), None).is_err() {
        // Only root can give a file away; for anybody else it stays one that has ended.
        only(&sandbox, "cache-stale", "note");
        return;
    }
    only(&sandbox, "cache-foreign", "warning");
    doctor(&sandbox, &["--fix"]).ok();
    assert!(path.exists());
}
