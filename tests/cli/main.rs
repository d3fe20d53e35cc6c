//! The contract of the command line: names, options, JSON fields, exit codes, and what stdout is.
//!
//! Every test runs the program itself in a sandbox of its own, against fake-aws where there is a network at all.
#![expect(clippy::unwrap_used, reason = "tests")]

mod aws_errors;
mod cache_errors;
mod codes;
mod concurrency;
mod config_errors;
mod configure;
mod configure_cli_runs;
mod configure_keys;
mod configure_wizard;
mod credential_process;
mod doctor;
mod doctor_caches;
mod doctor_clock;
mod doctor_environment;
mod doctor_lints;
mod doctor_own;
mod doctor_permissions;
mod doctor_shell;
mod environment;
mod exec;
mod explain;
mod export;
mod guards;
mod init;
mod list;
mod man;
mod messages;
mod mfa;
mod other_shells;
mod picker;
mod prompt;
mod refresh;
mod safety;
mod secrets;
mod sessions;
mod status;
mod support;
mod switching;
mod unset;
mod usage_errors;
mod whoami;
