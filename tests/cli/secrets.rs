//! No secret but where it belongs.

use crate::support::{MFA, demo};

const PROFILES: [&str; 11] =
    ["dev", "base", "prod", "audit", "tools", "staging", "partner", "sandbox", "readonly", "ci", "console"];

#[test]
fn no_message_of_any_command_shows_one() {
    let sandbox = demo();
    let mut said = String::new();
    for message_format in ["text", "json"] {
        for profile in PROFILES {
            let code = sandbox.server().mfa_code(MFA).unwrap();
            for command in [
                &["use", profile, "--shell", "bash", "--mode", "keys", "--mfa-token", &code][..],
                &["use", profile, "--shell", "bash", "--mode", "profile"],
                &["export", profile],
                &["whoami", profile],
                &["explain", profile],
                &["exec", profile, "--", "true"],
                &["credential-process", "--profile", profile],
                &["list", profile, "--format", "json", "--all-settings"],
            ] {
                let run = sandbox.run(&[&["-vv", "--message-format", message_format], command].concat()).ok();
                said.push_str(&run.stderr);
                if matches!(command[0], "whoami" | "explain" | "list") {
                    said.push_str(&run.stdout);
                }
            }
        }
        for (file, _) in sandbox.files().texts().filter(|(name, _)| name.contains("/cli/cache/")) {
            std::fs::remove_file(sandbox.root().join(file)).unwrap();
        }
    }
    assert!(sandbox.secrets().len() > 15, "the test knows what to look for");
    assert!(said.contains("AssumeRole"), "there was something to look at");
    sandbox.assert_no_secret("stderr", &said);
    sandbox.assert_no_secret_on_disk();
    assert_eq!(sandbox.server().violations(), [""; 0]);
}

#[test]
fn no_error_shows_one() {
    let sandbox = demo();
    let mut said = String::new();
    for profile in PROFILES {
        for effect in [fake_aws::Effect::Deny, fake_aws::Effect::Malformed, fake_aws::Effect::Expire] {
            sandbox.server().reset();
            sandbox.server().script(fake_aws::Rule::new("*", effect));
            let run = sandbox.run(&["-vv", "whoami", profile, "--mfa-token", "123456"]);
            assert_ne!(run.code, 0, "{profile}");
            said.push_str(&run.stderr);
            said.push_str(&run.stdout);
            sandbox.assert_no_secret(&run.command, &run.stderr);
        }
    }
    sandbox.assert_no_secret("stderr", &said);
    sandbox.assert_no_secret_on_disk();
}

#[test]
fn a_secret_in_an_indented_line_is_shown_nowhere() {
    let sandbox = crate::support::empty();
    let value = "us-east-1\n  aws_secret_access_key = SECRETBBBB\n\taws_session_token SECRETBBBB";
    for key in
        ["region", "output", "mfa_serial", "sso_account_id", "role_arn", "sso_start_url", "login_session", "duration_seconds"]
    {
        sandbox.credentials(&format!("[x]\n{key} = {value}\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"));
        for command in [
            &["list"][..],
            &["list", "--format", "json"],
            &["list", "--format", "json", "--all-settings"],
            &["configure", "list", "--profile", "x"],
            &["configure", "list", "--profile", "x", "--format", "json"],
            &["explain", "x"],
            &["explain", "x", "--format", "json"],
            &["doctor"],
            &["doctor", "--format", "json"],
            &["sessions"],
            &["sessions", "--format", "json"],
            &["use", "x", "--shell", "bash", "--mode", "keys"],
            &["--message-format", "json", "use", "x", "--shell", "bash", "--mode", "keys"],
            &["-vv", "whoami", "x"],
        ] {
            let run = sandbox.run(command);
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(!said.contains("SECRETBBBB"), "{key}: {}\n{said}", run.command);
        }
    }
    sandbox.credentials(&format!("[x]\nregion = {value}\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"));
    let table = sandbox.run(&["list"]).ok().stdout;
    assert_eq!(table.lines().count(), 2, "{table}");
    assert!(table.contains("us-east-1 aws_secret_access_key = ****"), "{table}");
}
