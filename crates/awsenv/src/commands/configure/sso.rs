//! `awsenv configure sso`: a session, a sign-in, an account, a role, a profile.

use awsenv_aws::SsoAccount;
use awsenv_host::HostError;
use awsenv_profile::{Change, FileKind, Place, ProfileSet, Section, SectionKind, SourceFile};
use awsenv_resolve::Provenance;

use super::question::{Manner, Need, Question};
use super::sections::check_session;
use super::write;
use crate::cli::ConfigureSsoArgs;
use crate::commands::sso::{unusable_account, unusable_role};
use crate::context::Context;
use crate::report::{Code, Report};
use crate::section_name;
use crate::settings::Settings;
use crate::sign_in::{self, quoted};
use crate::sso_sync::template::Template;
use crate::sso_sync::wanted::is_role_name;
use crate::sso_sync::{Assignment, Portal};
use crate::ui;

/// The AWS CLI's own.
const TEMPLATE: &str = "{role}-{account_id}";

/// A setting of a section, as it is to be.
type Setting = (&'static str, String);

pub(super) fn run(context: &Context, profile: Option<&str>, arguments: &ConfigureSsoArgs) -> Result<(), Report> {
    let settings = context.settings()?;
    let profiles = context.profiles()?;
    // Some of the answers can only be given when others are known: who gives one as an option is asked for the rest.
    let manner = if context.ui.may_ask() { Manner::Asking } else { Manner::Script };
    context.guard_interrupt();
    let name = session_name(context, &profiles, arguments, manner)?;
    let template = template(&settings, &name, arguments)?;
    let session_settings = session_settings(&profiles, &name, arguments, manner)?;
    check_session(&name, session_settings.iter().map(|(key, value)| (*key, value.as_str())))?;
    if let Some(profile) = profile {
        section_name::check(&context.ui, &profiles, SectionKind::Profile, profile)?;
    }
    context.host.ensure_config_writable()?;
    // Nothing is written before everything is known, and one signs in before that.
    let planned = with_session(context, &profiles, &name, &session_settings)?;
    let session = sign_in::named(&planned, &name, Provenance::Flag("--sso-session"))?;
    let portal = Portal::new(context, &settings, &planned, &session, arguments.sign_in.into())?;
    let (accounts, unusable) = portal.accounts()?;
    unusable.iter().for_each(|account| context.ui.report(&unusable_account(account)));
    let account = account(context, accounts, arguments.account_id.as_deref(), manner)?;
    let role = role(context, &portal, &account, arguments.role_name.as_deref(), manner)?;

    let assignment = Assignment {
        account_name: account.name.clone(),
        account_id: account.id.clone(),
        role,
        account_email: account.email.clone(),
    };
    let defaults = defaults(&profiles, profile, arguments, manner)?;
    let profile = match profile {
        Some(profile) => profile.to_owned(),
        None => profile_name(context, &profiles, &assignment, &template.name(&name, &assignment), manner)?,
    };
    let mut settings =
        vec![("sso_session", name.clone()), ("sso_account_id", assignment.account_id), ("sso_role_name", assignment.role)];
    settings.extend(defaults);
    // They belong to the session now, and would contradict it.
    let legacy = ["sso_start_url", "sso_region"]
        .into_iter()
        .filter(|key| profiles.profile(&profile).is_some_and(|section| section.get_in(key, FileKind::Config).is_some()));
    let place = |key| Place { section: SectionKind::Profile, name: &profile, key, sub: None };
    let gone = legacy.map(|key| Change { place: place(key), value: None });
    let new = changes(&settings, SectionKind::Profile, &profile);
    let all: Vec<Change<'_>> = gone.chain(new).chain(changes(&session_settings, SectionKind::SsoSession, &name)).collect();
    write(context, FileKind::Config, &all)?;
    said(context, &profiles, &profile);
    Ok(())
}

/// The region and the output format, where they are to be written.
fn defaults(
    profiles: &ProfileSet,
    profile: Option<&str>,
    arguments: &ConfigureSsoArgs,
    manner: Manner,
) -> Result<Vec<Setting>, Report> {
    let mut settings = Vec::new();
    for (key, words, option, given) in [
        ("region", "Default client Region", "--region", &arguments.region),
        ("output", "CLI default output format (json if not specified)", "--output", &arguments.output),
    ] {
        let section = profile.and_then(|profile| profiles.profile(profile));
        let current = section.and_then(|section| section.get(key)).map(|value| value.value).filter(|value| !value.is_empty());
        let given = given.as_deref();
        let question = Question { words, option, given, current, fallback: None, need: Need::Optional, is_masked: false };
        settings.extend(question.answer(manner)?.map(|answer| (key, answer.reveal().to_owned())));
    }
    Ok(settings)
}

/// The session: as named, else chosen from those there are, or a new one.
fn session_name(
    context: &Context,
    profiles: &ProfileSet,
    arguments: &ConfigureSsoArgs,
    manner: Manner,
) -> Result<String, Report> {
    let there: Vec<_> = profiles.sso_sessions().collect();
    if arguments.session.sso_session.is_none() && arguments.session.sso_start_url.is_none() {
        if let ([only], Manner::Script) = (there.as_slice(), manner) {
            context.ui.note(&format!("Using the SSO session {}", only.name()));
            return Ok(only.name().to_owned());
        }
        if !there.is_empty() && manner == Manner::Asking {
            let url = |session: &Section<'_>| session.get("sso_start_url").map_or("", |value| value.value).to_owned();
            let mut rows: Vec<ui::Columns> = there.iter().map(|session| vec![session.name().to_owned(), url(session)]).collect();
            rows.push(vec!["a new one".to_owned()]);
            if let Some(chosen) = there.get(ui::pick(&context.ui, "SSO session", &rows)?) {
                return Ok(chosen.name().to_owned());
            }
        }
    }
    let given = arguments.session.sso_session.as_deref();
    // An option says the same again, however often it is asked.
    let again = if given.is_some() { Manner::Script } else { manner };
    loop {
        let name = answer("SSO session name", "--sso-session", given, None, manner)?;
        if is_possible(context, profiles, SectionKind::SsoSession, &name, again)? {
            return Ok(name);
        }
    }
}

/// Whether a section can have this name; a person is told why not, and asked for another.
fn is_possible(
    context: &Context,
    profiles: &ProfileSet,
    section: SectionKind,
    name: &str,
    manner: Manner,
) -> Result<bool, Report> {
    match section_name::check(&context.ui, profiles, section, name) {
        Err(report) if manner == Manner::Asking => {
            context.ui.report(&report);
            Ok(false)
        }
        checked => checked.map(|()| true),
    }
}

/// What the session's section is to say: all of it for a new one, for another what the options say.
fn session_settings(
    profiles: &ProfileSet,
    name: &str,
    arguments: &ConfigureSsoArgs,
    manner: Manner,
) -> Result<Vec<Setting>, Report> {
    let present = profiles.sso_session(name);
    let scopes = Some("sso:account:access");
    let mut settings = Vec::new();
    for (key, words, option, given, fallback) in [
        ("sso_start_url", "SSO start URL", "--sso-start-url", &arguments.session.sso_start_url, None),
        ("sso_region", "SSO region", "--sso-region", &arguments.session.sso_region, None),
        (
            "sso_registration_scopes",
            "SSO registration scopes",
            "--sso-registration-scopes",
            &arguments.session.sso_registration_scopes,
            scopes,
        ),
    ] {
        let is_there = present.is_some_and(|section| section.get(key).is_some_and(|value| !value.value.is_empty()));
        let is_needed = !is_there && (present.is_none() || fallback.is_none());
        match given {
            Some(given) => settings.push((key, given.clone())),
            None if is_needed => settings.push((key, answer(words, option, None, fallback, manner)?)),
            None => {}
        }
    }
    Ok(settings)
}

fn answer(words: &str, option: &str, given: Option<&str>, fallback: Option<&str>, manner: Manner) -> Result<String, Report> {
    let question = Question { words, option, given, current: None, fallback, need: Need::Required, is_masked: false };
    Ok(question.answer(manner)?.map(|answer| answer.reveal().to_owned()).unwrap_or_default())
}

fn template(settings: &Settings, session: &str, arguments: &ConfigureSsoArgs) -> Result<Template, Report> {
    let remembered =
        settings.sso_sync.iter().rev().find(|sync| sync.session == session).and_then(|sync| sync.template.as_deref());
    let text = arguments.template.as_deref().or(remembered).unwrap_or(TEMPLATE);
    Template::parse(text)
        .map_err(|what| Report::error(Code::Usage, "`--template` is not understood").help(format!("it takes {what}")))
}

/// The files as they would be with the session.
fn with_session(context: &Context, profiles: &ProfileSet, name: &str, settings: &[Setting]) -> Result<ProfileSet, Report> {
    let document = context.host.config_document()?;
    let changes: Vec<Change<'_>> = changes(settings, SectionKind::SsoSession, name).collect();
    let text =
        document.changed(&changes).map_err(|error| HostError::NotEdited { file: Box::new(document.source().clone()), error })?;
    let config = SourceFile::new(FileKind::Config, document.source().path(), text);
    Ok(ProfileSet::parse(Some(config), profiles.sources().file(FileKind::Credentials).cloned()))
}

fn changes<'a>(settings: &'a [Setting], section: SectionKind, name: &'a str) -> impl Iterator<Item = Change<'a>> {
    let place = move |key| Place { section, name, key, sub: None };
    settings.iter().map(move |(key, value)| Change { place: place(key), value: Some(value) })
}

fn account(context: &Context, accounts: Vec<SsoAccount>, given: Option<&str>, manner: Manner) -> Result<SsoAccount, Report> {
    let count = accounts.len();
    let at = match given {
        Some(id) => accounts
            .iter()
            .position(|account| account.id == id)
            .ok_or_else(|| not_assigned(format!("Identity Center lists no account `{id}` for you")))?,
        None if count == 0 => return Err(not_assigned("Identity Center lists no account for you".to_owned())),
        None if count == 1 => {
            context.ui.note(&format!("The only AWS account available to you is: {}", accounts[0].id));
            0
        }
        None if manner == Manner::Script => return Err(needed("--account-id", count, "accounts")),
        None => {
            context.ui.note(&format!("There are {count} AWS accounts available to you."));
            let row = |account: &SsoAccount| vec![one_line(&account.name), account.id.clone(), one_line(&account.email)];
            ui::pick(&context.ui, "account", &accounts.iter().map(row).collect::<Vec<_>>())?
        }
    };
    let account = accounts.into_iter().nth(at).expect("the place was found in this list");
    context.ui.note(&format!("Using the account ID {}", account.id));
    Ok(account)
}

fn role(
    context: &Context,
    portal: &Portal<'_>,
    account: &SsoAccount,
    given: Option<&str>,
    manner: Manner,
) -> Result<String, Report> {
    let listed = portal.roles(&[account])?.pop().unwrap_or_else(|| Ok(Vec::new()))?;
    let (mut roles, unusable): (Vec<String>, Vec<String>) = listed.into_iter().partition(|role| is_role_name(role));
    unusable.iter().for_each(|role| context.ui.report(&unusable_role(&account.id, role)));
    roles.sort();
    let role = match (given, roles.as_slice()) {
        (Some(name), _) => roles
            .iter()
            .find(|role| *role == name)
            .ok_or_else(|| not_assigned(format!("Identity Center lists no role `{name}` for you in account {}", account.id)))?,
        (None, []) => return Err(not_assigned(format!("Identity Center lists no role for you in account {}", account.id))),
        (None, [only]) => {
            context.ui.note(&format!("The only role available to you is: {}", one_line(only)));
            only
        }
        (None, several) if manner == Manner::Script => return Err(needed("--role-name", several.len(), "roles")),
        (None, several) => {
            context.ui.note(&format!("There are {} roles available to you.", several.len()));
            let rows: Vec<ui::Columns> = several.iter().map(|role| vec![one_line(role)]).collect();
            &several[ui::pick(&context.ui, "role", &rows)?]
        }
    };
    context.ui.note(&format!("Using the role name \"{}\"", one_line(role)));
    Ok(role.clone())
}

fn not_assigned(message: String) -> Report {
    Report::error(Code::NotAssigned, message).help("awsenv sso sync --dry-run shows what there is")
}

/// A name in one line of a menu.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn needed(option: &str, count: usize, what: &str) -> Report {
    Report::error(Code::AnswerRequired, format!("`{option}` is needed: there are {count} {what}"))
        .help(format!("give {option} too, or run it in a terminal to be asked"))
}

