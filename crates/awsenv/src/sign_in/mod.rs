//! Signing a person in, once: whoever needs the same session meanwhile waits and takes the result.

mod console;
mod console_profile;
mod device;
mod headless;
mod login_token;
mod session_end;
mod show;
mod sso;
mod target;
mod token;
mod turn;

pub(crate) use console_profile::{is_console_profile, log_in, log_out};
pub(crate) use login_token::{LoginTokens, login_state};
pub(crate) use session_end::SessionEnd;
pub(crate) use sso::sign_in;
pub(crate) use target::{Chosen, Target, chosen, named, nothing};
pub(crate) use token::{SsoTokens, sso_state};

use awsenv_aws::{AwsError, AwsErrorKind};
use awsenv_resolve::SsoSession;

use crate::cli::SignInArgs;
use crate::report::{Code, Report};

/// How a person wants to sign in.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Wishes {
    /// With a code on another device.
    pub(crate) device_code: bool,
    /// With a browser that the person opens.
    pub(crate) no_browser: bool,
    /// With a browser on another machine.
    pub(crate) remote: bool,
}

impl From<SignInArgs> for Wishes {
    fn from(arguments: SignInArgs) -> Self {
        Self { device_code: arguments.use_device_code, no_browser: arguments.no_browser, remote: false }
    }
}

/// What somebody who cannot be asked here is told.
pub(crate) fn sso_required(session: &SsoSession, profile: Option<&str>) -> Report {
    let command = match (&session.name, profile) {
        (Some(name), _) => format!("awsenv login --sso-session {}", quoted(name)),
        (None, Some(profile)) => format!("awsenv login {}", quoted(profile)),
        (None, None) => "awsenv login".to_owned(),
    };
    Report::error(Code::SsoSignInRequired, format!("a sign-in to {} is needed", session.label())).help(command)
}

/// The same for console credentials.
pub(crate) fn login_required(profile: &str) -> Report {
    Report::error(Code::LoginRequired, format!("profile `{profile}` needs a console sign-in"))
        .help(format!("awsenv login {}", quoted(profile)))
}

/// The region whose sign-in service is asked: that of everything, else the default of the identity's partition.
pub(crate) fn login_region(region: Option<&str>, login_session: &str) -> String {
    let partition = || awsenv_resolve::Arn::parse(login_session).map_or("aws", |arn| arn.partition);
    region.unwrap_or_else(|| awsenv_resolve::region::default_of_partition(partition())).to_owned()
}

/// A word for a shell.
pub(crate) fn quoted(name: &str) -> String {
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./:@%+=,".contains(&byte));
    if plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

/// A sign-in that AWS did not grant; what never reached AWS keeps its own code.
fn refused(session: &SsoSession, error: AwsError) -> Report {
    match error.kind {
        AwsErrorKind::Network
        | AwsErrorKind::Timeout
        | AwsErrorKind::Throttled
        | AwsErrorKind::Service
        | AwsErrorKind::BadAnswer
        | AwsErrorKind::ClockSkew => error.into(),
        _ => {
            let said = match (&error.code, error.message.is_empty()) {
                (Some(code), true) => code.clone(),
                (Some(code), false) => format!("{code}: {}", error.message),
                (None, _) => error.message.clone(),
            };
            failed(session, &format!("{said} ({})", error.operation))
        }
    }
}

fn failed(session: &SsoSession, why: &str) -> Report {
    Report::error(Code::SignInFailed, format!("the sign-in to {} failed: {why}", session.label()))
}

fn timed_out(session: &SsoSession) -> Report {
    Report::error(Code::SignInTimeout, format!("nobody has signed in to {} in time", session.label())).help("try again")
}
