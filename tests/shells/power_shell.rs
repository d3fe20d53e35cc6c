//! No PowerShell is in the package registries: literals are compared with those that were run on one, every text is
//! parsed, and `powershell.ps1` runs where there is one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use awsenv_shell::{RenderError, ShellDialect, Statement};
use tree_sitter::{Node, Parser};

use crate::harness::{is_here, script};
use crate::hostile::{HOSTILE, MORE, arbitrary};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn parses(what: &str, code: &str) {
    fn first_error(node: Node<'_>) -> Option<Node<'_>> {
        if node.is_error() || node.is_missing() {
            return Some(node);
        }
        let mut cursor = node.walk();
        node.children(&mut cursor).find_map(first_error)
    }
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    let tree = parser.parse(code, None).unwrap();
    if let Some(node) = first_error(tree.root_node()) {
        panic!("{what}: line {}: {:?}\n{code}", node.start_position().row + 1, &code[node.byte_range()]);
    }
}

fn render(statements: &[Statement<'_>]) -> String {
    String::from_utf8(ShellDialect::PowerShell.render(statements).unwrap()).unwrap()
}

#[test]
fn literals_are_those_that_a_real_one_read_back() {
    let vectors = root().join("../shared/vectors/powershell-quoting.json");
    let Ok(text) = fs::read_to_string(&vectors) else {
        eprintln!("SKIPPED: {} not found", vectors.display());
        return;
    };
    let vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(Some(cases.len() as u64), vectors["count"].as_u64());
    for case in cases {
        let value = case["value"].as_str().unwrap();
        let literal = ShellDialect::PowerShell.quote(value.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(literal).unwrap(), case["literal"].as_str().unwrap(), "{value:?}");
    }
}

#[test]
fn literals() {
    for (value, literal) in [
        ("prod", "'prod'"),
        ("", "''"),
        ("it's ‘x’ ‚y‛", "'it''s ‘‘x’’ ‚‚y‛‛'"),
        ("cr\r\nlf", "('cr'+[char]13+''+[char]10+'lf')"),
        ("\u{85}", "(''+[char]133+'')"),
    ] {
        assert_eq!(ShellDialect::PowerShell.quote(value.as_bytes()).unwrap(), literal.as_bytes());
    }
    let not_text = ShellDialect::PowerShell.quote(b"\x80\xff");
    assert_eq!(not_text, Err(RenderError::NotUtf8 { dialect: ShellDialect::PowerShell, name: None }));
}

#[test]
fn code_is_one_line_of_statements() {
    let code = render(&[
        Statement::UnsetEnv { name: "AWS_VAULT" },
        Statement::Park { name: "AWS_SECRET_ACCESS_KEY" },
        Statement::SetEnv { name: "AWS_PROFILE", value: b"it's" },
        Statement::SetLocal { name: "__awsenv_name", value: b"it's" },
        Statement::UnsetLocal { name: "__awsenv_exp" },
        Statement::DropParked { name: "AWS_SESSION_TOKEN" },
    ]);
    let expected = "Remove-Item -LiteralPath Env:AWS_VAULT -ErrorAction Ignore; \
        $global:__awsenv_old_AWS_SECRET_ACCESS_KEY=$env:AWS_SECRET_ACCESS_KEY; $env:AWS_PROFILE='it''s'; \
        $global:__awsenv_name='it''s'; Remove-Variable -Scope Global -Name __awsenv_exp -ErrorAction Ignore; \
        Remove-Variable -Scope Global -Name __awsenv_old_AWS_SESSION_TOKEN -ErrorAction Ignore\n";
    assert_eq!(code, expected);
    assert_eq!(
        render(&[Statement::RestoreParked { name: "V", notice: "it's lost" }]),
        "if ($null -ne (Get-Variable -Scope Global -Name __awsenv_old_V -ValueOnly -ErrorAction Ignore)) \
         { $env:V=$global:__awsenv_old_V; Remove-Variable -Scope Global -Name __awsenv_old_V -ErrorAction Ignore } \
         else { Remove-Item -LiteralPath Env:V -ErrorAction Ignore; [Console]::Error.WriteLine('it''s lost') }\n"
    );
    // `Invoke-Expression` of nothing is an error.
    assert_eq!(render(&[]), "$null=0\n");
}

#[test]
fn every_text_parses() {
    for value in HOSTILE.iter().chain(MORE).map(|value| value.to_vec()).chain(arbitrary(200)) {
        if std::str::from_utf8(&value).is_err() {
            continue;
        }
        let code = render(&[
            Statement::SetEnv { name: "V", value: &value },
            Statement::Park { name: "V" },
            Statement::RestoreParked { name: "V", notice: "it's lost" },
            Statement::SetLocal { name: "__awsenv_name", value: &value },
        ]);
        assert_eq!(code.matches(char::is_control).count(), 1, "{code}");
        parses("code", &code);
    }
    parses("fail", &String::from_utf8(ShellDialect::PowerShell.fail(3)).unwrap());
    parses("init", &script(ShellDialect::PowerShell, "C:\\it's here\\awsenv.exe"));
    for file in ["shell/awsenv.ps1", "tests/shells/powershell.ps1"] {
        parses(file, &fs::read_to_string(root().join(file)).unwrap());
    }
}

/// What the parser here lets pass and PowerShell does not, or only PowerShell 7 does.
#[test]
fn scripts_keep_to_what_windows_powershell_reads() {
    for file in ["shell/awsenv.ps1", "tests/shells/powershell.ps1"] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        for (number, line) in text.lines().enumerate() {
            let code = if line.trim_start().starts_with('#') { "" } else { line };
            if file.starts_with("shell/") {
                for word in [" ?? ", "??=", " && ", " || ", " ? ", "?."] {
                    assert!(!code.contains(word), "{file}:{}: `{word}` is not in 5.1", number + 1);
                }
            }
            // `"$name: x"` is a scope or a drive there.
            let names_a_drive = code.split('"').skip(1).step_by(2).any(|string| {
                string.split('$').skip(1).any(|rest| {
                    let name = rest.chars().take_while(|character| character.is_alphanumeric() || *character == '_').count();
                    name > 0 && rest[name..].starts_with(": ")
                })
            });
            assert!(!names_a_drive, "{file}:{}: write `${{name}}:`", number + 1);
        }
    }
}

#[test]
fn the_script_for_a_real_one_passes() {
    if !is_here("pwsh") {
        return;
    }
    let Some(binary) = std::env::var_os("AWSENV_TEST_BINARY") else {
        eprintln!("SKIPPED: powershell.ps1, AWSENV_TEST_BINARY does not name the binary");
        return;
    };
    let file = root().join("tests/shells/powershell.ps1");
    let output = Command::new("pwsh").args(["-NoProfile", "-File"]).arg(file).arg(binary).output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && stdout.trim_end().ends_with(" 0 failed"), "{stdout}");
}
