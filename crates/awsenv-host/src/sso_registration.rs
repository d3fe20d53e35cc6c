//! Identity Center's client registrations, as the AWS CLI keeps them (formats.md §1.2).

use awsenv_resolve::{CacheKey, Secret, Timestamp};
use serde_json::{Map, Value, json};

use crate::Host;
use crate::cache::CacheWarning;

/// The AWS CLI registers anew when less than this remains, in seconds.
const REUSE_SECONDS: i64 = 15 * 60;

/// A registered client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SsoRegistration {
    /// `clientId`.
    pub client_id: String,
    /// `clientSecret`.
    pub client_secret: Secret,
    /// `expiresAt`.
    pub expires_at: Timestamp,
    /// `scopes`.
    pub scopes: Option<Vec<String>>,
    /// `grantTypes`; none for a client that only does device authorization.
    pub grant_types: Option<Vec<String>>,
}

impl SsoRegistration {
    /// Returns whether it is one for a sign-in in a browser on this machine. Both ways share a file, and the two kinds of
    /// client cannot be exchanged for one another.
    pub fn does_authorization_codes(&self) -> bool {
        self.grant_types.as_ref().is_some_and(|grants| grants.iter().any(|grant| grant == "authorization_code"))
    }

    /// Returns whether it is one for a sign-in on another device.
    pub fn does_devices(&self) -> bool {
        self.grant_types.is_none()
    }

    /// Returns whether it lasts long enough to begin something with it.
    pub fn is_reusable(&self, now: Timestamp) -> bool {
        self.expires_at.seconds_left(now) >= REUSE_SECONDS
    }
}

impl Host {
    /// Reads a registration; what is not readable counts as none.
    pub fn load_sso_registration(&self, key: &CacheKey, warn: &mut dyn FnMut(CacheWarning)) -> Option<SsoRegistration> {
        let document = self.load_json(key, warn)?;
        let text = |name: &str| document.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let list = |name: &str| {
            let values = document.get(name)?.as_array()?;
            Some(values.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        };
        Some(SsoRegistration {
            client_id: text("clientId")?.to_owned(),
            client_secret: Secret::new(text("clientSecret")?),
            expires_at: Timestamp::parse(text("expiresAt")?)?,
            scopes: list("scopes"),
            grant_types: list("grantTypes"),
        })
    }

    /// Writes a registration; `false` when it could not be.
    pub fn store_sso_registration(
        &self,
        key: &CacheKey,
        registration: &SsoRegistration,
        warn: &mut dyn FnMut(CacheWarning),
    ) -> bool {
        let SsoRegistration { client_id, client_secret, expires_at, scopes, grant_types } = registration;
        let mut document = Map::new();
        document.insert("clientId".into(), json!(client_id));
        document.insert("clientSecret".into(), json!(client_secret.reveal()));
        document.insert("expiresAt".into(), json!(expires_at.to_string()));
        if let Some(scopes) = scopes {
            document.insert("scopes".into(), json!(scopes));
        }
        if let Some(grant_types) = grant_types {
            document.insert("grantTypes".into(), json!(grant_types));
        }
        self.store_json(key, &Value::Object(document), warn)
    }
}
