//! A machine of one's own.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use fake_aws::{FakeAws, World, write_home};

use crate::{Directory, Files, Invocation, Pty, Run};

/// A home directory, the program under test as the only thing that is special on `PATH`, an environment with nothing of the
/// real machine in it, and a fake AWS when one is asked for.
#[derive(Debug)]
pub struct Sandbox {
    program: PathBuf,
    variables: BTreeMap<OsString, OsString>,
    server: Option<FakeAws>,
    // Last, so that the server is gone before the files.
    directory: Directory,
}

impl Sandbox {
    /// Makes a machine without a network: nothing listens where AWS is looked for, and there is no metadata service.
    ///
    /// # Panics
    /// When the temporary directory cannot be written.
    pub fn new(program: impl AsRef<Path>) -> Self {
        let directory = Directory::new();
        let mut sandbox = Self { program: program.as_ref().to_owned(), variables: BTreeMap::new(), server: None, directory };
        for folder in ["home/.aws", "bin", "state"] {
            std::fs::create_dir_all(sandbox.directory.path().join(folder)).expect("the directory is writable");
        }
        let link = sandbox.directory.path().join("bin").join("awsenv");
        #[cfg(unix)]
        std::os::unix::fs::symlink(&sandbox.program, &link).expect("the directory is writable");
        #[cfg(not(unix))]
        std::fs::copy(&sandbox.program, link.with_extension("exe")).expect("the directory is writable");
        let mut path = vec![sandbox.directory.path().join("bin")];
        path.extend(["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from));
        sandbox.set("PATH", std::env::join_paths(path).expect("no path has a colon"));
        sandbox.set("HOME", sandbox.home());
        sandbox.set("AWSENV_STATE_DIR", sandbox.directory.path().join("state"));
        sandbox.set("LC_ALL", "C.UTF-8");
        sandbox.set("AWS_EC2_METADATA_DISABLED", "true");
        // Port 9 is "discard": nobody listens there, so a call that a test did not mean to make fails at once.
        sandbox.set("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
        sandbox.set("AWS_MAX_ATTEMPTS", "1");
        sandbox
    }

    /// Makes a machine with a fake AWS at `AWS_ENDPOINT_URL`.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn with_world(program: impl AsRef<Path>, world: World) -> Self {
        let mut sandbox = Self::new(program);
        let server = FakeAws::start(world).expect("a loopback port is free");
        sandbox.set("AWS_ENDPOINT_URL", server.endpoint());
        sandbox.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.endpoint());
        sandbox.server = Some(server);
        sandbox
    }

    /// Makes a machine with fake-aws's demo: the world, and the home of a person who works there.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn demo(program: impl AsRef<Path>) -> Self {
        let sandbox = Self::with_world(program, World::demo());
        // write_home refuses a folder that it does not know.
        write_home(&sandbox.home(), sandbox.server(), None).expect("the home is writable");
        sandbox
    }

    /// Returns the fake AWS.
    ///
    /// # Panics
    /// When there is none.
    pub fn server(&self) -> &FakeAws {
        self.server.as_ref().expect("this sandbox was made with a world")
    }

    /// Returns the fake AWS, if there is one.
    pub fn server_if_any(&self) -> Option<&FakeAws> {
        self.server.as_ref()
    }

    /// Returns the home directory.
    pub fn home(&self) -> PathBuf {
        self.directory.path().join("home")
    }

    /// Returns the directory in which the home, the state and `bin` are.
    pub fn root(&self) -> &Path {
        self.directory.path()
    }

    /// Returns a path in the home directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home().join(name)
    }

    /// Sets a variable for everything that is run from now on.
    pub fn set(&mut self, name: &str, value: impl AsRef<OsStr>) -> &mut Self {
        self.variables.insert(name.into(), value.as_ref().to_owned());
        self
    }

    /// Takes a variable away.
    pub fn unset(&mut self, name: &str) -> &mut Self {
        self.variables.remove(OsStr::new(name));
        self
    }

    /// Returns all variables.
    pub fn variables(&self) -> &BTreeMap<OsString, OsString> {
        &self.variables
    }

    /// Returns a variable.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// Writes a file in the home directory, with mode 0600, and returns where it is.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).expect("the home is writable");
        }
        std::fs::write(&path, content).expect("the home is writable");
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("the file is ours");
        path
    }

    /// Writes a script that can be run, and returns where it is.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn script(&self, name: &str, content: &str) -> PathBuf {
        let path = self.write(name, content);
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("the file is ours");
        path
    }

    /// Writes `~/.aws/config`.
    pub fn config(&self, text: &str) -> &Self {
        self.write(".aws/config", text);
        self
    }

    /// Writes `~/.aws/credentials`.
    pub fn credentials(&self, text: &str) -> &Self {
        self.write(".aws/credentials", text);
        self
    }

    /// Returns a file of the home directory; an empty text when it is not there.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Returns everything on this machine's disk.
    pub fn files(&self) -> Files {
        Files::below(self.directory.path())
    }

    /// Prepares a run of the program under test.
    pub fn awsenv(&self, arguments: &[impl AsRef<OsStr>]) -> Invocation {
        Invocation::new(&self.program, arguments, &self.home(), &self.variables)
    }

    /// Runs the program under test.
    pub fn run(&self, arguments: &[impl AsRef<OsStr>]) -> Run {
        self.awsenv(arguments).run()
    }

    /// Prepares a run of any program.
    pub fn program(&self, program: impl AsRef<Path>, arguments: &[impl AsRef<OsStr>]) -> Invocation {
        Invocation::new(program.as_ref(), arguments, &self.home(), &self.variables)
    }

    /// Prepares a script in bash, without anybody's rc files.
    pub fn bash(&self, script: &str) -> Invocation {
        self.program("/bin/bash", &["--norc", "--noprofile", "-c", script])
    }

    /// Starts a program on a terminal.
    pub fn terminal(&self, program: impl AsRef<Path>, arguments: &[impl AsRef<OsStr>]) -> Pty {
        let mut variables = self.variables.clone();
        for (name, value) in [("TERM", "dumb"), ("PS1", "ok> ")] {
            variables.entry(name.into()).or_insert_with(|| value.into());
        }
        Pty::start(program.as_ref(), arguments, &self.home(), &variables)
    }

    /// Starts the program under test on a terminal.
    pub fn awsenv_on_terminal(&self, arguments: &[impl AsRef<OsStr>]) -> Pty {
        self.terminal(&self.program, arguments)
    }
}
