//! `awsenv doctor` about variables.

use awsenv_testkit::Sandbox;
use serde_json::Value;

use crate::doctor::{doctor, findings, healthy, only};
use crate::support::with_config;

const PAST: &str = "2020-01-01T00:00:00Z";
const FUTURE: &str = "2099-01-01T00:00:00Z";

/// `dev` and `ops`, in this environment.
fn machine(variables: &[(&str, &str)]) -> Sandbox {
    let mut sandbox = healthy();
    for (name, value) in variables {
        sandbox.set(name, value);
    }
    sandbox
}

fn text(finding: &Value) -> String {
    let help = finding["help"].as_array().unwrap().iter().map(|help| help.as_str().unwrap());
    [finding["message"].as_str().unwrap()].into_iter().chain(help).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_fault_by_itself() {
    let key = ("AWS_ACCESS_KEY_ID", "AKIAENV");
    let secret = ("AWS_SECRET_ACCESS_KEY", "secret-of-env");
    for (variables, code, severity, part) in [
        (&[("AWS_PROFILE", "devv")][..], "unknown-profile", "error", "did you mean `dev`?"),
        (&[("AWS_DEFAULT_PROFILE", "devv")], "unknown-profile", "error", "unset AWS_DEFAULT_PROFILE"),
        (&[("AWS_PROFILE", "dev"), ("AWS_DEFAULT_PROFILE", "ops")], "variables-contradict", "warning", "boto3"),
        (
            &[("AWS_PROFILE", "dev"), key, secret],
            "variables-contradict",
            "warning",
            "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY",
        ),
        (&[("AWS_REGION", "eu-west-1"), ("AWS_DEFAULT_REGION", "eu-west-2")], "variables-contradict", "warning", "`eu-west-2`"),
        (&[("AWS_REGION", "eu-wset-1")], "unknown-region", "error", "did you mean `eu-west-1`"),
        (&[("AWS_DEFAULT_REGION", "eu-north-9")], "new-region", "note", "`eu-north-9` from AWS_DEFAULT_REGION"),
        (&[("AWS_REGION", "eu-west-9"), ("AWS_DEFAULT_REGION", "eu-west-9")], "new-region", "note", "from AWS_REGION"),
        (&[("AWS_DEFAULT_REGION", "nowhere")], "unknown-region", "error", "unset AWS_DEFAULT_REGION"),
        (&[key], "partial-credentials", "error", "AWS_SECRET_ACCESS_KEY is not"),
        (&[secret], "partial-credentials", "warning", "AWS_ACCESS_KEY_ID is not"),
        (&[("AWS_SESSION_TOKEN", "secret-token")], "partial-credentials", "warning", "unset AWS_SESSION_TOKEN"),
        (&[("AWS_SECURITY_TOKEN", "secret-token")], "partial-credentials", "warning", "unset AWS_SECURITY_TOKEN"),
        (&[key, secret, ("AWS_SECURITY_TOKEN", "secret-token")], "variables-contradict", "warning", "AWS_SESSION_TOKEN is not"),
        (&[key, secret, ("AWS_CREDENTIAL_EXPIRATION", PAST)], "credentials-expired", "warning", PAST),
        (&[key, secret, ("AWS_CREDENTIAL_EXPIRATION", "soon")], "invalid-value", "warning", "no instant"),
        (&[("AWS_ACCOUNT_ID", "1234")], "invalid-value", "warning", "twelve digits"),
        (&[("AWS_REGION", "")], "empty-variable", "warning", "unset AWS_REGION"),
        (&[("AWS_MAX_ATTEMPTS", "many")], "invalid-value", "error", "`many`"),
        (&[("AWS_MAX_ATTEMPTS", "0")], "invalid-value", "error", "above 0"),
        (&[("AWS_USE_FIPS_ENDPOINT", "1")], "invalid-value", "warning", "neither true nor false"),
        (&[("AWS_RETRY_MODE", "standart")], "invalid-value", "error", "`standard`, `adaptive` or `legacy`"),
        (&[("AWS_CA_BUNDLE", "/nowhere/ca.pem")], "variable-file-missing", "error", "/nowhere/ca.pem"),
        (&[("AWS_WEB_IDENTITY_TOKEN_FILE", "~/token")], "variable-file-missing", "warning", "~/token"),
        (&[("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")], "variable-file-missing", "warning", "~/.aws/credentials is not read"),
        (&[("AWS_ENDPOINT_URL_S3", "http://ana:pw@localhost:4566")], "endpoint-overridden", "note", "s3 go to localhost:4566"),
        (&[("AWS_SDK_LOAD_CONFIG", "0")], "config-turned-off", "note", "unset AWS_SDK_LOAD_CONFIG"),
        (&[("AWS_VAULT", "dev")], "other-tool-left", "warning", "the credentials that it stands for are not here"),
        (
            &[("AWSUME_PROFILE", "dev"), ("AWS_PROFILE", "ops")],
            "other-tool-left",
            "warning",
            "it says `dev`, and AWS_PROFILE `ops`",
        ),
        (&[("AWSU_PROFILE", "a"), ("AWSU_EXPIRES", PAST)], "other-tool-left", "warning", "has ended at"),
        (&[("AWS_SSO_PROFILE", "a")], "other-tool-left", "warning", "aws-sso-cli"),
        (&[("GRANTED_SSO_ROLE_NAME", "a")], "other-tool-left", "warning", "granted"),
        (&[("AWS_EB_PROFILE", "dev"), ("AWS_PROFILE", "ops")], "other-tool-left", "warning", "oh-my-zsh"),
        (&[("SAML2AWS_PROFILE", "dev")], "other-tool-left", "warning", "unset SAML2AWS_PROFILE"),
        (&[("__AWSENV_STATE", "9,x")], "state-invalid", "warning", "unset __AWSENV_STATE AWSENV_PROFILE"),
        (&[("AWSENV_PROFILE", "dev")], "state-invalid", "warning", "nothing is known"),
        (
            &[("AWSENV_PROFILE", "ops"), ("__AWSENV_STATE", "1,m,,,profile=dev,mode=profile")],
            "state-invalid",
            "warning",
            "awsenv put this shell into `dev`",
        ),
    ] {
        let mut sandbox = machine(variables);
        sandbox.set("SHELL", "/bin/bash");
        let finding = only(&sandbox, code, severity);
        assert!(text(&finding).contains(part), "{variables:?}: {part:?} is not in\n{}", text(&finding));
        assert!(!text(&finding).contains("secret-") && !text(&finding).contains("pw@"), "{variables:?}: {finding}");
    }
}

#[test]
fn healthy_shells_have_no_findings() {
    let keys =
        [("AWS_ACCESS_KEY_ID", "ASIAENV"), ("AWS_SECRET_ACCESS_KEY", "secret-of-env"), ("AWS_SESSION_TOKEN", "secret-token")];
    for more in [
        &[("AWS_PROFILE", "dev"), ("AWS_REGION", "eu-west-1"), ("AWS_PAGER", "")][..],
        // In `aws-vault exec`, and after awsume and granted.
        &[keys[0], keys[1], keys[2], ("AWS_VAULT", "dev"), ("AWS_CREDENTIAL_EXPIRATION", FUTURE)],
        &[keys[0], keys[1], keys[2], ("AWSUME_PROFILE", "dev"), ("AWSUME_EXPIRATION", FUTURE)],
        &[("AWS_PROFILE", "dev"), ("GRANTED_QUIET", "true"), ("GRANTED_ALIAS_CONFIGURED", "true")],
        &[("AWS_PROFILE", "dev"), ("AWS_DEFAULT_PROFILE", "dev"), ("AWS_EB_PROFILE", "dev"), ("AWS_PROFILE_REGION", "eu-west-1")],
        &[("AWS_MAX_ATTEMPTS", "5"), ("AWS_RETRY_MODE", "Adaptive"), ("AWS_EC2_METADATA_DISABLED", "TRUE")],
    ] {
        assert!(findings(&machine(more), 0).is_empty(), "{more:?}: {:#?}", findings(&machine(more), 0));
    }
}

#[test]
fn a_shell_that_awsenv_has_switched_is_healthy() {
    for (arguments, profile) in [(&["use", "dev"][..], "dev"), (&["use", "ops", "--mode", "keys"][..], "ops")] {
        let mut sandbox = healthy();
        crate::support::switch(&sandbox, &arguments[1..]).apply(&mut sandbox);
        assert!(findings(&sandbox, 0).is_empty(), "{profile}: {:#?}", findings(&sandbox, 0));
        // What comes afterwards is left.
        sandbox.set("AWSUME_PROFILE", "old");
        assert!(text(&only(&sandbox, "other-tool-left", "warning")).contains(&format!("it is in `{profile}` now")));
    }
}

#[test]
fn an_account_that_is_not_the_profiles() {
    let mut sandbox = with_config("[profile sso]\nsso_account_id = 111122223333\n");
    sandbox.set("AWS_PROFILE", "sso").set("AWS_ACCOUNT_ID", "111122223333");
    assert!(findings(&sandbox, 0).iter().all(|finding| finding["code"] != "variables-contradict"));
    sandbox.set("AWS_ACCOUNT_ID", "222233334444");
    let found = findings(&sandbox, 0);
    let finding = found.iter().find(|finding| finding["code"] == "variables-contradict").unwrap();
    assert!(text(finding).contains("is of account 111122223333"), "{finding}");
}

#[test]
fn an_emulator_may_have_regions_of_its_own() {
    let mut sandbox = healthy();
    sandbox.set("AWS_REGION", "garage").set("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    let run = sandbox.run(&["doctor", "--offline"]).ok();
    assert!(run.stdout.starts_with("note[endpoint-overridden]: every AWS tool asks http://127.0.0.1:9"), "{}", run.stdout);
    assert!(run.stdout.ends_with("\n1 note\n"), "{}", run.stdout);
}

#[test]
fn what_takes_a_variable_away_is_in_the_shells_own_words() {
    for (shell, line) in [
        ("/usr/bin/fish", "set -e AWS_SESSION_TOKEN"),
        ("/bin/tcsh", "unsetenv AWS_SESSION_TOKEN"),
        ("/usr/bin/pwsh", "Remove-Item Env:AWS_SESSION_TOKEN"),
    ] {
        let mut sandbox = machine(&[("AWS_SESSION_TOKEN", "secret-token"), ("SHELL", shell)]);
        sandbox.set("SHELL", shell);
        let run = doctor(&sandbox, &[]).ok();
        assert!(run.stdout.contains(&format!("take it out of this shell: {line}\n")), "{}", run.stdout);
    }
}
