//! What may be typed. After [`Cli`] has become a request, nobody sees clap again.

mod configure;

use std::ffi::OsString;
use std::path::PathBuf;

use awsenv_resolve::Mode;
use awsenv_shell::ShellDialect;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::ArgValueCompleter;

use crate::complete::values;

pub(crate) use configure::{
    ConfigureArgs, ConfigureCommand, GetArgs, ImportArgs, RoleArgs, SectionArgs, SetArgs, SsoSessionArgs, WizardArgs,
};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Green.on_default())
    .placeholder(AnsiColor::Cyan.on_default());

/// Put this shell into an AWS profile, and take it out again
///
/// awsenv reads ~/.aws/config and ~/.aws/credentials as the AWS CLI and the SDKs do and shares the CLI's caches, so one
/// sign-in or MFA code serves every tool. It asks only when a person is really needed.
#[derive(Parser, Debug)]
#[command(name = "awsenv", version, styles = STYLES, max_term_width = 100, propagate_version = true, disable_help_subcommand = true)]
#[command(after_help = "\
Examples:
  eval \"$(awsenv init bash)\"   in ~/.bashrc, once; zsh alike, see `awsenv init --help`
  awsenv use prod              switch this shell; `awsenv use` alone opens a picker
  awsenv use -                 back to the profile before
  awsenv exec prod -- terraform plan
  awsenv explain prod          where its credentials and region come from, line by line
  awsenv unset                 as the shell was before")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The options that every command takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct GlobalArgs {
    /// How errors and warnings look on stderr
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Everywhere")]
    pub(crate) message_format: MessageFormat,
    /// Never ask and never open a browser: exit with 4 and say what was needed
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub(crate) no_input: bool,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", help_heading = "Everywhere")]
    pub(crate) color: ColorChoice,
    /// Print errors only
    #[arg(short, long, global = true, help_heading = "Everywhere")]
    pub(crate) quiet: bool,
    /// Say what is decided; twice: every request too (secrets masked)
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = "Everywhere")]
    pub(crate) verbose: u8,
    /// The shell to print code for [default: the one that asks]
    #[arg(long, global = true, value_name = "SHELL", value_parser = parse_shell, hide = true)]
    pub(crate) shell: Option<ShellDialect>,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum MessageFormat {
    #[default]
    Text,
    Json,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Print the code that puts the calling shell into a profile
    #[command(after_help = "\
Examples:
  awsenv use prod                     with the shell function of `awsenv init`
  eval \"$(awsenv use prod)\"           without it
  awsenv use                          pick from a list: type parts of a name, account, role or region
  awsenv use 111122223333/Admin       the SSO profile of that account and role
  awsenv use prod -r eu-west-1        in another region than the profile's

Modes:
  profile  exports AWS_PROFILE and the region, and makes sure that the credentials behind it work now
  keys     exports the credentials themselves, for tools that cannot get them alone, and no AWS_PROFILE
  auto     `profile` where every AWS SDK can get and refresh the credentials alone; `keys` where one cannot:
           MFA anywhere in the chain, `aws login` sessions, profile names that SDKs cannot read")]
    Use(UseArgs),
    /// Put back, exactly, what the shell had before the first `use`
    #[command(visible_aliases = ["off", "clear"])]
    Unset,
    /// Give this shell back to its directory, after `use` or `unset`
    #[command(after_help = "\
Goes into the profile of this directory's .awsenv, or of the settings file's [directories]; where there is none, back to
how the shell was before awsenv. From then on the shell follows the directory again.")]
    Auto(AutoArgs),
    /// Obey a directory's .awsenv as it is now
    #[command(after_help = "\
Examples:
  echo 'profile = payments-prod' > .awsenv
  awsenv allow                  shows the file and where its profile leads, then asks
  awsenv allow ~/work/payments --yes

A .awsenv holds `profile = NAME` and may hold `region = REGION` and `mode = auto|profile|keys`. When it changes, it is
not obeyed until it is allowed again; what has changed is shown then. It must be yours, and writable by you alone.")]
    Allow(AllowArgs),
    /// Never obey a directory's .awsenv, whatever is in it
    Deny(DenyArgs),
    /// Print the code for the present directory; the scripts of `awsenv init` call it
    #[command(hide = true)]
    Hook(HookArgs),
    /// Renew the credentials of the profile that this shell is in
    Refresh(RefreshArgs),
    /// Run a command in a profile
    #[command(after_help = "\
Examples:
  awsenv exec prod -- terraform apply
  awsenv exec prod -r eu-west-1 -- aws s3 ls
  awsenv exec -- env                  in the profile that this shell is in

The child ends awsenv: its exit code is ours; 126 when it cannot be run, 127 when there is no such command.")]
    Exec(ExecArgs),
    /// Print a profile's credentials for another program
    #[command(after_help = "\
Examples:
  awsenv export prod                              the JSON of a credential_process
  eval \"$(awsenv export prod --format env)\"       quoted, unlike `aws configure export-credentials`
  awsenv export prod --format dotenv > .env
  awsenv export prod --format ini >> ~/.aws/credentials")]
    Export(ExportArgs),
    /// Be the credential_process of a profile
    #[command(after_help = "\
Example, in ~/.aws/config, for tools that cannot use the profile `prod` themselves (MFA, `aws login`):
  [profile prod-for-tools]
  credential_process = awsenv credential-process --profile prod

It never asks and never opens a browser unless --interactive is given. With `mfa_process = COMMAND` in the profile
of the mfa_serial (any command that prints a code) it needs nobody to ask.")]
    CredentialProcess(CredentialProcessArgs),
    /// Sign in to IAM Identity Center or, with console credentials, as `aws login` does
    #[command(after_help = "\
Examples:
  awsenv login prod                    what the profile needs; without a name: the one that this shell is in
  awsenv login --sso-session corp
  awsenv login --all                   every sso-session, one after the other
  awsenv login --use-device-code       on another device: a page, a code and a QR code
  awsenv login new                     console credentials, as `aws login --profile new`: makes the profile
  awsenv login new --remote            the same with a browser on another machine, whose last page shows a code

The AWS CLI and the SDKs are signed in with it: the caches are theirs. Over SSH, in a container or a codespace,
without a display and for profiles without an sso-session it is a device code by itself. The browser is, in this
order, `browser` under [login] in the settings file, $BROWSER, the system's. `awsenv use`, `exec`, `export`,
`whoami` and `refresh` sign in by themselves when they must, unless --no-login is given.")]
    Login(LoginArgs),
    /// End a sign-in session, here and at AWS
    #[command(after_help = "\
Removes the session's token and the credentials of its own profiles, and nothing else; client registrations stay.
When AWS cannot be reached, the files are removed all the same, with a warning.")]
    Logout(LogoutArgs),
    /// List the sign-in sessions
    Sessions(SessionsArgs),
    /// List the profiles
    #[command(visible_alias = "ls")]
    List(ListArgs),
    /// Say what this shell is in, without a network
    Status(StatusArgs),
    /// Ask AWS who one is (GetCallerIdentity)
    Whoami(WhoamiArgs),
    /// Say where a profile's credentials and region come from, before any network
    Explain(ExplainArgs),
    /// Set up a profile, or read and change ~/.aws/config and ~/.aws/credentials one setting at a time
    #[command(after_help = "\
Examples:
  awsenv configure --profile dev             asks for access key, region and output format, as `aws configure`
  pass show aws | awsenv configure --profile dev --access-key-id AKIA… --secret-access-key - --region eu-west-1
  awsenv configure sso-session               for `awsenv login`, without long-term keys
  awsenv configure role --profile prod       a role that another profile's credentials assume
  awsenv configure list-profiles
  awsenv configure set region eu-west-1 --profile prod
  awsenv configure get region --profile prod
  awsenv configure unset role_arn --profile prod

Only the line of the setting changes: comments, order, blank lines and line ends stay. A file whose section is not
understood is left alone.")]
    Configure(ConfigureArgs),
    /// Print the prompt segment, or nothing
    #[command(after_help = "\
Placeholders: {profile} {account} {region} {left} {mode} {icon}, and {color} and {reset} for the
colour that a guard of the settings file gives the profile. Text around an empty one in [brackets]
is left out. With --color always all of a segment without {color} is coloured. {left} is also
`expired` (`awsenv refresh` renews it) or `login needed`.

Examples:
  awsenv prompt --format '{profile}[ {region}][ {left}]'
  PS1='$(awsenv prompt --wrap bash --format \"{color}{profile}{reset} \")\\$ '")]
    Prompt(PromptArgs),
    /// Print the script that a shell evaluates in its rc file
    #[command(after_help = "\
Put one of these into the file named:
  bash        ~/.bashrc                    eval \"$(awsenv init bash)\"
  zsh         ~/.zshrc                     eval \"$(awsenv init zsh)\"
  fish        ~/.config/fish/config.fish   awsenv init fish | source
  PowerShell  $PROFILE, at its end         Invoke-Expression (& awsenv init powershell | Out-String)
  sh, dash    the file that $ENV names     eval \"$(awsenv init posix)\"
  elvish      ~/.config/elvish/rc.elv      eval (awsenv init elvish | slurp)
  xonsh       ~/.xonshrc                   execx($(awsenv init xonsh))
  nushell     once, in nushell itself      awsenv init nushell | save -f ($nu.default-config-dir | path join autoload awsenv.nu)
  tcsh        ~/.tcshrc                    source ~/.awsenv.tcsh
                                           once: awsenv init tcsh >! ~/.awsenv.tcsh
  cmd         a doskey macro; the first lines of `awsenv init cmd` say how")]
    Init(InitArgs),
    /// Print a completion script
    Completions(CompletionsArgs),
    /// Print the long text of an error's code
    ExplainError(ExplainErrorArgs),
}

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
    pub(crate) mfa_token: Option<awsenv_resolve::Secret>,
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
pub(crate) struct AllowArgs {
    /// The directory with the file [default: the nearest from here upwards that has one]
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) directory: Option<PathBuf>,
    /// Do not ask
    #[arg(short, long)]
    pub(crate) yes: bool,
}

