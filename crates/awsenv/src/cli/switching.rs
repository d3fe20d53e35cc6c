//! The commands that put a shell or a program into a profile.

use std::ffi::OsString;

use awsenv_resolve::{Mode, Secret};
use clap::{Args, ValueEnum};
use clap_complete::ArgValueCompleter;

use super::value::{parse_duration, parse_mode, parse_secret, parse_session_name};
use crate::complete::values;

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ActivationArgs {
    /// The region, instead of the environment's and the profile's
    #[arg(short, long, value_name = "REGION", add = ArgValueCompleter::new(values::regions))]
    pub(crate) region: Option<String>,
    /// How the shell is given the profile: auto, profile or keys [default: auto, or the settings file's]
    #[arg(long, value_name = "MODE", value_parser = parse_mode, add = ArgValueCompleter::new(values::modes))]
    pub(crate) mode: Option<Mode>,
    /// How long the role's session is to last: seconds, or 90m, 12h
    #[arg(short, long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) duration: Option<u32>,
    /// The MFA code, instead of a question; `-` reads it from stdin
    #[arg(long, value_name = "CODE", value_parser = parse_secret)]
    pub(crate) mfa_token: Option<Secret>,
    /// Ask AWS for the user's MFA device (iam:ListMFADevices) when the profile with the keys has no mfa_serial
    #[arg(long)]
    pub(crate) find_mfa: bool,
    /// The role session's name, instead of the profile's
    #[arg(long, value_name = "NAME", value_parser = parse_session_name)]
    pub(crate) role_session_name: Option<String>,
    /// Do not sign in, even where that would be needed and possible
    #[arg(long)]
    pub(crate) no_login: bool,
    /// Take every question of confirmation (a guard's of the settings file) as answered with yes
    #[arg(short, long)]
    pub(crate) yes: bool,
}

#[derive(Args, Debug)]
pub(crate) struct UseArgs {
    /// The profile; `-`: the one before; ACCOUNT/ROLE: an SSO profile. Without it: a picker
    #[arg(value_name = "PROFILE", allow_hyphen_values = false, add = ArgValueCompleter::new(values::profiles))]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) activation: ActivationArgs,
}

#[derive(Args, Debug)]
pub(crate) struct AutoArgs {
    /// Do not sign in, even where that would be needed and possible
    #[arg(long)]
    pub(crate) no_login: bool,
    /// Take a guard's question as answered with yes
    #[arg(short, long)]
    pub(crate) yes: bool,
}

#[derive(Args, Debug)]
pub(crate) struct RefreshArgs {
    /// The MFA code, instead of a question; `-` reads it from stdin
    #[arg(long, value_name = "CODE", value_parser = parse_secret)]
    pub(crate) mfa_token: Option<Secret>,
    /// Do not sign in, even where that would be needed and possible
    #[arg(long)]
    pub(crate) no_login: bool,
    /// Fetch into the caches what the hook will take from there; prints nothing
    #[arg(long, hide = true)]
    pub(crate) background: bool,
    /// Take newer keys from the caches alone: no network, no question; without any, nothing changes
    #[arg(long, hide = true, conflicts_with = "background")]
    pub(crate) cached: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ExecArgs {
    /// The profile [default: the one that this shell is in]
    #[arg(value_name = "PROFILE", add = ArgValueCompleter::new(values::profiles))]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) activation: ActivationArgs,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND", value_hint = clap::ValueHint::CommandWithArguments)]
    pub(crate) command: Vec<OsString>,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum ExportFormat {
    /// The JSON of a credential_process
    #[default]
    Process,
    /// `export NAME='value'`
    Env,
    /// `NAME='value'`
    EnvNoExport,
    /// NAME="value", for .env files
    Dotenv,
    /// `set -gx NAME 'value'`
    Fish,
    /// `$env:NAME='value'`
    Powershell,
    /// set "NAME=value"
    WindowsCmd,
    /// The variables as one JSON object
    Json,
    /// A section for ~/.aws/credentials
    Ini,
}

#[derive(Args, Debug)]
pub(crate) struct ExportArgs {
    /// The profile [default: what the environment says]
    #[arg(value_name = "PROFILE", add = ArgValueCompleter::new(values::profiles))]
    pub(crate) profile: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: ExportFormat,
    #[command(flatten)]
    pub(crate) activation: ActivationArgs,
}

#[derive(Args, Debug)]
pub(crate) struct CredentialProcessArgs {
    /// The profile
    #[arg(long, value_name = "PROFILE", add = ArgValueCompleter::new(values::profiles))]
    pub(crate) profile: String,
    /// Allow questions on the terminal
    #[arg(long)]
    pub(crate) interactive: bool,
    /// How long the role's session is to last: seconds, or 90m, 12h
    #[arg(short, long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) duration: Option<u32>,
}
