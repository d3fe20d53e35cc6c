//! What may be typed behind `awsenv configure`.

use clap::{Args, Subcommand};
use clap_complete::ArgValueCompleter;

use crate::complete::values;

#[derive(Args, Debug)]
pub(crate) struct ConfigureArgs {
    /// The profile [default: the one that this shell is in, else AWS_PROFILE, else default]
    #[arg(long, global = true, value_name = "PROFILE", add = ArgValueCompleter::new(values::profiles))]
    pub(crate) profile: Option<String>,
    #[command(subcommand)]
    pub(crate) command: ConfigureCommand,
}

#[derive(Subcommand, Debug)]
pub(crate) enum ConfigureCommand {
    /// List the names of the profiles, one a line: the config file's, then those of the credentials file alone
    ListProfiles,
    /// Print a setting as the files have it, whatever the environment says
    #[command(after_help = "\
Examples:
  awsenv configure get region --profile prod
  awsenv configure get profile.prod.s3.addressing_style
  awsenv configure get sso_region --sso-session corp

A setting that is not there is exit 1, with nothing on stdout. A comment behind a value is no part of it.")]
    Get(GetArgs),
    /// Write a setting; every other line of the file stays as it is
    #[command(after_help = "\
Examples:
  awsenv configure set region eu-west-1 --profile prod
  awsenv configure set s3.addressing_style path          in the block `s3 =` of the current profile
  awsenv configure set default.output json               whatever the current profile is
  awsenv configure set sso_region us-east-1 --sso-session corp
  pass show aws | awsenv configure set aws_secret_access_key -

Access keys and session tokens go to the credentials file, everything else to the config file; the profile need not
exist. `-` reads the value from stdin: what stands on a command line, every process of this machine may read.")]
    Set(SetArgs),
    /// Take a setting away, with all its lines; comments stay
    #[command(after_help = "\
Examples:
  awsenv configure unset role_arn --profile prod
  awsenv configure unset s3.addressing_style

From both files, if both have it. What is not there is no error.")]
    Unset(GetArgs),
}

/// Which section is meant, when it is no profile's.
#[derive(Args, Debug)]
pub(crate) struct SectionArgs {
    /// In this [sso-session NAME] instead of a profile
    #[arg(long, value_name = "NAME", conflicts_with = "services", add = ArgValueCompleter::new(values::sso_sessions))]
    pub(crate) sso_session: Option<String>,
    /// In this [services NAME] instead of a profile
    #[arg(long, value_name = "NAME")]
    pub(crate) services: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct GetArgs {
    /// The setting: KEY, BLOCK.KEY, default.KEY or profile.NAME.KEY
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) section: SectionArgs,
}

#[derive(Args, Debug)]
pub(crate) struct SetArgs {
    /// The setting: KEY, BLOCK.KEY, default.KEY or profile.NAME.KEY
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    /// Its value; `-` reads it from stdin
    #[arg(value_name = "VALUE", allow_hyphen_values = true)]
    pub(crate) value: String,
    #[command(flatten)]
    pub(crate) section: SectionArgs,
}
