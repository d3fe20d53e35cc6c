//! What may be typed behind `awsenv configure`.

use awsenv_resolve::Secret;
use clap::{Args, Subcommand};
use clap_complete::ArgValueCompleter;

use super::looking::TextFormat;
use super::sso::SignInArgs;
use super::value::{parse_duration, parse_secret, parse_session_name};
use crate::complete::values;

#[derive(Args, Debug)]
pub(crate) struct ConfigureArgs {
    /// The profile [default: the one that this shell is in, else AWS_PROFILE, else default]
    #[arg(long, global = true, value_name = "PROFILE", add = ArgValueCompleter::new(values::profiles))]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) wizard: WizardArgs,
    #[command(subcommand)]
    pub(crate) command: Option<ConfigureCommand>,
}

/// The answers to the questions of `awsenv configure`.
#[derive(Args, Debug)]
pub(crate) struct WizardArgs {
    /// The access key's id; with any of these options nothing is asked but the secret of a new key
    #[arg(long, value_name = "ID")]
    pub(crate) access_key_id: Option<String>,
    /// `-`: the secret access key is the first line of stdin
    #[arg(long, value_name = "-", value_parser = secret, allow_hyphen_values = true)]
    pub(crate) secret_access_key: Option<Secret>,
    /// `-`: the session token is the next line of stdin
    #[arg(long, value_name = "-", value_parser = secret, allow_hyphen_values = true)]
    pub(crate) session_token: Option<Secret>,
    /// The default region
    #[arg(long, value_name = "REGION", add = ArgValueCompleter::new(values::regions))]
    pub(crate) region: Option<String>,
    /// The default output format of the AWS CLI: json, yaml, yaml-stream, text, table
    #[arg(long, value_name = "FORMAT")]
    pub(crate) output: Option<String>,
}

impl WizardArgs {
    pub(crate) fn has_any(&self) -> bool {
        let words = [&self.access_key_id, &self.region, &self.output];
        let secrets = [&self.secret_access_key, &self.session_token];
        words.iter().any(|word| word.is_some()) || secrets.iter().any(|secret| secret.is_some())
    }
}

/// Takes anything: a message of clap's would repeat what was typed.
#[expect(clippy::unnecessary_wraps, reason = "clap wants a result")]
fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text))
}

#[derive(Subcommand, Debug)]
pub(crate) enum ConfigureCommand {
    /// Show profile, keys and region that are used here, and where they come from, as `aws configure list`
    #[command(after_help = "\
Of the keys the end alone is shown. Nothing is fetched: keys that are neither
in a file, the environment nor a cache are `<not fetched>`. `awsenv explain`
says more. JSON: {\"settings\": [{name, value, type, location, file, line}]}.")]
    List(ConfigureListArgs),
    /// List the names of the profiles, one a line: the config file's, then those of the credentials file alone
    ListProfiles,
    /// Print a setting as the files have it, whatever the environment says
    #[command(after_help = "\
Examples:
  awsenv configure get region --profile prod
  awsenv configure get profile.prod.s3.addressing_style
  awsenv configure get sso_region --sso-session corp

A setting that is not there is exit 1, with nothing on stdout. A comment behind
a value is no part of it.")]
    Get(GetArgs),
    /// Write a setting; every other line of the file stays as it is
    #[command(after_help = "\
Examples:
  awsenv configure set region eu-west-1 --profile prod
  awsenv configure set s3.addressing_style path          in the block `s3 =` of the current profile
  awsenv configure set default.output json               whatever the current profile is
  awsenv configure set sso_region us-east-1 --sso-session corp
  pass show aws | awsenv configure set aws_secret_access_key -

Access keys and session tokens go to the credentials file, everything else to
the config file; the profile need not exist. `-` reads the value from stdin:
what stands on a command line, every process of this machine may read.")]
    Set(SetArgs),
    /// Take a setting away, with all its lines; comments stay
    #[command(after_help = "\
Examples:
  awsenv configure unset role_arn --profile prod
  awsenv configure unset s3.addressing_style

From both files, if both have it. What is not there is no error.")]
    Unset(GetArgs),
    /// Write the access keys of a CSV file of the console into the credentials file
    #[command(after_help = "\
Examples:
  awsenv configure import --csv ~/Downloads/credentials.csv
  awsenv configure import --csv accessKeys.csv --user-name ana     the console's file of one access key
  awsenv configure import --csv users.csv --profile-prefix iam- --skip-invalid

The columns are `User name`, `Access key ID` and `Secret access key`, in any
order. All rows are read before anything is written, and then all profiles are
written at once.")]
    Import(ImportArgs),
    /// Write a profile of Identity Center: signs in, and lists the accounts and roles to choose from
    #[command(after_help = "\
Examples:
  awsenv configure sso                                     asks, with a menu of accounts and roles
  awsenv configure sso --sso-session corp --profile prod   asks for the rest
  awsenv configure sso --no-input --sso-session corp \\
    --account-id 111122223333 --role-name Admin --region eu-west-1

A session that is not there yet takes --sso-start-url and --sso-region. The
only account or role is chosen without a question. Without --profile the name
is asked for, or made by --template. Nothing is written before everything is
known. A profile for each of them: awsenv sso sync")]
    Sso(ConfigureSsoArgs),
    /// Write an [sso-session NAME]: asks, or takes the answers as options
    #[command(after_help = "\
Example:
  awsenv configure sso-session --sso-session corp --sso-start-url https://corp.awsapps.com/start --sso-region eu-west-1")]
    SsoSession(SsoSessionArgs),
    /// Write an MFA session's temporary credentials into a profile of their own, as `aws configure mfa-login`
    #[command(after_help = "\
