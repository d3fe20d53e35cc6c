//! Networks that fail, and the ways around them.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use awsenv_aws::{AssumeRoleInput, Aws, AwsErrorKind};
use awsenv_resolve::Secret;
use fake_aws::{Effect, Rule};

use crate::support::{ANA_MFA, OPS, aws, aws_at, canned, check, impatient, keys, options, quick, server, traced};

const IDENTITY: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/proxied</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

#[test]
fn making_one_costs_nothing_and_asks_nothing() {
    let started = Instant::now();
    for _ in 0..1_000 {
        drop(Aws::new(options(&[])));
    }
    assert!(started.elapsed() < Duration::from_secs(1));
    assert_eq!(traced(), [""; 0]);
}

#[test]
fn a_server_that_hangs() {
    let server = server();
    server.script(Rule::new("*", Effect::Hang));
    let aws = impatient(aws(&server));
    let started = Instant::now();
    check(aws.get_caller_identity(&keys(&server, "dev")), AwsErrorKind::Timeout, "did not answer in time");
    let key = awsenv_aws::new_dpop_key();
    check(aws.refresh_login("eu-west-1", "client", &Secret::new("token"), &key), AwsErrorKind::Timeout, "did not answer in time");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    let lines = traced();
    assert!(lines.len() >= 2 && lines.iter().all(|line| line.contains(": no answer in time (")), "{lines:?}");
}

#[test]
fn a_port_where_nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    drop(listener);
    let aws = aws_at(&url, &[("AWS_MAX_ATTEMPTS", "1")]);
    let words = format!("{url} refused the connection");
    check(aws.get_caller_identity(&keys(&server(), "dev")), AwsErrorKind::Network, &words);
    let key = awsenv_aws::new_dpop_key();
    check(aws.refresh_login("eu-west-1", "client", &Secret::new("token"), &key), AwsErrorKind::Network, &words);
}

#[test]
fn a_host_that_does_not_exist() {
    let aws = aws_at("http://no-such-host.invalid:81", &[("AWS_MAX_ATTEMPTS", "1")]);
    let error = check(aws.get_caller_identity(&keys(&server(), "dev")), AwsErrorKind::Network, "http://no-such-host.invalid:81");
    assert!(error.message.contains("cannot be found"), "{error:?}");
}

#[test]
fn throttled_then_served() {
    let server = server();
    server.script(Rule::new("GetCallerIdentity", Effect::Throttle).times(1));
    server.script(Rule::new("GetCallerIdentity", Effect::ServerError).times(1));
    aws(&server).get_caller_identity(&keys(&server, "dev")).expect("at the third attempt");
    assert_eq!(server.count("GetCallerIdentity"), 3);
    server.script(Rule::new("GetCallerIdentity", Effect::Throttle).times(1));
    let once = aws_at(&server.endpoint(), &[("AWS_MAX_ATTEMPTS", "1")]);
    check(once.get_caller_identity(&keys(&server, "dev")), AwsErrorKind::Throttled, "Rate exceeded");
}

#[test]
fn what_is_good_for_one_request_is_not_sent_twice() {
    let server = server();
    let aws = aws(&server);
    let code = Secret::new(server.mfa_code(ANA_MFA).expect("a device"));
    let input = AssumeRoleInput {
        role_arn: OPS,
        role_session_name: "session",
        external_id: None,
        mfa: Some((ANA_MFA, &code)),
        duration_seconds: None,
    };
    server.script(Rule::new("*", Effect::LoseAnswer).times(3));
    check(aws.assume_role(&keys(&server, "ana"), &input), AwsErrorKind::Network, "closed the connection");
    let (secret, refresh) = (Secret::new("client-secret-demo"), Secret::new("refresh-token-demo"));
    let refreshed = aws.refresh_sso_token("eu-west-1", "client-id-demo", &secret, &refresh);
    check(refreshed, AwsErrorKind::Network, "closed the connection");
    let (_arn, login) = crate::sign_in::login(&server);
    let refreshed = aws.refresh_login("eu-west-1", &login.client_id, &login.refresh_token, &login.key);
    check(refreshed, AwsErrorKind::Network, "closed the connection");
    assert_eq!((server.requests().len(), server.violations()), (3, Vec::new()));
    // A refusal because of the load is not a lost answer.
    server.script(Rule::new("AssumeRole", Effect::Throttle).times(1));
    let code = Secret::new(server.mfa_code(ANA_MFA).expect("a device"));
    let input = AssumeRoleInput { mfa: Some((ANA_MFA, &code)), ..input };
    aws.assume_role(&keys(&server, "ana"), &input).expect("at the second attempt");
}

