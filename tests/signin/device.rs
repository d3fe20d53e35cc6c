//! Sign-ins on another device.

use awsenv_testkit::{Pty, Sandbox};
use fake_aws::{Effect, Rule};

use crate::support::{CORP_TOKEN, LEGACY_TOKEN, cached, corp_token, end, json, opened, sandbox};

/// The page that the terminal shows.
#[track_caller]
fn page(terminal: &mut Pty) -> String {
    let shown = terminal.expect("It must show this code");
    shown.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:")).expect("a page").to_owned()
}

/// The person opens the page on a telephone, and says yes.
#[track_caller]
fn approve(sandbox: &Sandbox, page: &str) {
    let _ = sandbox.program("/usr/bin/curl", &["-sSL", page]).run().ok();
}

#[test]
fn a_code_is_shown_and_waited_for() {
    let sandbox = sandbox();
    let mut terminal = sandbox.awsenv_on_terminal(&["login", "dev", "--use-device-code"]);
    let page = page(&mut terminal);
    terminal.expect("waiting for you");
    approve(&sandbox, &page);
    let (code, screen) = end(&mut terminal);
    assert_eq!(code, 0, "{screen}");
    let user_code = page.rsplit('=').next().expect("a code");
    assert!(screen.contains(&format!("It must show this code: {user_code}")), "{screen}");
    let server = sandbox.server();
    let register = server.requests().into_iter().find(|request| request.action == "RegisterClient").expect("a registration");
    assert_eq!((register.param("clientName"), register.param("grantTypes")), (Some("botocore-client-corp"), None));
    assert_eq!((server.violations(), opened(&sandbox)), (vec![], 0));
    assert!(corp_token(&sandbox)["refreshToken"].is_string());
    let registration = cached(&sandbox).into_iter().find(|name| !CORP_TOKEN.ends_with(name.as_str())).expect("a registration");
    let registration = json(&sandbox, &format!(".aws/sso/cache/{registration}"));
    let keys: Vec<&String> = registration.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["clientId", "clientSecret", "expiresAt", "scopes"]);
    sandbox.assert_no_secret("the terminal", &screen);
}

#[test]
fn clients_of_the_two_ways_are_not_confused() {
    let sandbox = sandbox();
    assert_eq!(crate::support::at_terminal(&sandbox, &["login", "dev"]).0, 0);
    for registrations in [2, 2] {
        let mut terminal = sandbox.awsenv_on_terminal(&["login", "dev", "--use-device-code", "--force"]);
        let page = page(&mut terminal);
        approve(&sandbox, &page);
        assert_eq!(terminal.exit_code(), 0, "{}", terminal.screen());
        assert_eq!(sandbox.server().count("RegisterClient"), registrations);
    }
    assert_eq!(crate::support::at_terminal(&sandbox, &["login", "dev", "--force"]).0, 0);
    assert_eq!((sandbox.server().count("RegisterClient"), cached(&sandbox).len()), (3, 2));
}

#[test]
fn a_legacy_profile_takes_a_code_by_itself() {
    let sandbox = sandbox();
    let mut terminal = sandbox.awsenv_on_terminal(&["login", "old"]);
    let page = page(&mut terminal);
    approve(&sandbox, &page);
    let (code, screen) = end(&mut terminal);
    assert_eq!(code, 0, "{screen}");
    assert!(!screen.contains("renews itself"), "{screen}");
    let register =
        sandbox.server().requests().into_iter().find(|request| request.action == "RegisterClient").expect("a registration");
    let name = register.param("clientName").unwrap_or_default();
    assert!(name.strip_prefix("botocore-client-").is_some_and(|seconds| seconds.parse::<i64>().is_ok()), "{name}");
    assert_eq!(register.param("scopes"), None);
    assert_eq!(json(&sandbox, LEGACY_TOKEN)["startUrl"], "https://old.awsapps.com/start");
    let run = sandbox.run(&["export", "old"]).ok();
    assert!(run.stdout.contains("AccessKeyId"), "{}", run.stdout);
}

