//! `AWSENV_PROMPT` tells what `awsenv prompt` tells, in every shell that keeps it, and the colour beside it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use awsenv_testkit::Sandbox;

use crate::support::{DASH, KSH, Session, Shell, machine, prompting, shells};

const GUARDS: &str = "[guard \"*op*\"]\ncolor = red\n";

/// In what, with how many seconds left, and what a prompt shows of it.
pub(crate) const CASES: &[(&str, &str, i64, &str)] = &[
    ("keys", "1", 12 * 86_400 + 900, "ops 12d"),
    ("keys", "1", 2 * 86_400 - 30, "ops 47h59m"),
    ("keys", "1", 2 * 3_600 + 330, "ops 2h5m"),
    ("keys", "1", 42 * 60 + 30, "ops 42m"),
    ("keys", "0", 30, "ops <1m"),
    ("keys", "1", -5, "ops expired"),
    ("keys", "0", -5, "ops login needed"),
    ("profile", "0", -5, "ops login needed"),
    // Every tool renews this for itself.
    ("profile", "1", -5, "ops"),
];

fn in_seconds(seconds: i64) -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap() + seconds
}

/// A machine on which a shell is in `ops` already, as another shell's child is.
pub(crate) fn inside(mode: &str, refreshable: &str, left: i64) -> Sandbox {
    let mut sandbox = machine();
    sandbox.write(".config/awsenv/config.ini", GUARDS);
    let refresh = if refreshable == "1" { ",refresh=1" } else { "" };
    let end = in_seconds(left);
    let state = format!("1,m,,,profile=ops,mode={mode},exp={end}{refresh},AWS_PROFILE=-:ops,AWSENV_PROFILE=-:ops");
    sandbox.set("__AWSENV_STATE", state).set("AWS_PROFILE", "ops").set("AWSENV_PROFILE", "ops");
    sandbox
}

fn text(session: &mut Session) -> String {
    shown(session, "AWSENV_PROMPT")
}

fn shown(session: &mut Session, name: &str) -> String {
    let seen = session.line(&format!("printf '<%s>\\n' \"[${name}]\""));
    let start = seen.rfind("<[").unwrap() + 2;
    let end = start + seen[start..].find("]>").unwrap();
    seen[start..end].to_owned()
}

/// Those that have a clock.
fn counting() -> impl Iterator<Item = Shell> {
    prompting().chain([KSH].into_iter().filter(Shell::is_here))
}

#[test]
fn the_variable_tells_what_the_command_tells() {
    for shell in counting() {
        for &(mode, refreshable, left, expected) in CASES {
            let sandbox = inside(mode, refreshable, left);
            let mut session = Session::start(&sandbox, shell);
            assert_eq!(text(&mut session), expected, "{shell:?}");
            let command = session.line("awsenv prompt --format '<{profile}[ {left}]>'");
            assert!(command.contains(&format!("<{expected}>")), "{shell:?}: {command}");
            assert_eq!(shown(&mut session, "AWSENV_PROMPT_COLOR"), "red", "{shell:?}");
            assert_eq!(shown(&mut session, "AWSENV_PROMPT_SGR"), "1;31", "{shell:?}");
        }
    }
}

/// The text is kept between prompts, but no longer than it is true.
#[test]
fn the_text_goes_with_the_clock() {
    for shell in prompting() {
        let mut sessions = [(63, "1m", "<1m"), (3, "<1m", "expired")].map(|(left, before, after)| {
            let mut session = Session::start(&inside("keys", "1", left), shell);
            session.line("");
            let seen = text(&mut session);
            assert!(seen == format!("ops {before}") || seen == format!("ops {after}"), "{shell:?}: {seen}");
            (session, after)
        });
        std::thread::sleep(Duration::from_secs(4));
        for (session, after) in &mut sessions {
            session.line("");
            assert_eq!(text(session), format!("ops {after}"), "{shell:?}");
        }
    }
}

#[test]
fn what_is_set_by_hand_is_told_as_it_is() {
    for shell in counting() {
        let mut sandbox = inside("keys", "1", 600);
        sandbox.set("AWS_CREDENTIAL_EXPIRATION", "2099-01-01T00:00:00Z");
        let mut session = Session::start(&sandbox, shell);
        assert!(text(&mut session).starts_with("ops "), "{shell:?}");
        session.line(&shell.export("AWS_PROFILE", "hand"));
        session.line("");
        assert_eq!((text(&mut session), shown(&mut session, "AWSENV_PROMPT_COLOR")), ("hand".into(), String::new()), "{shell:?}");
        session.line(&shell.export("AWS_PROFILE", "hand-op"));
        session.line("");
        assert_eq!(shown(&mut session, "AWSENV_PROMPT_COLOR"), "red", "{shell:?}");
        session.line(&shell.export("AWS_ACCESS_KEY_ID", "AKIAHAND"));
        session.line("");
        assert!(text(&mut session).starts_with("(keys) 2"), "{shell:?}");
        // Also in a shell that follows no directory any more.
        session.line("awsenv unset");
        session.line(if shell.is_fish() { "set -e AWS_ACCESS_KEY_ID" } else { "unset AWS_ACCESS_KEY_ID" });
        session.line(&shell.export("AWS_PROFILE", "later"));
        session.line("");
        assert_eq!(text(&mut session), "later", "{shell:?}");
    }
}

