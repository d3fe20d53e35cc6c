//! nushell wants a terminal that answers, so here a script calls its hook.

use awsenv_testkit::{Sandbox, is_here};

use super::{SHOW, path_of};
use crate::prompt_text::{CASES, inside};
use crate::support::machine;

/// Lines of nushell, its hook after each; returns what was shown.
fn nushell(sandbox: &mut Sandbox, lines: &[&str]) -> Option<String> {
    if !is_here("nu", &["--version"]) {
        return None;
    }
    sandbox.write("init", sandbox.run(&["init", "nushell"]).ok().stdout);
    sandbox.write("show", SHOW);
    let text: String = lines.iter().map(|line| format!("{line}\n__awsenv_hook\n")).collect();
    sandbox.write("lines", format!("source init\nsource init\n__awsenv_hook\n{text}"));
    let run = sandbox.program(path_of("nu"), &["--no-config-file", "lines"]).run().ok();
    Some(run.stdout + &run.stderr)
}

const TEXT: &str = "print $'text=[($env.AWSENV_PROMPT.text)] color=[($env.AWSENV_PROMPT.color)]'";

#[test]
fn nushell_goes_into_a_directory_and_back() {
    let mut sandbox = machine();
    sandbox.write("new/.awsenv", "profile = dev\n");
    sandbox.set("AWS_REGION", "eu-north-1");
    let lines = [
        "cd dev",
        "sh ~/show",
        TEXT,
        "",
        "cd ../plain",
        "sh ~/show",
        TEXT,
        "cd ../new",
        "",
        "cd ../plain",
        "cd ../new",
        "awsenv allow --yes",
        "sh ~/show",
        "'profile = ops' | save --force .awsenv",
        "",
        "sh ~/show",
        "awsenv use ops",
        "cd ../dev",
        "sh ~/show",
        "awsenv unset",
        "cd ../ops",
        "sh ~/show",
        "awsenv auto",
        "sh ~/show",
        "print ($env.config.hooks.pre_prompt | length)",
    ];
    let Some(shown) = nushell(&mut sandbox, &lines) else { return };
    let profiles: Vec<&str> = shown.split("profile=[").skip(1).map(|rest| rest.split(']').next().unwrap()).collect();
    assert_eq!(profiles, ["dev", "unset", "dev", "unset", "ops", "unset", "ops"], "{shown}");
    assert!(shown.contains("text=[dev] color=[]") && shown.contains("text=[] color=[]"), "{shown}");
    assert!(shown.contains("profile=[unset] region=[eu-north-1] leaks=[0]"), "{shown}");
    assert_eq!(shown.matches("awsenv: dev · eu-north-1 from .awsenv").count(), 2, "{shown}");
    assert_eq!(shown.matches(".awsenv is not allowed").count(), 2, "{shown}");
    assert_eq!(shown.matches("has changed since it was allowed").count(), 1, "{shown}");
    assert!(shown.contains("\n1\n"), "{shown}");
}

#[test]
fn the_prompt_of_nushell_tells_what_the_command_tells() {
    for &(mode, refreshable, left, expected) in CASES {
        let Some(shown) = nushell(&mut inside(mode, refreshable, left), &[TEXT]) else { return };
        assert!(shown.contains(&format!("text=[{expected}] color=[red]")), "{shown}");
    }
}

#[test]
fn an_unchanged_prompt_of_nushell_starts_no_process() {
    let mut sandbox = inside("keys", "1", 7_200);
    let Some(shown) = nushell(&mut sandbox, &["", "", "", "sh -c true LAST"]) else { return };
    assert_eq!(shown, "");
    if !is_here("strace", &["-V"]) {
        return;
    }
    let nu = path_of("nu");
    let trace = ["-f", "-qq", "-o", "trace", "-e", "trace=execve", nu.to_str().unwrap(), "--no-config-file", "lines"];
    sandbox.program(path_of("strace"), &trace).run().ok();
    let text = sandbox.read("trace");
    let asked = text.lines().filter(|line| line.contains("\"--shell\", \"nushell\", \"hook\"")).count();
    assert_eq!((asked, text.contains("/date\"")), (1, false), "{text}");
}

#[test]
fn nushell_bears_any_name() {
    for name in ["it's a  \"dir\"", "$(touch pwned)", "star*?[x]", "-n"] {
        let mut sandbox = machine();
        let profile = "it's $(touch pwned)`touch pwned`(touch pwned)*é";
        sandbox.config(&format!("[profile {profile}]\nregion = eu-central-1\n"));
        sandbox.credentials(&format!("[{profile}]\naws_access_key_id = AKIA\naws_secret_access_key = secret\n"));
        let place = sandbox.path(name);
        sandbox.write(&format!("{name}/.awsenv"), format!("profile = {profile}\n"));
        sandbox.awsenv(&["allow", "--yes"]).directory(&place).run().ok();
        sandbox.set("PLACE", &place);
        let Some(shown) = nushell(&mut sandbox, &["cd $env.PLACE", TEXT, "cd ~", TEXT]) else { return };
        assert!(shown.contains(&format!("text=[{profile}]")) && shown.contains("text=[]"), "{name}: {shown}");
        assert!(!sandbox.path("pwned").exists() && !place.join("pwned").exists(), "{name}");
    }
}

#[test]
fn nushell_keeps_the_status_of_a_command() {
    let mut sandbox = machine();
    let status = "print $'status=[($env.LAST_EXIT_CODE)]'";
    // The hook between the lines calls the binary. What fails ends a script, so the status is set as a session has it.
    let lines =
        ["cd dev; $env.LAST_EXIT_CODE = 3", status, "sh ~/show", "cd ../plain; $env.LAST_EXIT_CODE = 3", status, "sh ~/show"];
    let Some(shown) = nushell(&mut sandbox, &lines) else { return };
    assert_eq!(shown.matches("status=[3]").count(), 2, "{shown}");
    assert!(shown.contains("profile=[dev]") && shown.contains("profile=[unset]"), "{shown}");
}

#[test]
fn a_failed_switch_ends_a_script_of_nushell() {
    let sandbox = machine();
    if !is_here("nu", &["--version"]) {
        return;
    }
    sandbox.write("init", sandbox.run(&["init", "nushell"]).ok().stdout);
    sandbox.write("lines", "source init\nawsenv use nobody\nprint went-on\n");
    let run = sandbox.program(path_of("nu"), &["--no-config-file", "lines"]).run();
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(!run.stdout.contains("went-on"), "{}", run.stdout);
}
