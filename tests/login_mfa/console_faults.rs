//! A sign-in that does not come to its end: the right code, and nothing half done.

use awsenv_testkit::Sandbox;
use fake_aws::{Effect, Rule};

use crate::support::{ADMIN_CACHE, at_terminal, authorization_code, console_profile, end, opened, signed_in, url_on, visit};

/// Signs in at a terminal, which must fail and leave everything as it was.
#[track_caller]
fn fails(sandbox: &Sandbox, rule: Option<Rule>, code: &str, exit: u32, words: &str) {
    rule.into_iter().for_each(|rule| sandbox.server().script(rule));
    let before = (sandbox.read(".aws/config"), sandbox.read(ADMIN_CACHE));
    let (ended, screen) = at_terminal(sandbox, &["login", "con", "--force"]);
    assert_eq!(ended, exit, "{screen}");
    assert!(screen.contains(&format!("error[{code}]")) && screen.contains(words), "{screen}");
    assert_eq!((sandbox.read(".aws/config"), sandbox.read(ADMIN_CACHE)), before);
    let folder = sandbox.path(".aws/login/cache");
    let left = std::fs::read_dir(folder).into_iter().flatten().count();
    assert_eq!(left, usize::from(!before.1.is_empty()), "nothing is left beside it");
    sandbox.assert_no_secret("awsenv login", &screen);
    assert_eq!(sandbox.server().violations(), [""; 0]);
}

fn status(code: &str) -> Rule {
    Rule::new("CreateOAuth2Token", Effect::Status { status: 400, code: code.into(), message: "because".into() })
}

#[test]
fn the_service_says_no() {
    for (rule, code, exit, words) in [
        (status("AUTHCODE_EXPIRED"), "sign-in-failed", 5, "has expired or was used before"),
        (status("TOKEN_EXPIRED"), "sign-in-failed", 5, "TOKEN_EXPIRED"),
        (status("USER_CREDENTIALS_CHANGED"), "sign-in-failed", 5, "USER_CREDENTIALS_CHANGED"),
        (status("INSUFFICIENT_PERMISSIONS"), "access-denied", 5, "SignInLocalDevelopmentAccess"),
        (Rule::new("CreateOAuth2Token", Effect::ServerError), "service-unavailable", 6, ""),
        (Rule::new("CreateOAuth2Token", Effect::CloseConnection), "network", 6, ""),
        (Rule::new("CreateOAuth2Token", Effect::Malformed), "service-unavailable", 6, ""),
        (Rule::new("*", Effect::Deny), "sign-in-failed", 5, "access_denied"),
    ] {
        fails(&console_profile(), Some(rule.clone()), code, exit, words);
        // Who was signed in still is.
        fails(&signed_in(), Some(rule), code, exit, words);
    }
}

#[test]
fn the_service_does_not_answer() {
    fails(&console_profile(), Some(Rule::new("CreateOAuth2Token", Effect::Hang)), "timeout", 6, "no answer in time");
}

#[test]
fn an_answer_without_a_name_is_no_session() {
    // A refresh's answer has no identity token; so has no half of a first one.
    fails(&console_profile(), Some(Rule::new("CreateOAuth2Token", Effect::Truncate)), "network", 6, "");
}

#[test]
fn nobody_is_asked_when_nothing_can_be_kept() {
    let sandbox = console_profile();
    sandbox.write(".aws/login", "a file where the folder should be");
    let (code, screen) = at_terminal(&sandbox, &["login", "con"]);
    assert_eq!(code, 1, "{screen}");
    assert!(screen.contains("error[io]"), "{screen}");
    let (code, screen) = at_terminal(&sandbox, &["exec", "con", "--", "true"]);
    assert_eq!(code, 1, "{screen}");
    let mut sandbox = console_profile();
    let nowhere = sandbox.write("file", "").join("config");
    sandbox.set("AWS_CONFIG_FILE", nowhere);
    sandbox.set("AWS_REGION", "eu-west-1");
    let (code, screen) = at_terminal(&sandbox, &["login", "con"]);
    assert_eq!(code, 1, "{screen}");
    assert_eq!((opened(&sandbox), sandbox.server().requests().len()), (0, 0));
}

#[test]
fn three_wrong_codes_are_enough() {
    let sandbox = console_profile();
    let mut terminal = sandbox.awsenv_on_terminal(&["login", "con", "--remote"]);
    for _ in 0..3 {
        terminal.expect("in your browser: ");
        terminal.type_text("bm90IGEgY29kZQ==\r");
    }
    let (code, screen) = end(&mut terminal);
    assert_eq!(code, 5, "{screen}");
    assert!(screen.contains("error[sign-in-failed]"), "{screen}");
    assert!(!sandbox.path(ADMIN_CACHE).exists());
    assert_eq!(sandbox.server().count("CreateOAuth2Token"), 0);
}

#[test]
fn a_code_is_good_once() {
    let sandbox = console_profile();
    let mut terminal = sandbox.awsenv_on_terminal(&["login", "con", "--remote"]);
    terminal.expect("in your browser: ");
    let code = authorization_code(&visit(&url_on(&terminal.screen())));
    sandbox.server().script(status("AUTHCODE_EXPIRED").times(1));
    terminal.type_text(&format!("{code}\r"));
    let (exit, screen) = end(&mut terminal);
    assert_eq!(exit, 5, "{screen}");
    sandbox.assert_no_secret("awsenv login", &screen.replace(&code, ""));
}
