//! Commands that sign in when they must and may, and those that never do.

use crate::support::{CORP_TOKEN, at_terminal, bash_at_terminal, opened, sandbox};

#[test]
fn use_signs_in_and_goes_on() {
    let sandbox = sandbox();
    let (code, screen) =
        bash_at_terminal(&sandbox, "eval \"$(awsenv use dev --shell bash)\" && echo \"in $AWS_PROFILE $AWS_REGION\"");
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("in dev eu-central-1"), "{screen}");
    assert_eq!((opened(&sandbox), sandbox.server().count("GetRoleCredentials")), (1, 1));
}

#[test]
fn so_do_the_others() {
    for line in [
        "awsenv exec dev -- sh -c 'echo \"in $AWS_PROFILE\"'",
        "awsenv use dev --mode keys --shell bash > code && . ./code && [ -n \"$AWS_SESSION_TOKEN\" ] && echo in dev",
        "awsenv export dev --format env | grep -q AWS_SESSION_TOKEN && echo in dev",
        "awsenv whoami dev --format json | grep -q 111111111111 && echo in dev",
        "awsenv credential-process --profile dev --interactive | grep -q AccessKeyId && echo in dev",
    ] {
        let sandbox = sandbox();
        let (code, screen) = bash_at_terminal(&sandbox, line);
        assert_eq!((code, opened(&sandbox)), (0, 1), "{line}\n{screen}");
        assert!(screen.contains("in dev"), "{line}\n{screen}");
    }
}

#[test]
fn refresh_does_too() {
    let sandbox = sandbox();
    let line = format!(
        "eval \"$(awsenv use dev --shell bash)\"; rm -r \"$HOME/{CORP_TOKEN}\"; eval \"$(awsenv refresh --shell bash)\" && echo in $AWS_PROFILE"
    );
    let (code, screen) = bash_at_terminal(&sandbox, &line);
    assert_eq!((code, opened(&sandbox)), (0, 2), "{screen}");
    assert!(screen.contains("in dev"), "{screen}");
}

#[test]
fn who_forbids_it_is_told_what_to_run() {
    let sandbox = sandbox();
    for line in [
        "awsenv use dev --no-login --shell bash",
        "awsenv exec dev --no-login -- true",
        "awsenv export dev --no-login",
        "awsenv whoami dev --no-login",
        "awsenv --no-input use dev --shell bash",
        "AWSENV_NO_INPUT=1 awsenv exec dev -- true",
        "awsenv credential-process --profile dev",
    ] {
        // Its stdout is a pipe, as in `eval "$(…)"`.
        let (code, screen) = bash_at_terminal(&sandbox, &format!("set -o pipefail; {line} | cat"));
        assert_eq!(code, 4, "{line}\n{screen}");
        assert!(
            screen.contains("error[sso-sign-in-required]") && screen.contains("help: awsenv login --sso-session corp"),
            "{line}\n{screen}"
        );
    }
    let (code, screen) =
        bash_at_terminal(&sandbox, "awsenv prompt; awsenv status; awsenv explain dev; awsenv list; awsenv sessions");
    assert_eq!(code, 0, "{screen}");
    assert_eq!((opened(&sandbox), sandbox.server().requests().len()), (0, 0));
}

#[test]
fn a_legacy_profiles_help_names_the_profile() {
    let sandbox = sandbox();
    sandbox.run(&["export", "old"]).exits(4).says("help: awsenv login old");
}

#[test]
fn a_token_that_the_service_refuses_leads_to_a_sign_in_once() {
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
    // An administrator has ended the session.
    sandbox.server().world(|world| world.sso_tokens.clear());
    sandbox.run(&["export", "dev"]).exits(4).says("help: awsenv login --sso-session corp");
    let (code, screen) = at_terminal(&sandbox, &["exec", "dev", "--", "echo", "it goes on"]);
    assert_eq!((code, opened(&sandbox)), (0, 2), "{screen}");
    assert!(screen.contains("it goes on"), "{screen}");
    // One that is refused even when it is new is not asked for again.
    sandbox.server().script(fake_aws::Rule::new(
        "GetRoleCredentials",
        fake_aws::Effect::Status { status: 401, code: "UnauthorizedException".into(), message: "no".into() },
    ));
    let (code, screen) = at_terminal(&sandbox, &["exec", "ops", "--", "true"]);
    assert_eq!(code, 4, "{screen}");
    assert!(opened(&sandbox) <= 3, "{screen}");
}
