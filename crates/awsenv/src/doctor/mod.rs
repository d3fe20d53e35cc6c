//! What `awsenv doctor` looks at: one file a check. A check only looks; what it finds says what could be done, and [`fix`]
//! does it when it is asked to.

mod caches;
mod clock;
mod environment;
mod files;
mod fix;
mod own;
mod permissions;
mod programs;
mod shell;

use std::path::Path;

use awsenv_host::read_source;
use awsenv_profile::{FileKind, ProfileSet};

use crate::context::Context;
use crate::report::{Report, Severity};
use crate::settings::Settings;

pub(crate) use clock::ask as ask_clock;
pub(crate) use fix::{Action, Fix, apply};
pub(crate) use shell::Shell;

/// Something that a check has found.
#[derive(Debug)]
pub(crate) struct Finding {
    /// What it is, with its severity, code, places and help.
    pub(crate) report: Report,
    /// What `--fix` does about it, where that is safe.
    pub(crate) fix: Option<Fix>,
}

impl Finding {
    pub(crate) fn fix(self, fix: Fix) -> Self {
        Self { fix: Some(fix), ..self }
    }
}

/// What can only be mended by hand.
impl From<Report> for Finding {
    fn from(report: Report) -> Self {
        Self { report, fix: None }
    }
}

/// What the checks look at, read once for all of them.
#[derive(Debug)]
pub(crate) struct Examined<'a> {
    pub(crate) context: &'a Context,
    /// The two files, as far as they can be read.
    pub(crate) profiles: ProfileSet,
    /// Why one of them cannot be.
    pub(crate) unread: Vec<Report>,
    /// awsenv's own settings, without the lines that are wrong.
    pub(crate) settings: Settings,
    /// What is wrong with those.
    pub(crate) settings_errors: Vec<Report>,
    /// What the shell has told of itself.
    pub(crate) shell: Shell,
    /// By how much this machine's clock is ahead of AWS's, when that was asked.
    pub(crate) seconds_ahead: Option<i64>,
}

impl<'a> Examined<'a> {
    pub(crate) fn new(context: &'a Context, seconds_ahead: Option<i64>) -> Self {
        let mut unread = Vec::new();
        let [config, credentials] = [FileKind::Config, FileKind::Credentials].map(|kind| {
            read_source(&context.host, kind).unwrap_or_else(|error| {
                unread.push(Report::from(error));
                None
            })
        });
        let profiles = ProfileSet::parse(config, credentials);
        let (settings, settings_errors) = Settings::examine(&context.host);
        let shell = Shell::read(context);
        Self { context, profiles, unread, settings, settings_errors, shell, seconds_ahead }
    }
}

/// Looks at one subject.
type Check = fn(&Examined<'_>) -> Vec<Finding>;

/// Every check, under the words with which a clean bill of health names it.
const CHECKS: &[(&str, Check)] = &[
    ("the two files", files::check),
    ("programs", programs::check),
    ("permissions", permissions::check),
    ("caches", caches::check),
    ("the environment", environment::check),
    ("this shell", shell::check),
    ("awsenv's settings", own::check),
    (clock::SUBJECT, clock::check),
];

/// What all the checks look at, in words; the clock only where AWS has told the time.
pub(crate) fn subjects(seconds_ahead: Option<i64>) -> Vec<&'static str> {
    let subjects = CHECKS.iter().map(|(subject, _)| *subject);
    subjects.filter(|subject| *subject != clock::SUBJECT || seconds_ahead.is_some()).collect()
}

/// Runs all the checks. Findings come in the order of the config file, then of the credentials file, then of other files;
/// those without a place come last.
pub(crate) fn examine(examined: &Examined<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = CHECKS.iter().flat_map(|(_, check)| check(examined)).collect();
    let sources = examined.profiles.sources();
    let [config, credentials] =
        [FileKind::Config, FileKind::Credentials].map(|kind| sources.file(kind).map(awsenv_profile::SourceFile::path));
    findings.sort_by_key(|finding| {
        let label = finding.report.labels.first();
        let rank = match label.map(|label| label.file.as_path()) {
            path @ Some(_) if path == config => 0,
            path @ Some(_) if path == credentials => 1,
            Some(_) => 2,
            None => 3,
        };
        (rank, label.map(|label| (label.file.clone(), label.line, label.column)))
    });
    findings
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Count {
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) notes: usize,
    /// How many of them `--fix` mends.
    pub(crate) fixable: usize,
}

impl Count {
    pub(crate) fn of(findings: &[Finding]) -> Self {
        let of = |severity| findings.iter().filter(|finding| finding.report.severity == severity).count();
        Self {
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            notes: of(Severity::Note),
            fixable: findings.iter().filter(|finding| finding.fix.is_some()).count(),
        }
    }
}

/// "`~/.aws/config`" for a file in the home directory.
pub(crate) fn shown(path: &Path, context: &Context) -> String {
    let home = context.host.directories.home.as_deref();
    match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}
