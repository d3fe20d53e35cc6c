//! `awsenv login`

use awsenv_profile::ProfileSet;
use awsenv_prompt::time_left;
use awsenv_resolve::{Provenance, SsoSession};

use crate::cli::LoginArgs;
use crate::context::Context;
use crate::report::{Code, Report, clean};
use crate::settings::Settings;
use crate::sign_in::{Chosen, SsoTokens, Target, Wishes, chosen, is_console_profile, log_in, named, nothing};

pub(crate) fn run(context: &Context, arguments: &LoginArgs) -> Result<(), Report> {
    let settings = context.settings()?;
    let profiles = context.profiles()?;
    // A profile without credentials of any kind, or without anything at all, becomes one with console credentials.
    if let Some(name) = arguments.profile.as_deref().filter(|name| is_console_profile(&profiles, name)) {
        return log_in(context, &settings, &profiles, name, wishes(arguments), arguments.force);
    }
    if !arguments.all {
        let Chosen { target, profile } =
            chosen(context, &profiles, arguments.profile.as_deref(), arguments.sso_session.as_deref())?;
        return match target {
            Target::Sso(session) => sign_in(context, &settings, &profiles, &session, &profile, arguments),
            Target::Console { profile, .. } => {
                log_in(context, &settings, &profiles, &profile, wishes(arguments), arguments.force)
            }
        };
    }
    let names: Vec<&str> = profiles.sso_sessions().map(|session| session.name()).collect();
    if names.is_empty() {
        return Err(nothing());
    }
    let profile = context.host.env.nonempty("AWS_PROFILE").unwrap_or("default");
    let mut first_failure = None;
    for name in names {
        let outcome = named(&profiles, name, Provenance::Default)
            .and_then(|session| sign_in(context, &settings, &profiles, &session, profile, arguments));
        if let Err(report) = outcome {
            // The others are signed in to all the same; the last word has the first failure.
            if let Some(later) = first_failure.as_ref().map(|_| report.clone()) {
                context.ui.report(&later);
            }
            first_failure.get_or_insert(report);
        }
    }
    first_failure.map_or(Ok(()), Err)
}

fn sign_in(
    context: &Context,
    settings: &Settings,
    profiles: &ProfileSet,
    session: &SsoSession,
    profile: &str,
    arguments: &LoginArgs,
) -> Result<(), Report> {
    let env = context.base_environment();
    let client = awsenv_resolve::client_settings(profiles, profile, &env)?;
    let aws = std::cell::OnceCell::new();
    let get = || match aws.get() {
        Some(aws) => Ok(aws),
        None => {
            let made = context.aws(client.clone(), session.region.value.clone(), env.clone())?;
            Ok(aws.get_or_init(|| made))
        }
    };
    let tokens = SsoTokens { context, settings, aws: &get, profile: Some(profile), wishes: wishes(arguments) };
    let (token, is_new) = tokens.signed_in(session, arguments.force).map_err(|report| {
        // To run this very command, as is said elsewhere, is not enough here.
        if report.code != Code::SsoSignInRequired || context.ui.may_sign_in() {
            return report;
        }
        report.help("in a terminal, and without --no-input: a person is needed")
    })?;
    let now = context.host.now();
    let left = time_left(token.expires_at.seconds_left(now));
    let renews = token.refresh.as_ref().is_some_and(|refresh| session.name.is_some() && refresh.registration_expires_at > now);
    let lasts = if renews { format!("{left} left, renews itself") } else { format!("{left} left") };
    let style = context.ui.style;
    let words = if is_new { "signed in to" } else { "still signed in to" };
    context.ui.note_styled(&format!(
        "{words} {} {} {}",
        style.paint("1;32", &clean(session.label())),
        style.dim("·"),
        style.dim(&lasts)
    ));
    if !is_new {
        context.ui.note("--force signs in anew");
    }
    Ok(())
}

fn wishes(arguments: &LoginArgs) -> Wishes {
    Wishes {
        device_code: arguments.use_device_code || arguments.remote,
        no_browser: arguments.no_browser,
        remote: arguments.remote,
    }
}
