//! The machine as awsenv meets it: caches in every state, disks that are full, processes that are killed, two dozen at once.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod caches;
mod concurrency;
mod process;
mod sources;
mod support;
mod tokens;
mod whole_files;
