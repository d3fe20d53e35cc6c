//! `awsenv exec`

use std::ffi::OsStr;
use std::process::Command;

use awsenv_host::History;
use awsenv_resolve::{Change, STATE_VARIABLE};

use crate::activation::{Wish, activate, named};
use crate::cli::ExecArgs;
use crate::context::Context;
use crate::guard::Consent;
use crate::report::{Code, Report};

pub(crate) fn run(context: &Context, arguments: ExecArgs) -> Result<(), Report> {
    context.ui.allow_sign_in(!arguments.activation.no_login);
    let settings = context.settings()?;
    let profiles = context.profiles()?;
    let (choice, base) = context.choice(arguments.profile.as_deref(), &profiles);
    let Some((program, words)) = arguments.command.split_first() else {
        return Err(Report::error(Code::Usage, "there is no command after `--`"));
    };
    let choice = match (&choice, context.host.env.text("AWS_PROFILE")) {
        (awsenv_resolve::ProfileChoice::Ambient, Some(profile)) => awsenv_resolve::ProfileChoice::Named(profile.to_owned()),
        (awsenv_resolve::ProfileChoice::Ambient, None) => {
            return Err(Report::error(Code::NoActiveProfile, "no profile was named, and this shell is in none")
                .help("awsenv exec PROFILE -- COMMAND"));
        }
        _ => choice,
    };
    let name = named(&choice).unwrap_or_default().to_owned();
    // Without a name the child gets what this shell is in: the region and the mode too.
    let active = context.state().filter(|state| arguments.profile.is_none() && state.profile == name);
    let mut options = arguments.activation;
    options.region = options.region.or_else(|| active.as_ref().and_then(|_| context.active_region()));
    // What this shell has already was confirmed when it came.
    let consent = Consent::of_option(options.yes || active.is_some());
    let mode = options.mode.unwrap_or_else(|| active.map_or(settings.mode, |state| state.mode));
    let wish = Wish {
        request: context.request(choice, &options, &settings),
        mode,
        mfa_token: options.mfa_token,
        profiles: &profiles,
        base,
        chosen_at: None,
        force: false,
        consent,
    };
    let activation = activate(context, &settings, wish)?;
    History::record(&context.host, &name, context.host.now());
    let mut command = Command::new(program);
    command.args(words);
    for change in &activation.delta.changes {
        check_value(change)?;
        match change {
            Change::Set(name, value) => {
                // Values are UTF-8 of ours, or bytes that this very process was started with.
                command.env(name, os_text(value));
            }
            Change::SetSecret(name, secret) => {
                command.env(name, secret.reveal());
            }
            // What was put aside is in the shell above, where the child cannot see it, and so it should be.
            Change::Unset(name) | Change::RestoreParked(name) => {
                command.env_remove(name);
            }
            Change::Park(_) | Change::DropParked(_) => {}
        }
    }
    command.env(STATE_VARIABLE, activation.state.encode());
    Err(become_child(command, program))
}

/// No variable can hold a zero byte; the child would not start, and the system does not say which one it was.
fn check_value(change: &Change) -> Result<(), Report> {
    let (name, has_zero) = match change {
        Change::Set(name, value) => (name, value.contains(&0)),
        Change::SetSecret(name, secret) => (name, secret.reveal().contains('\0')),
        Change::Unset(_) | Change::RestoreParked(_) | Change::Park(_) | Change::DropParked(_) => return Ok(()),
    };
    if !has_zero {
        return Ok(());
    }
    Err(Report::error(Code::InvalidValue, format!("the value for {name} has a zero byte, which no variable can hold"))
        .help("look where the profile's credentials and settings come from: awsenv explain PROFILE"))
}

#[cfg(unix)]
fn os_text(bytes: &[u8]) -> &OsStr {
    use std::os::unix::ffi::OsStrExt as _;
    OsStr::from_bytes(bytes)
}

#[cfg(not(unix))]
fn os_text(bytes: &[u8]) -> &OsStr {
    OsStr::new(std::str::from_utf8(bytes).unwrap_or_default())
}

/// Replaces this process by the child, so that signals, the terminal and the exit code are the child's own.
#[cfg(unix)]
fn become_child(mut command: Command, program: &OsStr) -> Report {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    not_started(&error, program)
}

#[cfg(not(unix))]
fn become_child(mut command: Command, program: &OsStr) -> Report {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => not_started(&error, program),
    }
}

fn not_started(error: &std::io::Error, program: &OsStr) -> Report {
    let program = program.to_string_lossy();
    match error.kind() {
        std::io::ErrorKind::NotFound => Report::error(Code::CommandNotFound, format!("there is no command `{program}`")),
        _ => Report::error(Code::CommandNotExecutable, format!("`{program}` cannot be run: {error}")),
    }
}
