//! A directory's `.awsenv`: found, and read so that what was looked at is what was read.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use awsenv_resolve::content_hash;

use crate::WindowsDrives;
#[cfg(unix)]
use crate::access::is_on_windows_drive;

/// The name of the file.
pub const DIRECTORY_FILE: &str = ".awsenv";

/// Three settings need no more.
const LIMIT: u64 = 64 * 1024;

/// A file that may be obeyed, if it is trusted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirectoryFile {
    /// Where it was found, in the words of the person's shell.
    pub path: PathBuf,
    /// Where it is, all links to its directory resolved, but no link that it is itself: who may put one there must not borrow the
    /// trust in its target.
    pub canonical: PathBuf,
    /// What is in it.
    pub text: String,
    /// The SHA-256 of every byte that is in it.
    pub hash: String,
    /// When it was changed last.
    pub modified: Option<SystemTime>,
}

/// Why a file is not even looked into.
#[derive(Debug)]
pub enum DirectoryFileProblem {
    /// It belongs to somebody who is neither this user nor root.
    Foreign,
    /// Others may write to it.
    Writable {
        /// The permissions.
        mode: u32,
        /// It is on a Windows drive, which keeps none.
        on_windows_drive: bool,
    },
    /// It is larger than three settings can be.
    TooLarge,
    /// It is not text.
    NotUtf8 {
        /// The line of the first byte that is not.
        line: u32,
    },
    /// It cannot be read.
    Unreadable(io::Error),
}

/// Returns the `.awsenv` files from a directory upwards, nearest first. Folders of that name are none.
pub fn directory_files(start: &Path) -> impl Iterator<Item = PathBuf> {
    start.ancestors().map(|directory| directory.join(DIRECTORY_FILE)).filter(|path| path.is_file())
}

/// Returns the directory that a shell is in: as the shell calls it, links and all, when that is where this process is
/// or when that place has been deleted; else as the system calls it.
pub fn working_directory(claimed: Option<&Path>) -> Option<PathBuf> {
    let claimed = claimed.filter(|path| path.is_absolute());
    let Ok(real) = std::env::current_dir() else { return claimed.map(Path::to_owned) };
    match claimed {
        Some(claimed) if claimed == real || claimed.canonicalize().ok() == real.canonicalize().ok() => Some(claimed.to_owned()),
        _ => Some(real),
    }
}

/// Reads one: opened once, and looked at, read and hashed by that one opening, so that nobody can put another in its
/// place in between.
///
/// # Errors
/// When it must not or cannot be read.
pub fn read_directory_file(path: &Path, drives: WindowsDrives) -> Result<DirectoryFile, DirectoryFileProblem> {
    let canonical = directory_file_place(path).map_err(DirectoryFileProblem::Unreadable)?;
    let target = path.canonicalize().map_err(DirectoryFileProblem::Unreadable)?;
    let file = open(&target).map_err(DirectoryFileProblem::Unreadable)?;
    let metadata = file.metadata().map_err(DirectoryFileProblem::Unreadable)?;
    if !metadata.is_file() {
        return Err(DirectoryFileProblem::Unreadable(io::Error::other("it is no file")));
    }
    check_owner(&metadata, &canonical, drives)?;
    let mut bytes = Vec::new();
    (&file).take(LIMIT + 1).read_to_end(&mut bytes).map_err(DirectoryFileProblem::Unreadable)?;
    if bytes.len() as u64 > LIMIT {
        return Err(DirectoryFileProblem::TooLarge);
    }
    let hash = content_hash(&bytes);
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let lines = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        DirectoryFileProblem::NotUtf8 { line: u32::try_from(lines).unwrap_or(u32::MAX) }
    })?;
    Ok(DirectoryFile { path: path.to_owned(), canonical, text, hash, modified: metadata.modified().ok() })
}

/// Returns what trust in a file is about: its directory, all links resolved, and its own name.
///
/// # Errors
/// When the directory cannot be found.
pub fn directory_file_place(path: &Path) -> io::Result<PathBuf> {
    match (path.parent(), path.file_name()) {
        (Some(directory), Some(name)) => {
            // The parent of a bare name is the empty path.
            let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
            Ok(directory.canonicalize()?.join(name))
        }
        _ => path.canonicalize(),
    }
}

/// Without waiting for the other end of a pipe that has taken the file's place, and following no link any more.
#[cfg(unix)]
pub(crate) fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = (OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::NOCTTY).bits();
    OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(path)
}

#[cfg(not(unix))]
pub(crate) fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// Nobody but this user and root may decide which account one is in.
#[cfg(unix)]
pub(crate) fn check_owner(metadata: &Metadata, path: &Path, drives: WindowsDrives) -> Result<(), DirectoryFileProblem> {
    use std::os::unix::fs::MetadataExt as _;
    if metadata.uid() != rustix::process::geteuid().as_raw() && metadata.uid() != 0 {
        return Err(DirectoryFileProblem::Foreign);
    }
    check_mode(metadata.mode(), drives, || is_on_windows_drive(path))
}

