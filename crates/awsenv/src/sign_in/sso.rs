//! A sign-in to Identity Center, as `aws sso login` does it (formats.md §1.4), so that every tool is signed in.

use std::time::Duration;

use awsenv_aws::{Aws, AwsError, AwsErrorKind, Callback, CallbackError, SsoTokenAnswer};
use awsenv_host::{NewSsoToken, SsoRegistration, SsoToken};
use awsenv_resolve::{CacheKey, Secret, SsoSession, TokenState};

use super::headless::{Way, way};
use super::turn::{Turn, in_turn};
use super::{Wishes, device, failed, refused, show, sso_state, timed_out};
use crate::context::Context;
use crate::report::{self, Code, Report};
use crate::settings::Settings;

/// How long a browser is waited for.
const PATIENCE: Duration = Duration::from_secs(600);

/// A sign-in under way.
pub(super) struct Attempt<'a> {
    pub(super) context: &'a Context,
    pub(super) aws: &'a Aws,
    pub(super) session: &'a SsoSession,
    pub(super) turn: &'a Turn,
    /// The start URL as Identity Center knows it.
    pub(super) start_url: String,
    pub(super) region: String,
}

/// Signs a person in and returns the token, which is then in the AWS CLI's cache. `known` is the access token that is of no
/// more use: another one that somebody else has got meanwhile is taken.
pub(crate) fn sign_in(
    context: &Context,
    settings: &Settings,
    aws: &Aws,
    session: &SsoSession,
    wishes: Wishes,
    known: Option<&Secret>,
) -> Result<SsoToken, Report> {
    let (host, key) = (&context.host, session.token_key());
    let there = || {
        let token = host.load_sso_token(&key, &mut |warning| context.ui.report_once(&report::cache_warning(warning)))?;
        let is_new = known.is_none_or(|known| *known != token.access_token);
        (is_new && sso_state(context, session, &token) == TokenState::Valid).then_some(token)
    };
    in_turn(context, &key, session.label(), there, |turn| sign_in_now(context, settings, aws, session, wishes, turn))
}

fn sign_in_now(
    context: &Context,
    settings: &Settings,
    aws: &Aws,
    session: &SsoSession,
    wishes: Wishes,
    turn: &Turn,
) -> Result<SsoToken, Report> {
    let (host, key) = (&context.host, session.token_key());
    // Before anybody is asked for anything.
    host.ensure_writable(&key)?;
    let resolved = aws.resolve_start_url(&session.start_url.value).map_err(|error| refused(session, error))?;
    let region = resolved.region.unwrap_or_else(|| session.region.value.clone());
    if region != session.region.value {
        let message = format!("Identity Center of {} is in {region}, not in {}", session.label(), session.region.value);
        context.ui.report_once(&Report::warning(Code::SsoRegionDiffers, message).help(format!("write `sso_region = {region}`")));
    }
    let attempt = Attempt { context, aws, session, turn, start_url: resolved.url, region };
    let (registration, answer) = match way(context, settings, session, wishes) {
        (Way::Browser, _) => attempt.in_browser(settings, true)?,
        (Way::PrintedUrl, _) => attempt.in_browser(settings, false)?,
        (Way::Device, why) => {
            if let Some(why) = why {
                context.ui.note(&format!("{why}, so no browser is opened here"));
            }
            device::sign_in(&attempt)?
        }
    };
    attempt.store(&key, &registration, answer)
}