#[derive(Args, Debug)]
pub(crate) struct DenyArgs {
    /// The directory with the file [default: the nearest from here upwards that has one]
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) directory: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct HookArgs {
    /// The shell's own name for its directory
    #[arg(long, value_name = "DIR")]
    pub(crate) pwd: Option<PathBuf>,
    /// What this shell has been told already
    #[arg(long, value_name = "KEYS", default_value = "", hide_default_value = true)]
    pub(crate) said: String,
    /// Say nothing, and be called again at the next prompt if there is something to say
    #[arg(long)]
    pub(crate) silent: bool,
}

#[derive(Args, Debug)]
pub(crate) struct RefreshArgs {
    /// The MFA code, instead of a question; `-` reads it from stdin
    #[arg(long, value_name = "CODE", value_parser = parse_secret)]
    pub(crate) mfa_token: Option<awsenv_resolve::Secret>,
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
    /// Only profiles with all of these parts in name, account, role or region (blanks separate them)
    #[arg(value_name = "FILTER")]
    pub(crate) filter: Option<String>,
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
pub(crate) struct PromptArgs {
    /// The segment's template
    #[arg(long, value_name = "TEMPLATE", default_value = awsenv_prompt::DEFAULT_TEMPLATE)]
    pub(crate) format: String,
    /// Mark colours for this shell, so that it counts the columns right
    #[arg(long, value_enum, value_name = "SHELL")]
    pub(crate) wrap: Option<PromptWrap>,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PromptWrap {
    /// In a `$(…)` of PS1
    Bash,
    /// In a `$(…)` of PROMPT, with prompt_subst
    Zsh,
}

#[derive(Args, Debug)]
pub(crate) struct InitArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_parser = parse_shell, add = ArgValueCompleter::new(values::init_shells))]
    pub(crate) dialect: ShellDialect,
    /// Leave `cd` alone (bash, dash, ksh: they have no other way to notice a change of directory inside a line)
    #[arg(long)]
    pub(crate) no_cd: bool,
    /// Do not keep AWSENV_PROMPT
    #[arg(long)]
    pub(crate) no_prompt: bool,
    /// The function's name
    #[arg(long, value_name = "NAME", default_value = "awsenv", value_parser = parse_function_name)]
    pub(crate) cmd: String,
}

