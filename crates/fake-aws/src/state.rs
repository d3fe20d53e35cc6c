//! What the server remembers between two requests, and the making of identities, keys and tokens.

use crate::encoding::{base32, base64, hex, sha256};
use crate::failure::Failure;
use crate::request::Request;
use crate::script::Rule;
use crate::time::Clock;
use crate::totp::{STEP, totp};
use crate::world::{Role, User, World};
use crate::{federation, imds, oidc, signin, sso};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

/// Credentials that the server handed out or that a test asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// `ASIA…`.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// The token, with all the characters that real ones have.
    pub session_token: String,
    /// When they end, in seconds since the epoch by the server's clock.
    pub expires_at: i64,
}

/// Where credentials come from, which is what decides about their rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An access key of a user.
    LongTerm,
    /// GetSessionToken.
    UserSession,
    /// `aws login`.
    Login,
    /// AssumeRole in any form, Identity Center, metadata, containers.
    RoleSession,
    /// GetFederationToken.
    Federated,
}

/// Who somebody is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Identity {
    pub(crate) kind: Kind,
    /// As GetCallerIdentity says it.
    pub(crate) arn: String,
    pub(crate) user_id: String,
    pub(crate) account: String,
    /// What a trust policy names: the user or the role, not its session.
    pub(crate) principal: String,
    /// `aws:MultiFactorAuthPresent`.
    pub(crate) mfa: bool,
    /// Assumed with the credentials of another role.
    pub(crate) chained: bool,
}

impl Identity {
    /// Makes the identity of a user.
    pub(crate) fn user(user: &User, kind: Kind, mfa: bool) -> Self {
        let arn = user.arn();
        Self {
            kind,
            user_id: unique_id("AIDA", &arn),
            account: user.account.clone(),
            principal: arn.clone(),
            arn,
            mfa,
            chained: false,
        }
    }

    /// Makes the identity of a role session.
    pub(crate) fn role_session(role_arn: &str, session_name: &str, chained: bool) -> Self {
        let (partition, account) = (arn_field(role_arn, 1), arn_field(role_arn, 4));
        let role_name = role_arn.rsplit('/').next().unwrap_or_default();
        Self {
            kind: Kind::RoleSession,
            arn: format!("arn:{partition}:sts::{account}:assumed-role/{role_name}/{session_name}"),
            user_id: format!("{}:{session_name}", unique_id("AROA", role_arn)),
            account: account.to_owned(),
            principal: role_arn.to_owned(),
            mfa: false,
            chained,
        }
    }
}

/// Returns a field of an ARN: 1 is the partition, 4 the account.
pub(crate) fn arn_field(arn: &str, field: usize) -> &str {
    arn.split(':').nth(field).unwrap_or_default()
}

/// Returns the unique id that IAM shows for an ARN.
pub(crate) fn unique_id(prefix: &str, arn: &str) -> String {
    format!("{prefix}{}", &base32(&sha256(arn.as_bytes()))[..17])
}

/// Temporary credentials and whose they are.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) credentials: Credentials,
    pub(crate) identity: Identity,
}

/// Draws keys, tokens and ids.
#[derive(Debug)]
pub(crate) struct Ids {
    seed: u64,
    drawn: u64,
}

impl Ids {
    fn new(seed: Option<u64>) -> Self {
        // `RandomState` is the standard library's only door to the system's randomness.
        Self { seed: seed.unwrap_or_else(|| RandomState::new().hash_one(0)), drawn: 0 }
    }

    pub(crate) fn bytes(&mut self) -> Vec<u8> {
        self.drawn += 1;
        sha256(format!("{}/{}", self.seed, self.drawn).as_bytes())
    }

    /// Returns a UUID.
    pub(crate) fn uuid(&mut self) -> String {
        let digits = hex(&self.bytes());
        format!("{}-{}-4{}-a{}-{}", &digits[..8], &digits[8..12], &digits[12..15], &digits[15..18], &digits[18..30])
    }

    /// Returns a long base64 token with `+`, `/` and `=` in it, as AWS's have them.
    pub(crate) fn token(&mut self, prefix: &str) -> String {
        let bytes: Vec<u8> = (0..4).flat_map(|_| self.bytes()).collect();
        format!("{prefix}{}+/{}==", base64(&bytes[..96]), base64(&bytes[96..126]))
    }

    /// Returns a token that needs no encoding in a URL.
    pub(crate) fn plain_token(&mut self, prefix: &str) -> String {
        format!("{prefix}{}", hex(&self.bytes()))
    }
}

