//! The access token of a session: as it is, refreshed, or after a sign-in.

use std::time::{Duration, SystemTime};

use awsenv_aws::{Aws, AwsError, AwsErrorKind};
use awsenv_host::{RefreshAttempt, SsoToken};
use awsenv_resolve::{Secret, SsoSession, TokenState};

use super::session_end::is_spent;
use super::sso::is_forgotten;
use super::{Wishes, sign_in, sso_required};
use crate::context::Context;
use crate::report::{self, Code, Report};
use crate::settings::Settings;

/// How long another process is waited for that refreshes the same token.
const LOCK_LIMIT: Duration = Duration::from_secs(120);
/// A refresh that failed is not tried again so soon while the token is still good (the AWS CLI's rule).
const RETRY_AFTER: Duration = Duration::from_secs(60);
/// Who asks for a sign-in has enough with this (the AWS CLI's `configure sso`), in seconds.
const ENOUGH_SECONDS: i64 = 15 * 60;

/// Gets tokens for one command.
pub(crate) struct SsoTokens<'a> {
    pub(crate) context: &'a Context,
    pub(crate) settings: &'a Settings,
    /// AWS, made when it is needed.
    pub(crate) aws: &'a dyn Fn() -> Result<&'a Aws, Report>,
    /// The profile that needs it, for messages.
    pub(crate) profile: Option<&'a str>,
    pub(crate) wishes: Wishes,
}

/// Returns what a token is good for, given also what the service has said of its refresh token.
pub(crate) fn sso_state(context: &Context, session: &SsoSession, token: &SsoToken) -> TokenState {
    let state = token.state(context.host.now(), session.name.is_none());
    if state != TokenState::Refreshable || !is_spent(context, &session.token_key(), token) {
        return state;
    }
    if token.expires_at > context.host.now() { TokenState::Valid } else { TokenState::Gone }
}

