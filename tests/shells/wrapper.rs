//! The `awsenv` function: which calls it evaluates, and what it gives back.

use awsenv_shell::{ShellDialect, Statement};

use crate::harness::{Directory, SHELLS, Shell, script};

/// Writes its arguments to a file, says something on both channels and ends with the status that `STATUS` names.
const BINARY: &str = r#"
printf '<%s>' "$@" >>"$here/calls"; echo >>"$here/calls"
case "$*" in *bad*) echo 'error: bad' >&2; cat "$here/fail"; exit 3 ;; esac
case "$*" in *silent*) exit 0 ;; esac
case "$*" in *half*) cat "$here/code"; exit 137 ;; esac
case "$*" in *ask*) printf 'MFA code: ' >&2; read -r code; echo "got $code" >&2 ;; esac
case $1 in --shell) cat "$here/code" ;; *) echo 'shown'; exit 7 ;; esac"#;

struct Call {
    directory: Directory,
    shell: &'static Shell,
    script: String,
}

impl Call {
    fn new(shell: &'static Shell) -> Self {
        let directory = Directory::new();
        let set = [Statement::SetEnv { name: "V", value: b"set" }];
        directory.write("code", shell.dialect.render(&set).unwrap());
        directory.write("fail", shell.dialect.fail(3));
        let script = script(shell.dialect, &directory.binary(BINARY));
        Self { directory, shell, script }
    }

    /// Returns what the lines print after the script, and what the binary was asked.
    fn run(&self, lines: &str) -> (String, String) {
        self.directory.write("calls", "");
        let output = self.shell.run(&format!("{}\n{lines}\n", self.script), self.directory.path(), &[]);
        let seen = [output.stdout, output.stderr].concat();
        (String::from_utf8(seen).unwrap(), self.directory.read("calls"))
    }

    fn is_fish(&self) -> bool {
        self.shell.dialect == ShellDialect::Fish
    }

    fn status_and_v(&self) -> &'static str {
        if self.is_fish() { "echo $status \"$V\"" } else { "echo \"$? ${V-}\"" }
    }
}

fn calls() -> impl Iterator<Item = Call> {
    SHELLS.iter().filter(|shell| shell.is_here()).map(Call::new)
}

#[test]
fn commands_that_change_the_shell_are_evaluated() {
    for call in calls() {
        for line in [
            "use prod",
            "use",
            "unset",
            "off",
            "clear",
            "auto",
            "refresh",
            "-q use prod",
            "-vv --no-input use prod -r eu-west-1",
            "--color never use prod",
            "--color=never use prod",
            "--message-format json --format text use prod --mode keys",
            "use -- -h",
        ] {
            let (seen, asked) = call.run(&format!("awsenv {line}\n{}", call.status_and_v()));
            assert_eq!(seen, "0 set\n", "{:?} {line}", call.shell);
            let words: String = line.split(' ').map(|word| format!("<{word}>")).collect();
            assert_eq!(asked, format!("<--shell><{}>{words}\n", call.shell.dialect.name()), "{:?}", call.shell);
        }
    }
}

#[test]
fn everything_else_goes_straight_through() {
    for call in calls() {
        for line in [
            "status",
            "--color use status",
            "--format json status",
            "exec prod -- use",
            "help use",
            "use --help",
            "use prod -h",
            "--version use",
            "use prod --shell json",
            "--shell=json use prod",
            "-- use",
        ] {
            let (seen, asked) = call.run(&format!("awsenv {line}\n{}", call.status_and_v()));
            // The binary alone knows what it makes of `--shell json`.
            assert!(matches!(seen.as_str(), "shown\n7 \n"), "{:?} {line}: {seen}", call.shell);
            let words: String = line.split(' ').map(|word| format!("<{word}>")).collect();
            assert_eq!(asked, format!("{words}\n"), "{:?}", call.shell);
        }
        let (seen, asked) = call.run("awsenv");
        assert_eq!((seen.as_str(), asked.as_str()), ("shown\n", "<>\n"), "{:?}", call.shell);
    }
}

#[test]
fn words_arrive_as_they_were_written() {
    for call in calls() {
        let (_, asked) = call.run("awsenv use 'a  b' '' '*' '~' '$HOME' 'x\\y' \"it's\" -n");
        let expected = format!("<--shell><{}><use><a  b><><*><~><$HOME><x\\y><it's><-n>\n", call.shell.dialect.name());
        assert_eq!(asked, expected, "{:?}", call.shell);
        let (_, asked) = call.run("awsenv exec -- printf 'a  b' '' '*'");
        assert_eq!(asked, "<exec><--><printf><a  b><><*>\n", "{:?}", call.shell);
    }
}

