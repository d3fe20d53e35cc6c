//! Sign-in tokens: Identity Center's (formats.md §1.2) and `aws login`'s (§3).

use std::fmt;

use awsenv_resolve::{CacheKey, Credentials, Secret, Timestamp, TokenState};
use serde_json::{Map, Value, json};

use crate::cache::CacheWarning;
use crate::{Host, SsoRegistration};

/// The AWS CLI refreshes an Identity Center token when less than this remains, in seconds.
const SSO_REFRESH_SECONDS: i64 = 15 * 60;
/// Both the AWS CLI and the SDKs refresh an `aws login` token when this remains, in seconds.
const LOGIN_REFRESH_SECONDS: i64 = 5 * 60;

/// All of a token file, what nobody here knows included. It holds secrets, so it is not shown.
#[derive(Clone)]
struct Document(Map<String, Value>);

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("** redacted **")
    }
}

/// An Identity Center token file.
#[derive(Clone, Debug)]
pub struct SsoToken {
    /// `accessToken`.
    pub access_token: Secret,
    /// `expiresAt`.
    pub expires_at: Timestamp,
    /// `refreshToken` with the client that it belongs to; all of it or nothing.
    pub refresh: Option<SsoRefresh>,
    document: Document,
}

/// What a refresh needs.
#[derive(Clone, Debug)]
pub struct SsoRefresh {
    /// `refreshToken`.
    pub refresh_token: Secret,
    /// `clientId`.
    pub client_id: String,
    /// `clientSecret`.
    pub client_secret: Secret,
    /// `registrationExpiresAt`.
    pub registration_expires_at: Timestamp,
}

/// What a sign-in has brought.
#[derive(Clone, Debug)]
pub struct NewSsoToken<'a> {
    /// `startUrl`, as configured.
    pub start_url: &'a str,
    /// `region`.
    pub region: &'a str,
    /// `accessToken`.
    pub access_token: Secret,
    /// `expiresAt`.
    pub expires_at: Timestamp,
    /// The client that has signed in.
    pub registration: &'a SsoRegistration,
    /// `refreshToken`, when the service gave one.
    pub refresh_token: Option<Secret>,
}

impl SsoToken {
    /// Makes the token of a sign-in, with the AWS CLI's keys in the AWS CLI's order.
    pub fn new(new: NewSsoToken<'_>) -> Self {
        let NewSsoToken { start_url, region, access_token, expires_at, registration, refresh_token } = new;
        let mut document = Map::new();
        let mut put = |name: &str, text: &str| document.insert(name.to_owned(), json!(text));
        put("startUrl", start_url);
        put("region", region);
        put("accessToken", access_token.reveal());
        put("expiresAt", &expires_at.to_string());
        put("clientId", &registration.client_id);
        put("clientSecret", registration.client_secret.reveal());
        put("registrationExpiresAt", &registration.expires_at.to_string());
        if let Some(refresh_token) = &refresh_token {
            put("refreshToken", refresh_token.reveal());
        }
        let refresh = refresh_token.map(|refresh_token| SsoRefresh {
            refresh_token,
            client_id: registration.client_id.clone(),
            client_secret: registration.client_secret.clone(),
            registration_expires_at: registration.expires_at,
        });
        Self { access_token, expires_at, refresh, document: Document(document) }
    }

    /// Returns `startUrl`.
    pub fn start_url(&self) -> Option<&str> {
        find(&self.document.0, "startUrl").and_then(Value::as_str)
    }

    /// Returns `region`.
    pub fn region(&self) -> Option<&str> {
        find(&self.document.0, "region").and_then(Value::as_str)
    }

    /// Returns `registrationExpiresAt`.
    pub fn registration_end(&self) -> Option<Timestamp> {
        find(&self.document.0, "registrationExpiresAt").and_then(Value::as_str).and_then(Timestamp::parse)
    }

