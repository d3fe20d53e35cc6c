//! Which directories' files are obeyed: by canonical path and content, one record a path.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use awsenv_resolve::{Timestamp, content_hash};
use serde_json::{Value, json};

use crate::directory_file::{check_owner, directory_file_place, open};
use crate::{DirectoryFile, Host, HostError, WindowsDrives, write_atomic};

/// What a person has said about a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trust {
    /// Nothing.
    Unknown,
    /// This very content is allowed.
    Allowed,
    /// Another content is allowed.
    Changed {
        /// That content.
        allowed: String,
    },
    /// Whatever is in it, it is not obeyed.
    Denied,
}

impl Host {
    /// Returns what was said about a file with this content.
    pub fn trust(&self, file: &DirectoryFile, drives: WindowsDrives) -> Trust {
        let Some(record) = self.trust_record(&file.canonical, drives) else { return Trust::Unknown };
        if record.get("denied").and_then(Value::as_bool) == Some(true) {
            return Trust::Denied;
        }
        match (record.get("sha256").and_then(Value::as_str), record.get("text").and_then(Value::as_str)) {
            (Some(hash), _) if hash == file.hash => Trust::Allowed,
            // A record that does not even agree with itself was written by somebody else.
            (Some(hash), Some(text)) if hash == content_hash(text.as_bytes()) => Trust::Changed { allowed: text.to_owned() },
            _ => Trust::Unknown,
        }
    }

    /// Returns whether a file is denied, which can be asked without reading it.
    pub fn is_denied(&self, path: &Path, drives: WindowsDrives) -> bool {
        let record = directory_file_place(path).ok().and_then(|canonical| self.trust_record(&canonical, drives));
        record.is_some_and(|record| record.get("denied").and_then(Value::as_bool) == Some(true))
    }

    /// Allows the content that was read, with a copy of it to compare later ones with.
    ///
    /// # Errors
    /// When that cannot be written down.
    pub fn allow_directory_file(&self, file: &DirectoryFile, now: Timestamp) -> Result<(), HostError> {
        let record = json!({
            "path": file.canonical.to_string_lossy(),
            "sha256": file.hash,
            "text": file.text,
            "at": now.to_string(),
        });
        self.write_trust(&file.canonical, &record)
    }

    /// Denies whatever is or will be at a path.
    ///
    /// # Errors
    /// When that cannot be written down.
    pub fn deny_directory_file(&self, canonical: &Path, now: Timestamp) -> Result<(), HostError> {
        let record = json!({"path": canonical.to_string_lossy(), "denied": true, "at": now.to_string()});
        self.write_trust(canonical, &record)
    }

    /// Returns the records of allowed files that are gone, with the paths that they are about. Where the whole directory is gone, it
    /// may be on a drive that is not there now.
    pub fn forgotten_directory_files(&self) -> Vec<(PathBuf, PathBuf)> {
        let directory = self.directories.state.as_ref().map(|state| state.join("trust"));
        let entries = directory.and_then(|directory| std::fs::read_dir(directory).ok()).into_iter().flatten().flatten();
        let mut forgotten: Vec<(PathBuf, PathBuf)> = entries
            .filter_map(|entry| {
                let text = std::fs::read_to_string(entry.path()).ok()?;
                let record: Value = serde_json::from_str(&text).ok()?;
                let path = PathBuf::from(record.get("path")?.as_str()?);
                // What is denied is so whatever will be there.
                let is_allowed = record.get("sha256").is_some();
                let is_gone = path.parent().is_some_and(Path::is_dir) && path.symlink_metadata().is_err();
                (is_allowed && is_gone).then(|| (entry.path(), path))
            })
            .collect();
        forgotten.sort();
        forgotten
    }

    /// Forgets what was said about a file, by the record of [`Host::forgotten_directory_files`].
    ///
    /// # Errors
    /// When the record cannot be removed.
    pub fn forget_directory_file(&self, record: &Path) -> Result<(), HostError> {
        std::fs::remove_file(record).map_err(|source| HostError::Unwritable { path: record.to_owned(), source })
    }

    fn write_trust(&self, canonical: &Path, record: &Value) -> Result<(), HostError> {
        let path = self.trust_file(canonical).ok_or(HostError::NoPlace { what: "the record of trust" })?;
        write_atomic(&path, record.to_string().as_bytes(), false)
    }

