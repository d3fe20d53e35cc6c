//! The text of the two files.

use awsenv_profile::FileKind;

use crate::report::{Code, Label, Report};

use super::{Examined, Finding};

pub(crate) fn check(examined: &Examined<'_>) -> Vec<Finding> {
    let profiles = &examined.profiles;
    if profiles.profiles().next().is_none() && examined.unread.is_empty() {
        return vec![no_profiles(profiles.sources().file(FileKind::Config).is_some()).into()];
    }
    let errors = profiles.errors().iter().map(|error| {
        Report::error(Code::ConfigSyntax, format!("the line is not understood: {error}")).label(Label::new(
            profiles.sources(),
            error.span,
            "",
        ))
    });
    examined.unread.iter().cloned().chain(errors).map(Finding::from).collect()
}

fn no_profiles(is_there: bool) -> Report {
    let message = if is_there { "no file has a profile" } else { "there is no ~/.aws/config yet" };
    Report::note(Code::NoProfiles, message)
        .help("`awsenv configure sso-session` and `awsenv login` begin with Identity Center, `awsenv configure` with keys")
}