#[test]
fn where_no_browser_can_open_a_code_is_shown() {
    for variables in [
        &[("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")][..],
        &[("SSH_TTY", "/dev/pts/9")],
        &[("CODESPACES", "true")],
        &[("CI", "true")],
    ] {
        let mut sandbox = sandbox();
        for (name, value) in variables {
            sandbox.set(name, value);
        }
        let mut terminal = sandbox.awsenv_on_terminal(&["login", "dev"]);
        let page = page(&mut terminal);
        approve(&sandbox, &page);
        assert_eq!((terminal.exit_code(), opened(&sandbox)), (0, 0), "{}", terminal.screen());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_display_a_code_is_shown() {
    let mut sandbox = sandbox();
    sandbox.unset("BROWSER");
    let mut terminal = sandbox.awsenv_on_terminal(&["login", "dev"]);
    let page = page(&mut terminal);
    approve(&sandbox, &page);
    assert_eq!(terminal.exit_code(), 0, "{}", terminal.screen());
    assert!(terminal.screen().contains("so no browser is opened here"), "{}", terminal.screen());
}

#[test]
fn a_good_terminal_shows_a_qr_code_and_takes_the_page_into_the_clipboard() {
    let mut sandbox = sandbox();
    sandbox.set("TERM", "xterm-256color");
    let mut terminal = sandbox.awsenv_on_terminal(&["login", "dev", "--use-device-code"]);
    let page = page(&mut terminal);
    terminal.expect("left · ctrl-c ends");
    approve(&sandbox, &page);
    assert_eq!(terminal.exit_code(), 0, "{}", terminal.screen());
    let raw = terminal.raw();
    let expected = sandbox.bash("printf %s \"$PAGE\" | base64 -w0").env("PAGE", &page).run().ok().stdout;
    assert!(raw.contains(&format!("\x1b]52;c;{expected}\x07")), "{raw:?}");
    assert!(raw.contains("▀") && raw.contains("█"), "{raw}");
    // The line that counts down is gone in the end.
    assert!(terminal.screen().lines().last().is_some_and(|line| line.contains("signed in to corp")), "{}", terminal.screen());
    sandbox.set("TMUX", "/tmp/tmux-0/default,1,0");
    let mut terminal = sandbox.awsenv_on_terminal(&["login", "dev", "--use-device-code", "--force"]);
    terminal.expect("It must show this code");
    assert!(terminal.raw().contains("\x1bPtmux;\x1b\x1b]52;c;"), "{:?}", terminal.raw());
    terminal.type_text("\x03");
    assert_eq!(terminal.exit_code(), 130);
}

#[test]
fn what_can_end_the_waiting() {
    let denied = Rule::new("VerifyDevice", Effect::Deny);
    let status =
        |code: &str| Rule::new("CreateToken", Effect::Status { status: 400, code: code.to_owned(), message: String::new() });
    for (rule, exit, words) in [
        (denied, 5, "error[sign-in-failed]: the sign-in to corp failed: the request was denied in the browser"),
        (status("AccessDeniedException"), 5, "error[sign-in-failed]"),
        (status("ExpiredTokenException"), 6, "error[sign-in-timeout]: nobody has signed in to corp in time"),
        (status("InvalidGrantException"), 5, "error[sign-in-failed]"),
        (Rule::new("StartDeviceAuthorization", Effect::Lifetime(2)), 6, "error[sign-in-timeout]"),
        (Rule::new("StartDeviceAuthorization", Effect::ServerError), 6, "error[service-unavailable]"),
        (
            Rule::new(
                "RegisterClient",
                Effect::Status {
                    status: 400,
                    code: "InvalidRequestException".into(),
                    message: "Invalid start url provided".into(),
                },
            ),
            5,
            "Invalid start url provided",
        ),
    ] {
        let sandbox = sandbox();
        let approves = rule.action == "VerifyDevice";
        sandbox.server().script(rule);
        let mut terminal = sandbox.awsenv_on_terminal(&["login", "dev", "--use-device-code"]);
        if approves {
            let page = page(&mut terminal);
            approve(&sandbox, &page);
        }
        let (code, screen) = end(&mut terminal);
        assert_eq!(code, exit, "{screen}");
        assert!(screen.contains(words), "{words}\n{screen}");
        assert!(!sandbox.path(CORP_TOKEN).exists());
    }
}

#[test]
fn a_service_that_asks_for_patience_gets_it() {
    let sandbox = sandbox();
    let slow = Effect::Status { status: 400, code: "SlowDownException".into(), message: String::new() };
    sandbox.server().script(Rule::new("CreateToken", Effect::ServerError).times(1));
    sandbox.server().script(Rule::new("CreateToken", slow).times(1));
    let mut terminal = sandbox.awsenv_on_terminal(&["login", "dev", "--use-device-code"]);
    let page = page(&mut terminal);
    approve(&sandbox, &page);
    assert_eq!(terminal.exit_code(), 0, "{}", terminal.screen());
    let times: Vec<i64> =
        sandbox.server().requests().iter().filter(|request| request.action == "CreateToken").map(|request| request.at).collect();
    assert_eq!(times.len(), 3, "{times:?}");
    assert!(times[2] - times[1] >= 5, "{times:?}");
}

#[test]
fn a_client_that_the_service_has_forgotten_is_registered_anew() {
    let sandbox = sandbox();
    for registrations in 1..3 {
        let mut terminal = sandbox.awsenv_on_terminal(&["login", "dev", "--use-device-code", "--force"]);
        let page = page(&mut terminal);
        approve(&sandbox, &page);
        assert_eq!(terminal.exit_code(), 0, "{}", terminal.screen());
        assert_eq!(sandbox.server().count("RegisterClient"), registrations);
        sandbox.server().world(|world| world.oidc_clients.clear());
    }
}
