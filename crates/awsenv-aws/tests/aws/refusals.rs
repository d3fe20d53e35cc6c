//! What AWS says no to, and how that is told.

use awsenv_aws::{AssumeRoleInput, AwsError, AwsErrorKind};
use awsenv_resolve::{Credentials, Secret};
use fake_aws::{Effect, FakeAws, Rule};

use crate::support::{ANA_MFA, OPS, TOOLS, aws, aws_at, canned, check, keys, server};

fn tools() -> AssumeRoleInput<'static> {
    AssumeRoleInput { role_arn: TOOLS, role_session_name: "session", external_id: None, mfa: None, duration_seconds: None }
}

fn assume(server: &FakeAws, input: &AssumeRoleInput<'_>) -> Result<(), AwsError> {
    aws_at(&server.endpoint(), &[("AWS_MAX_ATTEMPTS", "1")]).assume_role(&keys(server, "ana"), input).map(|_| ())
}

fn status(code: &str, message: &str) -> Effect {
    Effect::Status { status: 403, code: code.into(), message: message.into() }
}

#[test]
fn every_refusal_of_sts_has_its_kind() {
    let server = server();
    let signature = "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:SECRET'";
    for (effect, kind, words) in [
        (Effect::Deny, AwsErrorKind::AccessDenied, "not authorized"),
        (Effect::Expire, AwsErrorKind::ExpiredCredentials, "expired"),
        (Effect::Throttle, AwsErrorKind::Throttled, "Rate exceeded"),
        (Effect::ServerError, AwsErrorKind::Service, "unknown error"),
        (Effect::Unavailable, AwsErrorKind::Service, "Service Unavailable"),
        (status("InvalidClientTokenId", "The security token is invalid"), AwsErrorKind::InvalidCredentials, "invalid"),
        (status("SignatureDoesNotMatch", signature), AwsErrorKind::InvalidCredentials, "does not match"),
        (status("SignatureDoesNotMatch", "Signature expired: 1 is now earlier than 2"), AwsErrorKind::ClockSkew, "expired"),
        (status("ValidationError", "DurationSeconds exceeds the MaxSessionDuration"), AwsErrorKind::Validation, "exceeds"),
        (status("NewCode", "New message"), AwsErrorKind::Other, "New message"),
        (Effect::CloseConnection, AwsErrorKind::Network, "closed the connection"),
        (Effect::Truncate, AwsErrorKind::Network, "closed the connection"),
        (Effect::Malformed, AwsErrorKind::BadAnswer, "cannot be understood"),
    ] {
        server.clear_script();
        server.script(Rule::new("AssumeRole", effect.clone()));
        let error = check(assume(&server, &tools()), kind, words);
        assert_eq!(error.operation, "AssumeRole");
        assert_eq!(error.endpoint.as_deref(), Some(server.endpoint().as_str()), "{error:?}");
        assert!(!error.message.contains("SECRET") && !error.message.contains('\n'), "{error:?}");
        assert_eq!(error.code.is_some(), error.request_id.is_some(), "{error:?}");
    }
}

#[test]
fn wrong_and_used_mfa_codes_are_told_apart_from_other_refusals() {
    let server = server();
    let code = Secret::new(server.mfa_code(ANA_MFA).expect("a device"));
    fn with(code: &Secret) -> AssumeRoleInput<'_> {
        AssumeRoleInput { role_arn: OPS, mfa: Some((ANA_MFA, code)), ..tools() }
    }
    assume(&server, &with(&code)).expect("a right code");
    for wrong in [code, Secret::new("000000"), Secret::new("12"), Secret::new("abcdef")] {
        let error = check(assume(&server, &with(&wrong)), AwsErrorKind::MfaRejected, "");
        assert!(!error.message.contains(wrong.reveal()) || wrong.reveal().len() < 4, "{error:?}");
    }
    check(assume(&server, &AssumeRoleInput { role_arn: OPS, ..tools() }), AwsErrorKind::AccessDenied, "not authorized");
    let long = AssumeRoleInput { duration_seconds: Some(43_200), ..tools() };
    check(assume(&server, &long), AwsErrorKind::Validation, "DurationSeconds");
    let absurd = AssumeRoleInput { duration_seconds: Some(i64::MAX), ..tools() };
    check(assume(&server, &absurd), AwsErrorKind::Validation, "");
}

