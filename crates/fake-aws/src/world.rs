//! Who and what exists in the imagined AWS: users, roles, Identity Center, the machine one is on.

mod build;

use crate::encoding::{base32, base64, sha256};

/// Everything the server knows before anybody has asked. Times are epoch seconds by the server's clock.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// IAM users with long-term keys.
    pub users: Vec<User>,
    /// IAM roles.
    pub roles: Vec<Role>,
    /// Instances of IAM Identity Center.
    pub sso: Vec<SsoInstance>,
    /// Registered OIDC clients; those that register at run time join them.
    pub oidc_clients: Vec<OidcClient>,
    /// Access tokens of Identity Center; those that are handed out join them.
    pub sso_tokens: Vec<SsoToken>,
    /// Who is signed in to the console in the "browser" of `aws login`: the first one authorizes.
    pub console_identities: Vec<ConsoleIdentity>,
    /// Sessions of `aws login`; those that begin at run time join them.
    pub login_sessions: Vec<LoginSession>,
    /// Tokens that AssumeRoleWithWebIdentity takes.
    pub web_identity_tokens: Vec<WebIdentityToken>,
    /// The EC2 instance that one is on, if any.
    pub instance: Option<Instance>,
    /// The container that one is in, if any.
    pub container: Option<Container>,
    /// Makes every generated key and token the same in each run; `None` draws it from the machine.
    pub seed: Option<u64>,
}

/// An IAM user with one long-term access key.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The user name.
    pub name: String,
    /// The account id.
    pub account: String,
    /// The partition of its ARNs: `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// The access key id, `AKIA…`.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
    /// Its MFA devices.
    pub mfa_devices: Vec<MfaDevice>,
}

impl User {
    /// Makes a user whose keys follow from its name and account.
    pub fn new(name: &str, account: &str) -> Self {
        let digest = sha256(format!("{account}/{name}").as_bytes());
        Self {
            name: name.to_owned(),
            account: account.to_owned(),
            partition: "aws".to_owned(),
            access_key_id: format!("AKIA{}", &base32(&digest)[..16]),
            secret_access_key: base64(&digest[..30]),
            mfa_devices: Vec::new(),
        }
    }

    /// Gives the user a virtual MFA device of its own name, with a seed that follows from the serial.
    #[must_use]
    pub fn with_mfa(mut self) -> Self {
        let serial = format!("arn:{}:iam::{}:mfa/{}", self.partition, self.account, self.name);
        let seed = base32(&sha256(serial.as_bytes())[..20]);
        self.mfa_devices.push(MfaDevice { serial, seed, codes: Vec::new() });
        self
    }

    /// Returns the user's ARN.
    pub fn arn(&self) -> String {
        format!("arn:{}:iam::{}:user/{}", self.partition, self.account, self.name)
    }
}

/// A virtual MFA device.
#[derive(Clone, Debug, PartialEq)]
pub struct MfaDevice {
    /// Its serial number: the ARN.
    pub serial: String,
    /// The base32 secret of its TOTP codes.
    pub seed: String,
    /// Codes that are taken at any time beside the TOTP ones, each once.
    pub codes: Vec<String>,
}

/// An IAM role.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// Who may assume it: ARNs of users, roles and OIDC providers, `arn:aws:iam::ACCOUNT:root`, `Service` names, or `*`.
    pub trusted: Vec<String>,
    /// The external id that the trust policy demands.
    pub external_id: Option<String>,
    /// The trust policy demands `aws:MultiFactorAuthPresent`.
    pub require_mfa: bool,
    /// In seconds, 3600 to 43200.
    pub max_session_duration: i64,
}

impl Role {
    /// Makes a role that its own account may assume, for an hour.
    pub fn new(arn: &str) -> Self {
        let account = arn.split(':').nth(4).unwrap_or_default();
        let partition = arn.split(':').nth(1).unwrap_or("aws");
        let trusted = vec![format!("arn:{partition}:iam::{account}:root")];
        Self { arn: arn.to_owned(), trusted, external_id: None, require_mfa: false, max_session_duration: 3600 }
    }

    /// Trusts these principals and nobody else.
    #[must_use]
    pub fn trusting(mut self, principals: &[&str]) -> Self {
        self.trusted = principals.iter().map(|principal| (*principal).to_owned()).collect();
        self
    }

    /// Demands MFA.
    #[must_use]
    pub fn requiring_mfa(mut self) -> Self {
        self.require_mfa = true;
        self
    }

    /// Demands an external id.
    #[must_use]
    pub fn with_external_id(mut self, external_id: &str) -> Self {
        self.external_id = Some(external_id.to_owned());
        self
    }

    /// Allows sessions of up to this many seconds.
    #[must_use]
    pub fn lasting(mut self, seconds: i64) -> Self {
        self.max_session_duration = seconds;
        self
    }
}

