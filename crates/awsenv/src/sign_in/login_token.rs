//! The credentials of an `aws login` session: as they are, refreshed, or after a sign-in.

use std::time::{Duration, SystemTime};

use awsenv_aws::{Aws, AwsError, AwsErrorKind};
use awsenv_host::{LoginToken, RefreshAttempt};
use awsenv_resolve::{CacheKey, Credentials, TokenState};

use super::turn::{Turn, in_turn};
use super::{Wishes, console, login_required};
use crate::context::Context;
use crate::report::{self, Code, Report, Severity};
use crate::settings::Settings;

/// How long another process is waited for that refreshes the same session.
const LOCK_LIMIT: Duration = Duration::from_secs(120);
/// A refresh that failed is not tried again so soon while the credentials are good (aws-config's rule).
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// Gets credentials for one command.
pub(crate) struct LoginTokens<'a> {
    pub(crate) context: &'a Context,
    pub(crate) settings: &'a Settings,
    /// AWS, made when it is needed.
    pub(crate) aws: &'a dyn Fn() -> Result<&'a Aws, Report>,
    pub(crate) region: String,
    /// The profile that has the session.
    pub(crate) profile: &'a str,
}

/// Returns what a session is good for, given also what the service has said of its refresh token.
pub(crate) fn login_state(context: &Context, login_session: &str, token: &LoginToken) -> TokenState {
    let state = token.state(context.host.now());
    let last = context.host.failed_refresh(&CacheKey::login(login_session), &token.refresh_token);
    if state != TokenState::Refreshable || !last.is_some_and(|last| last.is_final) {
        return state;
    }
    if token.credentials.is_alive(context.host.now()) { TokenState::Valid } else { TokenState::Gone }
}

