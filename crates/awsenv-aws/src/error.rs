//! What a failed call says.

use std::error::Error;
use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::call::Call;
use crate::{cause, classify, clock};

/// A call that failed. No field ever holds a secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AwsError {
    /// What it means.
    pub kind: AwsErrorKind,
    /// AWS's name of the operation: `AssumeRole`.
    pub operation: &'static str,
    /// AWS's error code, when AWS answered with one.
    pub code: Option<String>,
    /// AWS's own words, or ours when there was no answer.
    pub message: String,
    /// The id under which AWS's support finds the request.
    pub request_id: Option<String>,
    /// `https://host`: who was asked, when a request was sent.
    pub endpoint: Option<String>,
}

/// What a failure means for the person who waits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AwsErrorKind {
    /// AWS knows who asks, and says no.
    AccessDenied,
    /// The MFA code was wrong, used before, or missing; another one may do.
    MfaRejected,
    /// The credentials that signed have ended.
    ExpiredCredentials,
    /// AWS does not know the keys, or the secret does not belong to them.
    InvalidCredentials,
    /// The Identity Center token or the `aws login` session is no longer good: a person must sign in.
    SignInExpired,
    /// What was asked for cannot be, e.g. a duration above the role's maximum; see also [`AwsError::is_local`].
    Validation,
    /// Too many requests, even after retries.
    Throttled,
    /// This machine's clock is too far off for signatures.
    ClockSkew,
    /// No name, no route, no connection, no TLS.
    Network,
    /// No answer in time.
    Timeout,
    /// AWS failed (5xx).
    Service,
    /// There is no container or instance metadata here.
    NoMetadata,
    /// An answer that is not one.
    BadAnswer,
    /// Any other error code.
    Other,
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{}: {code}: {}", self.operation, self.message),
            None => write!(f, "{}: {}", self.operation, self.message),
        }
    }
}

impl Error for AwsError {}

/// An error answer, before it is understood.
pub(crate) struct Refusal<'a> {
    pub(crate) status: u16,
    pub(crate) headers: &'a Headers,
    pub(crate) body: &'a [u8],
    pub(crate) code: Option<&'a str>,
    pub(crate) message: Option<&'a str>,
}

impl AwsError {
    /// Returns whether no request was made because of a setting that cannot be: it is not AWS that refuses, and what has to
    /// be changed is a file or a variable here (a proxy, a CA bundle, FIPS with an endpoint of one's own, a container's
    /// token).
    pub fn is_local(&self) -> bool {
        self.kind == AwsErrorKind::Validation && self.endpoint.is_none()
    }

    /// Makes an error of our own words.
    pub(crate) fn new(call: &Call, kind: AwsErrorKind, message: impl AsRef<str>) -> Self {
        let endpoint = call.route().map(|route| route.endpoint);
        let message = call.masked(message.as_ref());
        Self { kind, operation: call.operation, code: None, message, request_id: None, endpoint }
    }

    pub(crate) fn timed_out(call: &Call) -> Self {
        let place = cause::place(call.route().as_ref());
        Self::new(call, AwsErrorKind::Timeout, format!("{place} did not answer in time"))
    }

    pub(crate) fn of_connector(call: &Call, error: &ConnectorError) -> Self {
        // No request was made: a proxy or CA bundle that cannot be used (our own words), or the SDK's endpoint rules say
        // no, e.g. to FIPS together with an endpoint of one's own.
        if error.is_user() || call.route().is_none() {
            return Self { endpoint: None, ..Self::new(call, AwsErrorKind::Validation, innermost(error)) };
        }
        let (kind, message) = cause::explain(error, call.route().as_ref());
        Self::new(call, if error.is_timeout() { AwsErrorKind::Timeout } else { kind }, message)
    }

    /// An answer that ended early, or that is no AWS answer.
    pub(crate) fn of_broken_answer(call: &Call, error: &(dyn Error + 'static)) -> Self {
        let (kind, message) = cause::explain(error, call.route().as_ref());
        if message.contains("closed the connection") || kind == AwsErrorKind::Timeout {
            return Self::new(call, kind, message);
        }
        Self::unreadable(call, &innermost(error))
    }

    pub(crate) fn unreadable(call: &Call, why: &str) -> Self {
        let place = cause::place(call.route().as_ref());
        Self::new(call, AwsErrorKind::BadAnswer, format!("the answer of {place} cannot be understood: {why}"))
    }

    pub(crate) fn missing(call: &Call, field: &str) -> Self {
        Self::unreadable(call, &format!("there is no `{field}` in it"))
    }

    /// Understands what the SDK came back with.
    pub(crate) fn of_sdk<E>(call: &Call, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match error {
            SdkError::TimeoutError(_) => Self::timed_out(call),
            SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
                Some(error) => Self::of_connector(call, error),
                None => Self::new(call, AwsErrorKind::Network, innermost(error)),
            },
            SdkError::ResponseError(_) => Self::of_broken_answer(call, error),
            SdkError::ServiceError(context) => {
                let (response, metadata) = (context.raw(), context.err().meta());
                let status = response.status().as_u16();
                if response.status().is_success() {
                    return Self::of_broken_answer(call, context.err());
                }
                let body = response.body().bytes().unwrap_or_default();
                let (code, message) = (metadata.code(), metadata.message());
                Self::of_refusal(call, &Refusal { status, headers: response.headers(), body, code, message })
            }
            // No request was made.
            _ => Self { endpoint: None, ..Self::new(call, AwsErrorKind::Validation, innermost(error)) },
        }
    }

