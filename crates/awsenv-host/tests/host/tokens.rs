//! Sign-in tokens: Identity Center's and `aws login`'s.

use std::fs;

use awsenv_host::Host;
use awsenv_resolve::{CacheKey, CacheKind, Credentials, Secret, SsoCacheName, Timestamp, TokenState};

use crate::support::{Home, NOW, key, mode};

/// formats.md §1.2, as the AWS CLI writes it.
const CLI: &str = r#"{"startUrl": "https://acme.awsapps.com/start", "region": "us-east-1", "accessToken": "access-1", "expiresAt": "2026-11-22T10:01:21Z", "clientId": "client", "clientSecret": "client-secret", "registrationExpiresAt": "2027-02-20T02:01:21Z", "refreshToken": "refresh-1"}"#;
/// The same of the Rust SDK: no blanks, fractional seconds.
const RUST: &str = r#"{"accessToken":"access-1","expiresAt":"2026-11-22T10:01:21.443176Z","refreshToken":"refresh-1","clientId":"client","clientSecret":"client-secret","registrationExpiresAt":"2027-02-20T02:01:21.5Z","region":"us-east-1","startUrl":"https://acme.awsapps.com/start"}"#;
const LOGIN: &str = r#"{"accessToken": {"accessKeyId": "ASIA1", "secretAccessKey": "secret-1", "sessionToken": "session-1", "accountId": "123456789012", "expiresAt": "2026-11-22T03:09:40Z"}, "tokenType": "aws_sigv4", "clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": "refresh-1", "idToken": "id", "dpopKey": "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"}"#;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn sso(home: &Home, text: &str) -> Option<awsenv_host::SsoToken> {
    home.write_cache(&key(CacheKind::Sso), text);
    home.host().load_sso_token(&key(CacheKind::Sso), &mut |_| ())
}

#[test]
fn the_tokens_of_both_writers_are_read() {
    let home = Home::new();
    for text in [CLI, RUST] {
        let token = sso(&home, text).unwrap();
        let refresh = token.refresh.clone().unwrap();
        assert_eq!(token.access_token.reveal(), "access-1");
        assert_eq!(token.expires_at, at("2026-11-22T10:01:21Z"));
        assert_eq!(
            (refresh.refresh_token.reveal(), refresh.client_id.as_str(), refresh.client_secret.reveal()),
            ("refresh-1", "client", "client-secret")
        );
        assert_eq!(refresh.registration_expires_at, at("2027-02-20T02:01:21Z"));
        assert_eq!(token.session_end(), at("2027-02-20T02:01:21Z"));
    }
}

#[test]
fn the_token_of_a_session_is_where_the_aws_cli_has_it() {
    let home = Home::new();
    let file = |name| home.host().cache_file(&CacheKey::sso_token(name)).unwrap();
    let cache = home.path().join(".aws/sso/cache");
    assert_eq!(file(SsoCacheName::Session("my-sso")), cache.join("0ad374308c5a4e22f723adf10145eafad7c4031c.json"));
    let legacy = SsoCacheName::StartUrl("https://my.awsapps.com/start");
    assert_eq!(file(legacy), cache.join("40840c65697c043e2a71754cccb2ab4de3acc1c1.json"));
}

#[test]
fn keys_are_read_in_any_case() {
    let home = Home::new();
    let token = sso(
        &home,
        &CLI.replace("accessToken", "AccessToken").replace("expiresAt", "EXPIRESAT").replace("refreshToken", "refreshtoken"),
    );
    assert_eq!(token.unwrap().refresh.unwrap().refresh_token.reveal(), "refresh-1");
}

#[test]
fn registrations_and_damaged_files_are_no_tokens() {
    let home = Home::new();
    for text in [
        r#"{"clientId": "c", "clientSecret": "s", "expiresAt": "2027-02-20T02:01:21Z", "scopes": ["sso:account:access"], "grantTypes": ["authorization_code", "refresh_token"]}"#,
        r#"{"clientId": "c", "clientSecret": "s", "expiresAt": "2027-02-20T02:01:21Z"}"#,
        r#"{"accessToken": "a"}"#,
        r#"{"accessToken": "", "expiresAt": "2026-11-22T10:01:21Z"}"#,
        r#"{"accessToken": {"accessKeyId": "ASIA"}, "expiresAt": "2026-11-22T10:01:21Z"}"#,
        r#"{"accessToken": "a", "expiresAt": "tomorrow"}"#,
        &CLI[..CLI.len() / 2],
        "[]",
        "",
    ] {
        assert!(sso(&home, text).is_none(), "{text}");
    }
}

