//! `awsenv refresh`

use awsenv_resolve::ProfileChoice;

use super::{print_code, refuse_terminal, use_::summary};
use crate::activation::{Wish, activate};
use crate::cli::{ActivationArgs, RefreshArgs};
use crate::context::Context;
use crate::report::{Code, Report};

pub(crate) fn run(context: &Context, arguments: RefreshArgs) -> Result<(), Report> {
    refuse_terminal(context, "refresh")?;
    let dialect = context.dialect()?;
    let Some(state) = context.state() else {
        return Err(Report::error(Code::NoActiveProfile, "this shell is in no profile of awsenv's").help("awsenv use PROFILE"));
    };
    let settings = context.settings()?;
    let profiles = context.profiles()?;
    // The region stays what it is, be it from --region at the time.
    let region = state.log.iter().find(|entry| entry.name == "AWS_REGION" && entry.new.is(context.host.env.bytes("AWS_REGION")));
    let region = region.and_then(|_| context.host.env.nonempty("AWS_REGION")).map(str::to_owned);
    let options = ActivationArgs { region, ..ActivationArgs::default() };
    let wish = Wish {
        request: context.request(ProfileChoice::Named(state.profile), &options, &settings),
        mode: state.mode,
        mfa_token: arguments.mfa_token,
        profiles: &profiles,
        base: context.base_environment(),
        force: true,
    };
    let activation = activate(context, &settings, wish)?;
    print_code(dialect, &activation.delta, Some(&activation.state))?;
    context.ui.note_styled(&summary(context, &activation));
    Ok(())
}
