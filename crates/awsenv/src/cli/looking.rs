//! The commands that only look.

use clap::{Args, ValueEnum};
use clap_complete::ArgValueCompleter;

use super::switching::ActivationArgs;
use crate::complete::values;

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum ListFormat {
    /// Columns for people
    #[default]
    #[value(alias = "text")]
    Table,
    /// One name a line
    Names,
    /// One document
    Json,
}

#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Only profiles with all of these parts in name, account, role or region
    #[arg(value_name = "FILTER")]
    pub(crate) filter: Vec<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: ListFormat,
    /// With `--format json`: every key as written, secret values as "****"
    #[arg(long)]
    pub(crate) all_settings: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum TextFormat {
    #[default]
    Text,
    Json,
}

#[derive(Args, Debug)]
pub(crate) struct StatusArgs {
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: TextFormat,
}

#[derive(Args, Debug)]
pub(crate) struct WhoamiArgs {
    /// The profile [default: what the environment says]
    #[arg(value_name = "PROFILE", add = ArgValueCompleter::new(values::profiles))]
    pub(crate) profile: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: TextFormat,
    #[command(flatten)]
    pub(crate) activation: ActivationArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ExplainArgs {
    /// The profile [default: the one that this shell is in]
    #[arg(value_name = "PROFILE", add = ArgValueCompleter::new(values::profiles))]
    pub(crate) profile: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: TextFormat,
    /// As if this region were asked for
    #[arg(short, long, value_name = "REGION", add = ArgValueCompleter::new(values::regions))]
    pub(crate) region: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct DoctorArgs {
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: TextFormat,
    /// Mend what is safe to mend, say what was done, and look again
    #[arg(long)]
    pub(crate) fix: bool,
    /// Do not ask AWS for the time
    #[arg(long)]
    pub(crate) offline: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ExplainErrorArgs {
    /// The code, as in error[CODE]; without it, all codes are listed
    #[arg(value_name = "CODE", add = ArgValueCompleter::new(values::codes))]
    pub(crate) code: Option<String>,
}