#[test]
fn requests_go_through_the_proxy_of_the_environment() {
    let (proxy, requests) = canned(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{IDENTITY}", IDENTITY.len()));
    let with_password = proxy.replace("http://", "http://user:pa%3As@");
    let aws = aws_at("http://sts.test", &[("HTTP_PROXY", &with_password)]);
    let identity = aws.get_caller_identity(&keys(&server(), "dev")).expect("the proxy answers");
    assert_eq!(identity.arn, "arn:aws:iam::123456789012:user/proxied");
    let request = requests.recv().expect("the proxy was asked");
    assert!(request.starts_with("POST http://sts.test/ HTTP/1.1\r\n"), "{request}");
    let authorization = request.lines().find(|line| line.to_ascii_lowercase().starts_with("proxy-authorization:"));
    // base64 of `user:pa:s`
    assert!(authorization.is_some_and(|line| line.ends_with("Basic dXNlcjpwYTpz")), "{request}");
    let line = traced().pop().expect("one line for one request");
    assert!(line.starts_with(&format!("GetCallerIdentity: POST http://sts.test/ through the proxy {proxy}: 200")), "{line}");
}

#[test]
fn hosts_of_no_proxy_are_asked_directly() {
    let server = server();
    let variables = [("HTTP_PROXY", "http://127.0.0.1:1"), ("NO_PROXY", "localhost,127.0.0.1")];
    aws_at(&server.endpoint(), &variables).get_caller_identity(&keys(&server, "dev")).expect("no proxy on the way");
}

#[test]
fn a_proxy_that_refuses() {
    for (answer, words) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n", "wants a user name and a password"),
        ("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n", "refused to connect"),
    ] {
        let (proxy, requests) = canned(answer);
        let aws = quick(Aws::new(options(&[("HTTPS_PROXY", &proxy), ("AWS_MAX_ATTEMPTS", "1")])));
        let error = check(aws.get_caller_identity(&keys(&server(), "dev")), AwsErrorKind::Network, words);
        assert!(error.message.contains(&format!("the proxy {proxy}")), "{error:?}");
        let request = requests.recv().expect("the proxy was asked");
        assert!(request.starts_with("CONNECT sts.eu-west-1.amazonaws.com:443 HTTP/1.1\r\n"), "{request}");
        assert_eq!(error.endpoint.as_deref(), Some("https://sts.eu-west-1.amazonaws.com"));
    }
    let aws = aws_at("http://sts.test", &[("HTTP_PROXY", "http://user:hidden@127.0.0.1:1"), ("AWS_MAX_ATTEMPTS", "1")]);
    let error = check(aws.get_caller_identity(&keys(&server(), "dev")), AwsErrorKind::Network, "the proxy http://127.0.0.1:1");
    assert!(!error.message.contains("hidden"), "{error:?}");
    let aws = aws_at("http://sts.test", &[("HTTP_PROXY", "http://")]);
    let error = aws.get_caller_identity(&keys(&server(), "dev"));
    assert!(check(error, AwsErrorKind::Validation, "the proxy of the environment is not a URL").is_local());
}

/// The endpoint of each call, as the proxy is told it, so that no host has to be reached.
#[test]
fn endpoints_follow_partition_fips_dual_stack_and_legacy() {
    let host = |region: &str, variables: &[(&str, &str)]| {
        let (proxy, requests) = canned("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
        let mut all = vec![("HTTPS_PROXY", proxy.as_str()), ("AWS_MAX_ATTEMPTS", "1")];
        all.extend(variables);
        let mut options = options(&all);
        options.sts_region = region.to_owned();
        // Only the way matters.
        _ = quick(Aws::new(options)).get_caller_identity(&keys(&server(), "dev"));
        let request = requests.recv().expect("the proxy was asked");
        request.split([' ', ':']).nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(host("eu-west-1", &[]), "sts.eu-west-1.amazonaws.com");
    assert_eq!(host("cn-north-1", &[]), "sts.cn-north-1.amazonaws.com.cn");
    assert_eq!(host("us-gov-west-1", &[]), "sts.us-gov-west-1.amazonaws.com");
    assert_eq!(host("eusc-de-east-1", &[]), "sts.eusc-de-east-1.amazonaws.eu");
    assert_eq!(host("us-east-2", &[("AWS_USE_FIPS_ENDPOINT", "true")]), "sts-fips.us-east-2.amazonaws.com");
    assert_eq!(host("us-east-2", &[("AWS_USE_DUALSTACK_ENDPOINT", "true")]), "sts.us-east-2.api.aws");
    assert_eq!(host("eu-west-1", &[("AWS_STS_REGIONAL_ENDPOINTS", "legacy")]), "sts.amazonaws.com");
    let oidc = |region: &str, variables: &[(&str, &str)]| Aws::new(options(variables)).oidc_endpoint(region);
    assert_eq!(oidc("eu-west-1", &[]).as_deref(), Ok("https://oidc.eu-west-1.amazonaws.com"));
    assert_eq!(oidc("cn-north-1", &[]).as_deref(), Ok("https://oidc.cn-north-1.amazonaws.com.cn"));
    assert_eq!(oidc("us-east-1", &[("AWS_USE_DUALSTACK_ENDPOINT", "true")]).as_deref(), Ok("https://oidc.us-east-1.api.aws"));
    assert_eq!(oidc("eu-west-1", &[("AWS_ENDPOINT_URL_SSO_OIDC", "http://h:1/")]).as_deref(), Ok("http://h:1"));
    assert_eq!(host("me-south-1", &[("AWS_STS_REGIONAL_ENDPOINTS", "legacy")]), "sts.me-south-1.amazonaws.com");
}

#[test]
fn endpoint_rules_that_say_no() {
    let server = server();
    let aws = aws_at(&server.endpoint(), &[("AWS_USE_FIPS_ENDPOINT", "true")]);
    let error = aws.get_caller_identity(&keys(&server, "dev"));
    let error = check(error, AwsErrorKind::Validation, "FIPS and custom endpoint are not supported");
    assert!(error.is_local() && server.requests().is_empty(), "{error:?}");
}

#[test]
fn one_connection_serves_all_calls_from_several_threads() {
    let server = server();
    let (aws, keys) = (aws(&server), keys(&server, "dev"));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| aws.get_caller_identity(&keys).expect("good keys"));
        }
    });
    assert_eq!(server.count("GetCallerIdentity"), 4);
}
