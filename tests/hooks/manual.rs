//! A person's own choice, and giving the shell back.

use crate::support::{Session, machine, prompting, shells};

#[test]
fn a_manual_choice_stays_until_auto() {
    for shell in shells() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        session.line("awsenv use ops");
        assert_eq!(session.after("cd dev", "AWS_PROFILE"), "ops", "{shell:?}");
        session.line("awsenv auto");
        assert_eq!(session.profile(), "dev", "{shell:?}");
        assert_eq!(session.after("cd ../plain", "AWS_PROFILE"), "unset", "{shell:?}");
        // Out of a directory's profile by hand, and back to what was before both.
        session.line("cd ../dev");
        session.line("awsenv use ops");
        session.line("cd ../plain");
        session.line("awsenv auto");
        assert_eq!((session.profile(), session.value("AWS_REGION")), ("unset".into(), "unset".into()), "{shell:?}");
    }
}

#[test]
fn after_unset_the_directory_is_left_alone_until_auto() {
    for shell in prompting() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        session.line("cd dev");
        session.line("awsenv unset");
        assert_eq!(session.profile(), "unset", "{shell:?}");
        assert_eq!(session.after("cd ../ops", "AWS_PROFILE"), "unset", "{shell:?}");
        assert_eq!(session.value("__awsenv_off"), "unset", "{shell:?}: no child sees it");
        session.line("awsenv auto");
        assert_eq!(session.profile(), "ops", "{shell:?}");
    }
}

#[test]
fn auto_fails_where_the_file_is_not_allowed_and_changes_nothing() {
    for shell in shells() {
        let sandbox = machine();
        sandbox.write("new/.awsenv", "profile = dev\n");
        let mut session = Session::start(&sandbox, shell);
        session.line("awsenv use ops");
        session.line("cd new");
        let shown = session.line("awsenv auto || echo stop''ped");
        assert!(shown.contains("error[not-allowed]") && shown.contains("stopped"), "{shell:?}: {shown}");
        assert_eq!(session.profile(), "ops", "{shell:?}");
    }
}

#[test]
fn auto_prints_code_like_every_switch() {
    let sandbox = machine();
    let run = sandbox.awsenv(&["auto", "--shell", "bash"]).directory(&sandbox.path("dev")).run().ok();
    assert!(run.stdout.contains("AWS_PROFILE='dev'") && run.stdout.contains("unset -v __awsenv_off"), "{}", run.stdout);
    sandbox.write("new/.awsenv", "profile = dev\n");
    let run = sandbox.awsenv(&["auto", "--shell", "bash"]).directory(&sandbox.path("new")).run().exits(4);
    assert_eq!(run.stdout, "(exit 4)\n");
    let status = sandbox.bash("cd dev; eval \"$(awsenv auto)\"; awsenv status --format json").run().ok();
    assert!(status.stdout.contains("\"origin\": \"directory\""), "{}", status.stdout);
}
