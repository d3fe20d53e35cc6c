//! What a person will have to give, known before any network.

use std::collections::{HashMap, HashSet};

use crate::plan::ResolutionPlan;
use crate::provider::{Provider, SsoSession};
use crate::{CacheKey, Sourced};

/// Something that only a person can supply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Need {
    /// The code that an MFA device shows.
    MfaCode {
        /// The device.
        serial: Sourced<String>,
        /// The profile that asks for it.
        profile: String,
    },
    /// An Identity Center sign-in in a browser.
    SsoSignIn {
        /// The session.
        session: SsoSession,
    },
    /// An `aws login` sign-in in a browser.
    Login {
        /// The `login_session` ARN.
        login_session: Sourced<String>,
        /// The profile that has it.
        profile: String,
    },
}

impl Need {
    /// The name in `explain`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::MfaCode { .. } => "mfa-code",
            Self::SsoSignIn { .. } => "sso-sign-in",
            Self::Login { .. } => "login",
        }
    }
}

/// What a sign-in token is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenState {
    /// Valid now.
    Valid,
    /// Ended or about to, but its refresh token may still be used.
    Refreshable,
    /// No use, or not there.
    Gone,
}

/// What the caches hold of a plan, as the host found it.
#[derive(Clone, Default, Debug)]
pub struct CacheView {
    /// The entries whose credentials may be used again.
    pub fresh: HashSet<CacheKey>,
    /// The state of sign-in tokens.
    pub tokens: HashMap<CacheKey, TokenState>,
}

impl CacheView {
    fn token_is_usable(&self, key: &CacheKey) -> bool {
        self.tokens.get(key).is_some_and(|state| *state != TokenState::Gone)
    }
}

impl ResolutionPlan {
    /// Returns every cache entry that may answer a step of this plan.
    pub fn cache_keys(&self) -> Vec<CacheKey> {
        let mut keys: Vec<CacheKey> = self.hops.iter().rev().map(|hop| hop.cache_key()).collect();
        keys.extend(self.session_token.as_ref().map(|session| session.cache_key()));
        keys.extend(self.base.provider.cache_key());
        keys
    }

    /// Returns the sign-in tokens that the plan stands on.
    pub fn token_keys(&self) -> Vec<CacheKey> {
        match &self.base.provider {
            Provider::SsoRole { session, .. } => vec![session.token_key()],
            Provider::Login { login_session } => vec![CacheKey::login(&login_session.value)],
            _ => Vec::new(),
        }
    }

    /// Returns what a person will be asked for, in order, given what the caches hold.
    pub fn needs(&self, caches: &CacheView) -> Vec<Need> {
        let start = self.hops.iter().rposition(|hop| caches.fresh.contains(&hop.cache_key())).map_or(0, |cached| cached + 1);
        let mut needs = Vec::new();
        if start == 0 {
            let session_is_fresh = self.session_token.as_ref().map(|session| caches.fresh.contains(&session.cache_key()));
            needs.extend(self.base_need(caches));
            if let (Some(session), Some(false)) = (&self.session_token, session_is_fresh) {
                needs.push(Need::MfaCode { serial: session.mfa_serial.clone(), profile: session.profile.clone() });
            }
        }
        for (index, hop) in self.hops.iter().enumerate().skip(start) {
            if let Some(serial) = hop.mfa_serial.clone().filter(|_| !self.session_covers(index)) {
                needs.push(Need::MfaCode { serial, profile: hop.profile.clone() });
            }
        }
        needs
    }

    fn base_need(&self, caches: &CacheView) -> Option<Need> {
        if self.base.provider.cache_key().is_some_and(|key| caches.fresh.contains(&key)) {
            return None;
        }
        match &self.base.provider {
            Provider::SsoRole { session, .. } => {
                (!caches.token_is_usable(&session.token_key())).then(|| Need::SsoSignIn { session: session.clone() })
            }
            Provider::Login { login_session } => (!caches.token_is_usable(&CacheKey::login(&login_session.value))).then(|| {
                Need::Login { login_session: login_session.clone(), profile: self.base.profile.clone().unwrap_or_default() }
            }),
            Provider::StaticKeys { .. }
            | Provider::WebIdentity { .. }
            | Provider::Process { .. }
            | Provider::Environment { .. }
            | Provider::EcsContainer
            | Provider::Ec2InstanceMetadata => None,
        }
    }
}
