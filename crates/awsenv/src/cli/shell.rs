//! The commands of the shell: its script, its prompt, its directories.

use std::path::PathBuf;

use awsenv_shell::ShellDialect;
use clap::{Args, ValueEnum};
use clap_complete::ArgValueCompleter;

use super::value::{parse_function_name, parse_shell};
use crate::complete::values;

#[derive(Args, Debug)]
pub(crate) struct AllowArgs {
    /// The directory with the file [default: the nearest from here upwards that has one]
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) directory: Option<PathBuf>,
    /// Do not ask
    #[arg(short, long)]
    pub(crate) yes: bool,
}

#[derive(Args, Debug)]
pub(crate) struct DenyArgs {
    /// The directory with the file [default: the nearest from here upwards that has one]
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) directory: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct HookArgs {
    /// The shell's own name for its directory
    #[arg(long, value_name = "DIR")]
    pub(crate) pwd: Option<PathBuf>,
    /// What this shell has been told already
    #[arg(long, value_name = "KEYS", default_value = "", hide_default_value = true)]
    pub(crate) said: String,
    /// Say nothing, and be called again at the next prompt if there is something to say
    #[arg(long)]
    pub(crate) silent: bool,
    /// Leave the shell as it is, and tell only what its prompt shows
    #[arg(long)]
    pub(crate) off: bool,
    /// Do nothing but succeed when this runs in a job of the shell with this process id, and say there that no more than
    /// the job's own subshell is switched
    #[arg(long, value_name = "PID")]
    pub(crate) job: Option<u32>,
    /// With what the switch in that job has ended
    #[arg(long, value_name = "STATUS", default_value = "0", hide_default_value = true, requires = "job")]
    pub(crate) status: u8,
}

#[derive(Args, Debug)]
pub(crate) struct PromptArgs {
    /// The segment's template
    #[arg(long, value_name = "TEMPLATE", default_value = awsenv_prompt::DEFAULT_TEMPLATE)]
    pub(crate) format: String,
    /// Mark colours for this shell, so that it counts the columns right
    #[arg(long, value_enum, value_name = "SHELL")]
    pub(crate) wrap: Option<PromptWrap>,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PromptWrap {
    /// In a `$(…)` of PS1
    Bash,
    /// In a `$(…)` of PROMPT, with prompt_subst
    Zsh,
}

#[derive(Args, Debug)]
pub(crate) struct InitArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_parser = parse_shell, add = ArgValueCompleter::new(values::init_shells))]
    pub(crate) dialect: ShellDialect,
    /// Leave `cd` alone (bash, dash, ksh: they have no other way to notice a change of directory inside a line)
    #[arg(long)]
    pub(crate) no_cd: bool,
    /// Do not keep AWSENV_PROMPT
    #[arg(long)]
    pub(crate) no_prompt: bool,
    /// The function's name
    #[arg(long, value_name = "NAME", default_value = "awsenv", value_parser = parse_function_name)]
    pub(crate) cmd: String,
}

#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell: bash, zsh, fish, powershell, elvish, nushell, xonsh or tcsh
    #[arg(value_name = "SHELL", value_parser = parse_shell, add = ArgValueCompleter::new(values::completion_shells))]
    pub(crate) dialect: ShellDialect,
}

#[derive(Args, Debug)]
pub(crate) struct ManArgs {
    /// The command whose page it is [default: awsenv itself]
    #[arg(value_name = "COMMAND", num_args = 0.., conflicts_with = "dir", add = ArgValueCompleter::new(values::man_pages))]
    pub(crate) command: Vec<String>,
    /// Write every page into this directory, as NAME.1
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) dir: Option<std::path::PathBuf>,
}
