//! Our own vectors, in `vectors/resolve-*.json`: what AWS's leave out.
//!
//! A vector has `name`, `config` and perhaps `credentials` (lists of lines), `env`, `profile` (absent: none is named),
//! `flags` (`region`, `duration`, `role_session_name`, `mfa_session`) and `output`. Of the output only those fields stand
//! there that the vector is about; each is compared whole.

use awsenv_resolve::{CacheView, Mode, Request, plan};
use serde_json::{Map, Value, json};

use crate::{environment, profiles, request, root, show};

fn text(lines: &Value) -> String {
    lines.as_array().into_iter().flatten().map(|line| format!("{}\n", line.as_str().unwrap())).collect()
}

fn requested(vector: &Value) -> Request {
    let mut request = request(&vector["profile"]);
    for (name, value) in vector["flags"].as_object().into_iter().flatten() {
        match name.as_str() {
            "region" => request.region = Some(value.as_str().unwrap().to_owned()),
            "duration" => request.duration_seconds = Some(value.as_u64().unwrap().try_into().unwrap()),
            "role_session_name" => request.role_session_name = Some(value.as_str().unwrap().to_owned()),
            "mfa_session" => request.mfa_session = value.as_bool().unwrap(),
            _ => panic!("no such flag: {name}"),
        }
    }
    request
}

fn output(vector: &Value) -> Value {
    let profiles = profiles(&text(&vector["config"]), &text(&vector["credentials"]));
    let plan = match plan(&profiles, &requested(vector), &environment(&vector["env"])) {
        Ok(plan) => plan,
        Err(failed) => return json!({ "error": show::problem(&failed.problem, &failed.sources) }),
    };
    json!({
        "steps": show::steps(&plan),
        "region": show::region(&plan),
        "sts_region": plan.sts_region(),
        "account_id": plan.account_id(),
        "shadowed": show::shadowed(&plan),
        "advice": show::advice(&plan),
        "needs": show::needs(&plan.needs(&CacheView::default())),
        "client": show::client(&plan),
        "mode": plan.mode(Mode::Auto).name(),
    })
}

fn check(file: &str) {
    let path = root().join("tests/conformance/vectors").join(file);
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for vector in vectors["tests"].as_array().unwrap() {
        let (expected, found) = (vector["output"].as_object().unwrap(), output(vector));
        assert!(!expected.is_empty(), "{}", vector["name"]);
        let found: Map<String, Value> = if found.get("error").is_some() || expected.contains_key("error") {
            found.as_object().unwrap().clone()
        } else {
            expected.keys().map(|field| (field.clone(), found[field].clone())).collect()
        };
        if found != *expected {
            wrong.push(format!("{}: {}", vector["name"], serde_json::to_string_pretty(&found).unwrap()));
        }
    }
    assert!(wrong.is_empty(), "{file}, what came out:\n{}", wrong.join("\n"));
}

#[test]
fn chains() {
    check("resolve-chains.json");
}

#[test]
fn mfa() {
    check("resolve-mfa.json");
}

#[test]
fn regions() {
    check("resolve-regions.json");
}

#[test]
fn sign_ins() {
    check("resolve-sso.json");
}

#[test]
fn static_keys() {
    check("resolve-keys.json");
}

#[test]
fn how_aws_is_called() {
    check("resolve-client.json");
}

#[test]
fn modes() {
    check("resolve-modes.json");
}

/// JSON cannot say this one.
#[test]
fn an_aws_profile_that_is_not_utf_8_never_means_default() {
    let mut env = environment(&Value::Null);
    env.put("AWS_PROFILE", Some(vec![b'p', 0xff]));
    let failed = plan(&profiles("[default]\n", ""), &request(&Value::Null), &env).unwrap_err();
    assert_eq!(show::problem(&failed.problem, &failed.sources), "unknown-profile `p\u{fffd}` @AWS_PROFILE [] []");
}

#[test]
fn no_secret_is_in_the_debug_output_of_a_plan() {
    let config = "[profile p]\ncredential_process = helper --token hidden\n";
    let credentials = "[k]\naws_access_key_id = AK\naws_secret_access_key = hidden\naws_session_token = hidden\n";
    for profile in ["p", "k"] {
        let plan = plan(&profiles(config, credentials), &Request::named(profile), &environment(&Value::Null)).unwrap();
        let shown = format!("{plan:?}");
        assert!(shown.contains("redacted") && !shown.contains("hidden"), "{shown}");
    }
}
