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

#[cfg(test)]
mod tests {
    use awsenv_profile::{FileKind, ProfileSet, SourceFile};

    use super::*;
    use crate::{EnvSnapshot, Request};

    /// `p` over `q` over `base`, each role with a device.
    const CHAIN: &str = "\
[profile p]
role_arn = arn:aws:iam::111122223333:role/p
source_profile = q
mfa_serial = device-p
[profile q]
role_arn = arn:aws:iam::111122223333:role/q
source_profile = base
mfa_serial = device-q
";
    const KEYS: &str = "[profile base]\naws_access_key_id = AK\naws_secret_access_key = S\n";
    const SIGN_IN: &str = "\
[profile base]
sso_start_url = https://one/start
sso_region = eu-west-1
sso_account_id = 111122223333
sso_role_name = Admin
";
    const LOGIN: &str = "[profile base]\nlogin_session = arn:aws:iam::111122223333:user/ana\n";

    fn plan(config: &str, mfa_session: bool) -> ResolutionPlan {
        let profiles = ProfileSet::parse(Some(SourceFile::new(FileKind::Config, "config", config)), None);
        let name = if config.contains("profile p") { "p" } else { "base" };
        crate::plan(&profiles, &Request { mfa_session, ..Request::named(name) }, &EnvSnapshot::default())
            .expect("it is well formed")
    }

    fn show(need: &Need) -> String {
        match need {
            Need::MfaCode { serial, profile } => format!("{} for {profile}", serial.value),
            Need::SsoSignIn { session } => format!("sign in to {}", session.label()),
            Need::Login { profile, .. } => format!("log in for {profile}"),
        }
    }

    /// `fresh` are places in [`ResolutionPlan::cache_keys`]: the last role first, then what is below it.
    fn check(plan: &ResolutionPlan, fresh: &[usize], token: Option<TokenState>, expected: &[&str]) {
        let keys = plan.cache_keys();
        let caches = CacheView {
            fresh: fresh.iter().map(|at| keys[*at].clone()).collect(),
            tokens: plan.token_keys().into_iter().zip(token).collect(),
        };
        let needs: Vec<String> = plan.needs(&caches).iter().map(show).collect();
        assert_eq!(needs, expected, "fresh {fresh:?}, token {token:?}");
    }

    #[test]
    fn only_what_no_cache_answers_is_asked_for() {
        let plan = plan(&format!("{CHAIN}{KEYS}"), true);
        assert_eq!(plan.cache_keys().len(), 3, "p, q, the session");
        check(&plan, &[], None, &["device-q for q", "device-p for p"]);
        check(&plan, &[2], None, &["device-p for p"]);
        // A cached role in the middle makes everything below it needless.
        check(&plan, &[1], None, &["device-p for p"]);
        check(&plan, &[1, 2], None, &["device-p for p"]);
        check(&plan, &[0], None, &[]);
        check(&plan, &[0, 1, 2], None, &[]);
    }

    #[test]
    fn without_a_session_every_role_asks() {
        let plan = plan(&format!("{CHAIN}{KEYS}"), false);
        assert_eq!(plan.cache_keys().len(), 2, "p, q");
        check(&plan, &[], None, &["device-q for q", "device-p for p"]);
        check(&plan, &[1], None, &["device-p for p"]);
        check(&plan, &[0], None, &[]);
    }

    #[test]
    fn a_sign_in_is_asked_for_when_neither_its_credentials_nor_its_token_are_left() {
        let plan = plan(SIGN_IN, true);
        check(&plan, &[], None, &["sign in to https://one/start"]);
        check(&plan, &[], Some(TokenState::Gone), &["sign in to https://one/start"]);
        check(&plan, &[], Some(TokenState::Refreshable), &[]);
        check(&plan, &[], Some(TokenState::Valid), &[]);
        check(&plan, &[0], Some(TokenState::Gone), &[]);
    }

    #[test]
    fn a_login_is_asked_for_when_neither_its_credentials_nor_its_token_are_left() {
        let plan = plan(LOGIN, true);
        check(&plan, &[], None, &["log in for base"]);
        check(&plan, &[], Some(TokenState::Gone), &["log in for base"]);
        check(&plan, &[], Some(TokenState::Refreshable), &[]);
        check(&plan, &[0], None, &[]);
    }

    #[test]
    fn a_cached_role_over_a_sign_in_needs_none() {
        let plan = plan(&format!("{CHAIN}{SIGN_IN}"), true);
        assert_eq!(plan.cache_keys().len(), 3, "p, q, the sign-in's role");
        check(&plan, &[], None, &["sign in to https://one/start", "device-q for q", "device-p for p"]);
        check(&plan, &[2], None, &["device-q for q", "device-p for p"]);
        check(&plan, &[1], None, &["device-p for p"]);
    }

    #[test]
    fn what_the_machine_has_needs_nobody() {
        let plan = plan("[profile base]\ncredential_process = x\n", true);
        assert_eq!((plan.cache_keys(), plan.token_keys(), plan.needs(&CacheView::default())), (vec![], vec![], vec![]));
    }
}
