//! What must happen, step by step, before any of it does.

mod choose_region;
mod make;
mod roles;

use std::sync::Arc;

use awsenv_profile::{ProfileSet, Section, SourceMap, Span};

use crate::client::ClientSettings;
use crate::error::Advice;
use crate::mfa::MfaProcess;
use crate::provider::{Base, Provider};
use crate::{Arn, CacheKey, Mode, Provenance, RoleArguments, Sourced, region};

pub use make::{plan, plan_alone};

use choose_region::choose_region;

/// The longest session of a role assumed with a role's credentials, in seconds (STS API reference, AssumeRole:
/// "role chaining limits your … session to a maximum of one hour").
pub const CHAINED_ROLE_SECONDS: u32 = 3_600;

/// One AssumeRole call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssumeRole {
    /// The profile that it stands in.
    pub profile: String,
    /// `role_arn`.
    pub role_arn: Sourced<String>,
    /// `role_session_name`.
    pub role_session_name: Option<Sourced<String>>,
    /// `external_id`.
    pub external_id: Option<Sourced<String>>,
    /// `mfa_serial`.
    pub mfa_serial: Option<Sourced<String>>,
    /// `duration_seconds`, as written.
    pub duration_seconds: Option<Sourced<i64>>,
    /// What is asked for instead, when the role is chained and more than an hour is written.
    pub capped_seconds: Option<u32>,
}

impl AssumeRole {
    /// Returns the AWS CLI's cache entry for its credentials.
    pub fn cache_key(&self) -> CacheKey {
        let text = |value: &'_ Option<Sourced<String>>| value.as_ref().map(|value| value.value.clone());
        CacheKey::assume_role(&RoleArguments {
            role_arn: &self.role_arn.value,
            role_session_name: text(&self.role_session_name).as_deref(),
            external_id: text(&self.external_id).as_deref(),
            mfa_serial: text(&self.mfa_serial).as_deref(),
            duration_seconds: self.duration_seconds.as_ref().map(|duration| duration.value),
        })
    }

    /// Returns the seconds to ask for; `None` leaves it to STS (one hour).
    pub fn seconds(&self) -> Option<i64> {
        self.capped_seconds.map(i64::from).or(self.duration_seconds.as_ref().map(|duration| duration.value))
    }
}

/// A GetSessionToken call over a user's long-term keys, which turns one MFA code into a session for every role of the
/// device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionToken {
    /// The profile whose `mfa_serial` it is.
    pub profile: String,
    /// The device.
    pub mfa_serial: Sourced<String>,
    /// How long, in seconds.
    pub duration_seconds: u32,
    /// The long-term key, for the cache entry.
    pub access_key_id: String,
}

impl SessionToken {
    /// Returns the entry in awsenv's own cache.
    pub fn cache_key(&self) -> CacheKey {
        CacheKey::mfa_session(&self.access_key_id, &self.mfa_serial.value, self.duration_seconds)
    }
}

/// A setting that is there and not used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shadowed {
    /// The setting or variable.
    pub what: String,
    /// What is used instead.
    pub by: String,
    /// Where the unused one is.
    pub origin: Provenance,
}

/// A region that is used, and what was not because of it.
pub(crate) type Region = Sourced<String>;

