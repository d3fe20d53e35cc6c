//! `awsenv configure sso-session` and `awsenv configure role`

use awsenv_lint::{Finding, Lint, Severity};
use awsenv_profile::{Change, FileKind, Place, ProfileSet, Section, SectionKind, SourceFile};

use super::question::{Manner, Need, Question};
use super::write;
use crate::cli::{RoleArgs, SsoSessionArgs};
use crate::context::Context;
use crate::report::{Code, Report};
use crate::section_name;

/// A setting to ask for: its key, the AWS CLI's words, the option with its answer, what is taken without one.
struct Asked<'a>(&'static str, &'static str, &'static str, Option<&'a str>, Option<&'static str>, Need);

/// Where the answers go.
struct Destination<'a> {
    kind: SectionKind,
    name: &'a str,
    /// The section, if it is there.
    present: Option<Section<'a>>,
    /// A setting that contradicts an answer.
    gone: Option<&'static str>,
}

pub(super) fn sso_session(context: &Context, arguments: &SsoSessionArgs) -> Result<(), Report> {
    let it = arguments;
    let options = [&it.sso_session, &it.sso_start_url, &it.sso_region, &it.sso_registration_scopes];
    let manner = Manner::of(
        context,
        options.iter().any(|option| option.is_some()),
        "--sso-session NAME --sso-start-url URL --sso-region REGION",
    )?;
    let name = required("SSO session name", "--sso-session", it.sso_session.as_deref(), manner)?;
    let profiles = context.profiles()?;
    section_name::check(&context.ui, &profiles, SectionKind::SsoSession, &name)?;
    let asked = [
        Asked("sso_start_url", "SSO start URL", "--sso-start-url", it.sso_start_url.as_deref(), None, Need::Required),
        Asked("sso_region", "SSO region", "--sso-region", it.sso_region.as_deref(), None, Need::Required),
        Asked(
            "sso_registration_scopes",
            "SSO registration scopes",
            "--sso-registration-scopes",
            it.sso_registration_scopes.as_deref(),
            Some("sso:account:access"),
            Need::Optional,
        ),
    ];
    let present = profiles.sso_session(&name);
    let to = Destination { kind: SectionKind::SsoSession, name: &name, present, gone: None };
    write_answers(context, &to, &asked, manner)?;
    context.ui.note(&format!("sign in: awsenv login --sso-session {}", crate::sign_in::quoted(&name)));
    Ok(())
}

pub(super) fn role(context: &Context, profile: Option<&str>, arguments: &RoleArgs) -> Result<(), Report> {
    let it = arguments;
    let options = [
        &it.role_arn,
        &it.source_profile,
        &it.credential_source,
        &it.mfa_serial,
        &it.external_id,
        &it.role_session_name,
        &it.region,
    ];
    let has_options = it.duration_seconds.is_some() || options.iter().any(|option| option.is_some());
    let manner = Manner::of(context, has_options, "--profile NAME --role-arn ARN --source-profile NAME")?;
    let seconds = it.duration_seconds.map(|seconds| seconds.to_string());
    let name = required("Profile name", "--profile", profile, manner)?;
    let profiles = context.profiles()?;
    section_name::check(&context.ui, &profiles, SectionKind::Profile, &name)?;
    let section = profiles.profile(&name);
    let has = |key: &str| section.is_some_and(|section| section.get(key).is_some());
    let mut asked = vec![Asked("role_arn", "Role ARN", "--role-arn", it.role_arn.as_deref(), None, Need::Required)];
    if it.credential_source.is_some() || (has("credential_source") && it.source_profile.is_none()) {
        let source = it.credential_source.as_deref();
        asked.push(Asked("credential_source", "Credential source", "--credential-source", source, None, Need::Required));
    } else {
        let source = it.source_profile.as_deref();
        if let Some(source) = source.filter(|source| *source != name && profiles.profile(source).is_none()) {
            return Err(Report::error(
                Code::SourceProfileNotFound,
                format!("there is no profile `{source}` to take credentials from"),
            )
            .help("awsenv list shows the names that exist"));
        }
        // Only keys of its own end the circle.
        if source == Some(name.as_str()) && !has("aws_access_key_id") {
            let message = format!("profile `{name}` would take its credentials from itself, and has no keys");
            return Err(Report::error(Code::SourceProfileCycle, message)
                .help("name the profile with the keys: --source-profile NAME")
                .help(format!("or give it keys first: awsenv configure --profile {}", crate::sign_in::quoted(&name))));
        }
        asked.push(Asked("source_profile", "Source profile", "--source-profile", source, None, Need::Required));
    }
    asked.push(Asked("mfa_serial", "MFA serial number or ARN", "--mfa-serial", it.mfa_serial.as_deref(), None, Need::Optional));
    asked.push(Asked("external_id", "External ID", "--external-id", it.external_id.as_deref(), None, Need::Optional));
    // Few need these two, so nobody is asked for them.
    for (key, option, given) in [
        ("role_session_name", "--role-session-name", &it.role_session_name),
        ("duration_seconds", "--duration-seconds", &seconds),
    ] {
        asked.extend(given.as_deref().map(|given| Asked(key, key, option, Some(given), None, Need::Optional)));
    }
    asked.push(Asked("region", "Default region name", "--region", it.region.as_deref(), None, Need::Optional));
    // A role has one source.
    let other = [(&it.credential_source, "source_profile"), (&it.source_profile, "credential_source")];
    let gone = other.iter().find(|(given, key)| given.is_some() && has(key)).map(|(_, key)| *key);
    let to = Destination { kind: SectionKind::Profile, name: &name, present: section, gone };
    write_answers(context, &to, &asked, manner)?;
    context.ui.note(&format!("use it: awsenv use {}", crate::sign_in::quoted(&name)));
    Ok(())
}

