//! What a directory wants: its `.awsenv`, if that is trusted, else what the settings file says of it.

mod activate;
mod file;

use std::path::{Path, PathBuf};

use awsenv_host::{DirectoryFile, DirectoryFileProblem, Trust, directory_files, read_directory_file};
use awsenv_resolve::{Mode, ProfileChoice, content_hash};

pub(crate) use activate::{Offline, activate_offline, cached};
pub(crate) use file::DirectoryWish;

use crate::activation::Wish;
use crate::cli::ActivationArgs;
use crate::context::Context;
use crate::guard::Consent;
use crate::report::{Code, Label, Report};
use crate::settings::Settings;

/// What is to be done in a directory.
#[derive(Debug)]
pub(crate) enum Choice {
    /// Nobody says anything: the shell is as it was.
    Nothing,
    /// This profile.
    Chosen(Chosen),
    /// Somebody says something that must not, or cannot, be heeded.
    Blocked { source: PathBuf, hash: String, report: Box<Report> },
}

impl Choice {
    /// The file, or the path of the settings file, that has the say.
    pub(crate) fn source(&self) -> Option<&Path> {
        match self {
            Self::Nothing => None,
            Self::Chosen(chosen) => Some(&chosen.source),
            Self::Blocked { source, .. } => Some(source),
        }
    }
}

/// A directory's profile, and who says so.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    /// The file that says it.
    pub(crate) source: PathBuf,
    /// Of its content, in 16 digits.
    pub(crate) hash: String,
    pub(crate) wish: DirectoryWish,
}

/// A file that a shell is to watch, and its stamp.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Watched {
    pub(crate) file: PathBuf,
    pub(crate) stamp: PathBuf,
}

/// What was found.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) choice: Choice,
    pub(crate) watched: Option<Watched>,
}

/// Looks at a directory. A denied file is as if it were not there.
pub(crate) fn look(context: &Context, settings: &Settings, directory: &Path) -> Look {
    let host = &context.host;
    let mut files = directory_files(directory).peekable();
    let watched = files.peek().map(|nearest| watch(context, nearest));
    let choice = match files.find(|path| !host.is_denied(path, settings.windows_drives)) {
        Some(path) => from_file(context, settings, &path),
        None => mapped(settings, directory).map_or(Choice::Nothing, Choice::Chosen),
    };
    Look { choice, watched }
}

/// A file that a shell is to look at before each prompt: as it is now.
pub(crate) fn watch(context: &Context, file: &Path) -> Watched {
    let modified = file.metadata().and_then(|metadata| metadata.modified()).ok();
    Watched { file: file.to_owned(), stamp: context.host.stamp(file, modified) }
}

fn from_file(context: &Context, settings: &Settings, path: &Path) -> Choice {
    let blocked =
        |hash: &str, report: Report| Choice::Blocked { source: path.to_owned(), hash: hash.to_owned(), report: Box::new(report) };
    let file = match read(context, settings, path) {
        Ok(file) => file,
        Err(report) => return blocked("", report),
    };
    let hash = &file.hash[..16];
    let name = context.host.pretty_path(path);
    let help = format!("look at it and allow it: awsenv allow{}", argument(path));
    match context.host.trust(&file, settings.windows_drives) {
        Trust::Allowed => match DirectoryWish::parse(&file.text, path) {
            Ok(wish) => Choice::Chosen(Chosen { source: file.canonical, hash: hash.to_owned(), wish }),
            Err(report) => blocked(hash, report),
        },
        // To allow it would fail, so there is no use in advising it.
        Trust::Unknown | Trust::Changed { .. } if let Err(report) = DirectoryWish::parse(&file.text, path) => {
            blocked(hash, report)
        }
        Trust::Unknown => blocked(hash, Report::error(Code::NotAllowed, format!("{name} is not allowed")).help(help)),
        Trust::Changed { .. } => {
            blocked(hash, Report::error(Code::NotAllowed, format!("{name} has changed since it was allowed")).help(help))
        }
        Trust::Denied => Choice::Nothing,
    }
}

/// Where `awsenv allow` must be told the directory.
fn argument(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    match path.parent() {
        Some(directory) if here.as_deref().and_then(|here| here.canonicalize().ok()) != directory.canonicalize().ok() => {
            format!(" {}", crate::sign_in::quoted(&directory.display().to_string()))
        }
        _ => String::new(),
    }
}

/// Reads a `.awsenv`, or says why it is not even read.
pub(crate) fn read(context: &Context, settings: &Settings, path: &Path) -> Result<DirectoryFile, Report> {
    read_directory_file(path, settings.windows_drives).map_err(|problem| unread(&problem, path, &context.host.pretty_path(path)))
}

