//! The sign-in service of `aws login` (formats.md §3), which has one operation: codes and refresh tokens in, credentials
//! out, each request with a proof that we hold the session's key. Written by hand: `aws-sdk-signin` would be one more
//! SDK for one POST, and its proofs are `aws-config`'s own, behind a feature that brings a second p256.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use awsenv_resolve::region::partition_of;
use awsenv_resolve::{ClientSettings, Credentials, Secret, Service, Timestamp};
use serde_json::{Value, json};

use crate::call::{Asked, Call};
use crate::client::temporary;
use crate::error::Refusal;
use crate::http::Answer;
use crate::{Aws, AwsError, AwsErrorKind, clock, dpop};

/// What CreateOAuth2Token answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoginAnswer {
    /// The credentials, with their end by this machine's clock. Their account is not in the answer: it is the one of the
    /// session's ARN.
    pub credentials: Credentials,
    /// `tokenType`, which the AWS CLI keeps: `aws_sigv4`.
    pub token_type: String,
    /// The refresh token that replaces the one that was sent.
    pub refresh_token: Secret,
    /// The identity token, which only the first answer has; its `sub` names the session.
    pub id_token: Option<Secret>,
}

/// What the browser came back with, and what the sign-in was begun with.
#[derive(Clone, Copy, Debug)]
pub struct LoginCode<'a> {
    /// `clientId`: the ARN of the same-device or cross-device client.
    pub client_id: &'a str,
    /// `code`.
    pub code: &'a Secret,
    /// `codeVerifier`.
    pub code_verifier: &'a Secret,
    /// `redirectUri`, exactly as in the browser's URL.
    pub redirect_uri: &'a str,
}

impl Aws {
    /// Refreshes a session of `aws login`. The refresh token is spent, whatever happens to the answer.
    pub fn refresh_login(
        &self,
        region: &str,
        client_id: &str,
        refresh_token: &Secret,
        dpop_key_pem: &Secret,
    ) -> Result<LoginAnswer, AwsError> {
        let call = Call::new(Asked::Signin, "CreateOAuth2Token", [refresh_token, dpop_key_pem]);
        let body = json!({ "clientId": client_id, "grantType": "refresh_token", "refreshToken": refresh_token.reveal() });
        self.block_on(self.create_login_token(&call, region, &body, dpop_key_pem))
    }

    /// Exchanges the code of a browser sign-in; `dpop_key_pem` is the new session's key ([`crate::new_dpop_key`]).
    pub fn exchange_login_code(
        &self,
        region: &str,
        code: &LoginCode<'_>,
        dpop_key_pem: &Secret,
    ) -> Result<LoginAnswer, AwsError> {
        let call = Call::new(Asked::Signin, "CreateOAuth2Token", [code.code, code.code_verifier, dpop_key_pem]);
        let body = json!({
            "clientId": code.client_id,
            "grantType": "authorization_code",
            "code": code.code.reveal(),
            "codeVerifier": code.code_verifier.reveal(),
            "redirectUri": code.redirect_uri,
        });
        self.block_on(self.create_login_token(&call, region, &body, dpop_key_pem))
    }

    /// Returns the URL under which the sign-in service of a region is found, without a slash at its end.
    pub fn signin_endpoint(&self, region: &str) -> String {
        endpoint(&self.options.client, region)
    }

    async fn create_login_token(&self, call: &Call, region: &str, body: &Value, key: &Secret) -> Result<LoginAnswer, AwsError> {
        let url = format!("{}/v1/token", self.signin_endpoint(region));
        let attempts = async {
            let mut attempt = 1;
            loop {
                let error = match self.attempt_login_token(call, &url, body, key).await {
                    Ok(answer) => return Ok(answer),
                    Err((error, MayRepeat::No)) => return Err(error),
                    Err((error, MayRepeat::Yes)) => error,
                };
                if attempt >= self.attempts() {
                    return Err(error);
                }
                tokio::time::sleep(Duration::from_millis(250 << attempt.min(5))).await;
                attempt += 1;
            }
        };
        tokio::time::timeout(self.limits.operation, attempts).await.unwrap_or_else(|_| Err(AwsError::timed_out(call)))
    }

    async fn attempt_login_token(
        &self,
        call: &Call,
        url: &str,
        body: &Value,
        key: &Secret,
    ) -> Result<LoginAnswer, (AwsError, MayRepeat)> {
        let invalid = |why: String| (AwsError::new(call, AwsErrorKind::Validation, why), MayRepeat::No);
        // A proof is good for one request.
        let proof = dpop::proof(key, url, clock::now()).map_err(|error| invalid(error.to_string()))?;
        let mut request = HttpRequest::new(SdkBody::from(body.to_string()));
        let is_request = request.set_method("POST").is_ok() && request.set_uri(url).is_ok();
        if !is_request {
            return Err(invalid(format!("`{url}` is not a URL")));
        }
        let headers = request.headers_mut();
        headers.insert("content-type", "application/json");
        headers.insert("accept", "application/json");
        headers.insert("user-agent", concat!("awsenv/", env!("CARGO_PKG_VERSION")));
        headers.insert("dpop", proof);
        let fetched = self.transport().fetch(call, self.limits.connect, self.limits.attempt, request).await;
        let answer = fetched.map_err(|failure| {
            let repeat = if failure.was_sent { MayRepeat::No } else { MayRepeat::Yes };
            (*failure.error, repeat)
        })?;
        let status = answer.response.status();
        if !status.is_success() {
            let repeat = if status.is_server_error() || status.as_u16() == 429 { MayRepeat::Yes } else { MayRepeat::No };
            return Err((refused(call, &answer), repeat));
        }
        understand(call, &answer.body).map_err(|error| (error, MayRepeat::No))
    }
}

