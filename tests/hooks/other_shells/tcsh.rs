//! tcsh, and what only it has: options by `set`, and a status.

use super::{Other, Session};
use crate::support::machine;

pub(super) const TCSH: Other = Other {
    program: "tcsh",
    arguments: &["-f"],
    load: "set __awsenv_script = ~/init; source ~/init",
    text: "echo \"text=[$AWSENV_PROMPT:q]\"",
    color: "echo \"color=[$AWSENV_PROMPT_COLOR]\"",
    cd: "cd $PLACE:q",
    and: "&&",
    status: "echo \"status=[$status]\"",
    sees_changes: true,
};

#[test]
fn options_of_a_persons_own_change_nothing() {
    for own in ["set noclobber", "set nonomatch", "set printexitvalue", "set backslash_quote", "set rmstar"] {
        let mut sandbox = machine();
        let Some(mut session) = Session::start(&mut sandbox, TCSH) else { return };
        session.line(own);
        session.line("cd dev");
        assert_eq!((session.profile(), session.text()), ("dev".into(), "dev".into()), "{own}: {}", session.pty.screen());
        session.line("awsenv use ops");
        assert_eq!(session.profile(), "ops", "{own}");
        session.line("awsenv unset");
        assert_eq!(session.profile(), "unset", "{own}");
    }
}

/// `-e` ends the shell when a command fails.
#[test]
fn a_shell_that_ends_at_errors_lives_with_the_hook() {
    let mut sandbox = machine();
    let strict = Other { arguments: &["-f", "-e"], ..TCSH };
    let Some(mut session) = Session::start(&mut sandbox, strict) else { return };
    session.line("cd dev");
    assert_eq!(session.profile(), "dev");
    session.line("cd ../plain");
    assert_eq!(session.profile(), "unset");
    session.line("awsenv use ops");
    assert_eq!(session.profile(), "ops");
}
