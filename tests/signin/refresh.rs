//! Refresh tokens: used at the AWS CLI's times, rotated, never lost.

use std::time::Duration;

use fake_aws::{Effect, Rule};

use crate::support::{CORP_TOKEN, at_terminal, cached, corp_token, expire, opened, sandbox};

/// Somebody signed in whose role credentials are not cached.
fn signed_in(seconds_left: i64) -> awsenv_testkit::Sandbox {
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
    expire(&sandbox, CORP_TOKEN, seconds_left);
    sandbox
}

fn forget_roles(sandbox: &awsenv_testkit::Sandbox) {
    let _ = std::fs::remove_dir_all(sandbox.path(".aws/cli/cache"));
}

#[test]
fn a_token_is_refreshed_in_its_last_quarter_of_an_hour() {
    for (left, refreshes) in [(16 * 60, 0), (14 * 60, 1), (-60, 1)] {
        let sandbox = signed_in(left);
        let before = corp_token(&sandbox);
        let _ = sandbox.run(&["export", "dev"]).ok();
        assert_eq!(sandbox.server().count("CreateToken") - 1, refreshes, "{left}");
        let after = corp_token(&sandbox);
        assert_eq!(before["refreshToken"] != after["refreshToken"], refreshes == 1, "{left}");
        assert_eq!(before["clientId"], after["clientId"]);
        assert_eq!((opened(&sandbox), sandbox.server().violations()), (1, vec![]));
    }
}

#[test]
fn a_refresh_that_fails_keeps_a_token_that_is_good_and_waits_a_minute() {
    let sandbox = signed_in(10 * 60);
    let before = corp_token(&sandbox);
    sandbox.server().script(Rule::new("CreateToken", Effect::ServerError));
    for _ in 0..3 {
        let _ = sandbox.run(&["export", "dev"]).ok();
        forget_roles(&sandbox);
    }
    assert_eq!(sandbox.server().count("CreateToken"), 2, "one to sign in, one that failed");
    assert_eq!(corp_token(&sandbox), before);
    // The service says no for good: the token is used up to its end, and nobody asks again.
    let sandbox = signed_in(10 * 60);
    sandbox.server().script(Rule::new("CreateToken", Effect::Expire));
    for _ in 0..2 {
        let _ = sandbox.run(&["export", "dev"]).ok();
        forget_roles(&sandbox);
    }
    assert_eq!(sandbox.server().count("CreateToken"), 2);
}

#[test]
fn a_dead_refresh_token_is_asked_once_and_then_a_person() {
    let sandbox = signed_in(-60);
    sandbox.server().world(|world| world.sso_tokens.clear());
    for _ in 0..3 {
        sandbox.run(&["export", "dev"]).exits(4).says("error[sso-sign-in-required]: a sign-in to corp is needed");
    }
    assert_eq!(sandbox.server().count("CreateToken"), 2);
    let (code, screen) = at_terminal(&sandbox, &["exec", "dev", "--", "echo", "it goes on"]);
    assert_eq!((code, opened(&sandbox)), (0, 2), "{screen}");
    assert!(screen.contains("it goes on"), "{screen}");
}

#[test]
fn an_expired_token_and_no_service_is_a_reason_to_try_again() {
    for (effect, code) in
        [(Effect::Unavailable, "service-unavailable"), (Effect::Throttle, "throttled"), (Effect::CloseConnection, "network")]
    {
        let sandbox = signed_in(-60);
        let before = sandbox.read(CORP_TOKEN);
        sandbox.server().script(Rule::new("CreateToken", effect));
        sandbox.run(&["export", "dev"]).exits(6).says(&format!("error[{code}]"));
        assert_eq!(sandbox.read(CORP_TOKEN), before);
        sandbox.server().clear_script();
        let _ = sandbox.run(&["export", "dev"]).ok();
    }
}

