//! What goes wrong while signing in.

use fake_aws::{Effect, Rule};

use crate::support::{CORP_TOKEN, at_terminal, cached, opened, sandbox};

#[test]
fn each_answer_of_the_service_has_its_code() {
    let status = |status: u16, code: &str| Effect::Status { status, code: code.to_owned(), message: "words".to_owned() };
    for (action, effect, exit, words) in [
        (
            "RegisterClient",
            status(400, "InvalidRequestException"),
            5,
            "error[sign-in-failed]: the sign-in to corp failed: InvalidRequestException: words",
        ),
        ("RegisterClient", Effect::ServerError, 6, "error[service-unavailable]"),
        ("RegisterClient", Effect::Throttle, 6, "error[throttled]"),
        ("RegisterClient", Effect::CloseConnection, 6, "error[network]"),
        ("CreateToken", status(400, "InvalidGrantException"), 5, "error[sign-in-failed]"),
        ("CreateToken", status(400, "AccessDeniedException"), 5, "error[sign-in-failed]"),
        ("CreateToken", status(400, "ExpiredTokenException"), 5, "error[sign-in-failed]"),
        ("CreateToken", Effect::ServerError, 6, "error[service-unavailable]"),
        ("CreateToken", Effect::Malformed, 6, "error[service-unavailable]"),
        ("CreateToken", Effect::Truncate, 6, "error["),
        ("CreateToken", Effect::LoseAnswer, 6, "error[network]"),
    ] {
        let sandbox = sandbox();
        sandbox.server().script(Rule::new(action, effect));
        let (code, screen) = at_terminal(&sandbox, &["login", "dev"]);
        assert_eq!(code, exit, "{action}: {screen}");
        assert!(screen.contains(words), "{action}: {words}\n{screen}");
        assert!(!sandbox.path(CORP_TOKEN).exists());
        sandbox.server().clear_script();
        let (code, screen) = at_terminal(&sandbox, &["login", "dev"]);
        assert_eq!(code, 0, "afterwards: {screen}");
    }
}

#[test]
fn a_start_url_that_identity_center_does_not_know() {
    let sandbox = sandbox();
    sandbox.config("[sso-session corp]\nsso_start_url = https://typo.awsapps.com/start\nsso_region = eu-west-1\n");
    let (code, screen) = at_terminal(&sandbox, &["login"]);
    assert_eq!((code, opened(&sandbox)), (5, 0), "{screen}");
    assert!(
        screen.contains("is `https://typo.awsapps.com/start` the start URL, and is its Identity Center in eu-west-1?"),
        "{screen}"
    );
}

#[test]
fn nobody_is_asked_when_the_cache_cannot_be_written() {
    let sandbox = sandbox();
    sandbox.write(".aws/sso", "a file, not a folder");
    let (code, screen) = at_terminal(&sandbox, &["login", "dev"]);
    assert_eq!(code, 1, "{screen}");
    assert!(screen.contains("error[io]") && screen.contains("cannot be written"), "{screen}");
    assert_eq!((opened(&sandbox), sandbox.server().requests().len()), (0, 0));
}

#[test]
fn a_clock_that_is_wrong_is_named() {
    let sandbox = sandbox();
    sandbox.server().advance_clock(-200 * 86_400);
    let (code, screen) = at_terminal(&sandbox, &["login", "dev"]);
    assert_eq!(code, 6, "{screen}");
    assert!(screen.contains("error[clock-skew]") && screen.contains("help: set the clock"), "{screen}");
    assert!(!sandbox.path(CORP_TOKEN).exists());
    // Some minutes do not matter: the token's end is counted from here.
    let sandbox = crate::support::sandbox();
    sandbox.server().advance_clock(-3_600);
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
}

#[test]
fn files_of_a_cache_that_make_no_sense_are_no_tokens() {
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
    for name in cached(&sandbox) {
        sandbox.write(&format!(".aws/sso/cache/{name}"), "{\"accessToken\": \"half");
    }
    sandbox.run(&["export", "dev"]).exits(4).says("error[sso-sign-in-required]");
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
    let _ = sandbox.run(&["export", "dev"]).ok();
}

#[test]
fn in_one_of_all_that_fails_the_others_go_on() {
    let sandbox = sandbox();
    sandbox.server().script(Rule::new("RegisterClient", Effect::ServerError).with("clientName", "botocore-client-corp"));
    let (code, screen) = at_terminal(&sandbox, &["login", "--all"]);
    assert_eq!(code, 6, "{screen}");
    assert!(screen.contains("signed in to lab") && screen.contains("error[service-unavailable]"), "{screen}");
}
