//! `awsenv doctor` as a whole: where findings go, exit codes, JSON, and `--fix`.

use std::os::unix::fs::PermissionsExt;

use awsenv_testkit::{Run, Sandbox};
use serde_json::Value;

use crate::support::{empty, json, keys, one_profile, with_config};

/// Two profiles, `dev` and `ops`, with which nothing is wrong, and an empty credentials file.
pub(crate) fn healthy() -> Sandbox {
    let sandbox = empty();
    let keys = sandbox.write(
        "keys.json",
        r#"{"Version": 1, "AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "secret-of-file", "SessionToken": "secret-token"}"#,
    );
    let profile = |name: &str, region: &str| {
        format!("[profile {name}]\nregion = {region}\ncredential_process = /bin/cat '{}'\n", keys.display())
    };
    sandbox.config(&[profile("dev", "eu-central-1"), profile("ops", "us-east-1")].concat());
    sandbox.credentials("");
    sandbox
}

/// A run on a machine that is not pointed at an emulator, and without a network.
#[track_caller]
pub(crate) fn doctor(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    sandbox.awsenv(&[&["doctor", "--offline"], arguments].concat()).without("AWS_ENDPOINT_URL").run()
}

/// The findings of a run with `--format json`, which ends with this code.
#[track_caller]
pub(crate) fn findings(sandbox: &Sandbox, exit: i32) -> Vec<Value> {
    let document = json(&doctor(sandbox, &["--format", "json"]).exits(exit));
    assert_eq!(keys(&document), ["findings"]);
    document["findings"].as_array().unwrap().clone()
}

/// The only finding, which has this code.
#[track_caller]
pub(crate) fn only(sandbox: &Sandbox, code: &str, severity: &str) -> Value {
    let found = findings(sandbox, if severity == "error" { 3 } else { 0 });
    let codes: Vec<&Value> = found.iter().map(|finding| &finding["code"]).collect();
    assert_eq!(codes, [code], "{found:#?}");
    assert_eq!(found[0]["severity"], severity, "{found:#?}");
    assert!(found[0]["help"].as_array().is_some_and(|help| !help.is_empty()), "{found:#?}");
    found[0].clone()
}

#[test]
fn a_healthy_machine_has_no_findings() {
    let sandbox = with_config("[profile dev]\nregion = eu-central-1\ncredential_process = /bin/sh\n");
    let run = doctor(&sandbox, &[]).ok();
    assert!(run.stdout.starts_with("nothing found; looked at "), "{}", run.stdout);
    assert_eq!((run.stdout.lines().count(), &*run.stderr), (1, ""));
    assert!(findings(&sandbox, 0).is_empty());
}

#[test]
fn a_new_machine_is_told_how_to_begin() {
    let sandbox = empty();
    assert_eq!(findings(&sandbox, 0)[0]["code"], "no-profiles");
    let run = doctor(&sandbox, &[]).ok();
    assert!(run.stdout.starts_with("note[no-profiles]: there is no ~/.aws/config yet\n"), "{}", run.stdout);
    assert!(run.stdout.ends_with("\n1 note\n"), "{}", run.stdout);
}

#[test]
fn an_error_is_exit_3_and_stdout_has_it_all() {
    let sandbox = with_config("[profile dev]\nregion = eu-west-1\nnonsense\n");
    let run = doctor(&sandbox, &[]).exits(3);
    assert!(run.stdout.starts_with("error[config-syntax]: "), "{}", run.stdout);
    assert!(run.stdout.contains("~/.aws/config:3:1\n"), "{}", run.stdout);
    assert!(run.stdout.ends_with("\n1 error\n"), "{}", run.stdout);
    assert_eq!(run.stderr, "");
    let found = findings(&sandbox, 3);
    assert_eq!(keys(&found[0]), ["severity", "code", "message", "labels", "help", "exit"]);
    assert_eq!((&found[0]["severity"], &found[0]["code"]), (&"error".into(), &"config-syntax".into()));
}

#[test]
fn a_file_that_cannot_be_read_is_a_finding() {
    let sandbox = one_profile();
    std::fs::write(sandbox.path(".aws/config"), b"[profile dev]\nregion = \xff\n").unwrap();
    let found = findings(&sandbox, 3);
    assert_eq!(found[0]["code"], "config-unreadable");
}

#[test]
fn fix_closes_a_credentials_file_that_others_may_read() {
    let sandbox = one_profile();
    let path = sandbox.path(".aws/credentials");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    let is_open = |found: &[Value]| found.iter().any(|finding| finding["code"] == "credentials-readable");
    assert!(is_open(&findings(&sandbox, 0)));
    let run = doctor(&sandbox, &["--fix"]).ok();
    assert!(run.stdout.starts_with("fixed: take ~/.aws/credentials from everybody but you: chmod 600\n"), "{}", run.stdout);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!is_open(&findings(&sandbox, 0)));
    let again = json(&doctor(&sandbox, &["--fix", "--format", "json"]).ok());
    assert_eq!((keys(&again), &again["fixed"]), (vec!["findings", "fixed"], &Value::Array(Vec::new())));
}
