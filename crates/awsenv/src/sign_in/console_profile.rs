//! `awsenv login` for a profile with console credentials: which profile may have them, and what is written where.

use std::time::Duration;

use awsenv_profile::{Change, FileKind, Place, ProfileSet, Section, SectionKind};
use awsenv_resolve::region::{Verdict, judge};
use awsenv_resolve::{CacheKey, EnvSnapshot, TokenState, client_settings, nearest};

use super::console::{self, SignedIn};
use super::login_token::{LoginTokens, login_state};
use super::turn::{Turn, in_turn};
use super::{Wishes, quoted};
use crate::context::Context;
use crate::report::{Code, Label, Report, clean};
use crate::section_name;
use crate::settings::Settings;
use crate::ui;

/// The AWS CLI's order and words (formats.md §3).
const OTHER_STYLES: &[(&[&str], &str)] = &[
    (&["web_identity_token_file"], "Web Identity"),
    (&["sso_role_name", "sso_account_id"], "SSO"),
    (&["aws_access_key_id"], "Access Key"),
    (&["role_arn"], "Assume Role"),
    (&["credential_process"], "Credential Process"),
];

/// Returns whether signing in means console credentials for this profile: it has a `login_session` of its own, or nothing
/// of any kind of credentials, or does not exist.
pub(crate) fn is_console_profile(profiles: &ProfileSet, name: &str) -> bool {
    let Some(section) = profiles.profile(name) else { return true };
    let is_set = |key: &str| value(section, key).is_some();
    is_set("login_session")
        || !(other_style(section).is_some()
            || ["sso_session", "sso_start_url", "aws_secret_access_key"].iter().any(|key| is_set(key)))
}

/// Whether a name can be a new profile's: one that every tool can read back, and, where nobody can be asked whether it is
/// meant, none at all.
fn check_new(context: &Context, profiles: &ProfileSet, name: &str) -> Result<(), Report> {
    section_name::check(&context.ui, profiles, SectionKind::Profile, name)?;
    if context.ui.may_sign_in() {
        return Ok(());
    }
    // A slip of the finger is named as one; any other name may be meant, and needs a person to sign in.
    let request = awsenv_resolve::Request::named(name);
    match awsenv_resolve::plan(profiles, &request, &context.base_environment()) {
        Err(error) if matches!(&*error.problem, awsenv_resolve::Problem::UnknownProfile { suggestions, .. } if !suggestions.is_empty()) => {
            Err(error.into())
        }
        _ => Ok(()),
    }
}

/// Signs in for a profile, and writes into it what it lacks.
pub(crate) fn log_in(
    context: &Context,
    settings: &Settings,
    profiles: &ProfileSet,
    name: &str,
    wishes: Wishes,
    force: bool,
) -> Result<(), Report> {
    let section = profiles.profile(name);
    if section.is_none() {
        check_new(context, profiles, name)?;
    }
    if let Some((key, style)) = section.and_then(other_style) {
        return Err(configured_otherwise(profiles, name, key, style));
    }
    let login_session = section.and_then(|section| value(section, "login_session")).map(str::to_owned);
    let env = context.base_environment();
    let known_region = region_of(section, &env);
    if let Some(arn) = login_session.as_deref().filter(|_| !force)
        && still_signed_in(context, settings, profiles, name, arn, known_region.as_deref(), &env)?
    {
        return Ok(());
    }
    if !context.ui.may_sign_in() {
        return Err(super::login_required(name));
    }
    confirm_new(profiles, name)?;
    let lock_key = CacheKey::login(login_session.as_deref().unwrap_or(name));
    let label = format!("profile {name}");
    let sign_in = |turn: &Turn| sign_in_now(context, settings, profiles, name, wishes, (&lock_key, turn));
    in_turn(context, &lock_key, &label, || None, sign_in)
}

