//! How each service says no.

use crate::encoding::escape;
use crate::http::HttpResponse;
use crate::request::Service;
use crate::script::Effect;
use serde_json::json;

/// An error of a service, before it is put into the service's form.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
}

impl Failure {
    /// Makes an error.
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into() }
    }

    /// Returns the error that an effect means for this service and action; `None` for effects that are no errors, and where
    /// the handler itself knows what the effect means.
    pub(crate) fn of_effect(effect: &Effect, service: Service, action: &str) -> Option<Self> {
        use Service::{Container, Federation, Iam, Imds, Oidc, Other, Signin, Sso, Sts};
        let failure = match (effect, service) {
            (Effect::Status { status, code, message }, _) => Self::new(*status, code, message),
            (Effect::Throttle, Sts | Iam) => Self::new(400, "Throttling", "Rate exceeded"),
            (Effect::Throttle, Signin) => Self::new(429, "TooManyRequestsError", "Rate exceeded"),
            (Effect::Throttle, Sso | Oidc | Imds | Container | Federation | Other) => {
                Self::new(429, "TooManyRequestsException", "HTTP 429 Unknown Code")
            }
            (Effect::ServerError, Sts | Iam) => Self::new(
                500,
                "InternalFailure",
                "The request processing has failed because of an unknown error, exception or failure.",
            ),
            (Effect::ServerError, _) => Self::new(500, "InternalServerException", "Internal server error"),
            (Effect::Unavailable, _) => Self::new(503, "ServiceUnavailable", "Service Unavailable"),
            // In the browser these lead back to the client; the handler does it.
            (Effect::Deny | Effect::WrongState, Oidc | Signin) if matches!(action, "Authorize" | "VerifyDevice") => return None,
            (Effect::Deny, Sts | Iam) => {
                Self::new(403, "AccessDenied", format!("User is not authorized to perform: {}:{action}", service.name()))
            }
            (Effect::Deny, Sso) => Self::new(403, "ForbiddenException", "No access"),
            (Effect::Deny, Signin) => {
                Self::new(400, "INSUFFICIENT_PERMISSIONS", "Not authorized to perform: signin:CreateOAuth2Token")
            }
            (Effect::Deny, Oidc) => Self::new(400, "AccessDeniedException", "Access denied"),
            (Effect::Deny, Imds | Container | Federation | Other) => Self::new(403, "AccessDenied", "Access denied"),
            (Effect::Expire, Sts | Iam) => {
                Self::new(403, "ExpiredToken", "The security token included in the request is expired")
            }
            (Effect::Expire, Sso) => Self::new(401, "UnauthorizedException", "Session token not found or invalid"),
            (Effect::Expire, Oidc) => Self::new(400, "ExpiredTokenException", "Token is expired"),
            (Effect::Expire, Signin) => Self::new(400, "TOKEN_EXPIRED", "The refresh token is expired"),
            (Effect::Expire, Federation | Other) => Self::new(400, "InvalidCredentials", "Token Expired"),
            (Effect::Expire, Imds | Container)
            | (
                Effect::WrongState
                | Effect::Delay(_)
                | Effect::CloseConnection
                | Effect::LoseAnswer
                | Effect::Hang
                | Effect::Lifetime(_)
                | Effect::Malformed
                | Effect::Truncate,
                _,
            ) => return None,
        };
        Some(failure)
    }

    /// Puts the error into the service's form.
    pub(crate) fn render(&self, service: Service, request_id: &str) -> HttpResponse {
        let Self { status, code, message } = self;
        let response = match service {
            Service::Sts | Service::Iam => return self.query_error(service, request_id),
            Service::Sso => {
                let body = json!({ "message": message, "__type": format!("com.amazonaws.switchboard.portal#{code}") });
                HttpResponse::json(*status, &body).with_header("x-amzn-ErrorType", code)
            }
            Service::Oidc => {
                let body = json!({ "error": oauth_error(code), "error_description": message });
                HttpResponse::json(*status, &body).with_header("x-amzn-ErrorType", code)
            }
            Service::Signin => {
                let (kind, error) = signin_error(code);
                HttpResponse::json(*status, &json!({ "error": error, "message": message })).with_header("x-amzn-ErrorType", kind)
            }
            Service::Container => HttpResponse::json(*status, &json!({ "code": code, "message": message })),
            Service::Imds => HttpResponse::html(*status, &escape(&format!("{status} - {code}")), &escape(message)),
            Service::Federation => HttpResponse::html(*status, &escape(code), &escape(message)),
            Service::Other => {
                HttpResponse::json(*status, &json!({ "__type": code, "message": message })).with_header("x-amzn-ErrorType", code)
            }
        };
        response.with_header("x-amzn-RequestId", request_id)
    }

    fn query_error(&self, service: Service, request_id: &str) -> HttpResponse {
        let kind = if self.status < 500 { "Sender" } else { "Receiver" };
        let namespace = service.xml_namespace();
        let (code, message) = (escape(&self.code), escape(&self.message));
        let body = format!(
            "<ErrorResponse xmlns=\"{namespace}\">\n  <Error>\n    <Type>{kind}</Type>\n    <Code>{code}</Code>\n    <Message>{message}</Message>\n  </Error>\n  <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n"
        );
        HttpResponse::new(self.status, "text/xml", body).with_header("x-amzn-RequestId", request_id)
    }
}

