//! From a profile to the start of its credentials, in the AWS CLI's order (formats.md §6).

use awsenv_profile::{FileKind, ProfileSet, Section, Spanned, SyntaxError, Visibility};

use crate::client::is_disabled;
use crate::error::{Advice, Problem};
use crate::plan::{AssumeRole, Shadowed};
use crate::provider::{Base, Provider, SsoSession};
use crate::sdks::{self, Place};
use crate::{Credentials, EnvSnapshot, Provenance, Secret, Sourced, suggest};

/// The roles that a chain may have: far more than anybody has, and few enough for the stack.
const LONGEST_CHAIN: usize = 500;

/// What the walk collects.
pub(crate) struct Chain<'a> {
    pub(crate) profiles: &'a ProfileSet,
    pub(crate) env: &'a EnvSnapshot,
    /// Whether the profile was named, so that the environment's credentials do not count.
    pub(crate) named: bool,
    pub(crate) hops: Vec<AssumeRole>,
    pub(crate) advice: Vec<Advice>,
    pub(crate) shadowed: Vec<Shadowed>,
    /// Whether the SDKs see every section on the way.
    pub(crate) visible_to_sdks: bool,
}

type Found<T> = Result<T, Problem>;

impl<'a> Chain<'a> {
    /// The environment's own credentials, which win over any profile that was not named.
    pub(crate) fn environment(&self) -> Found<Option<Base>> {
        Ok(environment_keys(self.env)?.map(|credentials| Base {
            provider: Provider::Environment { credentials },
            profile: None,
            span: None,
        }))
    }

    /// Walks from the chosen profile down to its base; the hops come out in the order of the calls.
    pub(crate) fn walk(&mut self, section: Section<'a>) -> Found<Base> {
        let mut visited: Vec<(String, Option<Sourced<String>>)> = vec![(section.name().to_owned(), None)];
        let base = self.top(section, &mut visited)?;
        self.hops.reverse();
        Ok(base)
    }

    fn top(&mut self, section: Section<'a>, visited: &mut Vec<(String, Option<Sourced<String>>)>) -> Found<Base> {
        self.enter(section)?;
        if is_role(section) {
            return self.role(section, visited);
        }
        let base = match self.providers(section, self.named)? {
            Some(base) => base,
            None => self.machine(Some(section))?,
        };
        self.advice.extend(sdks::difference(section, Place::Chosen, &base.provider));
        Ok(base)
    }

    /// The container's and the instance's credentials, which come after all that a profile says.
    pub(crate) fn machine(&self, section: Option<Section<'a>>) -> Found<Base> {
        if has_container(self.env) {
            return Ok(Base { provider: Provider::EcsContainer, profile: None, span: None });
        }
        if is_disabled(self.env) {
            let (profile, span) = (section.map(|section| section.name().to_owned()), section.map(|section| section.span()));
            return Err(Problem::NoCredentials { profile, span });
        }
        Ok(Base { provider: Provider::Ec2InstanceMetadata, profile: None, span: None })
    }

    /// botocore's `AssumeRoleProvider`: this profile's role, then where its source leads.
    fn role(&mut self, section: Section<'a>, visited: &mut Vec<(String, Option<Sourced<String>>)>) -> Found<Base> {
        let profile = section.name().to_owned();
        let role_arn = required(section, "role_arn")?;
        if self.hops.len() >= LONGEST_CHAIN {
            return Err(Problem::InvalidValue {
                what: "source_profile".to_owned(),
                value: profile,
                origin: role_arn.origin,
                why: "it is the 500th role of a chain, which no one can have meant",
            });
        }
        check_role_arn(&role_arn)?;
        let duration = self.duration(section);
        self.hops.push(AssumeRole {
            profile: profile.clone(),
            role_session_name: optional(section, "role_session_name"),
            external_id: optional(section, "external_id"),
            mfa_serial: optional(section, "mfa_serial"),
            duration_seconds: duration,
            role_arn: role_arn.clone(),
            capped_seconds: None,
        });
        if visited.len() == 1 {
            self.shadow(
                section,
                "role_arn",
                &["aws_access_key_id", "credential_process", "sso_account_id", "login_session"],
                optional(section, "source_profile"),
            );
        }
        match (optional(section, "source_profile"), optional(section, "credential_source")) {
            (Some(source_profile), Some(credential_source)) => Err(Problem::TwoSources {
                profile,
                source_profile: span(&source_profile, section),
                credential_source: span(&credential_source, section),
            }),
            (None, None) => Err(Problem::RoleWithoutSource { profile, role_arn: span(&role_arn, section) }),
            (None, Some(credential_source)) => self.credential_source(section, credential_source),
            (Some(source_profile), None) => self.source_profile(section, source_profile, visited),
        }
    }

