//! `awsenv configure`: keys, region and output format of one profile.

use awsenv_profile::{Change, Place, SectionKind};
use awsenv_resolve::Secret;

use super::question::{Manner, Need, Question, masked};
use super::{current_profile, on_command_line, read_secret_line, write_both};
use crate::cli::WizardArgs;
use crate::context::Context;
use crate::report::{Code, Report};
use crate::section_name;
use crate::ui;

pub(super) fn run(context: &Context, profile: Option<&str>, arguments: &WizardArgs) -> Result<(), Report> {
    let manner = Manner::of(context, arguments.has_any(), "--access-key-id ID --secret-access-key -, or --region REGION")?;
    let (secret, token) = from_stdin(arguments)?;
    let name = current_profile(context, profile);
    let profiles = context.profiles()?;
    section_name::check(&context.ui, &profiles, SectionKind::Profile, &name)?;
    let stored = |key: &str| {
        let section = profiles.profile(&name)?;
        section.get(key).map(|value| value.value).filter(|value| !value.is_empty())
    };
    let key_id = Question {
        words: "AWS Access Key ID",
        option: "--access-key-id",
        given: arguments.access_key_id.as_deref(),
        current: stored("aws_access_key_id"),
        fallback: None,
        need: Need::Optional,
        is_masked: true,
    }
    .answer(manner)?;
    let is_new = key_id.as_ref().is_some_and(|key| Some(key.reveal()) != stored("aws_access_key_id"));
    let secret = match (secret, manner) {
        (Some(secret), _) => Some(secret),
        (None, Manner::Asking) => ask_secret("AWS Secret Access Key", stored("aws_secret_access_key"))?,
        (None, Manner::Script) if is_new && context.ui.may_ask() => ask_secret("AWS Secret Access Key", None)?,
        (None, Manner::Script) => None,
    };
    if is_new && secret.is_none() && manner == Manner::Script {
        return Err(Report::error(Code::AnswerRequired, "a new access key needs its secret")
            .help("--secret-access-key - reads it from stdin"));
    }
    let is_temporary = match &key_id {
        Some(key) => key.reveal().starts_with("ASIA"),
        None => stored("aws_session_token").is_some(),
    };
    let token = match (token, manner) {
        (None, Manner::Asking) if is_temporary => ask_secret("AWS Session Token", stored("aws_session_token"))?,
        (token, _) => token,
    };
    let plain = |words, option, given, key| {
        Question { words, option, given, current: stored(key), fallback: None, need: Need::Optional, is_masked: false }
            .answer(manner)
    };
    let region = plain("Default region name", "--region", arguments.region.as_deref(), "region")?;
    let output = plain("Default output format", "--output", arguments.output.as_deref(), "output")?;

    let place = |key| Place { section: SectionKind::Profile, name: &name, key, sub: None };
    let changed = |key, answer: &'_ Option<Secret>| {
        let value = answer.as_ref().map(Secret::reveal).filter(|value| Some(*value) != stored(key));
        value.map(|value| (key, value.to_owned()))
    };
    let keys = [("aws_access_key_id", &key_id), ("aws_secret_access_key", &secret), ("aws_session_token", &token)];
    let keys: Vec<(&str, Secret)> =
        keys.iter().filter_map(|(key, answer)| changed(key, answer)).map(|(key, value)| (key, Secret::new(value))).collect();
    let mut credentials: Vec<Change<'_>> =
        keys.iter().map(|(key, value)| Change { place: place(key), value: Some(value.reveal()) }).collect();
    if is_new && !is_temporary && token.is_none() && stored("aws_session_token").is_some() {
        // A token of other keys would make these useless.
        credentials.push(Change { place: place("aws_session_token"), value: None });
    }
    let settings: Vec<_> = [("region", &region), ("output", &output)].iter().filter_map(|(key, it)| changed(key, it)).collect();
    let settings: Vec<Change<'_>> =
        settings.iter().map(|(key, value)| Change { place: place(key), value: Some(value) }).collect();
    write_both(context, &credentials, &settings)
}

/// The secret and the token, one a line, in this order.
fn from_stdin(arguments: &WizardArgs) -> Result<(Option<Secret>, Option<Secret>), Report> {
    let mut stdin = std::io::stdin().lock();
    let mut read = |option: &str, given: Option<&Secret>| match given.map(Secret::reveal) {
        None => Ok(None),
        Some("-") => {
            let secret = read_secret_line(&mut stdin)?;
            if secret.is_empty() {
                return Err(Report::error(Code::AnswerRequired, format!("stdin has no line for {option}"))
                    .help("the secret access key is the first line, the session token the next"));
            }
            Ok(Some(secret))
        }
        Some(_) => Err(on_command_line(option, "awsenv configure --access-key-id ID")),
    };
    let secret = read("--secret-access-key", arguments.secret_access_key.as_ref())?;
    let token = read("--session-token", arguments.session_token.as_ref())?;
    Ok((secret, token))
}

/// Asks without showing what is typed; an empty answer keeps what is there.
fn ask_secret(words: &str, current: Option<&str>) -> Result<Option<Secret>, Report> {
    let shown = current.map_or_else(|| "None".to_owned(), masked);
    let answer = ui::ask_secret(&format!("{words} [{shown}]: "))?;
    Ok(Some(Secret::new(answer.reveal().trim())).filter(|secret| !secret.is_empty()))
}
