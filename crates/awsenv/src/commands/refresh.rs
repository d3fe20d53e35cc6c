//! `awsenv refresh`

use awsenv_resolve::{EnvDelta, ProfileChoice};

use super::{print_code, refuse_terminal, say, use_::summary};
use crate::activation::{Wish, activate};
use crate::cli::RefreshArgs;
use crate::context::Context;
use crate::guard::Consent;
use crate::renewal::{self, FromCache};
use crate::report::{Code, Report};

pub(crate) fn run(context: &Context, arguments: RefreshArgs) -> Result<(), Report> {
    if arguments.background {
        return renewal::in_background(context);
    }
    refuse_terminal(context, "refresh")?;
    context.dialect()?;
    let Some(state) = context.state() else {
        return Err(Report::error(Code::NoActiveProfile, "this shell is in no profile of awsenv's").help("awsenv use PROFILE"));
    };
    if !context.is_in(&state) {
        let message = format!("this shell was put into {}, and its variables were changed since", state.profile);
        return Err(Report::error(Code::NoActiveProfile, message).help("awsenv use PROFILE, or awsenv unset"));
    }
    context.ui.allow_sign_in(!arguments.no_login);
    let settings = context.settings()?;
    if arguments.cached {
        return match renewal::from_cache(context, &settings, &state)? {
            FromCache::Newer(activation) => print_code(context, &activation.delta, Some(&activation.state)),
            FromCache::Nothing { .. } => print_code(context, &EnvDelta { changes: Vec::new(), log: Vec::new() }, Some(&state)),
        };
    }
    let profiles = context.profiles()?;
    let options = context.active_options(&state);
    let wish = Wish {
        request: context.request(ProfileChoice::Named(state.profile.clone()), &options, &settings),
        mode: state.mode,
        mfa_token: arguments.mfa_token,
        profiles: &profiles,
        base: context.base_environment(),
        chosen_at: None,
        force: true,
        consent: Consent::Given,
    };
    let mut activation = activate(context, &settings, wish)?;
    activation.state = renewal::as_chosen(&state, activation.state);
    print_code(context, &activation.delta, Some(&activation.state))?;
    say(context, &activation.delta, &summary(context, &settings, &activation));
    Ok(())
}
