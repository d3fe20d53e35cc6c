//! What holds in each of them that has a terminal.

use std::time::{Duration, Instant};

use awsenv_testkit::is_here;

use super::{OTHERS, Session, path_of};
use crate::prompt_text::{CASES, inside};
use crate::support::{directory, machine};

#[test]
fn into_a_directory_and_back_and_each_thing_is_said_once() {
    for &other in OTHERS {
        let mut sandbox = machine();
        sandbox.write("new/.awsenv", "profile = dev\n");
        sandbox.set("AWS_REGION", "eu-north-1");
        let Some(mut session) = Session::start(&mut sandbox, other) else { continue };
        assert_eq!((session.profile(), session.text()), ("unset".into(), String::new()), "{other:?}");
        let shown = session.line("cd dev") + &session.line("");
        assert_eq!(shown.matches("awsenv: dev · eu-north-1 from .awsenv").count(), 1, "{other:?}: {shown}");
        assert_eq!((session.profile(), session.text()), ("dev".into(), "dev".into()), "{other:?}");
        session.line("cd sub");
        assert_eq!(session.profile(), "dev", "{other:?}");
        session.line("cd ../../plain");
        assert_eq!((session.profile(), session.text()), ("unset".into(), String::new()), "{other:?}");
        assert_eq!(session.value("sh ~/show", "region"), "eu-north-1", "{other:?}");
        // At each entering, not at each prompt.
        let shown = ["cd ../new", "", "cd ../plain", "cd ../new", ""].map(|line| session.line(line)).concat();
        assert_eq!(shown.matches("error[not-allowed]").count(), 2, "{other:?}: {shown}");
        session.line("awsenv allow --yes");
        session.line("");
        assert_eq!(session.profile(), "dev", "{other:?}");
        assert_eq!(session.value("sh ~/show", "leaks"), "0", "{other:?}");
    }
}

#[test]
fn a_command_on_the_same_line_runs_in_the_new_directory() {
    for &other in OTHERS {
        let (and, mut sandbox) = (other.and, machine());
        let Some(mut session) = Session::start(&mut sandbox, other) else { continue };
        assert_eq!(session.value(&format!("cd ops {and} sh ~/show"), "profile"), "ops", "{other:?}");
        assert_eq!(session.value(&format!("cd ../plain {and} sh ~/show"), "profile"), "unset", "{other:?}");
    }
}

#[test]
fn a_persons_choice_stays_and_unset_leaves_the_directory_alone() {
    for &other in OTHERS {
        let mut sandbox = machine();
        let Some(mut session) = Session::start(&mut sandbox, other) else { continue };
        session.line("awsenv use ops");
        session.line("cd dev");
        assert_eq!((session.profile(), session.text()), ("ops".into(), "ops".into()), "{other:?}");
        session.line("awsenv unset");
        session.line("cd sub");
        assert_eq!((session.profile(), session.text()), ("unset".into(), String::new()), "{other:?}");
        session.line("awsenv auto");
        assert_eq!((session.profile(), session.text()), ("dev".into(), "dev".into()), "{other:?}");
    }
}

#[test]
fn a_changed_file_is_noticed_where_a_shell_can_see_it() {
    for &other in OTHERS.iter().filter(|other| other.sees_changes) {
        let mut sandbox = machine();
        let Some(mut session) = Session::start(&mut sandbox, other) else { continue };
        session.line("cd dev");
        // A second is the least that tcsh can tell.
        std::thread::sleep(Duration::from_millis(1_100));
        sandbox.write("dev/.awsenv", "profile = ops\n");
        let shown = session.line("") + &session.line("");
        assert!(shown.contains("has changed since it was allowed"), "{other:?}: {shown}");
        assert_eq!(session.profile(), "unset", "{other:?}");
    }
}

#[test]
fn loaded_twice_it_is_there_once() {
    for &other in OTHERS {
        let mut sandbox = machine();
        let Some(mut session) = Session::start(&mut sandbox, other) else { continue };
        session.line(if other.program == "elvish" { "eval (slurp < ~/init)" } else { other.load });
        session.line("");
        let shown = session.line("cd dev") + &session.line("");
        assert_eq!(shown.matches("awsenv: dev").count(), 1, "{other:?}: {shown}");
        let count = match other.program {
            "tcsh" => "alias precmd; alias cwdcmd",
            "elvish" => "echo (count $edit:before-readline)(count $after-chdir)",
            _ => "print(*(h.__qualname__ for e in (events.on_chdir, events.on_pre_prompt_format) for h in e))",
        };
        let shown = session.line(count);
        match other.program {
            "tcsh" => assert_eq!(shown.matches("source $__awsenv_script:q __awsenv_").count(), 2, "{shown}"),
            "elvish" => assert!(shown.contains("\n11\n"), "{shown}"),
            _ => assert_eq!(shown.matches("__awsenv_hooks.<locals>").count(), 2, "{shown}"),
        }
    }
}

#[test]
fn the_prompt_tells_what_the_command_tells() {
    for &other in OTHERS {
        for &(mode, refreshable, left, expected) in CASES {
            let mut sandbox = inside(mode, refreshable, left);
            let Some(mut session) = Session::start(&mut sandbox, other) else { break };
            assert_eq!(session.text(), expected, "{other:?}");
            assert_eq!(session.value(other.color, "color"), "red", "{other:?}");
        }
    }
}

#[test]
fn one_is_warned_once() {
    for &other in OTHERS {
        let mut sandbox = inside("profile", "0", 63);
        sandbox.write(".config/awsenv/config.ini", "[expiry]\nwarn = 1\n");
        let Some(mut session) = Session::start(&mut sandbox, other) else { continue };
        std::thread::sleep(Duration::from_secs(4));
        session.line("");
        let shown = [session.line(""), session.line("")].concat();
        let all = session.pty.screen();
        assert_eq!(all.matches("warning[expires-soon]").count(), 1, "{other:?}: {all}\n{shown}");
    }
}

