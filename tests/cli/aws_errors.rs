//! What AWS can say, and when it says nothing.

use awsenv_testkit::Sandbox;
use fake_aws::{Effect, Rule};

use crate::support::{MFA, demo, fails_with_changes, json};

/// A call that fails leaves nothing in the caches; that it locked an entry may be seen.
#[track_caller]
fn fails(sandbox: &Sandbox, arguments: &[&str], code: &str, exit: i32) -> serde_json::Value {
    crate::support::fails(sandbox, arguments, code, exit)
}

#[test]
fn every_effect_has_its_code() {
    for (profile, action, effect, code, exit) in [
        ("tools", "AssumeRole", Effect::Deny, "access-denied", 5),
        ("tools", "AssumeRole", Effect::Throttle, "throttled", 6),
        ("tools", "AssumeRole", Effect::ServerError, "service-unavailable", 6),
        ("tools", "AssumeRole", Effect::Unavailable, "service-unavailable", 6),
        ("tools", "AssumeRole", Effect::CloseConnection, "network", 6),
        ("tools", "AssumeRole", Effect::Malformed, "service-unavailable", 6),
        ("tools", "AssumeRole", Effect::Expire, "credentials-expired", 5),
        ("ci", "AssumeRoleWithWebIdentity", Effect::Deny, "access-denied", 5),
        ("ci", "AssumeRoleWithWebIdentity", Effect::Throttle, "throttled", 6),
        ("sandbox", "GetRoleCredentials", Effect::Deny, "access-denied", 5),
        ("sandbox", "GetRoleCredentials", Effect::Throttle, "throttled", 6),
        ("sandbox", "GetRoleCredentials", Effect::ServerError, "service-unavailable", 6),
    ] {
        let sandbox = demo();
        sandbox.server().script(Rule::new(action, effect.clone()));
        let report = fails(&sandbox, &["use", profile, "--shell", "bash"], code, exit);
        assert!(!report["help"].as_array().unwrap().is_empty(), "{effect:?}: what should one do? {report}");
        sandbox.server().clear_script();
        sandbox.run(&["use", profile, "--shell", "bash"]).ok();
    }
}

#[test]
fn a_sign_in_that_aws_has_ended_needs_a_person() {
    let sandbox = demo();
    sandbox.server().script(Rule::new("GetRoleCredentials", Effect::Expire));
    // The token may be exchanged before it is given up, and the new one is kept.
    fails_with_changes(&sandbox, &["use", "sandbox", "--shell", "bash"], "sso-sign-in-required", 4);
    assert_eq!(sandbox.server().violations(), [""; 0]);
}

#[test]
fn a_refusal_points_at_the_line_that_asked() {
    let sandbox = demo();
    sandbox.server().script(Rule::new("AssumeRole", Effect::Deny));
    let report = fails(&sandbox, &["use", "tools", "--shell", "bash"], "access-denied", 5);
    let line = sandbox.read(".aws/config").lines().position(|line| line.ends_with("role/tools")).unwrap() + 1;
    assert_eq!(report["labels"][0]["line"], line, "{report}");
}

#[test]
fn two_attempts_outlive_one_hiccup() {
    for effect in [Effect::Throttle, Effect::ServerError, Effect::CloseConnection] {
        let mut sandbox = demo();
        sandbox.set("AWS_MAX_ATTEMPTS", "3");
        sandbox.server().script(Rule::new("AssumeRole", effect.clone()).times(1));
        sandbox.run(&["use", "tools", "--shell", "bash"]).ok();
        assert_eq!(sandbox.server().count("AssumeRole"), 2, "{effect:?}");
    }
}

#[test]
fn silence_ends() {
    let sandbox = demo();
    sandbox.server().script(Rule::new("AssumeRole", Effect::Hang));
    fails(&sandbox, &["use", "tools", "--shell", "bash"], "timeout", 6);
}

