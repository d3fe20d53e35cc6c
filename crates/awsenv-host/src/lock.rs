//! One at a time, across processes.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use awsenv_resolve::CacheKey;

use crate::atomic::create_private_directory;
use crate::{Host, HostError};

/// How long a wait may be before it is worth a word.
const PATIENCE: Duration = Duration::from_millis(500);

/// A lock on one cache entry, held until it is dropped or the process dies, however it dies: the system keeps it, and
/// no file that is left behind means anything.
#[derive(Debug)]
pub struct Lock {
    _file: Option<File>,
}

impl Host {
    /// Waits for the lock of a cache entry. `waiting` is called once, when somebody else has it for half a second.
    ///
    /// # Errors
    /// When it is not free after `limit`. Where no lock can be made (a state directory that cannot be written), there
    /// is none, and the caller goes on: a read-only home must not stop a switch.
    pub fn lock(&self, key: &CacheKey, limit: Duration, waiting: impl FnOnce()) -> Result<Lock, HostError> {
        match self.lock_file(key) {
            Some(path) => Lock::take(path, limit, waiting),
            None => Ok(Lock { _file: None }),
        }
    }

    pub(crate) fn lock_file(&self, key: &CacheKey) -> Option<PathBuf> {
        let state = self.directories.state.as_ref()?;
        Some(state.join("locks").join(format!("{:?}-{}.lock", key.kind, key.name).to_lowercase()))
    }
}

impl Lock {
    /// Where no lock can be made.
    pub(crate) fn none() -> Self {
        Self { _file: None }
    }

    /// Waits for the lock that a file stands for.
    pub(crate) fn take(path: PathBuf, limit: Duration, waiting: impl FnOnce()) -> Result<Self, HostError> {
        let opened = path.parent().map(create_private_directory).transpose().and_then(|_| {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            #[cfg(unix)]
            {
                use std::os::unix::fs::OpenOptionsExt as _;
                options.mode(0o600);
            }
            options.open(&path)
        });
        let Ok(file) = opened else { return Ok(Self { _file: None }) };
        let start = Instant::now();
        let mut waiting = Some(waiting);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: Some(file) }),
                Err(TryLockError::WouldBlock) if start.elapsed() >= limit => {
                    return Err(HostError::LockTimeout { path, waited: start.elapsed() });
                }
                Err(TryLockError::WouldBlock) => {
                    if start.elapsed() > PATIENCE
                        && let Some(waiting) = waiting.take()
                    {
                        waiting();
                    }
                    std::thread::sleep(Duration::from_millis(25));
                }
                // A file system without locks (some network mounts).
                Err(TryLockError::Error(_)) => return Ok(Self { _file: None }),
            }
        }
    }
}
