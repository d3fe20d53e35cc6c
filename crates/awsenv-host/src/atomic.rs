//! Writing a file so that nobody ever sees half of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::HostError;

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// Writes a file whole or not at all: into a new file beside it, forced to disk, then renamed. A new file gets mode
/// 0600; an existing one keeps its mode when `keep_mode`, else it becomes 0600 too. A link is followed, so that what
/// it points to is replaced and the link stays. Missing folders are made with mode 0700.
///
/// # Errors
/// When any of it fails; the old file is then untouched and nothing is left beside it.
pub fn write_atomic(path: &Path, content: &[u8], keep_mode: bool) -> Result<(), HostError> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    replace(&target, content, keep_mode).map_err(|source| HostError::Unwritable { path: path.to_owned(), source })
}

fn replace(target: &Path, content: &[u8], keep_mode: bool) -> io::Result<()> {
    let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    create_private_directory(directory)?;
    let mode = if keep_mode { fs::metadata(target).ok().map(|metadata| metadata.permissions()) } else { None };
    let temporary = Temporary::beside(target);
    let mut file = create_private_file(&temporary.0)?;
    file.write_all(content)?;
    if let Some(permissions) = mode {
        file.set_permissions(permissions)?;
    }
    file.sync_all()?;
    fs::rename(&temporary.0, target)?;
    // The rename itself must reach the disk too; a file system that cannot do it is no reason to fail.
    if let Ok(directory) = File::open(directory) {
        let _ = directory.sync_all();
    }
    Ok(())
}

/// A file that is removed when it is dropped; after the rename there is none left to remove.
struct Temporary(PathBuf);

impl Temporary {
    fn beside(target: &Path) -> Self {
        let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        Self(target.with_file_name(format!(".{name}.{}.{count}.awsenv-tmp", std::process::id())))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(unix)]
fn create_private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    // Left over by a process that was killed and had our number.
    let _ = fs::remove_file(path);
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create_private_file(path: &Path) -> io::Result<File> {
    let _ = fs::remove_file(path);
    OpenOptions::new().write(true).create_new(true).open(path)
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
