//! The files for packagers are what the command prints, and real scripts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tree_sitter::{Node, Parser};

use crate::harness::is_here;

const FILES: &[(&str, &str)] = &[
    ("bash", "awsenv.bash"),
    ("zsh", "_awsenv"),
    ("fish", "awsenv.fish"),
    ("powershell", "_awsenv.ps1"),
    ("elvish", "awsenv.elv"),
    ("nushell", "awsenv.nu"),
    ("xonsh", "awsenv.xsh"),
    ("tcsh", "awsenv.tcsh"),
];

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../completions").join(file)
}

fn printed(shell: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_awsenv")).args(["completions", shell]).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// `AWSENV_UPDATE=1 cargo test -p awsenv --test completions` writes them anew.
#[test]
fn the_files_are_what_the_command_prints() {
    for (shell, file) in FILES {
        let printed = printed(shell);
        if std::env::var_os("AWSENV_UPDATE").is_some() {
            fs::write(path(file), &printed).unwrap();
        }
        let committed = fs::read_to_string(path(file)).unwrap_or_default();
        assert!(committed == printed, "completions/{file} is old: AWSENV_UPDATE=1 cargo test -p awsenv --test completions");
        assert!(!committed.contains("__AWSENV_"), "{file}");
    }
}

fn accepts(program: &str, arguments: &[&str], file: &str) {
    if !is_here(program) {
        return;
    }
    let output = Command::new(program).args(arguments).arg(path(file)).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success() && said.is_empty(), "{program} {file}:\n{}", String::from_utf8_lossy(&said));
}

#[test]
fn the_files_pass_their_linters() {
    accepts("bash", &["-n"], "awsenv.bash");
    accepts("bash", &["--posix", "-n"], "awsenv.bash");
    accepts("shellcheck", &["--norc", "--shell=bash"], "awsenv.bash");
    accepts("zsh", &["-f", "-n"], "_awsenv");
    accepts("fish", &["--no-config", "--no-execute"], "awsenv.fish");
    accepts("fish_indent", &["--check"], "awsenv.fish");
}

/// There is no bash 3.2 in the package registries, so what it lacks is looked for.
#[test]
fn the_bash_file_asks_nothing_that_macos_lacks() {
    let text = printed("bash");
    for (number, line) in text.lines().enumerate() {
        for word in [
            "mapfile",
            "readarray",
            "declare -A",
            "local -n",
            "^^}",
            ",,}",
            "@Q}",
            "[-1]",
            "&>>",
            "|&",
            "[[ -v",
            ";&",
            "${!",
            "local -",
        ] {
            assert!(!line.contains(word), "awsenv.bash:{}: `{word}` is not in bash 3.2", number + 1);
        }
        let asks = !line.contains("compopt ") || line.contains("2>/dev/null || :");
        assert!(asks, "awsenv.bash:{}: there is no compopt in bash 3.2", number + 1);
    }
}

#[test]
fn the_powershell_file_parses_and_runs_nothing_that_was_typed() {
    fn first_error(node: Node<'_>) -> Option<Node<'_>> {
        if node.is_error() || node.is_missing() {
            return Some(node);
        }
        let mut cursor = node.walk();
        node.children(&mut cursor).find_map(first_error)
    }
    let code = printed("powershell");
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    let tree = parser.parse(&code, None).unwrap();
    if let Some(node) = first_error(tree.root_node()) {
        panic!("line {}: {:?}\n{code}", node.start_position().row + 1, &code[node.byte_range()]);
    }
    let lowercase = code.to_lowercase();
    for word in ["invoke-expression", "iex", "scriptblock]::create", "expandstring", " ?? ", " && ", " || ", " ? ", "?."] {
        assert!(!lowercase.contains(word), "{word}");
    }
    assert!(code.is_ascii());
}

/// A packager's file finds `awsenv` on PATH, and zsh loads it from a directory of `$fpath`.
#[test]
fn a_packagers_user_gets_profiles_too() {
    use std::os::unix::fs::symlink;

    use crate::harness::Directory;
    use crate::session::{COMPINIT, configure};
    use crate::terminal::Terminal;

    for (shell, load) in [
        ("bash", format!(". '{}'", path("awsenv.bash").display())),
        ("zsh", format!("fpath=('{}' $fpath); {COMPINIT}", path("").display())),
        ("fish", format!("source '{}'", path("awsenv.fish").display())),
    ] {
        if !is_here(shell) {
            continue;
        }
        let directory = Directory::new();
        configure(directory.path(), &["my profile"]);
        symlink(env!("CARGO_BIN_EXE_awsenv"), directory.path().join("awsenv")).unwrap();
        let arguments: &[&str] = match shell {
            "bash" => &["--norc", "--noprofile", "-i"],
            "zsh" => &["-f", "-i"],
            _ => &["--no-config", "--private", "-i"],
        };
        let mut terminal = Terminal::start(shell, arguments, directory.path());
        let add = if shell == "fish" { "set -gx PATH $HOME $PATH" } else { "export PATH=$HOME:$PATH" };
        terminal.line(add);
        terminal.line(&load);
        // The second time zsh has the function already.
        for number in 1..=2 {
            let shown = terminal.line("awsenv explain my\t --format json");
            assert!(shown.contains("eu-west-1"), "{shell}, time {number}:\n{shown}");
        }
    }
}
