//! awsenv itself: its settings file, and what it remembers.

use std::path::{Path, PathBuf};

use awsenv_resolve::nearest;

use crate::report::{Code, Label, Report, one_of};
use crate::settings::Settings;

use super::{Action, Examined, Finding, Fix, shown};

pub(crate) fn check(examined: &Examined<'_>) -> Vec<Finding> {
    let settings = &examined.settings;
    let mut findings: Vec<Finding> = examined.settings_errors.iter().cloned().map(Finding::from).collect();
    let profiles: Vec<&str> = examined.profiles.profiles().map(|profile| profile.name()).collect();
    for (directory, profile) in &settings.directories {
        findings.extend(directory_report(examined, settings, directory, profile, &profiles).map(Finding::from));
    }
    // Before there are profiles, guards wait for them.
    if !profiles.is_empty() && examined.unread.is_empty() {
        findings.extend(settings.guards.unused(&profiles).map(|(pattern, label)| {
            let report = Report::note(Code::GuardUnused, format!("the guard `{pattern}` matches no profile")).label(label);
            report.help("* is any text, ? one character, and capitals count").into()
        }));
    }
    findings.extend(forgotten(examined));
    findings.extend(several(examined).map(Finding::from));
    findings
}

fn directory_report(
    examined: &Examined<'_>,
    settings: &Settings,
    directory: &Path,
    profile: &str,
    profiles: &[&str],
) -> Option<Report> {
    let (file, lines) = &settings.said;
    let home = examined.context.host.directories.home.as_deref();
    let is_it = |name: &str| match (name.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest) == directory,
        _ => Path::new(name) == directory,
    };
    let line = lines.iter().find(|(name, _)| name.strip_prefix("directories.").is_some_and(is_it)).map_or(1, |(_, line)| *line);
    let label = Label::line(file.clone(), line, "");
    if !profiles.is_empty() && examined.unread.is_empty() && !profiles.contains(&profile) {
        let message = format!("{} is mapped to a profile that no file has: `{profile}`", shown(directory, examined.context));
        let near = nearest(profile, profiles.iter().copied());
        let help = if near.is_empty() {
            "`awsenv list` shows those that are".to_owned()
        } else {
            format!("did you mean {}?", one_of(&near))
        };
        return Some(Report::warning(Code::UnknownProfile, message).label(label).help(help));
    }
    (!directory.is_dir()).then(|| {
        let message = format!("a directory that has a profile is not there: {}", shown(directory, examined.context));
        Report::note(Code::DirectoryMissing, message).label(label).help("correct the path, or remove the line")
    })
}

/// A file that comes back would be obeyed again, if it is the same: `git checkout` does that.
fn forgotten(examined: &Examined<'_>) -> Option<Finding> {
    let gone = examined.context.host.forgotten_directory_files();
    let (message, what) = match gone.as_slice() {
        [] => return None,
        [(_, path)] => {
            let path = shown(path, examined.context);
            (format!("{path} was allowed and is gone"), format!("forget {path}"))
        }
        more => (format!("{} files were allowed and are gone", more.len()), format!("forget these {} files", more.len())),
    };
    let report = gone
        .iter()
        .take(5)
        .fold(Report::note(Code::TrustUnused, message), |report, (_, path)| report.label(Label::line(path.clone(), 1, "")));
    let records = gone.into_iter().map(|(record, _)| record).collect();
    Some(Finding::from(report).fix(Fix { what, action: Action::Forget(records) }))
}

fn several(examined: &Examined<'_>) -> Option<Report> {
    let all = examined.context.host.programs_named("awsenv");
    let (first, others) = all.split_first().filter(|(_, others)| !others.is_empty())?;
    let show = |paths: &[PathBuf]| paths.iter().map(|path| shown(path, examined.context)).collect::<Vec<_>>().join(", ");
    let message = format!("there are {} programs awsenv on PATH; {} runs", all.len(), shown(first, examined.context));
    Some(Report::note(Code::SeveralPrograms, message).help(format!("remove the one that is not wanted: {}", show(others))))
}
