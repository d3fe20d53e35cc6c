//! Whether programs that settings name are there, without running them.

use std::path::PathBuf;

use awsenv_resolve::Secret;

use crate::{Host, words};

impl Host {
    /// Returns the program of a command (a `credential_process`, an `mfa_process`) when there is no such program; `None` when
    /// there is, or when the command is no command, which is another matter. The words are split as they are to run it.
    pub fn missing_program(&self, command: &Secret) -> Option<String> {
        let program = words::split(command.reveal())?.into_iter().next()?;
        which::which_in(&program, self.variable("PATH"), std::env::current_dir().unwrap_or_default()).is_err().then_some(program)
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
