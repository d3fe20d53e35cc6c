//! `awsenv unset`

use awsenv_resolve::STATE_VARIABLE;

use super::{is_refused, print_code, refuse_terminal};
use crate::activation::deactivate;
use crate::context::Context;
use crate::report::Report;

pub(crate) fn run(context: &Context) -> Result<(), Report> {
    refuse_terminal(context, "unset")?;
    context.dialect()?;
    let delta = deactivate(context);
    print_code(context, &delta, None)?;
    if is_refused(context, &delta) {
        return Ok(());
    }
    match (context.state(), context.host.env.bytes(STATE_VARIABLE)) {
        (Some(state), _) => context.ui.note(&format!("left {}", state.profile)),
        (None, Some(_)) => {
            context.ui.note("this shell's record is of another awsenv and was dropped; its variables stay as they are")
        }
        (None, None) => context.ui.note("this shell is in no profile of awsenv's; nothing was changed"),
    }
    Ok(())
}
