//! From a request to its plan.

use std::sync::Arc;

use awsenv_profile::{IgnoredSection, ProfileSet, Section, Span, SyntaxErrorKind, SyntaxWarning, SyntaxWarningKind, Visibility};

use super::roles::{apply_flags, cap_chained, session_token};
use super::{ResolutionPlan, Shadowed, choose_region};
use crate::chain::Chain;
use crate::client::ClientSettings;
use crate::error::{Advice, Problem, ResolveError};
use crate::mfa;
use crate::provider::{Base, Provider};
use crate::{EnvSnapshot, ProfileChoice, Provenance, Request, suggest};

/// Makes the plan of a request. Nothing is read and nobody is asked.
///
/// # Errors
/// Everything that is wrong with the files or the environment for this request, with the lines.
pub fn plan(profiles: &ProfileSet, request: &Request, env: &EnvSnapshot) -> Result<ResolutionPlan, ResolveError> {
    make(profiles, request, env, false)
        .0
        .map_err(|problem| ResolveError { problem: Box::new(problem), sources: Arc::clone(profiles.sources()) })
}

/// Makes the plan of a profile as far as its source, for who makes those of all profiles: each then costs the same, however
/// long the chains are. Returns beside it the source, where that is a role too and was not walked into; what it stands
/// on counts as a role's credentials. A source that is not there has no suggestions.
pub fn plan_alone(profiles: &ProfileSet, name: &str) -> (Result<ResolutionPlan, Problem>, Option<String>) {
    make(profiles, &Request::named(name), &EnvSnapshot::default(), true)
}

fn make(
    profiles: &ProfileSet,
    request: &Request,
    env: &EnvSnapshot,
    alone: bool,
) -> (Result<ResolutionPlan, Problem>, Option<String>) {
    let named = matches!(request.profile, ProfileChoice::Named(_));
    let mut chain = Chain {
        profiles,
        env,
        named,
        hops: Vec::new(),
        advice: Vec::new(),
        shadowed: Vec::new(),
        visible_to_sdks: true,
        alone,
        ended_at: None,
    };
    let made = make_of(&mut chain, request);
    (made, chain.ended_at)
}

fn make_of(chain: &mut Chain<'_>, request: &Request) -> Result<ResolutionPlan, Problem> {
    let (profiles, env) = (chain.profiles, chain.env);
    let named = matches!(request.profile, ProfileChoice::Named(_));
    let (name, profile_origin) = chosen_name(request, env);
    let section = profiles.profile(&name);
    // Even when the environment has keys: the AWS CLI looks for the profile's other settings, and fails.
    if section.is_none() && profile_origin != Provenance::Default {
        return Err(unknown_profile(profiles, name, profile_origin));
    }
    let from_env = if named { None } else { chain.environment()? };
    let mut base = match (from_env, section) {
        (Some(base), _) => base,
        (None, Some(section)) => chain.walk(section)?,
        (None, None) => match chain.web_identity(None, false)? {
            Some(provider) => Base { provider, profile: None, span: None },
            None => chain.machine(None)?,
        },
    };
    if named {
        shadow_environment(env, &mut chain.shadowed);
    }
    let (mut hops, mut advice) = (std::mem::take(&mut chain.hops), std::mem::take(&mut chain.advice));
    let mut shadowed = std::mem::take(&mut chain.shadowed);
    let visible_to_sdks = chain.visible_to_sdks;
    let is_env = matches!(base.provider, Provider::Environment { .. }) && base.profile.is_none();
    let flags_count = apply_flags(&mut hops, &mut base.provider, request);
    cap_chained(&mut hops, &base, &mut advice);
    let region = choose_region(section, request, env, &mut shadowed, &mut advice)?;
    let session_token = if is_env { None } else { session_token(&base, &hops, section, request) };
    let client = ClientSettings::read(profiles, section, env)?;
    advice.extend(client.invalid.iter().cloned().map(Advice::InvalidSetting));
    let same_for_sdks = !advice.iter().any(|advice| matches!(advice, Advice::SdksDiffer { .. }));
    Ok(ResolutionPlan {
        profile: section.filter(|_| !is_env).map(|section| section.name().to_owned()),
        profile_origin,
        region,
        client,
        visible_to_sdks: visible_to_sdks
            && refused_at(profiles).is_none()
            && section.is_none_or(|section| section.visibility() == Visibility::Everywhere),
        refused_at: refused_at(profiles),
        same_for_sdks,
        flags_count,
        mfa_processes: match chain.alone {
            true => Vec::new(),
            false => mfa::processes(profiles, session_token.as_ref(), &hops),
        },
        session_token,
        sources: Arc::clone(profiles.sources()),
        base,
        hops,
        shadowed,
        advice,
    })
}

