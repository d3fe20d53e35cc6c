//! How AWS is to be called: endpoints, FIPS, dual stack, the CA bundle.

use std::sync::Arc;

use awsenv_profile::{ProfileSet, Section};

use crate::chain::optional;
use crate::error::{Problem, ResolveError};
use crate::{EnvSnapshot, Provenance, Sourced};

/// The services that awsenv itself calls, with the names under which their endpoints are configured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Service {
    /// Security Token Service.
    Sts,
    /// The Identity Center portal.
    Sso,
    /// Identity Center's OIDC.
    SsoOidc,
    /// The sign-in service of `aws login`.
    Signin,
    /// IAM.
    Iam,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Sts, Self::Sso, Self::SsoOidc, Self::Signin, Self::Iam];

    const fn variable(self) -> &'static str {
        match self {
            Self::Sts => "AWS_ENDPOINT_URL_STS",
            Self::Sso => "AWS_ENDPOINT_URL_SSO",
            Self::SsoOidc => "AWS_ENDPOINT_URL_SSO_OIDC",
            Self::Signin => "AWS_ENDPOINT_URL_SIGNIN",
            Self::Iam => "AWS_ENDPOINT_URL_IAM",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Sso => "sso",
            Self::SsoOidc => "sso_oidc",
            Self::Signin => "signin",
            Self::Iam => "iam",
        }
    }
}

/// The settings that decide how calls are made; the AWS CLI's names, order and defaults.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClientSettings {
    endpoints: [Option<Sourced<String>>; 5],
    /// `use_fips_endpoint`, `AWS_USE_FIPS_ENDPOINT`.
    pub use_fips: bool,
    /// `use_dualstack_endpoint`, `AWS_USE_DUALSTACK_ENDPOINT`.
    pub use_dualstack: bool,
    /// `sts_regional_endpoints = legacy`: the old regions share one global STS.
    pub legacy_sts: bool,
    /// `ca_bundle`, `AWS_CA_BUNDLE`, `REQUESTS_CA_BUNDLE`: a PEM file.
    pub ca_bundle: Option<Sourced<String>>,
    /// `max_attempts`, `AWS_MAX_ATTEMPTS`.
    pub max_attempts: Option<u32>,
    /// What is there and cannot be read, so that the default counts.
    pub invalid: Vec<InvalidSetting>,
}

/// A setting whose value is none of those that it takes. botocore fails at some of them and takes others for `false`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvalidSetting {
    /// The setting's key, as in a profile.
    pub key: &'static str,
    /// What it says.
    pub value: Sourced<String>,
    /// What it takes.
    pub takes: &'static str,
}