#[test]
fn nobody_listens() {
    let mut sandbox = demo();
    sandbox.set("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    let report = fails(&sandbox, &["use", "tools", "--shell", "bash"], "network", 6);
    assert!(report["message"].as_str().unwrap().contains("127.0.0.1:9"), "{report}");
    sandbox.set("AWS_ENDPOINT_URL", "http://no-such-host.invalid");
    fails(&sandbox, &["use", "tools", "--shell", "bash"], "network", 6);
}

#[test]
fn a_clock_that_is_hours_off() {
    for hours in [-5, 5] {
        let sandbox = demo();
        sandbox.server().advance_clock(hours * 3600);
        fails(&sandbox, &["use", "tools", "--shell", "bash"], "clock-skew", 6);
    }
}

#[test]
fn keys_that_aws_does_not_know() {
    let sandbox = demo();
    sandbox.credentials("[dev]\naws_access_key_id = AKIANOBODY\naws_secret_access_key = secret-of-nobody\n");
    fails(&sandbox, &["use", "tools", "--shell", "bash"], "credentials-rejected", 5);
    fails(&sandbox, &["whoami", "dev"], "credentials-rejected", 5);
}

#[test]
fn a_role_that_does_not_trust_or_does_not_last() {
    let sandbox = demo();
    let config = sandbox.read(".aws/config");
    sandbox.config(&config.replace("external_id = partner-4711", "external_id = wrong"));
    fails(&sandbox, &["use", "partner", "--shell", "bash"], "access-denied", 5);
    let report = fails(&sandbox, &["use", "tools", "--duration", "12h", "--shell", "bash"], "request-invalid", 5);
    assert!(report["help"].to_string().contains("duration"), "{report}");
}

#[test]
fn codes_of_mfa_devices() {
    let sandbox = demo();
    fails(&sandbox, &["use", "prod", "--mfa-token", "000000", "--shell", "bash"], "mfa-code-rejected", 5);
    let code = sandbox.server().mfa_code(MFA).unwrap();
    sandbox.run(&["use", "prod", "--mfa-token", &code, "--shell", "bash"]).ok();
    std::fs::remove_dir_all(sandbox.path(".aws/cli")).unwrap();
    std::fs::remove_dir_all(sandbox.root().join("state/mfa-sessions")).unwrap();
    // Used once already. That somebody tried is a violation in fake-aws's books, and here the point.
    fails(&sandbox, &["use", "prod", "--mfa-token", &code, "--shell", "bash"], "mfa-code-rejected", 5);
}

#[test]
fn a_user_who_may_not_open_a_session_uses_the_code_for_the_role() {
    let sandbox = demo();
    sandbox.server().script(Rule::new("GetSessionToken", Effect::Deny));
    let code = sandbox.server().mfa_code(MFA).unwrap();
    let document = json(&sandbox.run(&["export", "prod", "--mfa-token", &code]).ok());
    assert!(document["SessionToken"].is_string());
    let requests = sandbox.server().requests();
    let call = requests.iter().find(|request| request.action == "AssumeRole").unwrap();
    assert_eq!(call.param("SerialNumber"), Some(MFA));
    assert_eq!(sandbox.server().violations(), [""; 0]);
}

#[test]
fn a_second_refusal_does_not_hide_what_the_first_left() {
    // The first role of the chain is good, and stays cached; the second one is not.
    let sandbox = demo();
    sandbox.server().script(Rule::new("AssumeRole", Effect::Deny).with("RoleArn", "arn:aws:iam::333333333333:role/deploy"));
    fails_with_changes(&sandbox, &["use", "staging", "--shell", "bash"], "access-denied", 5);
    sandbox.server().clear_script();
    sandbox.run(&["use", "staging", "--shell", "bash"]).ok();
    assert_eq!(sandbox.server().count("AssumeRole"), 3, "the first role, and twice the second");
}

#[test]
fn no_metadata_service_here() {
    let mut sandbox = demo();
    sandbox.server().world(|world| world.instance = None);
    let before = sandbox.files();
    for disabled in ["true", "false"] {
        sandbox.set("AWS_EC2_METADATA_DISABLED", disabled);
        crate::support::fails(&sandbox, &["use", "backup", "--shell", "bash"], "no-credentials", 3);
    }
    assert_eq!(sandbox.files().changed_since(&before), [""; 0]);
}

#[test]
fn warnings_do_not_stop_anything() {
    let sandbox = demo();
    let config = sandbox.read(".aws/config");
    let run = |change: (&str, &str), profile: &str| {
        sandbox.config(&config.replace(change.0, change.1));
        crate::support::codes(&sandbox.run(&["--message-format", "json", "export", profile]).ok())
    };
    assert_eq!(run(("[profile staging]", "[profile staging]\nduration_seconds = 7200"), "staging"), ["duration-capped"]);
    assert_eq!(run(("[profile tools]", "[profile tools]\nduration_seconds = 1h"), "tools"), ["duration-ignored"]);
    assert_eq!(run(("[profile dev]", "[profile dev]\ncredential_process = true"), "dev"), ["sdks-differ"]);
}
