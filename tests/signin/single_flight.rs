//! Never more than once.

use std::process::Child;
use std::time::{Duration, Instant};

use awsenv_testkit::{Pty, Sandbox};
use fake_aws::{Effect, Rule};

use crate::support::{CORP_TOKEN, at_terminal, corp_token, expire, opened, sandbox};

/// A browser whose person needs a second.
fn slow_browser(sandbox: &mut Sandbox, seconds: &str) {
    let script = format!("#!/bin/sh\necho \"$1\" >> \"$HOME/opened\"\nsleep {seconds}\ncurl -sSL \"$1\" > /dev/null\n");
    let path = sandbox.script("slow", &script);
    sandbox.set("BROWSER", path);
}

fn together(sandbox: &Sandbox, count: usize, arguments: &[&str]) -> Vec<(i32, String, String)> {
    let children: Vec<Child> = (0..count).map(|_| sandbox.awsenv(arguments).spawn()).collect();
    let outputs = children.into_iter().map(|child| child.wait_with_output().expect("it ends"));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    outputs.map(|output| (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))).collect()
}

#[test]
fn two_terminals_open_one_browser() {
    let mut sandbox = sandbox();
    slow_browser(&mut sandbox, "2");
    let mut first = sandbox.awsenv_on_terminal(&["login", "dev"]);
    first.expect("waiting for your browser");
    let mut second = sandbox.awsenv_on_terminal(&["exec", "ops", "--", "echo", "it goes on"]);
    second.expect("another awsenv is signing in to corp; waiting for it");
    // Who may not wait for a person does not.
    let begun = Instant::now();
    sandbox.run(&["export", "dev"]).exits(4).says("error[sso-sign-in-required]");
    assert!(begun.elapsed() < Duration::from_secs(2));
    second.expect("it goes on");
    assert_eq!((first.exit_code(), second.exit_code(), opened(&sandbox)), (0, 0, 1), "{}\n{}", first.screen(), second.screen());
    assert_eq!(sandbox.server().count("CreateToken"), 1);
}

#[test]
fn a_forced_sign_in_that_somebody_else_has_just_made_is_enough() {
    let mut sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
    slow_browser(&mut sandbox, "2");
    let mut first = sandbox.awsenv_on_terminal(&["login", "dev", "--force"]);
    first.expect("waiting for your browser");
    let mut second = sandbox.awsenv_on_terminal(&["login", "dev", "--force"]);
    assert_eq!((first.exit_code(), second.exit_code(), opened(&sandbox)), (0, 0, 2));
}

#[test]
fn whoever_dies_holds_nobody_up() {
    let mut sandbox = sandbox();
    sandbox.set("BROWSER", "/bin/true");
    let mut first = sandbox.awsenv_on_terminal(&["login", "dev"]);
    first.expect("waiting for your browser");
    slow_browser(&mut sandbox, "0");
    let mut second = sandbox.awsenv_on_terminal(&["login", "dev"]);
    second.expect("another awsenv is signing in to corp");
    // Killed, not asked to end.
    let id = first.process_id().expect("it runs").to_string();
    let _ = sandbox.program("/bin/kill", &["-KILL", &id]).run().ok();
    assert_eq!((second.exit_code(), opened(&sandbox)), (0, 1), "{}", second.screen());
}

/// Several terminals wait for one browser; what they end with when the first one does this.
fn waiting_for_one(sandbox: &mut Sandbox, first_does: impl FnOnce(&mut Pty)) -> Vec<(u32, String)> {
    let mut first = sandbox.awsenv_on_terminal(&["login", "dev"]);
    first.expect("waiting for your browser");
    let waits: [&[&str]; 3] = [&["login", "dev"], &["login", "ops", "--force"], &["exec", "ops", "--", "echo", "not reached"]];
    let mut others: Vec<Pty> = waits.iter().map(|arguments| sandbox.awsenv_on_terminal(arguments)).collect();
    for other in &mut others {
        other.expect("another awsenv is signing in to corp; waiting for it");
    }
    first_does(&mut first);
    others.iter_mut().map(|other| (other.exit_code(), other.screen())).collect()
}