#[test]
fn the_status_of_a_command_is_kept() {
    for &other in OTHERS.iter().filter(|other| !other.status.is_empty()) {
        let mut sandbox = machine();
        let Some(mut session) = Session::start(&mut sandbox, other) else { continue };
        // The prompt between the two lines calls the binary.
        sandbox.write("fail", "exit 3");
        session.enter("cd dev; sh ~/fail");
        assert_eq!(session.value(other.status, "status"), "3", "{other:?}");
        assert_eq!(session.profile(), "dev", "{other:?}");
    }
}

#[test]
fn names_that_no_shell_should_have_to_bear() {
    for &other in OTHERS {
        for name in ["it's a  \"dir\"", "$(touch pwned)", "a;b&c !x", "näh {RED} ü%m", "star*?[x]", "-n"] {
            let mut sandbox = machine();
            let profile = "it's {RED}$(touch pwned)%m`touch pwned`(touch pwned)*é";
            sandbox.config(&format!("[profile {profile}]\nregion = eu-central-1\n"));
            sandbox.credentials(&format!("[{profile}]\naws_access_key_id = AKIA\naws_secret_access_key = secret\n"));
            let place = sandbox.path(name);
            sandbox.write(&format!("{name}/.awsenv"), format!("profile = {profile}\n"));
            sandbox.awsenv(&["allow", "--yes"]).directory(&place).run().ok();
            sandbox.set("PLACE", &place);
            let Some(mut session) = Session::start(&mut sandbox, other) else { break };
            session.line(other.cd);
            session.line("");
            assert_eq!(session.text(), profile, "{other:?} {name}: {}", session.pty.screen());
            session.line("cd ~");
            assert_eq!(session.text(), "", "{other:?} {name}");
            assert!(!sandbox.path("pwned").exists() && !place.join("pwned").exists(), "{other:?} {name}");
        }
    }
}

#[test]
fn an_unchanged_prompt_starts_no_process() {
    if !is_here("strace", &["-V"]) {
        return;
    }
    for &other in OTHERS {
        let mut sandbox = machine();
        if !is_here(other.program, &["--version"]) {
            continue;
        }
        let program = path_of(other.program);
        let trace = ["-f", "-qq", "-o", "trace", "-e", "trace=execve", program.to_str().unwrap()];
        sandbox.write("init", sandbox.run(&["init", other.program]).ok().stdout);
        sandbox.set("TERM", "xterm").set("LC_ALL", "C.UTF-8");
        let mut session = Session { other, pty: sandbox.terminal(path_of("strace"), &[&trace[..], other.arguments].concat()) };
        session.prompt();
        session.mark();
        session.line(other.load);
        session.line("cd dev");
        session.enter("sh -c true FIRST");
        for _ in 0..5 {
            session.enter("");
            std::thread::sleep(Duration::from_millis(200));
        }
        session.line("sh -c true LAST");
        let deadline = Instant::now() + Duration::from_secs(20);
        while !sandbox.read("trace").contains("LAST") && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(50));
        }
        let text = sandbox.read("trace");
        let between: Vec<&str> =
            text.lines().skip_while(|line| !line.contains("FIRST")).take_while(|line| !line.contains("LAST")).collect();
        // xonsh's own prompt asks git; a call of which strace has seen the end later is `unfinished` here.
        let is_start = |line: &&&str| line.contains("execve(") && !line.contains("= -1") && !line.contains("/git\"");
        let started: Vec<&&str> = between.iter().filter(is_start).collect();
        assert_eq!(started.len(), 1, "{}:\n{started:?}", other.program);
        assert!(text.contains("LAST"), "{}", other.program);
    }
}

#[test]
fn a_file_that_comes_is_noticed() {
    for &other in OTHERS {
        let mut sandbox = machine();
        let Some(mut session) = Session::start(&mut sandbox, other) else { continue };
        // Allowed before it comes.
        directory(&sandbox, "plain", "profile = ops\n");
        std::fs::remove_file(sandbox.path("plain/.awsenv")).unwrap();
        session.line("cd plain");
        sandbox.write("plain/.awsenv", "profile = ops\n");
        session.line("");
        assert_eq!(session.profile(), "ops", "{other:?}");
        std::fs::remove_file(sandbox.path("plain/.awsenv")).unwrap();
        session.line("");
        assert_eq!(session.profile(), "unset", "{other:?}");
    }
}

#[test]
fn after_ctrl_c_it_goes_on() {
    for &other in OTHERS {
        let mut sandbox = machine();
        let Some(mut session) = Session::start(&mut sandbox, other) else { continue };
        session.line("cd dev");
        // In a command, and in a line that is not finished.
        session.pty.type_text("sleep 60\r");
        std::thread::sleep(Duration::from_millis(700));
        session.pty.type_text("\x03");
        session.prompt();
        std::thread::sleep(Duration::from_millis(700));
        session.pty.type_text("half of a li\x03");
        session.prompt();
        std::thread::sleep(Duration::from_millis(700));
        session.mark();
        session.line("cd ../ops");
        assert_eq!((session.profile(), session.text()), ("ops".into(), "ops".into()), "{other:?}: {}", session.pty.screen());
        // At a question of the binary.
        session.pty.type_text("awsenv use prod\r");
        session.pty.expect("MFA code");
        session.pty.type_text("\x03");
        session.prompt();
        std::thread::sleep(Duration::from_millis(700));
        session.mark();
        assert_eq!(session.profile(), "ops", "{other:?}: {}", session.pty.screen());
    }
}
