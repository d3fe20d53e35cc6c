//! Identity Center's and `aws login`'s sign-ins.

use std::collections::BTreeMap;

use awsenv_aws::{AwsErrorKind, DevicePoll, LoginCode, Pkce, new_dpop_key, new_state};
use awsenv_resolve::Secret;
use fake_aws::{Effect, FakeAws, Rule};

use crate::support::{aws, check, server};

const REGION: &str = "eu-west-1";
const START_URL: &str = "https://demo.awsapps.com/start";

/// A session of `aws login` that was begun earlier.
pub(crate) struct Login {
    pub(crate) client_id: String,
    pub(crate) refresh_token: Secret,
    pub(crate) key: Secret,
}

pub(crate) fn login(server: &FakeAws) -> (String, Login) {
    let arn = "arn:aws:iam::111111111111:user/ana".to_owned();
    let file: serde_json::Value = serde_json::from_str(&server.login_cache_file(&arn).text).expect("JSON");
    let text = |field: &str| file[field].as_str().expect("a text").to_owned();
    let login = Login {
        client_id: text("clientId"),
        refresh_token: Secret::new(text("refreshToken")),
        key: Secret::new(text("dpopKey")),
    };
    (arn, login)
}

#[test]
fn refresh_login() {
    let server = server();
    let aws = aws(&server);
    let (arn, login) = login(&server);
    let answer = aws.refresh_login(REGION, &login.client_id, &login.refresh_token, &login.key).expect("a good session");
    assert_eq!(aws.get_caller_identity(&answer.credentials).expect("good keys").arn, arn);
    let left = answer.credentials.expiration.expect("an end").epoch_seconds() - server.now();
    assert!((880..=900).contains(&left), "{left}");
    assert_eq!((answer.token_type.as_str(), answer.id_token.is_none()), ("aws_sigv4", true));
    assert_ne!(answer.refresh_token, login.refresh_token);
    let again = aws.refresh_login(REGION, &login.client_id, &answer.refresh_token, &login.key);
    assert!(again.is_ok(), "refresh tokens rotate: {again:?}");
    let spent = check(
        aws.refresh_login(REGION, &login.client_id, &login.refresh_token, &login.key),
        AwsErrorKind::SignInExpired,
        "expired",
    );
    assert_eq!((spent.code.as_deref(), spent.operation), (Some("TOKEN_EXPIRED"), "CreateOAuth2Token"));
}

#[test]
fn a_login_session_that_is_no_longer_good() {
    let server = server();
    let aws = aws(&server);
    let (_arn, login) = login(&server);
    let refresh = |key: &Secret| aws.refresh_login(REGION, &login.client_id, &login.refresh_token, key);
    check(refresh(&new_dpop_key()), AwsErrorKind::Validation, "bound to another key");
    check(refresh(&Secret::new("garbage")), AwsErrorKind::Validation, "not an EC private key");
    server.world(|world| world.console_identities[0].credentials_changed = true);
    let error = check(refresh(&login.key), AwsErrorKind::SignInExpired, "");
    assert_eq!(error.code.as_deref(), Some("USER_CREDENTIALS_CHANGED"));
    server.world(|world| (world.console_identities[0].credentials_changed, world.console_identities[0].allowed) = (false, false));
    let error = check(refresh(&login.key), AwsErrorKind::AccessDenied, "");
    assert_eq!(error.code.as_deref(), Some("INSUFFICIENT_PERMISSIONS"));
    server.world(|world| world.console_identities[0].allowed = true);
    server.advance_clock(3_600);
    check(refresh(&login.key), AwsErrorKind::ClockSkew, "clock is");
    server.advance_clock(-3_600);
    server.script(Rule::new("CreateOAuth2Token", Effect::Throttle).times(1));
    server.script(Rule::new("CreateOAuth2Token", Effect::ServerError).times(1));
    refresh(&login.key).expect("at the third attempt");
    assert_eq!(server.violations(), [""; 0]);
}

