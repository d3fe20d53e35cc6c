//! Writing to `~/.aws/config`, which belongs to the user and to every other AWS tool.

use std::path::PathBuf;
use std::time::Duration;

use awsenv_profile::{Document, FileKind, SourceFile};

use crate::atomic::try_write;
use crate::files::read_text;
use crate::{Host, HostError, Lock, write_atomic};

/// How long another awsenv may take with the same file.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

impl Host {
    /// Changes the config file: read, changed and written whole under a lock, its mode kept. One that is not there begins
    /// empty and gets mode 0600.
    ///
    /// # Errors
    /// When it cannot be read or written, or there is no place for it; the file is then as it was.
    pub fn edit_config(&self, edit: impl FnOnce(&Document) -> String) -> Result<PathBuf, HostError> {
        let path = self.config_path()?;
        let lock = self.directories.state.as_ref().map(|state| state.join("locks").join("config.lock"));
        let _lock = lock.map(|lock| Lock::take(lock, LOCK_LIMIT, || ())).transpose()?;
        let text = read_text(&path)?.unwrap_or_default();
        let document = Document::parse(SourceFile::new(FileKind::Config, &path, text));
        write_atomic(&path, edit(&document).as_bytes(), true)?;
        Ok(path)
    }

    /// Makes sure that the config file can be written, before something is done that is of use only then.
    ///
    /// # Errors
    /// When it cannot.
    pub fn ensure_config_writable(&self) -> Result<(), HostError> {
        let path = self.config_path()?;
        try_write(&std::fs::canonicalize(&path).unwrap_or(path), 1)
    }

    fn config_path(&self) -> Result<PathBuf, HostError> {
        self.directories.aws.config.as_ref().map(PathBuf::from).ok_or(HostError::NoPlace { what: "the config file" })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use awsenv_profile::SectionKind;

    #[test]
    fn a_file_is_made_and_then_changed_in_place() {
        let directory = std::env::temp_dir().join(format!("awsenv-config-file-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&directory);
        let host = Host::with_environment(vec![("HOME".into(), directory.clone().into())]);
        let set =
            |value: &str| host.edit_config(|document| document.with_setting(SectionKind::Profile, "p", "login_session", value));
        host.ensure_config_writable().unwrap();
        let path = set("one").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "[profile p]\nlogin_session = one\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
            set("two").unwrap();
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
        }
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        std::fs::remove_dir_all(directory).unwrap();
    }
}