#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_parser = parse_shell, add = ArgValueCompleter::new(values::completion_shells))]
    pub(crate) dialect: ShellDialect,
}

#[derive(Args, Debug)]
pub(crate) struct ExplainErrorArgs {
    /// The code, as in error[CODE]; without it, all codes are listed
    #[arg(value_name = "CODE", add = ArgValueCompleter::new(values::codes))]
    pub(crate) code: Option<String>,
}

/// Marks the message of an unknown shell, which has a code of its own.
pub(crate) const UNKNOWN_SHELL: &str = "there is no such shell here";

fn parse_shell(text: &str) -> Result<ShellDialect, String> {
    ShellDialect::parse(text).ok_or_else(|| {
        let names: Vec<&str> = ShellDialect::ALL.iter().map(|dialect| dialect.name()).collect();
        format!("{UNKNOWN_SHELL}; one of {}", names.join(", "))
    })
}

fn parse_mode(text: &str) -> Result<Mode, String> {
    [Mode::Auto, Mode::Profile, Mode::Keys]
        .into_iter()
        .find(|mode| mode.name() == text)
        .ok_or_else(|| "auto, profile or keys".to_owned())
}

fn parse_secret(text: &str) -> Result<awsenv_resolve::Secret, String> {
    let is_code = text == "-" || (text.len() >= 6 && text.len() <= 8 && text.bytes().all(|byte| byte.is_ascii_digit()));
    // The message must not repeat what was typed: it may be a password.
    if is_code { Ok(awsenv_resolve::Secret::new(text)) } else { Err("an MFA code has six digits".to_owned()) }
}