/// Refuses settings of a session that `awsenv doctor` would call an error.
pub(super) fn check_session<'a>(name: &str, settings: impl Iterator<Item = (&'a str, &'a str)>) -> Result<(), Report> {
    let lines: String = settings.map(|(key, value)| format!("{key} = {value}\n")).collect();
    let text = format!("[sso-session {name}]\n{lines}");
    let profiles = ProfileSet::parse(Some(SourceFile::new(FileKind::Config, "config", text)), None);
    // What is missing is in the file, or is asked for.
    let is_wrong = |lint: &&Finding| matches!(lint.lint, Lint::InvalidValue { .. } | Lint::UnknownRegion { .. });
    let findings = awsenv_lint::lint(&profiles);
    let Some(finding) = findings.iter().filter(|finding| finding.lint.severity() == Severity::Error).find(is_wrong) else {
        return Ok(());
    };
    let report = crate::report::lint(finding, profiles.sources());
    Err(Report { code: Code::Usage, labels: Vec::new(), ..report })
}

fn required(words: &str, option: &str, given: Option<&str>, manner: Manner) -> Result<String, Report> {
    let question = Question { words, option, given, current: None, fallback: None, need: Need::Required, is_masked: false };
    let answer = question.answer(manner)?;
    Ok(answer.map(|answer| answer.reveal().to_owned()).unwrap_or_default())
}

/// Asks for everything, and then writes what has changed, all at once.
fn write_answers(context: &Context, to: &Destination<'_>, asked: &[Asked<'_>], manner: Manner) -> Result<(), Report> {
    let mut answers = Vec::new();
    for Asked(key, words, option, given, fallback, need) in asked {
        let current = to.present.and_then(|section| section.get(key)).map(|value| value.value).filter(|value| !value.is_empty());
        let question = Question { words, option, given: *given, current, fallback: *fallback, need: *need, is_masked: false };
        if let Some(answer) = question.answer(manner)?
            && current != Some(answer.reveal())
        {
            answers.push((*key, answer));
        }
    }
    if to.kind == SectionKind::SsoSession {
        check_session(to.name, answers.iter().map(|(key, answer)| (*key, answer.reveal())))?;
    }
    let place = |key| Place { section: to.kind, name: to.name, key, sub: None };
    let gone = to.gone.map(|key| Change { place: place(key), value: None });
    let new = answers.iter().map(|(key, answer)| Change { place: place(key), value: Some(answer.reveal()) });
    let changes: Vec<Change<'_>> = gone.into_iter().chain(new).collect();
    if changes.is_empty() { Ok(()) } else { write(context, FileKind::Config, &changes) }
}
