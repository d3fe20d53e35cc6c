//! Codes that programs give: `mfa_process`, `SSH_ASKPASS`, a pinentry.

use awsenv_testkit::Sandbox;

use crate::support::{MFA, at_terminal, code_url, demo, fails};

/// The demo, with a line more in the profile `base`, on which `prod` stands.
fn with_process(command: &str) -> Sandbox {
    let sandbox = demo();
    let config =
        sandbox.read(".aws/config").replacen("[profile base]\n", &format!("[profile base]\nmfa_process = {command}\n"), 1);
    sandbox.config(&config);
    sandbox
}

fn settings(sandbox: &mut Sandbox, text: &str) {
    let path = sandbox.write("settings.ini", text);
    sandbox.set("AWSENV_CONFIG", path);
}

/// A script that fetches a code, and puts its arguments down.
fn fetching(sandbox: &Sandbox, name: &str) -> String {
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$*\" >> \"$HOME/asked\"\ncurl -sS -m 20 '{}'\n", code_url(sandbox, MFA));
    sandbox.script(name, &script).display().to_string()
}

#[test]
fn a_profiles_process_needs_no_person() {
    for (profile, line) in [("base", "region = eu-central-1\nmfa_serial"), ("prod", "source_profile = base\nmfa_serial")] {
        let sandbox = demo();
        let command = format!("curl -sS '{}'", code_url(&sandbox, MFA));
        let config = sandbox.read(".aws/config");
        assert!(config.contains(line), "{config}");
        sandbox.config(&config.replacen(line, &format!("mfa_process = {command}\n{line}"), 1));
        let run = sandbox.run(&["credential-process", "--profile", "prod"]).ok();
        assert!(run.stdout.contains("AccessKeyId"), "{profile}");
        sandbox.run(&["--no-input", "export", "audit"]).ok();
        assert_eq!((sandbox.server().count("GetSessionToken"), sandbox.server().violations()), (1, vec![]), "{profile}");
        sandbox.assert_no_secret_on_disk();
    }
}

#[test]
fn the_settings_files_process_is_for_every_profile() {
    let mut sandbox = demo();
    let path = fetching(&sandbox, "code");
    settings(&mut sandbox, &format!("[mfa]\nprocess = '{path}' --account 'my work'\n"));
    sandbox.run(&["export", "prod"]).ok();
    assert_eq!(sandbox.read("asked"), "--account my work\n");
    // The profile's own comes first.
    let sandbox = with_process("false");
    fails(&sandbox, &["export", "prod"], "mfa-process-failed", 3);
}

#[test]
fn words_around_the_code_do_not_matter() {
    let sandbox = demo();
    let script = sandbox.script(
        "code",
        &format!(
            "#!/bin/sh\necho 'account 111122223333 at 12:30'\necho \"  AWS:ana   $(curl -sS '{}')  \"\necho 999999\n",
            code_url(&sandbox, MFA)
        ),
    );
    let config = sandbox.read(".aws/config").replacen(
        "[profile base]\n",
        &format!("[profile base]\nmfa_process = '{}'\n", script.display()),
        1,
    );
    sandbox.config(&config);
    sandbox.run(&["export", "prod"]).ok();
}