impl SsoTokens<'_> {
    /// Returns a token that is good now.
    pub(crate) fn token(&self, session: &SsoSession) -> Result<SsoToken, Report> {
        let known = self.load(session);
        match known.as_ref().map(|token| sso_state(self.context, session, token)) {
            Some(TokenState::Valid) => {}
            Some(TokenState::Refreshable) => {
                return match self.refresh(session, None)? {
                    Some(token) => Ok(token),
                    None => self.sign_in(session, None),
                };
            }
            Some(TokenState::Gone) | None => return self.sign_in(session, known.as_ref()),
        }
        known.ok_or_else(|| sso_required(session, self.profile))
    }

    /// Returns another token than one that the service has refused although it looked good.
    pub(crate) fn after_refusal(&self, session: &SsoSession, refused: &SsoToken) -> Result<SsoToken, Report> {
        match self.refresh(session, Some(refused))? {
            Some(token) => Ok(token),
            None => self.sign_in(session, Some(refused)),
        }
    }

    /// Returns a token with enough time left, and whether a person had to sign in for it (`login`).
    pub(crate) fn signed_in(&self, session: &SsoSession, force: bool) -> Result<(SsoToken, bool), Report> {
        let lasts = |token: &SsoToken| token.expires_at.seconds_left(self.context.host.now()) >= ENOUGH_SECONDS;
        let mut known = self.load(session);
        if !force {
            if known.as_ref().is_some_and(|token| sso_state(self.context, session, token) == TokenState::Refreshable) {
                known = self.refresh(session, None)?.or(known);
            }
            if let Some(token) = known.take_if(|token| lasts(token)) {
                return Ok((token, false));
            }
        }
        self.sign_in(session, known.as_ref()).map(|token| (token, true))
    }

    /// Lets a person sign in, where there is one.
    pub(crate) fn sign_in(&self, session: &SsoSession, known: Option<&SsoToken>) -> Result<SsoToken, Report> {
        if !self.context.ui.may_sign_in() {
            return Err(sso_required(session, self.profile));
        }
        sign_in(self.context, self.settings, (self.aws)()?, session, self.wishes, known.map(|token| &token.access_token))
    }

    /// Refreshes under the token's lock, where that is due: refresh tokens rotate, and two at once lose one. `None` when only
    /// a person can help.
    fn refresh(&self, session: &SsoSession, refused: Option<&SsoToken>) -> Result<Option<SsoToken>, Report> {
        let (context, host, key) = (self.context, &self.context.host, session.token_key());
        let began = SystemTime::now();
        context.guard_interrupt();
        let waiting =
            || context.ui.note(&format!("another awsenv is refreshing the sign-in of {}; waiting for it", session.label()));
        let _lock = host.lock(&key, LOCK_LIMIT, waiting)?;
        let Some(token) = self.load(session) else { return Ok(None) };
        let is_refused = refused.is_some_and(|refused| refused.access_token == token.access_token);
        match sso_state(context, session, &token) {
            TokenState::Valid if !is_refused => return Ok(Some(token)),
            TokenState::Gone => return Ok(None),
            TokenState::Valid | TokenState::Refreshable => {}
        }
        let usable = |refresh: &&awsenv_host::SsoRefresh| session.name.is_some() && refresh.registration_expires_at > host.now();
        let Some(refresh) = token.refresh.as_ref().filter(usable) else { return Ok(None) };
        let is_good = !is_refused && token.expires_at > host.now();
        if let Some(last) = host.failed_refresh(&key, &refresh.refresh_token) {
            let is_recent = last.is_younger_than(RETRY_AFTER);
            match () {
                () if last.is_final => return Ok(Some(token.clone()).filter(|_| is_good)),
                () if is_good && is_recent => return Ok(Some(token)),
                // It failed while this process waited for it: the next in the queue would fare no better.
                () if !is_good && is_recent && last.at >= began => return Err(again(&last)),
                () => {}
            }
        }
        // A rotated token that cannot be written is lost, and the sign-in with it.
        if let Err(error) = host.ensure_writable(&key) {
            let report = Report::from(error);
            if !is_good {
                return Err(report);
            }
            context.ui.report_once(&Report { severity: report::Severity::Warning, ..report });
            return Ok(Some(token));
        }
        context.ui.explain(|| format!("refreshing the sign-in of {}", session.label()));
        let aws = (self.aws)()?;
        let region = token.region().filter(|_| !awsenv_aws::is_portal(&session.start_url.value)).unwrap_or(&session.region.value);
        let outcome = context.ui.uninterrupted(|| {
            let answer = aws.refresh_sso_token(region, &refresh.client_id, &refresh.client_secret, &refresh.refresh_token)?;
            let refreshed = token.refreshed(answer.access_token, host.now().plus(answer.expires_in), answer.refresh_token);
            host.store_sso_token(&key, &refreshed, &mut |warning| context.ui.report_once(&report::cache_warning(warning)));
            Ok(refreshed)
        });
        match outcome {
            Ok(refreshed) => {
                host.forget_failed_refresh(&key);
                Ok(Some(refreshed))
            }
            Err(error) => {
                let is_final = is_final(&error);
                context.ui.explain(|| format!("the refresh failed: {error}"));
                self.note(session, &refresh.refresh_token, &error, is_final);
                // Nor could anybody sign in with that client.
                let registration = host.load_sso_registration(&session.registration_key(), &mut |_| ());
                if is_forgotten(&error) && registration.is_some_and(|registration| registration.client_id == refresh.client_id) {
                    host.remove_cache(&session.registration_key());
                }
                match (is_good, is_final) {
                    (true, _) => Ok(Some(token)),
                    (false, true) => Ok(None),
                    (false, false) => Err(error.into()),
                }
            }
        }
    }

    fn note(&self, session: &SsoSession, refresh_token: &Secret, error: &AwsError, is_final: bool) {
        let report = Report::from(error.clone());
        let attempt =
            RefreshAttempt { at: SystemTime::now(), is_final, code: report.code.name().to_owned(), message: report.message };
        self.context.host.note_failed_refresh(&session.token_key(), refresh_token, &attempt);
    }

    fn load(&self, session: &SsoSession) -> Option<SsoToken> {
        self.context
            .host
            .load_sso_token(&session.token_key(), &mut |warning| self.context.ui.report_once(&report::cache_warning(warning)))
    }
}

/// Whether the service has said no to this refresh token, so that asking again is no use.
fn is_final(error: &AwsError) -> bool {
    match error.kind {
        AwsErrorKind::Network
        | AwsErrorKind::Timeout
        | AwsErrorKind::Throttled
        | AwsErrorKind::Service
        | AwsErrorKind::BadAnswer
        | AwsErrorKind::ClockSkew
        | AwsErrorKind::NoMetadata => false,
        AwsErrorKind::SignInExpired
        | AwsErrorKind::AccessDenied
        | AwsErrorKind::MfaRejected
        | AwsErrorKind::ExpiredCredentials
        | AwsErrorKind::InvalidCredentials
        | AwsErrorKind::Validation
        | AwsErrorKind::Other => true,
    }
}

/// What another process has just been told.
fn again(attempt: &RefreshAttempt) -> Report {
    Report::error(Code::parse(&attempt.code).unwrap_or(Code::ServiceUnavailable), attempt.message.clone()).help("try again")
}
