//! Completions: values computed at TAB by clap_complete's engine, handed to each shell by an adapter of our own.
//!
//! clap's own adapters break where profile names are: in bash on blanks, colons, quotes and globs, in zsh and fish inside an
//! opened quote, and in PowerShell by running what was typed so far. The protocol stays clap's: `COMPLETE=SHELL awsenv`
//! prints the script, `COMPLETE=SHELL awsenv -- …` answers it; what stands after the `--` is between a script and its
//! adapter here. Whatever goes wrong, nothing is printed: a person who presses TAB sees their line as it was.

mod bash;
mod candidates;
mod fish;
mod json;
mod line;
mod power_shell;
mod tcsh;
pub(crate) mod values;
mod zsh;

use std::path::Path;

use awsenv_shell::ShellDialect;
use clap::CommandFactory as _;
use clap_complete::env::{CompleteEnv, EnvCompleter, Shells};

use crate::cli::Cli;

const SHELLS: Shells<'static> = Shells(&[
    &bash::Bash,
    &zsh::Zsh,
    &fish::Fish,
    &power_shell::PowerShell,
    &json::ELVISH,
    &json::NUSHELL,
    &json::XONSH,
    &tcsh::Tcsh,
]);
const VARIABLE: &str = "COMPLETE";
/// Where the scripts have the path of the binary, and the name of the command.
const EXE: &str = "__AWSENV_EXE__";
const CMD: &str = "__AWSENV_CMD__";

/// Answers a shell that asks for candidates, and ends; returns when nobody does.
pub(crate) fn answer() {
    let Some(shell) = std::env::var_os(VARIABLE) else { return };
    // The variable's name is anybody's: with another value this is a call like any other.
    let name = Path::new(&shell).file_stem().unwrap_or_default().to_string_lossy();
    if SHELLS.completer(&name).is_none() {
        return;
    }
    let directory = std::env::current_dir().ok();
    let answered = CompleteEnv::with_factory(Cli::command).shells(SHELLS).try_complete(std::env::args_os(), directory.as_deref());
    // Not clap's `complete`, which prints its errors into the line that is being typed.
    std::process::exit(i32::from(answered.is_err()));
}

/// The script that registers the completions of `name` with a shell; `exe` is what it calls.
pub(crate) fn registration(dialect: ShellDialect, name: &str, exe: &str) -> Option<String> {
    let mut script = Vec::new();
    completer(dialect)?.write_registration(VARIABLE, "awsenv", name, exe, &mut script).ok()?;
    String::from_utf8(script).ok()
}

/// The script for packagers: the one that `awsenv init` has, calling the `awsenv` on PATH.
///
/// Not what `clap_complete::aot` makes: that would know subcommands and options, but no profile, and profiles are what
/// people press TAB for. The price is that the file and the binary must be of one version, which a package sees to.
pub(crate) fn static_script(dialect: ShellDialect) -> Option<String> {
    let script = registration(dialect, "awsenv", "awsenv")?;
    Some(match dialect {
        ShellDialect::Zsh => zsh::autoloaded(&script),
        ShellDialect::Nushell => script + json::NUSHELL_EXTERN,
        _ => script,
    })
}

fn completer(dialect: ShellDialect) -> Option<&'static dyn EnvCompleter> {
    match dialect {
        ShellDialect::Bash => Some(&bash::Bash),
        ShellDialect::Zsh => Some(&zsh::Zsh),
        ShellDialect::Fish => Some(&fish::Fish),
        ShellDialect::PowerShell => Some(&power_shell::PowerShell),
        ShellDialect::Elvish => Some(&json::ELVISH),
        ShellDialect::Nushell => Some(&json::NUSHELL),
        ShellDialect::Xonsh => Some(&json::XONSH),
        ShellDialect::Tcsh => Some(&tcsh::Tcsh),
        ShellDialect::Posix | ShellDialect::Cmd | ShellDialect::Json => None,
    }
}

/// A script with its two placeholders filled in; `exe_placeholder` is the whole word of the script that is the path.
fn filled(script: &str, dialect: ShellDialect, exe_placeholder: &str, name: &str, exe: &str) -> Result<String, std::io::Error> {
    let exe = dialect.quote(exe.as_bytes()).map_err(std::io::Error::other)?;
    let exe = String::from_utf8(exe).map_err(std::io::Error::other)?;
    // The path last: nothing inside it is a placeholder.
    Ok(script.replace(CMD, name).replace(exe_placeholder, &exe))
}
