//! `awsenv configure list` and `mfa-login`, and what must hold for keys in two files.

use awsenv_testkit::Sandbox;
use serde_json::Value;

use crate::support::{MFA, codes, demo, empty, fails, json, keys, one_profile, with_config};

fn code(sandbox: &Sandbox) -> String {
    sandbox.server().mfa_code(MFA).unwrap()
}

/// A value of a section of the credentials file.
fn stored(sandbox: &Sandbox, section: &str, key: &str) -> Option<String> {
    let text = sandbox.read(".aws/credentials");
    let lines = text.lines().skip_while(|line| *line != format!("[{section}]")).skip(1).take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| line.split_once(" = ")).find(|(name, _)| *name == key).map(|(_, value)| value.to_owned())
}

#[test]
fn list_says_where_everything_comes_from_and_fetches_nothing() {
    let sandbox = demo();
    let rows = |arguments: &[&str]| {
        let run = sandbox.run(&[&["configure", "list", "--format", "json"], arguments].concat()).ok();
        json(&run)["settings"].as_array().unwrap().clone()
    };
    let kinds = |arguments: &[&str]| -> Vec<String> {
        let shown = |row: &Value| format!("{} {}", row["type"].as_str().unwrap_or("-"), row["value"].as_str().unwrap_or("-"));
        rows(arguments).iter().map(shown).collect()
    };
    assert_eq!(keys(&rows(&[])[0]), ["name", "value", "type", "location", "file", "line"]);
    assert_eq!(kinds(&["--profile", "tools"])[1..3], ["assume-role <not fetched>", "assume-role <not fetched>"]);
    sandbox.run(&["export", "tools"]).ok();
    let fetched = kinds(&["--profile", "tools"]);
    assert!(
        fetched[1].starts_with("assume-role ****************") && fetched[1].len() == "assume-role ".len() + 20,
        "{fetched:?}"
    );
    assert_eq!(kinds(&["--profile", "sandbox"])[1], "sso <not fetched>");
    assert!(kinds(&["--profile", "console"])[1].starts_with("login ****"));
    assert!(kinds(&["--profile", "base"])[1].starts_with("shared-credentials-file ****"));
    let region = rows(&["--profile", "prod"])[3].clone();
    assert_eq!((&region["value"], &region["type"], &region["line"]), (&"eu-west-1".into(), &"config-file".into(), &15.into()));
    assert_eq!(sandbox.server().count("GetRoleCredentials"), 0);
    fails(&sandbox, &["configure", "list", "--profile", "ghost"], "unknown-profile", 3);
}

#[test]
fn a_session_is_written_into_a_profile_of_its_own() {
    let sandbox = demo();
    let before = sandbox.read(".aws/config");
    let code = code(&sandbox);
    let run = sandbox
        .run(&[
            "configure",
            "mfa-login",
            "--profile",
            "base",
            "--update-profile",
            "base-mfa",
            "--mfa-token",
            &code,
            "--duration-seconds",
            "1h",
        ])
        .ok();
    assert_eq!(run.stdout, "");
    run.says("Temporary credentials written to profile 'base-mfa'")
        .says("Credentials will expire at ")
        .says("awsenv use base-mfa");
    assert!(stored(&sandbox, "base-mfa", "aws_access_key_id").is_some_and(|id| id.starts_with("ASIA")));
    assert!(stored(&sandbox, "base-mfa", "aws_session_token").is_some());
    assert_eq!(sandbox.read(".aws/config"), before, "the config file says nothing of it");
    let whoami = json(&sandbox.run(&["whoami", "base-mfa", "--format", "json"]).ok());
    assert_eq!(whoami["arn"], "arn:aws:iam::111111111111:user/ana");
    assert_eq!(sandbox.server().count("GetSessionToken"), 1);
    // The session is renewed in place; the code has been used.
    fails(
        &sandbox,
        &["configure", "mfa-login", "--profile", "base", "--update-profile", "base-mfa", "--mfa-token", &code],
        "mfa-code-rejected",
        5,
    );
}

