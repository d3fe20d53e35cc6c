//! `awsenv exec`: a child in a profile, which ends awsenv.

use crate::support::{demo, fails, one_profile, switch, two_profiles};

#[test]
fn the_child_has_the_environment_and_the_arguments() {
    let sandbox = one_profile();
    let run = sandbox.run(&[
        "exec",
        "dev",
        "--",
        "sh",
        "-c",
        "echo $AWS_PROFILE $AWS_REGION; printf '<%s>' \"$@\"",
        "sh",
        "a b",
        "",
        "--region",
        "*",
    ]);
    assert_eq!(run.ok().stdout, "dev eu-central-1\n<a b><><--region><*>");
    let run = sandbox.run(&[
        "exec",
        "dev",
        "-r",
        "us-west-2",
        "--mode",
        "keys",
        "--",
        "sh",
        "-c",
        "echo $AWS_ACCESS_KEY_ID $AWS_REGION ${AWS_PROFILE-none}",
    ]);
    assert_eq!(run.ok().stdout, "AKIADEV us-west-2 none\n");
}

#[test]
fn it_ends_as_the_child_did() {
    let sandbox = one_profile();
    for (script, code) in
        [("exit 0", 0), ("exit 7", 7), ("exit 255", 255), ("kill -TERM $$", 128 + 15), ("kill -KILL $$", 128 + 9)]
    {
        sandbox.run(&["exec", "dev", "--", "sh", "-c", script]).exits(code);
    }
    sandbox.write("not-executable", "#!/bin/sh\n");
    fails_but_uses(&["exec", "dev", "--", "./not-executable"], "command-not-executable", 126);
    fails_but_uses(&["exec", "dev", "--", "no-such-command"], "command-not-found", 127);
}

/// The profile was used, which is in the history; otherwise nothing has changed.
fn fails_but_uses(arguments: &[&str], code: &str, exit: i32) {
    let sandbox = one_profile();
    sandbox.write("not-executable", "#!/bin/sh\n");
    crate::support::fails_with_changes(&sandbox, arguments, code, exit);
}

/// No variable can hold one; a child that got half of a secret would be refused by AWS for no visible reason.
#[test]
fn a_zero_byte_in_a_value_starts_no_child() {
    for (field, name) in [("SecretAccessKey", "AWS_SECRET_ACCESS_KEY"), ("SessionToken", "AWS_SESSION_TOKEN")] {
        let sandbox = one_profile();
        let mut document =
            serde_json::json!({"Version": 1, "AccessKeyId": "ASIAZERO", "SecretAccessKey": "s3cret", "SessionToken": "t0ken"});
        document[field] = serde_json::json!("half\0other-half");
        sandbox.write("answer.json", document.to_string());
        let path = sandbox.path("answer.json");
        sandbox.config(&format!("[profile zero]\nregion = eu-west-1\ncredential_process = cat \"{}\"\n", path.display()));
        let arguments = ["exec", "zero", "--mode", "keys", "--", "touch", "ran"];
        let run = sandbox.run(&arguments).exits(3);
        run.says("error[invalid-value]").says(&format!("the value for {name} has a zero byte, which no variable can hold"));
        assert_eq!(run.stdout, "");
        assert!(!run.stderr.contains("half"), "{}", run.stderr);
        assert!(!sandbox.path("ran").exists());
    }
}

#[test]
fn a_profile_that_fails_runs_nothing() {
    let sandbox = one_profile();
    fails(&sandbox, &["exec", "nope", "--", "touch", "ran"], "unknown-profile", 3);
    assert!(!sandbox.path("ran").exists());
}

#[test]
fn stdin_and_the_terminal_are_the_childs() {
    let sandbox = one_profile();
    let run = sandbox.awsenv(&["exec", "dev", "--", "cat"]).stdin("through\n").run().ok();
    assert_eq!(run.stdout, "through\n");
    let mut terminal = sandbox.awsenv_on_terminal(&["exec", "dev", "--", "sh", "-c", "read answer; echo got $answer; exit 5"]);
    terminal.type_text("it\r");
    terminal.expect("got it");
    assert_eq!(terminal.exit_code(), 5);
}

#[test]
fn ctrl_c_is_the_childs() {
    let sandbox = one_profile();
    let script = "trap 'echo caught; exit 3' INT; echo ready; while :; do sleep 0.05; done";
    let mut terminal = sandbox.awsenv_on_terminal(&["exec", "dev", "--", "sh", "-c", script]);
    terminal.expect("ready");
    terminal.type_text("\x03");
    terminal.expect("caught");
    assert_eq!(terminal.exit_code(), 3);
}

#[test]
fn the_process_is_replaced() {
    let sandbox = one_profile();
    let run = sandbox.bash("awsenv exec dev -- sh -c 'echo $PPID'; echo $$").run().ok();
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines[0], lines[1], "the child's parent is the shell");
}

#[test]
fn without_a_name_it_is_the_shells_profile() {
    let mut sandbox = two_profiles();
    switch(&sandbox, &["ops"]).apply(&mut sandbox);
    assert_eq!(sandbox.run(&["exec", "--", "sh", "-c", "echo $AWS_PROFILE"]).ok().stdout, "ops\n");
    assert_eq!(
        sandbox.run(&["exec", "dev", "--", "sh", "-c", "echo $AWS_PROFILE $AWS_REGION"]).ok().stdout,
        "dev eu-central-1\n"
    );
}

#[test]
fn what_contradicts_is_not_in_the_child() {
    let mut sandbox = demo();
    sandbox.set("AWS_PROFILE", "base").set("AWS_SECURITY_TOKEN", "old").set("AWS_ROLE_ARN", "old");
    let run = sandbox.run(&["exec", "tools", "--mode", "keys", "--", "env"]).ok();
    for name in ["AWS_PROFILE=", "AWS_SECURITY_TOKEN=", "AWS_ROLE_ARN="] {
        assert!(!run.stdout.lines().any(|line| line.starts_with(name)), "{name}: {}", run.stdout);
    }
    assert!(run.stdout.contains("\nAWS_SESSION_TOKEN=") || run.stdout.starts_with("AWS_SESSION_TOKEN="), "{}", run.stdout);
}
