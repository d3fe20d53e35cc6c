//! The commands of sign-in sessions.

use clap::{Args, ValueEnum};
use clap_complete::ArgValueCompleter;

use crate::complete::values;

#[derive(Args, Debug)]
pub(crate) struct LoginArgs {
    /// The profile [default: the one that this shell is in]
    #[arg(value_name = "PROFILE", conflicts_with_all = ["sso_session", "all"], add = ArgValueCompleter::new(values::profiles))]
    pub(crate) profile: Option<String>,
    /// The session, by the name of its section
    #[arg(long, value_name = "NAME", conflicts_with = "all", add = ArgValueCompleter::new(values::sso_sessions))]
    pub(crate) sso_session: Option<String>,
    /// Every sso-session that is not signed in, one after the other
    #[arg(long)]
    pub(crate) all: bool,
    /// On another device: show a page and a code
    #[arg(long, conflicts_with = "no_browser")]
    pub(crate) use_device_code: bool,
    /// Show the page's address instead of opening it; the browser must be on this machine
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// With a browser on another machine
    #[arg(long, conflicts_with = "no_browser")]
    pub(crate) remote: bool,
    /// Sign in anew, even when that is not needed
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Args, Debug)]
pub(crate) struct LogoutArgs {
    /// The profile [default: the one that this shell is in]
    #[arg(value_name = "PROFILE", conflicts_with_all = ["sso_session", "all"], add = ArgValueCompleter::new(values::profiles))]
    pub(crate) profile: Option<String>,
    /// The session, by the name of its section
    #[arg(long, value_name = "NAME", conflicts_with = "all", add = ArgValueCompleter::new(values::sso_sessions))]
    pub(crate) sso_session: Option<String>,
    /// Every session, also those that no file but the cache knows
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum SessionsFormat {
    /// Columns for people
    #[default]
    #[value(alias = "text")]
    Table,
    /// One document
    Json,
}

#[derive(Args, Debug)]
pub(crate) struct SessionsArgs {
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: SessionsFormat,
}