/// Everything that was decided about a request: carried out from `base` through `session_token` to the last of `hops`.
#[derive(Clone, Debug)]
pub struct ResolutionPlan {
    /// The profile; `None` when the environment's own credentials are used.
    pub profile: Option<String>,
    /// Where the profile's name came from.
    pub profile_origin: Provenance,
    /// The first credentials.
    pub base: Base,
    /// The MFA session over them.
    pub session_token: Option<SessionToken>,
    /// The roles, in the order of the calls.
    pub hops: Vec<AssumeRole>,
    /// The region of everything that will be run.
    pub region: Option<Sourced<String>>,
    /// How to call AWS.
    pub client: ClientSettings,
    /// What was there and is not used.
    pub shadowed: Vec<Shadowed>,
    /// What a person should know.
    pub advice: Vec<Advice>,
    /// Whether an AWS SDK knows the profile, and every section that its credentials come from, by its name, and reads the
    /// files at all (formats.md §5.1).
    pub visible_to_sdks: bool,
    /// The line for which they refuse a whole file.
    pub refused_at: Option<Span>,
    /// Whether all SDKs and the AWS CLI take the same credentials from the profile.
    pub same_for_sdks: bool,
    /// Whether `--duration` or `--role-session-name` makes other credentials than the profile by itself.
    pub flags_count: bool,
    /// The commands that print the codes of this plan's MFA devices, where profiles name some.
    pub mfa_processes: Vec<MfaProcess>,
    /// The files, for messages.
    pub sources: Arc<SourceMap>,
}

impl ResolutionPlan {
    /// Returns the account whose credentials come out, where it is certain before any call.
    pub fn account_id(&self) -> Option<String> {
        match self.hops.last() {
            Some(hop) => crate::account_of(&hop.role_arn.value),
            None => self.base.provider.account_id(),
        }
    }

    /// Returns the cache entry of what comes out at the end, where there is one.
    pub fn final_cache_key(&self) -> Option<CacheKey> {
        match (self.hops.last(), &self.session_token) {
            (Some(hop), _) => Some(hop.cache_key()),
            (None, Some(session)) => Some(session.cache_key()),
            (None, None) => self.base.provider.cache_key(),
        }
    }

    /// Returns the region in which STS is called for these hops: the region of everything, else the partition's own.
    pub fn sts_region(&self) -> String {
        if let Some(region) = &self.region {
            return region.value.clone();
        }
        let role = self.hops.first().map(|hop| hop.role_arn.value.as_str()).or(match &self.base.provider {
            Provider::WebIdentity { role_arn, .. } => Some(role_arn.value.as_str()),
            _ => None,
        });
        let device = || self.session_token.as_ref().map(|session| session.mfa_serial.value.as_str());
        let partition = role.or_else(device).and_then(Arn::parse).map_or("aws", |arn| arn.partition);
        region::default_of_partition(partition).to_owned()
    }

    /// Returns whether MFA is anywhere in the chain.
    pub fn has_mfa(&self) -> bool {
        self.session_token.is_some() || self.hops.iter().any(|hop| hop.mfa_serial.is_some())
    }

    /// Returns whether the first role's own MFA question is answered by the session.
    pub fn session_covers(&self, hop: usize) -> bool {
        hop == 0 && self.session_token.is_some()
    }

    /// Decides what `auto` means: the name of the profile where every AWS SDK can get and refresh these credentials
    /// alone, the keys where one cannot.
    pub fn mode(&self, asked: Mode) -> Mode {
        match asked {
            Mode::Profile | Mode::Keys => asked,
            Mode::Auto if self.keys_reasons().is_empty() => Mode::Profile,
            Mode::Auto => Mode::Keys,
        }
    }
}

/// Finds the SSO profile of `ACCOUNT/ROLE`; the account by its number, or by name where a profile has `sso_account_name`.
/// Of several profiles for the same role the first in the file counts.
pub fn profile_of_account_role<'a>(profiles: &'a ProfileSet, account: &str, role: &str) -> Option<Section<'a>> {
    let is = |section: &Section<'_>, key: &str, wanted: &str| {
        section.get(key).is_some_and(|value| value.value.eq_ignore_ascii_case(wanted))
    };
    let mut found = None;
    for section in profiles.profiles() {
        if !is(&section, "sso_role_name", role) {
            continue;
        }
        if is(&section, "sso_account_id", account) {
            return Some(section);
        }
        if found.is_none() && (is(&section, "sso_account_name", account) || is(&section, "granted_sso_account_name", account)) {
            found = Some(section);
        }
    }
    found
}
