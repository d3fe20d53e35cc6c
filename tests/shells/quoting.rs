//! Every hostile value, through every shell, to a child process.

use std::path::Path;
use std::process::Command;

use awsenv_shell::{RenderError, ShellDialect, Statement};

use crate::harness::{Directory, SHELLS, is_here, script};
use crate::hostile::{HOSTILE, MORE, arbitrary};

/// What a child process sees, ended by a byte that no value has. Means the same in every shell.
const CHILD: &str = r#"sh -c 'printf "%s\036" "$V"'"#;

fn values() -> Vec<Vec<u8>> {
    HOSTILE.iter().chain(MORE).map(|value| value.to_vec()).chain(arbitrary(60)).collect()
}

fn write_code(directory: &Directory, dialect: ShellDialect, values: &[Vec<u8>]) {
    for (index, value) in values.iter().enumerate() {
        let code = dialect.render(&[Statement::SetEnv { name: "V", value }]).unwrap();
        directory.write(&format!("{index}"), code);
    }
}

fn compare(what: &str, values: &[Vec<u8>], stdout: &[u8], stderr: &[u8]) {
    let seen: Vec<&[u8]> = stdout.split(|&byte| byte == 0x1e).collect();
    assert_eq!(seen.len(), values.len() + 1, "{what}: {}", String::from_utf8_lossy(stderr));
    for (value, seen) in values.iter().zip(seen) {
        assert_eq!(seen.escape_ascii().to_string(), value.escape_ascii().to_string(), "{what}");
    }
    assert_eq!(String::from_utf8_lossy(stderr), "", "{what}");
}

#[test]
fn by_a_bare_eval() {
    let values = values();
    for shell in SHELLS.iter().filter(|shell| shell.is_here()) {
        let directory = Directory::new();
        write_code(&directory, shell.dialect, &values);
        let script: String =
            (0..values.len()).map(|index| format!("{}\n{CHILD}\n", shell.eval(&format!("cat {index}")))).collect();
        let output = shell.run(&script, directory.path(), &[]);
        compare(&format!("{shell:?}"), &values, &output.stdout, &output.stderr);
    }
}

#[test]
fn by_the_function() {
    let values = values();
    for shell in SHELLS.iter().filter(|shell| shell.is_here()) {
        let directory = Directory::new();
        write_code(&directory, shell.dialect, &values);
        let exe = directory.binary(r#"for last; do :; done; exec cat "$here/$last""#);
        let calls: String = (0..values.len()).map(|index| format!("awsenv use {index}\n{CHILD}\n")).collect();
        let output = shell.run(&format!("{}{calls}", script(shell.dialect, &exe)), directory.path(), &[]);
        compare(&format!("{shell:?}"), &values, &output.stdout, &output.stderr);
    }
}

/// Runs a program on one file per value, made of that value's code and `after`.
fn by_file(program: &str, arguments: &[&str], dialect: ShellDialect, values: &[Vec<u8>], after: &str) {
    let directory = Directory::new();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    for value in values {
        let mut code = dialect.render(&[Statement::SetEnv { name: "V", value }]).unwrap();
        code.extend_from_slice(after.as_bytes());
        let output = run_file(program, arguments, &directory.write("code", code));
        stdout.extend(output.stdout);
        stderr.extend(output.stderr);
    }
    compare(program, values, &stdout, &stderr);
}

fn run_file(program: &str, arguments: &[&str], file: &Path) -> std::process::Output {
    Command::new(program).args(arguments).arg(file).env("LC_ALL", "C.UTF-8").output().unwrap()
}

#[test]
fn tcsh_by_source() {
    if is_here("tcsh") {
        by_file("tcsh", &["-f"], ShellDialect::Tcsh, &values(), &format!("{CHILD}\n"));
    }
}

#[test]
fn elvish_by_file() {
    if is_here("elvish") {
        let text: Vec<_> = values().into_iter().filter(|value| std::str::from_utf8(value).is_ok()).collect();
        by_file("elvish", &["-norc"], ShellDialect::Elvish, &text, r#"sh -c 'printf "%s\036" "$V"'"#);
    }
}

#[test]
fn xonsh_by_file() {
    if is_here("xonsh") {
        // A tenth of a second each.
        let few: Vec<_> = HOSTILE.iter().chain(MORE).map(|value| value.to_vec()).collect();
        by_file("xonsh", &["--no-rc"], ShellDialect::Xonsh, &few, &CHILD.replace("-c '", "-c r'"));
    }
}

/// xonsh itself is rarely here; Python is what reads the literal.
#[test]
fn xonsh_literals_are_python() {
    if !is_here("python3") {
        return;
    }
    let values = values();
    let mut program = String::from("import sys\n");
    for value in &values {
        let literal = String::from_utf8(ShellDialect::Xonsh.quote(value).unwrap()).unwrap();
        assert!(literal.is_ascii());
        program += &format!("sys.stdout.buffer.write({literal}.encode('utf-8', 'surrogateescape') + b'\\x1e')\n");
    }
    let directory = Directory::new();
    let output = run_file("python3", &["-I"], &directory.write("code.py", program));
    compare("python3", &values, &output.stdout, &output.stderr);
}

#[test]
fn json_is_read_back_by_a_parser() {
    for value in values() {
        let Ok(text) = std::str::from_utf8(&value) else { continue };
        let code = ShellDialect::Json.render(&[Statement::SetEnv { name: "V", value: &value }]).unwrap();
        assert!(code.is_ascii());
        let document: serde_json::Value = serde_json::from_slice(&code).unwrap();
        assert_eq!(document, serde_json::json!({"set": {"V": text}, "unset": []}));
    }
}

#[test]
fn cmd_doubles_percent_signs_and_refuses_line_breaks() {
    let cmd = |value: &[u8]| ShellDialect::Cmd.render(&[Statement::SetEnv { name: "V", value }]);
    assert_eq!(cmd(b"50% \"x\" & y").unwrap(), b"@set \"V=50%% \"x\" & y\"\r\n@ver >nul\r\n");
    assert_eq!(cmd(b"a\nb"), Err(RenderError::LineBreak { dialect: ShellDialect::Cmd, name: Some("V".to_owned()) }));
}

#[test]
fn what_cannot_be_written_is_an_error() {
    for &dialect in ShellDialect::ALL {
        let nul = dialect.render(&[Statement::SetEnv { name: "V", value: b"a\0b" }]);
        assert_eq!(nul, Err(RenderError::Nul { name: Some("V".to_owned()) }), "{dialect:?}");
        for name in ["", "A-B", "A;id", "1A", "A=B"] {
            let expected = Err(RenderError::InvalidName { name: name.to_owned() });
            assert_eq!(dialect.render(&[Statement::UnsetEnv { name }]), expected, "{dialect:?}");
        }
        let bytes = dialect.render(&[Statement::SetEnv { name: "V", value: b"\x80\xff" }]);
        let takes_bytes = matches!(
            dialect,
            ShellDialect::Bash
                | ShellDialect::Zsh
                | ShellDialect::Fish
                | ShellDialect::Posix
                | ShellDialect::Xonsh
                | ShellDialect::Tcsh
        );
        assert_eq!(bytes.is_ok(), takes_bytes, "{dialect:?}");
    }
}

#[test]
fn posix_literals_need_nothing_that_dash_lacks() {
    for value in values() {
        assert!(!ShellDialect::Posix.quote(&value).unwrap().starts_with(b"$"));
    }
}
