//! A directory of one's own for each test.

use std::path::{Path, PathBuf};

/// A directory that is gone when the test is.
pub(crate) struct Directory(PathBuf);

impl Directory {
    /// Makes an empty directory.
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("fake-aws-{}-{name}", std::process::id()));
        // It can only be left over from a process of the same number.
        _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("the temporary directory is writable");
        Self(path)
    }

    /// Returns where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}
