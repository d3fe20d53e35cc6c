//! Credentials that the machine itself offers: of a container, and of an EC2 instance.
//!
//! The instance metadata service is asked by `aws-config`'s client. Its container provider reads the process's own
//! environment and can be given no other (`ProviderConfig::with_env` is private to it), while we have to go by the
//! environment that the plan was made from; so that one GET is made here. (Of the process's environment, the instance
//! provider reads `AWS_EC2_METADATA_DISABLED` too, which can only say no.)

use std::time::{Duration, SystemTime};

use aws_config::BehaviorVersion;
use aws_config::imds;
use aws_config::imds::client::error::ImdsError;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use awsenv_resolve::{Credentials, EnvSnapshot, Secret, Timestamp, account_of};
use serde_json::Value;

use crate::call::{Asked, Call};
use crate::error::Refusal;
use crate::proxy::Origin;
use crate::sts::present;
use crate::{Aws, AwsError, AwsErrorKind, Trace, cause};

const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// The AWS CLI's numbers for containers.
const CONTAINER_TIMEOUT: Duration = Duration::from_secs(2);
const CONTAINER_ATTEMPTS: u32 = 3;
const CONTAINER_PAUSE: Duration = Duration::from_secs(1);

impl Aws {
    /// Asks for the credentials of the container that we are in (ECS, EKS Pod Identity, or a local agent).
    pub fn container_credentials(&self) -> Result<Credentials, AwsError> {
        let env = &self.options.env;
        let call = Call::new(Asked::Container, "GetContainerCredentials", []);
        let refuse = |(kind, why): (AwsErrorKind, String)| AwsError::new(&call, kind, why);
        let url = container_url(env).map_err(refuse)?;
        let token = container_token(env).map_err(refuse)?;
        let call = Call::new(Asked::Container, "GetContainerCredentials", &token);
        self.block_on(async {
            let mut attempt = 1;
            loop {
                let error = match self.attempt_container(&call, &url, token.as_ref()).await {
                    Err(error) if is_passing(error.kind) && attempt < CONTAINER_ATTEMPTS => error,
                    result => return result,
                };
                if let Some(trace) = self.options.trace {
                    trace(&Trace::Note(format!("{error}; once more")));
                }
                tokio::time::sleep(CONTAINER_PAUSE).await;
                attempt += 1;
            }
        })
    }

    async fn attempt_container(&self, call: &Call, url: &str, token: Option<&Secret>) -> Result<Credentials, AwsError> {
        let request = HttpRequest::get(url);
        let mut request = request.map_err(|_| AwsError::new(call, AwsErrorKind::Validation, "the container's URL is not one"))?;
        request.headers_mut().insert("accept", "application/json");
        if let Some(token) = token {
            let inserted = request.headers_mut().try_insert("authorization", token.reveal().to_owned());
            inserted.map_err(|_| AwsError::new(call, AwsErrorKind::Validation, TOKEN_IS_NO_HEADER))?;
        }
        let fetched = self.transport().fetch(call, CONTAINER_TIMEOUT, CONTAINER_TIMEOUT, request).await;
        let answer = fetched.map_err(|failure| *failure.error)?;
        if answer.response.status().as_u16() == 200 {
            return container_answer(call, &answer.body);
        }
        let (status, headers) = (answer.response.status().as_u16(), answer.response.headers());
        let refusal = Refusal { status, headers, body: &answer.body, code: None, message: None };
        let error = AwsError::of_refusal(call, &refusal);
        let says_no = matches!(status, 401 | 403) && matches!(error.kind, AwsErrorKind::Other | AwsErrorKind::BadAnswer);
        Err(AwsError { kind: if says_no { AwsErrorKind::AccessDenied } else { error.kind }, ..error })
    }

