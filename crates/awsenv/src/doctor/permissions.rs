//! Who may read and write what is the user's alone, whose it is, and whether it can be written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use awsenv_host::{Access, access_of_others, foreign_owner, is_shared, may_write, without_permissions};
use awsenv_profile::FileKind;
use awsenv_resolve::CacheKind;

use crate::report::{Code, Label, Report};

use super::{Action, Examined, Finding, Fix, shown};

/// What of a file or directory others must not do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// Others may neither read nor write.
    Secret,
    /// Others may read it: it has no secrets, but it says which programs run and which account one is in.
    Ours,
}

/// The caches, and what they are called.
const CACHES: [(CacheKind, &str); 4] = [
    (CacheKind::Role, "role credentials"),
    (CacheKind::Sso, "Identity Center sign-ins"),
    (CacheKind::Login, "`aws login` sessions"),
    (CacheKind::MfaSession, "MFA sessions"),
];

pub(crate) fn check(examined: &Examined<'_>) -> Vec<Finding> {
    let directories = &examined.context.host.directories;
    let config_has_secrets = examined.profiles.profiles().any(|profile| {
        ["aws_secret_access_key", "aws_session_token"].iter().any(|key| profile.get_in(key, FileKind::Config).is_some())
    });
    let config = if config_has_secrets { Keep::Secret } else { Keep::Ours };
    let aws = &directories.aws;
    let files = [
        (aws.credentials.as_ref().map(PathBuf::from), Keep::Secret, Code::CredentialsReadable, "the credentials file"),
        (aws.config.as_ref().map(PathBuf::from), config, Code::FileExposed, "the config file"),
        (directories.settings.clone(), Keep::Ours, Code::FileExposed, "awsenv's settings file"),
        (directories.state.clone(), Keep::Ours, Code::FileExposed, "awsenv's state directory"),
    ];
    let mut findings = Vec::new();
    for (path, keep, code, what) in files {
        let Some(path) = path else { continue };
        findings.extend(broken_link(&path, what).or_else(|| foreign(examined, &path, what)).map(Finding::from));
        findings.extend(exposed(examined, &path, keep, code, what));
    }
    for (kind, what) in CACHES {
        let Some(directory) = examined.context.host.cache_directory(kind) else { continue };
        let what = format!("the directory of {what}");
        findings.extend(broken_link(&directory, &what).or_else(|| foreign(examined, &directory, &what)).map(Finding::from));
        findings.extend(exposed(examined, &directory, Keep::Ours, Code::FileExposed, &what));
        findings.extend(open_entries(examined, kind));
    }
    findings.extend(unwritable(examined).into_iter().map(Finding::from));
    findings
}

/// The files of a cache in one finding: where one is open, most are. Links lead out of the cache, to what is not ours.
fn open_entries(examined: &Examined<'_>, kind: CacheKind) -> Vec<Finding> {
    let context = examined.context;
    let files = context.host.cache_files(kind, context.host.now());
    let open = files.into_iter().map(|file| file.path);
    let open = open.filter(|path| access_of_others(path) != Access::default() && without_permissions(path).is_none());
    let (links, own): (Vec<PathBuf>, Vec<PathBuf>) = open.partition(|path| path.is_symlink());
    let by_hand = links.iter().map(|link| {
        let message = "a file of cached credentials is a link to what other users of this machine may read";
        let report = Report::warning(Code::FileExposed, message).label(at(link));
        report.help("no tool puts links here: look where it leads, and remove it").into()
    });
    exposed_entries(examined, own).into_iter().chain(by_hand).collect()
}

fn exposed_entries(examined: &Examined<'_>, open: Vec<PathBuf>) -> Option<Finding> {
    let context = examined.context;
    let first = open.first()?;
    let message = match open.len() {
        1 => "other users of this machine may read a file of cached credentials".to_owned(),
        count => format!("other users of this machine may read {count} files of cached credentials"),
    };
    let what = match open.len() {
        1 => format!("take {} from everybody but you: chmod 600", shown(first, context)),
        count => format!("take {count} files in {} from everybody but you: chmod 600", parent_shown(examined, first)),
    };
    let report = open.iter().take(3).fold(Report::warning(Code::FileExposed, message), |report, path| report.label(at(path)));
    Some(Finding::from(report).fix(Fix { what, action: Action::RestrictAll(open) }))
}

