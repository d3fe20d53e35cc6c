//! A directory of one's own for each test.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// An empty directory, removed on drop.
#[derive(Debug)]
pub struct Directory(PathBuf);

impl Directory {
    /// Makes one. Its path has a blank, because people's paths have.
    ///
    /// # Panics
    /// When the temporary directory cannot be written.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("awsenv test {}-{number}", std::process::id()));
        // It can only be left over from a process of the same number.
        _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("the temporary directory is writable");
        Self(path.canonicalize().expect("the directory is there"))
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for Directory {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if std::env::var_os("AWSENV_TEST_KEEP").is_none() {
            _ = std::fs::remove_dir_all(&self.0);
        }
    }
}
