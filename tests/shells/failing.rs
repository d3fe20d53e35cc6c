//! The one statement of a failed switch.

use awsenv_shell::ShellDialect;

use crate::harness::{Directory, SHELLS, is_here};

#[test]
fn what_follows_a_failed_switch_does_not_run() {
    for shell in SHELLS.iter().filter(|shell| shell.is_here()) {
        let directory = Directory::new();
        for code in [1_u8, 3, 130, 255] {
            directory.write("code", shell.dialect.fail(code));
            let eval = shell.eval("cat code");
            let (status, function, and) = match shell.dialect {
                ShellDialect::Fish => ("$status", "function f; BODY; end", "; and"),
                _ => ("$?", "f() { BODY; }", " &&"),
            };
            let function = function.replace("BODY", &format!("{eval}; echo in {status}"));
            let script = format!("{eval}; echo top {status}\n{eval}{and} echo no\n{function}\nf; echo after {status}\n");
            let output = shell.run(&script, directory.path(), &[]);
            let seen = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert_eq!(seen, format!("top {code}\nin {code}\nafter 0\n"), "{shell:?}");
        }
    }
}

#[test]
fn a_failed_switch_ends_a_strict_script() {
    for shell in SHELLS.iter().filter(|shell| shell.dialect != ShellDialect::Fish && shell.is_here()) {
        let directory = Directory::new();
        directory.write("code", shell.dialect.fail(4));
        let output = shell.run(&format!("set -e; {}; echo no", shell.eval("cat code")), directory.path(), &[]);
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(4), b"".as_slice()), "{shell:?}");
    }
}

#[test]
fn fish_keeps_no_trace_of_it() {
    let shell = SHELLS.iter().find(|shell| shell.dialect == ShellDialect::Fish).unwrap();
    if !shell.is_here() {
        return;
    }
    let directory = Directory::new();
    directory.write("code", shell.dialect.fail(4));
    let script = format!(
        "{}; functions --all | string match '*__awsenv*'; set --names | string match '*__awsenv*'; true",
        shell.eval("cat code")
    );
    assert_eq!(shell.silent(&script, directory.path()), "");
}

#[test]
fn tcsh_and_elvish_fail_too() {
    let directory = Directory::new();
    let run = |program: &str, arguments: &[&str], code: Vec<u8>| {
        let file = directory.write("code", code);
        std::process::Command::new(program).args(arguments).arg(file).output().unwrap()
    };
    if is_here("tcsh") {
        assert_eq!(run("tcsh", &["-f"], ShellDialect::Tcsh.fail(4)).status.code(), Some(4));
    }
    if is_here("elvish") {
        let output = run("elvish", &["-norc"], ShellDialect::Elvish.fail(4));
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains("awsenv: not switched (exit code 4)"));
    }
}

#[test]
fn data_has_no_statement_that_fails() {
    assert_eq!(ShellDialect::Json.fail(3), b"");
    assert_eq!(ShellDialect::Nushell.fail(3), b"");
    assert_eq!(ShellDialect::PowerShell.fail(3), b"throw 'awsenv: not switched (exit code 3)'\n");
}