#[test]
fn what_a_process_says_comes_without_control_characters_and_secrets() {
    let sandbox = demo();
    let said = r#"printf 'touch \033]0;evil\007it {"SecretAccessKey": "hunter2"} ' >&2"#;
    let script = sandbox.script("code", &format!("#!/bin/sh\n{said}\ncurl -sS '{}'\n", code_url(&sandbox, MFA)));
    let config = sandbox.read(".aws/config");
    sandbox.config(&config.replacen("[profile base]\n", &format!("[profile base]\nmfa_process = '{}'\n", script.display()), 1));
    let run = sandbox.run(&["export", "prod"]).ok();
    assert!(run.stderr.contains(r#"touch ]0;evilit {"SecretAccessKey": "****"} "#), "{:?}", run.stderr);
}

#[test]
fn a_process_that_gives_no_code_is_named_with_its_line() {
    for (command, words) in [
        ("sh -c 'echo hunter2-is-locked >&2; exit 3'", "failed with exit code 3"),
        ("echo no code", "printed no code"),
        ("no-such-program hunter2", "does not exist: `no-such-program`"),
        ("sh -c 'unfinished", "its quotes do not match"),
    ] {
        let sandbox = with_process(command);
        let run = sandbox.run(&["--message-format", "json", "export", "prod"]).exits(3);
        let report: serde_json::Value = serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap();
        assert_eq!(
            (report["code"].as_str(), report["labels"][0]["file"].is_string()),
            (Some("mfa-process-failed"), true),
            "{report}"
        );
        assert!(report["message"].as_str().unwrap().contains(words), "{report}");
        assert_eq!(sandbox.server().requests().len(), 0);
        // Nothing of the command is shown: people put tokens there.
        assert!(!report["message"].as_str().unwrap().contains("hunter2"), "{report}");
        let text = sandbox.run(&["export", "prod"]).exits(3);
        assert!(text.stderr.contains("mfa_process = ****"), "{}", text.stderr);
    }
}

#[test]
fn a_process_that_hangs_is_ended() {
    let mut sandbox = with_process("sleep 60");
    settings(&mut sandbox, "[process]\ntimeout = 1\n");
    let report = fails(&sandbox, &["export", "prod"], "mfa-process-failed", 3);
    assert!(report["message"].as_str().unwrap().contains("no answer in 1 seconds"), "{report}");
}

#[test]
fn a_process_that_calls_awsenv_for_the_same_profile_ends() {
    let sandbox = with_process("awsenv credential-process --profile prod");
    let run = sandbox.run(&["export", "prod"]).exits(3);
    run.says("error[mfa-process-failed]").says("calls itself");
}

#[test]
fn at_a_terminal_a_broken_process_leads_to_the_question() {
    let sandbox = with_process("false");
    let mut terminal = sandbox.awsenv_on_terminal(&["exec", "prod", "--", "echo", "went", "on"]);
    terminal.expect("warning[mfa-process-failed]");
    terminal.expect("MFA code of ana for prod");
    terminal.type_text(&format!("{}\r", sandbox.server().mfa_code(MFA).unwrap()));
    terminal.expect("went on");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn what_a_process_says_to_the_person_is_seen() {
    let sandbox = demo();
    let script =
        sandbox.script("code", &format!("#!/bin/sh\necho 'Touch your key' >&2\ncurl -sS '{}'\n", code_url(&sandbox, MFA)));
    let config = sandbox.read(".aws/config").replacen(
        "[profile base]\n",
        &format!("[profile base]\nmfa_process = '{}'\n", script.display()),
        1,
    );
    sandbox.config(&config);
    let (code, screen) = at_terminal(&sandbox, &["exec", "prod", "--", "true"]);
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("Touch your key") && !screen.contains("MFA code of"), "{screen}");
}

#[test]
fn a_window_asks_where_there_is_a_display_and_no_terminal() {
    for (require, display, exit) in
        [(None, true, 0), (Some("prefer"), true, 0), (Some("force"), false, 0), (Some("never"), true, 4), (None, false, 4)]
    {
        let mut sandbox = demo();
        let path = fetching(&sandbox, "ask pass");
        sandbox.set("SSH_ASKPASS", path);
        if let Some(require) = require {
            sandbox.set("SSH_ASKPASS_REQUIRE", require);
        }
        if display {
            sandbox.set("DISPLAY", ":0");
        }
        sandbox.run(&["export", "prod"]).exits(exit);
        assert_eq!(
            sandbox.read("asked"),
            if exit == 0 { "MFA code of ana for prod (222222222222)\n" } else { "" },
            "{require:?} {display}"
        );
    }
}

#[test]
fn no_window_where_questions_are_forbidden() {
    let mut sandbox = demo();
    let path = fetching(&sandbox, "askpass");
    sandbox.set("SSH_ASKPASS", path).set("SSH_ASKPASS_REQUIRE", "force").set("DISPLAY", ":0");
    fails(&sandbox, &["--no-input", "export", "prod"], "mfa-code-required", 4);
    fails(&sandbox, &["credential-process", "--profile", "prod"], "mfa-code-required", 4);
    assert_eq!(sandbox.read("asked"), "");
    sandbox.run(&["credential-process", "--interactive", "--profile", "prod"]).ok();
}

#[test]
fn at_a_terminal_the_window_is_only_shown_when_it_must_be() {
    let mut sandbox = demo();
    let path = fetching(&sandbox, "askpass");
    sandbox.set("SSH_ASKPASS", path).set("DISPLAY", ":0");
    let mut terminal = sandbox.awsenv_on_terminal(&["exec", "prod", "--", "true"]);
    terminal.expect("MFA code of ana for prod");
    terminal.type_text("\x03");
    assert_eq!(terminal.exit_code(), 130);
    sandbox.set("SSH_ASKPASS_REQUIRE", "prefer");
    let (code, screen) = at_terminal(&sandbox, &["exec", "prod", "--", "true"]);
    assert_eq!(code, 0, "{screen}");
    assert!(!screen.contains("MFA code of"), "{screen}");
}

#[test]
fn a_window_that_is_closed_or_left_alone_changes_nothing() {
    let mut sandbox = demo();
    let closed = sandbox.script("closed", "#!/bin/sh\nexit 1\n");
    sandbox.set("DISPLAY", ":0").set("SSH_ASKPASS", closed);
    fails(&sandbox, &["export", "prod"], "cancelled", 130);
    let nonsense = sandbox.script("nonsense", "#!/bin/sh\necho my password\n");
    sandbox.set("SSH_ASKPASS", nonsense);
    fails(&sandbox, &["export", "prod"], "mfa-code-rejected", 5);
    let sleeping = sandbox.script("sleeping", "#!/bin/sh\nexec sleep 60\n");
    settings(&mut sandbox, &format!("[mfa]\naskpass = '{}'\naskpass_timeout = 1\n", sleeping.display()));
    let report = fails(&sandbox, &["export", "prod"], "mfa-code-required", 4);
    assert!(report["message"].as_str().unwrap().contains("in 1 seconds"), "{report}");
    assert_eq!(sandbox.server().requests().len(), 0);
}

#[test]
fn a_pinentry_is_spoken_to_in_its_own_words() {
    let mut sandbox = demo();
    let script = format!(
        "#!/bin/bash\necho 'OK Pleased to meet you'\nwhile read -r word rest; do\n  echo \"$word $rest\" >> \"$HOME/asked\"\n  case $word in\n  GETPIN) echo \"D $(curl -sS '{}')\"; echo OK;;\n  BYE) echo OK; exit;;\n  *) echo OK;;\n  esac\ndone\n",
        code_url(&sandbox, MFA)
    );
    let pinentry = sandbox.script("pinentry-fake", &script);
    sandbox.set("DISPLAY", ":0");
    settings(&mut sandbox, &format!("[mfa]\naskpass = '{}'\n", pinentry.display()));
    sandbox.run(&["export", "prod"]).ok();
    assert_eq!(
        sandbox.read("asked"),
        "SETTITLE awsenv\nSETDESC MFA code of ana for prod (222222222222)\nSETPROMPT MFA code:\nGETPIN \nBYE \n"
    );
    let cancelled = sandbox.script("pinentry-no", "#!/bin/sh\necho OK\necho 'ERR 83886179 Operation cancelled <Pinentry>'\n");
    settings(&mut sandbox, &format!("[mfa]\naskpass = '{}'\n", cancelled.display()));
    crate::support::forget_sessions(&sandbox);
    fails(&sandbox, &["export", "prod"], "cancelled", 130);
}
