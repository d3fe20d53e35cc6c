//! Programs that settings name and that are not there. None is run.

use std::collections::HashMap;

use awsenv_profile::{FileKind, Section};
use awsenv_resolve::Secret;

use crate::report::{Code, Label, Report};

use super::{Examined, Finding};

/// Those that were looked for: hundreds of profiles may have the same program.
type Known = HashMap<String, bool>;

pub(crate) fn check(examined: &Examined<'_>) -> Vec<Finding> {
    let mut known = Known::new();
    let profiles = examined.profiles.profiles();
    let reports: Vec<Option<Report>> = profiles.flat_map(|profile| of_profile(examined, profile, &mut known)).collect();
    reports.into_iter().flatten().chain(of_settings(examined, &mut known)).map(Finding::from).collect()
}

fn of_profile(examined: &Examined<'_>, profile: Section<'_>, known: &mut Known) -> [Option<Report>; 2] {
    let process = of_setting(examined, profile, "credential_process", known).map(|(program, label)| {
        let message = format!("the credential_process of `{}` does not exist: {program}", profile.name());
        // The AWS CLI takes keys of the credentials file, and Identity Center, before it.
        let is_shadowed =
            profile.get_in("aws_access_key_id", FileKind::Credentials).is_some() || profile.get("sso_account_id").is_some();
        let report = if is_shadowed { Report::warning } else { Report::error };
        report(Code::ProcessNotFound, message).label(label).help(help(&program))
    });
    let mfa = of_setting(examined, profile, "mfa_process", known).map(|(program, label)| {
        let message = format!("the mfa_process of `{}` does not exist: {program}", profile.name());
        let report = Report::warning(Code::ProgramNotFound, message).label(label);
        report.help(help(&program)).help("until then the code is asked for")
    });
    [process, mfa]
}

fn of_setting(examined: &Examined<'_>, profile: Section<'_>, key: &str, known: &mut Known) -> Option<(String, Label)> {
    // A path with `~` or `$` is a finding of the two files already.
    let value = profile.get(key).filter(|value| key != "credential_process" || !value.value.starts_with(['~', '$']))?;
    let program = missing(examined, &Secret::new(value.value), known)?;
    Some((program, Label::new(examined.profiles.sources(), profile.key_span(key)?, "")))
}

/// The program of a command, when there is no such program.
fn missing(examined: &Examined<'_>, command: &Secret, known: &mut Known) -> Option<String> {
    let host = &examined.context.host;
    let program = host.program_of(command)?;
    let is_there = *known.entry(program.clone()).or_insert_with(|| host.has_program(&program));
    (!is_there).then_some(program)
}

fn of_settings(examined: &Examined<'_>, known: &mut Known) -> Vec<Report> {
    let settings = &examined.settings;
    let browser = settings.browser.as_deref().map(Secret::new);
    let named = [
        ("mfa.process", settings.mfa_process.as_ref(), "the program for MFA codes"),
        ("mfa.askpass", settings.mfa_askpass.as_ref(), "the program that asks for MFA codes"),
        ("login.browser", browser.as_ref(), "the browser"),
    ];
    let (file, lines) = &settings.said;
    let missing = named.into_iter().filter_map(|(name, command, what)| {
        let program = missing(examined, command?, known)?;
        let line = lines.get(name).copied().unwrap_or(1);
        let report = Report::warning(Code::ProgramNotFound, format!("{what} of the settings file does not exist: {program}"));
        Some(report.label(Label::line(file.clone(), line, "")).help(help(&program)))
    });
    missing.collect()
}

fn help(program: &str) -> String {
    match program {
        _ if program.starts_with('~') || program.contains('$') => {
            "~ and $ are not expanded here: write the whole path".to_owned()
        }
        _ if program.contains('/') => "look at the path, and whether the file may be executed (`chmod +x`)".to_owned(),
        _ => "install it, put its directory on PATH, or write its whole path".to_owned(),
    }
}