/// The settings of calls that take a few values only: variable, key, what they take, whether a value is one.
type Check = (&'static str, &'static str, &'static str, fn(&str) -> bool);
const CHECKS: [Check; 6] = [
    ("AWS_MAX_ATTEMPTS", "max_attempts", "a whole number from 1", is_count),
    ("AWS_RETRY_MODE", "retry_mode", "legacy, standard or adaptive", |text| ["legacy", "standard", "adaptive"].contains(&text)),
    ("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints", "regional or legacy", |text| ["regional", "legacy"].contains(&text)),
    ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", "true or false", is_boolean),
    ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", "true or false", is_boolean),
    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls", "true or false", is_boolean),
];

fn is_count(text: &str) -> bool {
    text.trim().parse().is_ok_and(|count: u32| count > 0)
}

fn is_boolean(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

impl ClientSettings {
    /// Returns the endpoint to call instead of the service's own.
    pub fn endpoint(&self, service: Service) -> Option<&str> {
        self.endpoints[service as usize].as_ref().map(|url| url.value.as_str())
    }

    /// Reads them: environment before profile; an endpoint of the service before the general one.
    pub(crate) fn read(profiles: &ProfileSet, section: Option<Section<'_>>, env: &EnvSnapshot) -> Result<Self, Problem> {
        let setting = |variable: &'static str, key: &str| {
            let from_env = env.nonempty(variable).map(|text| Sourced::new(text.to_owned(), Provenance::Env(variable.into())));
            from_env.or_else(|| section.and_then(|section| optional(section, key)))
        };
        let is_true = |variable, key| setting(variable, key).is_some_and(|value| value.value.eq_ignore_ascii_case("true"));
        let mut settings = Self {
            use_fips: is_true("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            use_dualstack: is_true("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
            legacy_sts: setting("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints")
                .is_some_and(|value| value.value == "legacy"),
            ca_bundle: setting("AWS_CA_BUNDLE", "ca_bundle").or_else(|| {
                env.nonempty("REQUESTS_CA_BUNDLE")
                    .map(|path| Sourced::new(path.to_owned(), Provenance::Env("REQUESTS_CA_BUNDLE".into())))
            }),
            max_attempts: setting("AWS_MAX_ATTEMPTS", "max_attempts")
                .and_then(|value| value.value.trim().parse().ok())
                .filter(|attempts| *attempts > 0),
            invalid: Vec::new(),
            endpoints: Default::default(),
        };
        for (variable, key, takes, is_valid) in CHECKS {
            if let Some(value) = setting(variable, key).filter(|value| !is_valid(value.value.to_ascii_lowercase().as_str())) {
                settings.invalid.push(InvalidSetting { key, value, takes });
            }
        }
        if is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") {
            return Ok(settings);
        }
        let services_name = section.and_then(|section| optional(section, "services"));
        let services = services_name.as_ref().and_then(|name| profiles.services(&name.value));
        // As the AWS CLI: only where no variable comes first. Credentials must not go to AWS when they were meant for
        // another endpoint.
        if let Some(name) = services_name.filter(|_| services.is_none() && env.nonempty("AWS_ENDPOINT_URL").is_none()) {
            return Err(Problem::InvalidValue {
                what: "services".into(),
                value: name.value,
                origin: name.origin,
                why: "there is no `[services]` section of this name",
            });
        }
        for service in Service::ALL {
            let in_env = |variable: &'static str| {
                env.nonempty(variable).map(|text| Sourced::new(text.to_owned(), Provenance::Env(variable.into())))
            };
            let in_services = || {
                let block = services?.sub_properties(service.key());
                let (_, value) = block.into_iter().find(|(key, _)| key.value.eq_ignore_ascii_case("endpoint_url"))?;
                Some(Sourced::from(value))
            };
            let endpoint = in_env(service.variable())
                .or_else(|| in_env("AWS_ENDPOINT_URL"))
                .or_else(in_services)
                .or_else(|| section.and_then(|section| optional(section, "endpoint_url")));
            if let Some(url) = &endpoint {
                check_url(url)?;
            }
            settings.endpoints[service as usize] = endpoint;
        }
        Ok(settings)
    }
}

/// Reads how AWS is to be called for what stands in no plan, a sign-in by its session's name: as this profile says, which
/// need not exist.
///
/// # Errors
/// When an endpoint cannot be one, or `services` names nothing.
pub fn client_settings(profiles: &ProfileSet, profile: &str, env: &EnvSnapshot) -> Result<ClientSettings, ResolveError> {
    ClientSettings::read(profiles, profiles.profile(profile), env)
        .map_err(|problem| ResolveError { problem: Box::new(problem), sources: Arc::clone(profiles.sources()) })
}

fn check_url(url: &Sourced<String>) -> Result<(), Problem> {
    let host = url.value.strip_prefix("https://").or_else(|| url.value.strip_prefix("http://"));
    if host.is_some_and(|host| !host.is_empty() && !host.starts_with('/') && !host.contains(char::is_whitespace)) {
        return Ok(());
    }
    Err(Problem::InvalidValue {
        what: "endpoint URL".into(),
        value: url.value.clone(),
        origin: url.origin.clone(),
        why: "it does not begin with http:// or https:// and a host",
    })
}

/// Whether the instance metadata service is switched off.
pub(crate) fn is_disabled(env: &EnvSnapshot) -> bool {
    env.is_true("AWS_EC2_METADATA_DISABLED")
}
