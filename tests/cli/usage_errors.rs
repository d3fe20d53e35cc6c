//! What can be wrong with what was typed.

use crate::support::{demo, empty, fails, one_profile};

#[test]
fn unknown_options_shells_and_values() {
    let sandbox = one_profile();
    for (arguments, code) in [
        (&["use", "dev", "--nonsense", "--shell", "bash"][..], "usage"),
        (&["use", "dev", "ops", "--shell", "bash"], "usage"),
        (&["use", "dev", "--mode", "sideways", "--shell", "bash"], "usage"),
        (&["use", "dev", "--mode", "", "--shell", "bash"], "usage"),
        (&["use", "dev", "--duration", "5m", "--shell", "bash"], "usage"),
        (&["use", "dev", "--role-session-name", "a b", "--shell", "bash"], "usage"),
        (&["use", "dev", "--mfa-token", "hunter2", "--shell", "bash"], "usage"),
        (&["use", "dev", "--shell", "command.com"], "unknown-shell"),
        (&["init", "vim"], "unknown-shell"),
        (&["init", "json"], "unknown-shell"),
        (&["completions", "vim"], "unknown-shell"),
        (&["nonsense"], "usage"),
        (&["exec", "dev"], "usage"),
        (&["exec", "dev", "env"], "usage"),
        (&["export", "dev", "--format", "xml"], "usage"),
        (&["list", "--format", "xml"], "usage"),
        (&["credential-process"], "usage"),
        (&["explain-error", "no-such-code"], "usage"),
        (&[], "usage"),
    ] {
        let report = fails(&sandbox, arguments, code, 2);
        assert!(!report.to_string().contains("hunter2"), "{report}");
    }
}

#[test]
fn the_nearest_name_is_offered() {
    let sandbox = demo();
    for (arguments, code, exit, nearest) in [
        (&["use", "sandbx", "--shell", "bash"][..], "unknown-profile", 3, "did you mean `sandbox`?"),
        (&["use", "dev", "-r", "eu-wset-1", "--shell", "bash"], "unknown-region", 3, "eu-west-1"),
        (&["explain-error", "unknown-profil"], "usage", 2, "did you mean `unknown-profile`?"),
        (&["exec", "sandbx", "--", "true"], "unknown-profile", 3, "did you mean `sandbox`?"),
        (&["export", "sandbx"], "unknown-profile", 3, "did you mean `sandbox`?"),
        (&["credential-process", "--profile", "sandbx"], "unknown-profile", 3, "did you mean `sandbox`?"),
        (&["explain", "sandbx"], "unknown-profile", 3, "did you mean `sandbox`?"),
        (&["whoami", "sandbx"], "unknown-profile", 3, "did you mean `sandbox`?"),
    ] {
        let report = fails(&sandbox, arguments, code, exit);
        assert!(report["help"].to_string().contains(nearest), "{report}");
    }
    assert!(sandbox.server().requests().is_empty());
}

#[test]
fn without_a_name_there_must_be_somebody_to_pick() {
    let sandbox = one_profile();
    fails(&sandbox, &["use", "--shell", "bash"], "nothing-to-pick", 4);
    fails(&sandbox, &["use", "--shell", "json"], "nothing-to-pick", 4);
}

#[test]
fn an_empty_name_is_no_default() {
    let sandbox = one_profile();
    sandbox.credentials("[default]\naws_access_key_id = A\naws_secret_access_key = B\n");
    for name in ["", "Default", " default", "profile default"] {
        fails(&sandbox, &["use", name, "--shell", "bash"], "unknown-profile", 3);
    }
}

#[test]
fn no_profile_to_go_back_to_or_to_renew() {
    let sandbox = one_profile();
    fails(&sandbox, &["use", "-", "--shell", "bash"], "no-active-profile", 3);
    fails(&sandbox, &["refresh", "--shell", "bash"], "no-active-profile", 3);
    fails(&sandbox, &["exec", "--", "true"], "no-active-profile", 3);
}

#[test]
fn the_shell_is_found_out_or_named() {
    let mut sandbox = one_profile();
    // The parent of this process is no shell, and there is no $SHELL.
    let report = fails(&sandbox, &["use", "dev"], "unknown-shell", 2);
    assert!(report["help"].to_string().contains("--shell"), "{report}");
    sandbox.set("SHELL", "/usr/bin/fish");
    assert!(sandbox.run(&["use", "dev"]).ok().stdout.contains("set -gx AWS_PROFILE"));
    // The parent process counts more.
    let run = sandbox.bash("awsenv use dev; :").run().ok();
    assert!(run.stdout.contains("export AWS_PROFILE="), "{}", run.stdout);
}

#[test]
fn help_is_for_people_and_never_evaluated() {
    let sandbox = empty();
    for verb in ["use", "unset", "refresh", "exec", "export", "credential-process", "list", "status", "whoami", "explain"] {
        let run = sandbox.run(&[verb, "--help"]).ok();
        assert!(run.stdout.contains("Usage:") && run.stderr.is_empty(), "{verb}: {}", run.stderr);
    }
    for verb in ["use", "unset", "refresh"] {
        for help in ["--help", "-h"] {
            let run = sandbox.run(&[verb, "--shell", "bash", help]).ok();
            assert!(run.stdout.is_empty() && run.stderr.contains("Usage:"), "{verb} {help}: {}", run.stdout);
        }
    }
    assert!(sandbox.run(&["--version"]).ok().stdout.starts_with("awsenv "));
}

#[test]
fn a_message_is_one_sentence_and_hidden_commands_stay_hidden() {
    let sandbox = one_profile();
    for (arguments, message, help) in [
        (&["exec", "dev"][..], "the following required arguments were not provided: <COMMAND>...", "Usage: awsenv exec"),
        (&["list", "--format", "xml"], "invalid value 'xml' for '--format <FORMAT>'", "possible values: "),
        (&["login", "--all", "dev"], "the argument '--all' cannot be used with '[PROFILE]'", "awsenv COMMAND --help"),
        (
            &["exec", "dev", "-d", "5", "--", "env"],
            "invalid value '5' for '--duration <TIME>': 15 minutes (900) at least",
            "--help",
        ),
        (&["hok"], "unrecognized subcommand 'hok'", "Usage: awsenv"),
        (&["configure", "rol"], "unrecognized subcommand 'rol'", "a similar subcommand exists: 'role'"),
        (&[], "a command is missing", "awsenv --help"),
    ] {
        let report = fails(&sandbox, arguments, "usage", 2);
        let said = report["message"].as_str().unwrap();
        assert!(said.starts_with(message) && !said.contains(['\n', '[']) || said.contains("[PROFILE]"), "{report}");
        assert!(report["help"].to_string().contains(help), "{report}");
        assert!(!report.to_string().contains("hook"), "{report}");
    }
    let conflict = fails(&sandbox, &["login", "--all", "dev"], "usage", 2);
    assert!(!conflict["help"].to_string().contains("Usage:"), "{conflict}");
    let alone = sandbox.run(&[""; 0]).exits(2);
    assert!(
        alone.stdout.is_empty() && alone.stderr.contains("\nCommands:\n") && !alone.stderr.contains("error["),
        "{}",
        alone.stderr
    );
}

#[test]
fn a_role_that_an_account_does_not_have() {
    let sandbox = demo();
    let report = fails(&sandbox, &["use", "444444444444/Nope", "--shell", "bash"], "unknown-profile", 3);
    assert_eq!(report["help"][0], "did you mean `444444444444/Administrator`?");
}
