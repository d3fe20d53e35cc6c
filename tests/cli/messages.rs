//! How messages look, where they go, and what stdout is on a terminal.

use fake_aws::{Effect, Rule};
use serde_json::Value;

use crate::support::{demo, fails, keys, one_profile, reports};

#[test]
fn everything_for_eyes_is_on_stderr() {
    let sandbox = one_profile();
    let run = sandbox.run(&["use", "dev", "--shell", "bash"]).ok();
    assert!(run.stderr.starts_with("dev · eu-central-1"), "{}", run.stderr);
    assert!(run.stdout.lines().all(|line| !line.contains('·')), "{}", run.stdout);
}

#[test]
fn quiet_is_quiet_about_everything_but_errors() {
    let sandbox = one_profile();
    for arguments in [
        &["-q", "use", "dev", "--shell", "bash"][..],
        &["use", "dev", "--quiet", "--shell", "bash"],
        &["-q", "unset", "--shell", "bash"],
    ] {
        assert_eq!(sandbox.run(arguments).ok().stderr, "", "{arguments:?}");
    }
    assert_eq!(sandbox.run(&["-q", "use", "dev", "-r", "eu-west-9", "--shell", "bash"]).ok().stderr, "", "no warning");
    sandbox.run(&["-q", "use", "nope", "--shell", "bash"]).exits(3).says("error[unknown-profile]");
}

#[test]
fn json_messages_are_one_object_a_line() {
    let sandbox = one_profile();
    assert_eq!(sandbox.run(&["--message-format", "json", "use", "dev", "--shell", "bash"]).ok().stderr, "");
    let run = sandbox.run(&["use", "dev", "-r", "eu-west-9", "--message-format=json", "--shell", "bash", "-vv"]).ok();
    let all = reports(&run);
    let (notes, others): (Vec<&Value>, Vec<&Value>) = all.iter().partition(|line| line["severity"] == "debug");
    assert!(notes.len() > 3 && notes.iter().all(|note| note["code"] == "decision" && keys(note) == keys(others[0])), "{all:?}");
    assert_eq!(others.len(), 1, "{all:?}");
    let report = others[0];
    assert_eq!(report["code"], "new-region");
    assert_eq!((&report["severity"], &report["exit"]), (&"warning".into(), &0.into()), "{report}");
}

#[test]
fn verbose_says_where_a_directory_has_chosen() {
    let mut sandbox = demo();
    sandbox.write("work/.awsenv", "profile = dev\n");
    let directory = sandbox.path("work");
    sandbox.set("PWD", &directory);
    let run = |arguments: &[&str]| sandbox.awsenv(arguments).directory(&directory).run().ok();
    run(&["allow", "--yes"]);
    let told = run(&["-v", "auto", "--shell", "bash"]);
    told.says("awsenv: profile dev, from ~/work/.awsenv").says("awsenv: step 1: ").says("awsenv: profile dev: mode ");
    assert!(!told.stderr.contains("from the argument"), "{}", told.stderr);
}

#[test]
fn verbose_tells_decisions_and_twice_requests() {
    let sandbox = demo();
    let run = sandbox.run(&["-v", "use", "staging", "--shell", "bash"]).ok();
    for part in
        ["mode profile", "AssumeRole arn:aws:iam::111111111111:role/tools", "AssumeRole arn:aws:iam::333333333333:role/deploy"]
    {
        run.says(part);
    }
    let run = sandbox.run(&["-v", "use", "staging", "--shell", "bash"]).ok();
    run.says("from the cache");
    let run = sandbox.run(&["-vv", "whoami", "staging"]).ok();
    run.says(&sandbox.server().endpoint());
    sandbox.assert_no_secret("-vv", &run.stderr);
}

#[test]
fn requests_are_told_as_lines_and_as_objects() {
    let mut sandbox = demo();
    sandbox.set("AWS_MAX_ATTEMPTS", "3").server().script(Rule::new("AssumeRole", Effect::Throttle).times(1));
    let run = sandbox.run(&["-vv", "--message-format", "json", "whoami", "staging"]).ok();
    let all = reports(&run);
    let requests: Vec<&Value> = all.iter().filter(|line| line["code"] == "request").collect();
    let names: Vec<&str> = requests.iter().map(|line| line["request"]["operation"].as_str().unwrap()).collect();
    assert_eq!(names, ["AssumeRole", "AssumeRole", "AssumeRole", "GetCallerIdentity"], "{all:?}");
    let attempts: Vec<(u64, u64)> = requests
        .iter()
        .map(|line| (line["request"]["attempt"].as_u64().unwrap(), line["request"]["status"].as_u64().unwrap()))
        .collect();
    assert_eq!(attempts, [(1, 400), (2, 200), (1, 200), (1, 200)]);
    for line in &requests {
        let fields = ["operation", "method", "endpoint", "path", "proxy", "attempt", "status", "error", "milliseconds"];
        assert_eq!(keys(&line["request"]), fields);
        assert_eq!(line["request"]["endpoint"], sandbox.server().endpoint());
    }
    let decisions: Vec<&str> =
        all.iter().filter(|line| line["code"] == "decision").map(|line| line["message"].as_str().unwrap()).collect();
    for part in [
        "~/.aws/config: read",
        "profile staging, from the argument",
        "step 1: access key",
        "step 3: role_arn arn:aws:iam::333333333333:role/deploy (~/.aws/config:",
        "region eu-west-1 (~/.aws/config:",
        "cache miss: ~/.aws/cli/cache/",
        "stored: ~/.aws/cli/cache/",
    ] {
        assert!(decisions.iter().any(|line| line.starts_with(part)), "{part}: {decisions:#?}");
    }
    sandbox.assert_no_secret("-vv", &run.stderr);
    let again = sandbox.run(&["-vv", "whoami", "staging"]).ok();
    again.says("awsenv: cache hit: ~/.aws/cli/cache/").says("awsenv: GetCallerIdentity: POST ");
    let needs = sandbox.run(&["-v", "use", "prod", "--shell", "bash"]).exits(4);
    needs.says("awsenv: auto means keys: an MFA code is needed").says("awsenv: needed from a person: an MFA code of ");
}

