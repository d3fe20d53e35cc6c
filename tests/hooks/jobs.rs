//! `awsenv use` where it cannot reach the shell: in a pipe, in `( … )`, before `&`.

use crate::support::{BASH, BUSYBOX, DASH, KSH, Session, Shell, ZSH, machine};

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
