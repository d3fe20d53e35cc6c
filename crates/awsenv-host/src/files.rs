//! Reading the user's two files.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use awsenv_profile::{FileKind, ProfileSet, SourceFile};

use crate::{Host, HostError};

/// Reads `~/.aws/config` and `~/.aws/credentials`, or what stands for them.
///
/// # Errors
/// When one is there but is no file, cannot be read, is larger than anybody's, or is not UTF-8. One that is not there is empty.
pub fn read_sources(host: &Host) -> Result<ProfileSet, HostError> {
    Ok(ProfileSet::parse(read_source(host, FileKind::Config)?, read_source(host, FileKind::Credentials)?))
}

/// Reads one of the two files; `None` when it is not there.
///
/// # Errors
/// When it is a folder, cannot be read or is not UTF-8.
pub fn read_source(host: &Host, kind: FileKind) -> Result<Option<SourceFile>, HostError> {
    let path = match kind {
        FileKind::Config => &host.directories.aws.config,
        FileKind::Credentials => &host.directories.aws.credentials,
    };
    let Some(path) = path.as_ref().map(PathBuf::from) else { return Ok(None) };
    Ok(read_text(&path)?.map(|text| SourceFile::new(kind, path, text)))
}

/// The most bytes that a file may have. Ten thousand profiles have two million.
const LARGEST: u64 = 64 << 20;

/// What a file is that is no text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-16, as PowerShell 5's `>` and Notepad's "Unicode" write it.
    Utf16,
    /// Neither: it has zero bytes.
    Binary,
}

/// Reads up to one byte more than a file may have. A pipe that nobody writes to, or a terminal, would be waited for for
/// ever; the AWS CLI passes over whatever is no file, and so empty is `/dev/null`.
fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = std::fs::metadata(path)?;
    let mut bytes = Vec::new();
    if metadata.is_file() {
        std::fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    } else if path.canonicalize()? != Path::new("/dev/null") {
        return Err(io::Error::other("it is no file, but a pipe, a device or a socket"));
    }
    Ok(bytes)
}

/// Returns what bytes are that no text has.
fn no_text(bytes: &[u8]) -> Option<Encoding> {
    // Without a byte order mark every other byte of English text is zero.
    let has_wide_letters = bytes.len() > 3 && [0, 1].iter().any(|at| bytes[*at] == 0 && bytes[at + 2] == 0);
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || has_wide_letters {
        return Some(Encoding::Utf16);
    }
    bytes.contains(&0).then_some(Encoding::Binary)
}

/// Reads a text file; `None` when there is none.
///
/// # Errors
/// When it is a folder, a pipe or a device, cannot be read, is larger than anybody's, or is not UTF-8.
pub fn read_text(path: &Path) -> Result<Option<String>, HostError> {
    let bytes = match read_bytes(path) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(None),
        Err(_) if path.is_dir() => return Err(HostError::IsDirectory { path: path.to_owned() }),
        Err(source) => return Err(HostError::Unreadable { path: path.to_owned(), source }),
    };
    if bytes.len() as u64 > LARGEST {
        return Err(HostError::TooLarge { path: path.to_owned(), limit: LARGEST });
    }
    if let Some(encoding) = no_text(&bytes) {
        return Err(HostError::NotText { path: path.to_owned(), encoding });
    }
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        HostError::NotUtf8 {
            path: path.to_owned(),
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            column: before.len() - line_start + 1,
        }
    })
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn what_is_no_text_is_told_apart() {
        for (bytes, expected) in [
            (&b"\xff\xfe[\0d\0"[..], Some(Encoding::Utf16)),
            (b"\xfe\xff\0[\0d", Some(Encoding::Utf16)),
            (b"[\0d\0]\0", Some(Encoding::Utf16)),
            (b"\0[\0d\0]", Some(Encoding::Utf16)),
            (b"\x7fELF\x02\x01\x01\0", Some(Encoding::Binary)),
            (b"[default]\n", None),
            ("\u{feff}[default]\n".as_bytes(), None),
            (b"", None),
        ] {
            assert_eq!(no_text(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn what_has_no_end_is_refused_and_not_read() {
        let scratch = Scratch::new();
        let large = scratch.path().join("large");
        // A file with a hole takes no room.
        std::fs::File::create(&large).unwrap().set_len(LARGEST + 1).unwrap();
        assert!(matches!(read_text(&large), Err(HostError::TooLarge { limit: LARGEST, .. })));
        for endless in ["/dev/zero", "/dev/tty"] {
            let refused = read_text(Path::new(endless));
            assert!(matches!(refused, Err(HostError::Unreadable { .. })), "{endless}: {refused:?}");
        }
        assert_eq!(read_text(Path::new("/dev/null")).unwrap().as_deref(), Some(""));
    }
}
