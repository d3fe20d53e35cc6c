//! AWS's 28 chains and 9 locations.

use awsenv_profile::SourceMap;
use awsenv_resolve::{AssumeRole, Locations, Platform, Problem, Provider, ResolutionPlan, Sourced, plan};
use serde_json::{Map, Value, json};

use crate::{environment, profiles, request, shared, show};

/// The cases in which the AWS CLI's order is kept (formats.md §6), with what comes out instead and why.
const AS_THE_CLI: [(&str, &str); 4] = [
    // A profile without credentials is no error to the AWS CLI: the container, then the instance are asked.
    ("profile only contains configuration", "ec2-instance-metadata"),
    // Without `sso_account_id` and `sso_role_name` its SSO provider passes the profile over and never looks at the
    // session; a bearer token is no credential. So neither a stray `sso_region` nor a session that is not there matters.
    ("invalid SSO token configuration: sso_region must be in sso-session", "ec2-instance-metadata"),
    ("SSO token profile selected", "ec2-instance-metadata"),
    ("invalid SSO token configuration: sso-session not found", "ec2-instance-metadata"),
];

/// AWS's words for an error, and ours.
const ERRORS: [(&str, &str); 11] = [
    ("profile must contain `source_profile`", "role-without-source"),
    ("profile contained both source_profile and credential_source", "two-sources"),
    ("profile missing aws_secret_access_key", "partial-credentials aws_secret_access_key"),
    ("profile missing aws_access_key_id", "partial-credentials aws_access_key_id"),
    ("profile `B` did not contain credential information", "source-profile-without-credentials"),
    ("could not find source profile B referenced from A", "source-profile-not-found"),
    ("No profiles were defined", "unknown-profile"),
    ("profile formed an infinite loop", "source-profile-cycle"),
    ("`role_arn` was missing", "web-identity-without-role"),
    ("if `sso_role_name` is set, then `sso_account_id` must also be set", "sso-incomplete sso_account_id"),
    ("if `sso_account_id` is set, then `sso_role_name` must also be set", "sso-incomplete sso_role_name"),
];

#[derive(Clone, Copy, PartialEq, Debug)]
enum KeysIn {
    Config,
    Credentials,
}

/// Writes the profiles of a vector as the two files, static keys into either.
fn write_files(input: &Value, keys_in: KeysIn) -> (String, String) {
    let (mut config, mut credentials) = (String::new(), String::new());
    for (name, settings) in input["profiles"].as_object().unwrap() {
        config += &format!("[profile {name}]\n");
        credentials += &format!("[{name}]\n");
        for (key, value) in settings.as_object().unwrap() {
            let is_key = key.starts_with("aws_");
            let file = if is_key && keys_in == KeysIn::Credentials { &mut credentials } else { &mut config };
            *file += &format!("{key} = {}\n", value.as_str().unwrap());
        }
    }
    for (name, settings) in input["sso_sessions"].as_object().into_iter().flatten() {
        config += &format!("[sso-session {name}]\n");
        for (key, value) in settings.as_object().unwrap() {
            config += &format!("{key} = {}\n", value.as_str().unwrap());
        }
    }
    (config, if keys_in == KeysIn::Credentials { credentials } else { String::new() })
}

fn as_aws(plan: &ResolutionPlan) -> Value {
    let mut chain = vec![provider(&plan.base.provider)];
    chain.extend(plan.hops.iter().map(assume_role));
    json!({ "ProfileChain": chain })
}

fn provider(provider: &Provider) -> Value {
    match provider {
        Provider::StaticKeys { credentials } => {
            let mut keys = Map::new();
            keys.insert("access_key_id".into(), json!(credentials.access_key_id));
            keys.insert("secret_access_key".into(), json!(credentials.secret_access_key.reveal()));
            keys.extend(credentials.account_id.iter().map(|id| ("account_id".to_owned(), json!(id))));
            json!({ "AccessKey": keys })
        }
        Provider::SsoRole { session, account_id, role_name } => json!({ "Sso": {
            "sso_account_id": account_id.value, "sso_region": session.region.value,
            "sso_role_name": role_name.value, "sso_start_url": session.start_url.value } }),
        Provider::WebIdentity { role_arn, token_file, role_session_name } => {
            let mut call = json!({ "role_arn": role_arn.value, "web_identity_token_file": token_file.value });
            put(&mut call, "role_session_name", role_session_name.as_ref());
            json!({ "WebIdentityToken": call })
        }
        Provider::Environment { .. } => json!({ "NamedSource": "Environment" }),
        Provider::EcsContainer => json!({ "NamedSource": "EcsContainer" }),
        Provider::Ec2InstanceMetadata => json!({ "NamedSource": "Ec2InstanceMetadata" }),
        Provider::Process { .. } | Provider::Login { .. } => json!({ "not in AWS's vectors": provider.kind() }),
    }
}

