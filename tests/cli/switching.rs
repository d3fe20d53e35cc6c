//! `awsenv use`: modes, regions, names, options, shells.

use std::collections::BTreeSet;

use awsenv_testkit::Sandbox;

use crate::support::{MFA, Switch, codes, demo, fails, one_profile, switch, two_profiles, with_config};

#[test]
fn mode_profile_exports_the_name_and_both_regions() {
    let switch = switch(&one_profile(), &["dev"]);
    assert_eq!(switch.get("AWS_PROFILE"), Some("dev"));
    assert_eq!(switch.get("AWSENV_PROFILE"), Some("dev"));
    assert_eq!((switch.get("AWS_REGION"), switch.get("AWS_DEFAULT_REGION")), (Some("eu-central-1"), Some("eu-central-1")));
    assert_eq!(switch.get("AWS_ACCESS_KEY_ID"), None);
    assert!(switch.get("__AWSENV_STATE").is_some_and(|state| state.starts_with("1,m,")));
}

#[test]
fn mode_keys_exports_keys_and_no_profile() {
    let mut sandbox = demo();
    sandbox.set("AWS_PROFILE", "base").set("AWS_SECURITY_TOKEN", "old").set("AWS_VAULT", "old").set("AWSUME_PROFILE", "old");
    let switch = switch(&sandbox, &["tools", "--mode", "keys"]);
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        assert!(switch.get(name).is_some_and(|value| !value.is_empty()), "{name}");
    }
    let end = switch.get("AWS_CREDENTIAL_EXPIRATION").unwrap();
    assert!(end.ends_with('Z') && switch.get("AWS_SESSION_EXPIRATION") == Some(end), "{end}");
    assert_eq!(switch.get("AWS_ACCOUNT_ID"), Some("111111111111"));
    assert_eq!(switch.get("AWS_REGION"), Some("eu-central-1"));
    assert_eq!(switch.get("AWS_PROFILE"), None);
    for name in ["AWS_PROFILE", "AWS_SECURITY_TOKEN", "AWS_VAULT", "AWSUME_PROFILE"] {
        assert!(switch.unsets(name), "{name} is left: {switch:?}");
    }
}

#[test]
fn mode_auto_gives_keys_where_an_sdk_could_not_get_them() {
    let sandbox = demo();
    let code = sandbox.server().mfa_code(MFA).unwrap();
    for (arguments, is_profile) in [
        (&["dev"][..], true),
        (&["tools"], true),
        (&["staging"], true),
        (&["sandbox"], true),
        (&["ci"], true),
        (&["prod", "--mfa-token", &code], false),
        (&["console"], false),
        (&["tools", "--duration", "30m"], false),
        (&["tools", "--role-session-name", "ana"], false),
        (&["tools", "--mode", "keys"], false),
        (&["prod", "--mode", "profile"], true),
    ] {
        let switch = switch(&sandbox, arguments);
        assert_eq!(switch.get("AWS_PROFILE").is_some(), is_profile, "{arguments:?}");
        assert_eq!(switch.get("AWS_ACCESS_KEY_ID").is_some(), !is_profile, "{arguments:?}");
    }
    assert_eq!(sandbox.server().violations(), [""; 0]);
}