    fn credential_source(&self, section: Section<'a>, source: Sourced<String>) -> Found<Base> {
        let profile = section.name().to_owned();
        let span = span(&source, section);
        let provider = match source.value.as_str() {
            "Environment" => match environment_keys(self.env)? {
                Some(credentials) => Provider::Environment { credentials },
                None => {
                    let parked = self.env.bytes(crate::state::PARKED_MARK).is_some();
                    return Err(Problem::EnvironmentCredentialsMissing { profile, span, parked });
                }
            },
            "Ec2InstanceMetadata" if is_disabled(self.env) => {
                return Err(Problem::MetadataDisabled { profile, span });
            }
            "Ec2InstanceMetadata" => Provider::Ec2InstanceMetadata,
            "EcsContainer" if has_container(self.env) => Provider::EcsContainer,
            "EcsContainer" => return Err(Problem::ContainerVariablesMissing { profile, span }),
            _ => return Err(Problem::UnknownCredentialSource { profile, value: source }),
        };
        Ok(Base { provider, profile: Some(profile), span: Some(span) })
    }

    fn source_profile(
        &mut self,
        parent: Section<'a>,
        source: Sourced<String>,
        visited: &mut Vec<(String, Option<Sourced<String>>)>,
    ) -> Found<Base> {
        let Some(section) = self.profiles.profile(&source.value) else {
            let suggestions = suggest::nearest(&source.value, self.profiles.profiles().map(|section| section.name()));
            return Err(Problem::SourceProfileNotFound {
                profile: parent.name().to_owned(),
                source_profile: source,
                suggestions,
            });
        };
        let static_keys = has_static_keys(section);
        let seen = visited.iter().position(|(name, _)| *name == source.value);
        if let Some(last) = visited.last_mut() {
            last.1 = Some(source.clone());
        }
        // A profile may name itself when it has keys of its own; any other return is a circle.
        if let Some(start) = seen.filter(|_| source.value != parent.name() || !static_keys) {
            let links = visited[start..].iter().filter_map(|(name, link)| Some((name.clone(), link.clone()?))).collect();
            return Err(Problem::SourceProfileCycle { links });
        }
        visited.push((source.value.clone(), None));
        self.enter(section)?;
        if static_keys || !is_role(section) {
            // `disable_env_vars`: below the first profile the environment's web identity does not count.
            return match self.providers(section, true)? {
                Some(base) => {
                    self.advice.extend(sdks::difference(section, Place::Source, &base.provider));
                    Ok(base)
                }
                None => Err(half_keys(section).unwrap_or_else(|| Problem::SourceProfileWithoutCredentials {
                    profile: parent.name().to_owned(),
                    source_profile: source,
                    source_span: section.span(),
                })),
            };
        }
        self.role(section, visited)
    }

    /// The providers inside one profile, after roles: web identity, SSO, keys in the credentials file, login, process,
    /// keys in the config file.
    fn providers(&mut self, section: Section<'a>, without_env: bool) -> Found<Option<Base>> {
        let profile = section.name().to_owned();
        let base = |provider: Provider, span| Some(Base { provider, profile: Some(profile.clone()), span });
        if let Some(provider) = self.web_identity(Some(section), without_env)? {
            let span = section.key_span("web_identity_token_file");
            return Ok(base(provider, span));
        }
        if let Some(provider) = self.sso(section)? {
            self.shadow(section, "sso_account_id", &["aws_access_key_id", "credential_process", "login_session"], None);
            let span = section.key_span("sso_account_id").or_else(|| section.key_span("sso_role_name"));
            return Ok(base(provider, span));
        }
        if let Some((credentials, key)) = static_keys(section, FileKind::Credentials)? {
            self.shadow(section, "aws_access_key_id", &["login_session", "credential_process"], None);
            self.shadowed.extend(section.get_in("aws_access_key_id", FileKind::Config).map(|other| Shadowed {
                what: "aws_access_key_id".to_owned(),
                by: "aws_access_key_id of the credentials file".to_owned(),
                origin: Provenance::File(other.span),
            }));
            return Ok(base(Provider::StaticKeys { credentials }, Some(key.span)));
        }
        if let Some(login_session) = optional(section, "login_session") {
            self.shadow(section, "login_session", &["aws_access_key_id", "credential_process"], None);
            let span = login_session.origin.span();
            return Ok(base(Provider::Login { login_session }, span));
        }
        if let Some(command) = optional(section, "credential_process") {
            self.shadow(section, "credential_process", &["aws_access_key_id"], None);
            let span = command.origin.span();
            let command = Sourced::new(Secret::new(command.value), command.origin);
            return Ok(base(
                Provider::Process { command, account_id: optional(section, "aws_account_id").map(|id| id.value) },
                span,
            ));
        }
        if let Some((credentials, key)) = static_keys(section, FileKind::Config)? {
            return Ok(base(Provider::StaticKeys { credentials }, Some(key.span)));
        }
        Ok(None)
    }

