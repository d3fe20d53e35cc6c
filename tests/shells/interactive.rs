//! The hook and the function at a prompt, in a terminal.

use std::time::{SystemTime, UNIX_EPOCH};

use awsenv_shell::{ShellDialect, Statement};

use crate::harness::{Directory, is_here, script};
use crate::terminal::Terminal;

struct Session {
    directory: Directory,
    terminal: Terminal,
    dialect: ShellDialect,
}

const INTERACTIVE: &[(&str, &[&str], ShellDialect)] = &[
    ("bash", &["--norc", "--noprofile", "-i"], ShellDialect::Bash),
    ("zsh", &["-f", "-i", "+Z"], ShellDialect::Zsh),
    ("fish", &["--no-config", "--private"], ShellDialect::Fish),
];

/// Without a hook, but with the function.
const WITHOUT_HOOK: &[(&str, &[&str], ShellDialect)] = &[
    ("dash", &["-i"], ShellDialect::Posix),
    ("ksh", &["-i"], ShellDialect::Posix),
    ("busybox", &["sh", "-i"], ShellDialect::Posix),
];

/// `use` sets a variable, a name and an expiry; `ask` asks first and prints when it is answered.
const BINARY: &str = r#"
case " $* " in *' hook '*) exit 0 ;; esac
for last; do :; done
case $last in
  ask) printf 'MFA code: ' >&2; read -r code; echo "got $code" >&2; cat "$here/use" ;;
  *) cat "$here/$last" ;;
esac"#;

impl Session {
    fn start(&(program, arguments, dialect): &(&str, &[&str], ShellDialect), before: &str) -> Self {
        Self::start_under(program, arguments, dialect, before)
    }

    fn start_under(program: &str, arguments: &[&str], dialect: ShellDialect, before: &str) -> Self {
        let directory = Directory::new();
        let exe = directory.binary(BINARY);
        directory.write("init", script(dialect, &exe));
        let mut terminal = Terminal::start(program, arguments, directory.path());
        terminal.line(match dialect {
            ShellDialect::Fish => "function fish_prompt; printf 'ok> '; end",
            _ => "PS1='ok> '",
        });
        terminal.line(before);
        let load = if dialect == ShellDialect::Fish { "source init" } else { "eval \"$(cat init)\"" };
        for _ in 0..2 {
            terminal.line(load);
        }
        Self { directory, terminal, dialect }
    }

