//! `awsenv completions`

use crate::cli::CompletionsArgs;
use crate::report::{Code, Report};
use crate::{complete, stdout};

pub(crate) fn run(arguments: &CompletionsArgs) -> Result<(), Report> {
    match complete::static_script(arguments.dialect) {
        Some(script) => stdout::write(script.as_bytes()),
        None => Err(Report::error(Code::UnknownShell, format!("there are no completions for {}", arguments.dialect.name()))
            .help("there are for bash, zsh, fish, powershell, elvish, nushell, xonsh and tcsh")),
    }
}