Examples:
  awsenv configure mfa-login --profile base --update-profile base-mfa
  ykman oath accounts code -s AWS | awsenv configure mfa-login --profile base --mfa-token -

For tools that know nothing of MFA and are started without awsenv; `awsenv
use`, `exec` and `credential-process` need no such profile. The session's
profile is named for the device (123456789012-ana) unless --update-profile says
otherwise; one with long-term keys is never overwritten.")]
    MfaLogin(MfaLoginArgs),
    /// Write a profile that assumes a role: asks, or takes the answers as options
    #[command(after_help = "\
Example:
  awsenv configure role --profile prod --role-arn arn:aws:iam::222222222222:role/ops --source-profile base")]
    Role(RoleArgs),
}

#[derive(Args, Debug)]
pub(crate) struct ConfigureListArgs {
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: TextFormat,
}

#[derive(Args, Debug)]
pub(crate) struct MfaLoginArgs {
    /// The MFA device [default: the profile's mfa_serial]
    #[arg(long, value_name = "ARN")]
    pub(crate) serial_number: Option<String>,
    /// The profile that gets the temporary credentials [default: ACCOUNT-DEVICE]
    #[arg(long, value_name = "PROFILE", add = ArgValueCompleter::new(values::profiles))]
    pub(crate) update_profile: Option<String>,
    /// How long the session lasts: seconds, or 90m, 12h [default: 12h, or the settings file's]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) duration_seconds: Option<u32>,
    /// The MFA code, instead of a question; `-` reads it from stdin
    #[arg(long, value_name = "CODE", value_parser = parse_secret)]
    pub(crate) mfa_token: Option<Secret>,
    /// The long-term key, instead of the profile's
    #[arg(id = "mfa_access_key_id", long = "access-key-id", value_name = "ID")]
    pub(crate) access_key_id: Option<String>,
    /// `-`: its secret is the first line of stdin
    #[arg(id = "mfa_secret", long = "secret-access-key", value_name = "-", value_parser = secret, allow_hyphen_values = true)]
    pub(crate) secret_access_key: Option<Secret>,
    /// Take a guard's question as answered with yes
    #[arg(short, long)]
    pub(crate) yes: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ImportArgs {
    /// The file, or file://PATH; `-`: stdin
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) csv: String,
    /// Leave rows out that lack a name, id or secret
    #[arg(long)]
    pub(crate) skip_invalid: bool,
    /// What every profile's name begins with
    #[arg(long, value_name = "PREFIX")]
    pub(crate) profile_prefix: Option<String>,
    /// The user, for a file of one access key
    #[arg(long, value_name = "NAME")]
    pub(crate) user_name: Option<String>,
}

impl ImportArgs {
    /// Whether there is a file that still has the secrets.
    pub(crate) fn file_has_secrets(&self) -> bool {
        self.csv != "-"
    }
}

#[derive(Args, Debug)]
pub(crate) struct SsoSessionArgs {
    /// The session's name
    #[arg(long, value_name = "NAME", add = ArgValueCompleter::new(values::sso_sessions))]
    pub(crate) sso_session: Option<String>,
    /// The portal's address
    #[arg(long, value_name = "URL")]
    pub(crate) sso_start_url: Option<String>,
    /// Identity Center's region
    #[arg(long, value_name = "REGION", add = ArgValueCompleter::new(values::regions))]
    pub(crate) sso_region: Option<String>,
    /// What the sign-in is for [default: sso:account:access]
    #[arg(long, value_name = "SCOPES")]
    pub(crate) sso_registration_scopes: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct ConfigureSsoArgs {
    #[command(flatten)]
    pub(crate) session: SsoSessionArgs,
    /// The account
    #[arg(long, value_name = "ID")]
    pub(crate) account_id: Option<String>,
    /// The role in it: the permission set
    #[arg(long, value_name = "NAME")]
    pub(crate) role_name: Option<String>,
    /// The default region
    #[arg(long, value_name = "REGION", add = ArgValueCompleter::new(values::regions))]
    pub(crate) region: Option<String>,
    /// The default output format of the AWS CLI: json, yaml, yaml-stream, text, table
    #[arg(long, value_name = "FORMAT")]
    pub(crate) output: Option<String>,
    /// What the profile is called by default, as in `awsenv sso sync` [default: {role}-{account_id}]
    #[arg(long, value_name = "TEMPLATE")]
    pub(crate) template: Option<String>,
    #[command(flatten)]
    pub(crate) sign_in: SignInArgs,
}

#[derive(Args, Debug)]
pub(crate) struct RoleArgs {
    /// The role
    #[arg(long, value_name = "ARN")]
    pub(crate) role_arn: Option<String>,
    /// The profile whose credentials assume it
    #[arg(long, value_name = "PROFILE", conflicts_with = "credential_source", add = ArgValueCompleter::new(values::profiles))]
    pub(crate) source_profile: Option<String>,
    /// Environment, Ec2InstanceMetadata or EcsContainer, instead of a profile
    #[arg(long, value_name = "SOURCE", value_parser = ["Environment", "Ec2InstanceMetadata", "EcsContainer"])]
    pub(crate) credential_source: Option<String>,
    /// The MFA device that the role asks for
    #[arg(long, value_name = "ARN")]
    pub(crate) mfa_serial: Option<String>,
    /// The id that the role's owner has agreed with you
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// How each session of the role is called
    #[arg(long, value_name = "NAME", value_parser = parse_session_name)]
    pub(crate) role_session_name: Option<String>,
    /// How long a session lasts, in seconds: 900 to 43200
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(900..=43_200))]
    pub(crate) duration_seconds: Option<u32>,
    /// The default region
    #[arg(long, value_name = "REGION", add = ArgValueCompleter::new(values::regions))]
    pub(crate) region: Option<String>,
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
