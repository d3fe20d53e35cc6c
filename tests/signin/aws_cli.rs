//! The real AWS CLI reads what awsenv wrote, and awsenv what the AWS CLI wrote.

use awsenv_testkit::{Run, Sandbox, is_here};

use crate::support::{CORP_TOKEN, at_terminal, corp_token, expire, opened, sandbox};

fn aws(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    let path = std::env::var("PATH").unwrap_or_default();
    let words: Vec<&str> = ["aws"].into_iter().chain(arguments.iter().copied()).collect();
    sandbox.program("/usr/bin/env", &words).env("PATH", path).env("AWS_ENDPOINT_URL", sandbox.server().endpoint()).run()
}

#[test]
fn it_is_signed_in() {
    if !is_here("aws", &["--version"]) {
        return;
    }
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
    let run = aws(&sandbox, &["sts", "get-caller-identity", "--profile", "dev", "--query", "Account", "--output", "text"]).ok();
    assert_eq!(run.stdout.trim(), "111111111111");
    assert_eq!((opened(&sandbox), sandbox.server().count("CreateToken")), (1, 1));
}

#[test]
fn each_refreshes_what_the_other_wrote() {
    if !is_here("aws", &["--version"]) {
        return;
    }
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
    for (round, by_aws) in [true, false, true].into_iter().enumerate() {
        expire(&sandbox, CORP_TOKEN, 60);
        let before = corp_token(&sandbox);
        let _ = std::fs::remove_dir_all(sandbox.path(".aws/cli/cache"));
        if by_aws {
            let _ = aws(&sandbox, &["sts", "get-caller-identity", "--profile", "ops"]).ok();
        } else {
            let _ = sandbox.run(&["export", "ops"]).ok();
        }
        assert_ne!(corp_token(&sandbox)["refreshToken"], before["refreshToken"], "round {round}");
    }
    assert_eq!((opened(&sandbox), sandbox.server().count("CreateToken"), sandbox.server().violations()), (1, 4, vec![]));
}

#[test]
fn it_is_signed_in_with_a_device_code_too() {
    if !is_here("aws", &["--version"]) {
        return;
    }
    for profile in ["old", "dev"] {
        let sandbox = sandbox();
        let mut terminal = sandbox.awsenv_on_terminal(&["login", profile, "--use-device-code"]);
        let shown = terminal.expect("It must show this code");
        let page = shown.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:")).expect("a page").to_owned();
        let _ = sandbox.program("/usr/bin/curl", &["-sSL", &page]).run().ok();
        assert_eq!(terminal.exit_code(), 0, "{}", terminal.screen());
        let run =
            aws(&sandbox, &["sts", "get-caller-identity", "--profile", profile, "--query", "Account", "--output", "text"]).ok();
        assert_eq!(run.stdout.trim(), "111111111111");
    }
}