#[test]
fn who_cancels_has_cancelled_for_those_who_wait() {
    let mut sandbox = sandbox();
    let browser = sandbox.path("browser");
    sandbox.set("BROWSER", "/bin/true");
    let ends = waiting_for_one(&mut sandbox, |first| {
        first.type_text("\x03");
        assert_eq!(first.exit_code(), 130);
    });
    for (code, screen) in ends {
        assert_eq!(code, 130, "{screen}");
        assert!(screen.contains("error[cancelled]: the sign-in to corp, which this waited for, was cancelled"), "{screen}");
        assert!(!screen.contains("not reached") && !screen.contains("Your browser opens"), "{screen}");
    }
    // Who begins afterwards is asked as always.
    sandbox.set("BROWSER", browser);
    let (code, screen) = at_terminal(&sandbox, &["login", "dev"]);
    assert_eq!((code, opened(&sandbox)), (0, 1), "{screen}");
}

/// A window that was closed has said nothing to the others.
#[cfg(target_os = "linux")]
#[test]
fn a_closed_terminal_is_no_cancellation() {
    let mut sandbox = sandbox();
    sandbox.set("BROWSER", "/bin/true");
    // A terminal in a terminal, which is gone with the `script` that made it.
    let line = format!("'{}' login dev", env!("CARGO_BIN_EXE_awsenv"));
    let mut first = sandbox.terminal("/usr/bin/script", &["-qec", &line, "/dev/null"]);
    first.expect("waiting for your browser");
    slow_browser(&mut sandbox, "0");
    let mut second = sandbox.awsenv_on_terminal(&["login", "dev"]);
    second.expect("another awsenv is signing in to corp");
    let id = first.process_id().expect("it runs").to_string();
    let _ = sandbox.program("/bin/kill", &["-KILL", &id]).run().ok();
    assert_eq!((second.exit_code(), opened(&sandbox)), (0, 1), "{}", second.screen());
}

#[test]
fn who_says_no_in_the_browser_has_said_it_for_those_who_wait() {
    let mut sandbox = sandbox();
    let browser = sandbox.path("browser");
    slow_browser(&mut sandbox, "3");
    sandbox.server().script(Rule::new("Authorize", Effect::Deny));
    let ends = waiting_for_one(&mut sandbox, |first| {
        assert_eq!(first.exit_code(), 5, "{}", first.screen());
        assert!(first.screen().contains("error[sign-in-failed]"), "{}", first.screen());
    });
    for (code, screen) in ends {
        assert_eq!(code, 130, "{screen}");
        assert!(screen.contains("error[cancelled]: the sign-in to corp, which this waited for, was refused"), "{screen}");
    }
    assert_eq!(opened(&sandbox), 1);
    sandbox.server().clear_script();
    sandbox.set("BROWSER", browser);
    let (code, screen) = at_terminal(&sandbox, &["login", "dev"]);
    assert_eq!((code, opened(&sandbox)), (0, 2), "{screen}");
}

#[test]
fn a_hundred_callers_without_a_session_open_nothing() {
    let sandbox = sandbox();
    for (code, stdout, stderr) in together(&sandbox, 100, &["export", "dev"]) {
        assert_eq!((code, stdout.as_str()), (4, ""), "{stderr}");
        assert!(stderr.contains("help: awsenv login --sso-session corp"), "{stderr}");
    }
    assert_eq!((opened(&sandbox), sandbox.server().requests().len()), (0, 0));
}

#[test]
fn a_hundred_callers_with_an_expired_token_make_one_refresh() {
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
    expire(&sandbox, CORP_TOKEN, -60);
    for (code, stdout, stderr) in together(&sandbox, 100, &["export", "dev"]) {
        assert_eq!(code, 0, "{stderr}");
        assert!(stdout.contains("AccessKeyId"), "{stdout}");
    }
    let server = sandbox.server();
    // One to sign in, one to refresh; and one role's credentials.
    assert_eq!((server.count("CreateToken"), server.count("GetRoleCredentials"), server.violations()), (2, 1, vec![]));
    assert!(corp_token(&sandbox)["refreshToken"].is_string());
}

#[test]
fn what_has_failed_for_one_has_failed_for_those_who_waited() {
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
    expire(&sandbox, CORP_TOKEN, -60);
    let before = corp_token(&sandbox);
    sandbox.server().script(Rule::new("CreateToken", Effect::Delay(1_500)));
    sandbox.server().script(Rule::new("CreateToken", Effect::Unavailable));
    let runs = together(&sandbox, 20, &["export", "dev"]);
    for (code, stdout, stderr) in &runs {
        assert_eq!((*code, stdout.as_str()), (6, ""), "{stderr}");
        assert!(stderr.contains("error[service-unavailable]"), "{stderr}");
    }
    assert!(sandbox.server().count("CreateToken") <= 4, "{}", sandbox.server().count("CreateToken"));
    assert_eq!(corp_token(&sandbox), before);
    sandbox.server().clear_script();
    let _ = sandbox.run(&["export", "dev"]).ok();
}
