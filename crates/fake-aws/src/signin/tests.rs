use crate::client::{Answer, Client, Keys, demo};
use crate::dpop::{prove, test_key};
use crate::encoding::{base64url, from_base64url, sha256};
use crate::script::{Effect, Rule};
use crate::server::FakeAws;
use base64::Engine as _;
use serde_json::{Value, json};

const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-in-all";
const CALLBACK: &str = "http://127.0.0.1:4711/oauth/callback";
const SAME_DEVICE: &str = "arn:aws:signin:::devtools/same-device";
const CROSS_DEVICE: &str = "arn:aws:signin:::devtools/cross-device";
const ANA: &str = "arn:aws:iam::111111111111:user/ana";

fn authorize(client: &mut Client, client_id: &str, redirect_uri: &str, method: &str) -> Answer {
    let challenge = base64url(&sha256(VERIFIER.as_bytes()));
    let query = [
        ("response_type", "code"),
        ("client_id", client_id),
        ("state", "my-state"),
        ("code_challenge_method", method),
        ("scope", "openid"),
        ("redirect_uri", redirect_uri),
        ("code_challenge", &challenge),
    ];
    client.open("/v1/authorize", &query)
}

fn code(client: &mut Client) -> String {
    let (_, query) = authorize(client, SAME_DEVICE, CALLBACK, "SHA-256").location();
    query.iter().find(|(name, _)| name == "code").expect("a code").1.clone()
}

/// Posts with a proof of key `key` and this `jti`.
fn post(server: &FakeAws, client: &mut Client, body: &Value, key: u8, jti: &str) -> Answer {
    let claims = json!({ "htm": "POST", "htu": format!("{}/v1/token", server.endpoint()), "iat": server.now(), "jti": jti });
    let proof = prove(&test_key(key), |_, _| (), claims);
    client.send("POST", "/v1/token", &[("content-type", "application/json"), ("DPoP", &proof)], &body.to_string())
}

fn redemption(code: &str) -> Value {
    json!({ "clientId": SAME_DEVICE, "grantType": "authorization_code", "code": code, "codeVerifier": VERIFIER, "redirectUri": CALLBACK })
}

fn renewal(token: &Value) -> Value {
    json!({ "clientId": SAME_DEVICE, "grantType": "refresh_token", "refreshToken": token })
}

fn error(answer: &Answer) -> (u16, String, String) {
    (
        answer.status,
        answer.header("x-amzn-ErrorType").unwrap_or_default().to_owned(),
        answer.json()["error"].as_str().unwrap_or_default().to_owned(),
    )
}

fn denied(word: &str) -> (u16, String, String) {
    (400, "AccessDeniedException".to_owned(), word.to_owned())
}

fn invalid() -> (u16, String, String) {
    (400, "ValidationException".to_owned(), "INVALID_REQUEST".to_owned())
}

#[test]
fn a_sign_in_gives_keys_of_the_person() {
    let (server, mut client) = demo();
    let code = code(&mut client);
    let answer = post(&server, &mut client, &redemption(&code), 1, "one").json();
    assert_eq!((&answer["tokenType"], &answer["expiresIn"]), (&json!("aws_sigv4"), &json!(900)));
    let claims = answer["idToken"].as_str().and_then(|token| from_base64url(token.split('.').nth(1)?)).expect("a JWT");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    assert_eq!(claims["sub"], json!(ANA));
    let text = |name: &str| answer["accessToken"][name].as_str().expect("a text").to_owned();
    let keys = Keys { id: text("accessKeyId"), secret: text("secretAccessKey"), token: Some(text("sessionToken")) };
    assert_eq!(client.call(&keys, "GetCallerIdentity", &[]).xml("Arn"), ANA);
}

#[test]
fn refreshing_is_bound_to_the_key_and_rotates() {
    let (server, mut client) = demo();
    let code = code(&mut client);
    let first = post(&server, &mut client, &redemption(&code), 1, "one").json();
    assert_eq!(error(&post(&server, &mut client, &renewal(&first["refreshToken"]), 2, "two")), invalid());
    let second = post(&server, &mut client, &renewal(&first["refreshToken"]), 1, "three");
    assert_eq!((second.status, second.json()["idToken"].is_null()), (200, true));
    assert_eq!(error(&post(&server, &mut client, &renewal(&first["refreshToken"]), 1, "four")), denied("TOKEN_EXPIRED"));
    assert_eq!(
        error(&post(&server, &mut client, &renewal(&second.json()["refreshToken"]), 1, "four")),
        invalid(),
        "a jti is good once"
    );
    assert_eq!(server.violations(), ["refresh token of aws login used twice", "DPoP jti used twice"]);
    server.advance_clock(12 * 3600);
    assert_eq!(error(&post(&server, &mut client, &renewal(&second.json()["refreshToken"]), 1, "five")), denied("TOKEN_EXPIRED"));
}

