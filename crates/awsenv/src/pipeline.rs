//! From a plan to credentials: the caches first, then one step after the other, each cache entry fetched by one
//! process at a time.
//!
//! No lock is ever held while another is taken: the source's credentials are there before a step's own lock, so two
//! chains that cross cannot block each other.

mod base;
mod failure;
mod role;

use std::time::Duration;

use awsenv_aws::{Aws, CallerIdentity};
use awsenv_host::{CacheWarning, RoleEntry};
use awsenv_resolve::{
    CacheKey, CacheKind, CacheView, Credentials, EnvSnapshot, Need, Provenance, Provider, ResolutionPlan, Secret, Timestamp,
    TokenState,
};

use crate::context::Context;
use crate::mfa::{self, Codes};
use crate::report::{self, Code, Report};
use crate::settings::Settings;
use crate::sign_in::{SessionEnd, login_required, login_state, sso_required, sso_state};

pub(crate) use failure::Failure;

/// How long to wait for another process at the same cache entry: it may be asking somebody for a code.
const LOCK_LIMIT: Duration = Duration::from_secs(120);

/// What came out.
#[derive(Debug)]
pub(crate) struct Obtained {
    pub(crate) credentials: Credentials,
    /// When the sign-in or session behind them ends, so that nobody can renew them without a person after that.
    pub(crate) session_end: Option<Timestamp>,
}

/// Carries out one plan.
pub(crate) struct Pipeline<'a> {
    context: &'a Context,
    settings: &'a Settings,
    plan: &'a ResolutionPlan,
    base_env: &'a EnvSnapshot,
    codes: Codes<'a>,
    force: bool,
    aws: std::cell::OnceCell<Aws>,
}

impl<'a> Pipeline<'a> {
    pub(crate) fn new(context: &'a Context, settings: &'a Settings, plan: &'a ResolutionPlan, base_env: &'a EnvSnapshot) -> Self {
        Self {
            context,
            settings,
            plan,
            base_env,
            codes: Codes::new(context, settings, plan),
            force: false,
            aws: std::cell::OnceCell::new(),
        }
    }

    /// Takes the code of `--mfa-token`.
    pub(crate) fn with_code(self, code: Option<Secret>) -> Self {
        Self { codes: self.codes.with_given(code), ..self }
    }

    /// Fetches the last step anew even when its cache entry is fresh (`refresh`).
    pub(crate) fn forced(self) -> Self {
        Self { force: true, ..self }
    }

    /// Gets the credentials.
    pub(crate) fn obtain(&self) -> Result<Obtained, Report> {
        self.check_needs()?;
        let credentials = match self.plan.hops.len() {
            0 => self.start()?,
            hops => self.hop(hops - 1)?,
        };
        match credentials.expiration {
            Some(end) if end <= self.now() => Err(already_over(end, self.now())),
            _ => Ok(Obtained { credentials, session_end: self.session_end() }),
        }
    }

    /// Asks AWS whose credentials these are.
    pub(crate) fn caller_identity(&self, credentials: &Credentials) -> Result<CallerIdentity, Report> {
        Ok(self.aws()?.get_caller_identity(credentials)?)
    }

    /// Asks IAM for the MFA devices of the user with these keys.
    pub(crate) fn mfa_devices(&self, keys: &Credentials) -> Result<Vec<String>, Report> {
        Ok(self.aws()?.list_mfa_devices(keys)?)
    }

    /// What a person will have to give, given the caches.
    pub(crate) fn needs(&self) -> Vec<Need> {
        self.plan.needs(&self.cache_view())
    }

    fn cache_view(&self) -> CacheView {
        let now = self.now();
        let mut view = CacheView::default();
        let last = self.plan.final_cache_key();
        for key in self.plan.cache_keys() {
            let forced = self.force && last.as_ref() == Some(&key);
            if key.kind != CacheKind::Login && !forced && self.load(&key).is_some_and(|credentials| credentials.is_fresh(now)) {
                view.fresh.insert(key);
            }
        }
        match &self.plan.base.provider {
            Provider::SsoRole { session, .. } => {
                let state = self
                    .context
                    .host
                    .load_sso_token(&session.token_key(), &mut |_| ())
                    .map(|token| sso_state(self.context, session, &token));
                view.tokens.insert(session.token_key(), state.unwrap_or(TokenState::Gone));
            }
            Provider::Login { login_session } => {
                let key = CacheKey::login(&login_session.value);
                let state = self
                    .context
                    .host
                    .load_login_token(&key, &mut |_| ())
                    .map(|token| login_state(self.context, &login_session.value, &token));
                view.tokens.insert(key, state.unwrap_or(TokenState::Gone));
            }
            _ => {}
        }
        view
    }