fn sign_in_now(
    context: &Context,
    settings: &Settings,
    profiles: &ProfileSet,
    name: &str,
    wishes: Wishes,
    (lock_key, turn): (&CacheKey, &Turn),
) -> Result<(), Report> {
    let section = profiles.profile(name);
    let login_session = section.and_then(|section| value(section, "login_session")).map(str::to_owned);
    let env = context.base_environment();
    let known_region = region_of(section, &env);
    // Before anybody is asked for anything.
    context.host.ensure_writable(lock_key)?;
    context.host.ensure_config_writable()?;
    let (region, asked) = match known_region {
        Some(region) => (region, false),
        None => (ask_region(context)?, true),
    };
    let aws = context.aws(client_settings(profiles, name, &env)?, region.clone(), env)?;
    let signed_in = console::sign_in(context, settings, &aws, &region, &format!("profile {name}"), wishes, turn)?;
    confirm_replacement(context, name, login_session.as_deref(), &signed_in)?;
    console::store(context, &signed_in)?;
    if login_session.as_deref() != Some(&signed_in.arn) {
        write_setting(context, name, "login_session", &signed_in.arn)?;
    }
    if asked {
        write_setting(context, name, "region", &region)?;
    }
    let style = context.ui.style;
    context.ui.note_styled(&format!(
        "signed in as {} {} {}",
        style.paint("1;32", &clean(&signed_in.arn)),
        style.dim("· profile"),
        clean(name)
    ));
    context.ui.note(&format!("use it: awsenv use {}", quoted(name)));
    Ok(())
}

/// Removes a session's cache file, and no other; `false` when there was none. A refresh that is under way is waited for.
pub(crate) fn log_out(context: &Context, login_session: &str) -> Result<bool, Report> {
    let key = CacheKey::login(login_session);
    let _lock = context
        .host
        .lock(&key, Duration::from_secs(60), || context.ui.note("another awsenv is refreshing this session; waiting for it"))?;
    if context.host.load_login_token(&key, &mut |_| ()).is_none() {
        return Ok(false);
    }
    if !context.host.remove_cache(&key) {
        return Err(Report::error(Code::Io, format!("the session of {login_session} cannot be removed"))
            .help("look at the permissions of ~/.aws/login/cache"));
    }
    context.host.forget_failed_refresh(&key);
    Ok(true)
}

fn still_signed_in(
    context: &Context,
    settings: &Settings,
    profiles: &ProfileSet,
    name: &str,
    arn: &str,
    region: Option<&str>,
    env: &EnvSnapshot,
) -> Result<bool, Report> {
    let key = CacheKey::login(arn);
    let token = context.host.load_login_token(&key, &mut |_| ());
    if token.is_none_or(|token| login_state(context, arn, &token) == TokenState::Gone) {
        return Ok(false);
    }
    let region = super::login_region(region, arn);
    let aws = context.aws(client_settings(profiles, name, env)?, region.clone(), env.clone())?;
    let get = || Ok(&aws);
    let tokens = LoginTokens { context, settings, aws: &get, region, profile: name };
    let Some(credentials) = tokens.renewed(arn, false)? else { return Ok(false) };
    let left = credentials.expiration.map(|end| awsenv_prompt::time_left(end.seconds_left(context.host.now())));
    let style = context.ui.style;
    let lasts = style.dim(&format!("{} left, renews itself", left.unwrap_or_default()));
    context.ui.note_styled(&format!("still signed in as {} {} {lasts}", style.paint("1;32", &clean(arn)), style.dim("·")));
    context.ui.note("--force signs in anew");
    Ok(true)
}

fn configured_otherwise(profiles: &ProfileSet, name: &str, key: &str, style: &str) -> Report {
    let report =
        Report::error(Code::OtherCredentials, format!("profile `{name}` is already configured with {style} credentials"));
    let span = profiles.profile(name).and_then(|section| section.key_span(key));
    let report = match span {
        Some(span) => report.label(Label::new(profiles.sources(), span, "here")),
        None => report,
    };
    report.help(format!("choose another name for console credentials, or remove `{key}` from the profile"))
}

