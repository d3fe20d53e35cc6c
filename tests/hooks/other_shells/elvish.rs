//! elvish, which has exceptions where others have a status.

use super::{Other, Session};
use crate::support::machine;

pub(super) const ELVISH: Other = Other {
    program: "elvish",
    arguments: &["-norc"],
    load: "var ours; eval (slurp < ~/init) &on-end={|names| set ours = $names}",
    text: "echo 'text=['$ours[AWSENV_PROMPT]']'",
    color: "echo 'color=['$ours[AWSENV_PROMPT_COLOR]']'",
    cd: "cd $E:PLACE",
    and: ";",
    status: "",
    sees_changes: false,
};

/// What `try` caught is what has failed, whatever the hook does at the prompt between.
#[test]
fn an_exception_is_kept() {
    let mut sandbox = machine();
    sandbox.write("fail", "exit 3");
    let Some(mut session) = Session::start(&mut sandbox, ELVISH) else { return };
    session.line("var caught; try { cd dev; sh ~/fail } catch e { set caught = $e }");
    assert_eq!(session.value("echo 'status=['$caught[reason][exit-status]']'", "status"), "3");
    assert_eq!(session.profile(), "dev");
    session.line("try { awsenv use nobody } catch e { set caught = $e }");
    assert_eq!(session.value("echo 'status=['$caught[reason][exit-status]']'", "status"), "3");
    assert_eq!(session.profile(), "dev");
}
