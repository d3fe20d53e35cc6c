//! What a shell is to have in each mode (cli.md, "Switching").

use awsenv_profile::ProfileSet;

use crate::chain::optional;
use crate::variable::SETTING_VARIABLES;
use crate::{Credentials, EnvSnapshot, ResolutionPlan, Wanted};

/// Mode `profile`: the profile's name and the region; every tool fetches for itself.
pub fn profile_wanted(plan: &ResolutionPlan, profile: &str) -> Wanted {
    let mut wanted = Wanted::default();
    wanted.set("AWS_PROFILE", profile);
    region(&mut wanted, plan);
    wanted.set("AWSENV_PROFILE", profile);
    wanted
}

/// Mode `keys`: the credentials, the region, and the profile's other settings as variables; no `AWS_PROFILE`, which
/// the SDK for JavaScript lets win over keys. `base` is the environment without awsenv: what it sets already stays,
/// since a variable beats a profile's setting in every SDK.
pub fn keys_wanted(
    plan: &ResolutionPlan,
    profile: &str,
    credentials: &Credentials,
    profiles: &ProfileSet,
    base: &EnvSnapshot,
) -> Wanted {
    let mut wanted = Wanted::default();
    wanted.set("AWS_ACCESS_KEY_ID", &credentials.access_key_id);
    wanted.set_secret("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.clone());
    match &credentials.session_token {
        Some(token) => wanted.set_secret("AWS_SESSION_TOKEN", token.clone()),
        None => wanted.unset("AWS_SESSION_TOKEN"),
    }
    let expiration = credentials.expiration.map(|end| end.to_string());
    wanted.set_or_unset("AWS_CREDENTIAL_EXPIRATION", expiration.clone());
    wanted.set_or_unset("AWS_SESSION_EXPIRATION", expiration);
    region(&mut wanted, plan);
    wanted.set_or_unset("AWS_ACCOUNT_ID", plan.account_id().or_else(|| credentials.account_id.clone()));
    settings(&mut wanted, profile, profiles, base);
    wanted.set("AWSENV_PROFILE", profile);
    wanted
}

fn region(wanted: &mut Wanted, plan: &ResolutionPlan) {
    let region = plan.region.as_ref().map(|region| region.value.clone());
    wanted.set_or_unset("AWS_REGION", region.clone());
    wanted.set_or_unset("AWS_DEFAULT_REGION", region);
}

fn settings(wanted: &mut Wanted, profile: &str, profiles: &ProfileSet, base: &EnvSnapshot) {
    let Some(section) = profiles.profile(profile) else { return };
    for (key, variable) in SETTING_VARIABLES {
        if let Some(value) = optional(section, key).filter(|_| base.bytes(variable).is_none()) {
            wanted.set(variable, value.value);
        }
    }
    // `AWS_ENDPOINT_URL` beats a `services` section, which must not come back as a variable that beats it.
    if base.nonempty("AWS_ENDPOINT_URL").is_some() {
        return;
    }
    let services = optional(section, "services").and_then(|name| profiles.services(&name.value));
    for (service, _) in services.into_iter().flat_map(|services| services.settings()) {
        let block = services.map(|services| services.sub_properties(service.value)).unwrap_or_default();
        let endpoint = block.into_iter().find(|(key, _)| key.value.eq_ignore_ascii_case("endpoint_url"));
        let is_identifier = service.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if let Some((_, url)) = endpoint.filter(|(_, url)| is_identifier && !url.value.is_empty()) {
            let variable = format!("AWS_ENDPOINT_URL_{}", service.value.to_ascii_uppercase().replace('-', "_"));
            if base.bytes(&variable).is_none() {
                wanted.set(&variable, url.value);
            }
        }
    }
}
