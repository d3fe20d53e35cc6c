//! To which account an access key belongs, as AWS has said once: that never changes.

use std::path::PathBuf;
use std::time::Duration;

use crate::files::read_text;
use crate::{Host, Lock, write_atomic};

/// Nobody has more keys than this; the oldest answers go first.
const KEPT: usize = 200;

impl Host {
    /// Returns the account of a long-term access key, if AWS has been asked before.
    pub fn account_of_key(&self, access_key_id: &str) -> Option<String> {
        self.known_accounts().into_iter().rev().find(|(id, _)| id == access_key_id).map(|(_, account_id)| account_id)
    }

    /// Remembers AWS's answer, one `KEY-ID ACCOUNT` a line. One that cannot be kept is asked for again.
    pub fn note_account_of_key(&self, access_key_id: &str, account_id: &str) {
        let Some(path) = self.account_ids() else { return };
        let _lock = Lock::take(path.with_extension("lock"), Duration::from_secs(2), || ());
        let mut known = self.known_accounts();
        known.retain(|(id, _)| id != access_key_id);
        known.push((access_key_id.to_owned(), account_id.to_owned()));
        let oldest = known.len().saturating_sub(KEPT);
        let text: String = known[oldest..].iter().map(|(id, account_id)| format!("{id} {account_id}\n")).collect();
        let _ = write_atomic(&path, text.as_bytes(), false);
    }

    fn known_accounts(&self) -> Vec<(String, String)> {
        let text = self.account_ids().and_then(|path| read_text(&path).ok().flatten()).unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.split_once(' '));
        lines.map(|(id, account_id)| (id.to_owned(), account_id.to_owned())).collect()
    }

    fn account_ids(&self) -> Option<PathBuf> {
        self.directories.state.as_ref().map(|state| state.join("accounts"))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn an_answer_is_kept() {
        let directory = std::env::temp_dir().join(format!("awsenv-accounts-{}", std::process::id()));
        let host = Host::with_environment(vec![("AWSENV_STATE_DIR".into(), directory.clone().into())]);
        assert_eq!(host.account_of_key("AKIAONE"), None);
        host.note_account_of_key("AKIAONE", "111122223333");
        host.note_account_of_key("AKIATWO", "222233334444");
        host.note_account_of_key("AKIAONE", "111122223333");
        assert_eq!(host.account_of_key("AKIAONE").as_deref(), Some("111122223333"));
        assert_eq!(host.account_of_key("AKIATWO").as_deref(), Some("222233334444"));
        assert_eq!(std::fs::read_to_string(directory.join("accounts")).unwrap().lines().count(), 2);
        std::fs::remove_dir_all(directory).unwrap();
    }
}
