//! Mending what a check has found.

use std::path::PathBuf;

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
}

/// Mends everything that has a fix. What one fix does may make way for another, so the caller looks again.
///
/// Returns what was done, a line each; what could not be done is said on stderr.
pub(crate) fn apply(context: &Context, findings: &[Finding]) -> Vec<String> {
    let mut done = Vec::new();
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        let outcome = match &fix.action {
            Action::Restrict(path) => awsenv_host::restrict(path),
        };
        match outcome {
            Ok(()) => done.push(fix.what.clone()),
            Err(error) => context.ui.report(&Report::from(error)),
        }
    }
    done
}
