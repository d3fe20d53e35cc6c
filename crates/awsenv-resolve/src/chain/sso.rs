//! Identity Center: what a profile and its `[sso-session]` say together.

use awsenv_profile::{ProfileSet, Section};

use super::{Chain, Found, optional};
use crate::error::Problem;
use crate::provider::{Provider, SsoSession};
use crate::{Provenance, Sourced, suggest};

impl<'a> Chain<'a> {
    pub(super) fn sso(&mut self, section: Section<'a>) -> Found<Option<Provider>> {
        if ["sso_account_id", "sso_role_name"].iter().all(|key| optional(section, key).is_none()) {
            return Ok(None);
        }
        let session = self.sso_session(section)?;
        let (account_id, role_name) = (session.account_id, session.role_name);
        let profile = section.name().to_owned();
        let mut missing = Vec::new();
        let mut need = |key: &'static str, here: bool| {
            if !here {
                missing.push(key);
            }
        };
        need("sso_start_url", session.start_url.is_some());
        need("sso_region", session.region.is_some());
        need("sso_role_name", role_name.is_some());
        need("sso_account_id", account_id.is_some());
        match (session.start_url, session.region, role_name, account_id) {
            (Some(start_url), Some(region), Some(role_name), Some(account_id)) => {
                let session =
                    SsoSession { name: session.name, start_url, region, registration_scopes: session.scopes, span: session.span };
                Ok(Some(Provider::SsoRole { session, account_id, role_name }))
            }
            _ => Err(Problem::SsoIncomplete { profile, missing, span: section.span() }),
        }
    }

    /// botocore overlays every key of the session onto the profile, and refuses what contradicts it.
    fn sso_session(&mut self, section: Section<'a>) -> Found<HalfSession> {
        let Some(name) = optional(section, "sso_session") else {
            return Ok(HalfSession {
                name: None,
                start_url: optional(section, "sso_start_url"),
                region: optional(section, "sso_region"),
                account_id: optional(section, "sso_account_id"),
                role_name: optional(section, "sso_role_name"),
                scopes: None,
                span: section.span(),
            });
        };
        let Some(session) = self.profiles.sso_session(&name.value) else {
            let suggestions = suggest::nearest(&name.value, self.profiles.sso_sessions().map(|session| session.name()));
            return Err(Problem::SsoSessionNotFound { profile: Some(section.name().to_owned()), session: name, suggestions });
        };
        self.enter(session)?;
        for key in ["sso_start_url", "sso_region", "sso_registration_scopes", "sso_account_id", "sso_role_name"] {
            if let (Some(in_profile), Some(in_session)) = (optional(section, key), optional(session, key))
                && in_profile.value != in_session.value
            {
                return Err(Problem::SsoValueInconsistent { profile: section.name().to_owned(), key, in_profile, in_session });
            }
        }
        let value = |key: &str| optional(session, key).or_else(|| optional(section, key));
        Ok(HalfSession {
            name: Some(name.value),
            start_url: value("sso_start_url"),
            region: value("sso_region"),
            account_id: value("sso_account_id"),
            role_name: value("sso_role_name"),
            scopes: scopes(session),
            span: session.span(),
        })
    }
}

struct HalfSession {
    name: Option<String>,
    start_url: Option<Sourced<String>>,
    region: Option<Sourced<String>>,
    account_id: Option<Sourced<String>>,
    role_name: Option<Sourced<String>>,
    scopes: Option<Vec<String>>,
    span: awsenv_profile::Span,
}

/// Reads a sign-in session by its own name, for `login` and `sessions`.
///
/// # Errors
/// When there is none of that name, or it lacks its start URL or region.
pub fn sso_session_named(profiles: &ProfileSet, name: &str, origin: Provenance) -> Result<SsoSession, Problem> {
    let Some(session) = profiles.sso_session(name) else {
        let suggestions = suggest::nearest(name, profiles.sso_sessions().map(|session| session.name()));
        return Err(Problem::SsoSessionNotFound { profile: None, session: Sourced::new(name.to_owned(), origin), suggestions });
    };
    match (optional(session, "sso_start_url"), optional(session, "sso_region")) {
        (Some(start_url), Some(region)) => Ok(SsoSession {
            name: Some(name.to_owned()),
            start_url,
            region,
            registration_scopes: scopes(session),
            span: session.span(),
        }),
        (start_url, region) => {
            let missing = [("sso_start_url", start_url.is_none()), ("sso_region", region.is_none())];
            let missing = missing.into_iter().filter(|(_, is_missing)| *is_missing).map(|(key, _)| key).collect();
            Err(Problem::SsoIncomplete { profile: format!("sso-session {name}"), missing, span: session.span() })
        }
    }
}

fn scopes(session: Section<'_>) -> Option<Vec<String>> {
    session
        .get("sso_registration_scopes")
        .map(|text| text.value.split(',').map(|scope| scope.trim().to_owned()).filter(|scope| !scope.is_empty()).collect())
}
