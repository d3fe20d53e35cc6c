//! What may be typed behind `awsenv sso`.

use clap::{Args, Subcommand};
use clap_complete::ArgValueCompleter;

use super::looking::TextFormat;
use crate::complete::values;

#[derive(Args, Debug)]
pub(crate) struct SsoArgs {
    #[command(subcommand)]
    pub(crate) command: SsoCommand,
}

#[derive(Subcommand, Debug)]
pub(crate) enum SsoCommand {
    /// Write a profile for every account and role that you may use into ~/.aws/config
    #[command(after_help = "\
Examples:
  awsenv sso sync --sso-session corp --region eu-west-1   the first time
  awsenv sso sync                                         again: what was said last is remembered
  awsenv sso sync --dry-run                               the changes as a diff, nothing written
  awsenv sso sync --template '{account_name|lower}-{role}' --exclude-role '*ReadOnly'
  awsenv sso sync --prune --yes                           in a script; also removes what is gone

Placeholders: {account_name} {account_id} {account_email} {role} {session}, each also as
{role|lower}. What no SDK can read in a name becomes `-`. Several accounts of one name get their
id behind it; a name once given stays.

The profiles stand between two comments in the config file; every other byte of
it stays. Settings and comments that you add to them stay too, and so does a
region that you change. A profile of your own for the same account and role is
respected: there will be no second one.

--prune removes only what an earlier sync wrote and nobody has added to, and
nothing when Identity Center did not list everything.

Patterns: `*` is any text, `?` one character. Template, region, output and
patterns are remembered under [sso-sync \"SESSION\"] in the settings file; an
empty one (--exclude-role '') is forgotten.")]
    Sync(SsoSyncArgs),
}

#[derive(Args, Debug)]
pub(crate) struct SsoSyncArgs {
    /// The session, by the name of its section [default: those synced before, else the only one]
    #[arg(long, value_name = "NAME", add = ArgValueCompleter::new(values::sso_sessions))]
    pub(crate) sso_session: Option<String>,
    /// What the profiles are called [default: {account_name}/{role}]
    #[arg(long, value_name = "TEMPLATE")]
    pub(crate) template: Option<String>,
    /// Their default region
    #[arg(long, value_name = "REGION", add = ArgValueCompleter::new(values::regions))]
    pub(crate) region: Option<String>,
    /// Their default output format in the AWS CLI: json, yaml, yaml-stream, text, table
    #[arg(long, value_name = "FORMAT")]
    pub(crate) output: Option<String>,
    /// Only accounts with such a name or id
    #[arg(long, value_name = "PATTERN")]
    pub(crate) include_account: Vec<String>,
    /// No account with such a name or id
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude_account: Vec<String>,
    /// Only such roles
    #[arg(long, value_name = "PATTERN")]
    pub(crate) include_role: Vec<String>,
    /// No such role
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude_role: Vec<String>,
    /// Remove synced profiles whose account or role is gone
    #[arg(long)]
    pub(crate) prune: bool,
    /// Show what would change as a diff, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask before profiles are removed
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// `json`: one document of what was added, changed, removed, kept and skipped
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: TextFormat,
    #[command(flatten)]
    pub(crate) sign_in: SignInArgs,
}

impl SsoSyncArgs {
    /// Whether an option says what is to be synced, which is remembered.
    pub(crate) fn says_what(&self) -> bool {
        let words = [&self.template, &self.region, &self.output];
        let patterns = [&self.include_account, &self.exclude_account, &self.include_role, &self.exclude_role];
        words.iter().any(|word| word.is_some()) || patterns.iter().any(|patterns| !patterns.is_empty())
    }
}

/// How to sign in, where that must be.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct SignInArgs {
    /// On another device: show a page and a code
    #[arg(long, conflicts_with = "no_browser")]
    pub(crate) use_device_code: bool,
    /// Show the page's address instead of opening it; the browser must be on this machine
    #[arg(long)]
    pub(crate) no_browser: bool,
}
