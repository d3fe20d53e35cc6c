//! The shells that read no POSIX: the function of `awsenv init`, in the real shell.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

use awsenv_shell::{ShellDialect, Statement};

use crate::harness::{Directory, is_here, script};
use crate::hostile::{HOSTILE, MORE};
use crate::terminal::Terminal;

/// A shell that reads a file, and how one says a few things in it.
#[derive(Debug)]
struct Other {
    program: &'static str,
    arguments: &'static [&'static str],
    dialect: ShellDialect,
    /// What its function asks the binary for.
    asks: ShellDialect,
    /// Loads the script, which is the file `init` of the working directory.
    load: &'static str,
    /// Runs a line only after a switch that succeeded; the `LINE` behind `SWITCH`.
    and: &'static str,
    /// The exit code of the whole after a switch that failed with 3.
    failure: i32,
    /// Whether it can hold a value that is no text.
    bytes: bool,
}

const OTHERS: &[Other] = &[
    Other {
        program: "tcsh",
        arguments: &["-f"],
        dialect: ShellDialect::Tcsh,
        asks: ShellDialect::Tcsh,
        load: "set __awsenv_script = $cwd:q/init; source $__awsenv_script:q",
        and: "SWITCH && LINE",
        failure: 3,
        bytes: true,
    },
    Other {
        program: "elvish",
        arguments: &["-norc"],
        dialect: ShellDialect::Elvish,
        asks: ShellDialect::Nushell,
        load: ELVISH_LOAD,
        and: "SWITCH; LINE",
        failure: 2,
        bytes: false,
    },
    Other {
        program: "xonsh",
        arguments: &["--no-rc"],
        dialect: ShellDialect::Xonsh,
        asks: ShellDialect::Xonsh,
        load: "execx($(cat init))",
        and: "SWITCH and LINE",
        failure: 1,
        bytes: true,
    },
    Other {
        program: "nu",
        arguments: &["--no-config-file"],
        dialect: ShellDialect::Nushell,
        asks: ShellDialect::Nushell,
        load: "source init",
        and: "SWITCH; LINE",
        failure: 3,
        bytes: false,
    },
];

/// A script has no `edit:`, so the name comes from the namespace of what was evaluated.
const ELVISH_LOAD: &str = "var awsenv~ = $nop~; eval (slurp < init) &on-end={|names| set awsenv~ = $names[awsenv~] }";

/// Notes what it is asked, and gives the file that the last word names, with its exit code where it has one.
const BINARY: &str = r#"
printf '<%s>' "$@" >>"$here/calls"; echo >>"$here/calls"
for last; do :; done
case "$*" in *ask*) printf 'MFA code: ' >&2; read -r code; echo "got $code" >&2 ;; esac
case $last in
  bad) echo 'error: bad' >&2; cat "$here/fail"; exit 3 ;;
  half) cat "$here/code"; exit 137 ;;
esac
case $1 in --shell) if [ -f "$here/$last" ]; then cat "$here/$last"; else cat "$here/code"; fi ;; *) echo 'shown'; exit 7 ;; esac"#;

/// Shows the variable as a child sees it, and that no child sees what was put aside.
const SHOW: &str = "#!/bin/sh\nprintf '%s|%s\\036' \"${V-gone}\" \"$(env | grep -c '__awsenv\\|secret')\"\n";

struct Run {
    other: &'static Other,
    directory: Directory,
}

impl Run {
    fn new(other: &'static Other) -> Self {
        let directory = Directory::new();
        let init = script(other.dialect, &directory.binary(BINARY));
        directory.write("init", init);
        let show = directory.write("show", SHOW);
        fs::set_permissions(show, fs::Permissions::from_mode(0o755)).unwrap();
        let run = Self { other, directory };
        run.code("code", &[Statement::SetEnv { name: "V", value: b"set" }]);
        run.code("park", &[Statement::Park { name: "V" }, Statement::SetEnv { name: "V", value: b"new" }]);
        run.code("back", &[Statement::RestoreParked { name: "V", notice: "`V` is lost" }]);
        run.code("drop", &[Statement::DropParked { name: "V" }]);
        run.code("gone", &[Statement::UnsetEnv { name: "V" }]);
        run.directory.write("fail", other.asks.fail(3));
        run
    }

