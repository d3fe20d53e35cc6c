//! AssumeRole, hop by hop, and the MFA session before the first.

use awsenv_aws::{AssumeRoleInput, AssumedRole, AwsErrorKind};
use awsenv_host::RoleEntry;
use awsenv_resolve::{AssumeRole, CacheKind, Credentials, Secret, SessionToken};

use super::{Failure, Pipeline};
use crate::report::{self, Code, Report};

impl Pipeline<'_> {
    /// The credentials after the roles up to `index`.
    pub(super) fn hop(&self, index: usize) -> Result<Credentials, Report> {
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
    pub(super) fn start(&self) -> Result<Credentials, Report> {
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

/// Whether AWS does not know, or know any more, the credentials that a call was made with.
fn is_revoked(report: &Report) -> bool {
    matches!(report.code, Code::CredentialsExpired | Code::CredentialsRejected)
}
