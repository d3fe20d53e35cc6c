//! Completions, typed at the prompts of the shells themselves; and the files for packagers.
//!
//! A shell that is not installed is skipped with a loud line on stderr; `AWSENV_REQUIRE_SHELLS=bash,zsh,…` makes that a
//! failure.
#![expect(clippy::print_stderr, reason = "a skipped shell must be seen")]
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "../shells/harness.rs"]
#[expect(dead_code, reason = "shared with the tests of the scripts")]
mod harness;
#[path = "../shells/terminal.rs"]
#[expect(dead_code, reason = "shared with the tests of the scripts")]
mod terminal;

mod answers;
mod names;
mod others;
mod places;
mod scripts;
mod session;
