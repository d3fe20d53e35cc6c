//! Signing in, with a script for the browser: it follows the page's address, as a person who says yes does.

mod aws_cli;
mod browser;
mod configure_sso;
mod device;
mod faults;
mod refresh;
mod sessions;
mod single_flight;
mod sso_sync;
mod sso_sync_files;
mod support;
mod switching;
