//! `awsenv prompt`

use awsenv_prompt::{Status, render};

use crate::cli::PromptArgs;
use crate::context::Context;
use crate::report::Report;
use crate::stdout;

pub(crate) fn run(context: &Context, arguments: &PromptArgs) -> Result<(), Report> {
    match render(&arguments.format, &Status::read(&context.host.env), context.host.now()) {
        Some(segment) => stdout::write(segment.as_bytes()),
        None => Ok(()),
    }
}
