//! Renewals in the background: one at a time for all shells, and what became of the last that did not work.

use std::path::PathBuf;
use std::time::Duration;

use awsenv_resolve::{CacheKey, Timestamp};
use serde_json::{Value, json};

use crate::{Host, Lock, write_atomic};

/// A renewal that failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FailedRenewal {
    /// When.
    pub at: Timestamp,
    /// Whether a person is needed, so that there is no use in trying again.
    pub needs_person: bool,
    /// In words.
    pub message: String,
}

impl Host {
    /// Returns the right to renew an entry, or nothing when another process is at it.
    pub fn lock_renewal(&self, key: &CacheKey) -> Option<Lock> {
        let path = self.renewal_file(key)?.with_extension("lock");
        Lock::take(path, Duration::ZERO, || ()).ok()
    }

    /// Returns the last renewal of an entry, if it failed.
    pub fn failed_renewal(&self, key: &CacheKey) -> Option<FailedRenewal> {
        let text = std::fs::read_to_string(self.renewal_file(key)?).ok()?;
        let document: Value = serde_json::from_str(&text).ok()?;
        Some(FailedRenewal {
            at: Timestamp::parse(document.get("at")?.as_str()?)?,
            needs_person: document.get("needs_person")?.as_bool()?,
            message: document.get("message")?.as_str()?.to_owned(),
        })
    }

    /// Notes what became of a renewal. Where it cannot be noted, the next one tries for itself.
    pub fn note_renewal(&self, key: &CacheKey, failed: Option<&FailedRenewal>) {
        let Some(path) = self.renewal_file(key) else { return };
        let _ = match failed {
            Some(failed) => {
                let document =
                    json!({"at": failed.at.to_string(), "needs_person": failed.needs_person, "message": failed.message});
                write_atomic(&path, document.to_string().as_bytes(), false).is_ok()
            }
            None => std::fs::remove_file(&path).is_ok(),
        };
    }

    fn renewal_file(&self, key: &CacheKey) -> Option<PathBuf> {
        Some(self.directories.state.as_ref()?.join("renewals").join(key.file_name()))
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn one_at_a_time_and_failures_are_remembered() {
        let scratch = Scratch::new();
        let host = Host::with_environment(vec![("AWSENV_STATE_DIR".into(), scratch.path().join("state").into())]);
        let key = CacheKey::login("arn:aws:iam::111122223333:user/ana");
        let lock = host.lock_renewal(&key).unwrap();
        assert!(host.lock_renewal(&key).is_none());
        drop(lock);
        assert!(host.lock_renewal(&key).is_some());
        let failed = FailedRenewal { at: Timestamp::from_epoch_seconds(1_795_316_080), needs_person: true, message: "no".into() };
        host.note_renewal(&key, Some(&failed));
        assert_eq!(host.failed_renewal(&key), Some(failed));
        host.note_renewal(&key, None);
        assert_eq!(host.failed_renewal(&key), None);
    }
}
