//! What is to be signed in to, or out of.

use awsenv_profile::{ProfileSet, Section};
use awsenv_resolve::{EnvSnapshot, Problem, ProfileChoice, Provenance, Provider, Request, ResolveError, Sourced, SsoSession};

use super::quoted;
use crate::context::Context;
use crate::report::{Code, Report};
use crate::ui::pick;

/// One sign-in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Target {
    /// Identity Center.
    Sso(SsoSession),
    /// `aws login`.
    Console {
        /// The profile that says so.
        profile: String,
        /// The ARN.
        login_session: String,
    },
}

/// A target, and the profile whose endpoints and authorities count for it.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub(crate) target: Target,
    pub(crate) profile: String,
}

/// Finds out what is meant: a session by its name, a profile's, or without either the one of the profile that this shell is
/// in, else the only one there is.
pub(crate) fn chosen(
    context: &Context,
    profiles: &ProfileSet,
    profile: Option<&str>,
    session: Option<&str>,
) -> Result<Chosen, Report> {
    let (choice, env) = context.choice(profile, profiles);
    let ambient = || env.nonempty("AWS_PROFILE").or(env.nonempty("AWS_DEFAULT_PROFILE")).unwrap_or("default").to_owned();
    let name = match &choice {
        ProfileChoice::Named(name) => name.clone(),
        ProfileChoice::Ambient => ambient(),
    };
    if let Some(session) = session {
        let session = named(profiles, session, Provenance::Flag("--sso-session"))?;
        return Ok(Chosen { target: Target::Sso(session), profile: name });
    }
    // What nobody has named need not exist.
    let is_named = profile.is_some() || matches!(choice, ProfileChoice::Named(_));
    if is_named || profiles.profile(&name).is_some() {
        match of_profile(profiles, &name, &env) {
            Ok(Some(target)) => return Ok(Chosen { target, profile: name }),
            Err(report) if is_named => return Err(report),
            Ok(None) if is_named => {
                let report =
                    Report::error(Code::NothingToSignIn, format!("profile `{name}` gets its credentials without a sign-in"));
                return Err(report.help(format!("awsenv explain {}", quoted(&name))));
            }
            Ok(None) | Err(_) => {}
        }
    }
    let sessions: Vec<&str> = profiles.sso_sessions().map(|session| session.name()).collect();
    let session = match sessions.as_slice() {
        [] => return Err(nothing()),
        [only] => *only,
        _ if context.ui.may_ask() => {
            context.guard_interrupt();
            let rows: Vec<Vec<String>> = sessions.iter().map(|name| vec![(*name).to_owned()]).collect();
            sessions[pick(&context.ui, "session", &rows)?]
        }
        several => {
            let message = "neither a profile nor a session was named, and there are several";
            return Err(
                Report::error(Code::NothingToPick, message).help(format!("--sso-session NAME, one of {}", several.join(", ")))
            );
        }
    };
    Ok(Chosen { target: Target::Sso(named(profiles, session, Provenance::Default)?), profile: name })
}

pub(crate) fn nothing() -> Report {
    Report::error(Code::NothingToSignIn, "there is no [sso-session NAME] in the configuration")
        .help("`awsenv configure sso` makes one")
}

/// The session of a name.
pub(crate) fn named(profiles: &ProfileSet, name: &str, origin: Provenance) -> Result<SsoSession, Report> {
    awsenv_resolve::sso_session_named(profiles, name, origin).map_err(|problem| at(profiles, problem))
}

/// What a profile stands on, be it through several roles; a profile of a session without an account is one, too.
pub(crate) fn of_profile(profiles: &ProfileSet, name: &str, env: &EnvSnapshot) -> Result<Option<Target>, Report> {
    let text = |section: Section<'_>, key: &str| section.get(key).map(Sourced::from).filter(|value| !value.value.is_empty());
    let direct = profiles.profile(name).filter(|section| text(*section, "role_arn").is_none());
    if let Some(session) = direct.and_then(|section| text(section, "sso_session")) {
        return named(profiles, &session.value, session.origin).map(|session| Some(Target::Sso(session)));
    }
    if let Some(section) = direct
        && let (Some(start_url), Some(region)) = (text(section, "sso_start_url"), text(section, "sso_region"))
    {
        let span = section.span();
        return Ok(Some(Target::Sso(SsoSession { name: None, start_url, region, registration_scopes: None, span })));
    }
    match awsenv_resolve::plan(profiles, &Request::named(name), env) {
        Ok(plan) => Ok(match plan.base.provider {
            Provider::SsoRole { session, .. } => Some(Target::Sso(session)),
            Provider::Login { login_session } => Some(Target::Console {
                profile: plan.base.profile.unwrap_or_else(|| name.to_owned()),
                login_session: login_session.value,
            }),
            _ => None,
        }),
        Err(error) if matches!(*error.problem, Problem::NoCredentials { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn at(profiles: &ProfileSet, problem: Problem) -> Report {
    ResolveError { problem: Box::new(problem), sources: std::sync::Arc::clone(profiles.sources()) }.into()
}