    fn code(&self, name: &str, statements: &[Statement<'_>]) {
        self.directory.write(name, self.other.asks.render(statements).unwrap());
    }

    /// Runs lines after the script was loaded, with nothing in the environment but what is given.
    fn output(&self, lines: &str, variables: &[(&str, &OsStr)]) -> Output {
        let file = self.directory.write("lines", format!("{}\n{lines}\n", self.other.load));
        self.directory.write("calls", "");
        let home = self.directory.path();
        let mut command = Command::new(program(self.other.program));
        command.args(self.other.arguments).arg(file).current_dir(home).env_clear();
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", home).env("LC_ALL", "C.UTF-8");
        command.envs(variables.iter().copied()).output().unwrap()
    }

    /// What the lines showed, on both channels; they must succeed.
    fn seen(&self, lines: &str, variables: &[(&str, &OsStr)]) -> String {
        let output = self.output(lines, variables);
        let seen = [output.stdout, output.stderr].concat().escape_ascii().to_string();
        assert!(output.status.success(), "{:?}: {} {seen}\n{lines}", self.other.program, output.status);
        seen.replace("\\x1e", ";")
    }
}

/// The path of a program that may be outside the tests' own PATH.
fn program(name: &str) -> std::path::PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|directory| directory.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| Path::new(name).into())
}

fn runs() -> impl Iterator<Item = Run> {
    OTHERS.iter().filter(|other| is_here(other.program)).map(Run::new)
}

#[test]
fn loading_it_twice_says_nothing() {
    for run in runs() {
        let load = run.other.load;
        assert_eq!(run.seen(&format!("{load}\n{load}\n./show"), &[]), "gone|0;", "{}", run.other.program);
        assert_eq!(run.directory.read("calls"), "", "{}", run.other.program);
    }
}

#[test]
fn hostile_values_are_set_parked_and_come_back() {
    for run in runs() {
        let values: Vec<&[u8]> =
            HOSTILE.iter().chain(MORE).copied().filter(|value| run.other.bytes || std::str::from_utf8(value).is_ok()).collect();
        let mut lines = String::new();
        let mut expected = Vec::new();
        for (index, value) in values.iter().enumerate() {
            run.code(&format!("v{index}"), &[Statement::SetEnv { name: "V", value }]);
            lines += &format!("awsenv use v{index}\n./show\nawsenv use park\n./show\nawsenv unset back\n./show\n");
            for value in [value, b"new".as_slice(), value] {
                expected.extend_from_slice(&[value, b"|0\x1e"].concat());
            }
        }
        let output = run.output(&lines, &[]);
        let seen = [output.stdout, output.stderr].concat();
        assert_eq!(seen.escape_ascii().to_string(), expected.escape_ascii().to_string(), "{}", run.other.program);
    }
}

#[test]
fn what_came_from_outside_comes_back_and_what_was_never_there_is_gone() {
    for run in runs() {
        let lines =
            "./show\nawsenv use park\n./show\nawsenv unset back\n./show\nawsenv unset gone\n./show\nawsenv unset gone\n./show";
        for value in [b"it's  \"old\" !$x\n".as_slice(), "é♀".as_bytes(), b"*"] {
            let value_seen = value.escape_ascii();
            let expected = format!("{value_seen}|0;new|0;{value_seen}|0;gone|0;gone|0;");
            assert_eq!(run.seen(lines, &[("V", OsStr::from_bytes(value))]), expected, "{}", run.other.program);
        }
        let lines = "awsenv use park\n./show\nawsenv unset gone\n./show\nawsenv use park\nawsenv unset drop\n./show";
        assert_eq!(run.seen(lines, &[]), "new|0;gone|0;new|0;", "{}", run.other.program);
    }
}

#[test]
fn in_a_nested_shell_the_value_is_gone_and_one_is_told() {
    for run in runs() {
        let output = run.output("awsenv unset back\n./show", &[("V", OsStr::new("new"))]);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "gone|0\x1e", "{}", run.other.program);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains('V') && said.contains("lost") || said.contains("put aside"), "{}: {said}", run.other.program);
        // Dropping forgets: nothing of another time comes back.
        for between in ["awsenv unset drop", "awsenv unset gone\nawsenv use park"] {
            let lines = format!("awsenv use park\n{between}\nawsenv unset back\n./show");
            let output = run.output(&lines, &[("V", OsStr::new("old"))]);
            assert_eq!(String::from_utf8_lossy(&output.stdout), "gone|0\x1e", "{} {between}", run.other.program);
        }
    }
}

