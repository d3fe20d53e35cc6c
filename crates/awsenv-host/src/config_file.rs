//! Writing to `~/.aws/config` and `~/.aws/credentials`, which belong to the user and to every other AWS tool.

use std::path::{Path, PathBuf};
use std::time::Duration;

use awsenv_profile::{Change, Document, FileKind, Repair, SourceFile};

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

/// Returns whether others than its owner may read or write a file; never where permissions are another matter (Windows).
#[cfg(unix)]
#[must_use]
pub fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

/// Returns whether others than its owner may read or write a file; never where permissions are another matter (Windows).
#[cfg(not(unix))]
#[must_use]
pub fn is_open(_: &Path) -> bool {
    false
}

/// A change of one file, not yet written; nobody else changes the file meanwhile.
struct Edit {
    path: PathBuf,
    existed: bool,
    document: Document,
    changed: String,
    _lock: Option<Lock>,
}

impl Edit {
    fn commit(&self) -> Result<(), HostError> {
        if self.changed == self.document.source().text() || self.changed == self.document.text() {
            return Ok(());
        }
        refuse_read_only(&self.path)?;
        write_atomic(&self.path, self.changed.as_bytes(), true)
    }

    /// As well as it can be done: who cannot write now is told of the first failure.
    fn take_back(&self) {
        let _ = match self.existed {
            true => write_atomic(&self.path, self.document.source().text().as_bytes(), true).is_ok(),
            false => std::fs::remove_file(&self.path).is_ok(),
        };
    }