    /// Understands an error answer.
    pub(crate) fn of_refusal(call: &Call, refusal: &Refusal<'_>) -> Self {
        let Refusal { status, headers, body, .. } = *refusal;
        let json: Option<serde_json::Value> = serde_json::from_slice(body).ok();
        let member = |names: &[&str]| names.iter().find_map(|name| json.as_ref()?.get(name)?.as_str());
        // The sign-in service's exceptions say little; its own word for the reason is in `error`.
        let own_word = member(&["error"]).filter(|word| word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'));
        let own_word = own_word.filter(|_| status != 429);
        let code = own_word.or(refusal.code).or_else(|| member(&["code", "Code", "error"]));
        let message = refusal.message.filter(|message| !message.is_empty());
        let message = message.or_else(|| member(&["message", "Message", "error_description"]));
        let mut kind = classify::kind_of(call.asked, status, code, message.unwrap_or_default());
        let mut text = match message {
            Some(message) => first_line(message),
            None if status == 407 => format!("{} wants a user name and a password", cause::place(call.route().as_ref())),
            None if code.is_some() => format!("HTTP status {status}"),
            None => format!("HTTP status {status} from {}", cause::place(call.route().as_ref())),
        };
        let ahead = headers.get("date").and_then(|date| clock::seconds_ahead(date, clock::now()));
        if let Some(ahead) = ahead.filter(|ahead| ahead.abs() > clock::TOLERATED_SECONDS) {
            if code.is_some_and(classify::is_signature_problem) {
                kind = AwsErrorKind::ClockSkew;
            }
            let concerns_time = matches!(kind, AwsErrorKind::ClockSkew | AwsErrorKind::ExpiredCredentials);
            if let Some(phrase) = clock::phrase(ahead).filter(|_| concerns_time) {
                text = format!("{} ({phrase})", text.trim_end_matches(['.', ' ']));
            }
        }
        let request_id = ["x-amzn-requestid", "x-amz-request-id"].iter().find_map(|name| headers.get(name));
        Self {
            code: code.map(|code| call.masked(code)),
            request_id: request_id.map(str::to_owned),
            ..Self::new(call, kind, text)
        }
    }
}

/// The last of an error's causes.
fn innermost(error: &(dyn Error + 'static)) -> String {
    cause::chain(error).last().map_or_else(String::new, ToString::to_string)
}

/// What follows the first line of a `SignatureDoesNotMatch` is the canonical request, session token and all.
fn first_line(message: &str) -> String {
    const LONGEST: usize = 1_000;
    message.trim().lines().next().unwrap_or_default().chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use awsenv_resolve::Secret;

    use super::*;
    use crate::call::Asked;

    fn refused(headers: &[(&'static str, &'static str)], body: &str, code: Option<&str>, message: Option<&str>) -> AwsError {
        let mut all = Headers::new();
        for (name, value) in headers {
            all.insert(*name, *value);
        }
        let call = Call::new(Asked::Signin, "CreateOAuth2Token", [&Secret::new("s3cr3t")]);
        AwsError::of_refusal(&call, &Refusal { status: 400, headers: &all, body: body.as_bytes(), code, message })
    }

    #[test]
    fn the_body_speaks_where_the_code_does_not() {
        let error = refused(
            &[("x-amzn-requestid", "id-1")],
            r#"{"error":"TOKEN_EXPIRED","message":"too old"}"#,
            Some("AccessDeniedException"),
            None,
        );
        assert_eq!((error.kind, error.code.as_deref()), (AwsErrorKind::SignInExpired, Some("TOKEN_EXPIRED")));
        assert_eq!((error.message.as_str(), error.request_id.as_deref()), ("too old", Some("id-1")));
        let error = refused(&[], r#"{"error":"invalid_grant","error_description":"spent"}"#, Some("InvalidGrantException"), None);
        assert_eq!((error.code.as_deref(), error.message.as_str()), (Some("InvalidGrantException"), "spent"));
        let error = refused(&[], "<html>", None, None);
        assert_eq!((error.kind, error.message.as_str()), (AwsErrorKind::BadAnswer, "HTTP status 400 from AWS"));
    }

    #[test]
    fn a_clock_that_is_off_is_named() {
        let old = [("date", "Thu, 01 Jan 1970 00:00:00 GMT")];
        let error = refused(&old, "", Some("SignatureDoesNotMatch"), Some("The request signature does not match."));
        assert_eq!(error.kind, AwsErrorKind::ClockSkew);
        assert!(error.message.starts_with("The request signature does not match (this machine's clock is "), "{}", error.message);
        let error = refused(&old, "", Some("InvalidClientTokenId"), Some("unknown."));
        assert_eq!((error.kind, error.message.as_str()), (AwsErrorKind::InvalidCredentials, "unknown."));
    }

    #[test]
    fn nothing_secret_is_quoted() {
        let message = "The signature s3cr3t does not match.\n\nThe Canonical String should have been\nx-amz-security-token:token";
        let error = refused(&[], "", Some("SignatureDoesNotMatch"), Some(message));
        assert_eq!(error.message, "The signature **** does not match.");
    }
}