    /// Web identity: the environment's variables override the profile's keys one by one, unless the profile was named.
    pub(crate) fn web_identity(&self, section: Option<Section<'a>>, without_env: bool) -> Found<Option<Provider>> {
        let value = |variable: &'static str, key: &str| {
            let from_env =
                || self.env.nonempty(variable).map(|text| Sourced::new(text.to_owned(), Provenance::Env(variable.into())));
            let from_file = || section.and_then(|section| optional(section, key));
            if without_env { from_file() } else { from_env().or_else(from_file) }
        };
        let Some(token_file) = value("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else { return Ok(None) };
        let Some(role_arn) = value("AWS_ROLE_ARN", "role_arn") else {
            let profile = section.map(|section| section.name().to_owned());
            return Err(Problem::WebIdentityWithoutRole { profile, token_file: token_file.origin });
        };
        check_role_arn(&role_arn)?;
        Ok(Some(Provider::WebIdentity {
            role_arn,
            token_file,
            role_session_name: value("AWS_ROLE_SESSION_NAME", "role_session_name"),
        }))
    }

    fn sso(&mut self, section: Section<'a>) -> Found<Option<Provider>> {
        if ["sso_account_id", "sso_role_name"].iter().all(|key| optional(section, key).is_none()) {
            return Ok(None);
        }
        let session = self.sso_session(section)?;
        let (account_id, role_name) = (session.account_id, session.role_name);
        let profile = section.name().to_owned();
        let mut missing = Vec::new();
        let mut need = |key: &'static str, here: bool| {
            if !here {
                missing.push(key);
            }
        };
        need("sso_start_url", session.start_url.is_some());
        need("sso_region", session.region.is_some());
        need("sso_role_name", role_name.is_some());
        need("sso_account_id", account_id.is_some());
        match (session.start_url, session.region, role_name, account_id) {
            (Some(start_url), Some(region), Some(role_name), Some(account_id)) => {
                let session =
                    SsoSession { name: session.name, start_url, region, registration_scopes: session.scopes, span: session.span };
                Ok(Some(Provider::SsoRole { session, account_id, role_name }))
            }
            _ => Err(Problem::SsoIncomplete { profile, missing, span: section.span() }),
        }
    }

    /// botocore overlays every key of the session onto the profile, and refuses what contradicts it.
    fn sso_session(&mut self, section: Section<'a>) -> Found<HalfSession> {
        let Some(name) = optional(section, "sso_session") else {
            return Ok(HalfSession {
                name: None,
                start_url: optional(section, "sso_start_url"),
                region: optional(section, "sso_region"),
                account_id: optional(section, "sso_account_id"),
                role_name: optional(section, "sso_role_name"),
                scopes: None,
                span: section.span(),
            });
        };
        let Some(session) = self.profiles.sso_session(&name.value) else {
            let suggestions = suggest::nearest(&name.value, self.profiles.sso_sessions().map(|session| session.name()));
            return Err(Problem::SsoSessionNotFound { profile: Some(section.name().to_owned()), session: name, suggestions });
        };
        self.enter(session)?;
        for key in ["sso_start_url", "sso_region", "sso_registration_scopes", "sso_account_id", "sso_role_name"] {
            if let (Some(in_profile), Some(in_session)) = (optional(section, key), optional(session, key))
                && in_profile.value != in_session.value
            {
                return Err(Problem::SsoValueInconsistent { profile: section.name().to_owned(), key, in_profile, in_session });
            }
        }
        let value = |key: &str| optional(session, key).or_else(|| optional(section, key));
        Ok(HalfSession {
            name: Some(name.value),
            start_url: value("sso_start_url"),
            region: value("sso_region"),
            account_id: value("sso_account_id"),
            role_name: value("sso_role_name"),
            scopes: scopes(session),
            span: session.span(),
        })
    }

    fn duration(&mut self, section: Section<'a>) -> Option<Sourced<i64>> {
        let text = optional(section, "duration_seconds")?;
        match python_int(&text.value) {
            Some(seconds) => Some(Sourced::new(seconds, text.origin)),
            None => {
                self.advice.push(Advice::DurationNotANumber { profile: section.name().to_owned(), value: text });
                None
            }
        }
    }

    /// Notes a section on the way. A broken line stops the use of the section that it stands in, and of no other.
    fn enter(&mut self, section: Section<'a>) -> Found<()> {
        self.visible_to_sdks &= section.visibility() == Visibility::Everywhere;
        let stands_in = |error: &&SyntaxError| {
            error.section.as_ref().is_some_and(|name| name.kind == section.kind() && *name.name == *section.name())
        };
        match self.profiles.errors().iter().find(stands_in) {
            Some(error) => {
                Err(Problem::ConfigSyntax { section: section.name().to_owned(), message: error.to_string(), span: error.span })
            }
            None => Ok(()),
        }
    }

    /// Notes which settings of the profile are not used because another came first.
    fn shadow(&mut self, section: Section<'a>, by: &'static str, keys: &[&'static str], except_source: Option<Sourced<String>>) {
        let own_source = except_source.is_some_and(|source| source.value == section.name());
        for key in keys {
            if own_source && *key == "aws_access_key_id" {
                continue;
            }
            if let Some(span) = section.key_span(key) {
                self.shadowed.push(Shadowed { what: (*key).to_owned(), by: by.to_owned(), origin: Provenance::File(span) });
            }
        }
    }
}

