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
    assert_eq!(keys(&plan), ["profile", "steps", "region", "needs", "shadowed"]);
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
