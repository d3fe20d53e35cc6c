//! Who may read and write what is the user's alone.

use std::path::Path;

use crate::report::{Code, Label, Report};

use super::{Action, Examined, Finding, Fix, shown};

pub(crate) fn check(examined: &Examined<'_>) -> Vec<Finding> {
    let context = examined.context;
    let credentials = context.host.directories.aws.credentials.as_deref().map(Path::new);
    credentials
        .filter(|path| awsenv_host::is_open(path))
        .map(|path| {
            let report = Report::warning(Code::CredentialsReadable, "other users of this machine may read the credentials file")
                .label(Label::line(path.to_owned(), 1, ""));
            let what = format!("take {} from everybody but you: chmod 600", shown(path, context));
            Finding::from(report).fix(Fix { what, action: Action::Restrict(path.to_owned()) })
        })
        .into_iter()
        .collect()
}
