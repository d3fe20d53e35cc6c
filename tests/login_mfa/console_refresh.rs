//! Refreshing a console session: in time, once, and without losing its refresh token.

use awsenv_testkit::Sandbox;
use fake_aws::{Effect, Rule};

use crate::support::{ADMIN, ADMIN_CACHE, at_terminal, expire, fails, json, opened, signed_in};

const EXPORT: &[&str] = &["export", "con"];

fn refreshes(sandbox: &Sandbox) -> usize {
    sandbox.server().count("CreateOAuth2Token")
}

fn status(code: &str) -> Rule {
    Rule::new("CreateOAuth2Token", Effect::Status { status: 400, code: code.into(), message: "because".into() })
}

#[test]
fn five_minutes_before_the_end_and_not_earlier() {
    let sandbox = signed_in();
    expire(&sandbox, 330);
    sandbox.run(EXPORT).ok();
    assert_eq!(refreshes(&sandbox), 0);
    let before = json(&sandbox, ADMIN_CACHE);
    expire(&sandbox, 290);
    sandbox.run(EXPORT).ok();
    sandbox.run(EXPORT).ok();
    assert_eq!(refreshes(&sandbox), 1);
    let after = json(&sandbox, ADMIN_CACHE);
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!((keys(&before), keys(&before["accessToken"])), (keys(&after), keys(&after["accessToken"])));
    for same in ["clientId", "dpopKey", "idToken", "tokenType"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert_eq!(after["accessToken"]["accountId"], "123456789012");
    assert_ne!(before["refreshToken"], after["refreshToken"]);
    assert_eq!(sandbox.server().violations(), [""; 0]);
    assert_eq!(sandbox.files().mode(&format!("home/{ADMIN_CACHE}")), Some(0o600));
}

#[test]
fn many_at_once_refresh_once() {
    let sandbox = signed_in();
    expire(&sandbox, -10);
    let children: Vec<_> = (0..20).map(|_| sandbox.awsenv(EXPORT).spawn()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!((refreshes(&sandbox), sandbox.server().violations()), (1, vec![]));
}

#[test]
fn a_session_that_has_ended_needs_a_person_and_is_asked_about_once() {
    for code in ["TOKEN_EXPIRED", "USER_CREDENTIALS_CHANGED"] {
        let sandbox = signed_in();
        sandbox.server().script(status(code));
        expire(&sandbox, -10);
        let before = sandbox.read(ADMIN_CACHE);
        fails(&sandbox, EXPORT, "login-required", 4);
        fails(&sandbox, EXPORT, "login-required", 4);
        assert_eq!(refreshes(&sandbox), 1, "{code}: the service has said no");
        assert_eq!(sandbox.read(ADMIN_CACHE), before);
        sandbox.server().clear_script();
        let (exit, screen) = at_terminal(&sandbox, &["exec", "con", "--", "true"]);
        assert_eq!((exit, opened(&sandbox)), (0, 1), "{screen}");
        sandbox.run(EXPORT).ok();
    }
}

#[test]
fn on_a_terminal_the_end_of_a_session_leads_to_a_sign_in() {
    let sandbox = signed_in();
    sandbox.server().world(|world| world.login_sessions.clear());
    expire(&sandbox, -10);
    let (exit, screen) = at_terminal(&sandbox, &["exec", "con", "--", "sh", "-c", "echo \"<$AWS_ACCESS_KEY_ID>\""]);
    assert_eq!(exit, 0, "{screen}");
    assert!(screen.contains("the console session has ended") && screen.contains("<ASIA"), "{screen}");
    assert_eq!(opened(&sandbox), 1);
}

#[test]
fn what_is_still_good_is_used_and_the_service_left_alone_for_a_while() {
    for rule in [Rule::new("CreateOAuth2Token", Effect::ServerError), status("INSUFFICIENT_PERMISSIONS"), status("TOKEN_EXPIRED")]
    {
        let sandbox = signed_in();
        sandbox.server().script(rule);
        expire(&sandbox, 200);
        let before = sandbox.read(ADMIN_CACHE);
        for _ in 0..3 {
            sandbox.run(EXPORT).ok();
        }
        assert_eq!((refreshes(&sandbox), sandbox.read(ADMIN_CACHE)), (1, before));
    }
}

#[test]
fn a_failure_that_is_no_end_keeps_the_refresh_token() {
    for (rule, code, exit) in [
        (Rule::new("CreateOAuth2Token", Effect::ServerError), "service-unavailable", 6),
        (Rule::new("CreateOAuth2Token", Effect::LoseAnswer), "network", 6),
        (Rule::new("CreateOAuth2Token", Effect::Hang), "timeout", 6),
        (status("INSUFFICIENT_PERMISSIONS"), "access-denied", 5),
        (status("INVALID_REQUEST"), "request-invalid", 5),
    ] {
        let sandbox = signed_in();
        let lost = matches!(rule.effect, Effect::LoseAnswer);
        sandbox.server().script(rule);
        expire(&sandbox, -10);
        let before = sandbox.read(ADMIN_CACHE);
        fails(&sandbox, EXPORT, code, exit);
        assert_eq!(sandbox.read(ADMIN_CACHE), before);
        sandbox.server().clear_script();
        // Whose answer was lost, that token is spent, and nobody can know the new one.
        if lost {
            fails(&sandbox, EXPORT, "login-required", 4);
        } else {
            sandbox.run(EXPORT).ok();
        }
    }
}

#[test]
fn no_refresh_token_is_spent_that_cannot_be_replaced() {
    for (seconds, exit) in [(200, 0), (-10, 1)] {
        let sandbox = signed_in();
        expire(&sandbox, seconds);
        let before = sandbox.read(ADMIN_CACHE);
        // A full disk: no file may grow.
        let run = sandbox.bash("trap '' XFSZ; ulimit -f 0; awsenv export con").run().exits(exit);
        run.says("cannot be written");
        assert_eq!((refreshes(&sandbox), sandbox.read(ADMIN_CACHE)), (0, before));
    }
}

#[test]
fn a_process_that_is_killed_holds_nobody_up() {
    let sandbox = signed_in();
    sandbox.server().script(Rule::new("CreateOAuth2Token", Effect::Hang).times(1));
    expire(&sandbox, -10);
    let before = sandbox.read(ADMIN_CACHE);
    let mut child = sandbox.awsenv(EXPORT).spawn();
    while refreshes(&sandbox) == 0 && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(sandbox.read(ADMIN_CACHE), before);
    sandbox.run(EXPORT).ok();
    assert_eq!(sandbox.server().violations(), [""; 0]);
    let folder = std::fs::read_dir(sandbox.path(".aws/login/cache")).unwrap();
    assert_eq!(folder.count(), 1, "what it left is swept");
}

#[test]
fn many_without_a_session_open_no_browser() {
    let sandbox = crate::support::console_profile();
    let children: Vec<_> = (0..20).map(|_| sandbox.awsenv(EXPORT).spawn()).collect();
    for child in children {
        assert_eq!(child.wait_with_output().unwrap().status.code(), Some(4));
    }
    assert_eq!((opened(&sandbox), sandbox.server().requests().len()), (0, 0));
}

#[test]
fn two_at_terminals_open_one_browser() {
    let sandbox = crate::support::console_profile();
    sandbox.server().script(Rule::new("CreateOAuth2Token", Effect::Delay(1_000)));
    let mut terminals = [0, 1].map(|_| sandbox.awsenv_on_terminal(&["exec", "con", "--", "true"]));
    for terminal in &mut terminals {
        assert_eq!(terminal.exit_code(), 0, "{}", terminal.screen());
    }
    assert_eq!((opened(&sandbox), refreshes(&sandbox)), (1, 1));
}

#[test]
fn refresh_renews_what_is_good() {
    let sandbox = signed_in();
    let script = "eval \"$(awsenv use con --shell bash)\" && a=$AWS_ACCESS_KEY_ID && eval \"$(awsenv refresh --shell bash)\" && [ \"$a\" != \"$AWS_ACCESS_KEY_ID\" ] && echo renewed";
    let run = sandbox.bash(script).run().ok();
    assert_eq!((run.stdout.as_str(), refreshes(&sandbox)), ("renewed\n", 1));
    assert!(sandbox.read(".aws/config").contains(ADMIN));
}