#[test]
fn a_session_is_named_for_its_device_unless_a_person_says_otherwise() {
    let sandbox = demo();
    let code = code(&sandbox);
    sandbox.awsenv(&["configure", "mfa-login", "--profile", "base", "--mfa-token", "-"]).stdin(&format!("{code}\n")).run().ok();
    assert!(stored(&sandbox, "111111111111-ana", "aws_session_token").is_some(), "{}", sandbox.read(".aws/credentials"));
    let sandbox = demo();
    let code = self::code(&sandbox);
    let mut terminal = sandbox.terminal(env!("CARGO_BIN_EXE_awsenv"), &["configure", "mfa-login", "--profile", "dev"]);
    terminal.expect("MFA serial number or ARN: ");
    terminal.type_text(&format!("{MFA}\r"));
    terminal.expect("Profile to update [111111111111-ana]: ");
    terminal.type_text("mine\r");
    terminal.expect("ana");
    terminal.type_text(&format!("{code}\r"));
    // The device is another user's: AWS says so, and nothing is written.
    terminal.expect("AWS refused that code");
    terminal.type_text("\u{3}");
    assert_eq!(terminal.exit_code(), 130, "{}", terminal.screen());
    assert_eq!(stored(&sandbox, "mine", "aws_access_key_id"), None);
}

/// Written and of no use: the profile's other settings come first.
#[test]
fn a_session_that_its_profile_hides_is_warned_of() {
    for (settings, by) in [
        ("role_arn = arn:aws:iam::111111111111:role/tools\nsource_profile = base\n", "role_arn"),
        (
            "sso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 111122223333\nsso_role_name = A\n",
            "sso_account_id",
        ),
        ("region = eu-west-1\n", ""),
    ] {
        let sandbox = demo();
        let config = format!("{}\n[profile taken]\n{settings}", sandbox.read(".aws/config"));
        sandbox.config(&config);
        let code = code(&sandbox);
        let run =
            sandbox.run(&["configure", "mfa-login", "--profile", "base", "--update-profile", "taken", "--mfa-token", &code]).ok();
        assert!(stored(&sandbox, "taken", "aws_session_token").is_some());
        match by {
            "" => assert!(!run.stderr.contains("warning"), "{}", run.stderr),
            by => {
                run.says("warning[setting-shadowed]: profile `taken` does not use the keys that were just written")
                    .says(&format!("`{by}` comes before them"));
            }
        }
    }
}

#[test]
fn who_has_no_keys_is_asked_for_them() {
    let sandbox = demo();
    let (id, secret) =
        (stored(&sandbox, "base", "aws_access_key_id").unwrap(), stored(&sandbox, "base", "aws_secret_access_key").unwrap());
    sandbox.credentials("");
    sandbox.config("");
    let code = code(&sandbox);
    let mut terminal = sandbox.terminal(env!("CARGO_BIN_EXE_awsenv"), &["configure", "mfa-login", "--serial-number", MFA]);
    terminal.expect("Please provide your AWS credentials:");
    for (question, answer) in
        [("AWS Access Key ID: ", &*id), ("AWS Secret Access Key: ", &*secret), ("Profile to update [111111111111-ana]: ", "")]
    {
        terminal.expect(question);
        terminal.type_text(&format!("{answer}\r"));
    }
    terminal.expect("MFA");
    terminal.type_text(&format!("{code}\r"));
    assert_eq!(terminal.exit_code(), 0, "{}", terminal.screen());
    assert!(!terminal.raw().contains(&secret));
    assert!(stored(&sandbox, "111111111111-ana", "aws_session_token").is_some());
}

#[test]
fn the_same_by_options() {
    let sandbox = demo();
    let (id, secret) =
        (stored(&sandbox, "base", "aws_access_key_id").unwrap(), stored(&sandbox, "base", "aws_secret_access_key").unwrap());
    sandbox.credentials("");
    sandbox.config("");
    let words = ["configure", "mfa-login", "--serial-number", MFA, "--access-key-id", &id, "--secret-access-key"];
    let code = code(&sandbox);
    sandbox.awsenv(&[&words[..], &["-", "--mfa-token", &code]].concat()).stdin(&format!("{secret}\n")).run().ok();
    assert!(stored(&sandbox, "111111111111-ana", "aws_session_token").is_some());
    let report = fails(&sandbox, &[&words[..], &["typed-in-argv"]].concat(), "usage", 2);
    assert!(!report.to_string().contains("typed-in-argv"), "{report}");
    fails(&sandbox, &words[..6], "answer-required", 4);
}

