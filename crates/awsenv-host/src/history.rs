//! Which profiles were used, for `use -` and the picker's order.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use awsenv_resolve::Timestamp;

use crate::atomic::create_private_directory;
use crate::{Host, Lock, write_atomic};

/// The lines kept when the file is shortened.
const KEPT: usize = 500;

/// The uses of profiles, oldest first: one `SECONDS NAME` a line, appended under a lock, so that two processes at once
/// lose nothing.
#[derive(Clone, Debug, Default)]
pub struct History {
    uses: Vec<(i64, String)>,
}

impl History {
    /// Reads it; a file that is not there is an empty history, and a line that is damaged is not there.
    pub fn load(host: &Host) -> Self {
        let bytes = path(host).and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
        let uses = String::from_utf8_lossy(&bytes);
        let uses = uses.lines().filter_map(|line| {
            let (seconds, name) = line.split_once(' ')?;
            Some((seconds.parse().ok()?, name.to_owned()))
        });
        Self { uses: uses.collect() }
    }

    /// Notes a use. A history that cannot be written is no reason to fail.
    pub fn record(host: &Host, profile: &str, now: Timestamp) {
        let Some(path) = path(host).filter(|_| !profile.contains('\n')) else { return };
        let _ = path.parent().map(create_private_directory);
        // Shortening writes another file, in which what is appended to the old one meanwhile would be missing.
        let _lock = Lock::take(path.with_extension("lock"), Duration::from_secs(1), || ());
        let line = format!("{} {profile}\n", now.epoch_seconds());
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let appended = options.open(&path).and_then(|mut file| file.write_all(line.as_bytes()).and_then(|()| file.metadata()));
        if appended.is_ok_and(|metadata| metadata.len() > 64 * 1024) {
            let history = Self::load(host);
            let kept = history.uses.iter().rev().take(KEPT).rev().map(|(seconds, name)| format!("{seconds} {name}\n"));
            let _ = write_atomic(&path, kept.collect::<String>().as_bytes(), true);
        }
    }

    /// Returns the last profile that is not `current`.
    pub fn last_other(&self, current: Option<&str>) -> Option<&str> {
        self.uses.iter().rev().map(|(_, name)| name.as_str()).find(|name| Some(*name) != current)
    }

    /// Returns a weight for each name: every use counts, and less the older it is (half after a week).
    pub fn weights(&self, now: Timestamp) -> HashMap<&str, f64> {
        const WEEK: f64 = 7.0 * 86_400.0;
        let mut weights = HashMap::new();
        for (seconds, name) in &self.uses {
            #[expect(clippy::cast_precision_loss, reason = "ages are small numbers")]
            let age = (now.epoch_seconds() - seconds).max(0) as f64;
            *weights.entry(name.as_str()).or_insert(0.0) += (-age / WEEK).exp2();
        }
        weights
    }
}

fn path(host: &Host) -> Option<PathBuf> {
    host.directories.state.as_ref().map(|state| state.join("history"))
}
