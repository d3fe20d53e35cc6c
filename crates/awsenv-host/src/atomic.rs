//! Writing a file so that nobody ever sees half of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::HostError;

static COUNTER: AtomicU32 = AtomicU32::new(0);
/// The ending of the files that are still being written.
const ENDING: &str = ".awsenv-tmp";

/// Writes a file whole or not at all: into a new file beside it, forced to disk, then renamed. A new file gets mode
/// 0600; an existing one keeps its mode and owner when `keep_mode`, else it becomes 0600 too. A link is followed, so that what
/// it points to is replaced and the link stays. Missing folders are made with mode 0700. What a killed process left
/// in that folder is removed.
///
/// # Errors
/// When any of it fails; the old file is then untouched and nothing is left beside it.
pub fn write_atomic(path: &Path, content: &[u8], keep_mode: bool) -> Result<(), HostError> {
    let target = target_of(path);
    replace(&target, content, keep_mode).map_err(|source| HostError::Unwritable { path: path.to_owned(), source })
}

/// What a path leads to, also through a link to a file that is not there yet.
fn target_of(path: &Path) -> PathBuf {
    if let Ok(target) = fs::canonicalize(path) {
        return target;
    }
    let mut target = path.to_owned();
    // More links than any system follows are a circle, and then the write fails.
    for _ in 0..40 {
        let Ok(next) = fs::read_link(&target) else { break };
        target = target.parent().unwrap_or(Path::new("")).join(next);
    }
    target
}

fn replace(target: &Path, content: &[u8], keep_mode: bool) -> io::Result<()> {
    let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    create_private_directory(directory)?;
    let before = if keep_mode { fs::metadata(target).ok() } else { None };
    let mut temporary = Temporary::beside(target)?;
    temporary.file.write_all(content)?;
    if let Some(before) = before {
        keep_owner(&temporary.file, &before)?;
        temporary.file.set_permissions(before.permissions())?;
    }
    temporary.file.sync_all()?;
    fs::rename(&temporary.path, target)?;
    // The rename itself must reach the disk too; a file system that cannot do it is no reason to fail.
    if let Ok(directory) = File::open(directory) {
        let _ = directory.sync_all();
    }
    Ok(())
}