#[test]
fn a_token_without_all_of_its_client_cannot_be_refreshed() {
    let home = Home::new();
    for name in ["refreshToken", "clientId", "clientSecret", "registrationExpiresAt"] {
        let token = sso(&home, &CLI.replace(name, "other")).unwrap();
        assert!(token.refresh.is_none(), "{name}");
        assert_eq!(token.session_end(), token.expires_at, "{name}");
    }
}

#[test]
fn a_token_is_refreshed_when_the_aws_cli_would() {
    let home = Home::new();
    let token = sso(&home, CLI).unwrap();
    let (ends, registration_ends) = (token.expires_at, token.refresh.clone().unwrap().registration_expires_at);
    for (now, legacy, expected) in [
        (ends.plus(-15 * 60), false, TokenState::Valid),
        (ends.plus(-15 * 60 + 1), false, TokenState::Refreshable),
        (ends.plus(-1), false, TokenState::Refreshable),
        (ends.plus(3_600), false, TokenState::Refreshable),
        (registration_ends.plus(-1), false, TokenState::Refreshable),
        (registration_ends, false, TokenState::Gone),
        (ends.plus(-15 * 60 + 1), true, TokenState::Valid),
        (ends.plus(-1), true, TokenState::Valid),
        (ends, true, TokenState::Gone),
    ] {
        assert_eq!(token.state(now, legacy), expected, "{now} {legacy}");
    }
    let alone = sso(&home, &CLI.replace("refreshToken", "other")).unwrap();
    assert_eq!(alone.state(ends.plus(-1), false), TokenState::Valid, "the rest of its time, where it cannot be refreshed");
    assert_eq!(alone.state(ends, false), TokenState::Gone);
}

#[test]
fn a_refreshed_token_is_written_as_the_aws_cli_writes_it() {
    let home = Home::new();
    let (host, key) = (home.host(), key(CacheKind::Sso));
    let token = sso(&home, CLI).unwrap().refreshed("access-2".into(), at("2026-11-22T18:01:21Z"), Some("refresh-2".into()));
    assert!(host.store_sso_token(&key, &token, &mut |_| ()));
    let path = host.cache_file(&key).unwrap();
    let expected = CLI.replace("access-1", "access-2").replace("refresh-1", "refresh-2").replace("T10:01:21Z", "T18:01:21Z");
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    assert_eq!(mode(&path), 0o600, "and no longer for others");
    let read = host.load_sso_token(&key, &mut |_| ()).unwrap();
    assert_eq!((read.access_token.reveal(), read.refresh.unwrap().refresh_token.reveal()), ("access-2", "refresh-2"));
}

#[test]
fn a_refresh_without_a_new_refresh_token_has_none() {
    let home = Home::new();
    let (host, key) = (home.host(), key(CacheKind::Sso));
    let token = sso(&home, RUST).unwrap().refreshed("access-2".into(), at("2026-11-22T18:01:21Z"), None);
    assert!(token.refresh.is_none());
    assert!(host.store_sso_token(&key, &token, &mut |_| ()));
    assert_eq!(
        fs::read_to_string(host.cache_file(&key).unwrap()).unwrap(),
        r#"{"accessToken": "access-2", "expiresAt": "2026-11-22T18:01:21Z", "clientId": "client", "clientSecret": "client-secret", "registrationExpiresAt": "2027-02-20T02:01:21.5Z", "region": "us-east-1", "startUrl": "https://acme.awsapps.com/start"}"#
    );
}