    fn done(self) -> Edited {
        Edited { is_open: self.existed && is_open(&self.path), path: self.path }
    }
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

/// What [`Host::rewrite`] does to change settings.
fn settings_changed(changes: &[Change<'_>]) -> impl FnOnce(&Document) -> Result<String, HostError> {
    |document| {
        document.changed(changes).map_err(|error| HostError::NotEdited { file: Box::new(document.source().clone()), error })
    }
}

impl Host {
    /// Changes settings of one of the two files: read, changed and written whole under a lock, its mode, owner and link
    /// kept. One that is not there begins empty and gets mode 0600. What changes nothing writes nothing.
    ///
    /// # Errors
    /// When it cannot be read, changed or written, or there is no place for it; the file is then as it was.
    pub fn edit(&self, file: FileKind, changes: &[Change<'_>]) -> Result<Edited, HostError> {
        self.rewrite(file, settings_changed(changes))
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
        let edit = self.prepare(file, change)?;
        edit.commit()?;
        Ok(edit.done())
    }

    /// Changes both files, or neither, as far as two files allow: both are read, changed and found writable before the
    /// first is written, and when the second then fails the first is put back. The credentials come first: whoever is
    /// killed in between has keys that work, and lacks a region at most. Returns what the credentials file is.
    ///
    /// # Errors
    /// As [`Host::edit`]; both files are then as they were.
    pub fn edit_both(&self, credentials: &[Change<'_>], config: &[Change<'_>]) -> Result<Edited, HostError> {
        let canonical = |path: PathBuf| std::fs::canonicalize(&path).unwrap_or(path);
        if canonical(self.credentials_path()?) == canonical(self.config_path()?) {
            // One file under two names.
            self.edit(FileKind::Config, config)?;
            return self.edit(FileKind::Credentials, credentials);
        }
        let credentials = self.prepare(FileKind::Credentials, settings_changed(credentials))?;
        let config = self.prepare(FileKind::Config, settings_changed(config))?;
        for edit in [&credentials, &config] {
            try_write(&canonical(edit.path.clone()), edit.changed.len())?;
        }
        credentials.commit()?;
        if let Err(error) = config.commit() {
            credentials.take_back();
            return Err(error);
        }
        Ok(credentials.done())
    }

    /// Takes the file's lock, reads it and makes the change, which is not written yet.
    fn prepare<E: From<HostError>>(
        &self,
        file: FileKind,
        change: impl FnOnce(&Document) -> Result<String, E>,
    ) -> Result<Edit, E> {
        let (path, lock) = self.locked(file)?;
        let text = read_text(&path)?;
        let existed = text.is_some();
        let document = Document::parse(SourceFile::new(file, &path, text.unwrap_or_default()));
        let changed = change(&document)?;
        Ok(Edit { path, existed, document, changed, _lock: lock })
    }

    /// Makes sure that the credentials file can be written, before something is done that is of use only then.
    ///
    /// # Errors
    /// When it cannot.
    pub fn ensure_credentials_writable(&self) -> Result<(), HostError> {
        let path = self.credentials_path()?;
        try_write(&std::fs::canonicalize(&path).unwrap_or(path), 1)
    }

    /// Mends lines of one of the two files, as [`Host::edit`] changes settings. `linted` is the file for which the repairs were
    /// made; when it is another by now, nothing is done. Returns which of the repairs were.
    ///
    /// # Errors
    /// When it cannot be read or written; the file is then as it was.
    pub fn repair(&self, linted: &SourceFile, repairs: &[Repair]) -> Result<Vec<usize>, HostError> {
        let (path, _lock) = self.locked(linted.kind())?;
        if read_text(&path)?.as_deref() != Some(linted.text()) {
            return Ok(Vec::new());
        }
        let repaired = Document::parse(linted.clone()).repaired(repairs);
        if repaired.text != linted.text() {
            refuse_read_only(&path)?;
            write_atomic(&path, repaired.text.as_bytes(), true)?;
        }
        Ok(repaired.done)
    }

    /// The file's path, and the lock under which it is written.
    fn locked(&self, file: FileKind) -> Result<(PathBuf, Option<Lock>), HostError> {
        let (path, lock) = match file {
            FileKind::Config => (self.config_path()?, "config.lock"),
            FileKind::Credentials => (self.credentials_path()?, "credentials.lock"),
        };
        Ok((path, self.lock_file_of(lock)?))
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
        path.ok_or_else(|| self.no_file("AWS_SHARED_CREDENTIALS_FILE", "the credentials file"))
    }

    fn no_file(&self, variable: &'static str, what: &'static str) -> HostError {
        match self.env.text(variable) {
            Some("") => HostError::NoFile { variable, what },
            _ => HostError::NoPlace { what },
        }
    }

    fn config_path(&self) -> Result<PathBuf, HostError> {
        let path = self.directories.aws.config.as_ref().map(PathBuf::from);
        path.ok_or_else(|| self.no_file("AWS_CONFIG_FILE", "the config file"))
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

    #[test]
    fn a_first_change_is_taken_back_when_the_second_fails() {
        let directory = std::env::temp_dir().join(format!("awsenv-both-files-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&directory);
        let host = Host::with_environment(vec![("HOME".into(), directory.clone().into())]);
        let place = Place { section: SectionKind::Profile, name: "p", key: "region", sub: None };
        let change = |value| [Change { place, value: Some(value) }];
        for before in [None, Some("[p]\nregion = old\n")] {
            let path = directory.join(".aws/credentials");
            if let Some(before) = before {
                std::fs::create_dir_all(directory.join(".aws")).unwrap();
                std::fs::write(&path, before).unwrap();
            }
            let edit = host.prepare(FileKind::Credentials, settings_changed(&change("new"))).unwrap();
            edit.commit().unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "[p]\nregion = new\n");
            edit.take_back();
            assert_eq!(std::fs::read_to_string(&path).ok().as_deref(), before);
        }
        // What cannot be changed is found before anything is written.
        std::fs::write(directory.join(".aws/config"), "[profile p]\njunk\n").unwrap();
        host.edit_both(&change("new"), &change("new")).unwrap_err();
        assert_eq!(std::fs::read_to_string(directory.join(".aws/credentials")).unwrap(), "[p]\nregion = old\n");
        std::fs::write(directory.join(".aws/config"), "").unwrap();
        host.edit_both(&change("new"), &change("two")).unwrap();
        assert_eq!(std::fs::read_to_string(directory.join(".aws/config")).unwrap(), "[profile p]\nregion = two\n");
        std::fs::remove_dir_all(directory).unwrap();
    }
}
