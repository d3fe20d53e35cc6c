//! `awsenv init`

use std::path::{Path, PathBuf};

use awsenv_shell::{InitOptions, ShellDialect};

use crate::cli::InitArgs;
use crate::context::Context;
use crate::report::{Code, Report};
use crate::{complete, stdout};

pub(crate) fn run(context: &Context, arguments: &InitArgs) -> Result<(), Report> {
    let exe = executable(context)?;
    let completions = complete::registration(arguments.dialect, &arguments.cmd, &exe).unwrap_or_default();
    let options = InitOptions {
        exe: &exe,
        cmd: &arguments.cmd,
        completions: &completions,
        prompt: !arguments.no_prompt,
        cd: !arguments.no_cd,
    };
    match arguments.dialect.init(&options) {
        Some(script) => stdout::write(script.as_bytes()),
        None => Err(unknown_shell(arguments.dialect)),
    }
}

fn unknown_shell(dialect: ShellDialect) -> Report {
    Report::error(Code::UnknownShell, format!("there is no script for {}", dialect.name())).help(
        "there is one for bash, zsh, fish, powershell, posix (sh, dash, ksh, busybox), elvish, nushell, xonsh, tcsh and cmd",
    )
}

/// The path that a shell is to call: as it was found on PATH, not what a link there points to, which the next upgrade
/// may delete under every open shell.
pub(crate) fn executable(context: &Context) -> Result<String, Report> {
    let argument = std::env::args_os().next().map(PathBuf::from).unwrap_or_default();
    let found = if argument.components().count() > 1 {
        std::path::absolute(&argument).ok()
    } else {
        let path = context.host.variable("PATH").unwrap_or_default();
        std::env::split_paths(path)
            .filter(|directory| directory.is_absolute())
            .map(|directory| directory.join(&argument))
            .find(|path| is_file(path))
    };
    let path = found.filter(|path| is_file(path)).or_else(|| std::env::current_exe().ok());
    let text = path.as_deref().and_then(Path::to_str).map(str::to_owned);
    text.ok_or_else(|| Report::error(Code::Io, "awsenv cannot find out where it is itself").help("call it by its whole path"))
}

fn is_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file())
}
