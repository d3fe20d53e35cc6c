//! The shell that asks. A child cannot look into it, so the function of `awsenv init` tells.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use awsenv_shell::{ShellDialect, detect};

use crate::commands::rc_line;
use crate::context::Context;
use crate::report::{Code, Label, Report};

use super::environment::take_away;
use super::{Examined, Finding, shown};

/// What the function of `awsenv init` says of its shell, for one call of `awsenv doctor`, a `name=value` a line:
///
/// ```text
/// shell=bash 5.2.37   the shell and its version
/// script=0.1.0        the awsenv that the script is of
/// hook=yes            still called before each prompt; `no`, `off` where there are no prompts
/// holds=starship      what stands in the hook's place
/// ran=1               empty before the first prompt
/// looked=/home/ana    the directory that was last looked at; empty after each call of `awsenv`
/// cd=taken            somebody else's `cd`
/// hidden=AWS_REGION   variables that are set and not exported
/// universal=AWS_PROFILE   fish: variables of all shells
/// fixed=PROMPT_COMMAND   bash: the hook's place is readonly
/// ```
pub(crate) const VARIABLE: &str = "AWSENV_SHELL_REPORT";

/// The shell, as far as it has told.
#[derive(Debug, Default)]
pub(crate) struct Shell(Option<BTreeMap<String, String>>);

impl Shell {
    pub(crate) fn read(context: &Context) -> Self {
        let parse = |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
        Self(context.host.env.nonempty(VARIABLE).map(|text| text.lines().filter_map(parse).collect()))
    }

    fn get(&self, name: &str) -> &str {
        self.0.as_ref().and_then(|told| told.get(name)).map_or("", String::as_str)
    }

    pub(crate) fn dialect(&self) -> Option<ShellDialect> {
        ShellDialect::parse(self.get("shell").split(' ').next()?)
    }

    /// One line about a shell that has told: what it is, and whether the hook ran.
    pub(crate) fn summary(&self) -> Option<String> {
        self.0.as_ref()?;
        let hook = match (self.get("hook"), self.get("ran")) {
            ("no", _) => "the hook does not run any more",
            ("yes", "") => "the hook has not run yet",
            ("yes", _) if self.has_not_looked() => "the hook did not run here",
            ("yes", _) => "the hook ran at this prompt",
            (_, _) => "it has no prompt, hence no hook",
        };
        Some(format!("this shell: {}, awsenv {}; {hook}", self.get("shell"), self.get("script")))
    }

    /// The hook notes each directory that it has looked at.
    fn has_not_looked(&self) -> bool {
        let looked = self.get("looked");
        let here = std::env::current_dir().ok();
        !looked.is_empty() && Path::new(looked).canonicalize().ok() != here
    }
}

pub(crate) fn check(examined: &Examined<'_>) -> Vec<Finding> {
    let shell = &examined.shell;
    if shell.0.is_none() {
        return not_loaded(examined).map(Finding::from).into_iter().collect();
    }
    let reports = [outdated(shell), hook(examined), cd(shell), hidden(examined), universal(shell)];
    reports.into_iter().flatten().map(Finding::from).collect()
}

/// Only a shell that is in front of a person needs a hook.
fn not_loaded(examined: &Examined<'_>) -> Option<Report> {
    let context = examined.context;
    if !context.ui.is_terminal() {
        return None;
    }
    let dialect = detect(context.host.parent_process_name().as_deref(), None)?;
    let is_told = matches!(dialect, ShellDialect::Bash | ShellDialect::Zsh | ShellDialect::Fish | ShellDialect::PowerShell);
    let (line, file) = rc_line(dialect);
    let report = Report::note(Code::HookNotLoaded, format!("this {} has not loaded awsenv", dialect.name()));
    let report = match rc_mention(examined, dialect) {
        Some((path, line_number)) => {
            let text = "this line has not been run in this shell";
            let help = "the shell was started before the line was written, or leaves the file before it";
            let report = report.label(Label::line(path, line_number, text)).help(help);
            report.help(format!("open a new shell, or in this one:  {line}"))
        }
        None => report.help(format!("in {file}, and here for this shell:  {line}")),
    };
    is_told.then_some(report)
}