struct HalfSession {
    name: Option<String>,
    start_url: Option<Sourced<String>>,
    region: Option<Sourced<String>>,
    account_id: Option<Sourced<String>>,
    role_name: Option<Sourced<String>>,
    scopes: Option<Vec<String>>,
    span: awsenv_profile::Span,
}

/// Reads a sign-in session by its own name, for `login` and `sessions`.
///
/// # Errors
/// When there is none of that name, or it lacks its start URL or region.
pub fn sso_session_named(profiles: &ProfileSet, name: &str, origin: Provenance) -> Result<SsoSession, Problem> {
    let Some(session) = profiles.sso_session(name) else {
        let suggestions = suggest::nearest(name, profiles.sso_sessions().map(|session| session.name()));
        return Err(Problem::SsoSessionNotFound { profile: None, session: Sourced::new(name.to_owned(), origin), suggestions });
    };
    match (optional(session, "sso_start_url"), optional(session, "sso_region")) {
        (Some(start_url), Some(region)) => Ok(SsoSession {
            name: Some(name.to_owned()),
            start_url,
            region,
            registration_scopes: scopes(session),
            span: session.span(),
        }),
        (start_url, region) => {
            let missing = [("sso_start_url", start_url.is_none()), ("sso_region", region.is_none())];
            let missing = missing.into_iter().filter(|(_, is_missing)| *is_missing).map(|(key, _)| key).collect();
            Err(Problem::SsoIncomplete { profile: format!("sso-session {name}"), missing, span: session.span() })
        }
    }
}

fn scopes(session: Section<'_>) -> Option<Vec<String>> {
    session
        .get("sso_registration_scopes")
        .map(|text| text.value.split(',').map(|scope| scope.trim().to_owned()).filter(|scope| !scope.is_empty()).collect())
}

/// A setting that is there and not empty.
pub(crate) fn optional(section: Section<'_>, key: &str) -> Option<Sourced<String>> {
    section.get(key).filter(|spanned| !spanned.value.is_empty()).map(Sourced::from)
}

fn required(section: Section<'_>, key: &str) -> Found<Sourced<String>> {
    optional(section, key).ok_or_else(|| Problem::InvalidValue {
        what: key.to_owned(),
        value: String::new(),
        origin: Provenance::File(section.key_span(key).unwrap_or_else(|| section.span())),
        why: "it is empty",
    })
}

fn span(value: &Sourced<String>, section: Section<'_>) -> awsenv_profile::Span {
    value.origin.span().unwrap_or_else(|| section.span())
}

/// botocore: `role_arn` and no `web_identity_token_file`.
fn is_role(section: Section<'_>) -> bool {
    section.get("role_arn").is_some() && section.get("web_identity_token_file").is_none()
}

pub(crate) fn has_static_keys(section: Section<'_>) -> bool {
    section.get("aws_access_key_id").is_some() || section.get("aws_secret_access_key").is_some()
}

fn has_container(env: &EnvSnapshot) -> bool {
    env.nonempty("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").or(env.nonempty("AWS_CONTAINER_CREDENTIALS_FULL_URI")).is_some()
}

