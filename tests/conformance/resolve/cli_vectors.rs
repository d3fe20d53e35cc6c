//! What the real AWS CLI did: the names of its cache files, and the order of credential sources.

use awsenv_profile::ProfileSet;
use awsenv_resolve::{
    CacheKey, CacheKind, CacheView, EnvSnapshot, Locations, Platform, Provenance, Provider, ResolutionPlan, SsoSession, plan,
    sso_session_named,
};
use serde_json::{Value, json};

use crate::{environment, profiles, request, shared, show};

/// Rows of the matrix whose role is assumed: the column says no more than that, so here is from where and which.
const ASSUMED: [(&str, &str, &str); 9] = [
    ("role_arn(source_profile) + static in same profile", "static AKB", "role/r"),
    ("role_arn(self source) + static", "static AKSTATIC", "role/r"),
    ("role_arn + sso in same profile, source b", "static AKB", "role/r"),
    ("role_arn + web_identity_token_file + source_profile", "web-identity arn:aws:iam::123456789012:role/r token=tok.jwt", ""),
    ("source profile has role_arn AND static", "static AKSTATIC", "role/r"),
    ("source profile static + sso", "sso 123456789012/Admin https://legacy.awsapps.com/start", "role/r"),
    ("web identity env + default profile static", "web-identity arn:aws:iam::123456789012:role/w token=tok.jwt", ""),
    ("duration+mfa ignored? role with duration_seconds", "static AKSTATIC", "role/r"),
    ("source_profile \"default\" when only in credentials", "static AKSTATIC", "role/r"),
];

/// Errors of the AWS CLI: what of its text tells them apart, and what is to come out here. Some of its errors come later,
/// from a step of the plan: then that step has to be planned.
const ERRORS: [(&str, &str); 6] = [
    ("Partial credentials found in assume-role, missing: source_profile or credential_source", "role-without-source"),
    ("Unable to retrieve credentials: no credentials found", "no-credentials"),
    ("The config profile (ghost) could not be found", "unknown-profile"),
    ("Auth token value is not a legal header value", "then ecs-container"),
    ("Error when retrieving credentials from custom-process", "then process"),
    ("Token for s does not exist", "then sso 123456789012/Admin s, after sso-sign-in s"),
];

/// Where its file is, with a home of `~`.
fn file(key: &CacheKey) -> String {
    let found = Locations::find(&EnvSnapshot::new([("HOME", "~")]), Platform::Unix);
    let folder = match key.kind {
        CacheKind::Role => found.role_cache,
        CacheKind::Sso => found.sso_cache,
        CacheKind::Login => found.login_cache,
        CacheKind::MfaSession => None,
    };
    format!("{}/{}", folder.unwrap(), key.file_name())
}

fn planned(config: &str, profile: &Value, env: &Value) -> ResolutionPlan {
    plan(&profiles(config, ""), &request(profile), &environment(env)).unwrap()
}

