//! A home of each test's own, and this test program started again as a child.

use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs};

use awsenv_host::{CacheWarning, Host};
use awsenv_resolve::{CacheKey, CacheKind, Timestamp};

/// A moment long gone, to count from.
pub(crate) const NOW: Timestamp = Timestamp::from_epoch_seconds(1_795_316_080);

/// A directory that is removed when it goes out of scope.
pub(crate) struct Home(PathBuf);

impl Home {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // A blank and a quote, because people have them too.
        let path = env::temp_dir().join(format!("awsenv host's {}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn host(&self) -> Host {
        self.host_with(&[])
    }

    pub(crate) fn host_with(&self, variables: &[(&str, &str)]) -> Host {
        host_of(&self.0, variables)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Writes the file of a cache entry.
    pub(crate) fn write_cache(&self, key: &CacheKey, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.host().cache_file(key).unwrap();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Writes a program and returns the `credential_process` that runs it. The shell reads it: a file that was just
    /// written may be "busy" for another test's child, and cannot be executed then.
    pub(crate) fn program(&self, name: &str, body: &str) -> String {
        format!("/bin/sh \"{}\"", self.write(name, format!("{body}\n")).display())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The machine of somebody whose home is that directory.
pub(crate) fn host_of(home: &Path, variables: &[(&str, &str)]) -> Host {
    let mut everything = vec![(OsString::from("HOME"), home.into())];
    everything.extend(variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))));
    Host::with_environment(everything)
}

pub(crate) fn key(kind: CacheKind) -> CacheKey {
    CacheKey { kind, name: "5f52c9c583acfd120a607977e4f21fe86b7fa42d".into() }
}

/// Runs something that may warn, and returns what it warned of too.
pub(crate) fn warnings<T>(run: impl FnOnce(&mut dyn FnMut(CacheWarning)) -> T) -> (T, Vec<CacheWarning>) {
    let mut seen = Vec::new();
    let result = run(&mut |warning| seen.push(warning));
    (result, seen)
}

pub(crate) fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Returns the names in a directory, hidden ones too.
pub(crate) fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Says on stderr what is not tested here.
pub(crate) fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

/// The variable that tells a child which part it has, and where.
const PART: &str = "AWSENV_HOST_TEST_PART";

/// Starts this test program again, to run one test in which [`part`] returns a directory.
pub(crate) fn start_child(test: &str, directory: &Path) -> Child {
    child_command(test, directory).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap()
}

pub(crate) fn child_command(test: &str, directory: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture", "--test-threads=1"]).env(PART, directory);
    command
}

/// Returns the directory that a child is to work in; `None` when the test is run as a test, and has nothing to do.
pub(crate) fn part() -> Option<PathBuf> {
    env::var_os(PART).map(PathBuf::from)
}
