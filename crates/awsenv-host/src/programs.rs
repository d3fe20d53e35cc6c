//! Whether programs that settings name are there, without running them.

use std::path::PathBuf;

use awsenv_resolve::Secret;

use crate::{Host, words};

impl Host {
    /// Returns the program of a command (a `credential_process`, an `mfa_process`); `None` when the command is none. The words
    /// are split as they are to run it.
    pub fn program_of(&self, command: &Secret) -> Option<String> {
        words::split(command.reveal())?.into_iter().next()
    }

    /// Returns whether a program can be found and run, by its path or on `PATH`.
    pub fn has_program(&self, program: &str) -> bool {
        let here = std::env::current_dir().unwrap_or_default();
        which::which_in(program, self.variable("PATH"), here).is_ok()
    }

    /// Returns every program of this name on `PATH`, in its order, each once: links to one another count as one.
    pub fn programs_named(&self, name: &str) -> Vec<PathBuf> {
        let mut found: Vec<(PathBuf, PathBuf)> = Vec::new();
        for path in which::which_in_all(name, self.variable("PATH"), "/").into_iter().flatten() {
            let real = path.canonicalize().unwrap_or_else(|_| path.clone());
            if !found.iter().any(|(_, other)| *other == real) {
                found.push((path, real));
            }
        }
        found.into_iter().map(|(path, _)| path).collect()
    }
}
