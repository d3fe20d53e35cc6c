//! `awsenv deny`

use super::allow::find;
use crate::cli::DenyArgs;
use crate::context::Context;
use crate::report::{Code, Report};

pub(crate) fn run(context: &Context, arguments: &DenyArgs) -> Result<(), Report> {
    let path = find(context, arguments.directory.as_deref())?;
    let canonical = awsenv_host::directory_file_place(&path)
        .map_err(|error| Report::error(Code::Io, format!("{} cannot be found: {error}", path.display())))?;
    context.host.deny_directory_file(&canonical, context.host.now())?;
    context.ui.note(&format!("{} is passed over from now on, until `awsenv allow`", context.host.pretty_path(&canonical)));
    Ok(())
}