#[test]
fn role_credentials_are_filed_where_the_aws_cli_files_them() {
    let Some(vectors) = shared("vectors/cache-keys.json") else { return };
    let mut without_profile = Vec::new();
    for vector in vectors["role_credentials"].as_array().unwrap() {
        let Some(config) = vector["config"].as_str() else {
            without_profile.push(vector["name"].as_str().unwrap());
            continue;
        };
        let env = match vector["name"].as_str().unwrap() {
            "credential_source Environment" => json!({ "AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "SK" }),
            "web identity from environment" => json!({
                "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/demo",
                "AWS_WEB_IDENTITY_TOKEN_FILE": "/run/token",
                "AWS_ROLE_SESSION_NAME": "envsess",
            }),
            _ => json!({}),
        };
        let plan = planned(config, &vector["profile"], &env);
        assert_eq!(file(&plan.final_cache_key().unwrap()), vector["file"], "{}", vector["name"]);
    }
    // No profile can ask for a session policy, and neither can awsenv.
    assert_eq!(without_profile, ["python API with Policy (no profile key for it)"]);
}

#[test]
fn sign_ins_are_filed_where_the_aws_cli_files_them() {
    let Some(vectors) = shared("vectors/cache-keys.json") else { return };
    for vector in vectors["sso_token_and_registration"].as_array().unwrap() {
        let (url, region) = (vector["start_url"].as_str().unwrap(), vector["region"].as_str().unwrap());
        let settings = format!("sso_start_url = {url}\nsso_region = {region}\n");
        let role = "sso_account_id = 123456789012\nsso_role_name = Admin\n";
        let config = match vector["session"].as_str() {
            Some(session) => {
                let scopes: Vec<&str> = vector["scopes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let scopes = if scopes.is_empty() { "" } else { &format!("sso_registration_scopes = {}\n", scopes.join(", ")) };
                format!("[profile p]\nsso_session = {session}\n{role}[sso-session {session}]\n{settings}{scopes}")
            }
            None => format!("[profile p]\n{settings}{role}"),
        };
        let plan = planned(&config, &json!("p"), &json!({}));
        let Provider::SsoRole { session, .. } = &plan.base.provider else { panic!("{config}") };
        let files = |session: &SsoSession| json!([file(&session.token_key()), file(&session.registration_key())]);
        let expected = json!([vector["token_file"], vector["registration_file"]]);
        assert_eq!(files(session), expected, "{config}");
        assert_eq!(plan.token_keys(), [session.token_key()]);
        if let Some(name) = &session.name {
            let named = sso_session_named(&profiles(&config, ""), name, Provenance::Flag("--sso-session")).unwrap();
            assert_eq!((files(&named), &named), (expected, session));
        }
    }
}

#[test]
fn logins_are_filed_where_the_aws_cli_files_them() {
    let Some(vectors) = shared("vectors/cache-keys.json") else { return };
    for vector in vectors["login"].as_array().unwrap() {
        let config = format!("[profile p]\nlogin_session = {}\n", vector["login_session"].as_str().unwrap());
        let plan = planned(&config, &json!("p"), &json!({}));
        let files: Vec<String> = plan.token_keys().iter().chain(&plan.cache_keys()).map(file).collect();
        assert_eq!(json!(files), json!([vector["file"], vector["file"]]), "{config}");
    }
}

/// What the AWS CLI got, in the words of the matrix, from the plan that must lead there.
fn outcome(profiles: &ProfileSet, vector: &Value) -> String {
    let name = vector["name"].as_str().unwrap();
    let mut env = environment(&vector["env"]);
    // Where the matrix was measured there was no instance metadata service.
    env.put("AWS_EC2_METADATA_DISABLED", Some(b"true".to_vec()));
    let plan = match plan(profiles, &request(&vector["profile"]), &env) {
        Ok(plan) => plan,
        Err(failed) => return show::kind(&failed.problem, &failed.sources),
    };
    let base = &plan.base.provider;
    let is_web_identity = matches!(base, Provider::WebIdentity { .. });
    if is_web_identity || !plan.hops.is_empty() {
        let steps = show::steps(&plan);
        let last = plan.hops.last().map_or("", |hop| hop.role_arn.value.rsplit(':').next().unwrap());
        let found = ASSUMED.iter().find(|(row, ..)| *row == name).unwrap();
        assert!(steps[0].starts_with(found.1), "{name}: {steps:?}");
        assert_eq!((last, plan.hops.len()), (found.2, usize::from(!is_web_identity)), "{name}: {steps:?}");
        return "OK <assumed>".to_owned();
    }
    match base {
        Provider::StaticKeys { credentials } | Provider::Environment { credentials } => {
            let token = credentials.session_token.as_ref().map(|token| format!(" tok={}", token.reveal()));
            format!("OK {}{}", credentials.access_key_id, token.unwrap_or_default())
        }
        // The rest is what the mock servers and `proc.json` answer.
        Provider::Login { .. } => "OK ASIALOGIN tok=t".to_owned(),
        Provider::SsoRole { .. } if vector["cli"].as_str().unwrap().starts_with("OK") => {
            "OK ASIAMOCKSSO tok=mocktoken".to_owned()
        }
        Provider::Process { .. } if vector["cli"].as_str().unwrap().starts_with("OK") => "OK AKPROC".to_owned(),
        Provider::EcsContainer if vector["cli"].as_str().unwrap().starts_with("OK") => "OK ASIACONTAINER tok=ctoken".to_owned(),
        Provider::SsoRole { .. } => {
            let needs = show::needs(&plan.needs(&CacheView::default()));
            let first = &show::steps(&plan)[0];
            format!("then {}, after {}", first.split(" (").next().unwrap(), needs.join(", "))
        }
        Provider::Process { .. } | Provider::EcsContainer | Provider::Ec2InstanceMetadata | Provider::WebIdentity { .. } => {
            format!("then {}", base.kind())
        }
    }
}

#[test]
fn the_order_of_sources_is_the_aws_clis() {
    let Some(vectors) = shared("vectors/precedence-matrix.json") else { return };
    let vectors = vectors["tests"].as_array().unwrap();
    assert_eq!(vectors.len(), 36);
    for vector in vectors {
        let profiles = profiles(vector["config"].as_str().unwrap(), vector["credentials"].as_str().unwrap());
        let theirs = vector["cli"].as_str().unwrap();
        let expected = match ERRORS.iter().find(|(text, _)| theirs.contains(text)) {
            Some((_, ours)) => ours,
            None => theirs,
        };
        assert_eq!(outcome(&profiles, vector), expected, "{}", vector["name"]);
    }
}

/// In `auto` mode the shell gets the profile's name, so every SDK must then take what the AWS CLI takes.
#[test]
fn where_aws_config_took_something_else_the_keys_are_exported() {
    let Some(vectors) = shared("vectors/precedence-matrix.json") else { return };
    /// Rows in which the two differ for another reason than the profile's order of sources.
    const OTHERWISE: [&str; 3] = [
        // The environment is cleared of keys when the profile's name is exported.
        "env keys + explicit profile",
        // Not the name in `AWS_PROFILE` but this variable leads there; `use` exports `AWS_PROFILE`.
        "AWS_DEFAULT_PROFILE only",
        // No profile was asked for.
        "web identity env + default profile static",
    ];
    let mut otherwise = Vec::new();
    for vector in vectors["tests"].as_array().unwrap() {
        let (name, cli, rust) = (vector["name"].as_str().unwrap(), &vector["cli"], &vector["aws_config_rust"]);
        let profiles = profiles(vector["config"].as_str().unwrap(), vector["credentials"].as_str().unwrap());
        // Here with an instance, since the difference may be that the AWS CLI goes on to it.
        let Ok(plan) = plan(&profiles, &request(&vector["profile"]), &environment(&vector["env"])) else { continue };
        let words = |text: &Value| text.as_str().unwrap().strip_prefix("OK ").unwrap_or("error -").replace(" tok=", " ");
        let (cli, rust) = (words(cli), words(rust));
        // The AWS CLI's column ends where there is no token, aws-config's has a dash.
        let is_same = rust.split(' ').next() == cli.split(' ').next()
            && (cli.starts_with('<') || rust.trim_end_matches(" -") == cli.trim_end_matches(" -"));
        if !is_same && plan.same_for_sdks && plan.profile.is_some() {
            otherwise.push(name);
        }
    }
    assert_eq!(otherwise, OTHERWISE);
}
