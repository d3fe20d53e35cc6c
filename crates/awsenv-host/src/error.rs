//! What the machine refuses.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use awsenv_profile::{EditError, SourceFile};

use crate::files::Encoding;

/// A failure of the machine, with the file or command that it concerns.
#[derive(Debug)]
pub enum HostError {
    /// A file of the user's cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A folder stands where a file should.
    IsDirectory {
        /// The folder.
        path: PathBuf,
    },
    /// A file is not UTF-8.
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The line of the first byte that is not, from 1.
        line: usize,
        /// Its column in bytes, from 1.
        column: usize,
    },
    /// A file is larger than any that people have.
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most bytes that it may have.
        limit: u64,
    },
    /// A file is no text at all.
    NotText {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        encoding: Encoding,
    },
    /// A file cannot be written.
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be changed as it was wanted, and is as it was.
    NotEdited {
        /// The file, with its text.
        file: Box<SourceFile>,
        /// Why.
        error: EditError,
    },
    /// Another process holds a lock for too long.
    LockTimeout {
        /// The lock's file.
        path: PathBuf,
        /// How long was waited.
        waited: Duration,
    },
    /// There is no home, hence no place for a file.
    NoPlace {
        /// What for.
        what: &'static str,
    },
    /// A variable that names a file is empty: there is no file to write.
    NoFile {
        /// The variable.
        variable: &'static str,
        /// What for.
        what: &'static str,
    },
    /// A `credential_process` failed.
    Process {
        /// The program, without its arguments, which may hold secrets.
        program: String,
        /// How.
        problem: ProcessProblem,
        /// What it wrote to stderr, cut to a readable length.
        stderr: String,
    },
}

/// How a `credential_process` failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProcessProblem {
    /// The command's quotes do not match.
    BadQuoting,
    /// There is no command.
    Empty,
    /// There is no such program.
    NotFound,
    /// It could not be started.
    NotStarted(String),
    /// It ended with this code; `None`: by a signal.
    Failed(Option<i32>),
    /// It took too long and was ended.
    TimedOut(Duration),
    /// It would call itself: the profiles in the circle.
    Recursion(Vec<String>),
    /// Its output is no JSON.
    NotJson,
    /// Its output has another `Version`.
    Version(String),
    /// A key is missing in its output.
    MissingKey(&'static str),
    /// Its `Expiration` is no instant.
    BadExpiration(String),
    /// What it gave has already ended.
    Expired(String),
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, source } => write!(f, "{} cannot be read: {source}", path.display()),
            Self::IsDirectory { path } => write!(f, "{} is a directory", path.display()),
            Self::NotUtf8 { path, line, column } => write!(f, "{}:{line}:{column} is not UTF-8", path.display()),
            Self::TooLarge { path, limit } => write!(f, "{} has more than {limit} bytes", path.display()),
            Self::NotText { path, encoding } => write!(f, "{} is no text ({encoding:?})", path.display()),
            Self::Unwritable { path, source } => write!(f, "{} cannot be written: {source}", path.display()),
            Self::NotEdited { file, error } => write!(f, "{} is left as it is: {error}", file.path().display()),
            Self::LockTimeout { path, waited } => {
                write!(f, "{} is held by another process since {} s", path.display(), waited.as_secs())
            }
            Self::NoFile { variable, what } => write!(f, "{variable} is empty: there is no place for {what}"),
            Self::NoPlace { what } => write!(f, "no home directory for {what}"),
            Self::Process { program, problem, .. } => write!(f, "{program}: {problem:?}"),
        }
    }
}

impl std::error::Error for HostError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } | Self::Unwritable { source, .. } => Some(source),
            Self::NotEdited { error, .. } => Some(error),
            _ => None,
        }
    }
}
