//! What was there before comes back, secrets included, and no child ever sees where it was kept.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use awsenv_shell::{ShellDialect, Statement};

use crate::harness::{Directory, SHELLS, Shell, is_here, script};
use crate::hostile::{HOSTILE, MORE};

const CHILD: &str = r#"sh -c 'printf "%s|%s\036" "$V" "${__awsenv_old_V+leaked}"'"#;

const SWITCH: &[Statement<'_>] = &[Statement::Park { name: "V" }, Statement::SetEnv { name: "V", value: b"new" }];
const BACK: &[Statement<'_>] = &[Statement::RestoreParked { name: "V", notice: "`V` is lost" }];

fn text(shell: &Shell, statements: &[Statement<'_>]) -> String {
    String::from_utf8(shell.dialect.render(statements).unwrap()).unwrap()
}

/// The modes that a person's shell may be in.
fn modes(shell: &Shell) -> &'static [&'static str] {
    match shell.dialect {
        ShellDialect::Fish => &[""],
        ShellDialect::Zsh => &["", "set -eu", "set -a", "setopt noglob pipefail", "setopt warncreateglobal warnnestedvar"],
        _ => &["", "set -eu", "set -a", "set -C -f"],
    }
}

fn status(shell: &Shell) -> &'static str {
    if shell.dialect == ShellDialect::Fish { "printf '%s\\036' $status" } else { "printf '%s\\036' \"$?\"" }
}

#[test]
fn hostile_values_are_parked_and_come_back() {
    for shell in SHELLS.iter().filter(|shell| shell.is_here()) {
        let directory = Directory::new();
        directory.write("switch", text(shell, SWITCH));
        directory.write("back", text(shell, BACK));
        let exe = directory.binary(r#"for last; do :; done; exec cat "$here/$last""#);
        for mode in modes(shell) {
            let (switch, back) = (shell.eval("cat switch"), shell.eval("cat back"));
            let status = status(shell);
            let bare = format!("{mode}\n{switch}\n{CHILD}\n{back}\n{status}\n{CHILD}\n");
            let function = script(shell.dialect, &exe);
            let function = format!("{mode}\n{function}\nawsenv use switch\n{CHILD}\nawsenv use back\n{status}\n{CHILD}\n");
            // One process a value is enough for the mode that everybody is in.
            let values = HOSTILE.iter().chain(MORE).take(if mode.is_empty() { usize::MAX } else { 3 });
            for value in values {
                let expected = [b"new|\x1e0\x1e".as_slice(), value, b"|\x1e"].concat();
                for program in [&bare, &function] {
                    let output = shell.run(program, directory.path(), &[("V", OsStr::from_bytes(value))]);
                    let seen = [output.stdout, output.stderr].concat();
                    assert_eq!(seen.escape_ascii().to_string(), expected.escape_ascii().to_string(), "{shell:?} {mode}");
                }
            }
        }
    }
}

#[test]
fn in_a_nested_shell_the_value_is_gone_and_one_is_told() {
    for shell in SHELLS.iter().filter(|shell| shell.is_here()) {
        let directory = Directory::new();
        directory.write("back", text(shell, BACK));
        for mode in modes(shell) {
            let eval = shell.eval("cat back");
            let program = format!("{mode}\n{eval}\n{}\nsh -c 'echo \"${{V-gone}}\"'", status(shell));
            let output = shell.run(&program, directory.path(), &[("V", OsStr::new("new"))]);
            assert_eq!(String::from_utf8_lossy(&output.stdout), "0\x1egone\n", "{shell:?} {mode}");
            assert_eq!(String::from_utf8_lossy(&output.stderr), "`V` is lost\n", "{shell:?} {mode}");
        }
    }
}

#[test]
fn what_was_never_there_is_no_error() {
    let statements = [
        Statement::UnsetEnv { name: "V" },
        Statement::Park { name: "V" },
        Statement::DropParked { name: "V" },
        Statement::UnsetLocal { name: "__awsenv_x" },
        Statement::RestoreParked { name: "V", notice: "" },
    ];
    for shell in SHELLS.iter().filter(|shell| shell.is_here()) {
        let directory = Directory::new();
        for mode in modes(shell) {
            directory.write("code", text(shell, &statements));
            let seen = shell.silent(&format!("{mode}\n{}\n{}", shell.eval("cat code"), status(shell)), directory.path());
            assert_eq!(seen, "0\x1e", "{shell:?} {mode}");
        }
    }
}

#[test]
fn parking_nothing_forgets_what_was_parked_before() {
    for shell in SHELLS.iter().filter(|shell| shell.is_here()) {
        let directory = Directory::new();
        directory.write("park", text(shell, &[Statement::Park { name: "V" }]));
        directory.write("unset", text(shell, &[Statement::UnsetEnv { name: "V" }]));
        directory.write("back", text(shell, BACK));
        let [park, unset, back] = ["cat park", "cat unset", "cat back"].map(|command| shell.eval(command));
        let program = format!("{park}\n{unset}\n{park}\n{back}\nsh -c 'echo \"${{V-gone}}\"'");
        let output = shell.run(&program, directory.path(), &[("V", OsStr::new("old"))]);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "gone\n", "{shell:?}");
    }
}

#[test]
fn local_variables_are_no_childs_even_if_they_came_exported() {
    let set = [Statement::SetLocal { name: "__awsenv_name", value: b"it's\n x" }];
    let unset = [Statement::UnsetLocal { name: "__awsenv_name" }];
    for shell in SHELLS.iter().filter(|shell| shell.is_here()) {
        let directory = Directory::new();
        directory.write("set", text(shell, &set));
        directory.write("unset", text(shell, &unset));
        let exe = directory.binary(r#"for last; do :; done; exec cat "$here/$last""#);
        let child = "sh -c 'printf \"%s\\036\" \"${__awsenv_name-none}\"'";
        let show = match shell.dialect {
            ShellDialect::Fish => "set -q __awsenv_name; and printf '%s\\036' \"$__awsenv_name\"; or printf 'unset\\036'",
            _ => "printf '%s\\036' \"${__awsenv_name-unset}\"",
        };
        for mode in modes(shell) {
            let start = format!("{mode}\n{}", script(shell.dialect, &exe));
            let (set, unset) = (shell.eval("cat set"), shell.eval("cat unset"));
            for (set, unset) in [(set.as_str(), unset.as_str()), ("awsenv use set", "awsenv use unset")] {
                let program = format!("{start}\n{set}\n{show}\n{child}\n{unset}\n{show}\n");
                let output = shell.run(&program, directory.path(), &[("__awsenv_name", OsStr::new("inherited"))]);
                let seen = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
                assert_eq!(seen, "it's\n x\x1enone\x1eunset\x1e", "{shell:?} {mode}");
            }
        }
    }
}

#[test]
fn a_readonly_variable_fails_the_switch_and_nothing_is_changed() {
    let statements = [
        Statement::SetEnv { name: "V", value: b"new" },
        Statement::UnsetEnv { name: "FIXED" },
        Statement::SetEnv { name: "FIXED", value: b"new" },
        Statement::SetLocal { name: "__awsenv_name", value: b"new" },
    ];
    for shell in SHELLS.iter().filter(|shell| shell.dialect != ShellDialect::Fish && shell.is_here()) {
        let directory = Directory::new();
        directory.write("code", text(shell, &statements));
        let exe = directory.binary(r#"exec cat "$here/code""#);
        for call in [shell.eval("cat code"), "awsenv use x".to_owned()] {
            let program = format!(
                "{}\nreadonly FIXED=old\nexport FIXED\n{call} && echo switched\n{call}\necho \"$? $FIXED ${{V-}}${{__awsenv_name-}} ${{__awsenv_bad-}}\"",
                script(shell.dialect, &exe)
            );
            let output = shell.run(&program, directory.path(), &[]);
            assert_eq!(String::from_utf8_lossy(&output.stdout), "1 old  \n", "{shell:?} {call}");
            assert!(
                String::from_utf8_lossy(&output.stderr)
                    .contains("awsenv: FIXED is readonly in this shell; nothing was changed\n"),
                "{shell:?}"
            );
        }
    }
}

#[test]
fn fish_tells_of_a_universal_variable_that_shows_through() {
    // `--no-config` would leave out the universal variables.
    let shell = &Shell { program: "fish", arguments: &["-c"], dialect: ShellDialect::Fish };
    if !shell.is_here() {
        return;
    }
    let directory = Directory::new();
    directory.write("code", text(shell, &[Statement::UnsetEnv { name: "V" }]));
    let program = format!("set -Ux V u; set -gx V g; {}; echo $V", shell.eval("cat code"));
    let output = shell.run(&program, directory.path(), &[]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "u\n");
    let expected = "awsenv: the universal variable `V` is still set; `set -eU V` removes it from every session\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
}

/// Shells that read the code from a file.
#[test]
fn tcsh_and_xonsh_park_and_restore() {
    for (program, argument, dialect) in [("tcsh", "-f", ShellDialect::Tcsh), ("xonsh", "--no-rc", ShellDialect::Xonsh)] {
        if !is_here(program) {
            continue;
        }
        let directory = Directory::new();
        let child = "sh -c 'printf \"%s,%s\\036\" \"${V-gone}\" \"${__awsenv_old_V-}\"'\n";
        let code: String = [SWITCH, BACK, BACK]
            .map(|statements| String::from_utf8(dialect.render(statements).unwrap()).unwrap() + child)
            .concat();
        let file = directory.write("code", code);
        let mut command = std::process::Command::new(program);
        let output = command.arg(argument).arg(file).env("V", "it's\t\"old\" !$x").output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "new,\x1eit's\t\"old\" !$x,\x1egone,\x1e", "{program}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "`V` is lost\n", "{program}");
    }
}

#[test]
fn json_names_what_a_reader_must_keep_and_give_back() {
    let render = |statements: &[Statement<'_>]| String::from_utf8(ShellDialect::Json.render(statements).unwrap()).unwrap();
    assert_eq!(render(&[]), "{\"set\":{},\"unset\":[]}\n");
    assert_eq!(render(SWITCH), "{\"set\":{\"V\":\"new\"},\"unset\":[],\"park\":[\"V\"]}\n");
    assert_eq!(render(BACK), "{\"set\":{},\"unset\":[],\"restore\":[\"V\"]}\n");
    assert_eq!(render(&[Statement::DropParked { name: "V" }]), "{\"set\":{},\"unset\":[],\"drop\":[\"V\"]}\n");
    let twice = [
        Statement::UnsetEnv { name: "A" },
        Statement::SetEnv { name: "A", value: "é😀".as_bytes() },
        Statement::SetEnv { name: "B", value: b"x" },
        Statement::UnsetEnv { name: "B" },
        Statement::SetLocal { name: "C", value: b"x" },
    ];
    assert_eq!(render(&twice), "{\"set\":{\"A\":\"\\u00e9\\ud83d\\ude00\"},\"unset\":[\"B\"]}\n");
}
