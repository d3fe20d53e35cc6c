//! The values at TAB. They read the two files and nothing else, print nothing, and on any failure know nothing.

use std::ffi::OsStr;

use awsenv_host::{Host, read_sources};
use awsenv_profile::Section;
use awsenv_shell::ShellDialect;
use clap_complete::CompletionCandidate;

use crate::report::Code;

/// Profile names, with what they lead to as a description.
pub(crate) fn profiles(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    let Ok(profiles) = read_sources(&Host::real()) else { return Vec::new() };
    profiles
        .profiles()
        .filter(|section| section.name().starts_with(current))
        .map(|section| CompletionCandidate::new(section.name()).help(Some(description(section).into())))
        .collect()
}

fn description(section: Section<'_>) -> String {
    let text = |key: &str| section.get(key).map(|value| value.value);
    let parts = [text("sso_account_id"), text("sso_role_name"), text("role_arn"), text("region")];
    let known: Vec<&str> = parts.into_iter().flatten().collect();
    known.join(" ").chars().filter(|c| !c.is_control()).collect()
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

pub(crate) fn init_shells(current: &OsStr) -> Vec<CompletionCandidate> {
    matching(current, [ShellDialect::Bash, ShellDialect::Zsh, ShellDialect::Fish, ShellDialect::PowerShell, ShellDialect::Posix].into_iter().map(ShellDialect::name))
}

pub(crate) fn completion_shells(current: &OsStr) -> Vec<CompletionCandidate> {
    matching(current, [ShellDialect::Bash, ShellDialect::Zsh, ShellDialect::Fish, ShellDialect::PowerShell].into_iter().map(ShellDialect::name))
}

fn matching<'a>(current: &OsStr, names: impl Iterator<Item = &'a str>) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    names.filter(|name| name.starts_with(current)).map(CompletionCandidate::new).collect()
}
