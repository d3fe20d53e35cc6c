//! Containers and instances.

use std::time::{Duration, Instant};

use awsenv_aws::{Aws, AwsErrorKind};
use fake_aws::{Effect, FakeAws, Rule};

use crate::support::{aws, check, options, quick, server, traced};

const FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
/// For a machine that is busy with other tests.
const PATIENT: (&str, &str) = ("AWS_METADATA_SERVICE_TIMEOUT", "10");
const IMDS: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

fn with(variables: &[(&str, &str)]) -> Aws {
    quick(Aws::new(options(variables)))
}

fn in_container(server: &FakeAws, variables: &[(&str, &str)]) -> Aws {
    let uri = server.container_uri();
    let mut all = vec![(FULL_URI, uri.as_str())];
    all.extend(variables);
    with(&all)
}

#[test]
fn a_container_gives_credentials() {
    let server = server();
    // No proxy is on the way to the machine's own link.
    let variables = [(TOKEN, "demo-container-token"), ("HTTP_PROXY", "http://127.0.0.1:1")];
    let credentials = in_container(&server, &variables).container_credentials().expect("the right token");
    let identity = aws(&server).get_caller_identity(&credentials).expect("good keys");
    assert!(identity.arn.contains(":assumed-role/task/"), "{}", identity.arn);
    let asked = &server.requests()[0];
    assert_eq!(asked.header("authorization"), Some("demo-container-token"));
    assert_eq!(asked.header("accept"), Some("application/json"));
    let line = &traced()[0];
    assert!(line.starts_with(&format!("GetContainerCredentials: GET {}/…: 200", server.endpoint())), "{line}");
}

#[test]
fn a_token_file_wins_and_must_be_exact() {
    let server = server();
    let directory = std::env::temp_dir().join(format!("awsenv-aws-token-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory");
    let path = directory.join("token");
    let path_text = path.to_str().expect("UTF-8").to_owned();
    let read = |text: &str| {
        std::fs::write(&path, text).expect("a file");
        in_container(&server, &[(TOKEN_FILE, &path_text), (TOKEN, "wrong")]).container_credentials()
    };
    assert!(read("demo-container-token").is_ok());
    for text in ["demo-container-token\n", "demo-container-token\r\n"] {
        let error = check(read(text), AwsErrorKind::Validation, "a newline at its end");
        assert!(error.message.contains(&path_text) && !error.message.contains("demo-container-token"), "{error:?}");
    }
    std::fs::remove_dir_all(&directory).expect("it was made above");
    let gone = in_container(&server, &[(TOKEN_FILE, &path_text)]).container_credentials();
    check(gone, AwsErrorKind::Validation, "cannot be read");
    assert_eq!(server.count("GetContainerCredentials"), 1);
}

#[test]
fn a_container_that_refuses_or_stumbles() {
    let server = server();
    let error = check(
        in_container(&server, &[(TOKEN, "wrong-token")]).container_credentials(),
        AwsErrorKind::AccessDenied,
        "the Authorization header is missing or wrong",
    );
    assert!(!format!("{error:?}").contains("wrong-token"));
    let aws = in_container(&server, &[(TOKEN, "demo-container-token")]);
    server.script(Rule::new("GetContainerCredentials", Effect::ServerError).times(1));
    aws.container_credentials().expect("at the second attempt");
    server.script(Rule::new("GetContainerCredentials", Effect::Malformed));
    check(aws.container_credentials(), AwsErrorKind::BadAnswer, "it is not JSON");
}

#[test]
fn only_safe_places_are_asked_for_credentials() {
    check(with(&[]).container_credentials(), AwsErrorKind::NoMetadata, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    for (uri, words) in [
        ("http://example.com/creds", "names `example.com`"),
        ("http://169.254.170.3/creds", "names `169.254.170.3`"),
        ("http://127.0.0.1.example.com/", "names `127.0.0.1.example.com`"),
        ("http://127.0.0.1@example.com/", "names `example.com`"),
        ("ftp://127.0.0.1/", "is not a URL"),
        ("creds", "is not a URL"),
    ] {
        assert!(check(with(&[(FULL_URI, uri)]).container_credentials(), AwsErrorKind::Validation, words).is_local());
    }
    let relative = with(&[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "creds")]);
    check(relative.container_credentials(), AwsErrorKind::Validation, "does not begin with `/`");
}

#[test]
fn an_instance_gives_credentials_by_version_two_only() {
    let server = server();
    let endpoint = server.endpoint();
    let variables = [(IMDS, endpoint.as_str()), PATIENT, ("HTTP_PROXY", "http://127.0.0.1:1")];
    let credentials = with(&variables).instance_credentials().expect("a role");
    let identity = aws(&server).get_caller_identity(&credentials).expect("good keys");
    assert!(identity.arn.contains(":assumed-role/instance/"), "{}", identity.arn);
    let requests = server.requests();
    let imds: Vec<_> = requests.iter().filter(|request| request.service == "imds").collect();
    assert_eq!((imds[0].method.as_str(), imds[0].target.as_str()), ("PUT", "/latest/api/token"));
    assert_eq!(imds[0].header("x-aws-ec2-metadata-token-ttl-seconds"), Some("21600"));
    assert!(imds[1..].iter().all(|request| request.header("x-aws-ec2-metadata-token").is_some()), "{imds:?}");
}

#[test]
fn where_there_is_no_instance() {
    let server = server();
    let endpoint = server.endpoint();
    let disabled = with(&[(IMDS, &endpoint), ("AWS_EC2_METADATA_DISABLED", "true")]);
    check(disabled.instance_credentials(), AwsErrorKind::NoMetadata, "switched off");
    assert_eq!(server.requests().len(), 0);
    let aws = with(&[(IMDS, &endpoint)]);
    server.world(|world| world.instance.as_mut().expect("one").role_arn = None);
    check(aws.instance_credentials(), AwsErrorKind::NoMetadata, "no IAM role");
    server.world(|world| world.instance = None);
    check(aws.instance_credentials(), AwsErrorKind::NoMetadata, "");
    check(with(&[(IMDS, "http://127.0.0.1:1")]).instance_credentials(), AwsErrorKind::NoMetadata, "refused the connection");
    let started = Instant::now();
    server.script(Rule::new("*", Effect::Hang));
    check(aws.instance_credentials(), AwsErrorKind::NoMetadata, "");
    assert!(started.elapsed() < Duration::from_millis(3_500), "one second, once: {:?}", started.elapsed());
    check(with(&[(IMDS, "not a url")]).instance_credentials(), AwsErrorKind::Validation, "is not a URL");
}

#[test]
fn an_instance_that_stumbles() {
    let server = server();
    let endpoint = server.endpoint();
    let aws = with(&[(IMDS, &endpoint), PATIENT]);
    server.script(Rule::new("GetInstanceCredentials", Effect::Malformed));
    check(aws.instance_credentials(), AwsErrorKind::BadAnswer, "cannot be understood");
    server.clear_script();
    server.script(Rule::new("GetInstanceCredentials", Effect::ServerError));
    check(aws.instance_credentials(), AwsErrorKind::Service, "HTTP status 500");
}