#[test]
fn colours_are_for_terminals() {
    let mut sandbox = one_profile();
    let on_terminal = |sandbox: &awsenv_testkit::Sandbox, arguments: &[&str]| {
        // stdout is a pipe, stderr the terminal, as in `eval "$(…)"`.
        let words = arguments.join(" ");
        let mut terminal =
            sandbox.terminal("/bin/bash", &["--norc", "-c", &format!("awsenv {words} --shell bash | cat >/dev/null")]);
        terminal.exit_code();
        terminal.raw()
    };
    sandbox.set("TERM", "xterm");
    assert!(on_terminal(&sandbox, &["use", "nope"]).contains("\x1b[1;31m"));
    assert!(!on_terminal(&sandbox, &["use", "nope", "--color", "never"]).contains('\x1b'));
    assert!(sandbox.run(&["use", "nope", "--color", "always", "--shell", "bash"]).stderr.contains("\x1b[1;31m"));
    assert!(!sandbox.run(&["use", "nope", "--shell", "bash"]).stderr.contains('\x1b'));
    sandbox.set("NO_COLOR", "1");
    assert!(!on_terminal(&sandbox, &["use", "nope"]).contains('\x1b'));
    sandbox.unset("NO_COLOR").set("TERM", "dumb");
    assert!(!on_terminal(&sandbox, &["use", "nope"]).contains('\x1b'));
}

#[test]
fn code_is_not_spilt_onto_a_screen() {
    let sandbox = demo();
    for arguments in [&["use", "tools", "--mode", "keys"][..], &["unset"], &["refresh"], &["use"], &["off"]] {
        let arguments = [arguments, &["--shell", "bash"]].concat();
        let mut terminal = sandbox.awsenv_on_terminal(&arguments);
        assert_eq!(terminal.exit_code(), 2, "{arguments:?}: {}", terminal.screen());
        let screen = terminal.screen();
        assert!(screen.contains("error[stdout-is-a-terminal]") && screen.contains("eval \"$(awsenv"), "{screen}");
        assert!(!screen.contains("export ") && !screen.contains("(exit"), "{screen}");
    }
    assert!(sandbox.server().requests().is_empty());
    let mut terminal = sandbox.awsenv_on_terminal(&["use", "dev", "--shell", "fish"]);
    terminal.expect("awsenv use PROFILE | source");
}

#[test]
fn nobody_is_asked_when_input_is_forbidden() {
    let mut sandbox = demo();
    for arguments in [&["use", "prod", "--no-input", "--shell", "bash"][..], &["--no-input", "export", "prod"]] {
        fails(&sandbox, arguments, "mfa-code-required", 4);
        let words = arguments.join(" ");
        let mut terminal =
            sandbox.terminal("/bin/bash", &["--norc", "-c", &format!("awsenv {words} | cat; exit ${{PIPESTATUS[0]}}")]);
        assert_eq!(terminal.exit_code(), 4, "{}", terminal.screen());
    }
    sandbox.set("AWSENV_NO_INPUT", "1");
    let mut terminal = sandbox.terminal("/bin/bash", &["--norc", "-c", "eval \"$(awsenv use prod)\""]);
    assert_eq!(terminal.exit_code(), 4, "{}", terminal.screen());
    assert!(sandbox.server().requests().is_empty());
}

#[test]
fn a_full_disk_is_no_success() {
    let sandbox = one_profile();
    for command in ["use dev --shell bash", "list", "export dev"] {
        let run = sandbox.bash(&format!("awsenv {command} > /dev/full")).run().exits(1);
        run.says("error[io]: stdout cannot be written");
    }
}

#[test]
fn a_name_cannot_command_the_terminal() {
    let sandbox = one_profile();
    let run = sandbox.run(&["use", "a\x1b]0;owned\x07b", "--shell", "bash"]).exits(3);
    assert!(!run.stderr.contains('\x1b') && !run.stderr.contains('\x07'), "{:?}", run.stderr);
}
