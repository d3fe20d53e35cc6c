//! `awsenv export`: credentials in the words of other programs.

use awsenv_testkit::{Sandbox, is_here};

use crate::support::{demo, empty, fails, json, keys};

/// What an access key may be at worst: a custom process can say anything.
const HOSTILE: &str = "it's \"$HOME\" `id` \\ %PATH% !x *";

fn hostile() -> Sandbox {
    let sandbox = empty();
    let secret = HOSTILE.replace('\\', "\\\\").replace('"', "\\\"");
    let answer =
        format!("{{\"Version\": 1, \"AccessKeyId\": \"AKIAX\", \"SecretAccessKey\": \"{secret}\", \"SessionToken\": \"t=+/\"}}");
    sandbox.write("answer.json", answer);
    sandbox.config(&format!("[profile x]\ncredential_process = cat \"{}\"\n", sandbox.path("answer.json").display()));
    sandbox
}

#[test]
fn the_credential_process_document_is_the_default() {
    let sandbox = demo();
    let run = sandbox.run(&["export", "tools"]).ok();
    let document = json(&run);
    assert_eq!(keys(&document), ["Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"]);
    assert_eq!(document["Version"], 1);
    assert_eq!(sandbox.run(&["export", "tools", "--format", "process"]).ok().stdout, run.stdout);
    // Keys without an end say nothing of one.
    assert_eq!(keys(&json(&sandbox.run(&["export", "dev"]).ok())), ["Version", "AccessKeyId", "SecretAccessKey"]);
}

#[test]
fn json_and_ini_hold_the_same() {
    let sandbox = demo();
    let process = json(&sandbox.run(&["export", "tools"]).ok());
    let document = json(&sandbox.run(&["export", "tools", "--format", "json"]).ok());
    assert_eq!(keys(&document), ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION"]);
    assert_eq!(document["AWS_SECRET_ACCESS_KEY"], process["SecretAccessKey"]);
    let ini = sandbox.run(&["export", "tools", "--format", "ini"]).ok().stdout;
    let line = |key: &str, value: &serde_json::Value| format!("{key} = {}\n", value.as_str().unwrap());
    let expected = format!(
        "[tools]\n{}{}{}",
        line("aws_access_key_id", &process["AccessKeyId"]),
        line("aws_secret_access_key", &process["SecretAccessKey"]),
        line("aws_session_token", &process["SessionToken"])
    );
    assert_eq!(ini, expected);
    // What it printed is a profile, once it is appended.
    sandbox.credentials(&format!("{}{}", sandbox.read(".aws/credentials"), ini.replace("[tools]", "[copied]")));
    assert_eq!(json(&sandbox.run(&["export", "copied"]).ok())["SessionToken"], process["SessionToken"]);
}

#[test]
fn the_shells_read_back_what_was_written() {
    let sandbox = hostile();
    for (format, program, script) in [
        ("env", "bash", "eval \"$(awsenv export x --format env)\"; sh -c 'printf %s \"$AWS_SECRET_ACCESS_KEY\"'"),
        ("env", "zsh", "eval \"$(awsenv export x --format env)\"; sh -c 'printf %s \"$AWS_SECRET_ACCESS_KEY\"'"),
        ("env", "dash", "eval \"$(awsenv export x --format env)\"; sh -c 'printf %s \"$AWS_SECRET_ACCESS_KEY\"'"),
        (
            "env-no-export",
            "bash",
            "eval \"$(awsenv export x --format env-no-export)\"; printf %s \"$AWS_SECRET_ACCESS_KEY\"; sh -c 'printf %s \"$AWS_SECRET_ACCESS_KEY\"'",
        ),
        ("fish", "fish", "awsenv export x --format fish | source; sh -c 'printf %s \"$AWS_SECRET_ACCESS_KEY\"'"),
        (
            "powershell",
            "pwsh",
            "Invoke-Expression (& awsenv export x --format powershell | Out-String); sh -c 'printf %s \"$AWS_SECRET_ACCESS_KEY\"'",
        ),
    ] {
        if is_here(program, &["-c", "exit"]) {
            let run = sandbox.program(program, &["-c", script]).run().ok();
            assert_eq!(run.stdout, HOSTILE, "{format} in {program}");
        }
    }
}

#[test]
fn dotenv_and_cmd() {
    let sandbox = hostile();
    let run = sandbox.run(&["export", "x", "--format", "dotenv"]).ok();
    assert_eq!(
        run.stdout,
        "AWS_ACCESS_KEY_ID=AKIAX\nAWS_SECRET_ACCESS_KEY=\"it's \\\"\\$HOME\\\" `id` \\\\ %PATH% !x *\"\nAWS_SESSION_TOKEN=t=+/\n"
    );
    let run = sandbox.run(&["export", "x", "--format", "windows-cmd"]).ok();
    assert!(run.stdout.contains("set \"AWS_ACCESS_KEY_ID=AKIAX\"\n"), "{}", run.stdout);
}

#[test]
fn without_a_name_it_is_what_the_environment_says() {
    let mut sandbox = demo();
    fails(&sandbox, &["export"], "no-credentials", 3);
    sandbox.set("AWS_PROFILE", "dev");
    let by_profile = json(&sandbox.run(&["export"]).ok());
    sandbox.set("AWS_ACCESS_KEY_ID", "AKIAENV").set("AWS_SECRET_ACCESS_KEY", "s");
    let by_keys = json(&sandbox.run(&["export"]).ok());
    assert_eq!(by_keys["AccessKeyId"], "AKIAENV", "keys in the environment win over AWS_PROFILE");
    assert_ne!(by_profile["AccessKeyId"], "AKIAENV");
    assert_eq!(json(&sandbox.run(&["export", "dev"]).ok()), by_profile, "and lose to a name");
}