impl LoginTokens<'_> {
    /// Returns credentials that are good now; `force` renews those that would be good for a while, too.
    pub(crate) fn credentials(&self, login_session: &str, force: bool) -> Result<Credentials, Report> {
        match self.renewed(login_session, force)? {
            Some(credentials) => Ok(credentials),
            None => self.sign_in(login_session),
        }
    }

    /// Refreshes under the session's lock, where that is due: refresh tokens rotate, and two at once lose one. `None` when
    /// only a person can help.
    pub(crate) fn renewed(&self, login_session: &str, force: bool) -> Result<Option<Credentials>, Report> {
        let (context, host, key) = (self.context, &self.context.host, CacheKey::login(login_session));
        let Some(seen) = self.load(login_session) else { return Ok(None) };
        match login_state(context, login_session, &seen) {
            TokenState::Valid if !force => return Ok(Some(seen.credentials)),
            TokenState::Gone => return Ok(None),
            TokenState::Valid | TokenState::Refreshable => {}
        }
        let began = SystemTime::now();
        context.guard_interrupt();
        let waiting = || context.ui.note("another awsenv is refreshing the console session; waiting for it");
        let _lock = host.lock(&key, LOCK_LIMIT, waiting)?;
        let Some(token) = self.load(login_session) else { return Ok(None) };
        let is_alive = token.credentials.is_alive(host.now());
        // What somebody else has renewed meanwhile is as new as can be.
        let is_renewed = token.refresh_token != seen.refresh_token;
        match login_state(context, login_session, &token) {
            TokenState::Valid if !force || is_renewed => return Ok(Some(token.credentials)),
            TokenState::Gone => return Ok(None),
            TokenState::Valid | TokenState::Refreshable => {}
        }
        if let Some(last) = host.failed_refresh(&key, &token.refresh_token) {
            match () {
                () if last.is_final => return Ok(Some(token.credentials).filter(|_| is_alive)),
                () if is_alive && last.is_younger_than(RETRY_AFTER) => return Ok(Some(token.credentials)),
                // It failed while this process waited for it: the next in the queue would fare no better.
                () if !is_alive && last.is_younger_than(RETRY_AFTER) && last.at >= began => return Err(again(&last)),
                () => {}
            }
        }
        // A rotated token that cannot be written is lost, and the session with it.
        if let Err(error) = host.ensure_writable(&key) {
            let report = Report::from(error);
            if !is_alive {
                return Err(report);
            }
            context.ui.report_once(&Report { severity: Severity::Warning, code: Code::CacheNotStored, ..report });
            return Ok(Some(token.credentials));
        }
        context.ui.explain(|| format!("refreshing the console session of {login_session}"));
        let aws = (self.aws)()?;
        let outcome = context.ui.uninterrupted(|| {
            let answer = aws.refresh_login(&self.region, &token.client_id, &token.refresh_token, &token.dpop_key)?;
            let refreshed = token.refreshed(answer.credentials, answer.refresh_token);
            host.store_login_token(&key, &refreshed, &mut |warning| context.ui.report_once(&report::cache_warning(warning)));
            Ok::<LoginToken, AwsError>(refreshed)
        });
        match outcome {
            Ok(refreshed) => {
                host.forget_failed_refresh(&key);
                Ok(Some(refreshed.credentials))
            }
            Err(error) => {
                context.ui.explain(|| format!("the refresh failed: {error}"));
                let is_final = error.kind == AwsErrorKind::SignInExpired;
                self.note(&key, &token, &error, is_final);
                match (is_alive, is_final) {
                    (true, _) => Ok(Some(token.credentials)),
                    (false, true) => {
                        context.ui.note(why(&error));
                        Ok(None)
                    }
                    (false, false) if error.kind == AwsErrorKind::AccessDenied => Err(console::not_allowed(&error)),
                    (false, false) if error.kind == AwsErrorKind::Validation => {
                        let again = format!("awsenv login --force {}", super::quoted(self.profile));
                        Err(Report::error(
                            Code::RequestInvalid,
                            format!("AWS refused the refresh of the console session: {}", console::words(&error)),
                        )
                        .help(again))
                    }
                    (false, false) => Err(error.into()),
                }
            }
        }
    }

    /// Lets a person sign in, where there is one, as the identity that the profile is for.
    fn sign_in(&self, login_session: &str) -> Result<Credentials, Report> {
        let (context, key) = (self.context, CacheKey::login(login_session));
        if !context.ui.may_sign_in() {
            return Err(login_required(self.profile));
        }
        let label = format!("profile {}", self.profile);
        let there = || {
            let token = self.load(login_session)?;
            (login_state(context, login_session, &token) == TokenState::Valid).then_some(token.credentials)
        };
        in_turn(context, &key, &label, there, |turn| self.sign_in_now(login_session, &label, turn))
    }

    fn sign_in_now(&self, login_session: &str, label: &str, turn: &Turn) -> Result<Credentials, Report> {
        let (context, key) = (self.context, CacheKey::login(login_session));
        // Before anybody is asked for anything.
        context.host.ensure_writable(&key)?;
        let signed_in = console::sign_in(context, self.settings, (self.aws)()?, &self.region, label, Wishes::default(), turn)?;
        if signed_in.arn != login_session {
            let message =
                format!("you have signed in as {}, but profile `{}` is that of {login_session}", signed_in.arn, self.profile);
            return Err(Report::error(Code::SignInFailed, message)
                .help("sign in to the console as the other, and try again")
                .help(format!("or change the profile: awsenv login --force {}", super::quoted(self.profile))));
        }
        console::store(context, &signed_in)?;
        Ok(signed_in.token.credentials)
    }

    fn note(&self, key: &CacheKey, token: &LoginToken, error: &AwsError, is_final: bool) {
        let report = Report::from(error.clone());
        let attempt =
            RefreshAttempt { at: SystemTime::now(), is_final, code: report.code.name().to_owned(), message: report.message };
        self.context.host.note_failed_refresh(key, &token.refresh_token, &attempt);
    }

    fn load(&self, login_session: &str) -> Option<LoginToken> {
        let key = CacheKey::login(login_session);
        self.context.host.load_login_token(&key, &mut |warning| self.context.ui.report_once(&report::cache_warning(warning)))
    }
}

fn why(error: &AwsError) -> &'static str {
    match error.code.as_deref() {
        Some("USER_CREDENTIALS_CHANGED") => {
            "the console session has ended: the password or the access of this identity has changed"
        }
        _ => "the console session has ended",
    }
}

/// What another process has just been told.
fn again(attempt: &RefreshAttempt) -> Report {
    Report::error(Code::parse(&attempt.code).unwrap_or(Code::ServiceUnavailable), attempt.message.clone()).help("try again")
}
