//! Writes code for shells: sets and unsets variables in the calling shell, quotes values so that they come back byte for
//! byte, and hands out the scripts of `awsenv init`.
//!
//! It deliberately does not know AWS, which variables matter, where a value came from or what the machine looks like: no
//! file, no environment, no process. The caller decides what changes; this crate decides how one says that in a shell.

mod detect;
mod dialect;
mod error;
mod init;
mod quote;
mod render;
mod statement;

pub use detect::detect;
pub use dialect::ShellDialect;
pub use error::RenderError;
pub use init::InitOptions;
pub use statement::Statement;
