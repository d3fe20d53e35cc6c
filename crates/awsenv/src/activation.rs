//! A profile for a shell or a child: plan, credentials, and the variables that follow.

use std::path::Path;

use awsenv_profile::ProfileSet;
use awsenv_resolve::{
    Credentials, EnvDelta, EnvSnapshot, Mode, ProfileChoice, Provider, Request, ResolutionPlan, Secret, State, Timestamp, Wanted,
    delta, keys_wanted, plan, profile_wanted,
};

use crate::context::Context;
use crate::guard::{self, Consent};
use crate::pipeline::{Obtained, Pipeline};
use crate::report::{self, Report};
use crate::settings::Settings;

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Wish<'a> {
    pub(crate) request: Request,
    pub(crate) mode: Mode,
    pub(crate) mfa_token: Option<Secret>,
    pub(crate) profiles: &'a ProfileSet,
    pub(crate) base: EnvSnapshot,
    /// The file or directory that has chosen the profile, where a person has not.
    pub(crate) chosen_at: Option<&'a Path>,
    /// Fetch anew what is cached.
    pub(crate) force: bool,
    /// What a guard still has to ask.
    pub(crate) consent: Consent,
}

/// What a shell is to become.
#[derive(Debug)]
pub(crate) struct Activation {
    pub(crate) plan: ResolutionPlan,
    pub(crate) state: State,
    pub(crate) delta: EnvDelta,
}

/// Carries out a wish. Nothing is printed but questions, warnings and, with `-v`, decisions.
pub(crate) fn activate(context: &Context, settings: &Settings, wish: Wish<'_>) -> Result<Activation, Report> {
    let plan = make_plan(context, settings, &wish)?;
    warn_of_refusal(context, wish.profiles);
    let name = plan.profile.clone().unwrap_or_default();
    let rules = settings.guards.of(&name);
    guard::check_plan(context, &rules, &plan)?;
    guard::confirm(context, &rules, &plan, wish.consent)?;
    let mode = plan.mode(wish.mode);
    context.ui.explain(|| format!("profile {name}: mode {}", mode.name()));
    let pipeline = Pipeline::new(context, settings, &plan, &wish.base).with_code(wish.mfa_token.clone());
    let pipeline = if wish.force { pipeline.forced() } else { pipeline };
    // Keys in a file are there or not; there is nothing to make sure of.
    let nothing_to_fetch = mode == Mode::Profile
        && plan.hops.is_empty()
        && matches!(plan.base.provider, Provider::StaticKeys { .. })
        && plan.session_token.is_none()
        && rules.accounts().next().is_none();
    let mut obtained = if nothing_to_fetch { None } else { Some(pipeline.obtain()?) };
    if let Some(obtained) = &mut obtained {
        let account = guard::check_account(context, &rules, &plan, &pipeline, &obtained.credentials)?;
        obtained.credentials.account_id = account.or(obtained.credentials.account_id.take());
    }
    Ok(changes(context, plan, mode, obtained.as_ref(), &wish))
}

/// What a plan and its credentials mean for this shell.
pub(crate) fn changes(
    context: &Context,
    plan: ResolutionPlan,
    mode: Mode,
    obtained: Option<&Obtained>,
    wish: &Wish<'_>,
) -> Activation {
    let name = plan.profile.clone().unwrap_or_default();
    let mut wanted = match (mode, obtained) {
        (Mode::Keys, Some(obtained)) => keys_wanted(&plan, &name, &obtained.credentials, wish.profiles, &wish.base),
        _ => profile_wanted(&plan, &name),
    };
    let before = context.state();
    let log = before.as_ref().map_or(&[][..], |state| &state.log);
    wanted.clear_contradictions(&context.host.env, log);
    let state = State {
        account_id: plan.account_id().or_else(|| obtained.and_then(|obtained| obtained.credentials.account_id.clone())),
        previous: previous(before.as_ref(), &name),
        role_session_name: wish.request.role_session_name.clone(),
        duration_seconds: wish.request.duration_seconds,
        ..lifetime(&plan, mode, obtained, &name)
    };
    let delta = delta(&context.host.env, log, &wanted);
    Activation { state: State { log: delta.log.clone(), ..state }, plan, delta }
}

/// What leaving leads to.
pub(crate) fn deactivate(context: &Context) -> EnvDelta {
    let state = context.state();
    delta(&context.host.env, state.as_ref().map_or(&[][..], |state| &state.log), &Wanted::default())
}

