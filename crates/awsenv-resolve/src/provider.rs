//! The base of a chain: AWS's credential providers, one variant each.

use awsenv_profile::Span;

use crate::{CacheKey, Credentials, Secret, Sourced, SsoCacheName};

/// Where the first credentials of a chain come from. The order in which they are looked for inside a profile is the
/// AWS CLI v2's (formats.md §6).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Provider {
    /// ```ini
    /// [base]
    /// aws_access_key_id = AKIA…
    /// aws_secret_access_key = …
    /// ```
    StaticKeys {
        /// The keys; `expiration` is never known.
        credentials: Credentials,
    },
    /// ```ini
    /// [profile dev]
    /// sso_session = acme
    /// sso_account_id = 111122223333
    /// sso_role_name = Admin
    /// ```
    SsoRole {
        /// The sign-in that it needs.
        session: SsoSession,
        /// `sso_account_id`.
        account_id: Sourced<String>,
        /// `sso_role_name`.
        role_name: Sourced<String>,
    },
    /// ```ini
    /// [profile ci]
    /// role_arn = arn:aws:iam::111122223333:role/ci
    /// web_identity_token_file = /var/run/token
    /// ```
    WebIdentity {
        /// `role_arn` or `AWS_ROLE_ARN`.
        role_arn: Sourced<String>,
        /// `web_identity_token_file` or `AWS_WEB_IDENTITY_TOKEN_FILE`.
        token_file: Sourced<String>,
        /// `role_session_name` or `AWS_ROLE_SESSION_NAME`.
        role_session_name: Option<Sourced<String>>,
    },
    /// ```ini
    /// [profile vault]
    /// credential_process = /usr/bin/my-helper --profile "my vault"
    /// ```
    Process {
        /// The words of the command, not yet split. A secret: people put tokens into it.
        command: Sourced<Secret>,
        /// `aws_account_id`, when the process does not say.
        account_id: Option<String>,
    },
    /// ```ini
    /// [profile console]
    /// login_session = arn:aws:iam::111122223333:user/ana
    /// ```
    Login {
        /// `login_session`: the ARN that `aws login` wrote.
        login_session: Sourced<String>,
    },
    /// `AWS_ACCESS_KEY_ID` and its companions.
    Environment {
        /// The keys as they stand in the environment.
        credentials: Credentials,
    },
    /// The container's endpoint: `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI`.
    EcsContainer,
    /// The instance's own metadata service, version 2.
    Ec2InstanceMetadata,
}

impl Provider {
    /// The step's `kind` in `explain`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::StaticKeys { .. } => "static",
            Self::SsoRole { .. } => "sso",
            Self::WebIdentity { .. } => "web-identity",
            Self::Process { .. } => "process",
            Self::Login { .. } => "login",
            Self::Environment { .. } => "environment",
            Self::EcsContainer => "ecs-container",
            Self::Ec2InstanceMetadata => "ec2-instance-metadata",
        }
    }

    /// Returns the AWS CLI's cache entry for what this provides, where it has one.
    pub fn cache_key(&self) -> Option<CacheKey> {
        match self {
            Self::SsoRole { session, account_id, role_name } => {
                Some(CacheKey::sso_role(&account_id.value, &role_name.value, session.cache_name()))
            }
            Self::WebIdentity { role_arn, role_session_name, .. } => {
                Some(CacheKey::web_identity(&role_arn.value, role_session_name.as_ref().map(|name| name.value.as_str())))
            }
            Self::Login { login_session } => Some(CacheKey::login(&login_session.value)),
            Self::StaticKeys { .. }
            | Self::Process { .. }
            | Self::Environment { .. }
            | Self::EcsContainer
            | Self::Ec2InstanceMetadata => None,
        }
    }

    /// Returns whether what it provides are a role's credentials, so that assuming a role with them is role chaining,
    /// which STS limits to one hour. Of a process nobody knows.
    pub fn yields_role_credentials(&self) -> bool {
        match self {
            // Who signs in to the console with a role gets that role's credentials.
            Self::Login { login_session } => login_session.value.contains(":assumed-role/"),
            Self::SsoRole { .. } | Self::WebIdentity { .. } | Self::EcsContainer | Self::Ec2InstanceMetadata => true,
            Self::StaticKeys { .. } | Self::Process { .. } | Self::Environment { .. } => false,
        }
    }

    /// Returns the account, where it is certain before any call.
    pub fn account_id(&self) -> Option<String> {
        match self {
            Self::StaticKeys { credentials } | Self::Environment { credentials } => credentials.account_id.clone(),
            Self::SsoRole { account_id, .. } => Some(account_id.value.clone()),
            Self::WebIdentity { role_arn, .. } => crate::account_of(&role_arn.value),
            Self::Process { account_id, .. } => account_id.clone(),
            Self::Login { login_session } => crate::account_of(&login_session.value),
            Self::EcsContainer | Self::Ec2InstanceMetadata => None,
        }
    }
}

/// An Identity Center sign-in: an `[sso-session]`, or the same settings inside a legacy profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SsoSession {
    /// The section's name; `None` for a legacy profile.
    pub name: Option<String>,
    /// `sso_start_url`.
    pub start_url: Sourced<String>,
    /// `sso_region`.
    pub region: Sourced<String>,
    /// `sso_registration_scopes`, split at commas; `None` when the key is not there.
    pub registration_scopes: Option<Vec<String>>,
    /// Where the section or profile stands.
    pub span: Span,
}

impl SsoSession {
    /// Returns what its token is filed under.
    pub fn cache_name(&self) -> SsoCacheName<'_> {
        match &self.name {
            Some(name) => SsoCacheName::Session(name),
            None => SsoCacheName::StartUrl(&self.start_url.value),
        }
    }

    /// Returns its token's cache entry.
    pub fn token_key(&self) -> CacheKey {
        CacheKey::sso_token(self.cache_name())
    }

    /// Returns its client registration's cache entry.
    pub fn registration_key(&self) -> CacheKey {
        let scopes: Option<Vec<&str>> =
            self.registration_scopes.as_ref().map(|scopes| scopes.iter().map(String::as_str).collect());
        CacheKey::sso_registration(&self.region.value, scopes.as_deref(), self.name.as_deref(), &self.start_url.value)
    }

    /// The name that people know it by: the section's, else the start URL.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.start_url.value)
    }
}

/// The base of a plan, with the profile that led to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Base {
    /// How.
    pub provider: Provider,
    /// The profile in which it is configured; `None` when the environment or the machine provides.
    pub profile: Option<String>,
    /// The line that decides, in a file.
    pub span: Option<Span>,
}