/// As for the SDK's calls: a request whose answer was lost may have spent the refresh token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum MayRepeat {
    Yes,
    No,
}

fn refused(call: &Call, answer: &Answer) -> AwsError {
    let headers = answer.response.headers();
    // `AccessDeniedException:http://…` in old services.
    let code = headers.get("x-amzn-errortype").and_then(|code| code.split(':').next());
    let status = answer.response.status().as_u16();
    AwsError::of_refusal(call, &Refusal { status, headers, body: &answer.body, code, message: None })
}

fn understand(call: &Call, body: &[u8]) -> Result<LoginAnswer, AwsError> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| AwsError::unreadable(call, "it is not JSON"))?;
    let text = |value: &Value, field: &str| -> Result<String, AwsError> {
        let text = value.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(str::to_owned).ok_or_else(|| AwsError::missing(call, field))
    };
    let keys = answer.get("accessToken").ok_or_else(|| AwsError::missing(call, "accessToken"))?;
    let expires_in = answer.get("expiresIn").and_then(Value::as_i64).filter(|seconds| *seconds > 0);
    let expires_in = expires_in.ok_or_else(|| AwsError::missing(call, "expiresIn"))?;
    let credentials = temporary(
        &text(keys, "accessKeyId")?,
        &text(keys, "secretAccessKey")?,
        &text(keys, "sessionToken")?,
        Timestamp::from_epoch_seconds(clock::now()).plus(expires_in),
        None,
    );
    Ok(LoginAnswer {
        credentials,
        token_type: text(&answer, "tokenType").unwrap_or_else(|_| "aws_sigv4".to_owned()),
        refresh_token: Secret::new(text(&answer, "refreshToken")?),
        id_token: text(&answer, "idToken").ok().map(Secret::new),
    })
}

/// The endpoint rules of the service (2023-01-01).
fn endpoint(settings: &ClientSettings, region: &str) -> String {
    if let Some(endpoint) = settings.endpoint(Service::Signin) {
        return endpoint.trim_end_matches('/').to_owned();
    }
    let partition = partition_of(region);
    if settings.use_dualstack {
        match partition {
            "aws" | "aws-us-gov" => return format!("https://signin.{region}.api.aws"),
            "aws-cn" => return format!("https://signin.{region}.api.amazonwebservices.com.cn"),
            _ => {}
        }
    }
    if settings.use_fips {
        match (partition, region) {
            ("aws", _) => return format!("https://signin-fips.{region}.amazonaws.com"),
            ("aws-us-gov", "us-gov-west-1") => return "https://signin-fips.amazonaws-us-gov.com".to_owned(),
            ("aws-us-gov", _) => return format!("https://{region}.signin-fips.amazonaws-us-gov.com"),
            _ => {}
        }
    }
    let suffix = match partition {
        "aws-cn" => "amazonaws.cn",
        "aws-us-gov" => "amazonaws-us-gov.com",
        "aws-eusc" => "amazonaws-eusc.eu",
        "aws-iso" => "c2shome.ic.gov",
        "aws-iso-b" => "sc2shome.sgov.gov",
        "aws-iso-e" => "cloud.adc-e.uk",
        "aws-iso-f" => "csp.hci.ic.gov",
        _ => "aws.amazon.com",
    };
    format!("https://{region}.signin.{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_partition_has_its_host() {
        for (region, fips, dualstack, expected) in [
            ("eu-west-1", false, false, "https://eu-west-1.signin.aws.amazon.com"),
            ("cn-north-1", false, false, "https://cn-north-1.signin.amazonaws.cn"),
            ("us-gov-west-1", false, false, "https://us-gov-west-1.signin.amazonaws-us-gov.com"),
            ("eusc-de-east-1", false, false, "https://eusc-de-east-1.signin.amazonaws-eusc.eu"),
            ("us-iso-east-1", false, false, "https://us-iso-east-1.signin.c2shome.ic.gov"),
            ("us-isob-east-1", false, false, "https://us-isob-east-1.signin.sc2shome.sgov.gov"),
            ("us-east-1", true, false, "https://signin-fips.us-east-1.amazonaws.com"),
            ("us-gov-west-1", true, false, "https://signin-fips.amazonaws-us-gov.com"),
            ("us-gov-east-1", true, false, "https://us-gov-east-1.signin-fips.amazonaws-us-gov.com"),
            ("us-east-1", false, true, "https://signin.us-east-1.api.aws"),
            ("us-gov-west-1", false, true, "https://signin.us-gov-west-1.api.aws"),
            ("cn-north-1", false, true, "https://signin.cn-north-1.api.amazonwebservices.com.cn"),
        ] {
            let mut settings = ClientSettings::default();
            (settings.use_fips, settings.use_dualstack) = (fips, dualstack);
            assert_eq!(endpoint(&settings, region), expected);
        }
    }
}
