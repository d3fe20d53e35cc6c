//! The values at TAB. They read the two files and nothing else, print nothing, and on any failure know nothing.

use std::ffi::OsStr;

use awsenv_host::{Host, read_sources};
use awsenv_profile::Section;
use awsenv_resolve::{STATE_VARIABLE, State};
use awsenv_shell::ShellDialect;
use clap_complete::CompletionCandidate;

use super::candidates::Candidate;
use crate::report::Code;

/// Profile names, with what they lead to as a description; `ACCOUNT/ROLE` where a digit begins, as an account id does.
pub(crate) fn profiles(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    let Ok(profiles) = read_sources(&Host::real()) else { return Vec::new() };
    let mut found = Vec::new();
    for section in profiles.profiles() {
        if section.name().starts_with(current) {
            found.push(CompletionCandidate::new(section.name()).help(Some(description(section).into())));
        }
        if current.starts_with(|c: char| c.is_ascii_digit()) {
            let by_role = account_and_role(section).filter(|by_role| by_role.starts_with(current));
            found.extend(by_role.map(|by_role| CompletionCandidate::new(by_role).help(Some(section.name().to_owned().into()))));
        }
    }
    found
}

fn account_and_role(section: Section<'_>) -> Option<String> {
    Some(format!("{}/{}", section.get("sso_account_id")?.value, section.get("sso_role_name")?.value))
}

fn description(section: Section<'_>) -> String {
    let text = |key: &str| section.get(key).map(|value| value.value);
    let parts = [text("sso_account_id"), text("sso_role_name"), text("role_arn"), text("region")];
    let known: Vec<&str> = parts.into_iter().flatten().collect();
    known.join(" ")
}

/// The `-` of `use`: when it was typed, or when this shell has a profile to go back to.
pub(super) fn before(is_typed: bool) -> Option<Candidate> {
    let state = std::env::var(STATE_VARIABLE).ok().and_then(|text| State::decode(&text));
    let previous = state.and_then(|state| state.previous);
    let help = previous.as_deref().unwrap_or("the profile before").chars().filter(|c| !c.is_control()).collect();
    (is_typed || previous.is_some()).then(|| Candidate { value: "-".to_owned(), help })
}

/// Names of sso-sessions.
pub(crate) fn sso_sessions(current: &OsStr) -> Vec<CompletionCandidate> {
    let Ok(profiles) = read_sources(&Host::real()) else { return Vec::new() };
    matching(current, profiles.sso_sessions().map(|session| session.name()))
}

pub(crate) fn regions(current: &OsStr) -> Vec<CompletionCandidate> {
    matching(current, awsenv_resolve::region::KNOWN.iter().copied())
}

pub(crate) fn modes(current: &OsStr) -> Vec<CompletionCandidate> {
    matching(current, ["auto", "profile", "keys"].into_iter())
}

pub(crate) fn codes(current: &OsStr) -> Vec<CompletionCandidate> {
    matching(current, Code::ALL.iter().map(|code| code.name()))
}

pub(crate) fn man_pages(current: &OsStr) -> Vec<CompletionCandidate> {
    matching(current, crate::man::names().iter().map(String::as_str))
}

pub(crate) fn init_shells(current: &OsStr) -> Vec<CompletionCandidate> {
    matching(
        current,
        [
            ShellDialect::Bash,
            ShellDialect::Zsh,
            ShellDialect::Fish,
            ShellDialect::PowerShell,
            ShellDialect::Posix,
            ShellDialect::Elvish,
            ShellDialect::Nushell,
            ShellDialect::Xonsh,
            ShellDialect::Tcsh,
            ShellDialect::Cmd,
        ]
        .into_iter()
        .map(ShellDialect::name),
    )
}

pub(crate) fn completion_shells(current: &OsStr) -> Vec<CompletionCandidate> {
    matching(
        current,
        [
            ShellDialect::Bash,
            ShellDialect::Zsh,
            ShellDialect::Fish,
            ShellDialect::PowerShell,
            ShellDialect::Elvish,
            ShellDialect::Nushell,
            ShellDialect::Xonsh,
            ShellDialect::Tcsh,
        ]
        .into_iter()
        .map(ShellDialect::name),
    )
}

fn matching<'a>(current: &OsStr, names: impl Iterator<Item = &'a str>) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    names.filter(|name| name.starts_with(current)).map(CompletionCandidate::new).collect()
}
