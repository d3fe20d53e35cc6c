//! An MFA code, asked for on a terminal in the middle of `eval "$(awsenv use prod)"`.

use awsenv_testkit::{Pty, Sandbox, is_here};

use crate::support::{MFA, demo};

struct Shell {
    program: &'static str,
    arguments: &'static [&'static str],
    eval: &'static str,
}

const SHELLS: &[Shell] = &[
    Shell { program: "bash", arguments: &["--norc", "--noprofile", "-i"], eval: "eval \"$(awsenv use prod)\"" },
    Shell { program: "zsh", arguments: &["-f", "-i"], eval: "eval \"$(awsenv use prod)\"" },
    Shell { program: "fish", arguments: &["--no-config", "--private", "-i"], eval: "eval (awsenv use prod | string collect)" },
];

/// Every shell that is here, in a demo with its terminal, and `base` in its environment.
fn in_every_shell(test: impl Fn(&Sandbox, &mut Pty, &Shell)) {
    for shell in SHELLS.iter().filter(|shell| is_here(shell.program, &["-c", "exit"])) {
        let mut sandbox = demo();
        sandbox.set("AWS_PROFILE", "mine").set("SHELL", format!("/usr/bin/{}", shell.program));
        let mut terminal = sandbox.terminal(shell.program, shell.arguments);
        terminal.settle();
        test(&sandbox, &mut terminal, shell);
    }
}

fn code(sandbox: &Sandbox) -> String {
    sandbox.server().mfa_code(MFA).unwrap()
}

/// What the shell prints between two brackets that are not in the echo of the line.
fn print(terminal: &mut Pty, what: &str) -> String {
    let shown = terminal.line(&format!("printf '<<%s>>\\n' {what}"));
    let start = shown.rfind("<<").map_or(0, |at| at + 2);
    shown[start..].split(">>").next().unwrap_or_default().to_owned()
}

#[test]
fn a_code_is_asked_for_and_not_shown() {
    in_every_shell(|sandbox, terminal, shell| {
        let code = code(sandbox);
        terminal.type_text(&format!("{}\r", shell.eval));
        terminal.expect("MFA code of ana for prod (222222222222)");
        terminal.type_text(&format!("{code}\r"));
        terminal.expect("prod · 222222222222 · eu-west-1 · keys, ");
        assert_eq!(print(terminal, "\"$AWSENV_PROFILE $AWS_REGION\""), "prod eu-west-1", "{}", shell.program);
        assert!(!terminal.screen().contains(&code), "{} shows the code:\n{}", shell.program, terminal.screen());
        sandbox.assert_no_secret(shell.program, &terminal.screen());
        assert_eq!(sandbox.server().violations(), [""; 0]);
    });
}

#[test]
fn a_wrong_code_may_be_followed_by_a_right_one() {
    in_every_shell(|sandbox, terminal, shell| {
        terminal.type_text(&format!("{}\r", shell.eval));
        terminal.expect("MFA code of ana for prod");
        terminal.type_text("12x\r");
        terminal.expect("six digits");
        terminal.expect("MFA code of ana for prod");
        terminal.type_text("000000\r");
        terminal.expect("AWS refused that code");
        terminal.expect("MFA code of ana for prod");
        terminal.type_text(&format!("{}\r", code(sandbox)));
        terminal.expect("prod · 222222222222");
        assert_eq!(print(terminal, "\"$AWSENV_PROFILE\""), "prod", "{}", shell.program);
    });
}

#[test]
fn three_wrong_codes_are_enough() {
    let sandbox = demo();
    let mut terminal = sandbox.terminal("bash", &["--norc", "-c", "eval \"$(awsenv use prod)\""]);
    for _ in 0..3 {
        terminal.expect("MFA code of ana for prod");
        terminal.type_text("000000\r");
    }
    assert_eq!(terminal.exit_code(), 5, "{}", terminal.screen());
    assert!(terminal.screen().contains("error[mfa-code-rejected]"), "{}", terminal.screen());
}

#[test]
fn ctrl_c_at_the_question_changes_nothing() {
    in_every_shell(|sandbox, terminal, shell| {
        let modes = terminal.line("stty -a");
        for key in ["\x03", "\x04", "123\x03"] {
            let ran = if shell.program == "fish" { "; and printf 'it %s\\n' ran" } else { " && printf 'it %s\\n' ran" };
            terminal.type_text(&format!("{}{ran}\r", shell.eval));
            terminal.expect("MFA code of ana for prod");
            terminal.type_text(key);
            terminal.expect("error[cancelled]: cancelled; nothing was changed");
            let after = terminal.settle();
            assert!(!after.contains("it ran"), "{} went on:\n{after}", shell.program);
            assert_eq!(print(terminal, "\"$AWS_PROFILE|$AWSENV_PROFILE|$__AWSENV_STATE\""), "mine||", "{}", shell.program);
        }
        let without_echo = |text: &str| {
            text.lines().filter(|line| line.contains("speed") || line.contains("echo")).collect::<Vec<_>>().join("\n")
        };
        let after = terminal.line("stty -a");
        assert_eq!(without_echo(&modes), without_echo(&after), "{}", shell.program);
        assert!(sandbox.server().requests().is_empty(), "{}", shell.program);
    });
}

#[test]
fn the_next_role_needs_no_code() {
    let sandbox = demo();
    let script = "eval \"$(awsenv use prod)\" && eval \"$(awsenv use audit)\" && eval \"$(awsenv use prod)\" && echo all of $AWSENV_PROFILE";
    let mut terminal = sandbox.terminal("bash", &["--norc", "-c", script]);
    terminal.expect("MFA code of ana for prod");
    terminal.type_text(&format!("{}\r", code(&sandbox)));
    terminal.expect("all of prod");
    assert_eq!(terminal.screen().matches("MFA code").count(), 1, "{}", terminal.screen());
}

#[test]
fn exec_asks_too_and_leaves_the_terminal_to_the_child() {
    let sandbox = demo();
    let mut terminal =
        sandbox.awsenv_on_terminal(&["exec", "prod", "--", "sh", "-c", "stty -a | grep -c ' echo '; echo $AWS_REGION; exit 4"]);
    terminal.expect("MFA code of ana for prod");
    terminal.type_text(&format!("{}\r", code(&sandbox)));
    terminal.expect("eu-west-1");
    assert_eq!(terminal.exit_code(), 4, "{}", terminal.screen());
    assert!(terminal.screen().contains("\n1\n"), "the echo is back:\n{}", terminal.screen());
}
