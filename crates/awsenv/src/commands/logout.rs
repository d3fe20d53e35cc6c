//! `awsenv logout`

use std::time::Duration;

use awsenv_aws::AwsErrorKind;
use awsenv_host::SsoToken;
use awsenv_profile::ProfileSet;
use awsenv_resolve::{CacheKey, CacheKind, SsoCacheName, SsoSession};

use crate::cli::LogoutArgs;
use crate::context::Context;
use crate::report::{Code, Report, clean};
use crate::sign_in::{Chosen, Target, chosen, log_out};

/// How long a refresh of the same token is waited for.
const LOCK_LIMIT: Duration = Duration::from_secs(60);

pub(crate) fn run(context: &Context, arguments: &LogoutArgs) -> Result<(), Report> {
    let profiles = context.profiles()?;
    if arguments.all {
        return everything(context, &profiles);
    }
    let Chosen { target, profile } = chosen(context, &profiles, arguments.profile.as_deref(), arguments.sso_session.as_deref())?;
    match target {
        Target::Sso(session) => {
            let key = session.token_key();
            let had_token = end(context, &profiles, &profile, &key, &session.region.value, session.label())?;
            for key in role_keys(&profiles, &session) {
                context.host.remove_cache(&key);
            }
            say(context, session.label(), had_token);
        }
        Target::Console { profile, login_session } => {
            let had_token = log_out(context, &login_session)?;
            say(context, &profile, had_token);
        }
    }
    Ok(())
}

/// Every token in the caches, whatever it belongs to, and every role's credentials that came with one.
fn everything(context: &Context, profiles: &ProfileSet) -> Result<(), Report> {
    let host = &context.host;
    let profile = host.env.nonempty("AWS_PROFILE").unwrap_or("default");
    let mut count = 0;
    for key in host.cache_keys(CacheKind::Sso) {
        let Some(token) = host.load_sso_token(&key, &mut |_| ()) else { continue };
        let label = token.start_url().unwrap_or(&key.name).to_owned();
        count += usize::from(end(context, profiles, profile, &key, "us-east-1", &label)?);
    }
    for key in host.cache_keys(CacheKind::Role) {
        if host.is_from_sso(&key) {
            host.remove_cache(&key);
        }
    }
    for key in host.cache_keys(CacheKind::Login) {
        count += usize::from(host.load_login_token(&key, &mut |_| ()).is_some() && host.remove_cache(&key));
    }
    let sessions = if count == 1 { "session" } else { "sessions" };
    context.ui.note(&format!("signed out of {count} {sessions}"));
    Ok(())
}

/// Ends one session at the service and removes its token; `false` when there was none. A refresh that is under way is
/// waited for: its new token is the one to end.
fn end(
    context: &Context,
    profiles: &ProfileSet,
    profile: &str,
    key: &CacheKey,
    region: &str,
    label: &str,
) -> Result<bool, Report> {
    let host = &context.host;
    let waiting = || context.ui.note(&format!("another awsenv is refreshing the sign-in of {label}; waiting for it"));
    let _lock = host.lock(key, LOCK_LIMIT, waiting)?;
    // What is no token, or no more, goes as well.
    let Some(token) = host.load_sso_token(key, &mut |_| ()) else { return Ok(host.remove_cache(key)) };
    if let Err(report) = tell_aws(context, profiles, profile, region, &token, label) {
        context.ui.report(&report);
    }
    // Also when AWS could not be told: who signs out wants nothing left here.
    if !host.remove_cache(key) {
        return Err(Report::error(Code::Io, format!("the token of {label} cannot be removed"))
            .help("look at the permissions of ~/.aws/sso/cache"));
    }
    host.forget_failed_refresh(key);
    Ok(true)
}

/// A token that has ended needs no end; that AWS does not know it any more is as good.
fn tell_aws(
    context: &Context,
    profiles: &ProfileSet,
    profile: &str,
    region: &str,
    token: &SsoToken,
    label: &str,
) -> Result<(), Report> {
    let env = context.base_environment();
    let region = token.region().unwrap_or(region);
    let client = awsenv_resolve::client_settings(profiles, profile, &env)?;
    match context.aws(client, region.to_owned(), env)?.logout(region, &token.access_token) {
        Ok(()) => Ok(()),
        Err(error) if error.kind == AwsErrorKind::SignInExpired => Ok(()),
        Err(error) => {
            let message = format!(
                "AWS could not be told that the session of {label} ends ({error}); its files are removed from this machine"
            );
            Err(Report::warning(Code::SignOutIncomplete, message))
        }
    }
}

/// The entries of the credentials that this session's profiles have got, and of no other's.
fn role_keys(profiles: &ProfileSet, session: &SsoSession) -> Vec<CacheKey> {
    let mut keys = Vec::new();
    for section in profiles.profiles() {
        let text = |key: &str| section.get(key).map(|value| value.value).filter(|value| !value.is_empty());
        let belongs = match (&session.name, text("sso_session")) {
            (Some(name), Some(other)) => name == other,
            (None, None) => text("sso_start_url") == Some(&session.start_url.value),
            (Some(_), None) | (None, Some(_)) => false,
        };
        let own =
            |key: &str| text(key).or_else(|| profiles.sso_session(session.name.as_deref()?)?.get(key).map(|value| value.value));
        if let (true, Some(account), Some(role)) = (belongs, own("sso_account_id"), own("sso_role_name")) {
            let name = session.name.as_deref().map_or(SsoCacheName::StartUrl(&session.start_url.value), SsoCacheName::Session);
            keys.push(CacheKey::sso_role(account, role, name));
        }
    }
    keys
}

fn say(context: &Context, label: &str, had_token: bool) {
    let words = if had_token { "signed out of" } else { "was not signed in to" };
    context.ui.note(&format!("{words} {}", clean(label)));
}
