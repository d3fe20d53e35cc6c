//! Each call's success.

use awsenv_aws::AssumeRoleInput;
use awsenv_resolve::Secret;

use crate::support::{ANA_MFA, DEV, OPS, TOOLS, aws, keys, server, traced};

#[test]
fn get_caller_identity() {
    let server = server();
    let identity = aws(&server).get_caller_identity(&keys(&server, "dev")).expect("good keys");
    assert_eq!((identity.account_id.as_str(), identity.arn.as_str()), ("111111111111", DEV));
    assert!(identity.user_id.starts_with("AIDA"), "{}", identity.user_id);
    let request = &server.requests()[0];
    assert_eq!(request.caller.as_deref(), Some(DEV));
    assert!(request.header("user-agent").is_some_and(|agent| agent.contains("app/awsenv")), "{request:?}");
    assert!(request.header("authorization").is_some_and(|value| value.contains("/eu-west-1/sts/aws4_request")));
    let line = traced().pop().expect("one line for one request");
    assert!(line.starts_with(&format!("GetCallerIdentity: POST {}/: 200 (", server.endpoint())), "{line}");
}

#[test]
fn assume_role_with_everything_and_from_there_another() {
    let server = server();
    let aws = aws(&server);
    let code = Secret::new(server.mfa_code(ANA_MFA).expect("a device"));
    let input = AssumeRoleInput {
        role_arn: OPS,
        role_session_name: "ana@work",
        external_id: Some("x-1"),
        mfa: Some((ANA_MFA, &code)),
        duration_seconds: Some(7_200),
    };
    let role = aws.assume_role(&keys(&server, "ana"), &input).expect("a right code");
    assert_eq!(role.arn, "arn:aws:sts::222222222222:assumed-role/ops/ana@work");
    assert!(role.assumed_role_id.ends_with(":ana@work"), "{}", role.assumed_role_id);
    assert_eq!(role.credentials.account_id.as_deref(), Some("222222222222"));
    let left = role.credentials.expiration.expect("an end").epoch_seconds() - server.now();
    assert!((7_190..=7_200).contains(&left), "{left}");
    let asked = &server.requests()[0];
    for (name, value) in
        [("ExternalId", "x-1"), ("SerialNumber", ANA_MFA), ("TokenCode", code.reveal()), ("DurationSeconds", "7200")]
    {
        assert_eq!(asked.param(name), Some(value));
    }
    let identity = aws.get_caller_identity(&role.credentials).expect("the role's keys");
    assert_eq!(identity.arn, role.arn);

    let input =
        AssumeRoleInput { role_arn: TOOLS, role_session_name: "session", external_id: None, mfa: None, duration_seconds: None };
    let tools = aws.assume_role(&keys(&server, "dev"), &input).expect("trusted");
    let deploy = AssumeRoleInput { role_arn: "arn:aws:iam::333333333333:role/deploy", ..input };
    let deploy = aws.assume_role(&tools.credentials, &deploy).expect("a chain");
    assert_eq!(deploy.arn, "arn:aws:sts::333333333333:assumed-role/deploy/session");
    assert_eq!(server.violations(), [""; 0]);
}

#[test]
fn assume_role_with_web_identity_is_not_signed() {
    let server = server();
    let token = Secret::new("demo-web-identity-token");
    let role = aws(&server).assume_role_with_web_identity("arn:aws:iam::111111111111:role/ci", &token, "build");
    assert_eq!(role.expect("a good token").arn, "arn:aws:sts::111111111111:assumed-role/ci/build");
    assert_eq!(server.requests()[0].header("authorization"), None);
}

#[test]
fn get_session_token() {
    let server = server();
    let code = Secret::new(server.mfa_code(ANA_MFA).expect("a device"));
    let (aws, ana) = (aws(&server), keys(&server, "ana"));
    let session = aws.get_session_token(&ana, ANA_MFA, &code, 3_600).expect("a right code");
    let left = session.expiration.expect("an end").epoch_seconds() - server.now();
    assert!((3_590..=3_600).contains(&left), "{left}");
    let input =
        AssumeRoleInput { role_arn: OPS, role_session_name: "session", external_id: None, mfa: None, duration_seconds: None };
    assert!(aws.assume_role(&session, &input).is_ok(), "the session has MFA in it");
}

#[test]
fn get_role_credentials() {
    let server = server();
    let aws = aws(&server);
    let token = Secret::new("token-demo");
    let credentials = aws.get_role_credentials("eu-west-1", &token, "222222222222", "ReadOnly").expect("assigned");
    assert_eq!(credentials.account_id.as_deref(), Some("222222222222"));
    let left = credentials.expiration.expect("an end").epoch_seconds() - server.now();
    assert!((3_590..=3_600).contains(&left), "seconds, not milliseconds: {left}");
    let identity = aws.get_caller_identity(&credentials).expect("good keys");
    assert!(identity.arn.contains("AWSReservedSSO_ReadOnly"), "{}", identity.arn);
    aws.logout("eu-west-1", &token).expect("signed in");
    assert!(aws.get_role_credentials("eu-west-1", &token, "222222222222", "ReadOnly").is_err());
}

#[test]
fn refresh_sso_token() {
    let server = server();
    let aws = aws(&server);
    let (secret, refresh) = (Secret::new("client-secret-demo"), Secret::new("refresh-token-demo"));
    let token = aws.refresh_sso_token("eu-west-1", "client-id-demo", &secret, &refresh).expect("a good token");
    assert!(token.expires_in > 0);
    assert!(token.refresh_token.is_some_and(|token| token != refresh), "refresh tokens rotate");
    aws.get_role_credentials("eu-west-1", &token.access_token, "111111111111", "Developer").expect("the new token is good");
    assert_eq!(server.requests()[0].param("grantType"), Some("refresh_token"));
    assert_eq!(server.requests()[0].header("authorization"), None);
}

#[test]
fn nothing_secret_is_traced() {
    let server = server();
    let (aws, ana) = (aws(&server), keys(&server, "ana"));
    let code = Secret::new(server.mfa_code(ANA_MFA).expect("a device"));
    let session = aws.get_session_token(&ana, ANA_MFA, &code, 3_600).expect("a right code");
    aws.get_role_credentials("eu-west-1", &Secret::new("token-demo"), "111111111111", "Developer").expect("assigned");
    let text = format!("{:?} {aws:?} {session:?}", traced());
    let hidden = [&ana.secret_access_key, &code, &session.secret_access_key, session.session_token.as_ref().expect("one")];
    for secret in hidden.map(Secret::reveal).into_iter().chain(["token-demo"]) {
        assert!(!text.contains(secret), "{text}");
    }
}