#[test]
fn the_other_settings_become_their_variables() {
    let mut sandbox = with_config(
        "[profile x]\naws_access_key_id = A\naws_secret_access_key = B\nregion = eu-west-1\noutput = yaml\nretry_mode = standard\n\
         max_attempts = 4\nuse_fips_endpoint = true\nca_bundle = /etc/ca.pem\nendpoint_url = http://127.0.0.1:8000\n",
    );
    sandbox.unset("AWS_ENDPOINT_URL").unset("AWS_MAX_ATTEMPTS");
    let switch = switch(&sandbox, &["x", "--mode", "keys"]);
    for (name, value) in [
        ("AWS_DEFAULT_OUTPUT", "yaml"),
        ("AWS_RETRY_MODE", "standard"),
        ("AWS_MAX_ATTEMPTS", "4"),
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("AWS_CA_BUNDLE", "/etc/ca.pem"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:8000"),
    ] {
        assert_eq!(switch.get(name), Some(value), "{name}");
    }
}

#[test]
fn the_region_is_the_options_the_environments_the_profiles() {
    let mut sandbox = one_profile();
    let region = |sandbox: &Sandbox, arguments: &[&str]| {
        let words = [&["exec"], arguments, &["--", "sh", "-c", "echo $AWS_REGION $AWS_DEFAULT_REGION"]].concat();
        let (first, second) =
            sandbox.run(&words).ok().stdout.trim().split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        assert_eq!(first, second);
        Some(first)
    };
    assert_eq!(region(&sandbox, &["dev"]).as_deref(), Some("eu-central-1"));
    assert_eq!(region(&sandbox, &["dev", "-r", "us-west-2"]).as_deref(), Some("us-west-2"));
    assert_eq!(region(&sandbox, &["dev", "--region=us-west-2"]).as_deref(), Some("us-west-2"));
    sandbox.set("AWS_DEFAULT_REGION", "ap-south-1");
    assert_eq!(region(&sandbox, &["dev"]).as_deref(), Some("ap-south-1"));
    sandbox.set("AWS_REGION", "sa-east-1");
    assert_eq!(region(&sandbox, &["dev"]).as_deref(), Some("sa-east-1"));
    assert_eq!(region(&sandbox, &["dev", "-r", "us-west-2"]).as_deref(), Some("us-west-2"));
    // A region that may be new is said, and used.
    let run = sandbox.run(&["--message-format", "json", "use", "dev", "-r", "eu-west-9", "--shell", "json"]).ok();
    assert_eq!((codes(&run), Switch::of(&run).get("AWS_REGION")), (vec!["new-region".to_owned()], Some("eu-west-9")));
}

#[test]
fn an_unknown_region_is_unset_not_left() {
    let mut sandbox = two_profiles();
    sandbox.config("[profile dev]\nregion = eu-central-1\n[profile ops]\n");
    switch(&sandbox, &["dev"]).apply(&mut sandbox);
    let switch = switch(&sandbox, &["ops"]);
    assert!(switch.unsets("AWS_REGION") && switch.unsets("AWS_DEFAULT_REGION"), "{switch:?}");
}

#[test]
fn a_second_use_decides_as_the_first_did() {
    let mut sandbox = two_profiles();
    switch(&sandbox, &["dev", "-r", "us-west-2"]).apply(&mut sandbox);
    // us-west-2 was awsenv's own doing, so it is not what the environment says.
    assert_eq!(switch(&sandbox, &["ops"]).get("AWS_REGION"), Some("us-east-1"));
}

#[test]
fn a_dash_goes_back() {
    let mut sandbox = two_profiles();
    switch(&sandbox, &["dev"]).apply(&mut sandbox);
    switch(&sandbox, &["ops"]).apply(&mut sandbox);
    let back = switch(&sandbox, &["-"]);
    assert_eq!(back.get("AWS_PROFILE"), Some("dev"));
    back.apply(&mut sandbox);
    assert_eq!(switch(&sandbox, &["-"]).get("AWS_PROFILE"), Some("ops"));
}

#[test]
fn account_and_role_name_an_sso_profile() {
    let sandbox = demo();
    assert_eq!(switch(&sandbox, &["444444444444/Administrator"]).get("AWS_PROFILE"), Some("sandbox"));
    sandbox
        .config(&sandbox.read(".aws/config").replace("[profile readonly]", "[profile readonly]\nsso_account_name = Production"));
    assert_eq!(switch(&sandbox, &["Production/ReadOnly"]).get("AWS_PROFILE"), Some("readonly"));
    fails(&sandbox, &["use", "444444444444/ReadOnly", "--shell", "bash"], "unknown-profile", 3);
}

#[test]
fn duration_and_session_name_reach_sts() {
    let sandbox = demo();
    switch(&sandbox, &["tools", "--duration", "30m", "--role-session-name", "ana@work"]);
    let requests = sandbox.server().requests();
    let call = requests.iter().find(|request| request.action == "AssumeRole").unwrap();
    assert_eq!((call.param("DurationSeconds"), call.param("RoleSessionName")), (Some("1800"), Some("ana@work")));
}

#[test]
fn the_code_may_come_from_stdin() {
    let sandbox = demo();
    let code = sandbox.server().mfa_code(MFA).unwrap();
    let run = sandbox.awsenv(&["use", "prod", "--mfa-token", "-", "--shell", "json"]).stdin(&format!("{code}\n")).run().ok();
    assert!(Switch::of(&run).get("AWS_SESSION_TOKEN").is_some());
    let run = sandbox.awsenv(&["use", "audit", "--shell", "json"]).run().ok();
    assert!(Switch::of(&run).get("AWS_SESSION_TOKEN").is_some(), "one code serves every role of the device");
    assert_eq!((sandbox.server().count("GetSessionToken"), sandbox.server().count("AssumeRole")), (1, 2));
}

#[test]
fn every_shell_is_spoken_to() {
    let sandbox = one_profile();
    for (shell, line) in [
        ("bash", "export AWS_PROFILE="),
        ("zsh", "export AWS_PROFILE="),
        ("posix", "AWS_PROFILE="),
        ("sh", "AWS_PROFILE="),
        ("fish", "set -gx AWS_PROFILE "),
        ("powershell", "AWS_PROFILE"),
        ("pwsh", "AWS_PROFILE"),
        ("elvish", "AWS_PROFILE"),
        ("xonsh", "AWS_PROFILE"),
        ("tcsh", "setenv AWS_PROFILE "),
        ("cmd", "AWS_PROFILE=dev"),
        ("json", "\"AWS_PROFILE\": \"dev\""),
        ("nushell", "AWS_PROFILE"),
    ] {
        let run = sandbox.run(&["use", "dev", "--shell", shell]).ok();
        assert!(run.stdout.replace("\":\"", "\": \"").contains(line), "{shell}: {}", run.stdout);
        assert!(run.stdout.contains("dev"), "{shell}: {}", run.stdout);
    }
}

#[test]
fn a_failed_switch_fails_in_every_dialect() {
    let sandbox = one_profile();
    let mut seen = BTreeSet::new();
    for (shell, statement) in [
        ("bash", "(exit 3)\n"),
        ("zsh", "(exit 3)\n"),
        ("posix", "(exit 3)\n"),
        ("tcsh", "(exit 3)\n"),
        ("powershell", "throw 'awsenv: not switched (exit code 3)'\n"),
        ("json", ""),
        ("nushell", ""),
    ] {
        let run = sandbox.run(&["use", "nope", "--shell", shell]).exits(3);
        assert_eq!(run.stdout, statement, "{shell}");
        seen.insert(run.stderr);
    }
    assert_eq!(seen.len(), 1, "the same words in every shell: {seen:?}");
    // A mistake in the command line itself counts as well, wherever the options stand.
    for arguments in [&["use", "--shell", "bash", "--nonsense"][..], &["--shell=bash", "use", "dev", "--nonsense"]] {
        assert_eq!(sandbox.run(arguments).exits(2).stdout, "(exit 2)\n", "{arguments:?}");
    }
}

#[test]
fn what_follows_a_failed_switch_does_not_run() {
    let sandbox = one_profile();
    let run = sandbox.bash("eval \"$(awsenv use nope)\" && echo RAN").run().exits(3);
    assert_eq!(run.stdout, "");
    let run = sandbox.bash("eval \"$(awsenv init bash)\"; awsenv use nope && echo RAN").run().exits(3);
    assert_eq!(run.stdout, "");
    let run = sandbox
        .bash("set -e; eval \"$(awsenv use dev)\"; echo $AWS_PROFILE; eval \"$(awsenv use nope)\"; echo RAN")
        .run()
        .exits(3);
    assert_eq!(run.stdout, "dev\n");
}
