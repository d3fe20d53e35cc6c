//! `awsenv explain`: the plan, before any network.

use std::path::Path;

use awsenv_testkit::assert_snapshot;
use serde_json::Value;

use crate::support::{demo, json, keys, one_profile, switch};

#[test]
fn the_fields_are_the_contracts() {
    let mut sandbox = demo();
    sandbox.set("AWS_REGION", "sa-east-1");
    let plan = json(&sandbox.run(&["explain", "prod", "--format", "json"]).ok());
    assert_eq!(keys(&plan)[..5], ["profile", "steps", "region", "needs", "shadowed"], "the contract's");
    let more = ["chosen_by", "account_id", "settings", "caches", "mode", "guards", "refused", "sdks"];
    assert_eq!(keys(&plan)[5..], more, "the help's");
    assert_eq!(keys(&plan["region"]), ["value", "origin", "file", "line", "variable"]);
    assert_eq!(
        (&plan["region"]["value"], &plan["region"]["origin"], &plan["region"]["variable"]),
        (&"sa-east-1".into(), &"environment".into(), &"AWS_REGION".into())
    );
    for step in plan["steps"].as_array().unwrap() {
        assert_eq!(keys(step)[..4], ["kind", "profile", "file", "line"], "{step}");
    }
    let kinds: Vec<&Value> = plan["steps"].as_array().unwrap().iter().map(|step| &step["kind"]).collect();
    assert_eq!(kinds, ["static", "session-token", "assume-role"]);
    assert_eq!(plan["steps"][2]["role_arn"], "arn:aws:iam::222222222222:role/ops");
    assert_eq!(
        (&plan["needs"][0]["kind"], &plan["needs"][0]["serial"]),
        (&"mfa-code".into(), &"arn:aws:iam::111111111111:mfa/ana".into())
    );
    let region =
        plan["shadowed"].as_array().unwrap().iter().find(|shadowed| shadowed["what"].as_str().unwrap().contains("region"));
    assert_eq!(keys(region.unwrap()), ["what", "by", "file", "line"], "{plan}");
    assert!(sandbox.server().requests().is_empty());
}

