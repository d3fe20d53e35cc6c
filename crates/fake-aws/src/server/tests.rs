use crate::client::{Answer, Client, Keys, demo, keys_of};
use crate::script::{Effect, Rule};
use crate::server::FakeAws;
use crate::world::World;
use serde_json::json;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

fn identity(client: &mut Client, keys: &Keys) -> Answer {
    client.call(keys, "GetCallerIdentity", &[])
}

#[test]
fn rules_change_what_is_answered() {
    let (server, mut client) = demo();
    let dev = keys_of(&server, "dev");
    let scripted = Effect::Status { status: 418, code: "Teapot".into(), message: "short & stout".into() };
    for (effect, status, code) in [
        (Effect::Throttle, 400, "Throttling"),
        (Effect::ServerError, 500, "InternalFailure"),
        (Effect::Unavailable, 503, "ServiceUnavailable"),
        (Effect::Expire, 403, "ExpiredToken"),
        (Effect::Deny, 403, "AccessDenied"),
        (scripted, 418, "Teapot"),
    ] {
        server.script(Rule::new("GetCallerIdentity", effect).times(1));
        let answer = identity(&mut client, &dev);
        assert_eq!((answer.status, answer.xml("Code")), (status, code));
    }
    assert_eq!(identity(&mut client, &dev).status, 200);
    let log = server.requests();
    assert_eq!((log[0].status, log[0].error.as_deref(), log[6].error.as_deref()), (400, Some("Throttling"), None));
    assert_eq!((server.count("GetCallerIdentity"), server.count("sts:*"), server.count("iam:*")), (7, 7, 0));
}

#[test]
fn rules_change_how_it_is_answered() {
    let (server, mut client) = demo();
    let dev = keys_of(&server, "dev");
    let started = Instant::now();
    server.script(Rule::new("*", Effect::Delay(60)).times(1));
    assert!(identity(&mut client, &dev).status == 200 && started.elapsed() >= Duration::from_millis(60));
    server.script(Rule::new("*", Effect::Malformed).times(1));
    let half = identity(&mut client, &dev);
    assert!(half.status == 200 && !half.body.contains("</GetCallerIdentityResponse>"));
    server.script(Rule::new("GetSessionToken", Effect::Lifetime(5)).times(1));
    let keys = client.call(&dev, "GetSessionToken", &[]).keys();
    assert_eq!(identity(&mut client, &keys).status, 200);
    server.expire_credentials();
    assert_eq!(identity(&mut client, &keys).xml("Code"), "ExpiredToken");
    for effect in [Effect::CloseConnection, Effect::LoseAnswer, Effect::Truncate] {
        server.script(Rule::new("GetToken", effect.clone()).times(1));
        let ttl = [("x-aws-ec2-metadata-token-ttl-seconds", "60")];
        assert!(client.try_send("PUT", "/latest/api/token", &ttl, "").is_err(), "{effect:?}");
        client = Client::new(&server);
    }
    assert_eq!(
        server.requests().iter().filter(|request| request.status == 0).count(),
        1,
        "only the closed connection was never answered"
    );
}

#[test]
fn a_hanging_request_is_in_the_log_and_ends_with_the_server() {
    let (server, mut client) = demo();
    server.script(Rule::new("*", Effect::Hang));
    let waiting =
        std::thread::spawn(move || client.try_send("GET", "/assignment/accounts", &[], "").map_err(|error| error.kind()));
    while server.count("ListAccounts") == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(!waiting.is_finished());
    let endpoint = server.endpoint();
    drop(server);
    let ended = waiting.join().expect("the thread does not panic").map(|answer| answer.status);
    assert!(matches!(ended, Err(ErrorKind::Other | ErrorKind::ConnectionReset)), "{ended:?}");
    assert!(std::net::TcpStream::connect(endpoint.trim_start_matches("http://")).is_err());
}

#[test]
fn one_connection_serves_many_requests_of_every_kind() {
    let (server, mut client) = demo();
    let dev = keys_of(&server, "dev");
    for _ in 0..20 {
        assert_eq!(identity(&mut client, &dev).status, 200);
        assert_eq!(client.send("HEAD", "/device", &[], "").status, 200);
        assert_eq!(client.get("/nowhere").status, 404);
        let answer = client.send("POST", "/logout", &[("Expect", "none")], "ignored body");
        assert_eq!(answer.header("connection"), Some("keep-alive"));
    }
}

#[test]
fn the_clock_can_be_moved_and_stopped() {
    let (server, mut client) = demo();
    let dev = keys_of(&server, "dev");
    server.advance_clock(1000);
    assert_eq!(identity(&mut client, &dev).xml("Code"), "SignatureDoesNotMatch");
    server.freeze_clock(1_795_341_681);
    let answer = client.call_at(&dev, "GetSessionToken", &[], 1_795_341_681);
    assert_eq!(
        (answer.xml("Expiration"), answer.header("date")),
        ("2026-11-22T22:01:21Z", Some("Sun, 22 Nov 2026 10:01:21 GMT"))
    );
    server.reset();
    assert_eq!((identity(&mut client, &dev).status, server.count("*:*"), server.requests().len()), (200, 0, 1));
}

#[test]
fn a_seed_makes_every_run_the_same() {
    let keys = || {
        let server = FakeAws::start(World { seed: Some(1), ..World::demo() }).expect("a loopback port is free");
        server.issue("arn:aws:iam::1:role/x", "me", 60).session_token
    };
    assert_eq!(keys(), keys());
}

#[test]
fn the_handles_work_without_rust() {
    let (server, mut client) = demo();
    let rule = json!({ "action": "GetContainerCredentials", "times": 1, "effect": "unavailable" });
    assert_eq!(client.post("/_fake/rule", &rule).status, 200);
    assert_eq!((client.get("/container/creds").status, client.get("/container/creds").status), (503, 401));
    let log = client.get("/_fake/requests").json();
    assert_eq!(
        (log.as_array().map(Vec::len), &log[0]["action"], &log[0]["status"]),
        (Some(2), &json!("GetContainerCredentials"), &json!(503))
    );
    assert_eq!(client.post("/_fake/rule", &json!({ "action": "x", "effect": "y" })).status, 400);
    assert_eq!(client.post("/_fake/clock", &json!({ "offset": 5 })).status, 200);
    assert_eq!(client.get("/_fake/clock").json()["offset"], 5);
    let code = client.get("/_fake/mfa?serial=arn:aws:iam::111111111111:mfa/ana").body;
    assert_eq!(code.trim_end().len(), 6);
    assert_eq!(client.get("/_fake/mfa?serial=x").status, 400);
    assert_eq!(client.get("/_fake/credentials?role=arn:aws:iam::111111111111:role/batch").json()["Version"], 1);
    assert_eq!(client.send("POST", "/_fake/reset", &[], "").status, 200);
    assert_eq!((server.requests().len(), client.get("/_fake/violations").body.as_str()), (0, "[]"));
    assert_eq!(client.get("/_fake/other").status, 404);
}

#[test]
fn broken_requests_end_the_connection_with_a_400() {
    let (server, _) = demo();
    let mut client = Client::new(&server);
    let answer = client.send("GET", "/ x", &[("Connection", "keep-alive")], "");
    assert_eq!((answer.status, answer.header("connection")), (400, Some("close")));
}