impl Attempt<'_> {
    /// Authorization code with PKCE: the browser comes back to a port of this machine.
    fn in_browser(&self, settings: &Settings, opens: bool) -> Result<(SsoRegistration, SsoTokenAnswer), Report> {
        let Self { context, aws, session, .. } = self;
        let callback = Callback::listen().map_err(|error| {
            Report::error(Code::Io, format!("no port of 127.0.0.1 can be listened on: {error}")).help("try --use-device-code")
        })?;
        let registration = self.registration(&self.scopes(), Kind::AuthorizationCode)?;
        let scopes = registration.scopes.clone().unwrap_or_default();
        let begun = aws.begin_sso(&self.region, &registration.client_id, &callback.redirect_uri(), &scopes);
        let begun = begun.map_err(|error| refused(session, error))?;
        let opening = if opens { context.host.open_browser(settings.browser.as_deref(), &begun.url) } else { None };
        let ui = &context.ui;
        match &opening {
            Some(_) => {
                ui.note_styled(&format!(
                    "Your browser opens to sign in to {}. If it does not, open this page:\n\n  {}\n",
                    ui.style.bold(&report::clean(session.label())),
                    begun.url
                ));
            }
            None => ui.line(&format!(
                "Open this page in a browser on this machine to sign in to {}:\n\n  {}\n",
                ui.style.bold(&report::clean(session.label())),
                begun.url
            )),
        }
        let mut progress = show::Progress::start(context, "waiting for your browser".to_owned(), PATIENCE);
        let mut told = false;
        let outcome = callback.wait(&begun.state, PATIENCE, &mut || {
            if !told && opening.as_ref().is_some_and(awsenv_host::Opening::has_failed) {
                told = true;
                progress.say(&format!(
                    "no browser could be started: open the page yourself, or end this and try --use-device-code\n\n  {}\n",
                    begun.url
                ));
            }
            progress.tick();
        });
        drop(progress);
        // Should the service have forgotten the client, its page says so and never comes back: the next attempt is another's.
        let forget = || self.context.host.remove_cache(&self.registration_key());
        if outcome == Err(CallbackError::TimedOut) {
            forget();
        }
        let code = outcome.map_err(|error| match error {
            CallbackError::Refused { error, description } => {
                self.turn.came_back_with(&error);
                let why = if description.is_empty() { error } else { format!("{error}: {description}") };
                failed(session, &why)
            }
            CallbackError::TimedOut => {
                timed_out(session).help("where no browser can come back to this machine: awsenv login --use-device-code")
            }
        })?;
        let (secret, uri) = (&registration.client_secret, callback.redirect_uri());
        let answer =
            aws.create_token_authorization_code(&self.region, &registration.client_id, secret, &uri, &code, &begun.verifier);
        let answer = answer.map_err(|error| {
            if is_forgotten(&error) {
                forget();
            }
            refused(session, error)
        })?;
        Ok((registration, answer))
    }

    /// What a browser sign-in asks for: as configured, else the AWS CLI's default.
    fn scopes(&self) -> Vec<String> {
        self.session.registration_scopes.clone().unwrap_or_else(|| vec!["sso:account:access".to_owned()])
    }

    /// The registered client: the AWS CLI's own while it lasts, else a new one, which the AWS CLI will find.
    pub(super) fn registration(&self, scopes: &[String], kind: Kind) -> Result<SsoRegistration, Report> {
        let host = &self.context.host;
        let cached = host.load_sso_registration(&self.registration_key(), &mut |_| ());
        let fits = |registration: &SsoRegistration| match kind {
            Kind::AuthorizationCode => registration.does_authorization_codes(),
            Kind::Device => registration.does_devices(),
        };
        if let Some(registration) = cached.filter(|registration| fits(registration) && registration.is_reusable(host.now())) {
            return Ok(registration);
        }
        self.register(scopes, kind).map_err(|error| self.refused_registration(error))
    }

    /// Registers anew.
    pub(super) fn register(&self, scopes: &[String], kind: Kind) -> Result<SsoRegistration, AwsError> {
        let host = &self.context.host;
        let name = match &self.session.name {
            Some(name) => format!("botocore-client-{name}"),
            None => format!("botocore-client-{}", host.now().epoch_seconds()),
        };
        let (redirect_uris, issuer) = match kind {
            Kind::AuthorizationCode => (vec![Callback::registered_uri()], Some(self.start_url.as_str())),
            Kind::Device => (Vec::new(), None),
        };
        let registered = self.aws.register_client(&self.region, &name, scopes, &redirect_uris, issuer)?;
        let registration = SsoRegistration {
            client_id: registered.client_id,
            client_secret: registered.client_secret,
            expires_at: registered.expires_at,
            scopes: Some(scopes.to_vec()).filter(|scopes| !scopes.is_empty()),
            grant_types: (kind == Kind::AuthorizationCode)
                .then(|| ["authorization_code", "refresh_token"].map(str::to_owned).to_vec()),
        };
        host.store_sso_registration(&self.registration_key(), &registration, &mut |warning| {
            self.context.ui.report_once(&report::cache_warning(warning))
        });
        Ok(registration)
    }

    /// An error of a registration, with the lines that it can come from.
    pub(super) fn refused_registration(&self, error: AwsError) -> Report {
        let concerns_settings = error.kind == AwsErrorKind::Validation;
        let report = refused(self.session, error);
        if !concerns_settings {
            return report;
        }
        report
            .help(format!("is `{}` the start URL, and is its Identity Center in {}?", self.session.start_url.value, self.region))
    }

    pub(super) fn registration_key(&self) -> CacheKey {
        let mut session = self.session.clone();
        session.region.value.clone_from(&self.region);
        session.registration_key()
    }

    fn store(&self, key: &CacheKey, registration: &SsoRegistration, answer: SsoTokenAnswer) -> Result<SsoToken, Report> {
        let host = &self.context.host;
        let now = host.now();
        if registration.expires_at <= now {
            let message =
                format!("the registration that AWS has just given ended at {} by this machine's clock", registration.expires_at);
            return Err(
                Report::error(Code::ClockSkew, message).help("set the clock: timedatectl set-ntp true (WSL: sudo hwclock -s)")
            );
        }
        let token = SsoToken::new(NewSsoToken {
            start_url: &self.session.start_url.value,
            region: &self.region,
            access_token: answer.access_token,
            expires_at: now.plus(answer.expires_in),
            registration,
            refresh_token: answer.refresh_token,
        });
        // Whoever refreshes the old token meanwhile must not write over the new one; and nobody signs in twice for that.
        let _lock = host.lock(key, Duration::from_secs(60), || ()).ok();
        let mut reason = None;
        if !host.store_sso_token(key, &token, &mut |warning| reason = Some(report::cache_warning(warning))) {
            let why = reason.map(|warning| warning.message).unwrap_or_default();
            return Err(Report::error(
                Code::Io,
                format!("signed in to {}, but the token cannot be kept: {why}", self.session.label()),
            ));
        }
        host.forget_failed_refresh(key);
        Ok(token)
    }
}

/// Whether the service does not know a client any more.
pub(super) fn is_forgotten(error: &AwsError) -> bool {
    let codes = ["InvalidClientException", "UnauthorizedClientException", "invalid_client", "unauthorized_client"];
    error.code.as_deref().is_some_and(|code| codes.contains(&code))
}

/// Which kind of client a registration is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    AuthorizationCode,
    Device,
}
