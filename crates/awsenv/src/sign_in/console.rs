//! A sign-in with console credentials, as `aws login` does it (formats.md §3), so that every tool is signed in.
//!
//! Here a person becomes a session; what profile it is for, and where it is kept, is in `console_profile`.

use std::time::Duration;

use awsenv_aws::{Aws, AwsError, AwsErrorKind, Callback, CallbackError, LoginAttempt, PastedCodeError, new_dpop_key, subject_of};
use awsenv_host::{LoginToken, NewLoginToken, Opening};
use awsenv_resolve::{Arn, CacheKey, Credentials, Secret, account_of};

use super::turn::Turn;
use super::{Wishes, show};
use crate::context::Context;
use crate::report::{self, Code, Report, clean};
use crate::settings::Settings;
use crate::ui;

/// How long a browser is waited for.
const PATIENCE: Duration = Duration::from_secs(600);
/// How often something else than the code may be pasted.
const PASTES: u32 = 3;

/// A person who has signed in: kept nowhere yet.
#[derive(Debug)]
pub(super) struct SignedIn {
    /// `login_session`.
    pub(super) arn: String,
    pub(super) token: LoginToken,
}

/// Signs a person in; `label` says for what.
pub(super) fn sign_in(
    context: &Context,
    settings: &Settings,
    aws: &Aws,
    region: &str,
    label: &str,
    wishes: Wishes,
    turn: &Turn,
) -> Result<SignedIn, Report> {
    let elsewhere = context.host.no_browser(settings.browser.as_deref()).filter(|_| !wishes.no_browser);
    let (attempt, code) = if wishes.remote || wishes.device_code || elsewhere.is_some() {
        if let Some(why) = elsewhere {
            context.ui.explain(|| format!("{}, so no browser is opened here", super::headless::words(why)));
        }
        elsewhere_in_browser(context, aws.begin_remote_login(region), label)?
    } else {
        in_browser(context, settings, aws, (region, label), !wishes.no_browser, turn)?
    };
    // Without it in a file the session is nobody's; so nothing is asked between the two.
    let key = new_dpop_key();
    let answer = aws.exchange_login_code(region, &attempt.with_code(&code), &key).map_err(|error| refused(label, error))?;
    let arn = answer.id_token.as_ref().and_then(subject_of).filter(|arn| Arn::parse(arn).is_some());
    let (Some(arn), Some(id_token)) = (arn, answer.id_token) else {
        return Err(failed(label, "the answer does not say who has signed in"));
    };
    let credentials = Credentials { account_id: account_of(&arn), ..answer.credentials };
    let token = LoginToken::new(NewLoginToken {
        credentials,
        token_type: answer.token_type,
        client_id: attempt.client_id().to_owned(),
        refresh_token: answer.refresh_token,
        id_token,
        dpop_key: key,
    });
    Ok(SignedIn { arn, token })
}

/// In a browser that comes back to a port of this machine.
fn in_browser(
    context: &Context,
    settings: &Settings,
    aws: &Aws,
    (region, label): (&str, &str),
    opens: bool,
    turn: &Turn,
) -> Result<(LoginAttempt, Secret), Report> {
    let callback = Callback::listen().map_err(|error| {
        Report::error(Code::Io, format!("no port of 127.0.0.1 can be listened on: {error}")).help("try --remote")
    })?;
    let attempt = aws.begin_login(region, &callback.redirect_uri());
    let opening = if opens { context.host.open_browser(settings.browser.as_deref(), &attempt.url) } else { None };
    let (ui, name) = (&context.ui, context.ui.style.bold(&clean(label)));
    match &opening {
        Some(_) => ui.note_styled(&format!(
            "Your browser opens to sign in for {name}. If it does not, open this page:\n\n  {}\n",
            attempt.url
        )),
        None => ui.line(&format!("Open this page in a browser on this machine to sign in for {name}:\n\n  {}\n", attempt.url)),
    }
    let mut progress = show::Progress::start(context, "waiting for your browser".to_owned(), PATIENCE);
    let mut told = false;
    let outcome = callback.wait(&attempt.state, PATIENCE, &mut || {
        if !told && opening.as_ref().is_some_and(Opening::has_failed) {
            told = true;
            progress.say("no browser could be started: open the page yourself, or end this and try --remote");
        }
        progress.tick();
    });
    drop(progress);
    if let Err(CallbackError::Refused { error, .. }) = &outcome {
        turn.came_back_with(error);
    }
    let code = outcome.map_err(|error| match error {
        CallbackError::Refused { error, description } if description.is_empty() => failed(label, &error),
        CallbackError::Refused { error, description } => failed(label, &format!("{error}: {description}")),
        CallbackError::TimedOut => Report::error(Code::SignInTimeout, format!("nobody has signed in for {label} in time"))
            .help("where no browser can come back to this machine: awsenv login --remote"),
    })?;
    Ok((attempt, code))
}