#[test]
fn every_first_step_has_its_kind() {
    let mut sandbox = demo();
    sandbox.unset("AWS_EC2_METADATA_DISABLED");
    let config = sandbox.read(".aws/config");
    sandbox.config(&format!(
        "{config}\n[profile p]\ncredential_process = x\n[profile env]\nrole_arn = arn:aws:iam::111111111111:role/tools\ncredential_source = Environment\n\
         [profile ecs]\nrole_arn = arn:aws:iam::111111111111:role/tools\ncredential_source = EcsContainer\n"
    ));
    sandbox
        .set("AWS_ACCESS_KEY_ID", "A")
        .set("AWS_SECRET_ACCESS_KEY", "B")
        .set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/");
    for (profile, kinds) in [
        ("dev", &["static"][..]),
        ("tools", &["static", "assume-role"]),
        ("staging", &["static", "assume-role", "assume-role"]),
        ("sandbox", &["sso"]),
        ("ci", &["web-identity"]),
        ("console", &["login"]),
        ("p", &["process"]),
        ("backup", &["ec2-instance-metadata", "assume-role"]),
        ("env", &["environment", "assume-role"]),
        ("ecs", &["ecs-container", "assume-role"]),
        ("base", &["static", "session-token"]),
    ] {
        let plan = json(&sandbox.run(&["explain", profile, "--format", "json"]).ok());
        let found: Vec<&str> = plan["steps"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect();
        assert_eq!(found, kinds, "{profile}");
    }
}

#[test]
fn the_text_points_at_lines() {
    let sandbox = demo();
    for profile in ["prod", "staging", "sandbox", "console"] {
        let run = sandbox.run(&["explain", profile]).ok();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cli/explain").join(format!("{profile}.txt"));
        assert_snapshot(&sandbox.scrub(&run.stdout), &file);
    }
}

#[test]
fn it_knows_what_is_needed_no_longer() {
    let sandbox = demo();
    let code = sandbox.server().mfa_code(crate::support::MFA).unwrap();
    sandbox.run(&["export", "prod", "--mfa-token", &code]).ok();
    for profile in ["prod", "audit"] {
        let plan = json(&sandbox.run(&["explain", profile, "--format", "json"]).ok());
        assert_eq!(plan["needs"].as_array().map(Vec::len), Some(0), "{profile}: {plan}");
    }
}

#[test]
fn without_a_name_it_is_the_shells_profile() {
    let mut sandbox = one_profile();
    switch(&sandbox, &["dev"]).apply(&mut sandbox);
    assert_eq!(json(&sandbox.run(&["explain", "--format", "json"]).ok())["profile"], "dev");
    let plan = json(&sandbox.run(&["explain", "-r", "us-west-2", "--format", "json"]).ok());
    assert_eq!((&plan["region"]["value"], &plan["region"]["origin"]), (&"us-west-2".into(), &"flag".into()));
}

/// A profile whose settings are said in several places.
fn layered() -> awsenv_testkit::Sandbox {
    let mut sandbox = one_profile();
    sandbox.config(
        "[profile dev]\nregion = eu-central-1\noutput = table\nendpoint_url = http://ana:hunter2@127.0.0.1:9\n\
         credential_process = /bin/x --token hunter2\n",
    );
    sandbox.set("AWS_REGION", "us-east-1").set("AWS_MAX_ATTEMPTS", "9").unset("AWS_ENDPOINT_URL");
    sandbox
}

#[test]
fn every_setting_has_its_origin_and_what_it_shadows() {
    let sandbox = layered();
    let explained = json(&sandbox.run(&["explain", "dev", "--format", "json"]).ok());
    let config = sandbox.home().join(".aws/config");
    let setting = |name: &str| {
        let all = explained["settings"].as_array().unwrap();
        all.iter().find(|setting| setting["name"] == name).unwrap_or_else(|| panic!("{name}: {explained}")).clone()
    };
    let place = |file: &str, line: u64| serde_json::json!({"origin": "file", "file": file, "line": line, "variable": null});
    let region = setting("region");
    assert_eq!(keys(&region), ["name", "value", "origin", "file", "line", "variable", "shadows"]);
    assert_eq!((&region["value"], &region["variable"]), (&"us-east-1".into(), &"AWS_REGION".into()));
    let mut shadow = place(&config.to_string_lossy(), 2);
    shadow["value"] = "eu-central-1".into();
    assert_eq!(region["shadows"][0], shadow);
    assert_eq!((&setting("output")["value"], &setting("output")["line"]), (&"table".into(), &3.into()));
    assert_eq!(
        (&setting("max_attempts")["value"], &setting("max_attempts")["variable"]),
        (&"9".into(), &"AWS_MAX_ATTEMPTS".into())
    );
    assert_eq!((&setting("retry_mode")["value"], &setting("retry_mode")["origin"]), (&"standard".into(), &"default".into()));
    assert_eq!(setting("endpoint_url")["value"], "http://****@127.0.0.1:9");
    for format in ["json", "text"] {
        let run = sandbox.run(&["explain", "dev", "--format", format]).ok();
        assert!(!format!("{}{}", run.stdout, run.stderr).contains("hunter2"), "{}", run.stdout);
    }
}

#[test]
fn it_says_what_sdks_would_take() {
    let sandbox = layered();
    let run = sandbox.run(&["explain", "dev", "--format", "json"]).ok();
    let sdks = json(&run)["sdks"].clone();
    let all: Vec<(&str, &str, Option<&str>)> = sdks
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["sdk"].as_str().unwrap(), it["subject"].as_str().unwrap(), it["takes"].as_str()))
        .collect();
    assert_eq!(all, [("all", "credentials", Some("process")), ("python", "region", Some("eu-central-1"))], "{sdks}");
    assert_eq!((&sdks[0]["line"], &sdks[1]["variable"]), (&5.into(), &"AWS_REGION".into()));
    assert_eq!(json(&run)["mode"]["reasons"], serde_json::json!(["sdks-differ"]));
}

#[test]
fn caches_have_a_file_a_state_and_an_end() {
    let sandbox = demo();
    let caches = |profile: &str| json(&sandbox.run(&["explain", profile, "--format", "json"]).ok())["caches"].clone();
    let before = caches("prod");
    let kinds: Vec<(&Value, &Value)> = before.as_array().unwrap().iter().map(|it| (&it["kind"], &it["state"])).collect();
    assert_eq!(kinds, [(&"mfa-session".into(), &"absent".into()), (&"role".into(), &"absent".into())]);
    let code = sandbox.server().mfa_code(crate::support::MFA).unwrap();
    sandbox.run(&["export", "prod", "--mfa-token", &code]).ok();
    let role = caches("prod")[1].clone();
    assert_eq!(keys(&role), ["step", "kind", "file", "state", "expires_at", "seconds_left", "session_expires_at"]);
    assert_eq!((&role["step"], &role["state"]), (&2.into(), &"fresh".into()));
    assert!(role["seconds_left"].as_i64().is_some_and(|left| left > 3_000), "{role}");
    // It is the AWS CLI's own file.
    let file = std::path::PathBuf::from(role["file"].as_str().unwrap());
    assert_eq!(file.parent(), Some(sandbox.home().join(".aws/cli/cache").as_path()));
    let written: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(written["Credentials"]["Expiration"], role["expires_at"]);
    std::fs::write(
        &file,
        std::fs::read_to_string(&file).unwrap().replace(role["expires_at"].as_str().unwrap(), "2020-01-01T00:00:00Z"),
    )
    .unwrap();
    assert_eq!(caches("prod")[1]["state"], "expired");
    std::fs::write(&file, "{").unwrap();
    assert_eq!(caches("prod")[1]["state"], "unreadable");
    let sso = caches("sandbox")[0].clone();
    assert_eq!((&sso["kind"], &sso["state"]), (&"sso-token".into(), &"fresh".into()), "{sso}");
}

