//! What may be typed. After [`Cli`] has become a request, nobody sees clap again.

mod configure;
mod looking;
mod shell;
mod signing_in;
mod sso;
mod switching;
mod value;

use awsenv_shell::ShellDialect;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use value::parse_shell;

pub(crate) use configure::{
    ConfigureArgs, ConfigureCommand, ConfigureListArgs, ConfigureSsoArgs, GetArgs, ImportArgs, MfaLoginArgs, RoleArgs,
    SectionArgs, SetArgs, SsoSessionArgs, WizardArgs,
};
pub(crate) use looking::{DoctorArgs, ExplainArgs, ExplainErrorArgs, ListArgs, ListFormat, StatusArgs, TextFormat, WhoamiArgs};
pub(crate) use shell::{AllowArgs, CompletionsArgs, DenyArgs, HookArgs, InitArgs, ManArgs, PromptArgs, PromptWrap};
pub(crate) use signing_in::{LoginArgs, LogoutArgs, SessionsArgs, SessionsFormat};
pub(crate) use sso::{SignInArgs, SsoArgs, SsoCommand, SsoSyncArgs};
pub(crate) use switching::{
    ActivationArgs, AutoArgs, CredentialProcessArgs, ExecArgs, ExportArgs, ExportFormat, RefreshArgs, UseArgs,
};
pub(crate) use value::{UNKNOWN_SHELL, parse_duration};

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
           MFA anywhere in the chain, `aws login` sessions, profile names or files that SDKs cannot read

