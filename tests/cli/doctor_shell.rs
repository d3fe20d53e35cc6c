//! `awsenv doctor` about the shell, as the function of `awsenv init` tells of it. `hooks/doctor.rs` has the real shells.

use awsenv_testkit::Sandbox;

use crate::doctor::{doctor, healthy, only};

/// What a healthy shell tells, but for these lines.
fn told(changes: &[(&str, &str)]) -> Sandbox {
    let mut sandbox = healthy();
    let home = sandbox.home().display().to_string();
    let version = env!("CARGO_PKG_VERSION");
    let healthy = [("shell", "bash 5.2"), ("script", version), ("hook", "yes"), ("ran", "1"), ("looked", &home)];
    let kept = healthy.iter().filter(|(name, _)| changes.iter().all(|(other, _)| other != name));
    let lines: Vec<String> = kept.chain(changes).map(|(name, value)| format!("{name}={value}\n")).collect();
    sandbox.set("AWSENV_SHELL_REPORT", lines.concat());
    sandbox
}

#[test]
fn a_healthy_shell_is_one_line() {
    let version = env!("CARGO_PKG_VERSION");
    for (changes, hook) in [
        (&[][..], "the hook ran at this prompt"),
        (&[("hook", "off"), ("ran", ""), ("looked", "")], "it has no prompt, hence no hook"),
        // A second call on the same line.
        (&[("looked", "")], "the hook ran at this prompt"),
    ] {
        let run = doctor(&told(changes), &[]).ok();
        let lines: Vec<&str> = run.stdout.lines().collect();
        assert!(lines[0].starts_with("nothing found; "), "{}", run.stdout);
        assert_eq!(lines[1..], [format!("this shell: bash 5.2, awsenv {version}; {hook}")]);
    }
}

#[test]
fn each_fault_by_itself() {
    for (changes, code, severity, part) in [
        (&[("hook", "no"), ("holds", "starship_precmd")][..], "hook-lost", "warning", "there is now: starship_precmd"),
        (&[("hook", "no"), ("shell", "zsh 5.9")], "hook-lost", "warning", "~/.zshrc"),
        (&[("hook", "no"), ("fixed", "PROMPT_COMMAND")], "hook-lost", "warning", "PROMPT_COMMAND is readonly in this shell"),
        (&[("ran", "")], "hook-not-run", "note", "PROMPT_COMMAND"),
        (&[("looked", "/")], "hook-not-run", "note", "the hook was last at /, not here"),
        (&[("script", "0.0.1")], "hook-outdated", "warning", "exec $SHELL"),
        (&[("cd", "taken")], "cd-taken", "note", "zoxide"),
        (&[("hidden", " AWS_PROFILE AWS_REGION")], "variable-not-exported", "warning", "unset AWS_PROFILE AWS_REGION"),
        (&[("hidden", "AWS_PROFILE"), ("shell", "fish 4.0")], "variable-not-exported", "warning", "set -gx AWS_PROFILE"),
        (&[("universal", "AWS_PROFILE")], "universal-variable", "warning", "set -eU AWS_PROFILE"),
    ] {
        let finding = only(&told(changes), code, severity);
        assert!(finding.to_string().contains(part), "{changes:?}: {finding}");
    }
}

#[test]
fn a_terminal_without_the_hook_is_told_the_line_and_a_script_is_not() {
    let sandbox = healthy();
    assert!(!doctor(&sandbox, &[]).stdout.contains("hook-not-loaded"));
    let mut terminal = sandbox.terminal("/bin/bash", &["--norc", "--noprofile", "-i"]);
    let shown = terminal.line("awsenv doctor --offline");
    assert!(shown.contains("note[hook-not-loaded]: this bash has not loaded awsenv"), "{shown}");
    assert!(shown.contains("in ~/.bashrc, and here for this shell:  eval \"$(awsenv init bash)\""), "{shown}");
    sandbox.write(".bashrc", "# eval \"$(awsenv init bash)\"\nreturn\neval \"$(awsenv init bash)\"\n");
    let shown = terminal.line("awsenv doctor --offline");
    assert!(shown.contains("~/.bashrc:3:1") && shown.contains("leaves the file before it"), "{shown}");
}
