//! From a profile to the start of its credentials, in the AWS CLI's order (formats.md §6).

mod keys;
mod role;
mod sso;

use awsenv_profile::{FileKind, ProfileSet, Section, SyntaxError, Visibility};

use crate::client::is_disabled;
use crate::error::{Advice, Problem};
use crate::plan::{AssumeRole, Shadowed};
use crate::provider::{Base, Provider};
use crate::sdks::{self, Place};
use crate::{EnvSnapshot, Provenance, Secret, Sourced};

pub(crate) use keys::{environment_keys, has_static_keys};
pub use sso::sso_session_named;

use keys::static_keys;
use role::{check_role_arn, is_role};

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
    /// Whether only the profile itself is looked at: where its source is a role too, the walk ends.
    pub(crate) alone: bool,
    /// The source at which it has ended.
    pub(crate) ended_at: Option<String>,
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

/// A setting that is there and not empty.
pub(crate) fn optional(section: Section<'_>, key: &str) -> Option<Sourced<String>> {
    section.get(key).filter(|spanned| !spanned.value.is_empty()).map(Sourced::from)
}

fn span(value: &Sourced<String>, section: Section<'_>) -> awsenv_profile::Span {
    value.origin.span().unwrap_or_else(|| section.span())
}

fn has_container(env: &EnvSnapshot) -> bool {
    env.nonempty("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").or(env.nonempty("AWS_CONTAINER_CREDENTIALS_FULL_URI")).is_some()
}
