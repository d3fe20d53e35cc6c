//! Making a world step by step.

use super::{ConsoleIdentity, Container, Instance, OidcClient, Role, SsoInstance, SsoToken, User, WebIdentityToken, World};
use crate::time::machine_now;

impl World {
    /// Adds a user.
    #[must_use]
    pub fn with_user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    /// Adds a role.
    #[must_use]
    pub fn with_role(mut self, role: Role) -> Self {
        self.roles.push(role);
        self
    }

    /// Adds an instance of Identity Center.
    #[must_use]
    pub fn with_sso(mut self, instance: SsoInstance) -> Self {
        self.sso.push(instance);
        self
    }

    /// Adds an access token that is good for this many seconds, with a refresh token and the client that may use it. They are
    /// called `token`, `refresh-token`, `client-id` and `client-secret`, each with the suffix.
    #[must_use]
    pub fn with_sso_token(mut self, start_url: &str, suffix: &str, seconds: i64) -> Self {
        let now = machine_now();
        let client_id = format!("client-id{suffix}");
        self.oidc_clients.push(OidcClient {
            client_id: client_id.clone(),
            client_secret: format!("client-secret{suffix}"),
            expires_at: now + 90 * 86_400,
            grant_types: vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
            redirect_uris: vec!["http://127.0.0.1/oauth/callback".to_owned()],
            scopes: vec!["sso:account:access".to_owned()],
            start_url: Some(start_url.to_owned()),
        });
        self.sso_tokens.push(SsoToken {
            access_token: format!("token{suffix}"),
            start_url: start_url.to_owned(),
            expires_at: now + seconds,
            refresh_token: Some(format!("refresh-token{suffix}")),
            client_id,
            session: format!("session{suffix}"),
            session_ends_at: now + 8 * 3600,
        });
        self
    }

    /// Lets this ARN be signed in to the console.
    #[must_use]
    pub fn with_console_identity(mut self, arn: &str) -> Self {
        self.console_identities.push(ConsoleIdentity {
            arn: arn.to_owned(),
            mfa: false,
            allowed: true,
            credentials_changed: false,
        });
        self
    }

    /// Adds a web identity token that is good for an hour.
    #[must_use]
    pub fn with_web_identity_token(mut self, token: &str, subject: &str, provider: &str) -> Self {
        let expires_at = machine_now() + 3600;
        self.web_identity_tokens.push(WebIdentityToken {
            token: token.to_owned(),
            subject: subject.to_owned(),
            provider: provider.to_owned(),
            expires_at,
        });
        self
    }

    /// Puts the machine on an EC2 instance with this role.
    #[must_use]
    pub fn on_instance(mut self, role_arn: &str, region: &str) -> Self {
        let instance_id = "i-0fake1234567890ab".to_owned();
        self.instance =
            Some(Instance { instance_id, role_arn: Some(role_arn.to_owned()), region: region.to_owned(), allow_v1: false });
        self
    }

    /// Puts the machine into a container with this role and authorization token.
    #[must_use]
    pub fn in_container(mut self, role_arn: &str, token: &str) -> Self {
        self.container = Some(Container { role_arn: role_arn.to_owned(), token: token.to_owned() });
        self
    }

    /// Finds the instance of a start URL; `/start`, `/start/` and `/start/#/` are one.
    pub(crate) fn sso_instance(&self, start_url: &str) -> Option<&SsoInstance> {
        let bare = |url: &str| url.trim_end_matches(['/', '#']).to_owned();
        self.sso.iter().find(|instance| bare(&instance.start_url) == bare(start_url))
    }
}
