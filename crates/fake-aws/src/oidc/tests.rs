use crate::client::{Answer, Client, demo};
use crate::encoding::{base64url, sha256};
use crate::script::{Effect, Rule};
use crate::server::FakeAws;
use serde_json::{Value, json};

const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-in-all";
const CALLBACK: &str = "http://127.0.0.1:4711/oauth/callback";
const START_URL: &str = "https://demo.awsapps.com/start";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn register(client: &mut Client, change: impl Fn(&mut Value)) -> Answer {
    let mut body = json!({
        "clientName": "botocore-client-corp",
        "clientType": "public",
        "grantTypes": ["authorization_code", "refresh_token"],
        "redirectUris": ["http://127.0.0.1/oauth/callback"],
        "issuerUrl": START_URL,
        "scopes": ["sso:account:access"],
    });
    change(&mut body);
    client.post("/client/register", &body)
}

fn authorize(client: &mut Client, client_id: &str, change: impl Fn(&mut Vec<(&str, &str)>)) -> Answer {
    let challenge = base64url(&sha256(VERIFIER.as_bytes()));
    let mut query = vec![
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", CALLBACK),
        ("state", "my-state"),
        ("code_challenge_method", "S256"),
        ("scopes", "sso:account:access"),
        ("code_challenge", &challenge),
    ];
    change(&mut query);
    client.open("/authorize", &query)
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// A registered client: its id and secret.
fn registered(client: &mut Client, change: impl Fn(&mut Value)) -> Value {
    let answer = register(client, change).json();
    json!({ "clientId": answer["clientId"], "clientSecret": answer["clientSecret"] })
}

fn with(registration: &Value, more: &Value) -> Value {
    let mut body = registration.clone();
    more.as_object().expect("an object").iter().for_each(|(name, value)| body[name] = value.clone());
    body
}

fn error(answer: &Answer) -> (u16, String, String) {
    (
        answer.status,
        answer.header("x-amzn-ErrorType").unwrap_or_default().to_owned(),
        answer.json()["error"].as_str().unwrap_or_default().to_owned(),
    )
}

fn failed(status: u16, kind: &str, word: &str) -> (u16, String, String) {
    (status, kind.to_owned(), word.to_owned())
}

fn code_of(client: &mut Client, registration: &Value) -> String {
    let answer = authorize(client, registration["clientId"].as_str().expect("an id"), |_| ());
    value(&answer.location().1, "code").to_owned()
}

fn redeem(client: &mut Client, registration: &Value, code: &str, verifier: &str, redirect_uri: &str) -> Answer {
    let more = json!({ "grantType": "authorization_code", "code": code, "codeVerifier": verifier, "redirectUri": redirect_uri });
    client.post("/token", &with(registration, &more))
}

fn refresh(client: &mut Client, registration: &Value, token: &Value) -> Answer {
    client.post("/token", &with(registration, &json!({ "grantType": "refresh_token", "refreshToken": token })))
}

#[test]
fn a_sign_in_by_browser_gives_tokens_that_work() {
    let (_server, mut client) = demo();
    let registration = registered(&mut client, |_| ());
    let answer = authorize(&mut client, registration["clientId"].as_str().expect("an id"), |_| ());
    let (url, query) = answer.location();
    assert_eq!((answer.status, url.as_str(), value(&query, "state")), (302, CALLBACK, "my-state"));
    let token = redeem(&mut client, &registration, value(&query, "code"), VERIFIER, CALLBACK);
    assert_eq!((token.status, &token.json()["expiresIn"], &token.json()["tokenType"]), (200, &json!(3600), &json!("Bearer")));
    let bearer = token.json()["accessToken"].as_str().expect("a token").to_owned();
    assert_eq!(client.send("GET", "/assignment/accounts", &[("x-amz-sso_bearer_token", &bearer)], "").status, 200);
}

#[test]
fn registrations_are_checked() {
    let (_server, mut client) = demo();
    type Change = fn(&mut Value);
    let rows: [(Change, &str); 6] = [
        (|body| body["clientType"] = json!("confidential"), "InvalidClientMetadataException"),
        (|body| body["redirectUris"] = json!(["http://example.com/oauth/callback"]), "InvalidRedirectUriException"),
        (|body| body["redirectUris"] = Value::Null, "InvalidRedirectUriException"),
        (|body| body["scopes"] = json!(["everything"]), "InvalidScopeException"),
        (|body| body["grantTypes"] = json!(["password"]), "UnsupportedGrantTypeException"),
        (|body| body["issuerUrl"] = json!("https://other.awsapps.com/start"), "InvalidRequestException"),
    ];
    for (change, kind) in rows {
        assert_eq!(error(&register(&mut client, change)).1, kind);
    }
    assert_eq!(register(&mut client, |body| body["issuerUrl"] = json!("https://demo.awsapps.com/start/#/")).status, 200);
}

#[test]
fn the_browser_is_refused_without_going_back_when_the_request_is_wrong() {
    let (server, mut client) = demo();
    let registration = registered(&mut client, |_| ());
    let id = registration["clientId"].as_str().expect("an id");
    type Change = fn(&mut Vec<(&str, &str)>);
    let rows: [(Change, &str); 7] = [
        (|query| query[0].1 = "token", "response_type"),
        (|query| query[1].1 = "nobody", "client_id"),
        (|query| query[2].1 = "http://127.0.0.1:1/elsewhere", "redirect_uri"),
        (|query| query[2].1 = "http://localhost:1/oauth/callback", "redirect_uri"),
        (|query| query[3].1 = "", "state"),
        (|query| query[4].1 = "plain", "code_challenge_method"),
        (|query| query[6].1 = "short", "code_challenge"),
    ];
    for (change, named) in rows {
        let answer = authorize(&mut client, id, change);
        assert!(answer.status == 400 && answer.body.contains(named), "{}", answer.body);
    }
    let answer = authorize(&mut client, id, |query| query[5].1 = "sso:other:scope");
    assert_eq!(value(&answer.location().1, "error"), "invalid_scope");
    server.script(Rule::new("oidc:Authorize", Effect::Deny).times(1));
    assert_eq!(value(&authorize(&mut client, id, |_| ()).location().1, "error"), "access_denied");
    server.script(Rule::new("Authorize", Effect::WrongState).times(1));
    assert_ne!(value(&authorize(&mut client, id, |_| ()).location().1, "state"), "my-state");
}

#[test]
fn codes_are_bound_and_good_once() {
    let (server, mut client) = demo();
    let registration = registered(&mut client, |_| ());
    let invalid = failed(400, "InvalidGrantException", "invalid_grant");
    let code = code_of(&mut client, &registration);
    assert_eq!(
        error(&redeem(&mut client, &registration, &code, "another-verifier-of-at-least-forty-three-letters", CALLBACK)),
        invalid
    );
    let code = code_of(&mut client, &registration);
    assert_eq!(error(&redeem(&mut client, &registration, &code, VERIFIER, "http://127.0.0.1:1/oauth/callback")), invalid);
    let code = code_of(&mut client, &registration);
    let other = registered(&mut client, |_| ());
    assert_eq!(error(&redeem(&mut client, &other, &code, VERIFIER, CALLBACK)), invalid);
    assert_eq!(redeem(&mut client, &registration, &code, VERIFIER, CALLBACK).status, 200);
    assert_eq!(error(&redeem(&mut client, &registration, &code, VERIFIER, CALLBACK)), invalid);
    assert_eq!(server.violations(), ["authorization code used twice"]);
    let code = code_of(&mut client, &registration);
    server.advance_clock(301);
    assert_eq!(error(&redeem(&mut client, &registration, &code, VERIFIER, CALLBACK)), invalid);
    let wrong = with(&registration, &json!({ "clientSecret": "wrong", "grantType": "refresh_token" }));
    assert_eq!(error(&client.post("/token", &wrong)), failed(401, "InvalidClientException", "invalid_client"));
    assert_eq!(
        error(&client.post("/token", &with(&registration, &json!({ "grantType": "password" })))).1,
        "UnsupportedGrantTypeException"
    );
}

#[test]
fn refresh_tokens_rotate() {
    let (server, mut client) = demo();
    let registration = json!({ "clientId": "client-id-demo", "clientSecret": "client-secret-demo" });
    let first = refresh(&mut client, &registration, &json!("refresh-token-demo"));
    assert_eq!(first.status, 200);
    assert_eq!(
        error(&refresh(&mut client, &registration, &json!("refresh-token-demo"))),
        failed(400, "InvalidGrantException", "invalid_grant")
    );
    assert_eq!(server.violations(), ["refresh token of client client-id-demo used twice"]);
    assert_eq!(refresh(&mut client, &registration, &first.json()["refreshToken"]).status, 200);
    let other = registered(&mut client, |_| ());
    let last =
        server.world(|world| world.sso_tokens.last().and_then(|token| token.refresh_token.clone())).expect("a refresh token");
    assert_eq!(refresh(&mut client, &other, &json!(last)).status, 400);
    server.advance_clock(9 * 3600);
    assert_eq!(refresh(&mut client, &registration, &json!(last)).status, 400, "the session is over");
}

#[test]
fn an_answer_that_is_lost_spends_the_refresh_token_all_the_same() {
    let (server, mut client) = demo();
    let registration = json!({ "clientId": "client-id-demo", "clientSecret": "client-secret-demo" });
    server.script(Rule::new("CreateToken", Effect::LoseAnswer).times(1));
    let body = with(&registration, &json!({ "grantType": "refresh_token", "refreshToken": "refresh-token-demo" }));
    assert!(client.try_send("POST", "/token", &[], &body.to_string()).is_err());
    let mut client = Client::new(&server);
    assert_eq!(refresh(&mut client, &registration, &json!("refresh-token-demo")).status, 400);
}

fn device(client: &mut Client, registration: &Value) -> Value {
    client.post("/device_authorization", &with(registration, &json!({ "startUrl": START_URL }))).json()
}

fn poll(client: &mut Client, registration: &Value, device: &Value) -> Answer {
    client.post("/token", &with(registration, &json!({ "grantType": DEVICE_GRANT, "deviceCode": device["deviceCode"] })))
}

fn device_client(client: &mut Client) -> Value {
    registered(client, |body| *body = json!({ "clientName": "x", "clientType": "public", "scopes": ["sso:account:access"] }))
}

#[test]
fn a_device_waits_for_its_person() {
    let (_server, mut client) = demo();
    let registration = device_client(&mut client);
    let device = device(&mut client, &registration);
    assert_eq!((&device["interval"], &device["expiresIn"]), (&json!(1), &json!(600)));
    assert_eq!(
        error(&poll(&mut client, &registration, &device)),
        failed(400, "AuthorizationPendingException", "authorization_pending")
    );
    assert_eq!(error(&poll(&mut client, &registration, &device)), failed(400, "SlowDownException", "slow_down"));
    let page = device["verificationUriComplete"].as_str().and_then(|url| url.split_once("/device")).expect("a page").1.to_owned();
    assert_eq!(client.get(&format!("/device{page}")).status, 200);
    let token = poll(&mut client, &registration, &device);
    assert!(token.status == 200 && token.json()["refreshToken"].is_string(), "{}", token.body);
    assert_eq!(error(&poll(&mut client, &registration, &device)).1, "InvalidGrantException");
}

#[test]
fn a_device_can_be_denied_or_come_too_late() {
    let (server, mut client): (FakeAws, Client) = demo();
    let registration = device_client(&mut client);
    let denied = device(&mut client, &registration);
    client.get(&format!("/device?user_code={}&deny=1", denied["userCode"].as_str().expect("a code").to_lowercase()));
    assert_eq!(error(&poll(&mut client, &registration, &denied)), failed(400, "AccessDeniedException", "access_denied"));
    let late = device(&mut client, &registration);
    server.advance_clock(601);
    assert_eq!(client.get(&format!("/device?user_code={}", late["userCode"].as_str().expect("a code"))).status, 400);
    assert_eq!(error(&poll(&mut client, &registration, &late)), failed(400, "ExpiredTokenException", "expired_token"));
    assert!(client.get("/device").body.contains("<form"));
}

#[test]
fn the_two_ways_to_sign_in_do_not_share_registrations() {
    let (_server, mut client) = demo();
    let browser = registered(&mut client, |_| ());
    let refused = client.post("/device_authorization", &with(&browser, &json!({ "startUrl": START_URL })));
    assert_eq!(error(&refused).1, "UnauthorizedClientException");
    let device = device_client(&mut client);
    assert_eq!(authorize(&mut client, device["clientId"].as_str().expect("an id"), |_| ()).status, 400);
    let unknown = client.post("/device_authorization", &with(&device, &json!({ "startUrl": "https://other.awsapps.com/start" })));
    assert_eq!(error(&unknown), failed(400, "InvalidRequestException", "invalid_request"));
}

#[test]
fn without_scopes_there_is_nothing_to_refresh() {
    let (_server, mut client) = demo();
    let registration = registered(&mut client, |body| *body = json!({ "clientName": "x", "clientType": "public" }));
    let device = device(&mut client, &registration);
    client.get(&format!("/device?user_code={}", device["userCode"].as_str().expect("a code")));
    let token = poll(&mut client, &registration, &device).json();
    assert!(token["accessToken"].is_string() && token["refreshToken"].is_null(), "{token}");
}