#[test]
fn ctrl_c_while_refreshing_loses_no_refresh_token() {
    let sandbox = signed_in(-60);
    let before = corp_token(&sandbox);
    sandbox.server().script(Rule::new("CreateToken", Effect::Delay(1_000)));
    let child = sandbox.awsenv(&["export", "dev"]).spawn();
    std::thread::sleep(Duration::from_millis(500));
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill runs").success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(130), 0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_ne!(corp_token(&sandbox)["refreshToken"], before["refreshToken"], "the new one is on disk");
    sandbox.server().clear_script();
    let _ = sandbox.run(&["export", "dev"]).ok();
    assert_eq!((opened(&sandbox), sandbox.server().violations()), (1, vec![]));
}

#[test]
fn killed_at_any_time_leaves_whole_files() {
    let sandbox = signed_in(-60);
    sandbox.server().script(Rule::new("CreateToken", Effect::Delay(200)));
    for wait in [0, 20, 60, 120, 200, 260] {
        let mut child = sandbox.awsenv(&["export", "dev"]).spawn();
        std::thread::sleep(Duration::from_millis(wait));
        let _ = child.kill();
        let _ = child.wait();
        assert!(corp_token(&sandbox)["accessToken"].is_string());
    }
    sandbox.server().clear_script();
    // Either the new token is there, or a person signs in; never anything else.
    let (code, screen) = at_terminal(&sandbox, &["exec", "dev", "--", "echo", "it goes on"]);
    assert_eq!(code, 0, "{screen}");
    assert!(cached(&sandbox).iter().all(|name| name.ends_with(".json") && !name.starts_with('.')), "{:?}", cached(&sandbox));
}

#[test]
fn a_lost_answer_costs_a_sign_in_and_nothing_else() {
    let sandbox = signed_in(-60);
    sandbox.server().script(Rule::new("CreateToken", Effect::LoseAnswer).times(1));
    sandbox.run(&["export", "dev"]).exits(6).says("error[network]");
    sandbox.run(&["export", "dev"]).exits(4).says("error[sso-sign-in-required]");
    let (code, screen) = at_terminal(&sandbox, &["login", "dev"]);
    assert_eq!(code, 0, "{screen}");
    let _ = sandbox.run(&["export", "dev"]).ok();
}

#[test]
fn a_cache_that_cannot_be_written_spends_no_refresh_token() {
    let sandbox = signed_in(-60);
    let token = sandbox.read(CORP_TOKEN);
    // A full disk: no file may grow.
    let run = sandbox.bash("trap '' XFSZ; ulimit -f 0; awsenv export dev").run();
    run.exits(1).says("error[io]").says("cannot be written");
    assert_eq!((sandbox.read(CORP_TOKEN), sandbox.server().count("CreateToken")), (token, 1));
    // While the token is good it is used as it is.
    expire(&sandbox, CORP_TOKEN, 300);
    let run = sandbox.bash("trap '' XFSZ; ulimit -f 0; awsenv export dev").run().ok();
    assert!(run.stdout.contains("AccessKeyId"), "{}", run.stdout);
    assert_eq!(sandbox.server().count("CreateToken"), 1);
}

#[test]
fn a_token_that_the_service_refuses_is_refreshed_once() {
    let sandbox = signed_in(3_000);
    sandbox.server().world(|world| world.sso_tokens[0].expires_at = 0);
    let _ = sandbox.run(&["export", "dev"]).ok();
    assert_eq!((sandbox.server().count("GetRoleCredentials"), opened(&sandbox)), (2, 1));
}

#[test]
fn a_client_that_the_service_has_forgotten_is_registered_anew() {
    let sandbox = signed_in(-60);
    sandbox.server().world(|world| world.oidc_clients.clear());
    let (code, screen) = at_terminal(&sandbox, &["exec", "dev", "--", "echo", "it goes on"]);
    assert_eq!((code, opened(&sandbox)), (0, 2), "{screen}");
    assert!(screen.contains("it goes on"), "{screen}");
    assert_eq!(sandbox.server().count("RegisterClient"), 2);
}
