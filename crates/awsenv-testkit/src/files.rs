//! What is on a disk at one moment, to be compared with another moment.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

/// Every file below a directory, with its mode and content.
#[derive(Clone, PartialEq, Eq)]
pub struct Files(BTreeMap<PathBuf, (u32, Vec<u8>)>);

impl Files {
    /// Reads everything below a directory. Lock files are left out: they are empty, and stay.
    ///
    /// # Panics
    /// When something there cannot be read.
    pub fn below(directory: &Path) -> Self {
        let mut files = BTreeMap::new();
        collect(directory, directory, &mut files);
        Self(files)
    }

    /// Returns the names, relative to the directory.
    pub fn names(&self) -> Vec<String> {
        self.0.keys().map(|path| path.display().to_string()).collect()
    }

    /// Returns the mode of a file, as in `0o600`.
    pub fn mode(&self, name: &str) -> Option<u32> {
        self.0.get(Path::new(name)).map(|(mode, _)| *mode)
    }

    /// Returns the names of what is not the same at another moment.
    pub fn changed_since(&self, before: &Self) -> Vec<String> {
        let names: BTreeSet<&PathBuf> = self.0.keys().chain(before.0.keys()).collect();
        names.into_iter().filter(|name| self.0.get(*name) != before.0.get(*name)).map(|name| name.display().to_string()).collect()
    }

    /// Returns each file's name and content, as text as far as it is.
    pub fn texts(&self) -> impl Iterator<Item = (String, String)> {
        self.0.iter().map(|(path, (_, content))| (path.display().to_string(), String::from_utf8_lossy(content).into_owned()))
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.iter().map(|(path, (mode, content))| (path, format!("{mode:o} {}", String::from_utf8_lossy(content))));
        f.debug_map().entries(shown).finish()
    }
}

fn collect(root: &Path, directory: &Path, files: &mut BTreeMap<PathBuf, (u32, Vec<u8>)>) {
    for entry in std::fs::read_dir(directory).expect("the directory is readable") {
        let path = entry.expect("the directory is readable").path();
        let metadata = path.symlink_metadata().expect("what was listed is there");
        if metadata.is_dir() {
            collect(root, &path, files);
            continue;
        }
        let is_lock = path.extension().is_some_and(|extension| extension == "lock");
        if metadata.is_file() && !is_lock {
            let name = path.strip_prefix(root).expect("it is below the root").to_owned();
            files.insert(name, (mode(&metadata), std::fs::read(&path).expect("the file is readable")));
        }
    }
}

#[cfg(unix)]
fn mode(metadata: &std::fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o7777
}

#[cfg(not(unix))]
fn mode(_metadata: &std::fs::Metadata) -> u32 {
    0
}
