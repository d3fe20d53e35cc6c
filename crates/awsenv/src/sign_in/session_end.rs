//! When an Identity Center session ends: one answer for all who tell it.

use awsenv_host::SsoToken;
use awsenv_resolve::{CacheKey, Timestamp};

use crate::context::Context;

/// The end of a session, as far as its file tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SessionEnd {
    /// Without a refresh token that can still be used: the access token's. With one: when the client's registration ends,
    /// the last moment at which the token can be renewed. (That AWS has ended a session earlier is known only when it is
    /// used.)
    pub(crate) end: Timestamp,
    /// Whether the token renews itself until then.
    pub(crate) renews_itself: bool,
}

impl SessionEnd {
    /// Reads it; the token of a legacy profile (without `sso_session`) is never refreshed.
    pub(crate) fn of(context: &Context, key: &CacheKey, token: &SsoToken, is_legacy: bool) -> Self {
        let can_refresh = token.refresh.as_ref().is_some_and(|refresh| refresh.registration_expires_at > context.host.now());
        let renews_itself = !is_legacy && can_refresh && !is_spent(context, key, token);
        Self { end: if renews_itself { token.session_end() } else { token.expires_at }, renews_itself }
    }
}

/// Whether the service has said that it will not take the refresh token again.
pub(super) fn is_spent(context: &Context, key: &CacheKey, token: &SsoToken) -> bool {
    let attempt = token.refresh.as_ref().and_then(|refresh| context.host.failed_refresh(key, &refresh.refresh_token));
    attempt.is_some_and(|attempt| attempt.is_final)
}
