//! What AWS's error codes mean for the person who waits.

use crate::AwsErrorKind;
use crate::call::Asked;

/// Reads an error answer: the code decides, where it says too little the message, where there is no code the status.
pub(crate) fn kind_of(asked: Asked, status: u16, code: Option<&str>, message: &str) -> AwsErrorKind {
    let Some(code) = code else { return kind_of_status(status) };
    let signing_in = matches!(asked, Asked::Portal | Asked::Oidc | Asked::Signin);
    match code {
        "AccessDenied"
        | "AccessDeniedException"
        | "ForbiddenException"
        | "UnauthorizedOperation"
        | "NotAuthorized"
        | "IDPRejectedClaim"
        | "RegionDisabledException"
        | "INSUFFICIENT_PERMISSIONS"
        | "access_denied"
        | "AssumeRoleUnauthorizedAccess" => {
            // STS has no code of its own for it: "MultiFactorAuthentication failed with invalid MFA one time pass code".
            if message.contains("MultiFactorAuthentication failed") {
                AwsErrorKind::MfaRejected
            } else {
                AwsErrorKind::AccessDenied
            }
        }
        "TOKEN_EXPIRED" | "AUTHCODE_EXPIRED" | "USER_CREDENTIALS_CHANGED" => AwsErrorKind::SignInExpired,
        "UnauthorizedException"
        | "InvalidGrantException"
        | "ExpiredTokenException"
        | "InvalidClientException"
        | "UnauthorizedClientException"
        | "invalid_grant"
        | "expired_token"
        | "invalid_client"
        | "unauthorized_client"
            if signing_in =>
        {
            AwsErrorKind::SignInExpired
        }
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => AwsErrorKind::ExpiredCredentials,
        "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture" => AwsErrorKind::ClockSkew,
        "SignatureDoesNotMatch" | "InvalidSignatureException" | "AuthFailure" if is_about_time(message) => {
            AwsErrorKind::ClockSkew
        }
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "InvalidSignatureException"
        | "InvalidAccessKeyId"
        | "AuthFailure"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "InvalidIdentityToken"
        | "InvalidIdentityTokenException" => AwsErrorKind::InvalidCredentials,
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "TooManyRequestsError"
        | "RequestLimitExceeded"
        | "BandwidthLimitExceeded"
        | "LimitExceededException"
        | "PriorRequestNotComplete"
        | "SlowDown"
        | "SlowDownException"
        | "slow_down" => AwsErrorKind::Throttled,
        // A code of the wrong length or with letters never reaches the device.
        "ValidationError" | "ValidationException" if message.contains("tokenCode") => AwsErrorKind::MfaRejected,
        "ValidationError"
        | "ValidationException"
        | "InvalidParameterValue"
        | "InvalidParameterCombination"
        | "MissingParameter"
        | "InvalidRequestException"
        | "InvalidRequestRegionException"
        | "InvalidScopeException"
        | "InvalidRedirectUriException"
        | "MalformedPolicyDocument"
        | "PackedPolicyTooLarge"
        | "INVALID_REQUEST"
        | "invalid_request" => AwsErrorKind::Validation,
        "InternalFailure"
        | "InternalError"
        | "InternalServerException"
        | "InternalServerError"
        | "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "IDPCommunicationError"
        | "server_error" => AwsErrorKind::Service,
        _ if status == 429 || status >= 500 => kind_of_status(status),
        _ => AwsErrorKind::Other,
    }
}

fn kind_of_status(status: u16) -> AwsErrorKind {
    match status {
        // A proxy that wants a password.
        407 => AwsErrorKind::Network,
        408 => AwsErrorKind::Timeout,
        429 => AwsErrorKind::Throttled,
        500.. => AwsErrorKind::Service,
        _ => AwsErrorKind::BadAnswer,
    }
}

/// "Signature expired: 20261122T051500Z is now earlier than …", "Signature not yet current: …".
fn is_about_time(message: &str) -> bool {
    message.contains("Signature expired") || message.contains("Signature not yet current")
}