/// Makes the plan and shows its advice.
fn make_plan(context: &Context, settings: &Settings, wish: &Wish<'_>) -> Result<ResolutionPlan, Report> {
    let mut plan = plan(wish.profiles, &wish.request, &wish.base)?;
    show_advice(context, &plan);
    let rules = settings.guards.of(plan.profile.as_deref().unwrap_or_default());
    guard::limit(context, &rules, &mut plan, wish.request.duration_seconds);
    crate::commands::explain::tell_decisions(context, settings, &plan, wish);
    if wish.request.find_mfa {
        let seconds = wish.request.duration_seconds.filter(|_| plan.hops.is_empty()).unwrap_or(wish.request.mfa_session_seconds);
        crate::mfa::find_device(context, settings, &mut plan, &wish.base, seconds)?;
        guard::limit(context, &rules, &mut plan, wish.request.duration_seconds);
    }
    if wish.request.duration_seconds.is_some() && plan.hops.is_empty() && plan.session_token.is_none() {
        let message = "--duration is not used: this profile assumes no role, so its credentials last as long as they last";
        context.ui.report_once(&Report::warning(report::Code::DurationIgnored, message));
    }
    Ok(plan)
}

pub(crate) fn show_advice(context: &Context, plan: &ResolutionPlan) {
    for advice in &plan.advice {
        context.ui.report_once(&report::advice(advice, &plan.sources));
    }
}

/// Whatever the mode, `aws` reads both files first, and stops there: better it is known before than taken for a lack of rights.
fn warn_of_refusal(context: &Context, profiles: &ProfileSet) {
    let Some(finding) = awsenv_lint::cli_refusal(profiles) else { return };
    let report = Report { severity: report::Severity::Warning, ..report::lint(&finding, profiles.sources()) };
    context
        .ui
        .report_once(&report.help("until it is mended, every `aws` command fails in this shell too; awsenv itself reads on"));
}

/// Gets the credentials of a profile, or of what the environment says, for commands that hand them on.
pub(crate) fn credentials(
    context: &Context,
    settings: &Settings,
    wish: Wish<'_>,
) -> Result<(ResolutionPlan, Credentials), Report> {
    let plan = make_plan(context, settings, &wish)?;
    let rules = settings.guards.of(plan.profile.as_deref().unwrap_or_default());
    guard::check_plan(context, &rules, &plan)?;
    guard::confirm(context, &rules, &plan, wish.consent)?;
    let pipeline = Pipeline::new(context, settings, &plan, &wish.base).with_code(wish.mfa_token);
    let mut credentials = pipeline.obtain()?.credentials;
    let account = guard::check_account(context, &rules, &plan, &pipeline, &credentials)?;
    credentials.account_id = account.or(credentials.account_id.take());
    Ok((plan, credentials))
}

/// The request for a choice, without options.
pub(crate) fn wish<'a>(context: &Context, settings: &Settings, profiles: &'a ProfileSet, typed: Option<&str>) -> Wish<'a> {
    let (choice, base) = context.choice(typed, profiles);
    Wish {
        request: context.request(choice, &crate::cli::ActivationArgs::default(), settings),
        mode: settings.mode,
        mfa_token: None,
        profiles,
        base,
        chosen_at: None,
        force: false,
        consent: Consent::Given,
    }
}

/// The name in a choice.
pub(crate) fn named(choice: &ProfileChoice) -> Option<&str> {
    match choice {
        ProfileChoice::Named(name) => Some(name),
        ProfileChoice::Ambient => None,
    }
}

fn previous(before: Option<&State>, name: &str) -> Option<String> {
    let before = before?;
    if before.profile == name { before.previous.clone() } else { Some(before.profile.clone()) }
}

/// When what the shell gets ends, and whether that end is put off without a person.
///
/// Keys end when they end, and are renewable while the sign-in or MFA session behind them lives longer. With the
/// profile's name every tool renews for itself, so the end is the sign-in's.
fn lifetime(plan: &ResolutionPlan, mode: Mode, obtained: Option<&Obtained>, name: &str) -> State {
    let mut state = State::manual(name, mode);
    let Some(obtained) = obtained else { return state };
    let expiration = obtained.credentials.expiration;
    let outlives = |end: Timestamp| expiration.is_none_or(|expiration| expiration < end);
    let renewable = match &plan.base.provider {
        Provider::SsoRole { .. } => obtained.session_end.is_some_and(outlives),
        _ if plan.session_token.is_some() => !plan.hops.is_empty() && obtained.session_end.is_some_and(outlives),
        _ => plan.hops.iter().all(|hop| hop.mfa_serial.is_none()),
    };
    (state.expires_at, state.refreshable) = match (mode, &plan.base.provider) {
        (Mode::Keys | Mode::Auto, _) => (expiration, renewable && expiration.is_some()),
        // The sign-in's end; with credentials in the cache and no token behind them, theirs.
        (Mode::Profile, Provider::SsoRole { .. }) => (obtained.session_end.or(expiration), renewable),
        (Mode::Profile, _) => (expiration, renewable && expiration.is_some()),
    };
    state
}