/// In a browser on another machine, whose last page shows what is to be typed here.
fn elsewhere_in_browser(context: &Context, attempt: LoginAttempt, label: &str) -> Result<(LoginAttempt, Secret), Report> {
    let ui = &context.ui;
    ui.line(&format!("\nTo sign in for {}, open this page in any browser:\n\n  {}\n", ui.style.bold(&clean(label)), attempt.url));
    for left in (0..PASTES).rev() {
        // The AWS CLI's words, which the page's help goes by.
        let pasted = ui::ask_text("Enter the authorization code displayed in your browser: ")?;
        match attempt.read_pasted(&pasted) {
            Ok(code) => return Ok((attempt, code)),
            Err(error) if left == 0 => return Err(failed(label, &error.to_string()).help("nothing was changed; begin again")),
            Err(error) => {
                let help = match error {
                    PastedCodeError::NotACode => "copy all of it, from the first letter to the last =",
                    PastedCodeError::OtherAttempt => "take the one of the page above",
                };
                ui.line(&ui.style.paint("33", &format!("  {error}: {help}")));
            }
        }
    }
    Err(failed(label, "no authorization code was given"))
}

/// Keeps a session in the AWS CLI's cache.
pub(super) fn store(context: &Context, signed_in: &SignedIn) -> Result<(), Report> {
    let key = CacheKey::login(&signed_in.arn);
    let _lock = context.host.lock(&key, Duration::from_secs(30), || ())?;
    let mut reason = None;
    let stored = context.ui.uninterrupted(|| {
        context.host.store_login_token(&key, &signed_in.token, &mut |warning| reason = Some(report::cache_warning(warning)))
    });
    if !stored {
        let why = reason.map(|warning| warning.message).unwrap_or_default();
        return Err(Report::error(Code::Io, format!("signed in as {}, but the session cannot be kept: {why}", signed_in.arn)));
    }
    context.host.forget_failed_refresh(&key);
    Ok(())
}

/// A sign-in that AWS did not grant; what never reached AWS keeps its own code.
fn refused(label: &str, error: AwsError) -> Report {
    match error.kind {
        AwsErrorKind::Network
        | AwsErrorKind::Timeout
        | AwsErrorKind::Throttled
        | AwsErrorKind::Service
        | AwsErrorKind::BadAnswer
        | AwsErrorKind::ClockSkew => error.into(),
        AwsErrorKind::AccessDenied => not_allowed(&error),
        AwsErrorKind::SignInExpired if error.code.as_deref() == Some("AUTHCODE_EXPIRED") => {
            failed(label, "the authorization code has expired or was used before").help("begin again, and be a little quicker")
        }
        _ => failed(label, &words(&error)),
    }
}

/// Who signs in has not the right to.
pub(super) fn not_allowed(error: &AwsError) -> Report {
    Report::error(Code::AccessDenied, format!("AWS refuses console credentials to this identity: {}", words(error))).help(
        "it needs the managed policy SignInLocalDevelopmentAccess (signin:AuthorizeOAuth2Access and signin:CreateOAuth2Token)",
    )
}

pub(super) fn words(error: &AwsError) -> String {
    match (&error.code, error.message.is_empty()) {
        (Some(code), true) => code.clone(),
        (Some(code), false) => format!("{code}: {}", error.message),
        (None, _) => error.message.clone(),
    }
}

pub(super) fn failed(label: &str, why: &str) -> Report {
    Report::error(Code::SignInFailed, format!("the sign-in for {label} failed: {why}"))
}
