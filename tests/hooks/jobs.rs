//! `awsenv use` where it cannot reach the shell: in a pipe, in `( … )`, before `&`; and in a shell that traces what it does.

use crate::support::{BASH, BUSYBOX, DASH, KSH, Session, Shell, ZSH, directory, machine, shells};

const APART: &str = "only this subshell is changed";

fn posix_like() -> impl Iterator<Item = Shell> {
    [BASH, ZSH, KSH, DASH, BUSYBOX].into_iter().filter(Shell::is_here)
}

#[test]
fn a_pipe_gets_no_code_and_the_truth_is_said() {
    for shell in posix_like() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        for line in [
            "awsenv use dev --mode keys | cat",
            "awsenv use dev --mode keys 2>&1 | tee log",
            "(awsenv use dev --mode keys) | cat",
        ] {
            let shown = session.line(line);
            assert!(!shown.contains("secret-of-dev") && !shown.contains("AWS_SECRET"), "{shell:?} {line}: {shown}");
            assert!(shown.contains(APART), "{shell:?} {line}: {shown}");
            assert_eq!(session.value("AWS_ACCESS_KEY_ID"), "unset", "{shell:?} {line}");
        }
        assert!(!std::fs::read_to_string(sandbox.path("log")).unwrap().contains("secret-of-dev"), "{shell:?}");
        // A switch that fails has changed nothing at all.
        let shown = session.line("awsenv use nosuch 2>&1 | cat");
        assert!(shown.contains("nosuch") && !shown.contains(APART), "{shell:?}: {shown}");
    }
}

#[test]
fn what_stands_beside_it_in_a_job_runs_in_the_profile() {
    for shell in posix_like() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        let shown = session.line("(awsenv use ops; echo \"in $AWS_PROFILE\".) | tr a-z A-Z");
        assert!(shown.contains("IN OPS."), "{shell:?}: {shown}");
        assert_eq!(session.profile(), "unset", "{shell:?}");
    }
}

#[test]
fn a_substitution_still_gives_the_code() {
    for shell in posix_like() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        let shown = session.line("eval \"$(awsenv use ops)\"");
        assert!(!shown.contains(APART), "{shell:?}: {shown}");
        assert_eq!(session.profile(), "ops", "{shell:?}");
    }
}

#[test]
fn a_substitution_in_a_job_gives_the_code_or_fails() {
    for shell in posix_like() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        session.line("h() { eval \"$(awsenv use nosuch)\" && echo wr''ong; }");
        for line in [
            "(eval \"$(awsenv use nosuch)\" && echo wr''ong)",
            "(eval \"$(awsenv use nosuch)\" && echo wr''ong) | cat",
            "h | cat",
            "h & wait",
            "(h)",
            "(if eval \"$(awsenv use nosuch)\"; then echo wr''ong; fi)",
        ] {
            let shown = session.line(line);
            assert!(shown.contains("unknown-profile") && !shown.contains("wrong"), "{shell:?} {line}: {shown}");
        }
        for line in [
            "(eval \"$(awsenv use ops)\" && echo \"in $AWS_PROFILE\".) | tr a-z A-Z",
            "(eval \"$(awsenv use ops)\"; echo \"in $AWS_PROFILE\". | tr a-z A-Z)",
        ] {
            let shown = session.line(line);
            assert!(shown.contains("IN OPS."), "{shell:?} {line}: {shown}");
        }
        assert_eq!(session.profile(), "unset", "{shell:?}");
    }
}

#[test]
fn without_job_control_a_pipe_gets_no_code_either() {
    // ksh keeps the pipe's other end open itself then.
    for shell in [BASH, ZSH].into_iter().filter(Shell::is_here) {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        let shown = session.line("set +m; awsenv use dev --mode keys | cat");
        assert!(!shown.contains("AWS_SECRET"), "{shell:?}: {shown}");
        session.line("eval \"$(awsenv use ops)\"");
        assert_eq!(session.profile(), "ops", "{shell:?}");
    }
}

#[test]
fn tracing_shows_no_secret_and_goes_on() {
    for shell in shells() {
        let sandbox = machine();
        directory(&sandbox, "keys", "profile = dev\nmode = keys\n");
        let mut session = Session::start(&sandbox, shell);
        session.line(if shell.is_fish() { "set -g fish_trace 1" } else { "set -x" });
        let shown = ["awsenv use dev --mode keys", "awsenv auto", "cd keys", "", "cd ..", "awsenv use dev --mode keys"]
            .map(|line| session.line(line))
            .concat();
        assert!(!shown.contains("secret-of-dev"), "{shell:?}: {shown}");
        // Not as it is typed.
        let shown = session.line("echo st''ill");
        assert!(shown.contains("echo still"), "{shell:?}: {shown}");
        session.line(if shell.is_fish() { "set -e fish_trace" } else { "set +x" });
        assert_eq!(session.value("AWS_SECRET_ACCESS_KEY"), "secret-of-dev", "{shell:?}");
    }
}
