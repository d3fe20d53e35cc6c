//! What a step of a plan yields.

use crate::{Secret, Timestamp};

/// The seconds that a cached role credential must still have to be used again: the AWS CLI's rule (formats.md §2).
pub const REUSE_SECONDS: i64 = 15 * 60;

/// Credentials for signing requests, in AWS's terms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credentials {
    /// `AccessKeyId`: a name, not a secret.
    pub access_key_id: String,
    /// `SecretAccessKey`.
    pub secret_access_key: Secret,
    /// `SessionToken`, of temporary credentials.
    pub session_token: Option<Secret>,
    /// When they end; `None` for long-term keys.
    pub expiration: Option<Timestamp>,
    /// The account that they belong to, where that is certain.
    pub account_id: Option<String>,
}

impl Credentials {
    /// Returns whether they end, that is, whether they are not a user's own long-term keys.
    pub fn is_temporary(&self) -> bool {
        self.session_token.is_some()
    }

    /// Returns whether they may still be handed out under the AWS CLI's rule: at least [`REUSE_SECONDS`] remain.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.expiration.is_none_or(|expiration| expiration.seconds_left(now) >= REUSE_SECONDS)
    }

    /// Returns whether they have not ended yet.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.expiration.is_none_or(|expiration| expiration.seconds_left(now) > 0)
    }
}
