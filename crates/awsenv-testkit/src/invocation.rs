//! One run of a program, with a time limit.

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Longer than anything that is tested may take, on a machine where everything else runs too.
const LIMIT: Duration = Duration::from_secs(90);

/// A program that is about to be run.
#[derive(Debug)]
pub struct Invocation {
    command: Command,
    shown: String,
    stdin: Vec<u8>,
    limit: Duration,
}

impl Invocation {
    pub(crate) fn new<'a>(
        program: &Path,
        arguments: &[impl AsRef<OsStr>],
        directory: &Path,
        variables: impl IntoIterator<Item = (&'a OsString, &'a OsString)>,
    ) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(directory).env_clear().envs(variables);
        let words: Vec<_> = arguments.iter().map(|word| word.as_ref().to_string_lossy().into_owned()).collect();
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        Self { command, shown: format!("{name} {}", words.join(" ")), stdin: Vec::new(), limit: LIMIT }
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable away.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Gives it something to read; without, stdin is empty.
    #[must_use]
    pub fn stdin(mut self, text: &str) -> Self {
        self.stdin = text.as_bytes().to_vec();
        self
    }

    /// Starts it in another directory.
    #[must_use]
    pub fn directory(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Allows less or more time.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Starts it and leaves it running.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn spawn(mut self) -> Child {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.command.spawn().unwrap_or_else(|error| panic!("{}: {error}", self.shown))
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// When it cannot be started, or takes too long.
    pub fn run(mut self) -> Run {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("{}: {error}", self.shown));
        let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
        if let Some(mut stdin) = child.stdin.take() {
            // Whoever does not read gets a broken pipe, which is no failure.
            _ = stdin.write_all(&self.stdin);
        }
        let end = Instant::now() + self.limit;
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child can be waited for") {
                break status;
            }
            if Instant::now() > end {
                _ = child.kill();
                let said = stderr.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
                panic!("{} took longer than {:?}\n{}", self.shown, self.limit, String::from_utf8_lossy(&said));
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let text = |bytes: Receiver<Vec<u8>>| {
            let bytes = bytes.recv_timeout(Duration::from_secs(10)).unwrap_or_default();
            String::from_utf8(bytes).unwrap_or_else(|error| panic!("{}: not UTF-8: {error}", self.shown))
        };
        Run { command: self.shown.clone(), code: code(status), stdout: text(stdout), stderr: text(stderr) }
    }
}

/// As a shell counts: 128 + n when a signal ended it.
fn code(status: std::process::ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().unwrap_or(-1)
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            _ = pipe.read_to_end(&mut bytes);
        }
        _ = sender.send(bytes);
    });
    receiver
}

/// What a program did.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was run.
    pub command: String,
    /// The exit code; 128 + n for a signal.
    pub code: i32,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

impl Run {
    /// Demands an exit code.
    ///
    /// # Panics
    /// When it was another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\nstdout: {}\nstderr: {}", self.command, self.stdout, self.stderr);
        self
    }

    /// Demands success.
    ///
    /// # Panics
    /// When it failed.
    #[track_caller]
    pub fn ok(self) -> Self {
        self.exits(0)
    }

    /// Demands a text on stderr.
    ///
    /// # Panics
    /// When it is not there.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "{}\n{text:?} is not in stderr: {}", self.command, self.stderr);
        self
    }
}
