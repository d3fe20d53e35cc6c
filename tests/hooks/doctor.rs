//! What `awsenv doctor` says inside a running shell.

use awsenv_testkit::Sandbox;

use crate::support::{BASH, FISH, Session, Shell, ZSH, machine, prompting};

/// A machine that no emulator stands before.
fn healthy() -> Sandbox {
    let mut sandbox = machine();
    sandbox.unset("AWS_ENDPOINT_URL");
    let keys = sandbox.write("keys.json", r#"{"Version": 1, "AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "x"}"#);
    let process = format!("credential_process = /bin/cat '{}'\n", keys.display());
    sandbox.config(&["dev", "ops"].map(|name| format!("[profile {name}]\nregion = eu-central-1\n{process}")).concat());
    sandbox.credentials("");
    sandbox
}

fn doctor(session: &mut Session) -> String {
    session.line("awsenv doctor --offline")
}

#[test]
fn a_healthy_shell_says_that_its_hook_ran() {
    for shell in prompting() {
        let sandbox = healthy();
        let mut session = Session::start(&sandbox, shell);
        for line in ["", "cd dev", "cd ../plain", "awsenv use ops", "awsenv unset"] {
            session.line(line);
            let shown = doctor(&mut session);
            assert!(shown.contains("nothing found"), "{shell:?} {line}: {shown}");
            assert!(shown.contains(&format!("this shell: {} ", shell.name)), "{shell:?} {line}: {shown}");
            assert!(shown.contains("the hook ran at this prompt"), "{shell:?} {line}: {shown}");
        }
        assert_eq!(session.value("AWSENV_SHELL_REPORT"), "unset", "{shell:?}: only doctor is told");
    }
}

#[test]
fn the_first_line_of_a_shell_is_before_its_hook() {
    for shell in prompting() {
        let sandbox = healthy();
        let mut session = Session::bare(&sandbox, shell);
        let shown = session.line(&format!("{}; awsenv doctor --offline", shell.init));
        assert!(shown.contains("note[hook-not-run]"), "{shell:?}: {shown}");
    }
}

#[test]
fn a_hook_that_somebody_has_overwritten_is_missed() {
    for (shell, line, holds) in [
        (BASH, "PROMPT_COMMAND=other_tool; other_tool() { :; }", "there is now: other_tool"),
        (ZSH, "precmd_functions=(other_tool); other_tool() { : }", "there is now: other_tool"),
        (FISH, "functions --erase __awsenv_hook", "the event fish_prompt"),
    ] {
        if !shell.is_here() {
            continue;
        }
        let sandbox = healthy();
        let mut session = Session::start(&sandbox, shell);
        if shell.name == "bash" {
            // From 5.1 on it is an array, of which an assignment changes the first element: ours.
            session.line("unset PROMPT_COMMAND");
        }
        session.line(line);
        let shown = doctor(&mut session);
        assert!(shown.contains("warning[hook-lost]") && shown.contains(holds), "{shell:?}: {shown}");
        assert!(shown.contains("the hook does not run any more"), "{shell:?}: {shown}");
    }
}

#[test]
fn variables_that_no_program_sees() {
    for shell in prompting() {
        let sandbox = healthy();
        let mut session = Session::start(&sandbox, shell);
        session.line(if shell.is_fish() { "set -g AWS_PROFILE dev" } else { "AWS_PROFILE=dev" });
        let shown = doctor(&mut session);
        assert!(shown.contains("warning[variable-not-exported]: AWS_PROFILE is set"), "{shell:?}: {shown}");
        session.line(&shell.export("AWS_PROFILE", "dev"));
        let shown = doctor(&mut session);
        assert!(shown.contains("nothing found"), "{shell:?}: {shown}");
    }
}

#[test]
fn a_universal_variable_of_fish() {
    if !FISH.is_here() {
        return;
    }
    let sandbox = healthy();
    // With --no-config fish keeps no variables.
    let mut session = Session::start(&sandbox, Shell { arguments: &["--private"], ..FISH });
    session.line("set -Ux AWS_PROFILE dev");
    let shown = doctor(&mut session);
    assert!(shown.contains("warning[universal-variable]") && shown.contains("set -eU AWS_PROFILE"), "{shown}");
    session.line("set -eU AWS_PROFILE");
    let shown = doctor(&mut session);
    assert!(shown.contains("nothing found"), "{shown}");
}

#[test]
fn somebody_elses_cd_in_bash() {
    for line in ["cd() { builtin cd \"$@\"; }", "alias cd='pushd'"] {
        let sandbox = healthy();
        let mut session = Session::bare(&sandbox, BASH);
        session.line(line);
        session.line(BASH.init);
        session.line("");
        let shown = doctor(&mut session);
        assert!(shown.contains("note[cd-taken]"), "{line}: {shown}");
    }
}

#[test]
fn strict_shells_can_ask_too() {
    for (shell, strict) in [(BASH, "set -eu"), (BASH, "IFS=:"), (ZSH, "setopt no_unset err_return ksh_arrays")] {
        if !Shell::is_here(&shell) {
            continue;
        }
        let sandbox = healthy();
        let mut session = Session::start(&sandbox, shell);
        session.line(strict);
        let shown = doctor(&mut session);
        assert!(shown.contains("the hook ran at this prompt") && shown.contains("nothing found"), "{shell:?} {strict}: {shown}");
    }
}

#[test]
fn a_hook_that_somebody_keeps_aside_and_calls_has_run() {
    let sandbox = healthy();
    let mut session = Session::start(&sandbox, BASH);
    // As the shell integration of VS Code and starship do.
    session.line("kept=(\"${PROMPT_COMMAND[@]}\"); unset PROMPT_COMMAND; call() { eval \"${kept[0]}\"; }; PROMPT_COMMAND=call");
    for _ in 0..2 {
        session.line("");
        let shown = doctor(&mut session);
        assert!(shown.contains("the hook ran at this prompt") && shown.contains("nothing found"), "{shown}");
    }
    // Kept, but not called any more.
    session.line("call() { :; }");
    doctor(&mut session);
    let shown = doctor(&mut session);
    assert!(shown.contains("warning[hook-lost]"), "{shown}");
}

#[test]
fn a_place_of_the_hook_that_cannot_be_changed() {
    let sandbox = healthy();
    let mut session = Session::bare(&sandbox, BASH);
    session.line("readonly PROMPT_COMMAND=:");
    session.line(BASH.init);
    session.line("");
    let shown = doctor(&mut session);
    assert!(shown.contains("PROMPT_COMMAND is readonly in this shell; in ~/.bashrc, before the line"), "{shown}");
}
