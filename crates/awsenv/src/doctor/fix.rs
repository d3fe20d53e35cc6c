//! Mending what a check has found.

use std::path::PathBuf;

use awsenv_resolve::CacheKind;

use crate::context::Context;
use crate::report::Report;

use super::Finding;

/// Something that can be done about a finding without asking: it loses nothing and is right whatever was meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fix {
    /// One line, as an order: "rename `regoin` to `region`".
    pub(crate) what: String,
    pub(crate) action: Action,
}

/// How it is done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    /// Takes a file's permissions from everybody but its owner.
    Restrict(PathBuf),
    /// The same for several.
    RestrictAll(Vec<PathBuf>),
    /// Removes files of the caches that still are of no use.
    RemoveUseless(Vec<(CacheKind, PathBuf)>),
    /// Forgets that files of directories were allowed, by their records.
    Forget(Vec<PathBuf>),
}

/// Mends everything that has a fix. What one fix does may make way for another, so the caller looks again.
///
/// Returns what was done, a line each; what could not be done is said on stderr.
pub(crate) fn apply(context: &Context, findings: &[Finding]) -> Vec<String> {
    let mut done = Vec::new();
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        let outcome = match &fix.action {
            Action::Restrict(path) => awsenv_host::restrict(path),
            Action::RestrictAll(paths) => paths.iter().try_for_each(|path| awsenv_host::restrict(path)),
            Action::RemoveUseless(files) => {
                let now = context.host.now();
                files.iter().try_for_each(|(kind, path)| context.host.remove_useless(*kind, path, now))
            }
            Action::Forget(records) => records.iter().try_for_each(|record| context.host.forget_directory_file(record)),
        };
        match outcome {
            Ok(()) => done.push(fix.what.clone()),
            Err(error) => context.ui.report(&Report::from(error)),
        }
    }
    done
}
