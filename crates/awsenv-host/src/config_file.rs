//! Writing to `~/.aws/config` and `~/.aws/credentials`, which belong to the user and to every other AWS tool.

use std::path::{Path, PathBuf};
use std::time::Duration;

use awsenv_profile::{Change, Document, FileKind, SourceFile};

use crate::atomic::try_write;
use crate::files::read_text;
use crate::{Host, HostError, Lock, write_atomic};

/// How long another awsenv may take with the same file.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// A file after [`Host::edit`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edited {
    /// The file.
    pub path: PathBuf,
    /// Whether others than its owner may read or write it.
    pub is_open: bool,
}

#[cfg(unix)]
fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}

/// To replace a file, its folder must be writable, and nothing else. But whoever has taken the right to write away from a file
/// has said something with it.
fn refuse_read_only(path: &Path) -> Result<(), HostError> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.permissions().readonly() => {
            let source = std::io::Error::new(std::io::ErrorKind::PermissionDenied, "it is read-only");
            Err(HostError::Unwritable { path: path.to_owned(), source })
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

impl Host {
    /// Changes settings of one of the two files: read, changed and written whole under a lock, its mode, owner and link
    /// kept. One that is not there begins empty and gets mode 0600. What changes nothing writes nothing.
    ///
    /// # Errors
    /// When it cannot be read, changed or written, or there is no place for it; the file is then as it was.
    pub fn edit(&self, file: FileKind, changes: &[Change<'_>]) -> Result<Edited, HostError> {
        self.rewrite(file, |document| {
            document.changed(changes).map_err(|error| HostError::NotEdited { file: Box::new(document.source().clone()), error })
        })
    }

    /// The same for a change that only the file as it is now can decide.
    ///
    /// # Errors
    /// As [`Host::edit`], and what `change` returns.
    pub fn rewrite<E: From<HostError>>(
        &self,
        file: FileKind,
        change: impl FnOnce(&Document) -> Result<String, E>,
    ) -> Result<Edited, E> {
        let (path, lock) = match file {
            FileKind::Config => (self.config_path()?, "config.lock"),
            FileKind::Credentials => (self.credentials_path()?, "credentials.lock"),
        };
        let _lock = self.lock_file_of(lock)?;
        let text = read_text(&path)?;
        let existed = text.is_some();
        let document = Document::parse(SourceFile::new(file, &path, text.unwrap_or_default()));
        let changed = change(&document)?;
        if changed != document.source().text() && changed != document.text() {
            refuse_read_only(&path)?;
            write_atomic(&path, changed.as_bytes(), true)?;
        }
        Ok(Edited { is_open: existed && is_open(&path), path })
    }

    /// Changes awsenv's own settings file, under a lock and whole or not at all; `change` gets its text, which is empty
    /// when there is no file.
    ///
    /// # Errors
    /// When it cannot be read or written, or there is no place for it.
    pub fn rewrite_settings(&self, change: impl FnOnce(&str) -> String) -> Result<(), HostError> {
        let path = self.directories.settings.as_ref().ok_or(HostError::NoPlace { what: "the settings file" })?;
        let _lock = self.lock_file_of("settings.lock")?;
        let text = read_text(path)?.unwrap_or_default();
        let changed = change(&text);
        if changed == text { Ok(()) } else { write_atomic(path, changed.as_bytes(), true) }
    }

    /// The config file as it is now, for who wants to know what a change would be; one that is not there is empty.
    ///
    /// # Errors
    /// When it cannot be read, or there is no place for it.
    pub fn config_document(&self) -> Result<Document, HostError> {
        let path = self.config_path()?;
        let text = read_text(&path)?.unwrap_or_default();
        Ok(Document::parse(SourceFile::new(FileKind::Config, path, text)))
    }

    fn lock_file_of(&self, name: &str) -> Result<Option<Lock>, HostError> {
        let lock = self.directories.state.as_ref().map(|state| state.join("locks").join(name));
        lock.map(|lock| Lock::take(lock, LOCK_LIMIT, || ())).transpose()
    }

    /// Makes sure that the config file can be written, before something is done that is of use only then.
    ///
    /// # Errors
    /// When it cannot.
    pub fn ensure_config_writable(&self) -> Result<(), HostError> {
        let path = self.config_path()?;
        refuse_read_only(&path)?;
        try_write(&std::fs::canonicalize(&path).unwrap_or(path), 1)
    }

    fn credentials_path(&self) -> Result<PathBuf, HostError> {
        let path = self.directories.aws.credentials.as_ref().map(PathBuf::from);
        path.ok_or(HostError::NoPlace { what: "the credentials file" })
    }

    fn config_path(&self) -> Result<PathBuf, HostError> {
        self.directories.aws.config.as_ref().map(PathBuf::from).ok_or(HostError::NoPlace { what: "the config file" })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use awsenv_profile::{EditError, Place, SectionKind};

    #[test]
    fn a_file_is_made_and_then_changed_in_place() {
        let directory = std::env::temp_dir().join(format!("awsenv-config-file-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&directory);
        let host = Host::with_environment(vec![("HOME".into(), directory.clone().into())]);
        let place = Place { section: SectionKind::Profile, name: "p", key: "login_session", sub: None };
        let set = |value: &str| host.edit(FileKind::Config, &[Change { place, value: Some(value) }]);
        host.ensure_config_writable().unwrap();
        let Edited { path, is_open } = set("one").unwrap();
        assert!(!is_open);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "[profile p]\nlogin_session = one\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
            assert!(set("two").unwrap().is_open);
            let refused = set("t # wo").unwrap_err();
            assert!(matches!(refused, HostError::NotEdited { error: EditError::NotReadBack, .. }));
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
        }
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        std::fs::remove_dir_all(directory).unwrap();
    }
}
