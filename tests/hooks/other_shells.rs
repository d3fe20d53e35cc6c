//! The shells that read no POSIX: into a directory, out of it, and what their prompts show, at a terminal; nushell, which
//! wants a terminal that answers, in a script that calls its hook.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use awsenv_testkit::{Pty, Sandbox, is_here};

use crate::prompt_text::{CASES, inside};
use crate::support::{directory, machine};

/// A shell, and how one says a few things in it.
#[derive(Clone, Copy, Debug)]
struct Other {
    program: &'static str,
    arguments: &'static [&'static str],
    /// Loads `~/init`.
    load: &'static str,
    /// Shows `AWSENV_PROMPT` between `text=[` and `]`, and the colour's name between `color=[` and `]`.
    text: &'static str,
    color: &'static str,
    /// Goes to `$PLACE`.
    cd: &'static str,
    /// Between two commands of a line.
    and: &'static str,
    /// Shows the status of the last line between `status=[` and `]`.
    status: &'static str,
    /// Whether it can compare the times of files.
    sees_changes: bool,
}

const OTHERS: &[Other] = &[
    Other {
        program: "tcsh",
        arguments: &["-f"],
        load: "set __awsenv_script = ~/init; source ~/init",
        text: "echo \"text=[$AWSENV_PROMPT:q]\"",
        color: "echo \"color=[$AWSENV_PROMPT_COLOR]\"",
        cd: "cd $PLACE:q",
        and: "&&",
        status: "echo \"status=[$status]\"",
        sees_changes: true,
    },
    Other {
        program: "elvish",
        arguments: &["-norc"],
        load: "var ours; eval (slurp < ~/init) &on-end={|names| set ours = $names}",
        text: "echo 'text=['$ours[AWSENV_PROMPT]']'",
        color: "echo 'color=['$ours[AWSENV_PROMPT_COLOR]']'",
        cd: "cd $E:PLACE",
        and: ";",
        status: "",
        sees_changes: false,
    },
    Other {
        program: "xonsh",
        arguments: &["--no-rc"],
        load: "execx(open($HOME + '/init').read())",
        text: "print('text=[' + AWSENV_PROMPT + ']')",
        color: "print('color=[' + AWSENV_PROMPT_COLOR + ']')",
        cd: "cd $PLACE",
        and: "&&",
        status: "print('status=[%s]' % __xonsh__.lastcmd.rtn)",
        sees_changes: true,
    },
];

/// What a child of the shell sees.
const SHOW: &str = "printf 'profile=[%s] region=[%s] leaks=[%s]\\n' \"${AWS_PROFILE-unset}\" \"${AWS_REGION-unset}\" \
                    \"$(env | grep -c -e '^__awsenv' -e '^AWSENV_PROMPT')\"\n";

struct Session {
    other: Other,
    pty: Pty,
}

impl Session {
    /// Nothing where the shell is not installed.
    fn start(sandbox: &mut Sandbox, other: Other) -> Option<Self> {
        if !is_here(other.program, &["--version"]) {
            return None;
        }
        sandbox.write("init", sandbox.run(&["init", other.program]).ok().stdout);
        sandbox.write("show", SHOW);
        sandbox.set("TERM", "xterm").set("LC_ALL", "C.UTF-8");
        let mut session = Self { other, pty: sandbox.terminal(path_of(other.program), other.arguments) };
        session.prompt();
        session.mark();
        session.line(other.load);
        // The first prompt is silent.
        session.line("");
        Some(session)
    }

    #[track_caller]
    fn line(&mut self, text: &str) -> String {
        let shown = self.enter(text);
        shown + &self.mark()
    }

    /// Types a line. xonsh asks the terminal where the cursor is, and takes what was typed before its prompt for the answer.
    #[track_caller]
    fn enter(&mut self, text: &str) -> String {
        self.pty.type_text(&format!("{text}\r"));
        self.prompt()
    }

    #[track_caller]
    fn prompt(&mut self) -> String {
        if self.other.program == "xonsh" { self.pty.expect(" @") } else { String::new() }
    }

    #[track_caller]
    fn mark(&mut self) -> String {
        let shown = self.pty.settle();
        shown + &self.prompt()
    }

    /// What stands behind the last `NAME=[` that a line has shown.
    #[track_caller]
    fn value(&mut self, line: &str, name: &str) -> String {
        let shown = self.line(line);
        let start = shown.rfind(&format!("{name}=[")).unwrap_or_else(|| panic!("{:?}: {shown}", self.other.program));
        let value = &shown[start + name.len() + 2..];
        value[..value.find(']').unwrap()].to_owned()
    }

    #[track_caller]
    fn profile(&mut self) -> String {
        self.value("sh ~/show", "profile")
    }

    #[track_caller]
    fn text(&mut self) -> String {
        self.value(self.other.text, "text")
    }
}

fn path_of(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path).map(|directory| directory.join(program)).find(|file| file.is_file()).unwrap()
}

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

