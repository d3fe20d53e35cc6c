//! From a plan to credentials: the caches first, then one step after the other, each cache entry fetched by one
//! process at a time.
//!
//! No lock is ever held while another is taken: the source's credentials are there before a step's own lock, so two
//! chains that cross cannot block each other.

use std::time::Duration;

use awsenv_aws::{AssumeRoleInput, AssumedRole, Aws, AwsError, AwsErrorKind, CallerIdentity};
use awsenv_host::{CacheWarning, ProcessRequest, RoleEntry, SsoToken};
use awsenv_resolve::{
    AssumeRole, CacheKey, CacheKind, CacheView, Credentials, EnvSnapshot, Need, Provenance, Provider, ResolutionPlan, Secret,
    SessionToken, SsoSession, Timestamp, TokenState,
};

use crate::context::Context;
use crate::mfa::{self, Codes};
use crate::report::{self, Code, Report};
use crate::settings::Settings;
use crate::sign_in::{LoginTokens, SsoTokens, Wishes, login_region, login_required, login_state, sso_required, sso_state};

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

    /// The credentials after the roles up to `index`.
    fn hop(&self, index: usize) -> Result<Credentials, Report> {
        let hop = &self.plan.hops[index];
        let key = hop.cache_key();
        let force = self.force && index + 1 == self.plan.hops.len();
        if let Some(cached) = self.fresh(&key).filter(|_| !force) {
            self.context.ui.explain(|| format!("{} from the cache ({})", hop.role_arn.value, key.file_name()));
            return Ok(cached);
        }
        let mut may_repeat = true;
        loop {
            let source = if index == 0 { self.start()? } else { self.hop(index - 1)? };
            let lock = self.lock(&key)?;
            if let Some(cached) = self.fresh(&key).filter(|_| !force) {
                return Ok(cached);
            }
            self.context.ui.explain(|| format!("AssumeRole {} (profile {})", hop.role_arn.value, hop.profile));
            match self.assume(index, hop, &source) {
                Ok(assumed) => {
                    let assumed_role = Some((assumed.assumed_role_id, assumed.arn));
                    self.store(&key, &RoleEntry { credentials: assumed.credentials.clone(), assumed_role, from_sso: false });
                    return Ok(assumed.credentials);
                }
                // The source came out of a cache and AWS has ended it before its time: once more, with a new one.
                Err(report) if may_repeat && is_revoked(&report) && self.drop_source(index, &source) => {
                    self.context.ui.explain(|| "the cached source credentials are no longer good; fetching new ones".to_owned());
                    may_repeat = false;
                    drop(lock);
                }
                Err(report) => return Err(report),
            }
        }
    }

    /// Removes the cache entry that a role's source came from; `false` when it came from none.
    fn drop_source(&self, index: usize, source: &Credentials) -> bool {
        let key = match index {
            0 if self.plan.session_token.is_some() => None,
            0 => self.plan.base.provider.cache_key().filter(|key| key.kind == CacheKind::Role),
            _ => Some(self.plan.hops[index - 1].cache_key()),
        };
        key.is_some_and(|key| {
            let is_same = self.load(&key).is_some_and(|cached| cached.access_key_id == source.access_key_id);
            is_same && self.context.host.remove_cache(&key)
        })
    }

    fn assume(&self, index: usize, hop: &AssumeRole, source: &Credentials) -> Result<AssumedRole, Report> {
        let generated = format!("awsenv-session-{}", self.now().epoch_seconds());
        let call = |mfa: Option<(&str, &Secret)>, source: &Credentials| {
            self.aws()?
                .assume_role(
                    source,
                    &AssumeRoleInput {
                        role_arn: &hop.role_arn.value,
                        role_session_name: hop.role_session_name.as_ref().map_or(&generated, |name| &name.value),
                        external_id: hop.external_id.as_ref().map(|id| id.value.as_str()),
                        mfa,
                        duration_seconds: hop.seconds(),
                    },
                )
                .map_err(Failure::Aws)
        };
        let directly = |source: &Credentials| match &hop.mfa_serial {
            Some(serial) => self.codes.call_with(&serial.value, &hop.profile, |code| call(Some((&serial.value, code)), source)),
            None => call(None, source).map_err(|failure| self.explain_failure(failure, hop)),
        };
        let Some(session) = self.plan.session_token.as_ref().filter(|_| self.plan.session_covers(index)) else {
            return directly(source);
        };
        // Without a session token the session could not be opened, and these are the long-term keys.
        if !source.is_temporary() {
            return directly(source);
        }
        match call(None, source) {
            // The role may want a newer MFA sign-in than the session's (aws:MultiFactorAuthAge): so with a code of its own.
            Err(Failure::Aws(error))
                if error.kind == AwsErrorKind::AccessDenied && self.session_is_old(session) && self.may_get_code(hop) =>
            {
                self.context.ui.explain(|| "the role refuses the MFA session; asking for a new code".to_owned());
                directly(&self.base()?)
            }
            // AWS has ended the session before its time (a key deactivated, sessions revoked): nobody can use it any more.
            Err(Failure::Aws(error))
                if matches!(error.kind, AwsErrorKind::ExpiredCredentials | AwsErrorKind::InvalidCredentials) =>
            {
                self.context.ui.explain(|| format!("AWS has ended the MFA session ({}); asking for a new code", error.message));
                self.context.host.remove_cache(&session.cache_key());
                directly(&self.base()?)
            }
            outcome => outcome.map_err(|failure| self.explain_failure(failure, hop)),
        }
    }

    /// Whether an MFA session was opened by an earlier command: a new one cannot be too old.
    fn session_is_old(&self, session: &SessionToken) -> bool {
        let opened = self
            .load(&session.cache_key())
            .and_then(|credentials| credentials.expiration)
            .map(|end| end.plus(-i64::from(session.duration_seconds)));
        opened.is_some_and(|opened| opened.seconds_left(self.now()) < -60)
    }

    fn may_get_code(&self, hop: &AssumeRole) -> bool {
        hop.mfa_serial.as_ref().is_some_and(|serial| self.codes.can_be_had(&serial.value))
    }

    /// The credentials that the first role is assumed with: the base's, or the MFA session's over them.
    fn start(&self) -> Result<Credentials, Report> {
        let Some(session) = &self.plan.session_token else { return self.base() };
        let key = session.cache_key();
        let force = self.force && self.plan.hops.is_empty();
        if let Some(cached) = self.fresh(&key).filter(|_| !force) {
            self.context.ui.explain(|| format!("MFA session of {} from the cache", session.mfa_serial.value));
            return Ok(cached);
        }
        let source = self.base()?;
        let _lock = self.lock(&key)?;
        if let Some(cached) = self.fresh(&key).filter(|_| !force) {
            return Ok(cached);
        }
        self.context.ui.explain(|| format!("GetSessionToken with {}", session.mfa_serial.value));
        let opened = self.codes.call_with(&session.mfa_serial.value, &session.profile, |code| {
            match self.aws()?.get_session_token(&source, &session.mfa_serial.value, code, session.duration_seconds) {
                // Somebody denies GetSessionToken, or there is none there: the role can still take the code itself.
                Err(error)
                    if !self.plan.hops.is_empty()
                        && matches!(error.kind, AwsErrorKind::AccessDenied | AwsErrorKind::Other | AwsErrorKind::Validation) =>
                {
                    self.codes.give_back(code);
                    Ok(None)
                }
                outcome => outcome.map(Some).map_err(Failure::Aws),
            }
        })?;
        match opened {
            Some(credentials) => {
                self.store(&key, &RoleEntry { credentials: credentials.clone(), assumed_role: None, from_sso: false });
                Ok(credentials)
            }
            None => {
                self.context.ui.explain(|| "no MFA session here; the role takes the code itself".to_owned());
                Ok(source)
            }
        }
    }

    fn base(&self) -> Result<Credentials, Report> {
        match &self.plan.base.provider {
            Provider::StaticKeys { credentials } | Provider::Environment { credentials } => Ok(credentials.clone()),
            Provider::SsoRole { session, account_id, role_name } => self.sso_role(session, &account_id.value, &role_name.value),
            Provider::WebIdentity { role_arn, token_file, role_session_name } => self.cached_base(|| {
                let token = read_token_file(&self.context.host, &token_file.value)
                    .map_err(|report| self.at(report, &token_file.origin))?;
                let generated = format!("awsenv-session-{}", self.now().epoch_seconds());
                let name = role_session_name.as_ref().map_or(&generated, |name| &name.value);
                self.context.ui.explain(|| format!("AssumeRoleWithWebIdentity {}", role_arn.value));
                let assumed = self.aws()?.assume_role_with_web_identity(&role_arn.value, &token, name)?;
                Ok(RoleEntry {
                    credentials: assumed.credentials,
                    assumed_role: Some((assumed.assumed_role_id, assumed.arn)),
                    from_sso: false,
                })
            }),
            Provider::Process { command, account_id } => {
                self.context.ui.explain(|| "running the credential process".to_owned());
                let request = ProcessRequest {
                    command: &command.value,
                    profile: self.plan.base.profile.as_deref().unwrap_or_default(),
                    account_id: account_id.as_deref(),
                    limit: self.settings.process_timeout,
                };
                let outcome = self.context.host.run_credential_process(&request);
                outcome.map_err(|error| self.at(Report::from(error), &command.origin))
            }
            Provider::Login { login_session } => self.login_credentials(&login_session.value),
            Provider::EcsContainer => Ok(self.aws()?.container_credentials()?),
            Provider::Ec2InstanceMetadata => Ok(self.aws()?.instance_credentials()?),
        }
    }

    /// A base that has a cache entry: from there, or fetched under its lock.
    fn cached_base(&self, fetch: impl FnOnce() -> Result<RoleEntry, Report>) -> Result<Credentials, Report> {
        let Some(key) = self.plan.base.provider.cache_key() else { return Ok(fetch()?.credentials) };
        let force = self.force && self.plan.hops.is_empty();
        if let Some(cached) = self.fresh(&key).filter(|_| !force) {
            self.context.ui.explain(|| format!("role credentials from the cache ({})", key.file_name()));
            return Ok(cached);
        }
        let _lock = self.lock(&key)?;
        if let Some(cached) = self.fresh(&key).filter(|_| !force) {
            return Ok(cached);
        }
        let entry = fetch()?;
        self.store(&key, &entry);
        Ok(entry.credentials)
    }

    /// The credentials of a role in Identity Center. The token comes before the entry's lock: it may take a person.
    fn sso_role(&self, session: &SsoSession, account_id: &str, role_name: &str) -> Result<Credentials, Report> {
        let force = self.force && self.plan.hops.is_empty();
        let cached = self.plan.base.provider.cache_key().and_then(|key| self.fresh(&key)).filter(|_| !force);
        if let Some(cached) = cached {
            self.context.ui.explain(|| format!("role credentials of {account_id}/{role_name} from the cache"));
            return Ok(cached);
        }
        let aws = || self.aws();
        let profile = self.plan.profile.as_deref();
        let tokens = SsoTokens { context: self.context, settings: self.settings, aws: &aws, profile, wishes: Wishes::default() };
        let token = tokens.token(session)?;
        let call = |token: &SsoToken| {
            self.context.ui.explain(|| format!("GetRoleCredentials {account_id}/{role_name}"));
            // Behind a start URL of one's own the portal's region is known since the sign-in only.
            let region =
                token.region().filter(|_| !awsenv_aws::is_portal(&session.start_url.value)).unwrap_or(&session.region.value);
            self.aws()?.get_role_credentials(region, &token.access_token, account_id, role_name).map_err(Failure::Aws)
        };
        let fetch = |token: &SsoToken| {
            let mut refused = false;
            let outcome = self.cached_base(|| match call(token) {
                Ok(credentials) => Ok(RoleEntry { credentials, assumed_role: None, from_sso: true }),
                Err(failure) => {
                    refused = matches!(&failure, Failure::Aws(error) if error.kind == AwsErrorKind::SignInExpired);
                    Err(self.with_required(failure, || sso_required(session, profile)))
                }
            });
            (outcome, refused)
        };
        match fetch(&token) {
            (Err(report), true) => {
                self.context.ui.explain(|| "the token is refused although it looks good".to_owned());
                // Who cannot sign in is told what AWS said.
                let token = tokens
                    .after_refusal(session, &token)
                    .map_err(|other| if other.code == report.code { report } else { other })?;
                fetch(&token).0
            }
            (outcome, _) => outcome,
        }
    }

    fn login_credentials(&self, login_session: &str) -> Result<Credentials, Report> {
        let aws = || self.aws();
        let region = login_region(self.plan.region.as_ref().map(|region| region.value.as_str()), login_session);
        let profile = self.plan.base.profile.as_deref().unwrap_or_default();
        let force = self.force && self.plan.hops.is_empty();
        LoginTokens { context: self.context, settings: self.settings, aws: &aws, region, profile }
            .credentials(login_session, force)
    }

    /// When the sign-in or MFA session behind the credentials ends, as far as its file tells: with a refresh token that is
    /// when the client's registration does. `None` when there is none.
    pub(crate) fn session_end(&self) -> Option<Timestamp> {
        match &self.plan.base.provider {
            Provider::SsoRole { session, .. } => {
                let token = self.context.host.load_sso_token(&session.token_key(), &mut |_| ())?;
                Some(if session.name.is_none() { token.expires_at } else { token.session_end() })
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
        self.load(key).filter(|credentials| credentials.is_fresh(self.now()))
    }

    fn store(&self, key: &CacheKey, entry: &RoleEntry) {
        // What has ended before it came helps nobody later.
        if !entry.credentials.is_alive(self.now()) {
            return;
        }
        self.context.host.store_credentials(key, entry, &mut |warning| self.warn(warning));
    }

    fn warn(&self, warning: CacheWarning) {
        self.context.ui.report_once(&report::cache_warning(warning));
    }

    fn lock(&self, key: &CacheKey) -> Result<awsenv_host::Lock, Report> {
        let waiting = || self.context.ui.note("another awsenv is fetching the same credentials; waiting for it");
        Ok(self.context.host.lock(key, LOCK_LIMIT, waiting)?)
    }

    fn with_required(&self, failure: Failure, required: impl FnOnce() -> Report) -> Report {
        match failure {
            Failure::Aws(error) => self.sign_in_failure(error, required),
            Failure::Report(report) => *report,
        }
    }

    fn sign_in_failure(&self, error: AwsError, required: impl FnOnce() -> Report) -> Report {
        if error.kind == AwsErrorKind::SignInExpired {
            let said = error.message.clone();
            let report = required();
            return if said.is_empty() { report } else { report.help(format!("AWS said: {said}")) };
        }
        error.into()
    }

    /// Adds the line that an error is about.
    fn at(&self, report: Report, origin: &Provenance) -> Report {
        match report::Label::of_origin(&self.plan.sources, origin, "") {
            Some(label) => report.label(label),
            None => report,
        }
    }

    /// Adds what the plan knows to an error of a role: the line that asked for it.
    fn explain_failure(&self, failure: Failure, hop: &AssumeRole) -> Report {
        let report = Report::from(failure);
        if !matches!(report.code, Code::AccessDenied | Code::RequestInvalid | Code::CredentialsRejected) {
            return report;
        }
        let origin = match (&report.code, &hop.duration_seconds) {
            (Code::RequestInvalid, Some(duration)) => &duration.origin,
            _ => &hop.role_arn.origin,
        };
        match report::Label::of_origin(&self.plan.sources, origin, format!("asked for by profile `{}`", hop.profile)) {
            Some(label) => report.label(label),
            None => report,
        }
    }
}

/// New credentials that have ended: by a clock that is right they cannot have.
fn already_over(end: Timestamp, now: Timestamp) -> Report {
    let hours = (-end.seconds_left(now) / 3_600).max(1);
    Report::error(Code::ClockSkew, format!("AWS gave credentials until {end}, which by this machine's clock is past ({now})"))
        .help(format!("the clock is ahead by {hours} h or more; set it: timedatectl set-ntp true (WSL: sudo hwclock -s)"))
}

/// Whether AWS does not know, or know any more, the credentials that a call was made with.
fn is_revoked(report: &Report) -> bool {
    matches!(report.code, Code::CredentialsExpired | Code::CredentialsRejected)
}

/// A call's failure before its words: AWS's, or already a report.
pub(crate) enum Failure {
    Aws(AwsError),
    Report(Box<Report>),
}

impl From<Report> for Failure {
    fn from(report: Report) -> Self {
        Self::Report(Box::new(report))
    }
}

impl From<Failure> for Report {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Aws(error) => error.into(),
            Failure::Report(report) => *report,
        }
    }
}

/// A web identity token. A newline at its end is no part of it: a JSON Web Token has none.
fn read_token_file(host: &awsenv_host::Host, path: &str) -> Result<Secret, Report> {
    let text = Secret::new(std::fs::read_to_string(path).map_err(|error| {
        Report::error(
            Code::InvalidTokenFile,
            format!("the token file {} cannot be read: {error}", host.pretty_path(path.as_ref())),
        )
    })?);
    let token = text.reveal().trim();
    if token.is_empty() || token.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(Report::error(Code::InvalidTokenFile, format!("the token file {path} does not hold one token"))
            .help("it must be one line of text: a JSON Web Token"));
    }
    Ok(Secret::new(token))
}