fn other_style(section: Section<'_>) -> Option<(&'static str, &'static str)> {
    OTHER_STYLES.iter().find_map(|(keys, style)| keys.iter().find(|key| value(section, key).is_some()).map(|key| (*key, *style)))
}

/// A new name that is nearly an old one is rather a slip of the keyboard.
fn confirm_new(profiles: &ProfileSet, name: &str) -> Result<(), Report> {
    if profiles.profile(name).is_some() {
        return Ok(());
    }
    let near = nearest(name, profiles.profiles().map(|section| section.name()));
    let Some(near) = near.first() else { return Ok(()) };
    if yes(&format!("There is no profile {name}, but {near}. Make a new one with console credentials? [y/N] "))? {
        return Ok(());
    }
    Err(Report::error(Code::Declined, "not confirmed; nothing was changed").help(format!("awsenv login {}", quoted(near))))
}

/// The AWS CLI asks too: whoever is signed in to the console just now may not be who was meant.
fn confirm_replacement(context: &Context, name: &str, old: Option<&str>, signed_in: &SignedIn) -> Result<(), Report> {
    let Some(old) = old.filter(|old| *old != signed_in.arn) else { return Ok(()) };
    context.ui.line(&format!("Profile {} is configured for {}.", clean(name), clean(old)));
    if yes(&format!("Do you want to change it to {}? [y/N] ", signed_in.arn))? {
        return Ok(());
    }
    Err(Report::error(Code::Declined, "not confirmed; nothing was changed"))
}

fn yes(question: &str) -> Result<bool, Report> {
    let answer = ui::ask_text(question)?;
    Ok(matches!(answer.reveal().trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

fn ask_region(context: &Context) -> Result<String, Report> {
    loop {
        let answer = ui::ask_text("AWS region [us-east-1]: ")?;
        let region = Some(answer.reveal().trim()).filter(|region| !region.is_empty()).unwrap_or("us-east-1").to_owned();
        match judge(&region) {
            Verdict::Known | Verdict::Plausible => return Ok(region),
            Verdict::Unknown(near) => {
                let hint = near.first().map(|near| format!("; {near}, perhaps")).unwrap_or_default();
                context.ui.line(&context.ui.style.paint("33", &format!("  there is no region {}{hint}", clean(&region))));
            }
        }
    }
}

fn write_setting(context: &Context, name: &str, key: &str, text: &str) -> Result<(), Report> {
    let place = Place { section: SectionKind::Profile, name, key, sub: None };
    let written = context.host.edit(FileKind::Config, &[Change { place, value: Some(text) }]);
    let help = format!("the session is kept; write `{key} = {text}` into profile `{name}` yourself");
    written.map(|_| ()).map_err(|error| Report::from(error).help(help))
}

fn region_of(section: Option<Section<'_>>, env: &EnvSnapshot) -> Option<String> {
    let from_env = env.nonempty("AWS_REGION").or(env.nonempty("AWS_DEFAULT_REGION"));
    from_env.or_else(|| section.and_then(|section| value(section, "region"))).map(str::to_owned)
}

fn value<'a>(section: Section<'a>, key: &str) -> Option<&'a str> {
    section.get(key).map(|value| value.value).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use awsenv_profile::SourceFile;

    use super::*;

    #[test]
    fn what_a_profile_is_decides() {
        for (text, expected) in [
            ("", true),
            ("region = eu-west-1\n", true),
            ("login_session = arn\n", true),
            ("login_session =\n", true),
            ("sso_session = corp\n", false),
            ("sso_start_url = u\n", false),
            ("role_arn = r\nsource_profile = b\n", false),
            ("credential_process = c\n", false),
            ("aws_access_key_id = AK\n", false),
        ] {
            let text = format!("[profile p]\n{text}");
            let profiles = ProfileSet::parse(Some(SourceFile::new(FileKind::Config, "config", text.as_str())), None);
            assert_eq!(is_console_profile(&profiles, "p"), expected, "{text}");
        }
    }
}