#[test]
fn keys_that_are_wrong_or_have_ended() {
    let server = server();
    let aws = aws(&server);
    let good = keys(&server, "dev");
    let unknown = Credentials { access_key_id: "AKIAUNKNOWN".into(), ..good.clone() };
    check(aws.get_caller_identity(&unknown), AwsErrorKind::InvalidCredentials, "");
    let wrong = Credentials { secret_access_key: Secret::new("wrong-secret-key"), ..good.clone() };
    check(aws.get_caller_identity(&wrong), AwsErrorKind::InvalidCredentials, "signature");
    let role = aws.assume_role(&good, &tools()).expect("trusted").credentials;
    server.expire_credentials();
    check(aws.get_caller_identity(&role), AwsErrorKind::ExpiredCredentials, "expired");
}

#[test]
fn a_clock_that_is_hours_off_is_corrected_or_named() {
    let server = server();
    server.advance_clock(2 * 3_600);
    // The SDK corrects it from the first answer's date, and asks again.
    aws(&server).get_caller_identity(&keys(&server, "dev")).expect("at the second attempt");
    assert_eq!(server.count("GetCallerIdentity"), 2);
    let once = aws_at(&server.endpoint(), &[("AWS_MAX_ATTEMPTS", "1")]);
    let error = check(once.get_caller_identity(&keys(&server, "dev")), AwsErrorKind::ClockSkew, "clock is");
    assert!(error.message.contains("hours behind AWS's") || error.message.contains("minutes behind AWS's"), "{error:?}");
}

#[test]
fn the_portal_and_oidc() {
    let server = server();
    let aws = aws(&server);
    let role = |token: &str, role: &str| aws.get_role_credentials("eu-west-1", &Secret::new(token), "222222222222", role);
    check(role("no-such-token", "ReadOnly"), AwsErrorKind::SignInExpired, "Session token not found or invalid");
    check(role("token-demo", "Administrator"), AwsErrorKind::AccessDenied, "No access");
    server.script(Rule::new("GetRoleCredentials", Effect::Malformed));
    check(role("token-demo", "ReadOnly"), AwsErrorKind::BadAnswer, "cannot be understood");

    let refresh = |token: &str| {
        aws.refresh_sso_token("eu-west-1", "client-id-demo", &Secret::new("client-secret-demo"), &Secret::new(token))
    };
    let error = check(refresh("spent-or-unknown"), AwsErrorKind::SignInExpired, "");
    assert_eq!(error.code.as_deref(), Some("InvalidGrantException"));
    server.script(Rule::new("CreateToken", Effect::Expire));
    let error = check(refresh("refresh-token-demo"), AwsErrorKind::SignInExpired, "Token is expired");
    assert_eq!(error.operation, "CreateToken");
}

#[test]
fn a_web_identity_token_that_is_not_good() {
    let server = server();
    let role = "arn:aws:iam::111111111111:role/ci";
    let error = aws(&server).assume_role_with_web_identity(role, &Secret::new("forged-token"), "session").expect_err("forged");
    assert!(matches!(error.kind, AwsErrorKind::InvalidCredentials | AwsErrorKind::AccessDenied), "{error:?}");
    assert!(!error.to_string().contains("forged-token"), "{error}");
}

#[test]
fn something_that_is_not_aws_answers() {
    let html = b"HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    let (url, _requests) = canned(html.as_slice());
    let error = aws_at(&url, &[]).get_caller_identity(&keys(&server(), "dev"));
    check(error, AwsErrorKind::BadAnswer, "HTTP status 403 from http://127.0.0.1");
    let (url, _requests) = canned("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    check(aws_at(&url, &[]).get_caller_identity(&keys(&server(), "dev")), AwsErrorKind::BadAnswer, "cannot be understood");
    let (url, _requests) = canned("SSH-2.0-OpenSSH_9.9\r\n");
    let error = aws_at(&url, &[("AWS_MAX_ATTEMPTS", "1")]).get_caller_identity(&keys(&server(), "dev"));
    check(error, AwsErrorKind::Network, "http://127.0.0.1");
}
