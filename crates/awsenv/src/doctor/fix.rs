//! Mending what a check has found.

use std::path::PathBuf;

use awsenv_profile::{FileKind, Repair, SourceMap};
use awsenv_resolve::CacheKind;

use crate::context::Context;
use crate::report::Report;

use super::{Finding, shown};

/// Something that can be done about a finding without asking: it loses nothing and is right whatever was meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fix {
    /// One line, as an order: "rename `regoin` to `region`". `awsenv doctor --fix` will do it.
    pub(crate) what: String,
    pub(crate) action: Action,
}

/// How it is done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    /// Mends a line of one of the two files.
    Repair(FileKind, Repair),
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
pub(crate) fn apply(context: &Context, sources: &SourceMap, findings: &[Finding]) -> Vec<String> {
    let fixes: Vec<&Fix> = findings.iter().filter_map(|finding| finding.fix.as_ref()).collect();
    let mut done = Vec::new();
    for kind in [FileKind::Config, FileKind::Credentials] {
        done.extend(repair(context, sources, kind, &fixes));
    }
    for fix in fixes {
        let outcome = match &fix.action {
            Action::Repair(..) => continue,
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

/// All the repairs of a file in one go.
fn repair(context: &Context, sources: &SourceMap, kind: FileKind, fixes: &[&Fix]) -> Vec<String> {
    let Some(file) = sources.file(kind) else { return Vec::new() };
    let of_file = |fix: &&Fix| match &fix.action {
        Action::Repair(of, repair) if *of == kind => Some((repair.clone(), fix.what.clone())),
        Action::Repair(..) | Action::Restrict(_) | Action::RestrictAll(_) | Action::RemoveUseless(_) | Action::Forget(_) => None,
    };
    let (repairs, words): (Vec<Repair>, Vec<String>) = fixes.iter().filter_map(of_file).unzip();
    if repairs.is_empty() {
        return Vec::new();
    }
    match context.host.repair(file, &repairs) {
        Ok(done) => {
            let path = shown(file.path(), context);
            done.into_iter().filter_map(|index| Some(format!("{path}: {}", words.get(index)?))).collect()
        }
        Err(error) => {
            context.ui.report(&Report::from(error));
            Vec::new()
        }
    }
}