    fn write(&self, file: &str, statements: &[Statement<'_>]) {
        self.directory.write(file, self.dialect.render(statements).unwrap());
    }

    fn write_use(&self, name: &[u8], expiry: Option<u64>) {
        let expiry = expiry.map(|expiry| expiry.to_string()).unwrap_or_default();
        self.write(
            "use",
            &[
                Statement::SetEnv { name: "AWSENV_PROFILE", value: name },
                Statement::SetLocal { name: "__awsenv_name", value: name },
                Statement::SetLocal { name: "__awsenv_exp", value: expiry.as_bytes() },
            ],
        );
    }

    fn prompt_text(&mut self) -> String {
        self.terminal.print("%s", "\"$AWSENV_PROMPT\"")
    }
}

fn in_seconds(seconds: u64) -> Option<u64> {
    Some(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + seconds)
}

#[test]
fn the_prompt_text_follows_switches_and_the_clock() {
    for program in INTERACTIVE.iter().filter(|(program, ..)| is_here(program)) {
        let mut session = Session::start(program, "");
        assert_eq!(session.prompt_text(), "", "{program:?}");
        for (expiry, expected) in [
            (None, "prod"),
            (in_seconds(3600 + 25 * 60 + 30), "prod 1h25m"),
            (in_seconds(42 * 60 + 30), "prod 42m"),
            (in_seconds(30), "prod <1m"),
            (Some(1), "prod expired"),
        ] {
            session.write_use(b"prod", expiry);
            session.terminal.line("awsenv use use");
            assert_eq!(session.prompt_text(), expected, "{program:?}");
        }
        // A child sees the profile, and neither the text nor what it is made of.
        let child = "(sh -c 'echo $AWSENV_PROFILE,$AWSENV_PROMPT$__awsenv_name$__awsenv_exp')";
        let child = if session.dialect == ShellDialect::Fish { child.to_owned() } else { format!("\"${child}\"") };
        assert_eq!(session.terminal.print("%s", &child), "prod,", "{program:?}");

        session.write(
            "unset",
            &[
                Statement::UnsetEnv { name: "AWSENV_PROFILE" },
                Statement::UnsetLocal { name: "__awsenv_name" },
                Statement::UnsetLocal { name: "__awsenv_exp" },
            ],
        );
        session.terminal.line("awsenv unset");
        assert_eq!(session.prompt_text(), "", "{program:?}");
    }
}

#[test]
fn a_nested_shell_shows_the_inherited_profile() {
    for program in INTERACTIVE.iter().filter(|(program, ..)| is_here(program)) {
        let before = if program.2 == ShellDialect::Fish { "set -gx AWSENV_PROFILE prod" } else { "export AWSENV_PROFILE=prod" };
        let mut session = Session::start(program, before);
        assert_eq!(session.prompt_text(), "prod", "{program:?}");
    }
}

#[test]
fn a_hostile_name_does_nothing_to_the_prompt() {
    for program in INTERACTIVE.iter().filter(|(program, ..)| is_here(program)) {
        let mut session = Session::start(program, "");
        session.write_use(b"%F{red}$(touch pwned)`touch pwned`\x1b[31m'", in_seconds(90));
        session.terminal.line("awsenv use use");
        let percent = if session.dialect == ShellDialect::Zsh { "%%" } else { "%" };
        assert_eq!(session.prompt_text(), format!("{percent}F{{red}}$(touch pwned)`touch pwned`[31m' 1m"), "{program:?}");
        match session.dialect {
            ShellDialect::Bash => session.terminal.line("PS1='${AWSENV_PROMPT} \\$ '"),
            ShellDialect::Zsh => session.terminal.line("setopt prompt_subst; PROMPT='${AWSENV_PROMPT} %# '"),
            _ => session.terminal.line("function fish_prompt; printf '(%s) ' $AWSENV_PROMPT; end"),
        };
        assert!(session.terminal.line("").contains("%F{red}$(touch pwned)`touch pwned`[31m' 1m"), "{program:?}");
        assert!(!session.directory.path().join("pwned").exists(), "{program:?}");
    }
}

#[test]
fn the_hook_gives_back_the_status_that_it_found() {
    for program in INTERACTIVE.iter().filter(|(program, ..)| is_here(program)) {
        for before in ["", "set -u", "set -o pipefail"] {
            if program.2 == ShellDialect::Fish && !before.is_empty() {
                continue;
            }
            let mut session = Session::start(program, before);
            // Two lines in one go: the second is read at the prompt after the first.
            let (failing, show) = match session.dialect {
                ShellDialect::Fish => ("false | true | sh -c 'exit 3'", "printf '[%s]' \"$status-$pipestatus\""),
                ShellDialect::Zsh => ("false | true | (exit 3)", "printf '[%s]' \"$?-$pipestatus\""),
                _ => ("false | true | (exit 3)", "printf '[%s]' \"$?-${PIPESTATUS[*]}\""),
            };
            session.terminal.keys(&format!("{failing}\r"));
            let shown = session.terminal.line(show);
            assert!(shown.contains("[3-1 0 3]"), "{program:?} {before}: {shown}");
        }
    }
}

#[test]
fn a_strict_bash_survives_ctrl_c_at_the_prompt() {
    if !is_here("bash") {
        return;
    }
    let mut session = Session::start(&INTERACTIVE[0], "");
    session.terminal.line("set -euo pipefail");
    session.terminal.until("ok> ");
    session.terminal.interrupt();
    assert!(session.terminal.print("%s", "\"$-\"").contains('e'));
}

#[test]
fn a_question_is_asked_at_the_terminal_and_ctrl_c_changes_nothing() {
    for program in INTERACTIVE.iter().chain(WITHOUT_HOOK).filter(|(program, ..)| is_here(program)) {
        let mut session = Session::start(program, "");
        session.write_use(b"prod", None);
        session.terminal.keys("awsenv use ask\r");
        session.terminal.until("MFA code: ");
        session.terminal.interrupt();
        assert_eq!(session.terminal.print("%s", "\"$AWSENV_PROFILE\""), "", "{program:?}");

        session.terminal.keys("awsenv use ask\r");
        session.terminal.until("MFA code: ");
        session.terminal.keys("123456\r");
        session.terminal.until("got 123456");
        session.terminal.done();
        assert_eq!(session.terminal.print("%s", "\"$AWSENV_PROFILE\""), "prod", "{program:?}");
    }
}

#[test]
fn other_hooks_run_as_before_and_see_the_text_of_now() {
    for (program, before, show) in [
        (&INTERACTIVE[0], "mine() { seen=$?-$AWSENV_PROMPT; }; PROMPT_COMMAND='mine'", "$seen"),
        (&INTERACTIVE[1], "mine() { seen=$?-$AWSENV_PROMPT }; precmd_functions=(mine)", "$seen"),
        (&INTERACTIVE[2], "function fish_prompt; set -g seen $status-$AWSENV_PROMPT; end", "$seen"),
    ] {
        if !is_here(program.0) {
            continue;
        }
        let mut session = Session::start(program, before);
        session.write_use(b"prod", None);
        session.terminal.line("awsenv use use");
        session.terminal.keys("sh -c 'exit 5'\r");
        assert_eq!(session.terminal.print("%s", show), "5-prod", "{program:?}");
    }
}

#[test]
fn an_unchanged_prompt_starts_no_process() {
    if !is_here("strace") {
        return;
    }
    for &(program, arguments, dialect) in INTERACTIVE.iter().filter(|(program, ..)| is_here(program)) {
        let strace = ["-f", "-qq", "-o", "trace", "-e", "trace=clone,clone3,fork,vfork,execve", program];
        let mut session = Session::start_under("strace", &[&strace, arguments].concat(), dialect, "");
        session.write_use(b"prod", in_seconds(4000));
        session.terminal.line("awsenv use use");
        session.terminal.line("/bin/true FIRST");
        for _ in 0..5 {
            session.terminal.line("");
        }
        session.terminal.line("/bin/true LAST");
        assert!(session.prompt_text().starts_with("prod 1h"));
        session.terminal.keys("exit\r");
        session.terminal.keys("exit\r");
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while !session.directory.read("trace").contains("LAST") && std::time::Instant::now() < deadline {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let trace = session.directory.read("trace");
        let between: Vec<&str> =
            trace.lines().skip_while(|line| !line.contains("FIRST")).skip(1).take_while(|line| !line.contains("LAST")).collect();
        // A thread is no process; and the last line here is the one that becomes /bin/true.
        let started = between.iter().filter(|line| line.contains('(') && !line.contains("CLONE_THREAD")).count();
        assert_eq!(started, 1, "{program}:\n{}", between.join("\n"));
    }
}

/// bash 3.2 is in no registry; its ways through the script are taken by hiding what newer ones have.
#[test]
fn an_old_bash_has_the_string_and_its_own_clock() {
    if !is_here("bash") {
        return;
    }
    let mut session = Session::start(&INTERACTIVE[0], "");
    let script = session
        .directory
        .read("init")
        .replace("${BASH_VERSINFO[0]}", "3")
        .replace("EPOCHSECONDS", "no_clock")
        .replace("%(%s)T", "%w");
    session.directory.write("old", script);
    let load = "unset PROMPT_COMMAND; PROMPT_COMMAND='seen=$?'; eval \"$(cat old)\"; eval \"$(cat old)\"";
    session.terminal.line(load);
    assert_eq!(session.terminal.print("%s", "\"${PROMPT_COMMAND[*]}\""), "__awsenv_hook;seen=$?");
    session.write_use(b"prod", in_seconds(42 * 60 + 30));
    session.terminal.line("awsenv use use");
    assert_eq!(session.prompt_text(), "prod 42m");
    session.terminal.keys("false | true | (exit 3)\r");
    let shown = session.terminal.line("printf '[%s]' \"$?-${PIPESTATUS[*]}-$seen\"");
    assert!(shown.contains("[3-1 0 3-3]"), "{shown}");
}

#[test]
fn ksh_reads_its_prompt_text_from_the_clock() {
    if !is_here("ksh") {
        return;
    }
    let mut session = Session::start_under("ksh", &["-i"], ShellDialect::Posix, "PS1='$ '");
    session.write_use(b"prod", in_seconds(42 * 60 + 30));
    session.terminal.line("awsenv use use");
    assert_eq!(session.prompt_text(), "prod 42m");
    session.terminal.line("__awsenv_exp=1");
    assert_eq!(session.prompt_text(), "prod expired");
}
