//! What is in the caches, for whoever looks after them; nobody who only wants credentials needs this.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use awsenv_resolve::{CacheKey, CacheKind, Timestamp};

use crate::atomic::is_temporary;
use crate::{Host, HostError, is_mine};

/// How long another awsenv may be at work with an entry that is to be removed.
const LOCK_LIMIT: Duration = Duration::from_secs(1);

/// One file of a cache.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CacheFile {
    /// The cache.
    pub kind: CacheKind,
    /// The file.
    pub path: PathBuf,
    /// What is in it.
    pub content: CacheContent,
}

/// What is in a file of a cache.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CacheContent {
    /// An Identity Center sign-in that is not over.
    SignIn {
        /// `startUrl`.
        start_url: Option<String>,
    },
    /// Something else that may still be of use, or that awsenv does not know.
    Alive,
    /// What cannot be used or renewed since then.
    Ended(Timestamp),
    /// Nothing that anybody can read: why.
    Unreadable(String),
    /// Another user's, so it was not looked into.
    Foreign,
    /// What a process that was killed while it wrote has left.
    Leftover,
}

impl Host {
    /// Returns what is in a cache, by the names of its files.
    pub fn cache_files(&self, kind: CacheKind, now: Timestamp) -> Vec<CacheFile> {
        let directory = self.cache_directory(kind);
        let entries = directory.and_then(|directory| std::fs::read_dir(directory).ok()).into_iter().flatten().flatten();
        let mut files: Vec<CacheFile> = entries
            .filter_map(|entry| {
                let path = entry.path();
                let content = self.cache_content(kind, &path, now)?;
                Some(CacheFile { kind, path, content })
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    /// Removes a file of a cache if it still is of no use: what has ended, or what a killed process has left. Looks again
    /// under the entry's lock, since another process may have renewed it meanwhile.
    ///
    /// # Errors
    /// When it cannot be removed, or another process is at work with it.
    pub fn remove_useless(&self, kind: CacheKind, path: &Path, now: Timestamp) -> Result<(), HostError> {
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let _lock = self.lock(&CacheKey { kind, name }, LOCK_LIMIT, || ())?;
        match self.cache_content(kind, path, now) {
            Some(CacheContent::Ended(_) | CacheContent::Leftover) => {
                std::fs::remove_file(path).map_err(|source| HostError::Unwritable { path: path.to_owned(), source })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// `None` for what is no file of a cache, or is just being written.
    fn cache_content(&self, kind: CacheKind, path: &Path, now: Timestamp) -> Option<CacheContent> {
        let name = path.file_name()?.to_str()?;
        if is_temporary(name) {
            let is_abandoned = OpenOptions::new().write(true).open(path).is_ok_and(|file| file.try_lock().is_ok());
            return is_abandoned.then_some(CacheContent::Leftover);
        }
        let name = name.strip_suffix(".json")?;
        if !is_mine(path) {
            return Some(CacheContent::Foreign);
        }
        // A named pipe would be waited for.
        if !path.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Some(CacheContent::Unreadable("it is no file".to_owned()));
        }
        let key = CacheKey { kind, name: name.to_owned() };
        Some(match kind {
            CacheKind::Role | CacheKind::MfaSession => match self.load_credentials(&key, &mut |_| ()) {
                Some(credentials) => ended(credentials.expiration, now).unwrap_or(CacheContent::Alive),
                None => unread(path),
            },
            CacheKind::Sso => match self.load_sso_token(&key, &mut |_| ()) {
                Some(token) => ended(Some(token.session_end()), now)
                    .unwrap_or_else(|| CacheContent::SignIn { start_url: token.start_url().map(str::to_owned) }),
                None => match self.load_sso_registration(&key, &mut |_| ()) {
                    Some(registration) => ended(Some(registration.expires_at), now).unwrap_or(CacheContent::Alive),
                    None => unread(path),
                },
            },
            // Whether its refresh token still lives only the service knows.
            CacheKind::Login => unread(path),
        })
    }
}

fn ended(end: Option<Timestamp>, now: Timestamp) -> Option<CacheContent> {
    end.filter(|end| *end <= now).map(CacheContent::Ended)
}

/// A document of an unknown shape may be another tool's; what is no document is of no use to anybody.
fn unread(path: &Path) -> CacheContent {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => zeroize::Zeroizing::new(text),
        Err(error) => return CacheContent::Unreadable(error.to_string()),
    };
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(_) => CacheContent::Alive,
        Err(error) => CacheContent::Unreadable(error.to_string()),
    }
}
