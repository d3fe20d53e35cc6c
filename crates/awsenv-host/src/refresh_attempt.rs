//! What became of the last refresh of a sign-in that did not work, so that a hundred processes do not try it one after
//! the other.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use awsenv_resolve::{CacheKey, Secret, secret_hash};
use serde_json::{Value, json};

use crate::{Host, write_atomic};

/// A refresh that failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefreshAttempt {
    /// When it was noted.
    pub at: SystemTime,
    /// The service will not take this refresh token again.
    pub is_final: bool,
    /// The stable name of what went wrong.
    pub code: String,
    /// In words.
    pub message: String,
}

impl RefreshAttempt {
    /// Returns whether it was noted less than this ago.
    pub fn is_younger_than(&self, limit: Duration) -> bool {
        self.at.elapsed().is_ok_and(|since| since < limit)
    }
}

impl Host {
    /// Returns the last failed refresh with this very refresh token.
    pub fn failed_refresh(&self, key: &CacheKey, refresh_token: &Secret) -> Option<RefreshAttempt> {
        let path = self.attempt_file(key)?;
        let text = std::fs::read_to_string(&path).ok()?;
        let document: Value = serde_json::from_str(&text).ok()?;
        let field = |name: &str| document.get(name).and_then(Value::as_str);
        if field("refresh_token") != Some(&secret_hash(refresh_token.reveal().as_bytes())) {
            return None;
        }
        Some(RefreshAttempt {
            at: std::fs::metadata(&path).and_then(|metadata| metadata.modified()).ok()?,
            is_final: document.get("final")?.as_bool()?,
            code: field("code")?.to_owned(),
            message: field("message")?.to_owned(),
        })
    }

    /// Notes a failed refresh. Where it cannot be noted, the next process tries for itself.
    pub fn note_failed_refresh(&self, key: &CacheKey, refresh_token: &Secret, attempt: &RefreshAttempt) {
        let Some(path) = self.attempt_file(key) else { return };
        let document = json!({
            "refresh_token": secret_hash(refresh_token.reveal().as_bytes()),
            "final": attempt.is_final,
            "code": attempt.code,
            "message": attempt.message,
        });
        let _ = write_atomic(&path, document.to_string().as_bytes(), false);
    }

    /// Forgets it.
    pub fn forget_failed_refresh(&self, key: &CacheKey) {
        let _ = self.attempt_file(key).map(std::fs::remove_file);
    }

    fn attempt_file(&self, key: &CacheKey) -> Option<PathBuf> {
        Some(self.directories.state.as_ref()?.join("refresh").join(key.file_name()))
    }
}
