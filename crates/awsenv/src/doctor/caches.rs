//! What lies in the caches: ended, damaged, of nobody, or left by a killed process.

use std::collections::HashSet;
use std::path::PathBuf;

use awsenv_host::{CacheContent, CacheFile};
use awsenv_resolve::{CacheKey, CacheKind, SsoCacheName};

use crate::report::{Code, Label, Report, cache_warning};

use super::{Action, Examined, Finding, Fix};

const KINDS: [CacheKind; 4] = [CacheKind::Role, CacheKind::Sso, CacheKind::Login, CacheKind::MfaSession];

/// How many files of one kind are named; the JSON form names no more either, since their names say nothing.
const NAMED: usize = 3;

pub(crate) fn check(examined: &Examined<'_>) -> Vec<Finding> {
    let host = &examined.context.host;
    let now = host.now();
    let files: Vec<CacheFile> = KINDS.into_iter().flat_map(|kind| host.cache_files(kind, now)).collect();
    let of = |wanted: fn(&CacheContent) -> bool| files.iter().filter(|file| wanted(&file.content)).collect::<Vec<_>>();
    let mut findings = Vec::new();
    for file in &files {
        match &file.content {
            CacheContent::Unreadable(why) => {
                let report = Report::warning(Code::CacheUnreadable, format!("a file of the caches cannot be read: {why}"));
                let report = report.label(Label::line(file.path.clone(), 1, ""));
                findings.push(report.help("it is of no use: remove it, and sign in again where that is asked for").into());
            }
            CacheContent::Foreign => {
                let report = cache_warning(awsenv_host::CacheWarning::Foreign(file.path.clone()));
                findings.push(report.label(Label::line(file.path.clone(), 1, "")).into());
            }
            CacheContent::SignIn { .. } | CacheContent::Alive | CacheContent::Ended(_) | CacheContent::Leftover => {}
        }
    }
    findings.extend(useless(
        Code::CacheStale,
        "has ended",
        "have ended",
        &of(|content| matches!(content, CacheContent::Ended(_))),
    ));
    let leftovers = of(|content| *content == CacheContent::Leftover);
    findings.extend(useless(Code::CacheLeftover, "was left by a killed process", "were left by killed processes", &leftovers));
    findings.extend(orphaned(examined, &files));
    findings
}

/// What can be removed without loss: the credentials in it are refused by now, and no refresh token in it would be taken.
fn useless(code: Code, one: &str, many: &str, files: &[&CacheFile]) -> Option<Finding> {
    let (message, what) = match files.len() {
        0 => return None,
        1 => (format!("a file of the caches {one}"), format!("remove the file of the caches that {one}")),
        count => (format!("{count} files of the caches {many}"), format!("remove {count} files of the caches that {many}")),
    };
    let report = named(Report::note(code, message), files.iter().map(|file| (file.path.clone(), String::new())));
    let files = files.iter().map(|file| (file.kind, file.path.clone())).collect();
    Some(Finding::from(report).fix(Fix { what, action: Action::RemoveUseless(files) }))
}

/// Sign-ins that live and that no file names: of a profile that is gone, or of another tool (IDEs keep theirs here too).
fn orphaned(examined: &Examined<'_>, files: &[CacheFile]) -> Option<Finding> {
    if !examined.unread.is_empty() {
        return None;
    }
    let mut known = HashSet::new();
    for session in examined.profiles.sso_sessions() {
        known.insert(CacheKey::sso_token(SsoCacheName::Session(session.name())).file_name());
    }
    for profile in examined.profiles.profiles() {
        let value = |key| profile.get(key).map(|value| value.value);
        known.extend(value("sso_session").map(|name| CacheKey::sso_token(SsoCacheName::Session(name)).file_name()));
        known.extend(value("sso_start_url").map(|url| CacheKey::sso_token(SsoCacheName::StartUrl(url)).file_name()));
    }
    let orphans = files.iter().filter_map(|file| match &file.content {
        CacheContent::SignIn { start_url } if !known.contains(file.path.file_name()?.to_str()?) => {
            Some((file.path.clone(), start_url.clone().unwrap_or_default()))
        }
        _ => None,
    });
    let orphans: Vec<(PathBuf, String)> = orphans.collect();
    let message = match orphans.len() {
        0 => return None,
        1 => "a sign-in lives that no profile and no sso-session names".to_owned(),
        count => format!("{count} sign-ins live that no profile and no sso-session names"),
    };
    let report = named(Report::note(Code::CacheOrphaned, message), orphans.into_iter());
    Some(report.help("an IDE or another tool may use it; if none does, remove the file, so that nobody else can").into())
}

fn named(report: Report, files: impl ExactSizeIterator<Item = (PathBuf, String)>) -> Report {
    let more = files.len().saturating_sub(NAMED);
    let report = files.take(NAMED).fold(report, |report, (path, text)| report.label(Label::line(path, 1, text)));
    if more == 0 { report } else { report.help(format!("and {more} more files like these")) }
}