#[test]
fn a_failing_switch_fails_and_changes_nothing() {
    for run in runs() {
        let program = run.other.program;
        for (word, failure) in
            [("bad", run.other.failure), ("half", if run.other.failure == 3 { 137 } else { run.other.failure })]
        {
            let lines = run.other.and.replace("SWITCH", &format!("awsenv use {word}")).replace("LINE", "./show");
            let output = run.output(&lines, &[]);
            assert_eq!(output.status.code(), Some(failure), "{program} {word}: {}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{program} {word}");
        }
        let lines = run.other.and.replace("SWITCH", "awsenv use prod").replace("LINE", "./show");
        assert_eq!(run.seen(&lines, &[]), "set|0;", "{program}");
    }
}

#[test]
fn words_arrive_as_they_were_written() {
    for run in runs() {
        let (program, asks) = (run.other.program, run.other.asks.name());
        run.seen("awsenv use 'my  prod' '*' \"it's\" '-n' 'é' '`id`' '(x)' 'a;b'", &[]);
        let expected = format!("<--shell><{asks}><use><my  prod><*><it's><-n><é><`id`><(x)><a;b>\n");
        assert_eq!(run.directory.read("calls"), expected, "{program}");
        // xonsh looks for variables inside quotes.
        if program != "xonsh" {
            run.seen("awsenv use '~' '$HOME'", &[]);
            assert_eq!(run.directory.read("calls"), format!("<--shell><{asks}><use><~><$HOME>\n"), "{program}");
        }
    }
}

#[test]
fn only_what_changes_the_shell_is_evaluated() {
    for run in runs() {
        let (program, asks) = (run.other.program, run.other.asks.name());
        for line in [
            "use prod",
            "use",
            "unset",
            "off",
            "clear",
            "auto",
            "refresh",
            "-q use prod",
            "--color never use prod",
            "--color=never use prod",
            "--message-format json --format text use prod --mode keys",
            "use -- -h",
        ] {
            assert_eq!(run.seen(&format!("awsenv {line}\n./show"), &[]), "set|0;", "{program} {line}");
            let words: String = line.split(' ').map(|word| format!("<{word}>")).collect();
            assert_eq!(run.directory.read("calls"), format!("<--shell><{asks}>{words}\n"), "{program}");
        }
        for line in [
            "status",
            "--color use status",
            "help use",
            "use --help",
            "use prod -h",
            "--version use",
            "use prod --shell json",
            "--shell=json use prod",
            "exec prod -- use",
        ] {
            let output = run.output(&format!("awsenv {line}"), &[]);
            assert_eq!(String::from_utf8_lossy(&output.stdout), "shown\n", "{program} {line}");
            let words: String = line.split(' ').map(|word| format!("<{word}>")).collect();
            assert_eq!(run.directory.read("calls"), format!("{words}\n"), "{program}");
        }
    }
}

#[test]
fn a_question_is_read_from_the_callers_input() {
    for run in runs() {
        let output = run.output("echo '123456' | awsenv use ask", &[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("MFA code: got 123456\n"), "{}: {said}", run.other.program);
    }
}

/// cmd.exe cannot be run here; this is what can be seen of its script all the same.
#[test]
fn the_script_of_cmd_is_a_batch_file() {
    let options =
        awsenv_shell::InitOptions { exe: r"C:\50% it's\awsenv.exe", cmd: "awsenv", completions: "", prompt: true, cd: true };
    let text = ShellDialect::Cmd.init(&options).unwrap();
    assert!(text.is_ascii() && !text.contains("__AWSENV_") && text.lines().count() == text.matches("\r\n").count());
    assert!(text.contains("set \"__awsenv_exe=C:\\50%% it's\\awsenv.exe\"\r\n"), "{text}");
    // Every `goto` has its label.
    for target in text.split("goto ").skip(1).map(|rest| rest.split_whitespace().next().unwrap()) {
        assert!(text.contains(&format!("\r\n:{target}\r\n")), "{target}");
    }
}

/// A session has `edit:`, by which the name is known to every later line; and a question has the terminal.
#[test]
fn at_a_terminal_elvish_knows_the_name_and_hands_on_the_question() {
    let Some(run) = runs().find(|run| run.other.program == "elvish") else { return };
    let mut terminal = Terminal::start("elvish", &["-norc"], run.directory.path());
    terminal.line("eval (slurp < init)");
    terminal.line("eval (slurp < init)");
    terminal.line("awsenv use prod");
    assert!(terminal.line("./show").contains("set|0"));
    terminal.keys("awsenv use ask\r");
    terminal.until("MFA code: ");
    terminal.keys("123456\r");
    terminal.until("got 123456");
}
