//! Identity Center's OIDC service: registering a client, and turning codes and refresh tokens into access tokens.

use std::sync::Arc;

use aws_sdk_ssooidc::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
use aws_sdk_ssooidc::operation::create_token::builders::CreateTokenFluentBuilder;
use awsenv_resolve::{Secret, Service, Timestamp};

use crate::call::{Asked, Call};
use crate::retry::{NoRetryAfterLostAnswer, Repeat};
use crate::sts::present;
use crate::{Aws, AwsError, AwsErrorKind};

/// An access token, as CreateToken answers it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SsoTokenAnswer {
    /// The access token.
    pub access_token: Secret,
    /// The seconds that it is good for.
    pub expires_in: i64,
    /// The refresh token that replaces the one that was sent, if the server gave one.
    pub refresh_token: Option<Secret>,
}

/// A registered client, as RegisterClient answers it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientRegistration {
    /// `clientId`.
    pub client_id: String,
    /// `clientSecret`.
    pub client_secret: Secret,
    /// `clientSecretExpiresAt`.
    pub expires_at: Timestamp,
}

/// A sign-in that a person has to carry on in a browser, as StartDeviceAuthorization answers it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceAuthorization {
    /// What [`Aws::create_token_device`] is asked with.
    pub device_code: Secret,
    /// What the person compares.
    pub user_code: String,
    /// Where the person types it.
    pub verification_uri: String,
    /// The same with the code in it.
    pub verification_uri_complete: String,
    /// The seconds that the person has.
    pub expires_in: i64,
    /// The seconds to wait between two questions.
    pub interval: i64,
}

/// How far the person is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DevicePoll {
    /// Signed in.
    Ready(SsoTokenAnswer),
    /// Not yet: wait and ask again.
    Pending,
    /// Asked too often: wait five seconds longer from now on.
    SlowDown,
}

impl Aws {
    /// Exchanges a refresh token for a new access token. The refresh token is spent, whatever happens to the answer.
    pub fn refresh_sso_token(
        &self,
        sso_region: &str,
        client_id: &str,
        client_secret: &Secret,
        refresh_token: &Secret,
    ) -> Result<SsoTokenAnswer, AwsError> {
        let call = Call::new(Asked::Oidc, "CreateToken", [client_secret, refresh_token]);
        let request = self.token_request(&call, sso_region, client_id, client_secret);
        self.create_token(&call, request.grant_type("refresh_token").refresh_token(refresh_token.reveal()))
    }

    /// Registers this program as a client. Without redirect URIs it may only do device authorization.
    pub fn register_client(
        &self,
        sso_region: &str,
        client_name: &str,
        scopes: &[String],
        redirect_uris: &[String],
        issuer_url: Option<&str>,
    ) -> Result<ClientRegistration, AwsError> {
        let call = Call::new(Asked::Oidc, "RegisterClient", []);
        let grants = ["authorization_code", "refresh_token"].map(str::to_owned).to_vec();
        let list = |list: &[String]| Some(list.to_vec()).filter(|list| !list.is_empty());
        let request = self
            .oidc(&call, sso_region, Repeat::Always)
            .register_client()
            .client_name(client_name)
            .client_type("public")
            .set_scopes(list(scopes))
            .set_redirect_uris(list(redirect_uris))
            .set_grant_types(Some(grants).filter(|_| !redirect_uris.is_empty()))
            .set_issuer_url(issuer_url.map(str::to_owned));
        let answer = self.block_on(request.send()).map_err(|error| AwsError::of_sdk(&call, &error))?;
        Ok(ClientRegistration {
            client_id: present(&call, "clientId", answer.client_id())?,
            client_secret: Secret::new(present(&call, "clientSecret", answer.client_secret())?),
            expires_at: Timestamp::from_epoch_seconds(answer.client_secret_expires_at()),
        })
    }

    /// Begins a sign-in on another device.
    pub fn start_device_authorization(
        &self,
        sso_region: &str,
        client_id: &str,
        client_secret: &Secret,
        start_url: &str,
    ) -> Result<DeviceAuthorization, AwsError> {
        let call = Call::new(Asked::Oidc, "StartDeviceAuthorization", [client_secret]);
        let request = self
            .oidc(&call, sso_region, Repeat::Always)
            .start_device_authorization()
            .client_id(client_id)
            .client_secret(client_secret.reveal())
            .start_url(start_url);
        let answer = self.block_on(request.send()).map_err(|error| AwsError::of_sdk(&call, &error))?;
        let verification_uri = present(&call, "verificationUri", answer.verification_uri())?;
        Ok(DeviceAuthorization {
            device_code: Secret::new(present(&call, "deviceCode", answer.device_code())?),
            user_code: present(&call, "userCode", answer.user_code())?,
            verification_uri_complete: answer.verification_uri_complete().unwrap_or(&verification_uri).to_owned(),
            verification_uri,
            expires_in: answer.expires_in().into(),
            // RFC 8628: five seconds when the server does not say.
            interval: if answer.interval() > 0 { answer.interval().into() } else { 5 },
        })
    }