#[cfg(unix)]
fn check_mode(mode: u32, drives: WindowsDrives, is_on_windows_drive: impl FnOnce() -> bool) -> Result<(), DirectoryFileProblem> {
    if mode & 0o022 == 0 {
        return Ok(());
    }
    let on_windows_drive = is_on_windows_drive();
    match drives {
        WindowsDrives::Trusted if on_windows_drive => Ok(()),
        WindowsDrives::Trusted | WindowsDrives::Refused => {
            Err(DirectoryFileProblem::Writable { mode: mode & 0o7777, on_windows_drive })
        }
    }
}

#[cfg(not(unix))]
pub(crate) fn check_owner(_: &Metadata, _: &Path, _: WindowsDrives) -> Result<(), DirectoryFileProblem> {
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::scratch::Scratch;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn windows_drives_are_trusted_only_where_a_person_says_so() {
        let is_refused = |mode, drives, on_drive| check_mode(mode, drives, || on_drive).is_err();
        assert!(is_refused(0o100_777, WindowsDrives::Refused, true));
        assert!(!is_refused(0o100_777, WindowsDrives::Trusted, true));
        assert!(is_refused(0o100_777, WindowsDrives::Trusted, false), "no other file system");
        assert!(!is_refused(0o100_644, WindowsDrives::Refused, false));
        assert!(check_mode(0o100_600, WindowsDrives::Refused, || panic!("nobody need look")).is_ok());
    }

    #[test]
    fn the_nearest_is_found_and_folders_are_passed_over() {
        let scratch = Scratch::new();
        let deep = scratch.path().join("a/b/c");
        std::fs::create_dir_all(deep.join(DIRECTORY_FILE)).unwrap();
        std::fs::write(scratch.path().join("a/.awsenv"), "profile = a\n").unwrap();
        std::fs::write(scratch.path().join(".awsenv"), "profile = root\n").unwrap();
        let found: Vec<PathBuf> = directory_files(&deep).take(2).collect();
        assert_eq!(found, [scratch.path().join("a/.awsenv"), scratch.path().join(".awsenv")]);
    }

    #[test]
    fn the_permissions_of_the_opened_file_count() {
        let scratch = Scratch::new();
        let path = scratch.path().join(DIRECTORY_FILE);
        std::fs::write(&path, "profile = a\n").unwrap();
        for (mode, writable) in [(0o644, false), (0o600, false), (0o664, true), (0o646, true)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let outcome = read_directory_file(&path, WindowsDrives::Refused);
            assert_eq!(
                matches!(outcome, Err(DirectoryFileProblem::Writable { on_windows_drive: false, .. })),
                writable,
                "{mode:o}: {outcome:?}"
            );
        }
    }

    #[test]
    fn a_link_to_the_directory_is_resolved_and_one_in_the_files_place_is_read() {
        let scratch = Scratch::new();
        std::fs::create_dir(scratch.path().join("real")).unwrap();
        std::fs::write(scratch.path().join("real/.awsenv"), "profile = a\n").unwrap();
        symlink(scratch.path().join("real"), scratch.path().join("link")).unwrap();
        let file = read_directory_file(&scratch.path().join("link/.awsenv"), WindowsDrives::Refused).unwrap();
        assert_eq!(file.canonical, scratch.path().canonicalize().unwrap().join("real/.awsenv"));
        assert_eq!(file.path, scratch.path().join("link/.awsenv"));
        std::fs::create_dir(scratch.path().join("other")).unwrap();
        symlink(scratch.path().join("real/.awsenv"), scratch.path().join("other/.awsenv")).unwrap();
        let file = read_directory_file(&scratch.path().join("other/.awsenv"), WindowsDrives::Refused).unwrap();
        assert_eq!(file.canonical, scratch.path().canonicalize().unwrap().join("other/.awsenv"));
        assert_eq!(file.text, "profile = a\n");
    }

    #[test]
    fn what_is_no_short_text_is_refused() {
        let scratch = Scratch::new();
        let path = scratch.path().join(DIRECTORY_FILE);
        std::fs::write(&path, vec![b'x'; 64 * 1024 + 1]).unwrap();
        assert!(matches!(read_directory_file(&path, WindowsDrives::Refused), Err(DirectoryFileProblem::TooLarge)));
        std::fs::write(&path, b"profile = a\n\nregion = \xff\n").unwrap();
        assert!(matches!(read_directory_file(&path, WindowsDrives::Refused), Err(DirectoryFileProblem::NotUtf8 { line: 3 })));
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(read_directory_file(&path, WindowsDrives::Refused), Err(DirectoryFileProblem::Unreadable(_))));
    }
}
