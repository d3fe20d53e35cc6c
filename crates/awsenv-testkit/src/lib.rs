//! A machine of a test's own: a home directory, an empty environment, a fake AWS when one is wanted, a terminal, and
//! sessions written down in folders. Everything is gone when the test is.
//!
//! It knows how programs are started and how [`fake_aws`] is reached. It deliberately knows nothing of awsenv's inside: what
//! it is tested through is what a person has, the program and its files.

mod directory;
mod files;
mod invocation;
mod page;
mod programs;
mod pty;
mod sandbox;
mod scenario;
mod secrets;
mod snapshot;

pub use directory::Directory;
pub use files::Files;
pub use invocation::{Invocation, Run};
pub use programs::{is_here, is_required};
pub use pty::Pty;
pub use sandbox::Sandbox;
pub use scenario::Scenario;
pub use snapshot::assert_snapshot;