    /// Asks once whether the person has signed in.
    pub fn create_token_device(
        &self,
        sso_region: &str,
        client_id: &str,
        client_secret: &Secret,
        device_code: &Secret,
    ) -> Result<DevicePoll, AwsError> {
        let call = Call::new(Asked::Oidc, "CreateToken", [client_secret, device_code]);
        let request = self.token_request(&call, sso_region, client_id, client_secret);
        let request = request.grant_type("urn:ietf:params:oauth:grant-type:device_code").device_code(device_code.reveal());
        match self.create_token(&call, request) {
            Ok(token) => Ok(DevicePoll::Ready(token)),
            Err(error) => match error.code.as_deref() {
                Some("AuthorizationPendingException" | "authorization_pending") => Ok(DevicePoll::Pending),
                Some("SlowDownException" | "slow_down") => Ok(DevicePoll::SlowDown),
                _ => Err(error),
            },
        }
    }

    /// Exchanges the code that the browser came back with.
    pub fn create_token_authorization_code(
        &self,
        sso_region: &str,
        client_id: &str,
        client_secret: &Secret,
        redirect_uri: &str,
        code: &Secret,
        code_verifier: &Secret,
    ) -> Result<SsoTokenAnswer, AwsError> {
        let call = Call::new(Asked::Oidc, "CreateToken", [client_secret, code, code_verifier]);
        let request = self
            .token_request(&call, sso_region, client_id, client_secret)
            .grant_type("authorization_code")
            .redirect_uri(redirect_uri)
            .code(code.reveal())
            .code_verifier(code_verifier.reveal());
        self.create_token(&call, request)
    }

    /// Returns the URL under which a region's OIDC service is found, without a slash at its end: a browser sign-in begins
    /// at its `/authorize`.
    pub fn oidc_endpoint(&self, sso_region: &str) -> Result<String, AwsError> {
        let settings = &self.options.client;
        let call = Call::new(Asked::Oidc, "Authorize", []);
        let params = Params::builder()
            .region(sso_region)
            .use_fips(settings.use_fips)
            .use_dual_stack(settings.use_dualstack)
            .set_endpoint(settings.endpoint(Service::SsoOidc).map(str::to_owned))
            .build();
        let unusable = |why: String| AwsError::new(&call, AwsErrorKind::Validation, why);
        let params = params.map_err(|error| unusable(error.to_string()))?;
        let endpoint = self.block_on(DefaultResolver::new().resolve_endpoint(&params));
        let endpoint = endpoint.map_err(|error| unusable(error.to_string()))?;
        Ok(endpoint.url().trim_end_matches('/').to_owned())
    }

    fn token_request(
        &self,
        call: &Arc<Call>,
        sso_region: &str,
        client_id: &str,
        client_secret: &Secret,
    ) -> CreateTokenFluentBuilder {
        let client = self.oidc(call, sso_region, Repeat::IfNotCarriedOut);
        client.create_token().client_id(client_id).client_secret(client_secret.reveal())
    }

    fn create_token(&self, call: &Call, request: CreateTokenFluentBuilder) -> Result<SsoTokenAnswer, AwsError> {
        let answer = self.block_on(request.send()).map_err(|error| AwsError::of_sdk(call, &error))?;
        let expires_in = Some(answer.expires_in()).filter(|seconds| *seconds > 0);
        Ok(SsoTokenAnswer {
            access_token: Secret::new(present(call, "accessToken", answer.access_token())?),
            expires_in: expires_in.ok_or_else(|| AwsError::missing(call, "expiresIn"))?.into(),
            refresh_token: answer.refresh_token().filter(|token| !token.is_empty()).map(Secret::from),
        })
    }

    fn oidc(&self, call: &Arc<Call>, sso_region: &str, repeat: Repeat) -> aws_sdk_ssooidc::Client {
        let config = self.sdk_config(call, Service::SsoOidc, sso_region, None);
        let mut config = aws_sdk_ssooidc::config::Builder::from(&config);
        if repeat == Repeat::IfNotCarriedOut {
            config = config.retry_classifier(NoRetryAfterLostAnswer);
        }
        aws_sdk_ssooidc::Client::from_conf(config.build())
    }
}
