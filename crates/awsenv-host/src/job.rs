//! Whether a shell has started this as a job, or to read what it prints.

/// Returns whether this process is part of a job of the shell with this process id: of a pipeline, of `… &` or of `( … )`.
/// Under job control each of these has a process group of its own (POSIX, XCU 2.11), and a command substitution has the
/// shell's. Without job control, as in a script, nothing is a job. Of a shell that is gone everything left is one.
#[cfg(unix)]
#[must_use]
pub fn is_job_of(shell: u32) -> bool {
    use rustix::process::{Pid, getpgid, getpgrp};
    let shell = i32::try_from(shell).ok().and_then(Pid::from_raw);
    shell.is_some_and(|shell| getpgid(Some(shell)).map_or(true, |group| group != getpgrp()))
}

/// Windows has no process groups.
#[cfg(not(unix))]
#[must_use]
pub fn is_job_of(_shell: u32) -> bool {
    false
}
