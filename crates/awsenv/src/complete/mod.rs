//! Completions: values computed at TAB by clap_complete's engine, handed to each shell by an adapter of our own where
//! clap's breaks (shells.md §4).

pub(crate) mod values;

use clap::CommandFactory as _;
use clap_complete::aot;
use clap_complete::env::{CompleteEnv, EnvCompleter, Shells};

use awsenv_shell::ShellDialect;

use crate::cli::Cli;

const BASH: clap_complete::env::Bash = clap_complete::env::Bash;
const ZSH: clap_complete::env::Zsh = clap_complete::env::Zsh;
const FISH: clap_complete::env::Fish = clap_complete::env::Fish;
const POWERSHELL: clap_complete::env::Powershell = clap_complete::env::Powershell;

const SHELLS: Shells<'static> = Shells(&[&BASH, &ZSH, &FISH, &POWERSHELL]);
const VARIABLE: &str = "COMPLETE";

/// Answers a shell that asks for candidates, and ends; returns when nobody does.
pub(crate) fn answer() {
    if std::env::var_os(VARIABLE).is_some() {
        CompleteEnv::with_factory(Cli::command).shells(SHELLS).complete();
    }
}

/// The script that registers the completions of `name` with a shell; `exe` is what it calls.
pub(crate) fn registration(dialect: ShellDialect, name: &str, exe: &str) -> Option<String> {
    let completer: &dyn EnvCompleter = match dialect {
        ShellDialect::Bash => &BASH,
        ShellDialect::Zsh => &ZSH,
        ShellDialect::Fish => &FISH,
        ShellDialect::PowerShell => &POWERSHELL,
        _ => return None,
    };
    let mut script = Vec::new();
    completer.write_registration(VARIABLE, "awsenv", name, exe, &mut script).ok()?;
    String::from_utf8(script).ok()
}

/// The script for packagers, without values of the user's files.
pub(crate) fn static_script(dialect: ShellDialect) -> Option<String> {
    let shell = match dialect {
        ShellDialect::Bash => aot::Shell::Bash,
        ShellDialect::Zsh => aot::Shell::Zsh,
        ShellDialect::Fish => aot::Shell::Fish,
        ShellDialect::PowerShell => aot::Shell::PowerShell,
        ShellDialect::Elvish => aot::Shell::Elvish,
        _ => return None,
    };
    let mut script = Vec::new();
    aot::generate(shell, &mut Cli::command(), "awsenv", &mut script);
    String::from_utf8(script).ok()
}
