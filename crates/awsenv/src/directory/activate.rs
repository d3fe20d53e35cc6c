//! Into a directory's profile with what is on this machine alone: no network, no question, no program.

use awsenv_resolve::{CacheKey, Credentials, Mode, Provider, ResolutionPlan, TokenState, plan};

use super::needs_keys;
use crate::activation::{Activation, Wish, changes};
use crate::context::Context;
use crate::guard;
use crate::pipeline::{Obtained, Pipeline};
use crate::report::Report;
use crate::settings::Settings;

/// What came of it.
#[derive(Debug)]
pub(crate) enum Offline {
    /// It can be had at once.
    Ready(Box<Activation>),
    /// The credentials must be fetched first, which is a person's to start.
    MustFetch {
        /// Of this profile.
        profile: String,
    },
}

/// Does as [`crate::activation::activate`] where nothing has to be fetched.
pub(crate) fn activate_offline(context: &Context, settings: &Settings, wish: &Wish<'_>) -> Result<Offline, Report> {
    let mut plan = plan(wish.profiles, &wish.request, &wish.base)?;
    let name = plan.profile.clone().unwrap_or_default();
    let rules = settings.guards.of(&name);
    guard::check_plan(context, &rules, &plan)?;
    guard::confirm(context, &rules, &plan, wish.consent)?;
    if !guard::can_tell_account(context, settings, &plan) {
        return Ok(Offline::MustFetch { profile: name });
    }
    guard::limit(context, &rules, &mut plan, None);
    let obtained = cached(context, settings, &plan, wish);
    let mode = match plan.mode(wish.mode) {
        // Asked for, but every tool can do without.
        Mode::Keys if obtained.is_none() && !needs_keys(&plan) => Mode::Profile,
        Mode::Keys if obtained.is_none() => return Ok(Offline::MustFetch { profile: plan.profile.unwrap_or_default() }),
        mode => mode,
    };
    Ok(Offline::Ready(Box::new(changes(context, plan, mode, obtained.as_ref(), wish))))
}

/// The last step's credentials, if they are there.
pub(crate) fn cached(context: &Context, settings: &Settings, plan: &ResolutionPlan, wish: &Wish<'_>) -> Option<Obtained> {
    let credentials = credentials(context, plan)?;
    let session_end = Pipeline::new(context, settings, plan, &wish.base).session_end();
    Some(Obtained { credentials, session_end })
}

fn credentials(context: &Context, plan: &ResolutionPlan) -> Option<Credentials> {
    let now = context.host.now();
    let alive = |key: &CacheKey| {
        let found = context.host.load_credentials(key, &mut |_| ());
        found.filter(|credentials| credentials.is_alive(now))
    };
    match &plan.base.provider {
        _ if !plan.hops.is_empty() || plan.session_token.is_some() => alive(&plan.final_cache_key()?),
        Provider::StaticKeys { credentials } | Provider::Environment { credentials } => Some(credentials.clone()),
        Provider::SsoRole { .. } | Provider::WebIdentity { .. } => alive(&plan.final_cache_key()?),
        Provider::Login { login_session } => {
            let token = context.host.load_login_token(&CacheKey::login(&login_session.value), &mut |_| ())?;
            Some(token).filter(|token| token.state(now) == TokenState::Valid).map(|token| token.credentials)
        }
        Provider::Process { .. } | Provider::EcsContainer | Provider::Ec2InstanceMetadata => None,
    }
}