    /// Returns what it is good for; a legacy token is never refreshed.
    pub fn state(&self, now: Timestamp, legacy: bool) -> TokenState {
        let refreshable = !legacy && self.refresh.as_ref().is_some_and(|refresh| refresh.registration_expires_at > now);
        match self.expires_at.seconds_left(now) {
            left if left > 0 && (left >= SSO_REFRESH_SECONDS || !refreshable) => TokenState::Valid,
            _ if refreshable => TokenState::Refreshable,
            _ => TokenState::Gone,
        }
    }

    /// Returns when the session ends for good, as far as its file tells: with a refresh token that is when the client's
    /// registration ends, without one when the token does.
    pub fn session_end(&self) -> Timestamp {
        self.refresh.as_ref().map_or(self.expires_at, |refresh| refresh.registration_expires_at.max(self.expires_at))
    }

    /// Returns this token with what a refresh answered. A response without a refresh token has none (the AWS CLI's rule).
    #[must_use]
    pub fn refreshed(&self, access_token: Secret, expires_at: Timestamp, refresh_token: Option<Secret>) -> Self {
        let mut token = self.clone();
        replace(&mut token.document.0, "accessToken", Some(json!(access_token.reveal())));
        replace(&mut token.document.0, "expiresAt", Some(json!(expires_at.to_string())));
        replace(&mut token.document.0, "refreshToken", refresh_token.as_ref().map(|refresh_token| json!(refresh_token.reveal())));
        token.access_token = access_token;
        token.expires_at = expires_at;
        token.refresh = token.refresh.zip(refresh_token).map(|(refresh, refresh_token)| SsoRefresh { refresh_token, ..refresh });
        token
    }
}

/// An `aws login` session file.
#[derive(Clone, Debug)]
pub struct LoginToken {
    /// The credentials, which are what the token is.
    pub credentials: Credentials,
    /// `refreshToken`.
    pub refresh_token: Secret,
    /// `clientId`.
    pub client_id: String,
    /// `dpopKey`: a P-256 private key in SEC1 PEM.
    pub dpop_key: Secret,
    document: Document,
}

/// What a sign-in of `aws login` has brought.
#[derive(Clone, Debug)]
pub struct NewLoginToken {
    /// `accessToken`: the credentials, with their end and the account of the session's ARN.
    pub credentials: Credentials,
    /// `tokenType`.
    pub token_type: String,
    /// `clientId`.
    pub client_id: String,
    /// `refreshToken`.
    pub refresh_token: Secret,
    /// `idToken`.
    pub id_token: Secret,
    /// `dpopKey`.
    pub dpop_key: Secret,
}

impl LoginToken {
    /// Makes the session of a sign-in, with the AWS CLI's keys in the AWS CLI's order.
    pub fn new(new: NewLoginToken) -> Self {
        let NewLoginToken { credentials, token_type, client_id, refresh_token, id_token, dpop_key } = new;
        let access = json!({
            "accessKeyId": credentials.access_key_id,
            "secretAccessKey": credentials.secret_access_key.reveal(),
            "sessionToken": credentials.session_token.as_ref().map_or("", |token| token.reveal()),
            "accountId": credentials.account_id,
            "expiresAt": credentials.expiration.map(|end| end.to_string()),
        });
        let mut document = Map::new();
        document.insert("accessToken".into(), access);
        let texts = [
            ("tokenType", token_type.as_str()),
            ("clientId", client_id.as_str()),
            ("refreshToken", refresh_token.reveal()),
            ("idToken", id_token.reveal()),
            ("dpopKey", dpop_key.reveal()),
        ];
        for (name, text) in texts {
            document.insert(name.into(), json!(text));
        }
        Self { credentials, refresh_token, client_id, dpop_key, document: Document(document) }
    }

    /// Returns what it is good for. Whether the refresh token still lives only the service knows.
    pub fn state(&self, now: Timestamp) -> TokenState {
        match self.credentials.expiration {
            Some(end) if end.seconds_left(now) > LOGIN_REFRESH_SECONDS => TokenState::Valid,
            _ => TokenState::Refreshable,
        }
    }