#[test]
fn guards_and_the_mode_are_explained() {
    let sandbox = demo();
    sandbox.write(
        ".config/awsenv/config.ini",
        "[use]\nmode = auto\n[guard \"prod\"]\nconfirm = type\naccount = 111111111111\nmax_duration = 30m\n",
    );
    let run = sandbox.run(&["explain", "prod", "--format", "json"]).ok();
    let explained = json(&run);
    let guard = &explained["guards"][0];
    assert_eq!(keys(guard), ["pattern", "file", "line", "confirm", "color", "account", "max_duration"]);
    assert_eq!((&guard["line"], &guard["confirm"], &guard["max_duration"]), (&3.into(), &"type".into(), &1800.into()));
    assert_eq!(explained["steps"][2]["duration_seconds"], 1800, "the guard's limit counts");
    let limited = &explained["steps"][2]["origins"]["duration_seconds"];
    assert_eq!((&limited["origin"], &limited["line"]), (&"file".into(), &3.into()), "the guard's line");
    assert!(explained["refused"].as_str().is_some_and(|why| why.contains("222222222222")), "{explained}");
    let mode = &explained["mode"];
    assert_eq!(keys(mode), ["value", "asked", "reasons", "file", "line"]);
    assert_eq!((&mode["value"], &mode["asked"], &mode["line"]), (&"keys".into(), &"auto".into(), &2.into()));
    assert_eq!(mode["reasons"], serde_json::json!(["options", "mfa"]));
    let text = sandbox.run(&["explain", "prod"]).ok().stdout;
    for part in
        ["[guard \"prod\"]", "asks for the profile's name; takes account 111111111111 only", "refused: ", "an MFA code is needed"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn it_fits_a_terminal_and_obeys_nobody() {
    let sandbox = demo();
    let config = sandbox.read(".aws/config");
    sandbox.config(&format!("{config}\n[profile evil\u{1b}[31m]\nregion = eu-west-1\nrole_session_name = a\u{9b}b\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = dev\n"));
    for profile in ["dev", "prod", "audit", "tools", "staging", "sandbox", "ci", "console", "base", "evil\u{1b}[31m"] {
        for line in sandbox.run(&["explain", profile]).ok().stdout.lines() {
            // Paths, names and ARNs cannot be broken.
            let is_long_word = line.split_whitespace().any(|word| word.chars().count() > 60);
            assert!(line.chars().count() <= 80 || is_long_word, "{profile}: {line}");
            assert!(!line.contains(['\u{1b}', '\u{9b}']), "{line:?}");
        }
    }
}

#[test]
fn keys_in_both_files() {
    let sandbox = one_profile();
    sandbox.config("[profile dev]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = secret-of-other\n");
    let explained = json(&sandbox.run(&["explain", "dev", "--format", "json"]).ok());
    assert_eq!(explained["steps"][0]["access_key_id"], "AKIADEV");
    let shadowed = &explained["shadowed"][0];
    assert_eq!((&shadowed["what"], &shadowed["line"]), (&"aws_access_key_id".into(), &2.into()), "{explained}");
    assert_eq!(shadowed["by"], "aws_access_key_id of the credentials file");
}

#[test]
fn a_file_that_sdks_refuse_is_named_with_its_line() {
    let sandbox = one_profile();
    let good = sandbox.read(".aws/credentials");
    sandbox.credentials(&format!("{good}[x#y]\naws_access_key_id = A\n"));
    let text = sandbox.run(&["explain", "dev"]).ok().stdout;
    assert!(text.contains("refuses the whole file because of this line") && text.contains("~/.aws/credentials:4"), "{text}");
    assert!(!text.contains("blanks"), "{text}");
    let document = json(&sandbox.run(&["explain", "dev", "--format", "json"]).ok());
    assert_eq!((&document["sdks"][0]["subject"], &document["sdks"][0]["line"]), (&"file".into(), &4.into()));
}
