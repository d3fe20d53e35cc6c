//! `--find-mfa`: the device is asked of IAM.

use fake_aws::{Effect, Rule};

use crate::support::{fails, without_serial};

const ANA: &str = "arn:aws:iam::111111111111:mfa/ana";
const KEY: &str = "arn:aws:iam::111111111111:mfa/key";

#[test]
fn one_device_is_used_and_named() {
    let sandbox = without_serial(&["ana"]);
    let code = || sandbox.server().mfa_code(ANA).unwrap();
    // For the user's own session, and for a role over the keys.
    let run = sandbox
        .run(&[
            "exec",
            "base",
            "--find-mfa",
            "--mode",
            "keys",
            "--mfa-token",
            &code(),
            "--",
            "sh",
            "-c",
            "echo ${AWS_SESSION_TOKEN:+session}",
        ])
        .ok();
    assert_eq!(run.stdout, "session\n");
    run.says(&format!("using the MFA device {ANA}")).says(&format!("awsenv configure set mfa_serial {ANA} --profile base"));
    let requests = sandbox.server().requests();
    let asked = requests.iter().find(|request| request.action == "ListMFADevices").unwrap();
    assert_eq!(
        (asked.service.as_str(), asked.caller.as_deref(), asked.param("UserName")),
        ("iam", Some("arn:aws:iam::111111111111:user/ana"), None)
    );
    // The session serves the role as well, without a code.
    sandbox.run(&["exec", "ops", "--find-mfa", "--", "true"]).ok();
    assert_eq!((sandbox.server().count("GetSessionToken"), sandbox.server().violations()), (1, vec![]));
    sandbox.assert_no_secret_on_disk();
}

#[test]
fn without_the_option_nobody_is_asked() {
    let sandbox = without_serial(&["ana"]);
    sandbox.run(&["exec", "base", "--", "true"]).ok();
    assert_eq!(sandbox.server().count("ListMFADevices"), 0);
}

#[test]
fn no_device_and_several_without_a_person_are_errors() {
    let sandbox = without_serial(&[]);
    fails(&sandbox, &["exec", "base", "--find-mfa", "--", "true"], "no-mfa-device", 3);
    let sandbox = without_serial(&["key", "ana"]);
    let report = fails(&sandbox, &["exec", "base", "--find-mfa", "--", "true"], "mfa-code-required", 4);
    let help = report["help"].to_string();
    assert!(help.contains(&format!("mfa_serial = {ANA}")) && help.contains(&format!("mfa_serial = {KEY}")), "{help}");
}

#[test]
fn several_are_picked_from() {
    let sandbox = without_serial(&["key", "ana"]);
    let mut terminal = sandbox.awsenv_on_terminal(&["exec", "base", "--find-mfa", "--mode", "keys", "--", "echo", "went", "on"]);
    terminal.expect("MFA device");
    terminal.type_text("key\r");
    terminal.expect("MFA code of key for base");
    terminal.type_text(&format!("{}\r", sandbox.server().mfa_code(KEY).unwrap()));
    terminal.expect("went on");
    assert_eq!(terminal.exit_code(), 0, "{}", terminal.screen());
}

#[test]
fn what_iam_says_is_told() {
    let denied = Effect::Status {
        status: 403,
        code: "AccessDenied".into(),
        message: "User: x is not authorized to perform: iam:ListMFADevices".into(),
    };
    for (effect, code, exit) in [
        (denied, "access-denied", 5),
        (Effect::ServerError, "service-unavailable", 6),
        (Effect::CloseConnection, "network", 6),
        (Effect::Malformed, "service-unavailable", 6),
    ] {
        let sandbox = without_serial(&["ana"]);
        sandbox.server().script(Rule::new("ListMFADevices", effect));
        fails(&sandbox, &["exec", "base", "--find-mfa", "--", "true"], code, exit);
    }
    let mut sandbox = without_serial(&["ana"]);
    let endpoint = sandbox.server().endpoint();
    sandbox
        .set("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        .set("AWS_ENDPOINT_URL_IAM", &endpoint)
        .set("AWS_ENDPOINT_URL_STS", &endpoint);
    let code = sandbox.server().mfa_code(ANA).unwrap();
    sandbox.run(&["exec", "base", "--find-mfa", "--mode", "keys", "--mfa-token", &code, "--", "true"]).ok();
}