/// Everything behind the lock.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: World,
    initial: World,
    pub(crate) endpoint: String,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) rules: Vec<Rule>,
    pub(crate) log: Vec<Request>,
    /// What a correct client never does: codes, refresh tokens and proofs used twice.
    pub(crate) violations: Vec<String>,
    pub(crate) issued: HashMap<String, Issued>,
    /// A rule's lifetime for whatever the request in hand is given.
    pub(crate) lifetime: Option<i64>,
    pub(crate) spent_refresh_tokens: HashSet<String>,
    spent_codes: HashSet<(String, String)>,
    pub(crate) oidc: oidc::Pending,
    pub(crate) signin: signin::Pending,
    pub(crate) imds: imds::Tokens,
    pub(crate) portal: sso::Listings,
    pub(crate) federation: federation::Tokens,
}

impl State {
    pub(crate) fn new(world: World, endpoint: String) -> Self {
        Self {
            ids: Ids::new(world.seed),
            initial: world.clone(),
            world,
            endpoint,
            clock: Clock::default(),
            rules: Vec::new(),
            log: Vec::new(),
            violations: Vec::new(),
            issued: HashMap::new(),
            lifetime: None,
            spent_refresh_tokens: HashSet::new(),
            spent_codes: HashSet::new(),
            oidc: oidc::Pending::default(),
            signin: signin::Pending::default(),
            imds: imds::Tokens::default(),
            portal: sso::Listings::default(),
            federation: federation::Tokens::default(),
        }
    }

    /// Forgets everything since the start.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.initial.clone(), self.endpoint.clone());
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Hands out temporary credentials.
    pub(crate) fn issue(&mut self, identity: Identity, seconds: i64) -> Credentials {
        let expires_at = self.now() + self.lifetime.unwrap_or(seconds);
        let key = base32(&self.ids.bytes());
        let credentials = Credentials {
            access_key_id: format!("ASIA{}", &key[..16]),
            secret_access_key: base64(&self.ids.bytes()[..30]),
            session_token: self.ids.token("IQoJb3JpZ2luX2VjE"),
            expires_at,
        };
        self.issued.insert(credentials.access_key_id.clone(), Issued { credentials: credentials.clone(), identity });
        credentials
    }

    pub(crate) fn user_of(&self, principal: &str) -> Option<&User> {
        self.world.users.iter().find(|user| user.arn() == principal)
    }

    pub(crate) fn role(&self, arn: &str) -> Option<&Role> {
        self.world.roles.iter().find(|role| role.arn == arn)
    }

    /// Checks a code of the caller's MFA device and spends it.
    pub(crate) fn spend_mfa_code(&mut self, identity: &Identity, serial: &str, code: &str) -> Result<(), Failure> {
        let device =
            self.user_of(&identity.principal).and_then(|user| user.mfa_devices.iter().find(|device| device.serial == serial));
        let Some(device) = device else {
            let message = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.";
            return Err(Failure::new(403, "AccessDenied", message));
        };
        let now = self.clock.now();
        let matching_step =
            [0, -1, 1].into_iter().map(|step| now + step * STEP).find(|at| totp(&device.seed, *at).as_deref() == Some(code));
        let name = match matching_step {
            Some(at) => format!("step {}", at.div_euclid(STEP)),
            None if device.codes.iter().any(|known| known == code) => code.to_owned(),
            None => return Err(invalid_code()),
        };
        if !self.spent_codes.insert((serial.to_owned(), name)) {
            self.violations.push(format!("MFA code of {serial} used twice"));
            return Err(invalid_code());
        }
        Ok(())
    }

    /// Returns a code of this device that will be taken now; a new one is made up when those of this half minute are spent.
    pub(crate) fn fresh_mfa_code(&mut self, serial: &str) -> Option<String> {
        let now = self.clock.now();
        let extra = format!("{:06}", self.ids.bytes().iter().fold(0_u32, |sum, byte| (sum * 31 + u32::from(*byte)) % 1_000_000));
        let spent = &self.spent_codes;
        let device = self.world.users.iter_mut().flat_map(|user| &mut user.mfa_devices).find(|device| device.serial == serial)?;
        let usable = [0, -1, 1].into_iter().map(|step| now + step * STEP);
        for at in usable {
            if !spent.contains(&(serial.to_owned(), format!("step {}", at.div_euclid(STEP)))) {
                return totp(&device.seed, at);
            }
        }
        device.codes.push(extra.clone());
        Some(extra)
    }
}

fn invalid_code() -> Failure {
    Failure::new(403, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ")
}
