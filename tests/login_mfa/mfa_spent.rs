//! A code that was used is not sent again: the next one is waited for.

use std::time::{Duration, Instant};

use awsenv_testkit::Sandbox;

use crate::support::{MFA, code_url, demo, end, fails, forget_sessions};

/// Uses a code, and forgets what came of it.
fn spend(sandbox: &Sandbox) -> String {
    let code = sandbox.server().mfa_code(MFA).unwrap();
    sandbox.run(&["exec", "prod", "--mfa-token", &code, "--", "true"]).ok();
    forget_sessions(sandbox);
    code
}

#[test]
fn a_given_code_is_refused_without_asking_aws() {
    let sandbox = demo();
    let code = spend(&sandbox);
    let before = sandbox.server().requests().len();
    let report = fails(&sandbox, &["exec", "prod", "--mfa-token", &code, "--", "true"], "mfa-code-rejected", 5);
    assert!(report["message"].as_str().unwrap().contains("seconds ago, and each works once"), "{report}");
    assert_eq!((sandbox.server().requests().len(), sandbox.server().violations()), (before, vec![]));
    let file = sandbox.root().join("state/mfa-codes");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains(&code), "{text}");
    assert_eq!(sandbox.files().mode("state/mfa-codes"), Some(0o600));
    // One of another device is another one.
    sandbox.run(&["exec", "prod", "--mfa-token", &sandbox.server().mfa_code(MFA).unwrap(), "--", "true"]).ok();
}

#[test]
fn a_code_that_aws_refused_is_not_a_used_one() {
    let sandbox = demo();
    for _ in 0..2 {
        let report = fails(&sandbox, &["exec", "prod", "--mfa-token", "000000", "--", "true"], "mfa-code-rejected", 5);
        assert!(report["message"].as_str().unwrap().contains("AWS refused"), "{report}");
    }
}

#[test]
fn a_typed_code_is_waited_out_with_a_countdown() {
    let mut sandbox = demo();
    sandbox.set("TERM", "xterm");
    let code = spend(&sandbox);
    let before = sandbox.server().requests().len();
    let mut terminal = sandbox.awsenv_on_terminal(&["exec", "prod", "--", "echo", "went", "on"]);
    terminal.expect("MFA code of ana for prod");
    let started = Instant::now();
    terminal.type_text(&format!("{code}\r"));
    terminal.expect("that code was used a moment ago, and each works once");
    terminal.expect("MFA code of ana for prod");
    assert!(started.elapsed() < Duration::from_secs(35), "{:?}", started.elapsed());
    assert_eq!(sandbox.server().requests().len(), before, "AWS has not seen it");
    terminal.type_text(&format!("{}\r", sandbox.server().mfa_code(MFA).unwrap()));
    terminal.expect("went on");
    assert_eq!((terminal.exit_code(), sandbox.server().violations()), (0, vec![]));
}

#[test]
fn ctrl_c_ends_the_countdown() {
    let mut sandbox = demo();
    sandbox.set("TERM", "xterm");
    // Not in the last seconds of a half minute.
    let now = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() % 30;
    while now() > 15 {
        std::thread::sleep(Duration::from_millis(200));
    }
    let code = spend(&sandbox);
    let mut terminal = sandbox.awsenv_on_terminal(&["exec", "prod", "--", "echo", "it", "ran"]);
    terminal.expect("MFA code of ana for prod");
    terminal.type_text(&format!("{code}\r"));
    terminal.expect("the next one in ");
    terminal.type_text("\x03");
    let (exit, screen) = end(&mut terminal);
    assert_eq!(exit, 130, "{screen}");
    assert!(!screen.contains("it ran"), "{screen}");
}

#[test]
fn a_process_is_asked_again_in_the_next_half_minute() {
    let sandbox = demo();
    let spent = spend(&sandbox);
    let script = format!(
        "#!/bin/sh\necho x >> \"$HOME/runs\"\nif [ \"$(wc -l < \"$HOME/runs\")\" -eq 1 ]; then echo {spent}; else curl -sS '{}'; fi\n",
        code_url(&sandbox, MFA)
    );
    let path = sandbox.script("code", &script);
    let config = sandbox.read(".aws/config").replacen(
        "[profile base]\n",
        &format!("[profile base]\nmfa_process = '{}'\n", path.display()),
        1,
    );
    sandbox.config(&config);
    let run = sandbox.run(&["exec", "prod", "--", "echo", "went on"]).ok();
    assert_eq!((run.stdout.as_str(), sandbox.read("runs").lines().count()), ("went on\n", 2));
    run.says("that code was used a moment ago");
    assert_eq!(sandbox.server().violations(), [""; 0]);
}

#[test]
fn a_process_whose_code_is_refused_is_asked_once_more() {
    let sandbox = demo();
    let script = format!(
        "#!/bin/sh\necho x >> \"$HOME/runs\"\nif [ \"$(wc -l < \"$HOME/runs\")\" -eq 1 ]; then echo 000000; else curl -sS '{}'; fi\n",
        code_url(&sandbox, MFA)
    );
    let path = sandbox.script("code", &script);
    let config = sandbox.read(".aws/config").replacen(
        "[profile base]\n",
        &format!("[profile base]\nmfa_process = '{}'\n", path.display()),
        1,
    );
    sandbox.config(&config);
    sandbox.run(&["exec", "prod", "--", "true"]).ok().says("AWS refused the code");
    assert_eq!(sandbox.read("runs").lines().count(), 2);
}

#[test]
fn a_process_whose_code_is_always_refused_is_asked_no_third_time() {
    let sandbox = demo();
    let config = sandbox.read(".aws/config").replacen("[profile base]\n", "[profile base]\nmfa_process = echo 000000\n", 1);
    sandbox.config(&config);
    fails(&sandbox, &["exec", "prod", "--", "true"], "mfa-code-rejected", 5);
    assert_eq!(sandbox.server().count("GetSessionToken"), 2);
}

#[test]
fn the_question_is_asked_on_the_terminal_when_stdin_is_a_pipe() {
    let sandbox = demo();
    let line = "echo from the pipe | awsenv exec prod -- cat";
    let mut terminal = sandbox.terminal("/bin/bash", &["--norc", "--noprofile", "-c", line]);
    terminal.expect("MFA code of ana for prod");
    let code = sandbox.server().mfa_code(MFA).unwrap();
    terminal.type_text(&format!("{code}\r"));
    terminal.expect("from the pipe");
    let (exit, screen) = end(&mut terminal);
    assert_eq!(exit, 0, "{screen}");
    assert!(!screen.contains(&code), "{screen}");
}
