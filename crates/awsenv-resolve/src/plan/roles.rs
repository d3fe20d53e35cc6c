//! The roles of a plan: what flags, STS's limits and one code for all of them make of what the profiles say.

use awsenv_profile::Section;

use super::{AssumeRole, CHAINED_ROLE_SECONDS, SessionToken};
use crate::error::Advice;
use crate::provider::{Base, Provider};
use crate::{Provenance, Request, Sourced};

/// Gives the flags to the last role, and returns whether there was one for them. A web identity's is one too, as far as
/// its call has the argument.
pub(super) fn apply_flags(hops: &mut [AssumeRole], base: &mut Provider, request: &Request) -> bool {
    let name = request.role_session_name.clone().map(|name| Sourced::new(name, Provenance::Flag("--role-session-name")));
    let Some(last) = hops.last_mut() else {
        return match (base, name) {
            (Provider::WebIdentity { role_session_name, .. }, Some(name)) => {
                *role_session_name = Some(name);
                true
            }
            _ => false,
        };
    };
    let flags_count = request.duration_seconds.is_some() || name.is_some();
    if let Some(seconds) = request.duration_seconds {
        last.duration_seconds = Some(Sourced::new(i64::from(seconds), Provenance::Flag("--duration")));
    }
    if name.is_some() {
        last.role_session_name = name;
    }
    flags_count
}

/// STS would refuse more than an hour for a chained role. The cache entry keeps the name that the profile gives it, so
/// that the AWS CLI, whose own call would fail, finds ours.
pub(super) fn cap_chained(hops: &mut [AssumeRole], base: &Base, advice: &mut Vec<Advice>) {
    for (index, hop) in hops.iter_mut().enumerate() {
        let chained = index > 0 || base.provider.yields_role_credentials();
        if let Some(duration) =
            hop.duration_seconds.clone().filter(|duration| chained && duration.value > i64::from(CHAINED_ROLE_SECONDS))
        {
            hop.capped_seconds = Some(CHAINED_ROLE_SECONDS);
            advice.push(Advice::DurationCapped { profile: hop.profile.clone(), asked: duration, capped: CHAINED_ROLE_SECONDS });
        }
    }
}

/// One code for all roles of a device is possible where the chain stands on a user's own long-term keys; and a user
/// profile with keys and `mfa_serial` is a session by itself.
pub(super) fn session_token(
    base: &Base,
    hops: &[AssumeRole],
    section: Option<Section<'_>>,
    request: &Request,
) -> Option<SessionToken> {
    let (Provider::StaticKeys { credentials } | Provider::Environment { credentials }) = &base.provider else { return None };
    if credentials.is_temporary() {
        return None;
    }
    let (profile, mfa_serial, seconds) = match hops.first() {
        Some(hop) if request.mfa_session => (hop.profile.clone(), hop.mfa_serial.clone()?, request.mfa_session_seconds),
        Some(_) => return None,
        None => {
            let section = section?;
            let seconds = request.duration_seconds.unwrap_or(request.mfa_session_seconds);
            (section.name().to_owned(), crate::chain::optional(section, "mfa_serial")?, seconds)
        }
    };
    Some(SessionToken { profile, mfa_serial, duration_seconds: seconds, access_key_id: credentials.access_key_id.clone() })
}
