//! A server, and an [`Aws`] that is pointed at it and sees nothing of this machine.

use std::cell::RefCell;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use awsenv_aws::{Aws, AwsError, AwsErrorKind, AwsOptions, TimeLimits};
use awsenv_profile::ProfileSet;
use awsenv_resolve::{Credentials, EnvSnapshot, Request, Secret, plan};
use fake_aws::{FakeAws, World};

pub(crate) const DEV: &str = "arn:aws:iam::111111111111:user/dev";
pub(crate) const ANA_MFA: &str = "arn:aws:iam::111111111111:mfa/ana";
pub(crate) const TOOLS: &str = "arn:aws:iam::111111111111:role/tools";
pub(crate) const OPS: &str = "arn:aws:iam::222222222222:role/ops";

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn trace(trace: &awsenv_aws::Trace) {
    LINES.with_borrow_mut(|lines| lines.push(trace.to_string()));
}

/// Returns what this thread's calls have traced.
pub(crate) fn traced() -> Vec<String> {
    LINES.with_borrow(Clone::clone)
}

pub(crate) fn server() -> FakeAws {
    FakeAws::start(World::demo()).expect("a port on loopback")
}

/// Options with exactly these variables; endpoints and the like are read from them as in earnest.
pub(crate) fn options(variables: &[(&str, &str)]) -> AwsOptions {
    let keys = [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "never-used")];
    let env = EnvSnapshot::new(keys.iter().chain(variables).map(|(name, value)| (*name, *value)));
    let planned = plan(&ProfileSet::parse(None, None), &Request::ambient(), &env).expect("keys in the environment");
    AwsOptions { client: planned.client, sts_region: "eu-west-1".into(), ca_bundle_pem: None, env, trace: Some(trace) }
}

/// An [`Aws`] whose endpoints are all this URL's, with short time limits.
pub(crate) fn aws_at(url: &str, variables: &[(&str, &str)]) -> Aws {
    let mut all = vec![("AWS_ENDPOINT_URL", url)];
    all.extend(variables);
    quick(Aws::new(options(&all)))
}

pub(crate) fn quick(aws: Aws) -> Aws {
    aws.with_time_limits(TimeLimits {
        connect: Duration::from_millis(1_000),
        attempt: Duration::from_millis(2_000),
        operation: Duration::from_millis(8_000),
    })
}

/// For tests in which nothing answers.
pub(crate) fn impatient(aws: Aws) -> Aws {
    let (short, shorter) = (Duration::from_millis(900), Duration::from_millis(300));
    aws.with_time_limits(TimeLimits { connect: shorter, attempt: shorter, operation: short })
}

pub(crate) fn aws(server: &FakeAws) -> Aws {
    aws_at(&server.endpoint(), &[])
}

/// The long-term keys of a user of the world.
pub(crate) fn keys(server: &FakeAws, user: &str) -> Credentials {
    server.world(|world| {
        let user = world.users.iter().find(|candidate| candidate.name == user).expect("a user of the demo world");
        Credentials {
            access_key_id: user.access_key_id.clone(),
            secret_access_key: Secret::new(user.secret_access_key.clone()),
            session_token: None,
            expiration: None,
            account_id: None,
        }
    })
}

/// Asserts what an error says, and that it says nothing secret.
#[track_caller]
pub(crate) fn check<T: std::fmt::Debug>(result: Result<T, AwsError>, kind: AwsErrorKind, words: &str) -> AwsError {
    let error = result.expect_err("it was made to fail");
    assert_eq!(error.kind, kind, "{error:?}");
    assert!(error.message.contains(words), "{error:?}");
    error
}

/// A server that takes one request and answers these bytes, whatever it was asked; the request's head comes back.
pub(crate) fn canned(answer: impl Into<Vec<u8>>) -> (String, Receiver<String>) {
    let answer = answer.into();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut stream = stream;
            let mut head = [0; 8_192];
            let length = stream.read(&mut head).unwrap_or(0);
            // The test may be over already.
            _ = sender.send(String::from_utf8_lossy(&head[..length]).into_owned());
            _ = stream.write_all(&answer);
        }
    });
    (url, receiver)
}
