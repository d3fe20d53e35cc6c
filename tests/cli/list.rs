//! `awsenv list`.

use crate::support::{demo, empty, json, keys, switch, with_config};
use serde_json::Value;

const PROFILE_KEYS: [&str; 12] = [
    "name",
    "kind",
    "region",
    "account_id",
    "role_name",
    "role_arn",
    "sso_session",
    "source_profile",
    "mfa_serial",
    "file",
    "line",
    "expires_at",
];

fn named<'a>(document: &'a Value, name: &str) -> &'a Value {
    document["profiles"].as_array().unwrap().iter().find(|profile| profile["name"] == name).unwrap()
}

#[test]
fn the_fields_are_the_contracts() {
    let sandbox = demo();
    let document = json(&sandbox.run(&["list", "--format", "json"]).ok());
    assert_eq!(keys(&document), ["profiles", "sso_sessions", "warnings"]);
    for profile in document["profiles"].as_array().unwrap() {
        assert_eq!(keys(profile), PROFILE_KEYS, "{profile}");
    }
    assert_eq!(keys(&document["sso_sessions"][0]), ["name", "start_url", "region", "file", "line", "expires_at"]);
    let prod = named(&document, "prod");
    assert_eq!(prod["kind"], "role");
    assert_eq!(prod["account_id"], "222222222222");
    assert_eq!(prod["role_name"], "ops");
    assert_eq!(prod["source_profile"], "base");
    assert_eq!(prod["mfa_serial"], "arn:aws:iam::111111111111:mfa/ana");
    assert_eq!(prod["region"], "eu-west-1");
    assert_eq!(prod["file"], sandbox.path(".aws/config").to_str().unwrap());
    assert_eq!(prod["line"], 10);
    assert_eq!(prod["expires_at"], Value::Null);
    let sso = named(&document, "sandbox");
    assert_eq!(
        (&sso["kind"], &sso["account_id"], &sso["role_name"], &sso["sso_session"]),
        (&"sso".into(), &"444444444444".into(), &"Administrator".into(), &"corp".into())
    );
    assert_eq!(document["sso_sessions"][0]["name"], "corp");
    assert!(document["sso_sessions"][0]["expires_at"].as_str().is_some_and(|end| end.ends_with('Z')));
    assert_eq!(document["warnings"].as_array().map(Vec::len), Some(0));
    assert!(sandbox.server().requests().is_empty());
}

#[test]
fn every_kind_is_told_apart() {
    let sandbox = with_config(
        "[profile static]\naws_access_key_id = A\naws_secret_access_key = B\n[profile sso]\nsso_account_id = 1\n[profile role]\nrole_arn = a\n\
         [profile web-identity]\nrole_arn = a\nweb_identity_token_file = f\n[profile process]\ncredential_process = p\n\
         [profile login]\nlogin_session = l\n[profile settings-only]\nregion = eu-west-1\n",
    );
    let document = json(&sandbox.run(&["list", "--format", "json"]).ok());
    for profile in document["profiles"].as_array().unwrap() {
        assert_eq!(profile["name"], profile["kind"], "{profile}");
    }
}

#[test]
fn the_end_of_what_is_cached_is_shown() {
    let sandbox = demo();
    switch(&sandbox, &["tools"]);
    let document = json(&sandbox.run(&["list", "tools", "--format", "json"]).ok());
    assert!(document["profiles"][0]["expires_at"].as_str().is_some_and(|end| end.ends_with('Z')), "{document}");
}

#[test]
fn all_settings_as_written_but_for_the_secret_ones() {
    let sandbox = with_config(
        "[profile x]\nREGION = eu-west-1\ns3 =\n  addressing_style = path\n  max_queue_size = 5\nmade_up = it's\n\
         aws_secret_access_key = hunter2\naws_session_token = hunter2\n",
    );
    sandbox.credentials("[x]\naws_access_key_id = AKIAX\naws_secret_access_key = hunter2\n");
    let run = sandbox.run(&["list", "--format", "json", "--all-settings"]).ok();
    assert!(!run.stdout.contains("hunter2"), "{}", run.stdout);
    let settings = &json(&run)["profiles"][0]["settings"];
    assert_eq!(settings["s3"]["addressing_style"], "path");
    assert_eq!((&settings["made_up"], &settings["aws_access_key_id"]), (&"it's".into(), &"AKIAX".into()));
    assert_eq!((&settings["aws_secret_access_key"], &settings["aws_session_token"]), (&"****".into(), &"****".into()));
    assert!(json(&sandbox.run(&["list", "--format", "json"]).ok())["profiles"][0].get("settings").is_none());
}

#[test]
fn names_are_one_a_line_in_the_files_order() {
    let sandbox = demo();
    let run = sandbox.run(&["list", "--format", "names"]).ok();
    let names: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(
        names,
        ["dev", "base", "prod", "audit", "tools", "staging", "partner", "sandbox", "readonly", "backup", "ci", "console"]
    );
}

