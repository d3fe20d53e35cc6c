//! The script of `awsenv init` in strict shells, twice: nothing is said, nothing of the person's is changed.

use awsenv_shell::ShellDialect;

use crate::harness::{Directory, Shell, is_here, script};

/// Commands that show everything that a script could change by accident.
fn settings(dialect: ShellDialect) -> &'static str {
    match dialect {
        ShellDialect::Bash => "{ set +o; shopt; trap; echo \"$IFS\"; } >|",
        ShellDialect::Zsh => "{ \\builtin setopt; \\builtin trap; \\builtin print -r -- \"$IFS\"; } >|",
        ShellDialect::Fish => "begin; functions --handlers-type signal; bind; set --universal; end >",
        _ => "{ set +o; trap; echo \"$IFS\"; } >|",
    }
}

fn twice(shell: &Shell, before: &str, show: &str) -> String {
    let directory = Directory::new();
    let exe = directory.binary("exit 9");
    let init = directory.write("init", script(shell.dialect, &exe));
    let init = String::from_utf8(shell.dialect.quote(init.to_str().unwrap().as_bytes()).unwrap()).unwrap();
    let eval = shell.eval(&format!("\\command cat {init}"));
    let eval = if shell.dialect == ShellDialect::Fish { format!("source {init}") } else { eval };
    let settings = settings(shell.dialect);
    let program = format!("{before}\n{settings}before\n{eval}\n{eval}\n{settings}after\n{show}\n\\command cmp before after\n");
    let program = if shell.dialect == ShellDialect::Fish { program.replace("\\command", "command") } else { program };
    let output = shell.run(&program, directory.path(), &[("TERM", "dumb".as_ref())]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    // An interactive shell without a terminal says so.
    let no_terminal = ["job control", "tty", "terminal"];
    let stderr: String = stderr.lines().filter(|line| !no_terminal.iter().any(|words| line.contains(words))).collect();
    assert!(output.status.success() && stderr.is_empty(), "{shell:?} {before}: {stderr}\n{program}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn bash() {
    let interactive = Shell { program: "bash", arguments: &["--norc", "-i", "-c"], dialect: ShellDialect::Bash };
    let script = Shell { program: "bash", arguments: &["--norc", "-c"], ..interactive };
    if !interactive.is_here() {
        return;
    }
    for mode in [
        "",
        ":",
        "set -u",
        "set -euo pipefail",
        "set -a",
        "shopt -s nocasematch extglob failglob; IFS=/",
        "set -f -C",
        "alias awsenv=no",
    ] {
        let show = "printf '[%s]' \"${PROMPT_COMMAND[@]}\"";
        // An array keeps its other elements, a string becomes one of them.
        assert_eq!(twice(&interactive, mode, show), "[__awsenv_hook]", "{mode}");
        assert_eq!(twice(&interactive, &format!("{mode}\nPROMPT_COMMAND='a; b'"), show), "[__awsenv_hook][a; b]", "{mode}");
        assert_eq!(twice(&interactive, &format!("{mode}\nPROMPT_COMMAND=(a 'b c')"), show), "[__awsenv_hook][a][b c]", "{mode}");
        // A script has no prompt.
        assert_eq!(twice(&script, mode, "echo \"${PROMPT_COMMAND-none}\""), "none\n", "{mode}");
    }
}

#[test]
fn zsh() {
    let interactive = Shell { program: "zsh", arguments: &["-f", "-i", "-c"], dialect: ShellDialect::Zsh };
    let script = Shell { program: "zsh", arguments: &["-f", "-c"], ..interactive };
    if !interactive.is_here() {
        return;
    }
    for mode in [
        ":",
        "setopt nounset",
        "setopt errexit nounset pipefail",
        "setopt ksharrays shwordsplit globsubst",
        "setopt ignorebraces cshjunkiequotes noglob",
        "setopt ignoreclosebraces rcquotes shglob",
        "setopt warncreateglobal warnnestedvar allexport",
        "setopt extendedglob nullglob kshglob posixbuiltins nofunctionargzero",
        "emulate ksh",
        "emulate sh",
        "alias eval='echo no' local='echo no' awsenv=no; alias -g P='| cat' A=B",
    ] {
        let show = "() { \\builtin emulate -L zsh; \\builtin print -r -- ${(q)precmd_functions}; }";
        assert_eq!(twice(&interactive, mode, show), "__awsenv_hook\n", "{mode}");
        let others = format!("precmd_functions=(mine theirs)\n{mode}");
        assert_eq!(twice(&interactive, &others, show), "__awsenv_hook mine theirs\n", "{mode}");
        assert_eq!(twice(&script, mode, show), "''\n", "{mode}");
    }
}

#[test]
fn fish() {
    let interactive = Shell { program: "fish", arguments: &["--no-config", "-i", "-c"], dialect: ShellDialect::Fish };
    let script = Shell { program: "fish", arguments: &["--no-config", "-c"], ..interactive };
    if !interactive.is_here() {
        return;
    }
    let show = "functions --handlers | string match '*__awsenv*'; or echo none";
    assert_eq!(twice(&interactive, "", show), "PWD __awsenv_moved\nfish_prompt __awsenv_hook\n");
    assert_eq!(twice(&script, "", show), "none\n");
}

#[test]
fn posix_shells() {
    for (program, arguments) in [
        ("dash", ["-c"].as_slice()),
        ("dash", &["-i", "-c"]),
        ("busybox", &["sh", "-c"]),
        ("ksh", &["-c"]),
        ("ksh", &["-i", "-c"]),
        ("bash", &["--posix", "--norc", "-c"]),
    ] {
        let shell = Shell { program, arguments, dialect: ShellDialect::Posix };
        if !shell.is_here() {
            continue;
        }
        for mode in [":", "set -u", "set -eu", "set -a", "set -f -C", "IFS=/", "alias awsenv=no"] {
            let show = "printf '[%s]' \"$AWSENV_PROMPT\"";
            assert_eq!(twice(&shell, mode, show), "[]", "{program} {mode}");
        }
    }
}

/// The function may have another name, and then takes no other.
#[test]
fn another_name() {
    for (program, arguments, dialect) in [
        ("bash", ["--norc", "-c"].as_slice(), ShellDialect::Bash),
        ("zsh", &["-f", "-c"], ShellDialect::Zsh),
        ("fish", &["--no-config", "-c"], ShellDialect::Fish),
        ("dash", &["-c"], ShellDialect::Posix),
    ] {
        if !is_here(program) {
            continue;
        }
        let directory = Directory::new();
        let exe = directory.binary("echo \"asked for $1\"");
        let options = awsenv_shell::InitOptions { exe: &exe, cmd: "aws_env", completions: "", prompt: false, cd: false };
        let script = dialect.init(&options).unwrap();
        let shell = Shell { program, arguments, dialect };
        let seen = shell.silent(&format!("{script}\naws_env status\ntype awsenv >/dev/null 2>&1 || echo free"), directory.path());
        assert_eq!(seen, "asked for status\nfree\n", "{program}");
    }
}
