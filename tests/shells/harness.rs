//! Finds shells, gives each test a directory and a pretended binary of its own, and runs scripts with an empty
//! environment.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs};

use awsenv_shell::{InitOptions, ShellDialect};

/// A shell in one of the modes that matter, reading the script that is its last argument.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shell {
    pub(crate) program: &'static str,
    /// Up to the script, `-c` included.
    pub(crate) arguments: &'static [&'static str],
    pub(crate) dialect: ShellDialect,
}

const fn shell(program: &'static str, arguments: &'static [&'static str], dialect: ShellDialect) -> Shell {
    Shell { program, arguments, dialect }
}

/// Every shell that evaluates what it is given, in its default mode and in those that read quotes differently.
pub(crate) const SHELLS: &[Shell] = &[
    shell("bash", &["--norc", "-c"], ShellDialect::Bash),
    shell("bash", &["--posix", "--norc", "-c"], ShellDialect::Bash),
    shell("bash", &["--posix", "--norc", "-c"], ShellDialect::Posix),
    shell("zsh", &["-f", "-c"], ShellDialect::Zsh),
    shell("zsh", &["-f", "-o", "rcquotes", "-c"], ShellDialect::Zsh),
    shell("zsh", &["-f", "-o", "cshjunkiequotes", "-c"], ShellDialect::Zsh),
    shell("zsh", &["-f", "-o", "ksharrays", "-o", "shwordsplit", "-o", "globsubst", "-c"], ShellDialect::Zsh),
    shell("zsh", &["-f", "-o", "warncreateglobal", "-o", "nounset", "-c"], ShellDialect::Zsh),
    shell("zsh", &["--emulate", "sh", "-f", "-c"], ShellDialect::Posix),
    shell("fish", &["--no-config", "--private", "-c"], ShellDialect::Fish),
    shell("dash", &["-c"], ShellDialect::Posix),
    shell("ksh", &["-c"], ShellDialect::Posix),
    shell("busybox", &["sh", "-c"], ShellDialect::Posix),
];

impl Shell {
    /// Returns whether it is installed; says so loudly when it is not, and fails when it is required.
    pub(crate) fn is_here(&self) -> bool {
        is_here(self.program)
    }

    /// Returns the code that evaluates what `command` prints, without help of ours.
    pub(crate) fn eval(&self, command: &str) -> String {
        match self.dialect {
            ShellDialect::Fish => format!("eval ({command} | string collect)"),
            _ => format!("eval \"$({command})\""),
        }
    }

    /// Runs the script in this shell with nothing in the environment but what is given.
    pub(crate) fn run(&self, script: &str, directory: &Path, variables: &[(&str, &OsStr)]) -> Output {
        let mut command = Command::new(self.program);
        command.args(self.arguments).arg(script).current_dir(directory).env_clear();
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", directory).env("LC_ALL", "C.UTF-8");
        command.envs(variables.iter().copied());
        command.output().unwrap()
    }

    /// Runs the script and returns what it printed; anything on stderr or a failure is the test's.
    pub(crate) fn silent(&self, script: &str, directory: &Path) -> String {
        let output = self.run(script, directory, &[]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && stderr.is_empty(), "{self:?}: {}\n{stderr}\n{script}", output.status);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

pub(crate) fn is_here(program: &str) -> bool {
    let found = env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|directory| directory.join(program).is_file());
    if !found {
        let required = env::var("AWSENV_REQUIRE_SHELLS").unwrap_or_default();
        assert!(!required.split(',').any(|name| name == program), "{program} is required and was not found");
        eprintln!("SKIPPED: {program} not found");
    }
    found
}

/// A directory of the test's own, removed when it goes out of scope.
pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // A blank and a quote, because people have them too.
        let path = env::temp_dir().join(format!("awsenv it's {}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap_or_default()
    }

    /// Writes the program that stands for awsenv: a `sh` script in which `$here` is this directory.
    pub(crate) fn binary(&self, body: &str) -> String {
        let quoted = String::from_utf8(ShellDialect::Posix.quote(self.0.to_str().unwrap().as_bytes()).unwrap()).unwrap();
        let path = self.write("the awsenv", format!("#!/bin/sh\nhere={quoted}\n{body}\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Returns the script of `awsenv init` as most people have it.
pub(crate) fn script(dialect: ShellDialect, exe: &str) -> String {
    let options = InitOptions { exe, cmd: "awsenv", completions: "", prompt: true, cd: true };
    dialect.init(&options).unwrap()
}
