//! `awsenv sessions` and `awsenv logout`.

use fake_aws::{Effect, Rule};
use serde_json::Value;

use crate::support::{CORP_TOKEN, LAB_TOKEN, at_terminal, cached, corp_token, json, sandbox};

fn sessions(sandbox: &awsenv_testkit::Sandbox) -> Vec<Value> {
    let run = sandbox.run(&["sessions", "--format", "json"]).ok();
    let document: Value = serde_json::from_str(&run.stdout).expect("JSON");
    document["sessions"].as_array().expect("a list").clone()
}

/// `sha1` of the AWS CLI's text for `dev`, `ops` and `lab`.
fn role_files(sandbox: &awsenv_testkit::Sandbox) -> usize {
    std::fs::read_dir(sandbox.path(".aws/cli/cache"))
        .map_or(0, |entries| entries.flatten().filter(|entry| entry.path().extension().is_some_and(|end| end == "json")).count())
}

#[test]
fn every_session_has_its_true_end() {
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
    sandbox.write(
        ".aws/sso/cache/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.json",
        r#"{"startUrl": "https://gone.awsapps.com/start", "region": "us-west-2", "accessToken": "x-gone-token", "expiresAt": "2036-01-02T03:04:05Z"}"#,
    );
    let token = corp_token(&sandbox);
    let all = sessions(&sandbox);
    let keys: Vec<&String> = all[0].as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["kind", "name", "start_url", "region", "expires_at", "refreshable", "registration_expires_at"]);
    assert_eq!((&all[0]["kind"], &all[0]["name"], &all[0]["refreshable"]), (&"sso".into(), &"corp".into(), &true.into()));
    assert_eq!(all[0]["expires_at"], token["registrationExpiresAt"], "what a refresh token carries, not the hour");
    assert_eq!(all[0]["registration_expires_at"], token["registrationExpiresAt"]);
    assert_eq!((&all[1]["name"], &all[1]["expires_at"], &all[1]["refreshable"]), (&"lab".into(), &Value::Null, &false.into()));
    assert_eq!((&all[2]["name"], &all[2]["start_url"]), (&Value::Null, &"https://old.awsapps.com/start".into()));
    assert_eq!(
        (&all[3]["name"], &all[3]["region"], &all[3]["expires_at"]),
        (&Value::Null, &"us-west-2".into(), &"2036-01-02T03:04:05Z".into())
    );
    assert_eq!(all.len(), 4, "{all:#?}");
    let table = sandbox.run(&["sessions"]).ok().stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("SESSION") && lines[1].contains("renews itself, ") && lines[2].ends_with("no"), "{table}");
    sandbox.assert_no_secret("sessions", &table);
}

#[test]
fn console_sessions_are_listed() {
    let sandbox = awsenv_testkit::Sandbox::demo(env!("CARGO_BIN_EXE_awsenv"));
    let all = sessions(&sandbox);
    let login = all.iter().find(|session| session["kind"] == "login").expect("the demo has one");
    assert_eq!((&login["name"], &login["refreshable"]), (&"arn:aws:iam::111111111111:user/ana".into(), &true.into()));
}

#[test]
fn a_refresh_token_that_was_refused_carries_nothing() {
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
    crate::support::expire(&sandbox, CORP_TOKEN, 300);
    sandbox.server().script(Rule::new("CreateToken", Effect::Expire));
    let _ = sandbox.run(&["export", "dev"]).ok();
    let all = sessions(&sandbox);
    assert_eq!((&all[0]["refreshable"], &all[0]["expires_at"]), (&false.into(), &corp_token(&sandbox)["expiresAt"]));
}

#[test]
fn one_session_ends_and_no_other() {
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "--all"]).0, 0);
    for profile in ["dev", "ops", "lab"] {
        let _ = sandbox.run(&["export", profile]).ok();
    }
    let before = (cached(&sandbox).len(), role_files(&sandbox));
    assert_eq!(before, (4, 3));
    let lab = json(&sandbox, LAB_TOKEN);
    sandbox.run(&["logout", "dev"]).ok().says("signed out of corp");
    assert_eq!((cached(&sandbox).len(), role_files(&sandbox)), (3, 1), "token and two roles; the registration stays");
    assert_eq!(json(&sandbox, LAB_TOKEN), lab);
    assert!(!sandbox.path(CORP_TOKEN).exists());
    let server = sandbox.server();
    assert_eq!((server.count("Logout"), server.world(|world| world.sso_tokens.len())), (1, 1));
    let _ = sandbox.run(&["export", "lab"]).ok();
    sandbox.run(&["export", "dev"]).exits(4).says("error[sso-sign-in-required]");
    sandbox.run(&["logout", "--sso-session", "corp"]).ok().says("was not signed in to corp");
    assert_eq!(server.count("Logout"), 1);
}

#[test]
fn all_sessions_end() {
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "--all"]).0, 0);
    for profile in ["dev", "ops", "lab"] {
        let _ = sandbox.run(&["export", profile]).ok();
    }
    // Of a role that no session has given.
    sandbox.write(".aws/cli/cache/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.json", "{\"Credentials\": {}}");
    sandbox.run(&["logout", "--all"]).ok().says("signed out of 2 sessions");
    assert_eq!((cached(&sandbox).len(), role_files(&sandbox)), (2, 1), "registrations stay");
    assert_eq!(sandbox.server().count("Logout"), 2);
}

#[test]
fn files_are_removed_also_when_aws_cannot_be_told() {
    for effect in [Effect::ServerError, Effect::CloseConnection, Effect::Throttle] {
        let sandbox = sandbox();
        assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
        sandbox.server().script(Rule::new("Logout", effect));
        let run = sandbox.run(&["logout", "dev", "--message-format", "json"]).ok();
        run.says(r#"{"severity":"warning","code":"sign-out-incomplete","message":"AWS could not be told"#);
        assert!(!sandbox.path(CORP_TOKEN).exists());
    }
    // A token that AWS does not know any more has ended.
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
    sandbox.server().world(|world| world.sso_tokens.clear());
    let run = sandbox.run(&["logout", "dev"]).ok();
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
}