#[test]
fn a_failing_switch_fails_and_changes_nothing() {
    for call in calls() {
        let and = if call.is_fish() { "; and" } else { " &&" };
        let (seen, _) = call.run(&format!("awsenv use bad\n{}\nawsenv use bad{and} echo no", call.status_and_v()));
        assert_eq!(seen.replace("error: bad\n", ""), "3 \n", "{:?}", call.shell);
        // Killed while it wrote: nothing of it runs.
        let (seen, _) = call.run(&format!("awsenv use half\n{}", call.status_and_v()));
        assert_eq!(seen, "137 \n", "{:?}", call.shell);
        let (seen, _) = call.run(&format!("awsenv use silent\n{}", call.status_and_v()));
        assert_eq!(seen, "0 \n", "{:?}", call.shell);
    }
}

#[test]
fn a_switch_works_in_a_strict_shell_and_a_failed_one_ends_it() {
    for call in calls().filter(|call| !call.is_fish()) {
        let (seen, _) = call.run("set -eu\nawsenv use prod\necho \"$V\"\nawsenv use bad\necho no");
        assert_eq!(seen.replace("error: bad\n", ""), "set\n", "{:?}", call.shell);
    }
}

#[test]
fn a_question_is_read_from_the_callers_input() {
    // A command substitution of fish reads the shell's own input, never a pipe into the function (interactive.rs asks
    // at a terminal).
    for call in calls().filter(|call| !call.is_fish()) {
        let (seen, _) = call.run(&format!("echo 123456 | awsenv use ask\n{}", call.status_and_v()));
        // Most shells run the end of a pipeline in a subshell, which loses the variable, not the question.
        assert!(seen.contains("MFA code: got 123456\n"), "{:?}: {seen}", call.shell);
    }
}

#[test]
fn the_directory_is_looked_at_again_and_nothing_is_left_over() {
    for call in calls() {
        let lines = match call.shell.dialect {
            ShellDialect::Fish => {
                "set -g __awsenv_pwd x; awsenv use prod; echo \"[$__awsenv_pwd]\"; set --names | string match -r '__awsenv.*'"
            }
            _ => "__awsenv_pwd=x; awsenv use prod; echo \"[$__awsenv_pwd]\"; set | grep -o '^__awsenv_[a-z0-9_]*' | sort -u",
        };
        let (seen, _) = call.run(lines);
        let left: Vec<&str> = seen.lines().filter(|line| !line.is_empty()).collect();
        // bash lists functions too; what the last prompt was is known only where that is kept.
        let left: Vec<&str> = left
            .into_iter()
            .filter(|name| {
                const KNOWN: &[&str] = &[
                    "seen",
                    "new",
                    "changed",
                    "switches",
                    "about",
                    "after",
                    "tick",
                    "hook",
                    "now0",
                    "clock",
                    "is_below",
                    "is_seen",
                    "look",
                    "until",
                    "holds",
                    "keep",
                    "give_back",
                    "was",
                    "readonly",
                ];
                !KNOWN.contains(&name.trim_start_matches("__awsenv_"))
            })
            .collect();
        let kept = ["due", "exe", "file", "loud", "mark", "pwd", "said", "stamp"].map(|name| format!("__awsenv_{name}"));
        assert_eq!((left[0], &left[1..]), ("[]", &kept.each_ref().map(String::as_str)[..]), "{:?}", call.shell);
    }
}

#[test]
fn a_binary_that_has_gone_is_looked_for_on_the_path() {
    for shell in SHELLS.iter().filter(|shell| shell.is_here()) {
        let directory = Directory::new();
        std::fs::create_dir(directory.path().join("bin")).unwrap();
        let exe = directory.binary("echo found");
        std::fs::rename(exe, directory.path().join("bin/awsenv")).unwrap();
        let script = script(shell.dialect, "/nonexistent/awsenv");
        let path = format!("{}/bin:/usr/bin:/bin", directory.path().display());
        let output = shell.run(&format!("{script}\nawsenv status"), directory.path(), &[("PATH", path.as_ref())]);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "found\n", "{shell:?}");
    }
}