/// Asks for the profile's name. One that stands for something else is changed only when that is said.
fn profile_name(
    context: &Context,
    profiles: &ProfileSet,
    assignment: &Assignment,
    default: &str,
    manner: Manner,
) -> Result<String, Report> {
    loop {
        let name = answer("Profile name", "--profile", None, Some(default), manner)?;
        if !is_possible(context, profiles, SectionKind::Profile, &name, manner)? {
            continue;
        }
        let text = |key: &str| profiles.profile(&name).and_then(|section| section.get(key)).map(|value| value.value);
        let is_same = text("sso_account_id") == Some(&assignment.account_id) && text("sso_role_name") == Some(&assignment.role);
        if profiles.profile(&name).is_none() || is_same {
            return Ok(name);
        }
        if manner == Manner::Script {
            return Err(Report::error(Code::AnswerRequired, format!("profile `{name}` is there already, and something else"))
                .help(format!("--profile NAME: another name, or {} to change it", quoted(&name))));
        }
        if ui::ask_yes(&format!("{name} is there already, and something else. Change it?"))? {
            return Ok(name);
        }
    }
}

/// What to type next, and what would still be in the way.
fn said(context: &Context, before: &ProfileSet, profile: &str) {
    let section = before.profile(profile);
    let others = ["role_arn", "web_identity_token_file", "aws_access_key_id", "login_session", "credential_process"];
    let other = others.into_iter().find(|key| section.is_some_and(|section| section.get(key).is_some()));
    if let Some(key) = other {
        let message = format!("profile `{profile}` has `{key}` too, and not every tool will sign in");
        let explain = format!("awsenv explain {} says what counts", quoted(profile));
        let report = Report::warning(Code::SdksDiffer, message);
        context.ui.report(&report.help(format!("awsenv configure unset {key} --profile {}", quoted(profile))).help(explain));
    }
    context.ui.note(&format!("use it: awsenv use {}", quoted(profile)));
}
