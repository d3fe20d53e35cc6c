//! The AWS CLI's cache files for sign-ins of this server, for tests and demos that start signed in.

use crate::dpop::thumbprint;
use crate::encoding::{base64url, hex, sha256};
use crate::server::FakeAws;
use crate::signin;
use crate::time::iso;
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::pkcs8::LineEnding;
use serde_json::json;
use sha1::{Digest as _, Sha1};

/// A file of one of the AWS CLI's caches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheFile {
    /// Its name in the cache directory.
    pub name: String,
    /// What is in it.
    pub text: String,
}

impl FakeAws {
    /// Returns the file of `~/.aws/sso/cache` that holds an access token of the world, for a profile with this `sso_session`
    /// (or, for legacy profiles, this start URL); `None` for a token that does not exist.
    pub fn sso_cache_file(&self, session_name: &str, access_token: &str) -> Option<CacheFile> {
        self.world(|world| {
            let token = world.sso_tokens.iter().find(|token| token.access_token == access_token)?;
            let client = world.oidc_clients.iter().find(|client| client.client_id == token.client_id);
            let mut body = json!({
                "startUrl": token.start_url,
                "region": world.sso_instance(&token.start_url)?.region,
                "accessToken": token.access_token,
                "expiresAt": iso(token.expires_at),
            });
            if let (Some(client), Some(refresh_token)) = (client, &token.refresh_token) {
                body["clientId"] = json!(client.client_id);
                body["clientSecret"] = json!(client.client_secret);
                body["registrationExpiresAt"] = json!(iso(client.expires_at));
                body["refreshToken"] = json!(refresh_token);
            }
            Some(CacheFile { name: format!("{}.json", hex(&Sha1::digest(session_name))), text: body.to_string() })
        })
    }

    /// Signs in as `aws login` does and returns the file of `~/.aws/login/cache` that it would have written.
    pub fn login_cache_file(&self, arn: &str) -> CacheFile {
        let mut state = self.lock();
        let bytes = state.ids.bytes();
        let key = SecretKey::from_slice(&bytes).expect("a hash that is no P-256 key has never been seen");
        let point = key.public_key().to_sec1_point(false);
        let (x, y) = (base64url(&point.as_bytes()[1..33]), base64url(&point.as_bytes()[33..]));
        let pem = key.to_sec1_pem(LineEnding::LF).expect("a key has a PEM form");
        let (credentials, refresh_token) = signin::sign_in(&mut state, arn, thumbprint(&x, &y));
        let body = json!({
            "accessToken": {
                "accessKeyId": credentials.access_key_id,
                "secretAccessKey": credentials.secret_access_key,
                "sessionToken": credentials.session_token,
                "accountId": arn.split(':').nth(4),
                "expiresAt": iso(credentials.expires_at),
            },
            "tokenType": "aws_sigv4",
            "clientId": "arn:aws:signin:::devtools/same-device",
            "refreshToken": refresh_token,
            "idToken": "header.payload.signature",
            "dpopKey": *pem,
        });
        CacheFile { name: format!("{}.json", hex(&sha256(arn.as_bytes()))), text: body.to_string() }
    }
}
