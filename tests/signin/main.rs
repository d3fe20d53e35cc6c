//! Signing in, with a script for the browser: it follows the page's address, as a person who says yes does.

mod browser;
mod aws_cli;
mod device;
mod faults;
mod refresh;
mod sessions;
mod single_flight;
mod support;
mod switching;
