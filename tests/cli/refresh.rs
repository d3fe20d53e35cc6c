//! `awsenv refresh`: the same profile, with new credentials.

use crate::support::{MFA, Switch, demo, switch};

#[test]
fn keys_are_fetched_anew() {
    let mut sandbox = demo();
    let first = switch(&sandbox, &["tools", "--mode", "keys", "-r", "us-west-2"]);
    first.apply(&mut sandbox);
    let second = Switch::of(&sandbox.run(&["refresh", "--shell", "json"]).ok());
    assert!(second.get("AWS_ACCESS_KEY_ID").is_some_and(|key| Some(key) != first.get("AWS_ACCESS_KEY_ID")), "{second:?}");
    second.apply(&mut sandbox);
    assert_eq!(sandbox.get("AWS_REGION").unwrap(), "us-west-2", "the region stays");
    assert_eq!((sandbox.server().count("AssumeRole"), sandbox.server().violations()), (2, Vec::new()));
}

#[test]
fn an_mfa_session_needs_no_new_code() {
    let mut sandbox = demo();
    let code = sandbox.server().mfa_code(MFA).unwrap();
    switch(&sandbox, &["prod", "--mfa-token", &code]).apply(&mut sandbox);
    Switch::of(&sandbox.run(&["refresh", "--shell", "json"]).ok());
    assert_eq!((sandbox.server().count("GetSessionToken"), sandbox.server().count("AssumeRole")), (1, 2));
}

#[test]
fn after_a_refresh_unset_still_gives_everything_back() {
    let mut sandbox = demo();
    sandbox.set("AWS_ACCESS_KEY_ID", "AKIAMINE").set("AWS_SECRET_ACCESS_KEY", "mine");
    let script = "eval \"$(awsenv use tools --mode keys)\" && eval \"$(awsenv refresh)\" && eval \"$(awsenv unset)\"; env | grep ^AWS_ | sort";
    let run = sandbox.bash(script).run().ok();
    assert!(
        run.stdout.contains("AWS_ACCESS_KEY_ID=AKIAMINE\n") && run.stdout.contains("AWS_SECRET_ACCESS_KEY=mine\n"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("SESSION_TOKEN") && !run.stdout.contains("REGION"), "{}", run.stdout);
}