/// For one broken line SDKs refuse the whole file, and for a byte order mark.
fn refused_at(profiles: &ProfileSet) -> Option<Span> {
    let is_mark = |warning: &&SyntaxWarning| warning.kind == SyntaxWarningKind::ByteOrderMark;
    let mark = || profiles.warnings().iter().find(is_mark).map(|warning| warning.span);
    profiles.errors().first().map(|error| error.span).or_else(mark)
}

/// The profile's name: as given, else `AWS_PROFILE`, `AWS_DEFAULT_PROFILE` (empty counts, as in the AWS CLI), `default`.
fn chosen_name(request: &Request, env: &EnvSnapshot) -> (String, Provenance) {
    match &request.profile {
        ProfileChoice::Named(name) => (name.clone(), Provenance::Flag("PROFILE")),
        ProfileChoice::Ambient => ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]
            .into_iter()
            // What is not UTF-8 names no profile; it must not lead to `default`.
            .find_map(|variable| env.bytes(variable).map(|name| (name, Provenance::Env(variable.into()))))
            .map(|(name, origin)| (String::from_utf8_lossy(name).into_owned(), origin))
            .unwrap_or_else(|| ("default".to_owned(), Provenance::Default)),
    }
}

/// The error for a profile that is not there, with the names that may have been meant.
fn unknown_profile(profiles: &ProfileSet, name: String, origin: Provenance) -> Problem {
    let roles = name.split_once('/').map(|(account, _)| roles_of_account(profiles, account)).unwrap_or_default();
    let suggestions = match roles.is_empty() {
        true => suggest::nearest(&name, profiles.profiles().map(|section| section.name())),
        false => roles,
    };
    let broken = profiles
        .errors()
        .iter()
        .filter(|error| error.kind == SyntaxErrorKind::HeaderNotClosed)
        .map(|error| error.span)
        .take(3)
        .collect();
    let unprefixed = profiles.warnings().iter().find(|warning| {
        let is_it = warning.section.as_ref().is_some_and(|section| *section.name == *name);
        is_it && warning.kind == SyntaxWarningKind::IgnoredSection(IgnoredSection::NoPrefix)
    });
    Problem::UnknownProfile {
        name: name.clone(),
        origin,
        suggestions,
        broken,
        unprefixed: unprefixed.map(|warning| warning.span),
    }
}

/// A profile that is named is used without the environment's credentials (the AWS CLI's `--profile`).
fn shadow_environment(env: &EnvSnapshot, shadowed: &mut Vec<Shadowed>) {
    for name in ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"] {
        if env.nonempty(name).is_some() {
            shadowed.push(Shadowed { what: name.to_owned(), by: "PROFILE".to_owned(), origin: Provenance::Env(name.into()) });
        }
    }
}

/// The first of an account's roles that have a profile, as `ACCOUNT/ROLE`, the account as it was typed.
fn roles_of_account(profiles: &ProfileSet, account: &str) -> Vec<String> {
    const ENOUGH: usize = 10;
    let keys = ["sso_account_id", "sso_account_name", "granted_sso_account_name"];
    let is_its = |section: &Section<'_>| {
        keys.iter().any(|key| section.get(key).is_some_and(|value| value.value.eq_ignore_ascii_case(account)))
    };
    let mut roles: Vec<String> = Vec::new();
    for section in profiles.profiles().filter(is_its) {
        let role = section.get("sso_role_name").map(|role| format!("{account}/{}", role.value));
        roles.extend(role.filter(|role| !roles.contains(role)));
    }
    roles.truncate(ENOUGH);
    roles
}
