//! The MFA codes that were used a moment ago, by any awsenv of this user: AWS takes each only once.

use std::path::PathBuf;
use std::time::Duration;

use awsenv_resolve::{Secret, Timestamp, secret_hash};

use crate::files::read_text;
use crate::{Host, Lock, write_atomic};

/// A code is taken in its own half minute, the one before and the one after.
const KEPT_SECONDS: i64 = 90;

impl Host {
    /// Notes that a code has been used. One `SECONDS HASH` a line; the hash, so that nobody reads codes there.
    /// A note that cannot be made is no reason to fail.
    pub fn note_spent_code(&self, serial: &str, code: &Secret, now: Timestamp) {
        let Some(path) = self.spent_codes() else { return };
        let _lock = Lock::take(path.with_extension("lock"), Duration::from_secs(2), || ());
        let mut lines: Vec<(i64, String)> = self.recent(now);
        lines.push((now.epoch_seconds(), hash(serial, code)));
        let text: String = lines.iter().map(|(seconds, hash)| format!("{seconds} {hash}\n")).collect();
        let _ = write_atomic(&path, text.as_bytes(), false);
    }

    /// Returns when a code was used, if that was in the last minute and a half.
    pub fn code_spent_at(&self, serial: &str, code: &Secret, now: Timestamp) -> Option<Timestamp> {
        let wanted = hash(serial, code);
        let used = self.recent(now).into_iter().rev().find(|(_, hash)| *hash == wanted);
        used.map(|(seconds, _)| Timestamp::from_epoch_seconds(seconds))
    }

    fn recent(&self, now: Timestamp) -> Vec<(i64, String)> {
        let text = self.spent_codes().and_then(|path| read_text(&path).ok().flatten()).unwrap_or_default();
        let lines = text.lines().filter_map(|line| {
            let (seconds, hash) = line.split_once(' ')?;
            Some((seconds.parse::<i64>().ok()?, hash.to_owned()))
        });
        // One from the future was written before the clock was set back.
        lines.filter(|(seconds, _)| (0..KEPT_SECONDS).contains(&(now.epoch_seconds() - seconds))).collect()
    }

    fn spent_codes(&self) -> Option<PathBuf> {
        self.directories.state.as_ref().map(|state| state.join("mfa-codes"))
    }
}

fn hash(serial: &str, code: &Secret) -> String {
    secret_hash(Secret::new(format!("{serial}\n{}", code.reveal())).reveal().as_bytes())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn a_code_is_remembered_for_a_minute_and_a_half() {
        let directory = std::env::temp_dir().join(format!("awsenv-spent-{}", std::process::id()));
        let host = Host::with_environment(vec![("AWSENV_STATE_DIR".into(), directory.clone().into())]);
        let (at, code) = (Timestamp::from_epoch_seconds, Secret::new("123456"));
        host.note_spent_code("device", &code, at(1_000));
        host.note_spent_code("device", &Secret::new("654321"), at(1_050));
        assert_eq!(host.code_spent_at("device", &code, at(1_089)), Some(at(1_000)));
        assert_eq!(host.code_spent_at("device", &code, at(1_090)), None);
        assert_eq!(host.code_spent_at("device", &code, at(999)), None, "the clock was set back");
        assert_eq!(host.code_spent_at("other", &code, at(1_001)), None);
        host.note_spent_code("device", &code, at(1_095));
        let text = std::fs::read_to_string(directory.join("mfa-codes")).unwrap();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(!text.contains("123456"), "{text}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(directory.join("mfa-codes")).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::remove_dir_all(directory).unwrap();
    }
}
