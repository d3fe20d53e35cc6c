//! `awsenv allow`

use std::path::{Path, PathBuf};

use awsenv_host::{DIRECTORY_FILE, DirectoryFile, Trust, directory_files, working_directory};
use awsenv_resolve::plan;

use super::list::kind;
use crate::cli::AllowArgs;
use crate::context::Context;
use crate::directory::{self, DirectoryWish};
use crate::guard::Consent;
use crate::report::{Code, Report, clean};
use crate::ui::ask_text;

pub(crate) fn run(context: &Context, arguments: &AllowArgs) -> Result<(), Report> {
    let path = find(context, arguments.directory.as_deref())?;
    // What is shown is what was read, and what was read is what is allowed.
    let settings = context.settings()?;
    let file = directory::read(context, &settings, &path)?;
    let wish = DirectoryWish::parse(&file.text, &path)?;
    let trust = context.host.trust(&file, settings.windows_drives);
    let name = context.host.pretty_path(&file.canonical);
    if trust == Trust::Allowed {
        context.ui.note(&format!("{name} is allowed already"));
        return Ok(());
    }
    show(context, &file, &trust);
    context.ui.note(&format!("  → {}", leads_to(context, &wish, &path)));
    if !arguments.yes {
        confirm(context, &name)?;
    }
    context.host.allow_directory_file(&file, context.host.now())?;
    context.ui.note(&format!("{name} is allowed as it is now"));
    Ok(())
}

/// The file of a directory, or without one the nearest.
pub(super) fn find(context: &Context, directory: Option<&Path>) -> Result<PathBuf, Report> {
    let missing = |place: String| {
        Report::error(Code::DirectoryFileMissing, format!("there is no {DIRECTORY_FILE} {place}"))
            .help("make one: echo 'profile = NAME' > .awsenv")
    };
    match directory {
        Some(named) => {
            let path = if named.file_name().is_some_and(|name| name == DIRECTORY_FILE) && !named.is_dir() {
                named.to_owned()
            } else {
                named.join(DIRECTORY_FILE)
            };
            if path.is_file() { Ok(path) } else { Err(missing(format!("in {}", named.display()))) }
        }
        None => {
            let here = working_directory(context.host.variable("PWD").map(Path::new));
            let nearest = here.and_then(|here| directory_files(&here).next());
            nearest.ok_or_else(|| missing("here or above".to_owned()))
        }
    }
}

/// The file, or what has changed in it.
fn show(context: &Context, file: &DirectoryFile, trust: &Trust) {
    let (ui, style) = (&context.ui, context.ui.style);
    ui.note_styled(&style.bold(&clean(&file.canonical.display().to_string())));
    if *trust == Trust::Denied {
        ui.note("  (denied until now)");
    }
    let allowed = if let Trust::Changed { allowed } = trust { Some(allowed.as_str()) } else { None };
    for (sign, line) in difference(allowed.unwrap_or(&file.text), &file.text) {
        let line = format!("  {sign} {}", clean(line));
        match sign {
            '-' => ui.note_styled(&style.paint("31", &line)),
            '+' => ui.note_styled(&style.paint("32", &line)),
            _ => ui.note_styled(&line),
        }
    }
}

/// The lines that went, came and stayed, in order. The files have a few lines, so the longest common part is found by
/// comparing all of them.
fn difference<'a>(old: &'a str, new: &'a str) -> Vec<(char, &'a str)> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().take(200).collect(), new.lines().take(200).collect());
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(('-', old[i]));
            i += 1;
        } else {
            lines.push(('+', new[j]));
            j += 1;
        }
    }
    lines
}

/// What the profile is, as far as the files tell.
fn leads_to(context: &Context, wish: &DirectoryWish, path: &Path) -> String {
    let planned = context.settings().and_then(|settings| {
        let profiles = context.profiles()?;
        let wish = directory::wish(context, &settings, &profiles, (wish, path), Consent::Given);
        let plan = plan(&profiles, &wish.request, &wish.base)?;
        Ok((plan.mode(wish.mode), plan, profiles))
    });
    match planned {
        Ok((mode, plan, profiles)) => {
            let section = plan.profile.as_deref().and_then(|name| profiles.profile(name));
            let role = plan.hops.last().map(|hop| hop.role_arn.value.clone());
            let parts = [
                Some(plan.profile.clone().unwrap_or_default()),
                Some(section.map_or_else(|| plan.base.provider.kind(), kind).to_owned()),
                role,
                Some(
                    plan.account_id()
                        .map_or_else(|| "account not known before a sign-in".to_owned(), |account| format!("account {account}")),
                ),
                Some(plan.region.as_ref().map_or_else(|| "no region".to_owned(), |region| region.value.clone())),
                Some(format!("mode {}", mode.name())),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        }
        Err(report) => format!("{}: {}", wish.profile, report.message),
    }
}

fn confirm(context: &Context, name: &str) -> Result<(), Report> {
    if !context.ui.may_ask() {
        return Err(
            Report::error(Code::ConfirmationRequired, format!("{name} is not allowed without a yes")).help("awsenv allow --yes")
        );
    }
    let answer = ask_text("allow it? [y/N] ")?;
    if matches!(answer.reveal().trim().to_ascii_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Report::error(Code::Declined, "not allowed; nothing was changed"))
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn a_difference_shows_what_went_and_what_came() {
        for (old, new, expected) in [
            ("a\nb\n", "a\nb\n", " a b"),
            ("a\nb\nc\n", "a\nx\nc\n", " a-b+x c"),
            ("", "a\n", "+a"),
            ("a\n", "", "-a"),
            ("a\nb\n", "b\na\n", "-a b+a"),
        ] {
            let shown: String = difference(old, new).iter().map(|(sign, line)| format!("{sign}{line}")).collect();
            assert_eq!(shown, expected, "{old:?} {new:?}");
        }
    }
}