/// Where the line of `awsenv init` stands in the files that such a shell reads.
fn rc_mention(examined: &Examined<'_>, dialect: ShellDialect) -> Option<(PathBuf, u32)> {
    let host = &examined.context.host;
    let home = host.directories.home.clone()?;
    let base = |variable: &str, otherwise: PathBuf| {
        host.variable(variable).filter(|value| !value.is_empty()).map_or(otherwise, PathBuf::from)
    };
    let files = match dialect {
        ShellDialect::Bash => [".bashrc", ".bash_profile", ".profile"].map(|name| home.join(name)).to_vec(),
        ShellDialect::Zsh => {
            let directory = base("ZDOTDIR", home);
            [".zshrc", ".zprofile", ".zshenv"].map(|name| directory.join(name)).to_vec()
        }
        ShellDialect::Fish => vec![base("XDG_CONFIG_HOME", home.join(".config")).join("fish/config.fish")],
        _ => Vec::new(),
    };
    files.into_iter().find_map(|path| {
        let text = std::fs::read_to_string(&path).ok()?;
        let (number, _) =
            (1_u32..).zip(text.lines()).find(|(_, line)| !line.trim().starts_with('#') && line.contains("awsenv init"))?;
        Some((path, number))
    })
}

fn outdated(shell: &Shell) -> Option<Report> {
    let (script, program) = (shell.get("script"), env!("CARGO_PKG_VERSION"));
    (script != program).then(|| {
        let message = format!("this shell has loaded awsenv {script}, and the program is {program}");
        Report::warning(Code::HookOutdated, message).help("open a new shell, or in this one: exec $SHELL")
    })
}

fn hook(examined: &Examined<'_>) -> Option<Report> {
    let shell = &examined.shell;
    let place = match shell.dialect()? {
        ShellDialect::Bash => "PROMPT_COMMAND",
        ShellDialect::Zsh => "precmd_functions",
        ShellDialect::Fish => "the event fish_prompt",
        _ => "the function prompt",
    };
    match (shell.get("hook"), shell.get("ran")) {
        ("no", _) => {
            let message = format!("the hook is gone from {place}: directories, renewal and AWSENV_PROMPT stand still");
            let report = Report::warning(Code::HookLost, message);
            let (line, file) = rc_line(shell.dialect()?);
            if shell.get("fixed") == place {
                let help = format!("{place} is readonly in this shell; in {file}, before the line that makes it so:  {line}");
                return Some(report.help(help));
            }
            let report = match shell.get("holds") {
                "" => report,
                holds => report.help(format!("something else has replaced it, after awsenv was loaded; there is now: {holds}")),
            };
            Some(report.help(format!("let the line of awsenv be the last one in {file}:  {line}")))
        }
        ("yes", "") => Some(
            Report::note(Code::HookNotRun, "the hook has not run in this shell yet")
                .help(format!("it runs before each prompt; if this stays so, look at what else is in {place}")),
        ),
        ("yes", _) if shell.has_not_looked() => {
            let message = format!("the hook was last at {}, not here", shown(Path::new(shell.get("looked")), examined.context));
            let help = format!("if the prompt has been drawn here since, something in {place} before it fails");
            Some(Report::note(Code::HookNotRun, message).help(help))
        }
        (_, _) => None,
    }
}

fn cd(shell: &Shell) -> Option<Report> {
    (shell.get("cd") == "taken").then(|| {
        let message = "`cd` is somebody else's function or alias: a new directory is noticed at the next prompt only";
        Report::note(Code::CdTaken, message)
            .help("`cd prod && terraform apply` runs in the old profile; load awsenv before what takes `cd` (zoxide, rvm)")
    })
}

fn hidden(examined: &Examined<'_>) -> Option<Report> {
    let names: Vec<&str> = examined.shell.get("hidden").split_whitespace().collect();
    let first = names.first()?;
    let are = if names.len() == 1 { "is" } else { "are" };
    let message = format!("{} {are} set in this shell, but not exported: no program sees it", names.join(", "));
    let export = if examined.shell.dialect() == Some(ShellDialect::Fish) { "set -gx" } else { "export" };
    let report = Report::warning(Code::VariableNotExported, message);
    Some(report.help(format!("export it ({export} {first}), or {}", take_away(examined, &names))))
}

fn universal(shell: &Shell) -> Option<Report> {
    let names = shell.get("universal");
    (!names.is_empty()).then(|| {
        let message = format!("fish keeps {names} for all shells, also for new ones: it comes back after each `awsenv unset`");
        Report::warning(Code::UniversalVariable, message).help(format!("erase it once: set -eU {names}"))
    })
}