fn unread(problem: &DirectoryFileProblem, path: &Path, name: &str) -> Report {
    let shown = crate::sign_in::quoted(&path.display().to_string());
    let (code, message) = match problem {
        DirectoryFileProblem::Foreign => (Code::DirectoryFileUnsafe, format!("{name} belongs to another user")),
        DirectoryFileProblem::Writable { mode, .. } => {
            (Code::DirectoryFileUnsafe, format!("{name} can be written by others (mode {mode:o})"))
        }
        DirectoryFileProblem::TooLarge => (Code::DirectoryFileInvalid, format!("{name} is too large: it is not awsenv's")),
        DirectoryFileProblem::NotUtf8 { .. } => (Code::DirectoryFileInvalid, format!("{name} is not UTF-8")),
        DirectoryFileProblem::Unreadable(error) => (Code::DirectoryFileInvalid, format!("{name} cannot be read: {error}")),
    };
    let report = Report::error(code, message);
    match problem {
        DirectoryFileProblem::Foreign => report.help(
            "it is obeyed only when it is yours (or root's): copy it, or map the directory under [directories] in the settings file",
        ),
        DirectoryFileProblem::Writable { on_windows_drive: false, .. } => report.help(format!("chmod go-w {shown}")),
        DirectoryFileProblem::Writable { on_windows_drive: true, .. } => report
            .help("it is on a Windows drive, where WSL shows every file so: put it on a Linux file system, or map the directory under [directories] in the settings file")
            .help("or trust such drives, in the settings file: `windows_drives = on` below [trust]"),
        DirectoryFileProblem::NotUtf8 { line } => report.label(Label::line(path.to_owned(), *line, "")),
        DirectoryFileProblem::TooLarge | DirectoryFileProblem::Unreadable(_) => report.help("awsenv deny passes it over"),
    }
}

/// The settings file's own word on a directory: the longest path that it is in, by the shell's name for it or the
/// system's.
fn mapped(settings: &Settings, directory: &Path) -> Option<Chosen> {
    let real = directory.canonicalize().ok();
    let holds = |prefix: &Path| {
        let real_prefix = prefix.canonicalize().ok();
        directory.starts_with(prefix)
            || real.as_deref().zip(real_prefix.as_deref()).is_some_and(|(real, prefix)| real.starts_with(prefix))
    };
    let matching = settings.directories.iter().filter(|(prefix, _)| holds(prefix));
    let (prefix, profile) = matching.max_by_key(|(prefix, _)| prefix.components().count())?;
    let hash = content_hash(format!("{} = {profile}", prefix.display()).as_bytes());
    let wish = DirectoryWish { profile: profile.clone(), region: None, mode: None };
    Some(Chosen { source: prefix.clone(), hash: hash[..16].to_owned(), wish })
}

/// What `use` would be asked for the directory's sake.
pub(crate) fn wish<'a>(
    context: &Context,
    settings: &Settings,
    profiles: &'a awsenv_profile::ProfileSet,
    (wish, source): (&DirectoryWish, &'a Path),
    consent: Consent,
) -> Wish<'a> {
    let name = context.profile_name(&wish.profile, profiles);
    let options = ActivationArgs { region: wish.region.clone(), ..ActivationArgs::default() };
    Wish {
        request: context.request(ProfileChoice::Named(name), &options, settings),
        mode: wish.mode.unwrap_or(settings.mode),
        mfa_token: None,
        profiles,
        base: context.base_environment(),
        chosen_at: Some(source),
        force: false,
        consent,
    }
}

/// Whether the profile can be had only in mode `keys`.
pub(crate) fn needs_keys(plan: &awsenv_resolve::ResolutionPlan) -> bool {
    plan.mode(Mode::Auto) == Mode::Keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_path_of_the_settings_wins_and_parts_of_names_are_no_path() {
        let directories = [("/w", "all"), ("/w/pay", "pay"), ("/w/pay/prod", "prod")];
        let directories = directories.into_iter().map(|(path, profile)| (PathBuf::from(path), profile.to_owned())).collect();
        let settings = Settings { directories, ..Settings::default() };
        for (directory, profile) in [
            ("/w", Some("all")),
            ("/w/x", Some("all")),
            ("/w/payments", Some("all")),
            ("/w/pay", Some("pay")),
            ("/w/pay/prod/x", Some("prod")),
            ("/", None),
            ("/wx", None),
        ] {
            let chosen = mapped(&settings, Path::new(directory));
            assert_eq!(chosen.as_ref().map(|chosen| chosen.wish.profile.as_str()), profile, "{directory}");
        }
    }
}
