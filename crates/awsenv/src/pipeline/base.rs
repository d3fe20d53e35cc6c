//! The credentials at the base of a chain, by their provider.

use awsenv_aws::{AwsError, AwsErrorKind};
use awsenv_host::{ProcessRequest, RoleEntry, SsoToken};
use awsenv_resolve::{Credentials, Provider, Secret, SsoSession};

use super::{Failure, Pipeline};
use crate::report::{Code, Report};
use crate::sign_in::{LoginTokens, SsoTokens, Wishes, login_region, sso_required};

impl Pipeline<'_> {
    pub(super) fn base(&self) -> Result<Credentials, Report> {
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