/// Root may change a user's file, and it stays the user's. Whoever may not give a file away may not replace it either;
/// another group is no reason to fail.
#[cfg(unix)]
fn keep_owner(file: &File, before: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let now = file.metadata()?;
    if now.uid() != before.uid() {
        fchown(file, Some(before.uid()), None)?;
    }
    if now.gid() != before.gid() {
        let _ = fchown(file, None, Some(before.gid()));
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// Writes so many bytes beside a file and removes them again, to find out whether that file could be written.
pub(crate) fn try_write(path: &Path, size: usize) -> Result<(), HostError> {
    let attempt = || {
        path.parent().map_or(Ok(()), create_private_directory)?;
        let mut temporary = Temporary::beside(path)?;
        temporary.file.write_all(&vec![b' '; size])?;
        temporary.file.sync_all()
    };
    attempt().map_err(|source| HostError::Unwritable { path: path.to_owned(), source })
}

/// A file that is removed when it is dropped; after the rename there is none left to remove. It is locked as long as
/// it is written, so that others can tell it from one whose process was killed: by neither its age nor its process
/// number could they, where a laptop sleeps or containers share a home.
struct Temporary {
    path: PathBuf,
    file: File,
}

impl Temporary {
    fn beside(target: &Path) -> io::Result<Self> {
        let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if let Some(directory) = target.parent() {
            sweep(if directory.as_os_str().is_empty() { Path::new(".") } else { directory });
        }
        loop {
            let count = COUNTER.fetch_add(1, Ordering::Relaxed);
            let path = target.with_file_name(format!(".{name}.{}.{count}{ENDING}", std::process::id()));
            let file = match create_private_file(&path) {
                // Of a process in another container that has our number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                created => created?,
            };
            // A file system without locks (some network mounts) has no sweeping either.
            let _ = file.lock();
            // Swept between those two lines: then once more.
            if fs::symlink_metadata(&path).is_ok() {
                return Ok(Self { path, file });
            }
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Removes what processes that were killed have left in a folder.
fn sweep(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(is_temporary);
        if !is_ours || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        // Held until it is removed, so that whoever has just made it waits and then sees that it is gone.
        if let Ok(file) = OpenOptions::new().write(true).open(entry.path())
            && file.try_lock().is_ok()
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether a file of this name is one that is still being written, or was when its process was killed.
pub(crate) fn is_temporary(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(ENDING)
}

fn create_private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// Makes a folder and what is missing above it, for the user alone.
pub(crate) fn create_private_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn scratch(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("awsenv-atomic-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        path
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_file_is_private_and_an_old_one_may_keep_its_mode() {
        let directory = scratch("mode");
        let path = directory.join("new/deep/file.json");
        write_atomic(&path, b"one", true).unwrap();
        assert_eq!((fs::read(&path).unwrap(), mode(&path), mode(path.parent().unwrap())), (b"one".to_vec(), 0o600, 0o700));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write_atomic(&path, b"two", true).unwrap();
        assert_eq!(mode(&path), 0o640);
        write_atomic(&path, b"three", false).unwrap();
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"three".to_vec(), 0o600));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn what_killed_processes_left_is_swept_and_what_is_being_written_is_not() {
        let directory = scratch("sweep");
        let left = [".role.json.4711.0.awsenv-tmp", ".other.json.4711.3.awsenv-tmp"].map(|name| directory.join(name));
        left.iter().for_each(|path| fs::write(path, "half").unwrap());
        let not_ours = ["note.awsenv-tmp", ".config.swp"].map(|name| directory.join(name));
        not_ours.iter().for_each(|path| fs::write(path, "mine").unwrap());
        let being_written = Temporary::beside(&directory.join("busy.json")).unwrap();
        write_atomic(&directory.join("role.json"), b"{}", false).unwrap();
        assert!(left.iter().all(|path| !path.exists()), "swept");
        assert!(not_ours.iter().all(|path| path.exists()), "kept");
        assert!(being_written.path.exists(), "still being written");
        drop(being_written);
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 3);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn an_attempt_leaves_nothing() {
        let directory = scratch("attempt");
        try_write(&directory.join("new/role.json"), 16 * 1024).unwrap();
        assert_eq!(fs::read_dir(directory.join("new")).unwrap().count(), 0);
        fs::write(directory.join("file"), "").unwrap();
        assert!(matches!(try_write(&directory.join("file/role.json"), 1), Err(HostError::Unwritable { .. })));
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_link_to_what_is_not_there_yet_stays_one_too() {
        let directory = scratch("dangling");
        let (real, link) = (directory.join("later/real"), directory.join("link"));
        std::os::unix::fs::symlink("later/real", &link).unwrap();
        write_atomic(&link, b"new", true).unwrap();
        assert_eq!((fs::read(&real).unwrap(), fs::symlink_metadata(&link).unwrap().is_symlink()), (b"new".to_vec(), true));
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_link_stays_a_link() {
        let directory = scratch("link");
        let (real, link) = (directory.join("real"), directory.join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        write_atomic(&link, b"new", true).unwrap();
        assert_eq!((fs::read(&real).unwrap(), fs::symlink_metadata(&link).unwrap().is_symlink()), (b"new".to_vec(), true));
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_failure_leaves_the_old_file_and_no_other() {
        let directory = scratch("failure");
        let path = directory.join("is-a-directory");
        fs::create_dir(&path).unwrap();
        assert!(write_atomic(&path, b"x", true).is_err());
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
        fs::remove_dir_all(directory).unwrap();
    }
}
