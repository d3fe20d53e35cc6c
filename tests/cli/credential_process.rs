//! `awsenv credential-process`: a provider for tools that cannot do it themselves.

use crate::support::{MFA, demo, empty, fails, json, keys, with_config};

#[test]
fn it_prints_version_1() {
    let sandbox = demo();
    let document = json(&sandbox.run(&["credential-process", "--profile", "tools"]).ok());
    assert_eq!(keys(&document), ["Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId"]);
    assert_eq!(document["AccountId"], "111111111111");
}

#[test]
fn it_never_asks() {
    let sandbox = demo();
    fails(&sandbox, &["credential-process", "--profile", "prod"], "mfa-code-required", 4);
    // Not even where somebody could answer.
    let mut terminal = sandbox.awsenv_on_terminal(&["credential-process", "--profile", "prod"]);
    assert_eq!(terminal.exit_code(), 4);
    assert!(terminal.screen().contains("error[mfa-code-required]"), "{}", terminal.screen());
    let mut terminal = sandbox.awsenv_on_terminal(&["credential-process", "--profile", "prod", "--interactive"]);
    terminal.expect("MFA code");
    terminal.type_text(&format!("{}\r", sandbox.server().mfa_code(MFA).unwrap()));
    terminal.expect("\"SessionToken\"");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn a_tool_that_reads_the_config_gets_an_mfa_role() {
    let sandbox = demo();
    let config = sandbox.read(".aws/config");
    sandbox
        .config(&format!("{config}\n[profile prod-for-tools]\ncredential_process = awsenv credential-process --profile prod\n"));
    let report = fails(&sandbox, &["export", "prod-for-tools"], "process-failed", 3);
    assert!(report["help"].to_string().contains("mfa-code-required"), "its own words are shown: {report}");
    let code = sandbox.server().mfa_code(MFA).unwrap();
    sandbox.run(&["export", "prod", "--mfa-token", &code]).ok();
    let document = json(&sandbox.run(&["export", "prod-for-tools"]).ok());
    assert!(document["SessionToken"].is_string());
}

#[test]
fn a_circle_ends() {
    let sandbox = with_config(
        "[profile me]\ncredential_process = awsenv credential-process --profile me\n\
         [profile a]\ncredential_process = awsenv credential-process --profile b\n\
         [profile b]\ncredential_process = awsenv credential-process --profile a\n",
    );
    for (profile, circle) in [("me", "me → me"), ("a", "a → b → a")] {
        for arguments in [&["export", profile][..], &["credential-process", "--profile", profile]] {
            let run = sandbox.run(arguments).exits(3);
            assert!(run.stderr.contains("process-recursion") && run.stderr.contains(circle), "{arguments:?}: {}", run.stderr);
        }
    }
    // Inside the circle it has its own code; above, the process has failed.
    let mut inner = empty();
    inner.config("[profile me]\ncredential_process = true\n").credentials("");
    inner.set("__AWSENV_PROFILE_CHAIN", "me");
    fails(&inner, &["credential-process", "--profile", "me"], "process-recursion", 3);
}
