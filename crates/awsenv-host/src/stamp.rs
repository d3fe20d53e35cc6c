//! Files that tell a shell, which starts no process for it, whether another file has changed: `test FILE -nt STAMP` and
//! `test FILE -ot STAMP` are both false as long as the stamp's time is the file's.

use std::fs::{File, FileTimes};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use awsenv_resolve::content_hash;

use crate::Host;
use crate::atomic::create_private_directory;

/// Longer than a shell stays in one directory.
const KEPT: Duration = Duration::from_secs(30 * 86_400);

impl Host {
    /// Returns the stamp of a file as it was at this time, shared by all shells that saw it so. Where there can be
    /// none, the file itself, which is never newer or older than itself: then changes are noticed at the next `cd`.
    pub fn stamp(&self, path: &Path, modified: Option<SystemTime>) -> PathBuf {
        modified.and_then(|modified| self.make_stamp(path, modified)).unwrap_or_else(|| path.to_owned())
    }

    fn make_stamp(&self, path: &Path, modified: SystemTime) -> Option<PathBuf> {
        let directory = self.directories.state.as_ref()?.join("stamps");
        let since = modified.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        let hash = content_hash(path.as_os_str().as_encoded_bytes());
        let stamp = directory.join(format!("{}-{}.{:09}", &hash[..16], since.as_secs(), since.subsec_nanos()));
        let is_right =
            |stamp: &Path| stamp.metadata().and_then(|metadata| metadata.modified()).is_ok_and(|time| time == modified);
        if is_right(&stamp) {
            return Some(stamp);
        }
        create_private_directory(&directory).ok()?;
        sweep(&directory);
        let file = File::create(&stamp).ok()?;
        file.set_times(FileTimes::new().set_modified(modified).set_accessed(SystemTime::now())).ok()?;
        // A file system with coarser times would make every prompt look again.
        is_right(&stamp).then_some(stamp)
    }
}

/// Removes what nobody has needed for long. The modification time is another file's; the time of access is our own.
fn sweep(directory: &Path) {
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let accessed = entry.metadata().and_then(|metadata| metadata.accessed());
        if accessed.is_ok_and(|accessed| accessed.elapsed().is_ok_and(|age| age > KEPT)) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_stamp_has_the_time_of_its_file_whatever_that_is() {
        let scratch = Scratch::new();
        let host = Host::with_environment(vec![("AWSENV_STATE_DIR".into(), scratch.path().join("state").into())]);
        let path = scratch.path().join("file");
        std::fs::write(&path, "").unwrap();
        let now = SystemTime::now();
        for modified in [now, now - Duration::from_secs(86_400), now + Duration::from_secs(86_400)] {
            let stamp = host.stamp(&path, Some(modified));
            assert_ne!(stamp, path);
            assert_eq!(stamp.metadata().unwrap().modified().unwrap(), modified);
            assert_eq!(host.stamp(&path, Some(modified)), stamp);
        }
        assert_eq!(std::fs::read_dir(scratch.path().join("state/stamps")).unwrap().count(), 3);
    }

    #[test]
    fn without_a_place_the_file_stands_for_itself() {
        let scratch = Scratch::new();
        std::fs::write(scratch.path().join("state"), "a file, no folder").unwrap();
        let host = Host::with_environment(vec![("AWSENV_STATE_DIR".into(), scratch.path().join("state").into())]);
        assert_eq!(host.stamp(Path::new("/x"), Some(SystemTime::now())), Path::new("/x"));
        assert_eq!(host.stamp(Path::new("/x"), None), Path::new("/x"));
    }
}