With --shell json a program gets {\"set\": {…}, \"unset\": […]} and, where
needed, lists of names whose secret values it must keep to itself: park (put
the present value aside, first of all), restore (put it back), drop (forget it)")]
    Use(UseArgs),
    /// Put back, exactly, what the shell had before the first `use`
    #[command(visible_aliases = ["off", "clear"])]
    Unset,
    /// Give this shell back to its directory, after `use` or `unset`
    #[command(after_help = "\
Goes into the profile of this directory's .awsenv, or of the settings file's
[directories]; where there is none, back to how the shell was before awsenv.
From then on the shell follows the directory again.")]
    Auto(AutoArgs),
    /// Obey a directory's .awsenv as it is now
    #[command(after_help = "\
Examples:
  echo 'profile = payments-prod' > .awsenv
  awsenv allow                  shows the file and where its profile leads, then asks
  awsenv allow ~/work/payments --yes

A .awsenv holds `profile = NAME` and may hold `region = REGION` and
`mode = auto|profile|keys`. When it changes, it is not obeyed until it is allowed
again; what has changed is shown then. It must be yours, and writable by you
alone.")]
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

The child ends awsenv: its exit code is ours; 126 when it cannot be run, 127
when there is no such command.")]
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

It never asks and never opens a browser unless --interactive is given. With
`mfa_process = COMMAND` in the profile of the mfa_serial (any command that
prints a code) it needs nobody to ask.")]
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

The AWS CLI and the SDKs are signed in with it: the caches are theirs. Over
SSH, in a container or a codespace, without a display and for profiles without
an sso-session it is a device code by itself. The browser is, in this order,
`browser` under [login] in the settings file, $BROWSER, the system's. `awsenv
use`, `exec`, `export`, `whoami` and `refresh` sign in by themselves when they
must, unless --no-login is given.")]
    Login(LoginArgs),
    /// End a sign-in session, here and at AWS
    #[command(after_help = "\
Removes the session's token and the credentials of its own profiles, and
nothing else; client registrations stay. When AWS cannot be reached, the files
are removed all the same, with a warning.")]
    Logout(LogoutArgs),
    /// List the sign-in sessions
    Sessions(SessionsArgs),
    /// Profiles for everything that you may use in Identity Center
    Sso(SsoArgs),
    /// List the profiles
    #[command(visible_alias = "ls")]
    List(ListArgs),
    /// Say what this shell is in, without a network
    Status(StatusArgs),
    /// Ask AWS who one is (GetCallerIdentity)
    Whoami(WhoamiArgs),
    /// Say where a profile's credentials, region and settings come from, before any network
    #[command(after_help = "\
Examples:
  awsenv explain prod
  awsenv explain prod --format json | jq '.caches[] | {file, state, expires_at}'

Shows each step to the credentials with its lines and cache files, every
setting with what it shadows, what you will be asked for, the mode that `use`
takes and why, guards, and what SDKs would choose otherwise. Nothing is
fetched.

JSON: `profile`, `steps` (each with `origins` of its values), `region`, `needs`, `shadowed`, and
  chosen_by  who chose the profile: `who` is argument, shell, environment or default; its header's `file` and `line`
  account_id where it is certain before any call
  settings   `name`, `value`, its origin, and `shadows`: what was said as well and does not count
  caches     `step` (from 0), `kind` (role, sso-token, login-session, mfa-session), `file`, `state`, `expires_at`,
             `seconds_left`, `session_expires_at`; `state` is fresh, ending (less than 15 minutes: fetched anew),
             refreshable, expired, absent, unreadable, or foreign (another user's)
  mode       `value`, what was `asked` and where, and the `reasons` for which `auto` gives keys
  guards     each `[guard …]` that matches, and `refused`: why one refuses the profile
  sdks       `sdk` (all, all-but-javascript, python, rust), `subject`, what it `takes` (null: nothing), and its origin
An origin is `origin` (file, environment, flag, default), `file`, `line` and `variable`.")]
    Explain(ExplainArgs),
    /// Say what is wrong with the two files and what is around them, before it hurts
    #[command(after_help = "\
Examples:
  awsenv doctor                 every finding with its line, and what to do
  awsenv doctor --fix           mends what can be mended without a doubt, and looks again
  awsenv doctor --format json   {\"findings\": […]}, each in the form of --message-format json

An error is what surely does not work; a warning, what tools read differently
or what surprises; a note, advice. The exit code is 3 when there is an error.
Nothing is changed without --fix. One request is sent, without credentials, to
compare the clock with AWS's; --offline leaves it out.")]
    Doctor(DoctorArgs),
    /// Set up a profile, or read and change ~/.aws/config and ~/.aws/credentials one setting at a time
    #[command(after_help = "\
Examples:
  awsenv configure --profile dev             asks for access key, region and output format, as `aws configure`
  pass show aws | awsenv configure --profile dev --access-key-id AKIA… --secret-access-key - --region eu-west-1
  awsenv configure sso                       sign in, choose an account and a role, get a profile
  awsenv configure sso-session               for `awsenv login`, without long-term keys
  awsenv configure role --profile prod       a role that another profile's credentials assume
  awsenv configure mfa-login --profile base  a session's keys, for tools without MFA
  awsenv configure list                      what is used here, and where it comes from
  awsenv configure list-profiles
  awsenv configure set region eu-west-1 --profile prod
  awsenv configure get region --profile prod
  awsenv configure unset role_arn --profile prod

Only the line of the setting changes: comments, order, blank lines and line
ends stay. A file whose section is not understood is left alone.")]
    Configure(ConfigureArgs),
    /// Print the prompt segment, or nothing
    #[command(after_help = "\
Placeholders: {profile} {account} {region} {left} {mode} {icon}, and {color}
and {reset} for the colour that a guard of the settings file gives the profile.
Text around an empty one in [brackets] is left out. With --color always all of
a segment without {color} is coloured. {left} is also `expired` (`awsenv
refresh` renews it) or `login needed`.

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
    /// Print a manual page
    #[command(after_help = "\
Examples:
  awsenv man | man -l -
  awsenv man configure set | man -l -
  awsenv man --dir /usr/local/share/man/man1       every page, for packagers")]
    Man(ManArgs),
    /// Print the long text of an error's code
    ExplainError(ExplainErrorArgs),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_grammar_is_sound() {
        Cli::command().debug_assert();
    }
}
