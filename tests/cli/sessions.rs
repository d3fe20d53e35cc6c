//! One MFA code for every role of a device: when a session is opened, used, and not good enough.

use std::path::PathBuf;

use awsenv_testkit::Sandbox;
use fake_aws::{Effect, Rule};
use serde_json::Value;

use crate::support::{MFA, demo, fails, json};

fn code(sandbox: &Sandbox) -> String {
    sandbox.server().mfa_code(MFA).unwrap()
}

/// The only MFA session that there is.
fn session(sandbox: &Sandbox) -> PathBuf {
    let folder = sandbox.root().join("state/mfa-sessions");
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|end| end == "json"))
        .unwrap()
}

/// Forgets the roles, and keeps the session.
fn forget_roles(sandbox: &Sandbox) {
    std::fs::remove_dir_all(sandbox.path(".aws/cli")).unwrap();
}

/// How often the two calls were made.
fn calls(sandbox: &Sandbox) -> (usize, usize) {
    (sandbox.server().count("GetSessionToken"), sandbox.server().count("AssumeRole"))
}

#[test]
fn the_session_serves_roles_and_the_user() {
    let sandbox = demo();
    let code = code(&sandbox);
    for profile in ["base", "prod", "audit"] {
        let document = json(&sandbox.run(&["export", profile, "--mfa-token", &code]).ok());
        assert!(document["SessionToken"].is_string(), "{profile}");
    }
    assert_eq!((calls(&sandbox), sandbox.server().violations()), ((1, 2), Vec::new()));
}

#[test]
fn it_can_be_switched_off() {
    let mut sandbox = demo();
    let settings = sandbox.write("settings.ini", "[mfa]\nsession = off\n");
    sandbox.set("AWSENV_CONFIG", settings);
    sandbox.run(&["export", "prod", "--mfa-token", &code(&sandbox)]).ok();
    assert_eq!(calls(&sandbox), (0, 1));
    fails(&sandbox, &["use", "audit", "--shell", "bash"], "mfa-code-required", 4);
}

#[test]
fn it_lasts_as_long_as_the_settings_say() {
    let mut sandbox = demo();
    let settings = sandbox.write("settings.ini", "[mfa]\nsession_duration = 1h\n");
    sandbox.set("AWSENV_CONFIG", settings);
    sandbox.run(&["export", "prod", "--mfa-token", &code(&sandbox)]).ok();
    let requests = sandbox.server().requests();
    let call = requests.iter().find(|request| request.action == "GetSessionToken").unwrap();
    assert_eq!(call.param("DurationSeconds"), Some("3600"));
}

#[test]
fn a_file_that_cannot_be_read_is_none() {
    let sandbox = demo();
    sandbox.run(&["export", "prod", "--mfa-token", &code(&sandbox)]).ok();
    let whole = std::fs::read_to_string(session(&sandbox)).unwrap();
    for content in [&whole[..whole.len() / 2], "", "[]"] {
        forget_roles(&sandbox);
        std::fs::write(session(&sandbox), content).unwrap();
        fails(&sandbox, &["use", "prod", "--shell", "bash"], "mfa-code-required", 4);
        sandbox.run(&["export", "prod", "--mfa-token", &code(&sandbox)]).ok();
    }
    assert_eq!(sandbox.server().violations(), [""; 0]);
}

/// Lets the session have been opened an hour ago, as its file says.
fn age(sandbox: &Sandbox) {
    let file = session(sandbox);
    let mut document: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let end = document["Credentials"]["Expiration"].as_str().unwrap().to_owned();
    let hour: u32 = end[11..13].parse().unwrap();
    let earlier =
        if hour > 0 { format!("{}{:02}{}", &end[..11], hour - 1, &end[13..]) } else { format!("{}00:00:00Z", &end[..11]) };
    document["Credentials"]["Expiration"] = Value::String(earlier);
    std::fs::write(&file, document.to_string()).unwrap();
}

#[test]
fn a_role_that_wants_a_newer_sign_in_is_given_a_code_of_its_own() {
    let sandbox = demo();
    sandbox.run(&["export", "prod", "--mfa-token", &code(&sandbox)]).ok();
    age(&sandbox);
    sandbox.server().script(Rule::new("AssumeRole", Effect::Deny).times(1));
    sandbox.run(&["export", "audit", "--mfa-token", &code(&sandbox)]).ok();
    let requests = sandbox.server().requests();
    let last = requests.last().unwrap();
    assert_eq!((last.action.as_str(), last.param("SerialNumber")), ("AssumeRole", Some(MFA)));
    assert_eq!((calls(&sandbox), sandbox.server().violations()), ((1, 3), Vec::new()));
}

#[test]
fn a_role_that_refuses_says_so_where_nobody_can_be_asked() {
    let sandbox = demo();
    sandbox.run(&["export", "prod", "--mfa-token", &code(&sandbox)]).ok();
    age(&sandbox);
    sandbox.server().script(Rule::new("AssumeRole", Effect::Deny));
    fails(&sandbox, &["use", "audit", "--shell", "bash"], "access-denied", 5);
}

#[test]
fn a_session_that_aws_has_ended_does_not_stand_in_the_way() {
    let sandbox = demo();
    sandbox.run(&["export", "prod", "--mfa-token", &code(&sandbox)]).ok();
    sandbox.server().expire_credentials();
    let run = sandbox.run(&["use", "audit", "--shell", "bash"]).exits(4);
    run.says("error[mfa-code-required]");
    let document = json(&sandbox.run(&["export", "audit", "--mfa-token", &code(&sandbox)]).ok());
    assert!(document["SessionToken"].is_string());
    assert_eq!((calls(&sandbox), sandbox.server().violations()), ((2, 3), Vec::new()));
}

#[test]
fn a_cached_role_in_the_middle_that_aws_has_ended_is_fetched_anew() {
    let sandbox = demo();
    sandbox.run(&["export", "staging"]).ok();
    let cache = sandbox.path(".aws/cli/cache");
    // The role `staging` itself is forgotten; `tools`, from which it is assumed, stays in the cache and is no longer good.
    let last = sandbox.server().requests().iter().rev().find_map(|request| request.param("RoleArn").map(str::to_owned)).unwrap();
    let entries: Vec<PathBuf> = std::fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path()).collect();
    let role_name = last.rsplit('/').next().unwrap();
    for path in
        entries.iter().filter(|path| std::fs::read_to_string(path).unwrap().contains(&format!("assumed-role/{role_name}/")))
    {
        std::fs::remove_file(path).unwrap();
    }
    sandbox.server().expire_credentials();
    let before = calls(&sandbox).1;
    sandbox.run(&["export", "staging"]).ok();
    // Refused with the old source, then the source anew, then the role.
    assert_eq!(calls(&sandbox).1 - before, 3);
}
