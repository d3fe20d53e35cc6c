//! `awsenv whoami`.

use crate::support::{demo, fails, json, keys, switch};

#[test]
fn the_fields_are_the_contracts() {
    let sandbox = demo();
    let who = json(&sandbox.run(&["whoami", "tools", "--format", "json"]).ok());
    assert_eq!(keys(&who), ["account_id", "arn", "user_id", "profile"]);
    assert_eq!((&who["account_id"], &who["profile"]), (&"111111111111".into(), &"tools".into()));
    assert!(who["arn"].as_str().unwrap().starts_with("arn:aws:sts::111111111111:assumed-role/tools/"), "{who}");
    let text = sandbox.run(&["whoami", "dev"]).ok().stdout;
    assert!(text.contains("arn      arn:aws:iam::111111111111:user/dev\n"), "{text}");
}

#[test]
fn without_a_name_it_is_what_any_tool_here_would_be() {
    let mut sandbox = demo();
    fails(&sandbox, &["whoami"], "no-credentials", 3);
    switch(&sandbox, &["tools", "--mode", "keys"]).apply(&mut sandbox);
    let who = json(&sandbox.run(&["whoami", "--format", "json"]).ok());
    assert!(who["arn"].as_str().unwrap().contains("assumed-role/tools/"), "{who}");
    assert_eq!(who["profile"], "tools");
    sandbox.set("AWS_PROFILE", "dev").unset("AWS_ACCESS_KEY_ID").unset("AWS_SECRET_ACCESS_KEY").unset("AWS_SESSION_TOKEN");
    let who = json(&sandbox.run(&["whoami", "--format", "json"]).ok());
    assert_eq!((&who["arn"], &who["profile"]), (&"arn:aws:iam::111111111111:user/dev".into(), &"dev".into()));
}

#[test]
fn a_profile_that_was_left_by_hand_is_not_named() {
    let mut sandbox = demo();
    switch(&sandbox, &["tools", "--mode", "profile"]).apply(&mut sandbox);
    let keys_of_dev = json(&sandbox.run(&["export", "dev"]).ok());
    sandbox.unset("AWS_PROFILE");
    for (name, key) in [("AWS_ACCESS_KEY_ID", "AccessKeyId"), ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey")] {
        sandbox.set(name, keys_of_dev[key].as_str().unwrap());
    }
    let status = json(&sandbox.run(&["status", "--format", "json"]).ok());
    let who = json(&sandbox.run(&["whoami", "--format", "json"]).ok());
    assert_eq!(who["arn"], "arn:aws:iam::111111111111:user/dev");
    assert_eq!((&who["profile"], &status["profile"]), (&serde_json::Value::Null, &serde_json::Value::Null), "{who} {status}");
}
