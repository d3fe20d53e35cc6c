//! xonsh, and what only it has: errors for failed commands.

use super::{Other, Session};
use crate::support::machine;

pub(super) const XONSH: Other = Other {
    program: "xonsh",
    arguments: &["--no-rc"],
    load: "execx(open($HOME + '/init').read())",
    text: "print('text=[' + AWSENV_PROMPT + ']')",
    color: "print('color=[' + AWSENV_PROMPT_COLOR + ']')",
    cd: "cd $PLACE",
    and: "&&",
    status: "print('status=[%s]' % __xonsh__.lastcmd.rtn)",
    sees_changes: true,
};

#[test]
fn strict_settings_change_nothing() {
    for own in [
        "$XONSH_SUBPROC_CMD_RAISE_ERROR = True",
        "$RAISE_SUBPROC_ERROR = True",
        "$XONSH_SHOW_TRACEBACK = True",
        "$UPDATE_OS_ENVIRON = True",
    ] {
        let mut sandbox = machine();
        let Some(mut session) = Session::start(&mut sandbox, XONSH) else { return };
        session.line(own);
        session.line("cd dev");
        assert_eq!((session.profile(), session.text()), ("dev".into(), "dev".into()), "{own}: {}", session.pty.screen());
        session.line("awsenv use ops");
        assert_eq!(session.profile(), "ops", "{own}");
        session.line("awsenv unset");
        assert_eq!(session.profile(), "unset", "{own}");
    }
}