#[test]
fn a_refresh_keeps_what_it_does_not_know_and_leaves_no_second_spelling() {
    let home = Home::new();
    let (host, key) = (home.host(), key(CacheKind::Sso));
    let text = CLI.replace("\"accessToken\"", "\"AccessToken\"").replace("{\"start", r#"{"future": {"x": [1, "é"]}, "start"#);
    let token = sso(&home, &text).unwrap().refreshed("access-2".into(), at("2026-11-22T18:01:21Z"), Some("refresh-2".into()));
    assert!(host.store_sso_token(&key, &token, &mut |_| ()));
    let written = fs::read_to_string(host.cache_file(&key).unwrap()).unwrap();
    assert!(written.starts_with(r#"{"future": {"x": [1, "\u00e9"]}, "startUrl": "#), "{written}");
    assert!(written.contains(r#""accessToken": "access-2""#) && !written.contains("access-1"), "{written}");
}

fn login(home: &Home, text: &str) -> Option<awsenv_host::LoginToken> {
    home.write_cache(&key(CacheKind::Login), text);
    home.host().load_login_token(&key(CacheKind::Login), &mut |_| ())
}

#[test]
fn a_login_session_is_read_refreshed_and_written() {
    let home = Home::new();
    let (host, key) = (home.host(), key(CacheKind::Login));
    let token = login(&home, &LOGIN.replace("\"accountId\"", "\"future\": 1, \"accountId\"")).unwrap();
    assert_eq!(token.credentials.account_id.as_deref(), Some("123456789012"));
    assert_eq!(token.credentials.expiration, Some(NOW.plus(900)));
    assert_eq!(token.dpop_key.reveal().lines().count(), 3);
    let answer = Credentials {
        access_key_id: "ASIA2".into(),
        secret_access_key: "secret-2".into(),
        session_token: Some("session-2".into()),
        expiration: Some(NOW.plus(1_800)),
        account_id: None,
    };
    let refreshed = token.refreshed(answer, "refresh-2".into());
    assert_eq!(refreshed.credentials.account_id.as_deref(), Some("123456789012"), "the account stays");
    assert!(host.store_login_token(&key, &refreshed, &mut |_| ()));
    let expected = LOGIN.replace("ASIA1", "ASIA2").replace("secret-1", "secret-2").replace("session-1", "session-2");
    let expected = expected.replace("refresh-1", "refresh-2").replace("03:09:40", "03:24:40");
    let expected = expected.replace("\"accountId\"", "\"future\": 1, \"accountId\"");
    assert_eq!(fs::read_to_string(host.cache_file(&key).unwrap()).unwrap(), expected);
    assert_eq!(host.load_login_token(&key, &mut |_| ()).unwrap().credentials, refreshed.credentials);
}

#[test]
fn a_login_session_is_refreshed_when_five_minutes_remain() {
    let token = login(&Home::new(), LOGIN).unwrap();
    let ends = token.credentials.expiration.unwrap();
    for (now, expected) in [
        (ends.plus(-301), TokenState::Valid),
        (ends.plus(-300), TokenState::Refreshable),
        (ends.plus(-1), TokenState::Refreshable),
        (ends.plus(86_400), TokenState::Refreshable),
    ] {
        assert_eq!(token.state(now), expected, "{now}");
    }
}

#[test]
fn a_login_session_needs_all_of_its_parts() {
    let home = Home::new();
    for name in
        ["accessToken", "refreshToken", "dpopKey", "clientId", "accessKeyId", "secretAccessKey", "sessionToken", "expiresAt"]
    {
        assert!(login(&home, &LOGIN.replace(&format!("\"{name}\""), "\"other\"")).is_none(), "{name}");
    }
    assert!(login(&home, CLI).is_none(), "an Identity Center token");
    for name in ["tokenType", "idToken", "accountId"] {
        assert!(login(&home, &LOGIN.replace(&format!("\"{name}\""), "\"other\"")).is_some(), "{name}");
    }
}

#[test]
fn a_login_cache_may_be_elsewhere() {
    let home = Home::new();
    let elsewhere = home.path().join("elsewhere");
    let host: Host = home.host_with(&[("AWS_LOGIN_CACHE_DIRECTORY", elsewhere.to_str().unwrap())]);
    let key = CacheKey::login("arn:aws:iam::123456789012:user/Admin");
    let name = "10cabd19777b6651ac57333b55c7c10a1242b1c2337f40e674926d7324698347.json";
    assert_eq!(host.cache_file(&key).unwrap(), elsewhere.join(name));
    assert_eq!(home.host().cache_file(&key).unwrap(), home.path().join(".aws/login/cache").join(name));
}

#[test]
fn no_token_is_in_what_is_printed_for_debugging() {
    let home = Home::new();
    let sso_token = sso(&home, CLI).unwrap();
    let login_token = login(&home, LOGIN).unwrap();
    for shown in [format!("{sso_token:?}"), format!("{login_token:?}")] {
        for secret in ["access-1", "refresh-1", "client-secret", "secret-1", "session-1", "AAAA"] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
    }
    let _: Secret = sso_token.access_token;
}