#[test]
fn codes_are_bound_and_good_once() {
    let (server, mut client) = demo();
    let once = code(&mut client);
    assert_eq!(post(&server, &mut client, &redemption(&once), 1, "a").status, 200);
    assert_eq!(error(&post(&server, &mut client, &redemption(&once), 1, "b")), denied("AUTHCODE_EXPIRED"));
    let mut wrong = redemption(&code(&mut client));
    wrong["codeVerifier"] = json!("x".repeat(43));
    assert_eq!(error(&post(&server, &mut client, &wrong, 1, "c")), invalid());
    let mut wrong = redemption(&code(&mut client));
    wrong["redirectUri"] = json!("http://127.0.0.1:1/oauth/callback");
    assert_eq!(error(&post(&server, &mut client, &wrong, 1, "d")), invalid());
    let late = redemption(&code(&mut client));
    server.advance_clock(301);
    assert_eq!(error(&post(&server, &mut client, &late, 1, "e")), denied("AUTHCODE_EXPIRED"));
    let unproved = client.post("/v1/token", &late);
    assert_eq!(error(&unproved), invalid());
}

#[test]
fn people_who_may_not_are_told_why() {
    let (server, mut client) = demo();
    let code = code(&mut client);
    let first = post(&server, &mut client, &redemption(&code), 1, "a").json();
    server.world(|world| world.console_identities[0].credentials_changed = true);
    assert_eq!(error(&post(&server, &mut client, &renewal(&first["refreshToken"]), 1, "b")), denied("USER_CREDENTIALS_CHANGED"));
    server.world(|world| (world.console_identities[0].credentials_changed, world.console_identities[0].allowed) = (false, false));
    assert_eq!(error(&post(&server, &mut client, &renewal(&first["refreshToken"]), 1, "c")), denied("INSUFFICIENT_PERMISSIONS"));
    let scripted = Effect::Status { status: 400, code: "TOKEN_EXPIRED".into(), message: "m".into() };
    server.script(Rule::new("CreateOAuth2Token", scripted));
    assert_eq!(error(&post(&server, &mut client, &renewal(&first["refreshToken"]), 1, "d")), denied("TOKEN_EXPIRED"));
}

#[test]
fn the_page_accepts_only_its_own_kind_of_request() {
    let (server, mut client) = demo();
    let confirmation = format!("{}/v1/sessions/confirmation", server.endpoint());
    for (client_id, redirect_uri, method, status) in [
        (SAME_DEVICE, CALLBACK, "SHA-256", 302),
        (SAME_DEVICE, CALLBACK, "S256", 400),
        (SAME_DEVICE, confirmation.as_str(), "SHA-256", 400),
        (SAME_DEVICE, "http://127.0.0.1:1/other", "SHA-256", 400),
        (CROSS_DEVICE, confirmation.as_str(), "SHA-256", 302),
        (CROSS_DEVICE, CALLBACK, "SHA-256", 400),
        ("someone", CALLBACK, "SHA-256", 400),
    ] {
        assert_eq!(authorize(&mut client, client_id, redirect_uri, method).status, status, "{client_id} {redirect_uri} {method}");
    }
}

#[test]
fn the_remote_code_can_be_copied_from_the_page() {
    let (server, mut client) = demo();
    let confirmation = format!("{}/v1/sessions/confirmation", server.endpoint());
    let url = authorize(&mut client, CROSS_DEVICE, &confirmation, "SHA-256").header("location").expect("a redirect").to_owned();
    let page = client.get(url.strip_prefix(&server.endpoint()).expect("the same server"));
    let pasted = page
        .body
        .split_once("<pre id=\"authorization-code\">")
        .and_then(|(_, rest)| rest.split_once("</pre>"))
        .expect("a code")
        .0;
    let pasted = base64::engine::general_purpose::STANDARD.decode(pasted).expect("base64");
    let pasted = String::from_utf8(pasted).expect("UTF-8");
    let code = pasted.strip_prefix("state=my-state&code=").expect("state and code");
    let body = json!({ "clientId": CROSS_DEVICE, "grantType": "authorization_code", "code": code, "codeVerifier": VERIFIER, "redirectUri": confirmation });
    assert_eq!(post(&server, &mut client, &body, 1, "a").status, 200);
}

#[test]
fn a_ready_made_cache_file_can_be_refreshed() {
    let (server, mut client) = demo();
    let file = server.login_cache_file(ANA);
    assert_eq!(file.name, format!("{}.json", crate::encoding::hex(&sha256(ANA.as_bytes()))));
    let body: Value = serde_json::from_str(&file.text).expect("JSON");
    let key = p256::SecretKey::from_sec1_pem(body["dpopKey"].as_str().expect("a PEM")).expect("a key");
    let claims = json!({ "htm": "POST", "htu": format!("{}/v1/token", server.endpoint()), "iat": server.now(), "jti": "a" });
    let proof = prove(&p256::ecdsa::SigningKey::from(key), |_, _| (), claims);
    let answer = client.send("POST", "/v1/token", &[("DPoP", &proof)], &renewal(&body["refreshToken"]).to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
}
