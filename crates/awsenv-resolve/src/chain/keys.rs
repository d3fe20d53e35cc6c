//! Keys that stand somewhere as they are: in the two files, in the environment.

use awsenv_profile::{FileKind, Section, Spanned};

use super::Found;
use crate::error::Problem;
use crate::{Credentials, EnvSnapshot, Provenance, Secret, Sourced};

pub(crate) fn has_static_keys(section: Section<'_>) -> bool {
    section.get("aws_access_key_id").is_some() || section.get("aws_secret_access_key").is_some()
}

/// Static keys of one file; the files are never mixed (formats.md §6).
pub(super) fn static_keys<'a>(section: Section<'a>, file: FileKind) -> Found<Option<(Credentials, Spanned<&'a str>)>> {
    let get = |key: &str| section.get_in(key, file).filter(|spanned| !spanned.value.is_empty());
    let Some(key) = section.get_in("aws_access_key_id", file) else { return Ok(None) };
    let partial = |span, present, missing| {
        Err(Problem::PartialCredentials {
            profile: Some(section.name().to_owned()),
            present: Sourced::new(present, Provenance::File(span)),
            missing,
        })
    };
    let Some(secret) = get("aws_secret_access_key") else {
        return partial(key.span, "aws_access_key_id", "aws_secret_access_key");
    };
    if key.value.is_empty() {
        return partial(secret.span, "aws_secret_access_key", "aws_access_key_id");
    }
    // botocore looks at `aws_security_token` first.
    let session_token = get("aws_security_token").or_else(|| get("aws_session_token")).map(|token| Secret::new(token.value));
    let account_id = get("aws_account_id").or_else(|| section.get("aws_account_id")).map(|id| id.value.to_owned());
    let credentials = Credentials {
        access_key_id: key.value.to_owned(),
        secret_access_key: Secret::new(secret.value),
        session_token,
        expiration: None,
        account_id,
    };
    Ok(Some((credentials, key)))
}

/// A secret without its key id: the AWS CLI passes over it without a word.
pub(super) fn half_keys(section: Section<'_>) -> Option<Problem> {
    let secret = section.get("aws_secret_access_key")?;
    section.get("aws_access_key_id").is_none().then(|| Problem::PartialCredentials {
        profile: Some(section.name().to_owned()),
        present: Sourced::new("aws_secret_access_key", Provenance::File(secret.span)),
        missing: "aws_access_key_id",
    })
}

/// The environment's keys (botocore `EnvProvider`): empty counts as unset, `AWS_SECURITY_TOKEN` before
/// `AWS_SESSION_TOKEN`, a key id without its secret is an error, a secret alone is not.
pub(crate) fn environment_keys(env: &EnvSnapshot) -> Found<Option<Credentials>> {
    let Some(access_key_id) = env.nonempty("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret) = env.nonempty("AWS_SECRET_ACCESS_KEY") else {
        return Err(Problem::PartialCredentials {
            profile: None,
            present: Sourced::new("AWS_ACCESS_KEY_ID", Provenance::Env("AWS_ACCESS_KEY_ID".into())),
            missing: "AWS_SECRET_ACCESS_KEY",
        });
    };
    Ok(Some(Credentials {
        access_key_id: access_key_id.to_owned(),
        secret_access_key: Secret::new(secret),
        session_token: env.nonempty("AWS_SECURITY_TOKEN").or_else(|| env.nonempty("AWS_SESSION_TOKEN")).map(Secret::new),
        expiration: env.nonempty("AWS_CREDENTIAL_EXPIRATION").and_then(crate::Timestamp::parse),
        account_id: env.nonempty("AWS_ACCOUNT_ID").map(str::to_owned),
    }))
}
