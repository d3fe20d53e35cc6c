//! The picker of `awsenv use`.

use crate::support::{demo, one_profile};

const SCRIPT: &str = "eval \"$(awsenv use)\"; echo \"code $?: $AWS_PROFILE\"";

#[test]
fn a_part_of_anything_and_enter_chooses() {
    for (typed, profile) in [("44444", "sandbox"), ("ReadOnly", "readonly"), ("readonly", "readonly"), ("backup", "backup")] {
        let mut sandbox = demo();
        sandbox.set("AWS_EC2_METADATA_DISABLED", "false");
        let mut terminal = sandbox.terminal("bash", &["--norc", "-c", SCRIPT]);
        terminal.expect("profile");
        terminal.expect("console");
        terminal.type_text(typed);
        terminal.type_text("\r");
        terminal.expect(&format!("code 0: {profile}"));
    }
}

#[test]
fn leaving_it_changes_nothing() {
    for key in ["\x1b", "\x03"] {
        let mut sandbox = demo();
        sandbox.set("TERM", "xterm");
        let mut terminal = sandbox.terminal("bash", &["--norc", "-c", &format!("stty -a > before; {SCRIPT}; stty -a > after")]);
        terminal.expect("console");
        terminal.type_text(key);
        terminal.expect("code 130: ");
        terminal.exit_code();
        // dialoguer takes the list away line by line, but not at ctrl-c.
        let raw = terminal.raw();
        assert!(raw.contains(if key == "\x03" { "\x1b8\x1b[J" } else { "\x1b[2K" }), "the list is taken away: {raw:?}");
        assert_eq!(sandbox.read("before"), sandbox.read("after"), "{key:?}");
        assert!(sandbox.server().requests().is_empty());
    }
}

#[test]
fn what_was_used_most_comes_first() {
    let sandbox = demo();
    for _ in 0..3 {
        sandbox.run(&["use", "dev", "--shell", "bash"]).ok();
    }
    sandbox.run(&["use", "staging", "--shell", "bash"]).ok();
    let mut terminal = sandbox.terminal("bash", &["--norc", "-c", SCRIPT]);
    let shown = terminal.expect("console");
    let place = |name: &str| shown.find(&format!("{name} ")).unwrap_or_else(|| panic!("{name} is not in\n{shown}"));
    assert!(place("dev") < place("staging") && place("staging") < place("base"), "{shown}");
    terminal.type_text("\r");
    terminal.expect("code 0: dev");
}

#[test]
fn without_profiles_there_is_nothing_to_pick() {
    let sandbox = one_profile();
    sandbox.config("").credentials("");
    let mut terminal = sandbox.terminal("bash", &["--norc", "-c", SCRIPT]);
    terminal.expect("there are no profiles yet");
    terminal.expect("`awsenv configure sso` or `awsenv configure` makes one");
    terminal.expect("code 3: ");
}
