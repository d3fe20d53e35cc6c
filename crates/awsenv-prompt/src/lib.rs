//! What the prompt shows, and what `status` says: from the environment and the clock alone.
//!
//! It deliberately does not know files, processes, the network or the SDK: there is no parameter through which to reach
//! them, so a prompt can never be slow.

mod color;
mod due;
mod left;
mod status;
mod template;

pub use color::Color;
pub use due::{Due, due};
pub use left::time_left;
pub use status::{Status, StatusOrigin};
pub use template::{DEFAULT_TEMPLATE, Paint, Wrap, render};
