//! Programs that settings name and that are not there. None is run.

use awsenv_profile::{FileKind, Section};
use awsenv_resolve::Secret;

use crate::report::{Code, Label, Report};

use super::{Examined, Finding};

pub(crate) fn check(examined: &Examined<'_>) -> Vec<Finding> {
    let profiles = examined.profiles.profiles();
    let reports = profiles.flat_map(|profile| {
        let process = of_profile(examined, profile, "credential_process").map(|(program, label)| {
            let message = format!("the credential_process of `{}` does not exist: {program}", profile.name());
            // The AWS CLI takes keys of the credentials file, and Identity Center, before it.
            let is_shadowed =
                profile.get_in("aws_access_key_id", FileKind::Credentials).is_some() || profile.get("sso_account_id").is_some();
            let report = if is_shadowed { Report::warning } else { Report::error };
            report(Code::ProcessNotFound, message).label(label).help(help(&program))
        });
        let mfa = of_profile(examined, profile, "mfa_process").map(|(program, label)| {
            let message = format!("the mfa_process of `{}` does not exist: {program}", profile.name());
            let report = Report::warning(Code::ProgramNotFound, message).label(label);
            report.help(help(&program)).help("until then the code is asked for")
        });
        [process, mfa]
    });
    reports.flatten().chain(of_settings(examined)).map(Finding::from).collect()
}

fn of_profile(examined: &Examined<'_>, profile: Section<'_>, key: &str) -> Option<(String, Label)> {
    let value = profile.get(key)?;
    let program = examined.context.host.missing_program(&Secret::new(value.value))?;
    Some((program, Label::new(examined.profiles.sources(), profile.key_span(key)?, "")))
}

fn of_settings(examined: &Examined<'_>) -> Vec<Report> {
    let settings = &examined.settings;
    let browser = settings.browser.as_deref().map(Secret::new);
    let named = [
        ("mfa.process", settings.mfa_process.as_ref(), "the program for MFA codes"),
        ("mfa.askpass", settings.mfa_askpass.as_ref(), "the program that asks for MFA codes"),
        ("login.browser", browser.as_ref(), "the browser"),
    ];
    let (file, lines) = &settings.said;
    let missing = named.into_iter().filter_map(|(name, command, what)| {
        let program = examined.context.host.missing_program(command?)?;
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
