//! What awsenv writes for shells, run in the shells themselves.
//!
//! A shell that is not installed is skipped with a loud line on stderr; `AWSENV_REQUIRE_SHELLS=bash,zsh,…` makes that a
//! failure.
#![expect(clippy::disallowed_methods, reason = "the crate is pure, its tests start shells")]
#![expect(clippy::print_stderr, reason = "a skipped shell must be seen")]
#![expect(clippy::unwrap_used, reason = "tests")]

mod failing;
mod harness;
mod hostile;
mod init;
mod interactive;
mod lint;
mod others;
mod power_shell;
mod quoting;
mod restoring;
mod terminal;
mod wrapper;
