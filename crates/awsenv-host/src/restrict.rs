//! Taking permissions away.

use std::path::Path;

use crate::HostError;

/// Takes a file's or directory's permissions from everybody but its owner, who keeps those that make sense: a file of data
/// is not run. Never follows a link at the path's end, and touches nothing else than files and directories; what is changed
/// is what was opened and looked at, whatever stands at the path meanwhile.
///
/// # Errors
/// When it is not there, somebody else's, a link, or a device and the like.
#[cfg(unix)]
pub fn restrict(path: &Path) -> Result<(), HostError> {
    restrict_opened(path).map_err(|source| HostError::Unwritable { path: path.to_owned(), source })
}

#[cfg(unix)]
fn restrict_opened(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    use rustix::fs::{Mode, OFlags};

    // To open a device or a pipe may already do something.
    refuse_others(&std::fs::symlink_metadata(path)?)?;
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let opened = std::fs::File::from(rustix::fs::open(path, flags, Mode::empty())?);
    let metadata = opened.metadata()?;
    refuse_others(&metadata)?;
    let kept = if metadata.is_dir() { 0o700 } else { 0o600 };
    opened.set_permissions(std::fs::Permissions::from_mode(metadata.permissions().mode() & kept))
}

#[cfg(unix)]
fn refuse_others(metadata: &std::fs::Metadata) -> std::io::Result<()> {
    let what = match metadata.file_type() {
        kind if kind.is_file() || kind.is_dir() => return Ok(()),
        kind if kind.is_symlink() => "it is a link",
        _ => "it is neither a file nor a directory",
    };
    Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, what))
}

/// Takes a file's permissions from everybody but its owner.
///
/// # Errors
/// Never: there are no such permissions here.
#[cfg(not(unix))]
pub fn restrict(_: &Path) -> Result<(), HostError> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::scratch::Scratch;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn files_and_directories_become_their_owners_alone() {
        let scratch = Scratch::new();
        let (file, directory) = (scratch.path().join("file"), scratch.path().join("directory"));
        std::fs::write(&file, "").unwrap();
        std::fs::create_dir(&directory).unwrap();
        for (path, before, after) in [(&file, 0o755, 0o600), (&file, 0o444, 0o400), (&directory, 0o777, 0o700)] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(before)).unwrap();
            restrict(path).unwrap();
            assert_eq!(mode(path), after, "{}", path.display());
        }
    }

    #[test]
    fn nothing_else_is_touched() {
        let scratch = Scratch::new();
        let [victim, link, socket] = ["victim", "link", "socket"].map(|name| scratch.path().join(name));
        std::fs::write(&victim, "").unwrap();
        std::fs::set_permissions(&victim, std::fs::Permissions::from_mode(0o644)).unwrap();
        symlink(&victim, &link).unwrap();
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let before = mode(&socket);
        let null = Path::new("/dev/null").to_owned();
        let of_null = mode(&null);
        for path in [&link, &socket, &null, &scratch.path().join("nowhere")] {
            restrict(path).unwrap_err();
        }
        assert_eq!([mode(&victim), mode(&socket), mode(&null)], [0o644, before, of_null]);
    }
}