#[test]
fn long_term_keys_are_never_overwritten_and_no_others_will_do() {
    let sandbox = demo();
    let code = code(&sandbox);
    for target in ["base", "dev"] {
        let words = ["configure", "mfa-login", "--profile", "base", "--update-profile", target, "--mfa-token", &code];
        let report = fails(&sandbox, &words, "other-credentials", 3);
        assert!(report["message"].as_str().unwrap().contains("long-term keys"), "{report}");
    }
    for profile in ["prod", "sandbox"] {
        fails(&sandbox, &["configure", "mfa-login", "--profile", profile, "--mfa-token", &code], "other-credentials", 3);
    }
    fails(&sandbox, &["configure", "mfa-login", "--profile", "dev"], "answer-required", 4);
    fails(&sandbox, &["configure", "mfa-login", "--profile", "base"], "mfa-code-required", 4);
    assert!(sandbox.server().requests().is_empty());
}

#[test]
fn keys_and_region_are_written_both_or_neither() {
    let words =
        ["configure", "--profile", "new", "--access-key-id", "AKIANEW", "--secret-access-key", "-", "--region", "eu-west-1"];
    for broken in ["[profile new]\njunk\n", "[profile new\n"] {
        let sandbox = with_config(broken);
        sandbox.credentials("[old]\naws_access_key_id = A\n");
        let run = sandbox.awsenv(&words).stdin("s\n").run();
        let written = sandbox.read(".aws/credentials").contains("AKIANEW");
        assert_eq!(
            (run.code == 0, written),
            (sandbox.read(".aws/config").contains("eu-west-1"), run.code == 0),
            "{broken}: {}",
            run.stderr
        );
    }
    // The config file's folder cannot be made: the credentials stay as they were.
    let mut sandbox = one_profile();
    let file = sandbox.write("a-file", "");
    sandbox.set("AWS_CONFIG_FILE", file.join("config"));
    let before = sandbox.read(".aws/credentials");
    let run = sandbox.awsenv(&words).stdin("s\n").run();
    assert_ne!(run.code, 0, "{}", run.stderr);
    assert_eq!(sandbox.read(".aws/credentials"), before);
}

#[test]
fn one_file_for_both() {
    let mut sandbox = empty();
    let file = sandbox.path("both");
    sandbox.set("AWS_CONFIG_FILE", &file).set("AWS_SHARED_CREDENTIALS_FILE", &file);
    let words = ["configure", "--access-key-id", "AKIANEW", "--secret-access-key", "-", "--region", "eu-west-1"];
    sandbox.awsenv(&words).stdin("s\n").run().ok();
    let text = sandbox.read("both");
    assert!(["AKIANEW", "= s\n", "eu-west-1"].iter().all(|part| text.contains(part)), "{text}");
}

#[test]
fn a_secret_in_the_arguments_is_written_with_a_warning() {
    let sandbox = empty();
    let set = |key: &str, value: &str| {
        sandbox.awsenv(&["--message-format", "json", "configure", "set", key, value]).stdin("on-stdin\n").run().ok()
    };
    for key in ["aws_secret_access_key", "aws_session_token"] {
        let run = set(key, "typed-in-argv");
        assert_eq!(codes(&run), ["secret-in-arguments"]);
        assert!(!run.stderr.contains("typed-in-argv"), "{}", run.stderr);
        assert_eq!(codes(&set(key, "-")), [""; 0]);
    }
    assert_eq!(codes(&set("aws_access_key_id", "AKIA")), [""; 0]);
}

#[test]
fn a_role_has_all_its_settings() {
    let sandbox = with_config("[profile base]\nregion = eu-west-1\n");
    let role = [
        "configure",
        "role",
        "--profile",
        "prod",
        "--role-arn",
        "arn:aws:iam::222222222222:role/ops",
        "--source-profile",
        "base",
    ];
    let more = ["--external-id", "e", "--role-session-name", "ana", "--duration-seconds", "7200"];
    sandbox.run(&[&role[..], &more].concat()).ok();
    assert_eq!(
        sandbox.read(".aws/config"),
        "[profile base]\nregion = eu-west-1\n[profile prod]\nrole_arn = arn:aws:iam::222222222222:role/ops\nsource_profile = base\n\
         external_id = e\nrole_session_name = ana\nduration_seconds = 7200\n"
    );
    fails(&sandbox, &[&role[..], &["--duration-seconds", "60"]].concat(), "usage", 2);
    fails(&sandbox, &[&role[..], &["--role-session-name", "a b"]].concat(), "usage", 2);
}
