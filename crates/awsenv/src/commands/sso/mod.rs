//! `awsenv sso`

mod said;
mod sync;
mod told;

use crate::cli::{ColorChoice, SsoArgs, SsoCommand};
use crate::context::Context;
use crate::report::Report;
pub(super) use said::{unusable_account, unusable_role};

pub(super) fn run(context: &Context, arguments: &SsoArgs, color: ColorChoice) -> Result<(), Report> {
    match &arguments.command {
        SsoCommand::Sync(arguments) => sync::run(context, arguments, color),
    }
}