/// `InvalidGrantException` → `invalid_grant`: OAuth's word for AWS's exception.
fn oauth_error(code: &str) -> String {
    if code == "InternalServerException" {
        return "server_error".to_owned();
    }
    let bare = code.strip_suffix("Exception").unwrap_or(code);
    let mut out = String::new();
    for character in bare.chars() {
        if character.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(character.to_ascii_lowercase());
    }
    out
}

/// The exception that carries each of the sign-in service's own words.
fn signin_error(code: &str) -> (&str, &str) {
    match code {
        "TOKEN_EXPIRED" | "AUTHCODE_EXPIRED" | "USER_CREDENTIALS_CHANGED" | "INSUFFICIENT_PERMISSIONS" => {
            ("AccessDeniedException", code)
        }
        "INVALID_REQUEST" => ("ValidationException", code),
        "TooManyRequestsError" => (code, "INVALID_REQUEST"),
        other => (other, "SERVER_ERROR"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oauth_words() {
        for (code, word) in [
            ("InvalidGrantException", "invalid_grant"),
            ("AuthorizationPendingException", "authorization_pending"),
            ("SlowDownException", "slow_down"),
            ("InternalServerException", "server_error"),
        ] {
            assert_eq!(oauth_error(code), word);
        }
    }

    #[test]
    fn the_same_effect_in_each_service_s_form() {
        let body = |effect: &Effect, service, action| {
            let response = Failure::of_effect(effect, service, action).expect("an error").render(service, "id");
            (response.status, String::from_utf8(response.body).expect("UTF-8"))
        };
        let (status, text) = body(&Effect::Throttle, Service::Sts, "AssumeRole");
        assert!(status == 400 && text.contains("<Code>Throttling</Code>") && text.contains("<Type>Sender</Type>"), "{text}");
        assert_eq!(
            body(&Effect::Expire, Service::Signin, "CreateOAuth2Token").1,
            r#"{"error":"TOKEN_EXPIRED","message":"The refresh token is expired"}"#
        );
        assert_eq!(
            body(&Effect::Deny, Service::Oidc, "CreateToken"),
            (400, r#"{"error":"access_denied","error_description":"Access denied"}"#.to_owned())
        );
        assert_eq!(Failure::of_effect(&Effect::Deny, Service::Oidc, "Authorize"), None);
        assert_eq!(Failure::of_effect(&Effect::Expire, Service::Imds, "GetRole"), None);
    }
}