fn exposed(examined: &Examined<'_>, path: &Path, keep: Keep, code: Code, what: &str) -> Option<Finding> {
    let access = access_of_others(path);
    let deed = match (access.read && keep == Keep::Secret, access.write) {
        (false, false) => return None,
        (true, false) => "read",
        (false, true) => "change",
        (true, true) => "read and change",
    };
    let report = Report::warning(code, format!("other users of this machine may {deed} {what}")).label(at(path));
    if let Some(kind) = without_permissions(path) {
        let help = format!(
            "its file system ({kind}) keeps no permissions: move it into the Linux home, or in WSL mount the drive with \
             options = \"metadata\" ([automount] in /etc/wsl.conf)"
        );
        return Some(report.help(help).into());
    }
    // Whoever links one of the files has put it there; a directory behind a link may be anything's.
    if path.is_dir() && (path.is_symlink() || is_shared(path)) {
        return Some(report.help("give it a directory of its own, which nobody else uses").into());
    }
    let path = if path.is_symlink() { path.canonicalize().ok()? } else { path.to_owned() };
    let mode = if path.is_dir() { 700 } else { 600 };
    let what = format!("take {} from everybody but you: chmod {mode}", shown(&path, examined.context));
    Some(Finding::from(report).fix(Fix { what, action: Action::Restrict(path) }))
}

fn broken_link(path: &Path, what: &str) -> Option<Report> {
    let target = std::fs::read_link(path).ok().filter(|_| !path.exists())?;
    let report = Report::warning(Code::LinkBroken, format!("{what} is a link that leads nowhere")).label(at(path));
    Some(report.help(format!("make {}, or remove the link", target.display())))
}

/// After a `sudo aws …` there are files of root's in a home; and `sudo awsenv` looks at the files of who called it.
fn foreign(examined: &Examined<'_>, path: &Path, what: &str) -> Option<Report> {
    let caller = examined.context.host.variable("SUDO_UID").and_then(|user| user.to_str()?.parse().ok());
    let owner = foreign_owner(path).filter(|owner| Some(*owner) != caller && without_permissions(path).is_none())?;
    let whose = if owner == 0 { "root".to_owned() } else { format!("another user (number {owner})") };
    let report = Report::warning(Code::FileForeign, format!("{what} belongs to {whose}")).label(at(path));
    let all = if path.is_dir() { "-R " } else { "" };
    Some(report.help(format!("take it back: sudo chown {all}\"$(id -u):$(id -g)\" {}", shown(path, examined.context))))
}

/// The caches that cannot be written, in one finding a cause.
fn unwritable(examined: &Examined<'_>) -> Vec<Report> {
    let mut causes: BTreeMap<PathBuf, Vec<&str>> = BTreeMap::new();
    for (kind, what) in CACHES {
        let directory = examined.context.host.cache_directory(kind);
        // The directory, or the nearest one above it that is there, in which it would have to be made.
        let nearest = directory.as_deref().and_then(|directory| directory.ancestors().find(|path| path.exists()));
        if let Some(nearest) = nearest.filter(|nearest| !(nearest.is_dir() && may_write(nearest))) {
            causes.entry(nearest.to_owned()).or_default().push(what);
        }
    }
    causes.iter().map(|(nearest, caches)| unwritable_because_of(examined, nearest, caches)).collect()
}

fn unwritable_because_of(examined: &Examined<'_>, nearest: &Path, caches: &[&str]) -> Report {
    let what = match caches {
        [one] => format!("the directory of {one}"),
        many => format!("the directories of {}", many.join(", ")),
    };
    let why = if nearest.is_dir() { "may not be written" } else { "is no directory" };
    let message = format!("{what} cannot be written: {} {why}", shown(nearest, examined.context));
    let report = Report::warning(Code::DirectoryUnwritable, message).label(at(nearest));
    let selinux = if Path::new("/sys/fs/selinux/enforce").exists() { "; under SELinux: restorecon -R ~/.aws" } else { "" };
    report.help(format!("every command will have to fetch, and ask, anew; look at `ls -ld` and `mount`{selinux}"))
}

fn at(path: &Path) -> Label {
    Label::path(path)
}

fn parent_shown(examined: &Examined<'_>, path: &Path) -> String {
    path.parent().map(|parent| shown(parent, examined.context)).unwrap_or_default()
}