    /// Ends before any network when a person is needed and cannot be asked.
    fn check_needs(&self) -> Result<(), Report> {
        for need in self.needs() {
            self.context.ui.explain(|| format!("needed from a person: {}", need_words(&need)));
            match need {
                Need::MfaCode { serial, .. } if self.codes.can_be_had(&serial.value) => {}
                Need::MfaCode { serial, profile } => return Err(mfa::required(&serial.value, &profile)),
                Need::SsoSignIn { .. } if self.context.ui.may_sign_in() => {}
                Need::SsoSignIn { session } => return Err(sso_required(&session, self.plan.profile.as_deref())),
                Need::Login { .. } if self.context.ui.may_sign_in() => {}
                Need::Login { profile, .. } => return Err(login_required(&profile)),
            }
        }
        Ok(())
    }

    /// When the sign-in or MFA session behind the credentials ends; `None` when there is none.
    pub(crate) fn session_end(&self) -> Option<Timestamp> {
        match &self.plan.base.provider {
            Provider::SsoRole { session, .. } => {
                let token = self.context.host.load_sso_token(&session.token_key(), &mut |_| ())?;
                Some(SessionEnd::of(self.context, &session.token_key(), &token, session.name.is_none()).end)
            }
            _ => self
                .plan
                .session_token
                .as_ref()
                .and_then(|session| self.load(&session.cache_key()))
                .and_then(|session| session.expiration),
        }
    }

    fn aws(&self) -> Result<&Aws, Report> {
        if let Some(aws) = self.aws.get() {
            return Ok(aws);
        }
        self.context.guard_interrupt();
        let aws = self.context.aws(self.plan.client.clone(), self.plan.sts_region(), self.base_env.clone())?;
        Ok(self.aws.get_or_init(|| aws))
    }

    fn now(&self) -> Timestamp {
        self.context.host.now()
    }

    fn load(&self, key: &CacheKey) -> Option<Credentials> {
        self.context.host.load_credentials(key, &mut |warning| self.warn(warning))
    }

    fn fresh(&self, key: &CacheKey) -> Option<Credentials> {
        let found = self.load(key);
        let fresh = found.as_ref().is_some_and(|credentials| credentials.is_fresh(self.now()));
        self.context.ui.detail(|| {
            let file = self.context.host.cache_file(key).map(|file| self.context.host.pretty_path(&file)).unwrap_or_default();
            let end = found.as_ref().and_then(|credentials| credentials.expiration);
            match (fresh, end) {
                (true, Some(end)) => format!("cache hit: {file}, until {end}"),
                (true, None) => format!("cache hit: {file}"),
                (false, Some(end)) => format!("cache miss: {file} ends at {end}, too soon to be handed out"),
                (false, None) => format!("cache miss: {file} is not there"),
            }
        });
        found.filter(|_| fresh)
    }

    fn store(&self, key: &CacheKey, entry: &RoleEntry) {
        // What has ended before it came helps nobody later.
        if !entry.credentials.is_alive(self.now()) {
            return;
        }
        self.context.host.store_credentials(key, entry, &mut |warning| self.warn(warning));
        self.context.ui.detail(|| {
            let file = self.context.host.cache_file(key).map(|file| self.context.host.pretty_path(&file)).unwrap_or_default();
            format!("stored: {file}")
        });
    }

    fn warn(&self, warning: CacheWarning) {
        self.context.ui.report_once(&report::cache_warning(warning));
    }

    fn lock(&self, key: &CacheKey) -> Result<awsenv_host::Lock, Report> {
        let waiting = || self.context.ui.note("another awsenv is fetching the same credentials; waiting for it");
        Ok(self.context.host.lock(key, LOCK_LIMIT, waiting)?)
    }

    /// Adds the line that an error is about.
    fn at(&self, report: Report, origin: &Provenance) -> Report {
        match report::Label::of_origin(&self.plan.sources, origin, "") {
            Some(label) => report.label(label),
            None => report,
        }
    }
}

/// A need, in words.
pub(crate) fn need_words(need: &Need) -> String {
    match need {
        Need::MfaCode { serial, .. } => format!("an MFA code of {}", serial.value),
        Need::SsoSignIn { session } => format!("a sign-in to {}", session.label()),
        Need::Login { login_session, .. } => format!("a console sign-in as {}", login_session.value),
    }
}

/// New credentials that have ended: by a clock that is right they cannot have.
fn already_over(end: Timestamp, now: Timestamp) -> Report {
    let hours = (-end.seconds_left(now) / 3_600).max(1);
    Report::error(Code::ClockSkew, format!("AWS gave credentials until {end}, which by this machine's clock is past ({now})"))
        .help(format!("the clock is ahead by {hours} h or more; set it: timedatectl set-ntp true (WSL: sudo hwclock -s)"))
}
