//! Everything that nobody may see, and where it must not be.

use std::collections::BTreeSet;

use crate::Sandbox;

/// Folders and files in which secrets belong.
const VAULTS: &[&str] = &[
    "home/.aws/credentials",
    "home/.aws/cli/cache/",
    "home/.aws/sso/cache/",
    "home/.aws/login/cache/",
    "home/.aws/web-identity-token",
    "state/mfa-sessions/",
];

impl Sandbox {
    /// Returns every secret of this machine and its AWS: keys, tokens, codes, client secrets, cached or on the wire.
    pub fn secrets(&self) -> BTreeSet<String> {
        let mut secrets = BTreeSet::new();
        if let Some(server) = self.server_if_any() {
            server.world(|world| {
                secrets.extend(world.users.iter().map(|user| user.secret_access_key.clone()));
                secrets.extend(world.sso_tokens.iter().map(|token| token.access_token.clone()));
                secrets.extend(world.sso_tokens.iter().filter_map(|token| token.refresh_token.clone()));
                secrets.extend(world.oidc_clients.iter().map(|client| client.client_secret.clone()));
                secrets.extend(world.login_sessions.iter().map(|session| session.refresh_token.clone()));
                secrets.extend(world.web_identity_tokens.iter().map(|token| token.token.clone()));
                secrets.extend(world.container.iter().map(|container| container.token.clone()));
            });
            for request in server.requests() {
                secrets.extend(request.param("TokenCode").map(str::to_owned));
                secrets.extend(request.header("x-amz-security-token").map(str::to_owned));
                secrets.extend(request.header("x-amz-sso_bearer_token").map(str::to_owned));
            }
        }
        for (name, text) in self.files().texts() {
            if VAULTS.iter().any(|vault| name.starts_with(vault)) && name.ends_with(".json") {
                secrets.extend(values_of(&text));
            }
        }
        // Too short to be told from anything else.
        secrets.retain(|secret| secret.len() >= 6);
        secrets
    }

    /// Demands that a text shows none of the secrets.
    ///
    /// # Panics
    /// When it does.
    #[track_caller]
    pub fn assert_no_secret(&self, what: &str, text: &str) {
        for secret in self.secrets() {
            assert!(!shows(text, &secret), "{what} shows the secret {secret}:\n{text}");
        }
    }

    /// Demands that no file but those that are for it holds a secret, and that those are nobody else's to read.
    ///
    /// # Panics
    /// When one does.
    #[track_caller]
    pub fn assert_no_secret_on_disk(&self) {
        let (secrets, files) = (self.secrets(), self.files());
        for (name, text) in files.texts() {
            if VAULTS.iter().any(|vault| name.starts_with(vault)) {
                #[cfg(unix)]
                assert_eq!(files.mode(&name), Some(0o600), "{name}");
                continue;
            }
            for secret in &secrets {
                assert!(!shows(&text, secret), "{name} holds the secret {secret}:\n{text}");
            }
        }
    }
}

/// An MFA code is six digits, which a longer number may hold by chance.
fn shows(text: &str, secret: &str) -> bool {
    let is_code = secret.bytes().all(|byte| byte.is_ascii_digit());
    text.match_indices(secret).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + secret.len()..].chars().next();
        !is_code || ![before, after].into_iter().flatten().any(|c| c.is_ascii_alphanumeric())
    })
}

/// The values of a cache file's secret members, without a JSON reader: the files are written on one line.
fn values_of(text: &str) -> Vec<String> {
    const NAMES: &[&str] = &[
        "SecretAccessKey",
        "SessionToken",
        "secretAccessKey",
        "sessionToken",
        "accessToken",
        "refreshToken",
        "clientSecret",
        "dpopKey",
    ];
    let mut values = Vec::new();
    for name in NAMES {
        for (at, found) in text.match_indices(&format!("\"{name}\"")) {
            let rest = text[at + found.len()..].trim_start_matches([':', ' ']);
            if let Some(value) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                values.push(value.to_owned());
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::{shows, values_of};

    #[test]
    fn a_code_in_a_longer_number_is_no_code() {
        assert!(shows("code 123456.", "123456"));
        assert!(!shows("at 1234567", "123456"));
        assert!(shows("xhunter2x", "hunter2"));
    }

    #[test]
    fn cache_files_are_read() {
        assert_eq!(values_of(r#"{"Credentials": {"SecretAccessKey": "a/b", "SessionToken":"c"}}"#), ["a/b", "c"]);
    }
}
