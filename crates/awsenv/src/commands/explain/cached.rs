//! What the caches hold of a plan, and until when.

use std::path::PathBuf;

use awsenv_host::CacheWarning;
use awsenv_prompt::time_left;
use awsenv_resolve::{CacheKey, SsoSession, Timestamp, TokenState};
use serde_json::{Value, json};

use crate::context::Context;
use crate::sign_in::{SessionEnd, login_state, sso_state};

/// One cache file.
pub(super) struct Cached {
    /// `role`, `sso-token`, `login-session`, `mfa-session`.
    pub(super) kind: &'static str,
    pub(super) file: Option<PathBuf>,
    /// `fresh`; `ending`: too soon to be handed out (the AWS CLI's fifteen minutes); `refreshable`: renewed without a
    /// person; `expired`; `absent`; `unreadable`; `foreign`: of another user, so not believed.
    pub(super) state: &'static str,
    pub(super) end: Option<Timestamp>,
    /// When the sign-in behind it ends.
    pub(super) session_end: Option<Timestamp>,
}

/// An MFA session, of which awsenv keeps its own.
pub(super) fn session_token(context: &Context, key: &CacheKey) -> Cached {
    Cached::credentials(context, "mfa-session", key)
}

impl Cached {
    /// Credentials of a role or an MFA session.
    pub(super) fn credentials(context: &Context, kind: &'static str, key: &CacheKey) -> Self {
        let (host, now, mut warning) = (&context.host, context.host.now(), None);
        let found = host.load_credentials(key, &mut |it| warning = Some(it));
        let end = found.as_ref().and_then(|found| found.expiration);
        let state = match &found {
            Some(found) if found.is_fresh(now) => "fresh",
            Some(found) if found.is_alive(now) => "ending",
            Some(_) => "expired",
            None => missing(context, key, warning.as_ref()),
        };
        Self { kind, file: host.cache_file(key), state, end, session_end: None }
    }

    /// The token of an Identity Center session.
    pub(super) fn sso_token(context: &Context, session: &SsoSession) -> Self {
        let (host, key, mut warning) = (&context.host, session.token_key(), None);
        let token = host.load_sso_token(&key, &mut |it| warning = Some(it));
        let state = match token.as_ref().map(|token| sso_state(context, session, token)) {
            Some(state) => token_state(state),
            None => missing(context, &key, warning.as_ref()),
        };
        let is_legacy = session.name.is_none();
        let session_end = token.as_ref().map(|token| SessionEnd::of(context, &key, token, is_legacy).end);
        let end = token.map(|token| token.expires_at);
        Self { kind: "sso-token", file: host.cache_file(&key), state, end, session_end }
    }

    /// A session of `aws login`.
    pub(super) fn login_session(context: &Context, login_session: &str) -> Self {
        let (host, key, mut warning) = (&context.host, CacheKey::login(login_session), None);
        let token = host.load_login_token(&key, &mut |it| warning = Some(it));
        let state = match token.as_ref().map(|token| login_state(context, login_session, token)) {
            Some(state) => token_state(state),
            None => missing(context, &key, warning.as_ref()),
        };
        let end = token.and_then(|token| token.credentials.expiration);
        Self { kind: "login-session", file: host.cache_file(&key), state, end, session_end: None }
    }

    /// As a person reads it.
    pub(super) fn text(&self, now: Timestamp) -> String {
        let what = match self.kind {
            "sso-token" => "sign-in token",
            "login-session" => "console session",
            _ => "credentials",
        };
        let left = |end: Timestamp| format!("{} left, until {end}", time_left(end.seconds_left(now)));
        let words = match (self.state, self.end) {
            ("fresh", Some(end)) => left(end),
            ("ending", Some(end)) => format!("fetched anew: only {}", left(end)),
            ("refreshable", Some(end)) if end <= now => format!("ended at {end}, renews itself"),
            ("refreshable", Some(end)) => format!("renews itself, {}", left(end)),
            ("expired", Some(end)) => format!("expired at {end}"),
            ("absent", _) => "none yet".to_owned(),
            ("foreign", _) => "another user's, so not used".to_owned(),
            ("unreadable", _) => "not readable, so not used".to_owned(),
            (state, _) => state.to_owned(),
        };
        format!("{what}: {words}")
    }

    /// How long the token renews itself.
    pub(super) fn session_text(&self) -> Option<String> {
        let end = self.session_end.filter(|session| Some(*session) != self.end)?;
        Some(format!("renews itself until {end}"))
    }

    /// As a program reads it.
    pub(super) fn document(&self, step: usize, now: Timestamp) -> Value {
        let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
        json!({
            "step": step,
            "kind": self.kind,
            "file": self.file.as_ref().map(|file| file.to_string_lossy()),
            "state": self.state,
            "expires_at": time(self.end),
            "seconds_left": self.end.map(|end| end.seconds_left(now)),
            "session_expires_at": time(self.session_end),
        })
    }
}

fn token_state(state: TokenState) -> &'static str {
    match state {
        TokenState::Valid => "fresh",
        TokenState::Refreshable => "refreshable",
        TokenState::Gone => "expired",
    }
}

fn missing(context: &Context, key: &CacheKey, warning: Option<&CacheWarning>) -> &'static str {
    let is_there = || context.host.cache_file(key).is_some_and(|file| file.exists());
    match warning {
        Some(CacheWarning::Foreign(_)) => "foreign",
        Some(CacheWarning::NotStored(_)) | None if is_there() => "unreadable",
        Some(CacheWarning::NotStored(_)) | None => "absent",
    }
}
