//! The scripts are real: each is read by its own shell and by the linters as it stands in the tree.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use awsenv_shell::{InitOptions, ShellDialect};

use crate::harness::{Directory, is_here};

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shell").join(name)
}

const SCRIPTS: &[(ShellDialect, &str)] = &[
    (ShellDialect::Bash, "awsenv.bash"),
    (ShellDialect::Zsh, "awsenv.zsh"),
    (ShellDialect::Fish, "awsenv.fish"),
    (ShellDialect::PowerShell, "awsenv.ps1"),
    (ShellDialect::Posix, "awsenv.sh"),
    (ShellDialect::Elvish, "awsenv.elv"),
    (ShellDialect::Nushell, "awsenv.nu"),
    (ShellDialect::Xonsh, "awsenv.xsh"),
    (ShellDialect::Tcsh, "awsenv.tcsh"),
];

/// Reads without running.
const XONSH_PARSES: &str = "tree = __xonsh__.execer.parse(open(__import__('sys').argv[-1]).read(), {})";

fn accepts(program: &str, arguments: &[&str], file: &Path) {
    if !is_here(program) {
        return;
    }
    let output = Command::new(program).args(arguments).arg(file).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    // ksh has opinions about style.
    let clean = said.is_empty() || program == "ksh";
    assert!(output.status.success() && clean, "{program} {}:\n{said}", file.display());
}

fn parses(dialect: ShellDialect, file: &Path) {
    match dialect {
        ShellDialect::Bash => {
            accepts("bash", &["-n"], file);
            accepts("bash", &["--posix", "-n"], file);
        }
        ShellDialect::Zsh => accepts("zsh", &["-f", "-n"], file),
        ShellDialect::Fish => accepts("fish", &["--no-config", "--no-execute"], file),
        ShellDialect::Posix => {
            for (program, arguments) in
                [("dash", ["-n"].as_slice()), ("ksh", &["-n"]), ("busybox", &["sh", "-n"]), ("bash", &["--posix", "-n"])]
            {
                accepts(program, arguments, file);
            }
        }
        ShellDialect::Elvish => accepts("elvish", &["-compileonly"], file),
        ShellDialect::Nushell => {
            let check = format!("if not (nu-check r#'{}'#) {{ exit 1 }}", file.display());
            accepts("nu", &["--no-config-file", "-c", &check], file);
        }
        ShellDialect::Xonsh => accepts("xonsh", &["--no-rc", "-c", XONSH_PARSES], file),
        ShellDialect::Tcsh => accepts("tcsh", &["-n", "-f"], file),
        other => assert_eq!(other, ShellDialect::PowerShell),
    }
}

#[test]
fn scripts_pass_their_linters_as_they_stand() {
    for &(dialect, name) in SCRIPTS {
        parses(dialect, &source(name));
    }
    accepts("shellcheck", &["--norc", "--shell=bash"], &source("awsenv.bash"));
    accepts("shellcheck", &["--norc", "--shell=sh"], &source("awsenv.sh"));
    accepts("fish_indent", &["--check"], &source("awsenv.fish"));
}

#[test]
fn what_init_prints_parses_with_every_option() {
    let directory = Directory::new();
    for &(dialect, name) in SCRIPTS {
        for (prompt, cd) in [(true, true), (true, false), (false, true), (false, false)] {
            let options = InitOptions { exe: "/opt/it's here/awsenv", cmd: "aws_env", completions: "", prompt, cd };
            let text = dialect.init(&options).unwrap();
            parses(dialect, &directory.write(name, &text));
            assert!(!text.contains("__AWSENV_") && !text.contains("# >>>") && !text.contains("# <<<"), "{name}:\n{text}");
            assert_eq!(text.contains("AWSENV_PROMPT"), prompt, "{name}");
        }
    }
}

#[test]
fn scripts_have_the_same_four_sections_and_placeholders() {
    for &(dialect, name) in SCRIPTS {
        let text = fs::read_to_string(source(name)).unwrap();
        let sections: Vec<&str> = text
            .lines()
            .filter(|line| {
                line.starts_with("# 1") || line.starts_with("# 2") || line.starts_with("# 3") || line.starts_with("# 4")
            })
            .collect();
        assert_eq!(sections, ["# 1. Variables", "# 2. The function", "# 3. The hook", "# 4. Completions"], "{name}");
        let exe = if dialect == ShellDialect::Fish { "__AWSENV_EXE__" } else { "'__AWSENV_EXE__'" };
        assert_eq!(text.matches("__AWSENV_EXE__").count(), 1, "{name}");
        assert_eq!(text.matches(exe).count(), 1, "{name}");
        assert_eq!(text.matches("# __AWSENV_COMPLETIONS__\n").count(), 1, "{name}");
        assert!((1..=3).contains(&text.matches("__AWSENV_CMD__").count()), "{name}");
        assert_eq!(text.matches("# >>> ").count(), text.matches("# <<< ").count(), "{name}");
    }
}

#[test]
fn completions_are_appended_as_they_are() {
    for &(dialect, name) in SCRIPTS {
        let completions = "# __AWSENV_CMD__ '__AWSENV_EXE__' $1";
        let options = InitOptions { exe: "/a", cmd: "awsenv", completions, prompt: false, cd: false };
        assert!(dialect.init(&options).unwrap().ends_with(&format!("# 4. Completions\n\n{completions}\n")), "{name}");
    }
}

#[test]
fn a_function_name_that_a_shell_refuses_has_no_script() {
    let init = |dialect: ShellDialect, cmd: &str| {
        dialect.init(&InitOptions { exe: "/a", cmd, completions: "", prompt: true, cd: true }).is_some()
    };
    for &(dialect, name) in SCRIPTS {
        for (cmd, valid) in [("awsenv", true), ("_a1", true), ("", false), ("1a", false), ("a b", false), ("a;id", false)] {
            assert_eq!(init(dialect, cmd), valid, "{name} {cmd}");
        }
        assert_eq!(init(dialect, "aws-env"), dialect != ShellDialect::Posix, "{name}");
    }
    assert!(!init(ShellDialect::Json, "awsenv"));
}

/// There is no bash 3.2 in the package registries, so what it lacks is looked for.
#[test]
fn the_bash_script_asks_nothing_that_macos_lacks() {
    let text = fs::read_to_string(source("awsenv.bash")).unwrap();
    let denied = [
        "mapfile",
        "readarray",
        "declare -A",
        "declare -g",
        "local -n",
        "^^}",
        ",,}",
        "@Q}",
        "[-1]",
        "&>>",
        "|&",
        "[[ -v",
        "coproc",
        "-v __awsenv_x[",
        " \"${PROMPT_COMMAND[@]}\"",
        "$EPOCHREALTIME",
        ";&",
        "wait -n",
        "${!",
    ];
    for (number, line) in text.lines().enumerate() {
        for word in denied {
            assert!(!line.contains(word), "awsenv.bash:{}: `{word}` is not in bash 3.2", number + 1);
        }
        // Each use must ask first whether it is there.
        let bare = line.contains("$EPOCHSECONDS") && !line.contains("now=$EPOCHSECONDS");
        assert!(!bare, "awsenv.bash:{}: unguarded EPOCHSECONDS", number + 1);
    }
}
