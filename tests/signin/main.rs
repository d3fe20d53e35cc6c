//! Signing in, with a script for the browser: it follows the page's address, as a person who says yes does.

mod aws_cli;
mod browser;
mod device;
mod faults;
mod refresh;
mod sessions;
mod single_flight;
mod support;
mod switching;