/// STS refuses what is no ARN with a message that helps nobody; so it is refused here, with its line.
fn check_role_arn(role_arn: &Sourced<String>) -> Found<()> {
    let text = &role_arn.value;
    if text.starts_with("arn:") && text.len() <= 2048 && !text.contains(char::is_whitespace) {
        return Ok(());
    }
    Err(Problem::InvalidValue {
        what: "role_arn".into(),
        value: text.clone(),
        origin: role_arn.origin.clone(),
        why: "it is no ARN (arn:aws:iam::ACCOUNT:role/NAME)",
    })
}

/// Static keys of one file; the files are never mixed (formats.md §6).
fn static_keys<'a>(section: Section<'a>, file: FileKind) -> Found<Option<(Credentials, Spanned<&'a str>)>> {
    let get = |key: &str| section.get_in(key, file).filter(|spanned| !spanned.value.is_empty());
    let Some(key) = section.get_in("aws_access_key_id", file) else { return Ok(None) };
    let partial = |span, present, missing| {
        Err(Problem::PartialCredentials {
            profile: Some(section.name().to_owned()),
            present: Sourced::new(present, Provenance::File(span)),
            missing,
        })
    };
    let Some(secret) = get("aws_secret_access_key") else {
        return partial(key.span, "aws_access_key_id", "aws_secret_access_key");
    };
    if key.value.is_empty() {
        return partial(secret.span, "aws_secret_access_key", "aws_access_key_id");
    }
    // botocore looks at `aws_security_token` first.
    let session_token = get("aws_security_token").or_else(|| get("aws_session_token")).map(|token| Secret::new(token.value));
    let account_id = get("aws_account_id").or_else(|| section.get("aws_account_id")).map(|id| id.value.to_owned());
    let credentials = Credentials {
        access_key_id: key.value.to_owned(),
        secret_access_key: Secret::new(secret.value),
        session_token,
        expiration: None,
        account_id,
    };
    Ok(Some((credentials, key)))
}

/// A secret without its key id: the AWS CLI passes over it without a word.
fn half_keys(section: Section<'_>) -> Option<Problem> {
    let secret = section.get("aws_secret_access_key")?;
    section.get("aws_access_key_id").is_none().then(|| Problem::PartialCredentials {
        profile: Some(section.name().to_owned()),
        present: Sourced::new("aws_secret_access_key", Provenance::File(secret.span)),
        missing: "aws_access_key_id",
    })
}

/// The environment's keys (botocore `EnvProvider`): empty counts as unset, `AWS_SECURITY_TOKEN` before
/// `AWS_SESSION_TOKEN`, a key id without its secret is an error, a secret alone is not.
pub(crate) fn environment_keys(env: &EnvSnapshot) -> Found<Option<Credentials>> {
    let Some(access_key_id) = env.nonempty("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret) = env.nonempty("AWS_SECRET_ACCESS_KEY") else {
        return Err(Problem::PartialCredentials {
            profile: None,
            present: Sourced::new("AWS_ACCESS_KEY_ID", Provenance::Env("AWS_ACCESS_KEY_ID".into())),
            missing: "AWS_SECRET_ACCESS_KEY",
        });
    };
    Ok(Some(Credentials {
        access_key_id: access_key_id.to_owned(),
        secret_access_key: Secret::new(secret),
        session_token: env.nonempty("AWS_SECURITY_TOKEN").or_else(|| env.nonempty("AWS_SESSION_TOKEN")).map(Secret::new),
        expiration: env.nonempty("AWS_CREDENTIAL_EXPIRATION").and_then(crate::Timestamp::parse),
        account_id: env.nonempty("AWS_ACCOUNT_ID").map(str::to_owned),
    }))
}

/// Python's `int(text)`: blanks around, a sign, digits with single underscores between them.
fn python_int(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, text),
    };
    let well_formed = !digits.is_empty() && !digits.starts_with('_') && !digits.ends_with('_') && !digits.contains("__");
    if !well_formed || !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
        return None;
    }
    let value = digits.replace('_', "").parse::<i64>().ok()?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_python_reads_them() {
        for (text, expected) in
            [("+1800", Some(1800)), ("3_600", Some(3600)), ("0900", Some(900)), (" 900 ", Some(900)), ("-5", Some(-5))]
        {
            assert_eq!(python_int(text), expected, "{text}");
        }
        for text in ["900.5", "1h", "", "_1", "1_", "1__0", "+", "0x10"] {
            assert_eq!(python_int(text), None, "{text}");
        }
    }
}