    /// Asks the instance metadata service (version 2 only) for the credentials of the instance's role.
    pub fn instance_credentials(&self) -> Result<Credentials, AwsError> {
        let env = &self.options.env;
        let call = Call::new(Asked::Instance, "GetInstanceCredentials", []);
        if env.is_true("AWS_EC2_METADATA_DISABLED") {
            let why = "the instance metadata service is switched off (AWS_EC2_METADATA_DISABLED)";
            return Err(AwsError::new(&call, AwsErrorKind::NoMetadata, why));
        }
        let number = |name, default: u32| {
            env.nonempty(name).and_then(|text| text.parse().ok()).filter(|number| *number > 0).unwrap_or(default)
        };
        let timeout = Duration::from_secs(number("AWS_METADATA_SERVICE_TIMEOUT", 1).into());
        let attempts = number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", 1);
        let config = ProviderConfig::empty()
            .with_behavior_version(Some(BehaviorVersion::latest()))
            .with_http_client(self.transport().client(&call))
            .with_sleep_impl(TokioSleep::new());
        let client = imds::Client::builder().configure(&config).endpoint(instance_url(env));
        let client = client
            .map_err(|_| AwsError::new(&call, AwsErrorKind::Validation, "AWS_EC2_METADATA_SERVICE_ENDPOINT is not a URL"))?;
        let client = client
            .max_attempts(attempts)
            .connect_timeout(timeout)
            .read_timeout(timeout)
            .operation_attempt_timeout(timeout)
            .operation_timeout(timeout.saturating_mul(attempts.saturating_add(1)))
            .build();
        let provider = ImdsCredentialsProvider::builder().configure(&config).imds_client(client).build();
        let given = self.block_on(provider.provide_credentials()).map_err(|error| instance_error(&call, &error))?;
        let end = given.expiry().and_then(|end| end.duration_since(SystemTime::UNIX_EPOCH).ok());
        let end = end.and_then(|end| i64::try_from(end.as_secs()).ok()).ok_or_else(|| AwsError::missing(&call, "Expiration"))?;
        Ok(Credentials {
            access_key_id: given.access_key_id().to_owned(),
            secret_access_key: Secret::new(given.secret_access_key()),
            session_token: given.session_token().map(Secret::from),
            expiration: Some(Timestamp::from_epoch_seconds(end)),
            account_id: None,
        })
    }
}

fn is_passing(kind: AwsErrorKind) -> bool {
    matches!(kind, AwsErrorKind::Network | AwsErrorKind::Timeout | AwsErrorKind::Service | AwsErrorKind::Throttled)
}

fn instance_url(env: &EnvSnapshot) -> &str {
    let is_ipv6 = env.text("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").is_some_and(|mode| mode.eq_ignore_ascii_case("ipv6"));
    let default = if is_ipv6 { "http://[fd00:ec2::254]" } else { "http://169.254.169.254" };
    env.nonempty("AWS_EC2_METADATA_SERVICE_ENDPOINT").map_or(default, |url| url.trim_end_matches('/'))
}

fn instance_error(call: &Call, error: &CredentialsError) -> AwsError {
    let causes = || cause::chain(error);
    let metadata = causes().find_map(|error| error.downcast_ref::<ImdsError>());
    let absent =
        |why: &str| AwsError::new(call, AwsErrorKind::NoMetadata, format!("there is no instance metadata service here: {why}"));
    match (error, metadata) {
        (_, Some(ImdsError::ErrorResponse(answer))) => {
            let status = answer.response().status().as_u16();
            let kind = if status >= 500 { AwsErrorKind::Service } else { AwsErrorKind::NoMetadata };
            AwsError::new(call, kind, format!("the instance metadata service answers with HTTP status {status}"))
        }
        (CredentialsError::CredentialsNotLoaded(_), _) if causes().any(|error| error.to_string().contains("404")) => {
            AwsError::new(call, AwsErrorKind::NoMetadata, "this instance has no IAM role")
        }
        (CredentialsError::CredentialsNotLoaded(_), _) | (_, Some(ImdsError::FailedToLoadToken(_) | ImdsError::IoError(_))) => {
            absent(&cause::explain(error, call.route().as_ref()).1)
        }
        (CredentialsError::InvalidConfiguration(_), _) => AwsError::new(call, AwsErrorKind::AccessDenied, last(error)),
        (CredentialsError::ProviderTimedOut(_), _) => AwsError::timed_out(call),
        _ => AwsError::unreadable(call, &last(error)),
    }
}

