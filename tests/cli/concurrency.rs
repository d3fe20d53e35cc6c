//! Many at once: one asks AWS, the others find what it found.

use std::process::Child;

use awsenv_testkit::Sandbox;
use fake_aws::{Effect, Rule};

use crate::support::{MFA, demo};

const MANY: usize = 24;

#[track_caller]
fn all_at_once(sandbox: &Sandbox, arguments: &[&str]) {
    let children: Vec<Child> = (0..MANY).map(|_| sandbox.awsenv(arguments).spawn()).collect();
    let mut answers = Vec::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        answers.push(String::from_utf8(output.stdout).unwrap());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "all have the same credentials");
    assert_eq!(sandbox.server().violations(), [""; 0]);
}

#[test]
fn one_role_is_assumed_once() {
    let sandbox = demo();
    sandbox.server().script(Rule::new("AssumeRole", Effect::Delay(200)));
    all_at_once(&sandbox, &["export", "tools"]);
    assert_eq!(sandbox.server().count("AssumeRole"), 1);
}

#[test]
fn a_chain_is_walked_once() {
    let sandbox = demo();
    sandbox.server().script(Rule::new("AssumeRole", Effect::Delay(100)));
    all_at_once(&sandbox, &["export", "staging"]);
    assert_eq!(sandbox.server().count("AssumeRole"), 2);
}

/// Lets the demo's sign-in have ended, with its refresh token still good.
fn end_the_token(sandbox: &Sandbox) {
    let now = sandbox.server().now();
    sandbox.server().world(|world| world.sso_tokens[0].expires_at = now - 60);
    let file = sandbox.server().sso_cache_file("corp", "token-demo").unwrap();
    sandbox.write(&format!(".aws/sso/cache/{}", file.name), file.text);
}

#[test]
fn a_sign_in_that_has_ended_is_refreshed_once() {
    let sandbox = demo();
    end_the_token(&sandbox);
    sandbox.server().script(Rule::new("CreateToken", Effect::Delay(200)));
    all_at_once(&sandbox, &["export", "sandbox"]);
    assert_eq!((sandbox.server().count("CreateToken"), sandbox.server().count("GetRoleCredentials")), (1, 1));
}

#[test]
fn two_roles_of_one_sign_in_refresh_it_once() {
    let sandbox = demo();
    end_the_token(&sandbox);
    sandbox.server().script(Rule::new("CreateToken", Effect::Delay(200)));
    let children: Vec<Child> = (0..MANY).map(|n| sandbox.awsenv(&["export", ["sandbox", "readonly"][n % 2]]).spawn()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!((sandbox.server().count("CreateToken"), sandbox.server().count("GetRoleCredentials")), (1, 2));
    assert_eq!(sandbox.server().violations(), [""; 0]);
}

#[test]
fn a_console_session_is_refreshed_once() {
    let sandbox = demo();
    let login = sandbox.server().login_cache_file("arn:aws:iam::111111111111:user/ana");
    let text = login.text.replace(&expiry_in(&login.text), "2001-01-01T00:00:00Z");
    sandbox.write(&format!(".aws/login/cache/{}", login.name), text);
    sandbox.server().script(Rule::new("CreateOAuth2Token", Effect::Delay(200)));
    all_at_once(&sandbox, &["export", "console"]);
    assert_eq!(sandbox.server().requests().iter().filter(|request| request.service == "signin").count(), 1);
}

fn expiry_in(text: &str) -> String {
    text.split("\"expiresAt\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
}

#[test]
fn one_code_is_used_once() {
    let sandbox = demo();
    let code = sandbox.server().mfa_code(MFA).unwrap();
    sandbox.server().script(Rule::new("GetSessionToken", Effect::Delay(200)));
    all_at_once(&sandbox, &["export", "prod", "--mfa-token", &code]);
    assert_eq!((sandbox.server().count("GetSessionToken"), sandbox.server().count("AssumeRole")), (1, 1));
}

#[test]
fn a_process_that_is_killed_blocks_nobody() {
    let sandbox = demo();
    sandbox.server().script(Rule::new("AssumeRole", Effect::Delay(60_000)).times(1));
    let mut first = sandbox.awsenv(&["export", "tools"]).spawn();
    while sandbox.server().count("AssumeRole") == 0 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let children: Vec<Child> = (0..4).map(|_| sandbox.awsenv(&["export", "tools"]).spawn()).collect();
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert_eq!(sandbox.server().count("AssumeRole"), 1, "the others wait");
    // kill -9
    first.kill().unwrap();
    first.wait().unwrap();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(sandbox.server().count("AssumeRole"), 2);
    let left: Vec<String> =
        sandbox.files().names().into_iter().filter(|name| name.contains("tmp") || name.contains("probe")).collect();
    assert_eq!(left, [""; 0], "nothing half written is left");
}

#[test]
fn killing_at_any_moment_leaves_whole_files() {
    let sandbox = demo();
    for wait in 0..30 {
        let mut child = sandbox.awsenv(&["export", "staging"]).spawn();
        std::thread::sleep(std::time::Duration::from_millis(wait * 2));
        child.kill().unwrap();
        child.wait().unwrap();
        for (name, text) in sandbox.files().texts().filter(|(name, _)| name.contains("cli/cache") && name.ends_with(".json")) {
            assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{name}: {text}");
            std::fs::remove_file(sandbox.root().join(name)).unwrap();
        }
    }
    sandbox.run(&["export", "staging"]).ok();
}