/// Lines of nushell, its hook after each; returns what was shown.
fn nushell(sandbox: &mut Sandbox, lines: &[&str]) -> Option<String> {
    if !is_here("nu", &["--version"]) {
        return None;
    }
    sandbox.write("init", sandbox.run(&["init", "nushell"]).ok().stdout);
    sandbox.write("show", SHOW);
    let text: String = lines.iter().map(|line| format!("{line}\n__awsenv_hook\n")).collect();
    sandbox.write("lines", format!("source init\nsource init\n__awsenv_hook\n{text}"));
    let run = sandbox.program(path_of("nu"), &["--no-config-file", "lines"]).run().ok();
    Some(run.stdout + &run.stderr)
}

const TEXT: &str = "print $'text=[($env.AWSENV_PROMPT.text)] color=[($env.AWSENV_PROMPT.color)]'";

#[test]
fn nushell_goes_into_a_directory_and_back() {
    let mut sandbox = machine();
    sandbox.write("new/.awsenv", "profile = dev\n");
    sandbox.set("AWS_REGION", "eu-north-1");
    let lines = [
        "cd dev",
        "sh ~/show",
        TEXT,
        "",
        "cd ../plain",
        "sh ~/show",
        TEXT,
        "cd ../new",
        "",
        "cd ../plain",
        "cd ../new",
        "awsenv allow --yes",
        "sh ~/show",
        "'profile = ops' | save --force .awsenv",
        "",
        "sh ~/show",
        "awsenv use ops",
        "cd ../dev",
        "sh ~/show",
        "awsenv unset",
        "cd ../ops",
        "sh ~/show",
        "awsenv auto",
        "sh ~/show",
        "print ($env.config.hooks.pre_prompt | length)",
    ];
    let Some(shown) = nushell(&mut sandbox, &lines) else { return };
    let profiles: Vec<&str> = shown.split("profile=[").skip(1).map(|rest| rest.split(']').next().unwrap()).collect();
    assert_eq!(profiles, ["dev", "unset", "dev", "unset", "ops", "unset", "ops"], "{shown}");
    assert!(shown.contains("text=[dev] color=[]") && shown.contains("text=[] color=[]"), "{shown}");
    assert!(shown.contains("profile=[unset] region=[eu-north-1] leaks=[0]"), "{shown}");
    assert_eq!(shown.matches("awsenv: dev · eu-north-1 from .awsenv").count(), 2, "{shown}");
    assert_eq!(shown.matches(".awsenv is not allowed").count(), 1, "{shown}");
    assert_eq!(shown.matches("has changed since it was allowed").count(), 1, "{shown}");
    assert!(shown.contains("\n1\n"), "{shown}");
}

#[test]
fn the_prompt_of_nushell_tells_what_the_command_tells() {
    for &(mode, refreshable, left, expected) in CASES {
        let Some(shown) = nushell(&mut inside(mode, refreshable, left), &[TEXT]) else { return };
        assert!(shown.contains(&format!("text=[{expected}] color=[red]")), "{shown}");
    }
}

#[test]
fn an_unchanged_prompt_of_nushell_starts_no_process() {
    let mut sandbox = inside("keys", "1", 7_200);
    let Some(shown) = nushell(&mut sandbox, &["", "", "", "sh -c true LAST"]) else { return };
    assert_eq!(shown, "");
    if !is_here("strace", &["-V"]) {
        return;
    }
    let nu = path_of("nu");
    let trace = ["-f", "-qq", "-o", "trace", "-e", "trace=execve", nu.to_str().unwrap(), "--no-config-file", "lines"];
    sandbox.program(path_of("strace"), &trace).run().ok();
    let text = sandbox.read("trace");
    let asked = text.lines().filter(|line| line.contains("\"--shell\", \"nushell\", \"hook\"")).count();
    assert_eq!((asked, text.contains("/date\"")), (1, false), "{text}");
}

#[test]
fn nushell_bears_any_name() {
    for name in ["it's a  \"dir\"", "$(touch pwned)", "star*?[x]", "-n"] {
        let mut sandbox = machine();
        let profile = "it's $(touch pwned)`touch pwned`(touch pwned)*é";
        sandbox.config(&format!("[profile {profile}]\nregion = eu-central-1\n"));
        sandbox.credentials(&format!("[{profile}]\naws_access_key_id = AKIA\naws_secret_access_key = secret\n"));
        let place = sandbox.path(name);
        sandbox.write(&format!("{name}/.awsenv"), format!("profile = {profile}\n"));
        sandbox.awsenv(&["allow", "--yes"]).directory(&place).run().ok();
        sandbox.set("PLACE", &place);
        let Some(shown) = nushell(&mut sandbox, &["cd $env.PLACE", TEXT, "cd ~", TEXT]) else { return };
        assert!(shown.contains(&format!("text=[{profile}]")) && shown.contains("text=[]"), "{name}: {shown}");
        assert!(!sandbox.path("pwned").exists() && !place.join("pwned").exists(), "{name}");
    }
}
