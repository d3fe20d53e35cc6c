//! What a user found who tried to break it.

use std::fmt::Write as _;

use awsenv_testkit::is_here;
use fake_aws::{Effect, Rule};

use crate::support::{MFA, demo, fails, json, two_profiles, with_config};

#[test]
fn evaluating_by_hand_works_beside_the_function_too() {
    let sandbox = two_profiles();
    for (shell, dialect) in [("bash", "bash"), ("zsh", "zsh"), ("dash", "posix"), ("ksh", "posix"), ("busybox sh", "posix")] {
        let program = shell.split(' ').next().unwrap();
        let probe = if program == "busybox" { ["sh", "-c", ":"].as_slice() } else { ["-c", ":"].as_slice() };
        if !is_here(program, probe) {
            continue;
        }
        let script = format!(
            "eval \"$(awsenv init {dialect})\"; awsenv -q use dev; eval \"$(awsenv -q use ops)\" && echo \"in $AWSENV_PROFILE\"; \
             eval \"$(awsenv -q use nope)\" && echo GOES ON; eval \"$(awsenv -q unset)\"; echo \"left ${{AWSENV_PROFILE-}}.\""
        );
        let run = sandbox.bash(&format!("exec {shell} -c '{}'", script.replace('\'', "'\\''"))).run().ok();
        assert_eq!(run.stdout, "in ops\nleft .\n", "{shell}");
    }
}

#[test]
fn an_export_that_fails_is_a_statement_that_fails() {
    let sandbox = two_profiles();
    for format in ["env", "env-no-export"] {
        let run = sandbox.bash(&format!("eval \"$(awsenv export nope --format {format})\" && echo GOES ON; echo $?")).run().ok();
        assert_eq!(run.stdout, "3\n", "{format}");
    }
    assert_eq!(sandbox.run(&["export", "nope", "--format", "json"]).exits(3).stdout, "");
}

#[test]
fn credentials_that_are_over_by_this_clock_mean_a_wrong_clock() {
    let sandbox = demo();
    sandbox.server().script(Rule::new("AssumeRole", Effect::Lifetime(-100)));
    fails(&sandbox, &["use", "tools", "--mode", "keys", "--shell", "bash"], "clock-skew", 6);
}

#[test]
fn what_the_user_sets_by_hand_is_what_the_shell_is_in() {
    let sandbox = two_profiles();
    let script = "eval \"$(awsenv use dev)\"; export AWS_PROFILE=ops; awsenv exec -- sh -c 'echo $AWS_PROFILE'; \
                  eval \"$(awsenv refresh)\"; echo \"$? $AWS_PROFILE\"";
    let run = sandbox.bash(script).run().ok();
    assert_eq!(run.stdout, "ops\n3 ops\n");
}

#[test]
fn refresh_keeps_the_name_that_cloudtrail_shows() {
    let sandbox = demo();
    let script = "eval \"$(awsenv use tools --mode keys --role-session-name alice -d 30m)\"; eval \"$(awsenv refresh)\"";
    sandbox.bash(script).run().ok();
    let requests = sandbox.server().requests();
    let asked: Vec<_> = requests
        .iter()
        .filter(|request| request.action == "AssumeRole")
        .map(|request| (request.param("RoleSessionName"), request.param("DurationSeconds")))
        .collect();
    assert_eq!(asked, [(Some("alice"), Some("1800")); 2]);
}

#[test]
fn the_profile_before_is_this_shells() {
    let sandbox = two_profiles();
    sandbox.run(&["use", "ops", "--shell", "bash"]).ok();
    fails(&sandbox, &["use", "-", "--shell", "bash"], "no-active-profile", 3);
}

#[test]
fn a_child_shell_is_not_left_with_half_a_key_pair() {
    let mut sandbox = two_profiles();
    sandbox.set("AWS_ACCESS_KEY_ID", "AKIAMINE").set("AWS_SECRET_ACCESS_KEY", "mine");
    let child = "eval \"$(awsenv -q unset)\" 2>/dev/null; echo \"${AWS_ACCESS_KEY_ID-none} ${AWS_SECRET_ACCESS_KEY-none}\"";
    let script = format!("eval \"$(awsenv -q use dev)\"; bash -c '{child}'; {child}");
    assert_eq!(sandbox.bash(&script).run().ok().stdout, "none none\nAKIAMINE mine\n");
}

#[test]
fn a_code_on_stdin_leaves_the_rest_to_the_child() {
    let sandbox = demo();
    let code = sandbox.server().mfa_code(MFA).unwrap();
    let run = sandbox.bash(&format!("printf '{code}\\nrest\\nmore\\n' | awsenv -q exec prod --mfa-token - -- cat")).run().ok();
    assert_eq!(run.stdout, "rest\nmore\n");
    // Now that no code is needed none is read.
    let run = sandbox.bash("printf 'rest\\n' | awsenv -q exec prod --mfa-token - -- cat").run().ok();
    assert_eq!(run.stdout, "rest\n");
}

#[test]
fn a_chain_without_an_end_is_an_error() {
    let mut config = String::from("[profile last]\nregion = eu-west-1\naws_access_key_id = AKIA\naws_secret_access_key = s\n");
    for number in 0..10_000 {
        let source = if number == 9_999 { "last".to_owned() } else { format!("p{}", number + 1) };
        let role = format!("role_arn = arn:aws:iam::123456789012:role/r{number}");
        writeln!(config, "[profile p{number}]\n{role}\nsource_profile = {source}").unwrap();
    }
    let sandbox = with_config(&config);
    fails(&sandbox, &["use", "p0", "--shell", "bash"], "invalid-value", 3);
    json(&sandbox.run(&["explain", "p9700", "--format", "json"]).ok());
}

#[test]
fn a_process_that_fails_has_its_line() {
    let sandbox = with_config("[profile p]\ncredential_process = /bin/false\n");
    let run = sandbox.run(&["export", "p", "--message-format", "json"]).exits(3);
    let report: serde_json::Value = serde_json::from_str(run.stderr.trim()).unwrap();
    assert_eq!((&report["code"], &report["labels"][0]["line"]), (&"process-failed".into(), &2.into()));
}

#[test]
fn signing_in_to_a_slip_of_the_finger_names_it() {
    let sandbox = demo();
    let run = sandbox.run(&["login", "sandbx"]).exits(3);
    run.says("error[unknown-profile]").says("`sandbox`");
    for name in ["a\nb", " ", "a\u{1b}[31m"] {
        sandbox.run(&["login", name]).exits(2).says("error[usage]");
    }
}
