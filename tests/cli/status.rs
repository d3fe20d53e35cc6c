//! `awsenv status` and `awsenv prompt`: what the environment tells, without a file or a network.

use serde_json::Value;

use crate::support::{MFA, demo, empty, json, keys, switch, two_profiles};

const KEYS: [&str; 9] =
    ["profile", "mode", "region", "account_id", "expires_at", "seconds_left", "refreshable", "origin", "directory_file"];

#[test]
fn outside_of_any_profile_everything_is_unknown() {
    let run = empty().run(&["status", "--format", "json"]).ok();
    let status = json(&run);
    assert_eq!(keys(&status), KEYS);
    assert_eq!((&status["origin"], &status["profile"], &status["seconds_left"]), (&"none".into(), &Value::Null, &Value::Null));
    assert_eq!(empty().run(&["status"]).ok().stdout, "this shell is in no profile\n");
    assert_eq!(empty().run(&["prompt"]).ok().stdout, "");
}

#[test]
fn inside_a_profile() {
    let mut sandbox = demo();
    let code = sandbox.server().mfa_code(MFA).unwrap();
    switch(&sandbox, &["prod", "--mfa-token", &code]).apply(&mut sandbox);
    let asked = sandbox.server().requests().len();
    let status = json(&sandbox.run(&["status", "--format", "json"]).ok());
    assert_eq!(keys(&status), KEYS);
    for (key, value) in
        [("profile", "prod"), ("mode", "keys"), ("region", "eu-west-1"), ("account_id", "222222222222"), ("origin", "manual")]
    {
        assert_eq!(status[key], value, "{status}");
    }
    assert_eq!((&status["refreshable"], &status["directory_file"]), (&true.into(), &Value::Null), "{status}");
    assert!(status["expires_at"].as_str().is_some_and(|end| end.len() == 20 && end.ends_with('Z')));
    assert!(status["seconds_left"].as_i64().is_some_and(|left| (14_300..=14_400).contains(&left)), "{status}");
    let text = sandbox.run(&["status"]).ok().stdout;
    assert!(text.contains("profile  prod\n") && text.contains("account  222222222222\n"), "{text}");
    let prompt = sandbox.run(&["prompt", "--format", "{profile}[ {account}][ {region}][ {left}][ {mode}]"]).ok().stdout;
    assert!(prompt.starts_with("prod 222222222222 eu-west-1 ") && prompt.ends_with(" keys"), "{prompt}");
    assert_eq!(sandbox.server().requests().len(), asked);
}

#[test]
fn what_somebody_else_set_is_told_as_it_is() {
    let mut sandbox = two_profiles();
    sandbox.set("AWS_PROFILE", "ops").set("AWS_REGION", "us-east-1");
    let status = json(&sandbox.run(&["status", "--format", "json"]).ok());
    assert_eq!(
        (&status["origin"], &status["profile"], &status["mode"]),
        (&"environment".into(), &"ops".into(), &"profile".into())
    );
    sandbox.unset("AWS_PROFILE");
    switch(&sandbox, &["dev"]).apply(&mut sandbox);
    sandbox.set("AWS_PROFILE", "ops");
    let status = json(&sandbox.run(&["status", "--format", "json"]).ok());
    assert_eq!(
        (&status["origin"], &status["profile"]),
        (&"environment".into(), &"ops".into()),
        "awsenv's record no longer holds"
    );
}

#[test]
fn neither_reads_a_file() {
    let mut sandbox = two_profiles();
    switch(&sandbox, &["dev"]).apply(&mut sandbox);
    std::fs::remove_dir_all(sandbox.path(".aws")).unwrap();
    std::fs::create_dir_all(sandbox.path(".aws/config")).unwrap();
    assert_eq!(json(&sandbox.run(&["status", "--format", "json"]).ok())["profile"], "dev");
    assert_eq!(sandbox.run(&["prompt", "--format", "{profile}"]).ok().stdout, "dev");
}
