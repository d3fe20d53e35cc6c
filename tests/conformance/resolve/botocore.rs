//! botocore as the oracle: random files and environments go through its own resolver (`botocore_oracle.py`) and ours.

use std::io::Write as _;
use std::process::{Command, Stdio};

use awsenv_resolve::{EnvSnapshot, Problem, ProfileChoice, Provider, Request, plan};
use serde_json::{Value, json};

use crate::generate::{Question, Random, question};
use crate::{profiles, root, skip};

const QUESTIONS: usize = 500;

/// Asks all questions of one process; `None` where there is no Python with botocore.
fn ask(questions: &[Question]) -> Option<Vec<Value>> {
    let has_botocore = Command::new("python3").args(["-c", "import botocore.credentials"]).stderr(Stdio::null()).status();
    if !has_botocore.is_ok_and(|status| status.success()) {
        skip("there is no python3 with botocore");
        return None;
    }
    let script = root().join("tests/conformance/botocore_oracle.py");
    let mut child = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = String::new();
    for question in questions {
        let env: Value = question.env.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let request = json!({
            "config": question.config, "credentials": question.credentials, "env": env, "profile": question.profile });
        lines += &format!("{request}\n");
    }
    // Beside the reading, or both sides wait for the other when the pipes are full.
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// The same question to us, answered in the oracle's words.
fn ours(question: &Question) -> Value {
    let profile = question.profile.map_or(ProfileChoice::Ambient, |name| ProfileChoice::Named(name.to_owned()));
    let request = Request { profile, ..Request::ambient() };
    let env = EnvSnapshot::new(question.env.iter().copied());
    let plan = match plan(&profiles(&question.config, &question.credentials), &request, &env) {
        Ok(plan) => plan,
        Err(failed) => return json!({ "error": error(&failed.problem) }),
    };
    let provider = &plan.base.provider;
    let mut base = provider.kind().to_owned();
    match provider {
        Provider::StaticKeys { credentials } | Provider::Environment { credentials } => {
            base += &format!(" {}", credentials.access_key_id);
            base += &credentials.session_token.as_ref().map(|token| format!(" {}", token.reveal())).unwrap_or_default();
        }
        Provider::SsoRole { .. } | Provider::WebIdentity { .. } => base += &format!(" {}", provider.cache_key().unwrap().name),
        Provider::Process { .. } | Provider::Login { .. } | Provider::EcsContainer | Provider::Ec2InstanceMetadata => {}
    }
    let hops = plan.hops.iter().map(|hop| format!("assume-role {}", hop.cache_key().name));
    json!({ "steps": std::iter::once(base).chain(hops).collect::<Vec<_>>() })
}

/// botocore's class for the same error.
fn error(problem: &Problem) -> &'static str {
    match problem {
        Problem::UnknownProfile { .. } => "ProfileNotFound",
        Problem::SourceProfileNotFound { .. }
        | Problem::TwoSources { .. }
        | Problem::UnknownCredentialSource { .. }
        | Problem::SsoIncomplete { .. }
        | Problem::SsoSessionNotFound { .. }
        | Problem::SsoValueInconsistent { .. }
        | Problem::WebIdentityWithoutRole { .. }
        | Problem::SourceProfileWithoutCredentials { .. } => "InvalidConfigError",
        Problem::SourceProfileCycle { .. } => "InfiniteLoopConfigError",
        Problem::RoleWithoutSource { .. } | Problem::PartialCredentials { .. } => "PartialCredentialsError",
        Problem::EnvironmentCredentialsMissing { .. } | Problem::ContainerVariablesMissing { .. } => "CredentialRetrievalError",
        Problem::MetadataDisabled { .. } => "NoCredentials",
        Problem::NoCredentials { span, .. } => {
            if span.is_some() {
                "NoCredentials"
            } else {
                "none"
            }
        }
        Problem::ConfigSyntax { .. } => "ConfigParseError",
        Problem::InvalidValue { .. } | Problem::UnknownRegion { .. } => "not asked",
    }
}

/// Where both fail and only the class differs, because we say more.
fn is_same_failure(theirs: &Value, ours: &Value, question: &Question) -> bool {
    match (theirs["error"].as_str(), ours["error"].as_str()) {
        // A profile without credentials, or a `credential_source` that is switched off.
        (Some("none" | "CredentialRetrievalError"), Some("NoCredentials")) => true,
        // "The source profile must have credentials": it has a secret without its key id.
        (Some("InvalidConfigError"), Some("PartialCredentialsError")) => {
            theirs["text"].as_str().unwrap().contains("must have credentials")
                && (question.config.clone() + &question.credentials).contains("aws_secret_access_key")
        }
        _ => false,
    }
}

#[test]
fn botocore_takes_the_same_credentials() {
    let mut random = Random::new(2026);
    let questions: Vec<Question> = (0..QUESTIONS).map(|_| question(&mut random)).collect();
    let Some(answers) = ask(&questions) else { return };
    assert_eq!(answers.len(), QUESTIONS);
    let (mut answered, mut failed, mut wrong) = (0, 0, Vec::new());
    for (question, mut theirs) in questions.iter().zip(answers) {
        let ours = ours(question);
        if is_same_failure(&theirs, &ours, question) {
            failed += 1;
            continue;
        }
        let text = theirs.as_object_mut().unwrap().remove("text");
        if ours != theirs {
            let Question { config, credentials, env, profile } = question;
            let asked = format!("{profile:?} {env:?}\n--- config\n{config}--- credentials\n{credentials}");
            wrong.push(format!("ours {ours}, theirs {theirs} {text:?}\n{asked}"));
        }
        *(if theirs["steps"].is_array() { &mut answered } else { &mut failed }) += 1;
    }
    assert!(wrong.is_empty(), "{} differ, the first:\n{}", wrong.len(), wrong[0]);
    assert!(answered > QUESTIONS / 4 && failed > QUESTIONS / 8, "both kinds are asked about: {answered}, {failed}");
}
