//! `awsenv configure`: the two files, changed line by line.

mod csv;
mod get;
mod import;
mod list;
mod list_profiles;
mod mfa_login;
mod place;
mod question;
mod sections;
mod set;
mod sso;
mod wizard;

use awsenv_host::Edited;
use awsenv_profile::{Change, FileKind};
use awsenv_resolve::Secret;

use crate::cli::{ConfigureArgs, ConfigureCommand};
use crate::context::Context;
use crate::report::{Code, Report};

pub(super) fn run(context: &Context, arguments: &ConfigureArgs) -> Result<(), Report> {
    let profile = arguments.profile.as_deref();
    let Some(command) = &arguments.command else { return wizard::run(context, profile, &arguments.wizard) };
    if arguments.wizard.has_any() {
        return Err(
            Report::error(Code::Usage, "the options of the wizard stand before a subcommand").help("awsenv configure --help")
        );
    }
    // It is an option of all of them for clap; these have no one profile.
    let other = match command {
        ConfigureCommand::Import(_) => Some(("import", "the rows name the profiles; --profile-prefix TEXT stands before each")),
        ConfigureCommand::SsoSession(_) => Some(("sso-session", "--sso-session NAME names the section")),
        _ => None,
    };
    if let (Some(_), Some((command, help))) = (profile, other) {
        return Err(Report::error(Code::Usage, format!("`configure {command}` takes no --profile")).help(help));
    }
    match command {
        ConfigureCommand::List(arguments) => list::run(context, profile, arguments),
        ConfigureCommand::ListProfiles => list_profiles::run(context),
        ConfigureCommand::Get(arguments) => get::run(context, profile, arguments),
        ConfigureCommand::Set(arguments) => set::set(context, profile, arguments),
        ConfigureCommand::Unset(arguments) => set::unset(context, profile, arguments),
        ConfigureCommand::Import(arguments) => import::run(context, arguments),
        ConfigureCommand::Sso(arguments) => sso::run(context, profile, arguments),
        ConfigureCommand::SsoSession(arguments) => sections::sso_session(context, arguments),
        ConfigureCommand::MfaLogin(arguments) => mfa_login::run(context, profile, arguments),
        ConfigureCommand::Role(arguments) => sections::role(context, profile, arguments),
    }
}

/// The settings that belong to the credentials file.
const CREDENTIALS: [&str; 4] = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"];

/// Writes, and warns when others can read the secrets.
fn write(context: &Context, file: FileKind, changes: &[Change<'_>]) -> Result<(), Report> {
    let edited = context.host.edit(file, changes)?;
    warn_if_open(context, file, &edited);
    Ok(())
}

/// Writes into both files, or into none.
fn write_both(context: &Context, credentials: &[Change<'_>], config: &[Change<'_>]) -> Result<(), Report> {
    match (credentials, config) {
        ([], []) => Ok(()),
        (credentials, []) => write(context, FileKind::Credentials, credentials),
        ([], config) => write(context, FileKind::Config, config),
        (credentials, config) => {
            let edited = context.host.edit_both(credentials, config)?;
            warn_if_open(context, FileKind::Credentials, &edited);
            Ok(())
        }
    }
}

fn warn_if_open(context: &Context, file: FileKind, edited: &Edited) {
    if file == FileKind::Credentials && edited.is_open {
        let path = edited.path.display();
        let warning = Report::warning(Code::CredentialsReadable, format!("{path} can be read by others than you"));
        context.ui.report_once(&warning.help(format!("chmod 600 {path}")));
    }
}

/// The error of a secret in the place of an option's `-`.
fn on_command_line(option: &str, command: &str) -> Report {
    Report::error(Code::Usage, format!("a secret does not belong on a command line: {option} takes only `-`"))
        .help(format!("pass show aws | {command} {option} -"))
        .help("what was typed here is in your shell's history now, and every process could read it")
}

/// Reads one line of a secret, without its end.
fn read_secret_line(input: &mut dyn std::io::BufRead) -> Result<Secret, Report> {
    // All in advance: what grew would leave copies. A session token has a thousand characters.
    let mut text = String::with_capacity(16 * 1024);
    input.read_line(&mut text).map_err(|error| Report::error(Code::Io, format!("stdin cannot be read: {error}")))?;
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    Ok(Secret::new(text))
}

/// The profile that is meant when the command names none: as the AWS CLI, but also the one that awsenv put this shell in
/// without `AWS_PROFILE`.
fn current_profile(context: &Context, named: Option<&str>) -> String {
    let env = &context.host.env;
    let active = context.state().map(|state| state.profile).filter(|name| env.nonempty("AWSENV_PROFILE") == Some(name));
    let from_env = || ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].iter().find_map(|name| env.nonempty(name)).map(str::to_owned);
    named.map(str::to_owned).or(active).or_else(from_env).unwrap_or_else(|| "default".to_owned())
}