#[test]
fn device_authorization() {
    let server = server();
    let aws = aws(&server);
    let client =
        aws.register_client(REGION, "awsenv", &["sso:account:access".to_owned()], &[], None).expect("no grants, no URIs");
    let device =
        aws.start_device_authorization(REGION, &client.client_id, &client.client_secret, START_URL).expect("a start URL");
    let poll = || aws.create_token_device(REGION, &client.client_id, &client.client_secret, &device.device_code);
    assert_eq!(poll().expect("not yet"), DevicePoll::Pending);
    assert_eq!(poll().expect("too soon"), DevicePoll::SlowDown);
    visit(&device.verification_uri_complete);
    server.advance_clock(30);
    let DevicePoll::Ready(token) = poll().expect("signed in") else { panic!("the browser was there") };
    aws.get_role_credentials(REGION, &token.access_token, "111111111111", "Developer").expect("the token is good");
    server.script(Rule::new("CreateToken", Effect::Expire));
    check(poll(), AwsErrorKind::SignInExpired, "expired");
}

#[test]
fn authorization_code_with_pkce() {
    let server = server();
    let aws = aws(&server);
    let registered = ["http://127.0.0.1/oauth/callback".to_owned()];
    let scopes = ["sso:account:access".to_owned()];
    let client = aws.register_client(REGION, "awsenv", &scopes, &registered, Some(START_URL)).expect("as the AWS CLI asks");
    let (pkce, state) = (Pkce::new(), new_state());
    let redirect_uri = "http://127.0.0.1:41939/oauth/callback";
    let back = visit(&format!(
        "{}/authorize?response_type=code&client_id={}&redirect_uri={}&state={state}&code_challenge_method=S256&scopes=sso%3Aaccount%3Aaccess&code_challenge={}",
        server.endpoint(),
        client.client_id,
        redirect_uri.replace(':', "%3A").replace('/', "%2F"),
        pkce.challenge,
    ));
    assert_eq!(back["state"], state);
    let code = Secret::new(back["code"].clone());
    let exchange = |verifier: &Secret| {
        aws.create_token_authorization_code(REGION, &client.client_id, &client.client_secret, redirect_uri, &code, verifier)
    };
    let token = exchange(&pkce.verifier).expect("our own code");
    assert!(token.refresh_token.is_some());
    aws.get_role_credentials(REGION, &token.access_token, "111111111111", "Developer").expect("the token is good");
    check(exchange(&pkce.verifier), AwsErrorKind::SignInExpired, "");
}

#[test]
fn login_code() {
    let server = server();
    let aws = aws(&server);
    let (pkce, key) = (Pkce::new(), new_dpop_key());
    let (client_id, redirect_uri) = ("arn:aws:signin:::devtools/same-device", "http://127.0.0.1:41939/oauth/callback");
    assert_eq!(aws.signin_endpoint(REGION), server.endpoint());
    let back = visit(&format!(
        "{}/v1/authorize?response_type=code&client_id={}&state=s&code_challenge_method=SHA-256&scope=openid&redirect_uri={}&code_challenge={}",
        aws.signin_endpoint(REGION),
        client_id.replace(':', "%3A").replace('/', "%2F"),
        redirect_uri.replace(':', "%3A").replace('/', "%2F"),
        pkce.challenge,
    ));
    let code = Secret::new(back["code"].clone());
    let code = LoginCode { client_id, code: &code, code_verifier: &pkce.verifier, redirect_uri };
    let answer = aws.exchange_login_code(REGION, &code, &key).expect("our own code");
    assert!(answer.id_token.is_some());
    assert!(aws.get_caller_identity(&answer.credentials).is_ok());
    assert!(aws.refresh_login(REGION, client_id, &answer.refresh_token, &key).is_ok());
    let error = check(aws.exchange_login_code(REGION, &code, &key), AwsErrorKind::SignInExpired, "");
    assert_eq!(error.code.as_deref(), Some("AUTHCODE_EXPIRED"));
}

/// Plays the browser: opens a page, and returns the parameters of the URL that it is sent on to.
fn visit(url: &str) -> BTreeMap<String, String> {
    use std::io::{Read as _, Write as _};
    let (host, path) = url.trim_start_matches("http://").split_once('/').expect("a path");
    let mut stream = std::net::TcpStream::connect(host).expect("the server");
    write!(stream, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").expect("it listens");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let location = answer.lines().find_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("location")));
    let query = location.and_then(|(_, url)| url.trim().split_once('?')).map_or("", |(_, query)| query);
    query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