fn assume_role(hop: &AssumeRole) -> Value {
    let mut call = json!({ "role_arn": hop.role_arn.value });
    put(&mut call, "role_session_name", hop.role_session_name.as_ref());
    put(&mut call, "external_id", hop.external_id.as_ref());
    json!({ "AssumeRole": call })
}

fn put(call: &mut Value, key: &str, value: Option<&Sourced<String>>) {
    if let Some(value) = value {
        call[key] = json!(value.value);
    }
}

fn error(problem: &Problem, sources: &SourceMap) -> String {
    let kind = show::kind(problem, sources);
    match problem {
        Problem::PartialCredentials { missing, .. } => format!("{kind} {missing}"),
        Problem::SsoIncomplete { missing, .. } => format!("{kind} {}", missing.join(" ")),
        _ => kind,
    }
}

#[test]
fn awss_own_chains_come_out() {
    let Some(vectors) = shared("conformance/assume-role-tests.json") else { return };
    let vectors = vectors.as_array().unwrap();
    assert_eq!(vectors.len(), 28);
    let mut as_the_cli = Vec::new();
    for vector in vectors {
        let docs = vector["docs"].as_str().unwrap();
        for keys_in in [KeysIn::Config, KeysIn::Credentials] {
            let (config, credentials) = write_files(&vector["input"], keys_in);
            let profiles = profiles(&config, &credentials);
            let made = plan(&profiles, &request(&vector["input"]["selected_profile"]), &environment(&Value::Null));
            let made = made.map_err(|failed| error(&failed.problem, &failed.sources));
            if let Some((name, kind)) = AS_THE_CLI.iter().find(|(name, _)| *name == docs) {
                assert_eq!(made.map(|plan| plan.base.provider.kind()), Ok(*kind), "{docs}, {keys_in:?}");
                as_the_cli.push(*name);
                continue;
            }
            match vector["output"]["Error"].as_str() {
                Some(words) => {
                    let (_, expected) = ERRORS.iter().find(|(theirs, _)| *theirs == words).unwrap();
                    assert_eq!(made.map(|plan| as_aws(&plan)), Err((*expected).to_owned()), "{docs}, {keys_in:?}");
                }
                None => assert_eq!(made.map(|plan| as_aws(&plan)), Ok(vector["output"].clone()), "{docs}, {keys_in:?}"),
            }
        }
    }
    as_the_cli.dedup();
    assert_eq!(as_the_cli, AS_THE_CLI.map(|(name, _)| name), "every exception is used");
}

#[test]
fn awss_own_locations_come_out() {
    let Some(vectors) = shared("conformance/file-location-tests.json") else { return };
    let vectors = vectors["tests"].as_array().unwrap();
    assert_eq!(vectors.len(), 9);
    for vector in vectors {
        let platform = match vector["platform"].as_str().unwrap() {
            "windows" => Platform::Windows,
            _ => Platform::Unix,
        };
        let env = environment(&vector["environment"]);
        let found = Locations::find(&env, platform);
        let expected = |key: &str| vector[key].as_str().map(str::to_owned);
        assert_eq!(
            (found.config, found.credentials),
            (expected("configLocation"), expected("credentialsLocation")),
            "{}",
            vector["name"]
        );
        // Which profile is chosen shows in the error about it.
        if let Some(profile) = vector["profile"].as_str().filter(|profile| *profile != "default") {
            let failed = plan(&profiles("", ""), &request(&Value::Null), &env).unwrap_err();
            let shown = show::problem(&failed.problem, &failed.sources);
            assert_eq!(shown, format!("unknown-profile `{profile}` @AWS_PROFILE [] []"));
        }
    }
}