#[test]
fn a_filter_looks_at_what_one_remembers() {
    let sandbox = demo();
    for (filter, names) in [
        ("prod", "prod\n"),
        ("222222222222", "prod\naudit\npartner\nreadonly\n"),
        ("222222222222 readonly", "readonly\n"),
        ("ADMINISTRATOR", "sandbox\n"),
        ("us-west-2", "sandbox\n"),
        ("nothing-like-it", ""),
    ] {
        assert_eq!(sandbox.run(&["list", filter, "--format", "names"]).ok().stdout, names, "{filter}");
    }
    sandbox.run(&["list", "nothing-like-it"]).ok().says("no profile matches");
}

#[test]
fn the_table_is_for_people() {
    let mut sandbox = demo();
    switch(&sandbox, &["dev"]).apply(&mut sandbox);
    let run = sandbox.run(&["list", "dev"]).ok();
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines[0].starts_with("PROFILE") && lines[1].starts_with("* dev"), "{}", run.stdout);
    assert!(!run.stdout.contains('\x1b'), "no colours in a pipe");
    empty().run(&["list"]).ok().says("there are no profiles yet: `awsenv configure sso` or `awsenv configure` makes one");
}

#[test]
fn broken_lines_are_warnings_here() {
    let sandbox = with_config("[profile x]\nregion = eu-west-1\nrole_arn\n");
    let document = json(&sandbox.run(&["list", "--format", "json"]).ok());
    let warning = &document["warnings"][0];
    assert_eq!(
        (&warning["severity"], &warning["code"], &warning["labels"][0]["line"]),
        (&"warning".into(), &"config-syntax".into(), &3.into())
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut config = String::new();
    for number in 0..5_000 {
        config.push_str(&format!("[profile p{number}]\nregion = eu-west-1\n"));
    }
    let sandbox = with_config(&config);
    let run = sandbox.bash("set -o pipefail; awsenv list --format names | head -n 1").run().ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("p0\n", ""));
}

#[test]
fn a_session_has_one_end_wherever_it_is_told() {
    let mut sandbox = demo();
    let token = std::fs::read_dir(sandbox.path(".aws/sso/cache")).unwrap().map(|entry| entry.unwrap().path());
    let file = token.into_iter().find(|path| std::fs::read_to_string(path).unwrap().contains("refreshToken")).unwrap();
    let document: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    // With a refresh token the registration's end, without one the access token's.
    for renews in [true, false] {
        let mut document = document.clone();
        let end = if renews { "registrationExpiresAt" } else { "expiresAt" };
        let end = document[end].as_str().unwrap().trim_end_matches('Z').to_owned();
        if !renews {
            document.as_object_mut().unwrap().remove("refreshToken");
        }
        std::fs::write(&file, document.to_string()).unwrap();
        let run = |arguments: &[&str]| json(&sandbox.run(&[arguments, &["--format", "json"]].concat()).ok());
        let list = run(&["list"])["sso_sessions"][0]["expires_at"].clone();
        let sessions = run(&["sessions"])["sessions"][0]["expires_at"].clone();
        let explain = run(&["explain", "sandbox"])["caches"][0]["session_expires_at"].clone();
        switch(&sandbox, &["sandbox"]).apply(&mut sandbox);
        let status = json(&sandbox.run(&["status", "--format", "json"]).ok())["expires_at"].clone();
        for (who, told) in [("list", list), ("sessions", sessions), ("explain", explain), ("status", status)] {
            assert_eq!(told.as_str().map(|told| told.trim_end_matches('Z')), Some(end.as_str()), "{who}, renews: {renews}");
        }
    }
}

#[test]
fn all_words_must_match() {
    let sandbox = with_config("[profile pay-prod]\nregion = eu-west-1\n[profile pay-dev]\nregion = eu-west-1\n[profile x]\n");
    for words in [&["pay", "PROD"][..], &["prod pay"], &["eu-west", "prod"]] {
        let run = sandbox.run(&[&["list", "--format", "names"], words].concat()).ok();
        assert_eq!(run.stdout, "pay-prod\n", "{words:?}");
    }
    assert_eq!(sandbox.run(&["list", "--format", "names", "pay", "x"]).ok().stdout, "");
}

#[test]
fn a_name_is_whole_in_a_pipe_and_harmless_on_a_screen() {
    let sandbox = with_config("[profile evil\u{1b}[31m]\nregion = eu-west-1\n");
    assert_eq!(sandbox.run(&["list", "--format", "names"]).ok().stdout, "evil\u{1b}[31m\n");
    let mut terminal = sandbox.terminal(env!("CARGO_BIN_EXE_awsenv"), &["list", "--format", "names"]);
    assert_eq!(terminal.exit_code(), 0);
    assert!(!terminal.raw().contains("evil\u{1b}") && terminal.raw().contains("evil"), "{:?}", terminal.raw());
}