/// Returns whether a code complains about a signature, which a wrong clock can be the cause of.
pub(crate) fn is_signature_problem(code: &str) -> bool {
    matches!(code, "SignatureDoesNotMatch" | "InvalidSignatureException" | "AuthFailure" | "INVALID_REQUEST")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_kind() {
        use Asked::*;
        use AwsErrorKind::*;
        for (asked, status, code, message, expected) in [
            (Sts, 403, "AccessDenied", "User: … is not authorized to perform: sts:AssumeRole", AccessDenied),
            (Sts, 403, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ", MfaRejected),
            (Sts, 403, "AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code.", MfaRejected),
            (Sts, 400, "ValidationError", "Value '12' at 'tokenCode' failed to satisfy constraint", MfaRejected),
            (Sts, 400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration", Validation),
            (Sts, 403, "ExpiredToken", "The security token included in the request is expired", ExpiredCredentials),
            (Sts, 400, "ExpiredTokenException", "Token expired: current date/time …", ExpiredCredentials),
            (Sts, 403, "InvalidClientTokenId", "The security token included in the request is invalid", InvalidCredentials),
            (Sts, 403, "UnrecognizedClientException", "", InvalidCredentials),
            (Sts, 403, "SignatureDoesNotMatch", "The request signature we calculated does not match", InvalidCredentials),
            (Sts, 403, "SignatureDoesNotMatch", "Signature expired: 2026 is now earlier than 2027", ClockSkew),
            (Sts, 403, "SignatureDoesNotMatch", "Signature not yet current: 2027 is still later than 2026", ClockSkew),
            (Sts, 400, "IncompleteSignature", "", InvalidCredentials),
            (Sts, 403, "RequestTimeTooSkewed", "", ClockSkew),
            (Sts, 400, "RequestExpired", "Request has expired.", ClockSkew),
            (Sts, 400, "InvalidIdentityToken", "No OpenIDConnect provider found", InvalidCredentials),
            (Sts, 403, "IDPRejectedClaim", "", AccessDenied),
            (Sts, 400, "IDPCommunicationError", "", Service),
            (Sts, 403, "RegionDisabledException", "STS is not activated in this region", AccessDenied),
            (Sts, 400, "Throttling", "Rate exceeded", Throttled),
            (Sts, 400, "ThrottlingException", "", Throttled),
            (Sts, 503, "ServiceUnavailable", "", Service),
            (Sts, 500, "InternalFailure", "", Service),
            (Sts, 502, "SomethingNew", "", Service),
            (Sts, 400, "SomethingNew", "", Other),
            (Portal, 401, "UnauthorizedException", "Session token not found or invalid", SignInExpired),
            (Portal, 403, "ForbiddenException", "No access", AccessDenied),
            (Portal, 404, "ResourceNotFoundException", "", Other),
            (Portal, 429, "TooManyRequestsException", "HTTP 429 Unknown Code", Throttled),
            (Oidc, 400, "InvalidGrantException", "", SignInExpired),
            (Oidc, 400, "ExpiredTokenException", "", SignInExpired),
            (Oidc, 401, "InvalidClientException", "", SignInExpired),
            (Oidc, 400, "AccessDeniedException", "", AccessDenied),
            (Oidc, 400, "SlowDownException", "", Throttled),
            (Oidc, 400, "InvalidRequestException", "", Validation),
            (Signin, 400, "TOKEN_EXPIRED", "", SignInExpired),
            (Signin, 400, "USER_CREDENTIALS_CHANGED", "", SignInExpired),
            (Signin, 400, "AUTHCODE_EXPIRED", "", SignInExpired),
            (Signin, 400, "INSUFFICIENT_PERMISSIONS", "", AccessDenied),
            (Signin, 429, "TooManyRequestsError", "", Throttled),
            (Signin, 400, "INVALID_REQUEST", "", Validation),
            (Signin, 500, "InternalServerException", "", Service),
        ] {
            assert_eq!(kind_of(asked, status, Some(code), message), expected, "{asked:?} {status} {code} {message}");
        }
        for (status, expected) in
            [(400, BadAnswer), (403, BadAnswer), (407, Network), (408, Timeout), (429, Throttled), (500, Service), (503, Service)]
        {
            assert_eq!(kind_of(Sts, status, None, ""), expected, "{status}");
        }
    }
}
