//! Reading the user's two files.

use std::io;
use std::path::{Path, PathBuf};

use awsenv_profile::{FileKind, ProfileSet, SourceFile};

use crate::{Host, HostError};

/// Reads `~/.aws/config` and `~/.aws/credentials`, or what stands for them.
///
/// # Errors
/// When one is there but is a folder, cannot be read or is not UTF-8. One that is not there is empty.
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

/// Reads a text file; `None` when there is none.
pub(crate) fn read_text(path: &Path) -> Result<Option<String>, HostError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(None),
        Err(_) if path.is_dir() => return Err(HostError::IsDirectory { path: path.to_owned() }),
        Err(source) => return Err(HostError::Unreadable { path: path.to_owned(), source }),
    };
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(HostError::Utf16 { path: path.to_owned() });
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