fn parse_session_name(text: &str) -> Result<String, String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    let is_name = (2..=64).contains(&text.len()) && text.bytes().all(allowed);
    if is_name { Ok(text.to_owned()) } else { Err("2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -".to_owned()) }
}

fn parse_function_name(text: &str) -> Result<String, String> {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_name = starts && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if is_name { Ok(text.to_owned()) } else { Err("letters, digits, `_` and `-`, beginning with a letter".to_owned()) }
}

/// Seconds, or a number with `s`, `m`, `h`, or several of them (`1h30m`).
pub(crate) fn parse_duration(text: &str) -> Result<u32, String> {
    let usage = || "seconds, or a time like 90m, 12h, 1h30m".to_owned();
    let seconds = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse::<u32>().map_err(|_| usage())?
    } else {
        let (mut total, mut number) = (0_u32, String::new());
        for c in text.chars() {
            let unit = match c {
                '0'..='9' => {
                    number.push(c);
                    continue;
                }
                's' => 1,
                'm' => 60,
                'h' => 3_600,
                _ => return Err(usage()),
            };
            let count = number.parse::<u32>().map_err(|_| usage())?;
            total = count.checked_mul(unit).and_then(|part| total.checked_add(part)).ok_or_else(usage)?;
            number.clear();
        }
        if !number.is_empty() {
            return Err(usage());
        }
        total
    };
    // The widest limits of any STS call: AssumeRole from 900, GetSessionToken to 129,600.
    if (900..=129_600).contains(&seconds) {
        Ok(seconds)
    } else {
        Err("AWS takes 15 minutes (900) at least and 36 hours (129600) at most".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_grammar_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn durations_are_seconds_or_have_units() {
        for (text, seconds) in [("900", 900), ("15m", 900), ("1h30m", 5400), ("12h", 43_200), ("3600s", 3600)] {
            assert_eq!(parse_duration(text), Ok(seconds), "{text}");
        }
        for text in ["", "h", "1", "899", "37h", "1h30", "1d", "99999999999", "4294967295h", "-5", "1.5h"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