    /// Returns this session with what a refresh answered; the account stays.
    #[must_use]
    pub fn refreshed(&self, credentials: Credentials, refresh_token: Secret) -> Self {
        let mut token = self.clone();
        let mut access = self.document.0.get("accessToken").and_then(Value::as_object).cloned().unwrap_or_default();
        access.insert("accessKeyId".into(), json!(credentials.access_key_id));
        access.insert("secretAccessKey".into(), json!(credentials.secret_access_key.reveal()));
        access.insert("sessionToken".into(), json!(credentials.session_token.as_ref().map_or("", |token| token.reveal())));
        access.insert("expiresAt".into(), json!(credentials.expiration.map(|end| end.to_string())));
        token.document.0.insert("accessToken".into(), Value::Object(access));
        token.document.0.insert("refreshToken".into(), json!(refresh_token.reveal()));
        token.credentials = Credentials { account_id: self.credentials.account_id.clone(), ..credentials };
        token.refresh_token = refresh_token;
        token
    }
}

impl Host {
    /// Reads an Identity Center token; registrations and what is not readable count as no token.
    pub fn load_sso_token(&self, key: &CacheKey, warn: &mut dyn FnMut(CacheWarning)) -> Option<SsoToken> {
        let Value::Object(document) = self.load_json(key, warn)? else { return None };
        let text = |name: &str| find(&document, name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
        let refresh = || {
            Some(SsoRefresh {
                refresh_token: Secret::new(text("refreshToken")?),
                client_id: text("clientId")?,
                client_secret: Secret::new(text("clientSecret")?),
                registration_expires_at: Timestamp::parse(&text("registrationExpiresAt")?)?,
            })
        };
        Some(SsoToken {
            access_token: Secret::new(text("accessToken")?),
            expires_at: Timestamp::parse(&text("expiresAt")?)?,
            refresh: refresh(),
            document: Document(document),
        })
    }

    /// Writes an Identity Center token; `false` when it could not be.
    pub fn store_sso_token(&self, key: &CacheKey, token: &SsoToken, warn: &mut dyn FnMut(CacheWarning)) -> bool {
        self.store_json(key, &Value::Object(token.document.0.clone()), warn)
    }

    /// Reads an `aws login` session.
    pub fn load_login_token(&self, key: &CacheKey, warn: &mut dyn FnMut(CacheWarning)) -> Option<LoginToken> {
        let Value::Object(document) = self.load_json(key, warn)? else { return None };
        let text = |object: &Map<String, Value>, name: &str| {
            object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let access = document.get("accessToken")?.as_object()?;
        let credentials = Credentials {
            access_key_id: text(access, "accessKeyId")?,
            secret_access_key: Secret::new(text(access, "secretAccessKey")?),
            session_token: Some(Secret::new(text(access, "sessionToken")?)),
            expiration: Some(Timestamp::parse(&text(access, "expiresAt")?)?),
            account_id: text(access, "accountId"),
        };
        Some(LoginToken {
            credentials,
            refresh_token: Secret::new(text(&document, "refreshToken")?),
            client_id: text(&document, "clientId")?,
            dpop_key: Secret::new(text(&document, "dpopKey")?),
            document: Document(document),
        })
    }

    /// Writes an `aws login` session; `false` when it could not be.
    pub fn store_login_token(&self, key: &CacheKey, token: &LoginToken, warn: &mut dyn FnMut(CacheWarning)) -> bool {
        self.store_json(key, &Value::Object(token.document.0.clone()), warn)
    }
}

/// Replaces or removes a key that may stand there in another case; two spellings of one key would be read by the AWS
/// CLI and the Rust SDK as two different tokens.
fn replace(document: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    let others: Vec<String> = document.keys().filter(|key| *key != name && key.eq_ignore_ascii_case(name)).cloned().collect();
    for other in others {
        document.shift_remove(&other);
    }
    match value {
        Some(value) => document.insert(name.into(), value),
        None => document.shift_remove(name),
    };
}

/// A key in any case: the Rust SDK reads these files so.
fn find<'a>(document: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    document.get(name).or_else(|| document.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}