fn last(error: &CredentialsError) -> String {
    cause::chain(error).last().map_or_else(String::new, ToString::to_string)
}

/// Where the container's credentials are; the AWS CLI's rules, by the name of the host.
fn container_url(env: &EnvSnapshot) -> Result<String, (AwsErrorKind, String)> {
    if let Some(path) = env.nonempty("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
        if !path.starts_with('/') {
            return Err((AwsErrorKind::Validation, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with `/`".to_owned()));
        }
        return Ok(format!("http://169.254.170.2{path}"));
    }
    let Some(url) = env.nonempty("AWS_CONTAINER_CREDENTIALS_FULL_URI") else {
        let why = "this is no container with credentials: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set";
        return Err((AwsErrorKind::NoMetadata, why.to_owned()));
    };
    let origin = Origin::of(url).filter(|origin| matches!(origin.scheme, "http" | "https"));
    let origin =
        origin.ok_or_else(|| (AwsErrorKind::Validation, "AWS_CONTAINER_CREDENTIALS_FULL_URI is not a URL".to_owned()))?;
    let bare = origin.host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    let is_allowed = is_loopback || matches!(bare, "localhost" | "169.254.170.2" | "169.254.170.23" | "fd00:ec2::23");
    if origin.scheme == "https" || is_allowed {
        return Ok(url.to_owned());
    }
    let why = format!(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI names `{}`: without https only this machine and the container services are allowed",
        origin.host
    );
    Err((AwsErrorKind::Validation, why))
}

const TOKEN_IS_NO_HEADER: &str = "the authorization token for the container's credentials holds a character that a header cannot, such as a newline at its end";

/// The token, from its file before the variable, and exactly as it stands there: the AWS CLI and SDKs refuse a newline.
fn container_token(env: &EnvSnapshot) -> Result<Option<Secret>, (AwsErrorKind, String)> {
    let token = match env.nonempty(TOKEN_FILE) {
        Some(path) => {
            let read = std::fs::read_to_string(path);
            Some(read.map_err(|error| (AwsErrorKind::Validation, format!("{TOKEN_FILE}: `{path}` cannot be read: {error}")))?)
        }
        None => env.nonempty(TOKEN).map(str::to_owned),
    };
    let Some(token) = token else { return Ok(None) };
    if token.bytes().any(|byte| byte.is_ascii_control()) {
        let place = env.nonempty(TOKEN_FILE).map_or_else(|| TOKEN.to_owned(), |path| format!("{TOKEN_FILE} (`{path}`)"));
        return Err((AwsErrorKind::Validation, format!("{TOKEN_IS_NO_HEADER}: {place}")));
    }
    Ok(Some(Secret::new(token)))
}

/// All four fields have to be there (an empty `Token` is how an agent hands out long-term keys); case does not matter.
fn container_answer(call: &Call, body: &[u8]) -> Result<Credentials, AwsError> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| AwsError::unreadable(call, "it is not JSON"))?;
    let members = answer.as_object().ok_or_else(|| AwsError::unreadable(call, "it is not an object"))?;
    let text =
        |field: &str| members.iter().find(|(name, _)| name.eq_ignore_ascii_case(field)).and_then(|(_, value)| value.as_str());
    let required = |field: &str| text(field).ok_or_else(|| AwsError::missing(call, field));
    let filled = |field: &str| present(call, field, text(field));
    let expiration = Timestamp::parse(required("Expiration")?);
    Ok(Credentials {
        access_key_id: filled("AccessKeyId")?,
        secret_access_key: Secret::new(filled("SecretAccessKey")?),
        session_token: Some(required("Token")?).filter(|token| !token.is_empty()).map(Secret::from),
        expiration: Some(expiration.ok_or_else(|| AwsError::unreadable(call, "its `Expiration` is not a time"))?),
        account_id: text("AccountId").map(str::to_owned).or_else(|| account_of(text("RoleArn")?)),
    })
}
