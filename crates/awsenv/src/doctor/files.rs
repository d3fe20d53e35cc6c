//! The text of the two files: what `awsenv-lint` finds in them.

use awsenv_profile::FileKind;

use crate::report::{self, Code, Report};

use super::{Action, Examined, Finding, Fix};

pub(crate) fn check(examined: &Examined<'_>) -> Vec<Finding> {
    let (profiles, sources) = (&examined.profiles, examined.profiles.sources());
    let has_text = |kind| sources.file(kind).is_some_and(|file| !file.text().trim().is_empty());
    if examined.unread.is_empty() && ![FileKind::Config, FileKind::Credentials].into_iter().any(has_text) {
        return vec![no_profiles(sources.file(FileKind::Config).is_some()).into()];
    }
    let lints = if examined.unread.is_empty() { awsenv_lint::lint(profiles) } else { awsenv_lint::lint_text(profiles) };
    let found = lints.into_iter().map(|lint| {
        let finding = Finding::from(report::lint(&lint, sources));
        match lint.repair {
            Some(repair) => {
                finding.fix(Fix { what: report::repair(&repair, sources), action: Action::Repair(lint.span.file, repair) })
            }
            None => finding,
        }
    });
    examined.unread.iter().cloned().map(Finding::from).chain(found).collect()
}

fn no_profiles(is_there: bool) -> Report {
    let message = if is_there { "no file has a profile" } else { "there is no ~/.aws/config yet" };
    Report::note(Code::NoProfiles, message)
        .help("`awsenv configure sso-session` and `awsenv login` begin with Identity Center, `awsenv configure` with keys")
}