/// An instance of IAM Identity Center, with the one person who signs in to it.
#[derive(Clone, Debug, PartialEq)]
pub struct SsoInstance {
    /// The start URL.
    pub start_url: String,
    /// Its region.
    pub region: String,
    /// The person's e-mail address, which becomes the role session name.
    pub email: String,
    /// What the person may use.
    pub accounts: Vec<SsoAccount>,
    /// How long an access token lives.
    pub token_seconds: i64,
    /// How long the session lives that refresh tokens can carry on.
    pub session_seconds: i64,
    /// How long role credentials live.
    pub credentials_seconds: i64,
    /// How often a device may ask.
    pub device_interval: i64,
    /// How many items a page of a listing holds when the request does not say.
    pub page_size: usize,
    /// How many listings the portal answers in any one second; what is above gets 429.
    pub listings_per_second: Option<usize>,
}

impl SsoInstance {
    /// Makes an instance without accounts: tokens of one hour, sessions of eight.
    pub fn new(start_url: &str, region: &str, email: &str) -> Self {
        Self {
            start_url: start_url.to_owned(),
            region: region.to_owned(),
            email: email.to_owned(),
            accounts: Vec::new(),
            token_seconds: 3600,
            session_seconds: 8 * 3600,
            credentials_seconds: 3600,
            device_interval: 1,
            page_size: 20,
            listings_per_second: None,
        }
    }

    /// Adds an account with the roles that the person has there.
    #[must_use]
    pub fn with_account(mut self, id: &str, name: &str, roles: &[&str]) -> Self {
        let email = format!("{}@example.com", name.replace(' ', "-").to_lowercase());
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        self.accounts.push(SsoAccount { id: id.to_owned(), name: name.to_owned(), email, roles });
        self
    }
}

/// An account in the portal.
#[derive(Clone, Debug, PartialEq)]
pub struct SsoAccount {
    /// The account id.
    pub id: String,
    /// The account name.
    pub name: String,
    /// The account's e-mail address.
    pub email: String,
    /// The permission sets that the person has there.
    pub roles: Vec<String>,
}

/// An OIDC client registration.
#[derive(Clone, Debug, PartialEq)]
pub struct OidcClient {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: String,
    /// When the registration ends.
    pub expires_at: i64,
    /// The grants it asked for; empty for one that only does device authorization.
    pub grant_types: Vec<String>,
    /// The redirect URIs, without a port.
    pub redirect_uris: Vec<String>,
    /// The scopes.
    pub scopes: Vec<String>,
    /// The start URL that it was registered for; device clients name it later.
    pub start_url: Option<String>,
}

/// An access token of Identity Center.
#[derive(Clone, Debug, PartialEq)]
pub struct SsoToken {
    /// The token.
    pub access_token: String,
    /// Which instance it is for.
    pub start_url: String,
    /// When the token ends.
    pub expires_at: i64,
    /// The refresh token that came with it, until it is spent.
    pub refresh_token: Option<String>,
    /// The client that the refresh token belongs to.
    pub client_id: String,
    /// Tokens of one sign-in share this name: sign-out ends them all.
    pub session: String,
    /// When the session ends that refreshing can carry on.
    pub session_ends_at: i64,
}

/// A person signed in to the console.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsoleIdentity {
    /// The user's, role session's or root's ARN.
    pub arn: String,
    /// Signed in with MFA.
    pub mfa: bool,
    /// May use `aws login` at all (`SignInLocalDevelopmentAccess`).
    pub allowed: bool,
    /// The password was changed: refreshing ends with `USER_CREDENTIALS_CHANGED`.
    pub credentials_changed: bool,
}

/// A session of `aws login`.
#[derive(Clone, Debug, PartialEq)]
pub struct LoginSession {
    /// Whose it is.
    pub arn: String,
    /// The refresh token that is valid now.
    pub refresh_token: String,
    /// The RFC 7638 thumbprint of the key that it is bound to.
    pub key_thumbprint: String,
    /// When it ends for good.
    pub ends_at: i64,
}

/// A token of an OIDC provider.
#[derive(Clone, Debug, PartialEq)]
pub struct WebIdentityToken {
    /// The token.
    pub token: String,
    /// The subject it names.
    pub subject: String,
    /// The ARN of the provider, which a role must trust.
    pub provider: String,
    /// When it ends.
    pub expires_at: i64,
}

/// The EC2 instance behind the metadata service.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// Its id.
    pub instance_id: String,
    /// The ARN of its role, if it has one.
    pub role_arn: Option<String>,
    /// Its region.
    pub region: String,
    /// Requests without a token are answered too (IMDSv1).
    pub allow_v1: bool,
}

/// The container behind the credentials endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Container {
    /// The ARN of its role.
    pub role_arn: String,
    /// What `Authorization` must say, exactly.
    pub token: String,
}