#[test]
fn what_is_taken_away_by_somebody_else_is_not_shown() {
    for shell in counting() {
        let sandbox = inside("profile", "1", 600);
        let mut session = Session::start(&sandbox, shell);
        assert_eq!(text(&mut session), "ops", "{shell:?}");
        // As direnv does when it leaves a directory that had said the same.
        session.line(if shell.is_fish() { "set -e AWS_PROFILE" } else { "unset AWS_PROFILE" });
        session.line("");
        assert_eq!(text(&mut session), "", "{shell:?}");
        session.line(&shell.export("AWS_PROFILE", "ops"));
        session.line("");
        assert_eq!(text(&mut session), "ops", "{shell:?}");
    }
}

#[test]
fn a_clock_that_was_wrong_for_a_while_leaves_nothing_behind() {
    // Only bash's clock can be set.
    for shell in prompting().filter(|shell| shell.name == "bash") {
        let mut session = Session::start(&inside("keys", "1", 600), shell);
        session.line("unset EPOCHSECONDS; EPOCHSECONDS=$(($(date +%s) + 99999))");
        session.line("");
        assert_eq!(text(&mut session), "ops expired", "{shell:?}");
        session.line("EPOCHSECONDS=$(date +%s)");
        session.line("");
        assert!(text(&mut session).ends_with('m'), "{shell:?}");
    }
}

#[test]
fn a_shell_without_a_clock_shows_the_name() {
    for shell in [DASH].into_iter().filter(Shell::is_here) {
        let mut session = Session::start(&inside("keys", "1", 600), shell);
        assert_eq!((text(&mut session), shown(&mut session, "AWSENV_PROMPT_COLOR")), ("ops".into(), "red".into()));
    }
}

#[test]
fn no_child_sees_any_of_it() {
    for shell in shells() {
        let mut sandbox = inside("keys", "1", 600);
        for name in ["AWSENV_PROMPT", "AWSENV_PROMPT_COLOR", "AWSENV_PROMPT_SGR", "__awsenv_end", "__awsenv_mark"] {
            sandbox.set(name, "inherited");
        }
        let mut session = Session::start(&sandbox, shell);
        let seen = session.line("env | grep -c -e '^AWSENV_PROMPT' -e '^__awsenv_e' | sed 's/^/count=/'");
        assert!(seen.contains("count=0"), "{shell:?}: {seen}");
    }
}

#[test]
fn one_is_warned_once_while_working_when_the_time_has_come() {
    for shell in counting() {
        let mut sandbox = inside("keys", "0", 62);
        sandbox.set("AWS_ACCESS_KEY_ID", "AKIAOPS");
        sandbox.write(".config/awsenv/config.ini", "[expiry]\nwarn = 1\n");
        let mut session = Session::start(&sandbox, shell);
        let before = session.line("");
        assert!(!before.contains("expires-soon"), "{shell:?}: {before}");
        std::thread::sleep(Duration::from_secs(3));
        let after = [session.line(""), session.line(""), session.line("")].concat();
        assert_eq!(after.matches("warning[expires-soon]: `ops` ends in <1m").count(), 1, "{shell:?}: {after}");
    }
}

/// The lines of the README, on a screen that counts columns.
#[test]
fn the_prompts_of_the_readme_show_it_in_colour() {
    let readme = include_str!("../../README.md");
    let readme = &readme[readme.find("### In your prompt").unwrap()..];
    for (shell, expected) in [
        (crate::support::BASH, "(\u{1b}[1;31mops 12d\u{1b}[0m) "),
        (crate::support::ZSH, "(\u{1b}[31mops 12d\u{1b}[39m) "),
        (crate::support::FISH, "(\u{1b}[1;31mops 12d\u{1b}[m) "),
    ] {
        if !shell.is_here() {
            continue;
        }
        let start = readme.find(&format!("| {} | `", shell.name)).unwrap();
        let line = readme[start..].lines().next().unwrap();
        let code = line.split('`').nth(1).unwrap().replace("\\|", "|");
        let mut sandbox = inside("keys", "1", 12 * 86_400 + 900);
        sandbox.set("TERM", "xterm-256color");
        let mut session = Session::start(&sandbox, shell);
        session.pty.type_text(&format!("{code}\r"));
        session.line("");
        session.line("");
        let raw = session.pty.raw();
        assert!(raw.contains(expected), "{shell:?} {code}: {raw:?}");
    }
}
