//! What the machine refuses, in words.

use awsenv_host::{CacheWarning, Encoding, HostError, ProcessProblem};
use awsenv_profile::{EditError, FileKind, ProfileSet, SourceFile};

use super::{Code, Label, Report};

impl From<HostError> for Report {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Unreadable { path, source } => {
                Report::error(Code::ConfigUnreadable, format!("{} cannot be read: {source}", path.display()))
                    .help(format!("look at its permissions: ls -l {}", path.display()))
            }
            HostError::IsDirectory { path } => {
                Report::error(Code::ConfigUnreadable, format!("{} is a directory, not a file", path.display()))
                    .help("look at AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE")
            }
            HostError::NotUtf8 { path, line, column } => {
                let message = format!("{} is not UTF-8", path.display());
                let line = u32::try_from(line).unwrap_or(u32::MAX);
                let mut label = Label::line(path, line, "the first byte that is not");
                label.column = u32::try_from(column).unwrap_or(1);
                Report::error(Code::ConfigUnreadable, message).label(label).help("convert it: iconv -f LATIN1 -t UTF-8")
            }
            HostError::TooLarge { path, limit } => {
                let message = format!("{} has more than {} MB, which no such file has", path.display(), limit >> 20);
                Report::error(Code::ConfigUnreadable, message).help("look at AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE")
            }
            HostError::NotText { path, encoding } => not_text(&path.display().to_string(), encoding),
            HostError::Unwritable { path, source } => {
                Report::error(Code::Io, format!("{} cannot be written: {source}", path.display()))
            }
            HostError::NotEdited { file, error } => not_edited(*file, error),
            HostError::LockTimeout { waited, .. } => {
                Report::error(Code::Busy, format!("another awsenv is at the same work since {} seconds", waited.as_secs()))
                    .help("answer its question in the other terminal, or end it")
            }
            HostError::NoPlace { what } => {
                Report::error(Code::Io, format!("there is no home directory for {what}")).help("set HOME")
            }
            HostError::NoFile { variable, what } => {
                Report::error(Code::Io, format!("{variable} is empty: there is no place for {what}"))
                    .help(format!("unset {variable}, or set it to the file's path"))
            }
            HostError::Process { program, problem, stderr } => process(&program, &problem, &stderr),
        }
    }
}

fn not_text(path: &str, encoding: Encoding) -> Report {
    let (what, help) = match encoding {
        Encoding::Utf16 => (
            "UTF-16, which no AWS tool reads",
            "convert it: iconv -f UTF-16 -t UTF-8 OLD > NEW; in PowerShell: (Get-Content OLD) | Set-Content -Encoding utf8 NEW",
        ),
        Encoding::Binary => ("no text: it has zero bytes", "look at AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE"),
    };
    Report::error(Code::ConfigUnreadable, format!("{path} is {what}")).help(help)
}

/// The file is as it was in any case.
fn not_edited(file: SourceFile, error: EditError) -> Report {
    let shown = file.path().display().to_string();
    let (span, message, text, help) = match error {
        EditError::LineBreak => {
            let message = "a name or value cannot hold a line break";
            return Report::error(Code::Usage, message).help("a setting is one line: leave the line break out");
        }
        EditError::NotReadBack => {
            let message = "no file can say this: the SDKs would read something else back";
            return Report::error(Code::Usage, message)
                .help("a value ends at ` #` and ` ;`, where a comment begins; a key is letters, digits and _ - . / % @ : +");
        }
        EditError::Broken(span) => (
            span,
            format!("{shown} is left as it is: a line of the section to change is not understood"),
            "this line",
            "correct or remove it first",
        ),
        EditError::Twice(span) => (
            span,
            format!("{shown} is left as it is: the setting to change is there twice"),
            "the second one",
            "remove one of the two; the AWS CLI cannot read this file",
        ),
    };
    let (config, credentials) = match file.kind() {
        FileKind::Config => (Some(file), None),
        FileKind::Credentials => (None, Some(file)),
    };
    let profiles = ProfileSet::parse(config, credentials);
    Report::error(Code::ConfigSyntax, message).label(Label::new(profiles.sources(), span, text)).help(help)
}

fn process(program: &str, problem: &ProcessProblem, stderr: &str) -> Report {
    let (code, what) = match problem {
        ProcessProblem::BadQuoting => (Code::InvalidValue, "the quotes in `credential_process` do not match".to_owned()),
        ProcessProblem::Empty => (Code::InvalidValue, "`credential_process` is empty".to_owned()),
        ProcessProblem::NotFound => (Code::ProcessNotFound, format!("the credential process `{program}` does not exist")),
        ProcessProblem::NotStarted(why) => {
            (Code::ProcessFailed, format!("the credential process `{program}` could not be run: {why}"))
        }
        ProcessProblem::Failed(Some(code)) => {
            (Code::ProcessFailed, format!("the credential process `{program}` failed with exit code {code}"))
        }
        ProcessProblem::Failed(None) => {
            (Code::ProcessFailed, format!("the credential process `{program}` was killed by a signal"))
        }
        ProcessProblem::TimedOut(limit) => {
            (Code::ProcessFailed, format!("the credential process `{program}` gave no answer in {} seconds", limit.as_secs()))
        }
        ProcessProblem::Recursion(chain) => (
            Code::ProcessRecursion,
            format!(
                "the credential process of profile `{}` calls itself: {}",
                chain.last().map_or("", String::as_str),
                chain.join(" → ")
            ),
        ),
        ProcessProblem::NotJson => {
            (Code::ProcessOutputInvalid, format!("the credential process `{program}` did not print one JSON object"))
        }
        ProcessProblem::Version(version) => (
            Code::ProcessOutputInvalid,
            format!("the credential process `{program}` answered in version {version}; only version 1 exists"),
        ),
        ProcessProblem::MissingKey(key) => {
            (Code::ProcessOutputInvalid, format!("`{key}` is missing in what the credential process `{program}` printed"))
        }
        ProcessProblem::BadExpiration(text) => (
            Code::ProcessOutputInvalid,
            format!("the credential process `{program}` printed an Expiration that is no time: `{text}`"),
        ),
        ProcessProblem::Expired(end) => {
            (Code::ProcessFailed, format!("the credential process `{program}` gave credentials that ended at {end}"))
        }
    };
    let mut report = Report::error(code, what);
    if !stderr.is_empty() {
        report = report.help(format!("it wrote to stderr:\n{}", indent(stderr)));
    }
    match problem {
        ProcessProblem::NotFound if program.starts_with('~') => report.help("`~` is not expanded there: write the whole path"),
        ProcessProblem::NotFound => report.help("write the whole path, or put its folder on PATH"),
        ProcessProblem::Recursion(_) => {
            report.help("let `credential_process` name the profile with the real credentials, not its own")
        }
        _ => report,
    }
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// A cache's oddity as a warning.
pub(crate) fn cache_warning(warning: CacheWarning) -> Report {
    match warning {
        CacheWarning::Foreign(path) => {
            Report::warning(Code::CacheForeign, format!("{} belongs to another user and is not used", path.display()))
                .help(format!("remove it, or: sudo chown \"$USER\" {}", path.display()))
        }
        CacheWarning::NotStored(error) => {
            Report::warning(Code::CacheNotStored, format!("the credentials could not be kept for the next command: {error}"))
        }
    }
}