    /// A record that others could have written says nothing.
    fn trust_record(&self, canonical: &Path, drives: WindowsDrives) -> Option<Value> {
        let path = self.trust_file(canonical)?;
        let file = open(&path).ok()?;
        check_owner(&file.metadata().ok()?, &path, drives).ok()?;
        let mut text = String::new();
        (&file).take(1024 * 1024).read_to_string(&mut text).ok()?;
        let record: Value = serde_json::from_str(&text).ok()?;
        let is_of_path = record.get("path").and_then(Value::as_str) == Some(&canonical.to_string_lossy());
        Some(record).filter(|_| is_of_path)
    }

    fn trust_file(&self, canonical: &Path) -> Option<PathBuf> {
        let name = content_hash(canonical.as_os_str().as_encoded_bytes());
        self.directories.state.as_ref().map(|state| state.join("trust").join(name))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::read_directory_file;
    use crate::scratch::Scratch;
    use std::os::unix::fs::PermissionsExt as _;

    const NOW: Timestamp = Timestamp::from_epoch_seconds(1_795_316_080);

    fn machine() -> (Scratch, Host, PathBuf) {
        let scratch = Scratch::new();
        let host = Host::with_environment(vec![("AWSENV_STATE_DIR".into(), scratch.path().join("state").into())]);
        let path = scratch.path().join(".awsenv");
        std::fs::write(&path, "profile = a\n").unwrap();
        (scratch, host, path)
    }

    #[test]
    fn only_what_was_allowed_is_allowed() {
        let (scratch, host, path) = machine();
        let file = read_directory_file(&path, WindowsDrives::Refused).unwrap();
        assert_eq!(host.trust(&file, WindowsDrives::Refused), Trust::Unknown);
        host.allow_directory_file(&file, NOW).unwrap();
        assert_eq!(host.trust(&file, WindowsDrives::Refused), Trust::Allowed);
        std::fs::write(&path, "profile = b\n").unwrap();
        let changed = read_directory_file(&path, WindowsDrives::Refused).unwrap();
        assert_eq!(host.trust(&changed, WindowsDrives::Refused), Trust::Changed { allowed: "profile = a\n".into() });
        // The same content elsewhere is another file.
        let elsewhere = scratch.path().join("elsewhere");
        std::fs::write(&elsewhere, "profile = a\n").unwrap();
        assert_eq!(
            host.trust(&read_directory_file(&elsewhere, WindowsDrives::Refused).unwrap(), WindowsDrives::Refused),
            Trust::Unknown
        );
    }

    #[test]
    fn denying_wins_until_it_is_allowed_again() {
        let (_scratch, host, path) = machine();
        let file = read_directory_file(&path, WindowsDrives::Refused).unwrap();
        host.allow_directory_file(&file, NOW).unwrap();
        host.deny_directory_file(&file.canonical, NOW).unwrap();
        assert_eq!(
            (host.trust(&file, WindowsDrives::Refused), host.is_denied(&path, WindowsDrives::Refused)),
            (Trust::Denied, true)
        );
        host.allow_directory_file(&file, NOW).unwrap();
        assert_eq!(
            (host.trust(&file, WindowsDrives::Refused), host.is_denied(&path, WindowsDrives::Refused)),
            (Trust::Allowed, false)
        );
    }

    #[test]
    fn a_record_is_private_and_one_that_others_may_write_says_nothing() {
        let (_scratch, host, path) = machine();
        let file = read_directory_file(&path, WindowsDrives::Refused).unwrap();
        host.allow_directory_file(&file, NOW).unwrap();
        let record = host.trust_file(&file.canonical).unwrap();
        assert_eq!(std::fs::metadata(&record).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&record, std::fs::Permissions::from_mode(0o666)).unwrap();
        assert_eq!(host.trust(&file, WindowsDrives::Refused), Trust::Unknown);
    }

    #[test]
    fn a_damaged_record_says_nothing() {
        let (_scratch, host, path) = machine();
        let file = read_directory_file(&path, WindowsDrives::Refused).unwrap();
        host.allow_directory_file(&file, NOW).unwrap();
        let record = host.trust_file(&file.canonical).unwrap();
        for text in ["", "{", "[]", "{\"path\":\"/elsewhere\",\"sha256\":\"x\"}"] {
            std::fs::write(&record, text).unwrap();
            assert_eq!(host.trust(&file, WindowsDrives::Refused), Trust::Unknown, "{text}");
        }
    }
}
