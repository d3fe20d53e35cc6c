//! Keys that are renewed without a person: the hook takes them from the cache, and where there are none yet starts a
//! process that fetches them; it waits for nothing.

use std::process::{Command, Stdio};

use awsenv_host::FailedRenewal;
use awsenv_prompt::{Due, due, time_left};
use awsenv_resolve::{CacheKey, ProfileChoice, Provider, ResolutionPlan, State, Timestamp, plan};

use crate::activation::{Activation, Wish, changes};
use crate::context::Context;
use crate::directory::cached;
use crate::guard::{self, Consent};
use crate::pipeline::Pipeline;
use crate::report::{Code, Report, clean};
use crate::settings::Settings;

/// The seconds until the cache is looked at again after a fetch was started, and until one is started anew after a failure.
const AGAIN_SECONDS: i64 = 15;
const RETRY_SECONDS: i64 = 60;

/// What is to be done for a shell now.
#[derive(Debug)]
pub(crate) enum Renewal {
    /// Nothing before this moment.
    Wait(Option<Timestamp>),
    /// These keys are newer.
    Renewed(Box<Activation>),
    /// Somebody has to be told, once.
    Tell(Report),
}

/// Looks whether a shell's keys are to be renewed. Nothing here takes longer than reading files.
pub(crate) fn look(context: &Context, settings: &Settings, state: &State) -> Renewal {
    let now = context.host.now();
    // Keys that a person has put there since are not awsenv's to replace.
    let key = state.log.iter().find(|entry| entry.name == "AWS_ACCESS_KEY_ID");
    if key.is_some_and(|entry| !entry.new.is(context.host.env.bytes("AWS_ACCESS_KEY_ID"))) {
        return Renewal::Wait(None);
    }
    match due(state, now, settings.warn_seconds) {
        Due::Never => Renewal::Wait(None),
        Due::At(then) => Renewal::Wait(Some(then)),
        Due::Warn => Renewal::Tell(ending(state, now)),
        Due::Renew => {
            renew(context, settings, state, now).unwrap_or_else(|report| Renewal::Tell(not_renewed(state, now, &report.message)))
        }
    }
}

fn renew(context: &Context, settings: &Settings, state: &State, now: Timestamp) -> Result<Renewal, Report> {
    let place = match from_cache(context, settings, state)? {
        FromCache::Newer(activation) => return Ok(Renewal::Renewed(activation)),
        FromCache::Nothing { place } => place,
    };
    // Without a place to put them, nobody can fetch them for another process.
    let Some(key) = place else { return Ok(Renewal::Tell(ending(state, now))) };
    match context.host.failed_renewal(&key) {
        Some(failed) if failed.needs_person => Ok(Renewal::Tell(not_renewed(state, now, &failed.message))),
        Some(failed) if failed.at.plus(RETRY_SECONDS).seconds_left(now) > 0 => {
            Ok(Renewal::Wait(Some(failed.at.plus(RETRY_SECONDS))))
        }
        _ => {
            start();
            Ok(Renewal::Wait(Some(now.plus(AGAIN_SECONDS))))
        }
    }
}

/// What the caches have for a shell.
#[derive(Debug)]
pub(crate) enum FromCache {
    /// Keys that last longer than the shell's.
    Newer(Box<Activation>),
    /// None yet; this is where they will be.
    Nothing { place: Option<CacheKey> },
}

/// Takes newer keys from the caches alone.
pub(crate) fn from_cache(context: &Context, settings: &Settings, state: &State) -> Result<FromCache, Report> {
    let profiles = context.profiles()?;
    let wish = wish(context, settings, &profiles, state);
    let plan = guarded_plan(context, settings, &wish)?;
    if !guard::can_tell_account(context, settings, &plan) {
        return Ok(FromCache::Nothing { place: None });
    }
    let newer = cached(context, settings, &plan, &wish).filter(|obtained| is_newer(obtained.credentials.expiration, state));
    let Some(obtained) = newer else { return Ok(FromCache::Nothing { place: place(&plan) }) };
    let mut activation = changes(context, plan, state.mode, Some(&obtained), &wish);
    activation.state = as_chosen(state, activation.state);
    Ok(FromCache::Newer(Box::new(activation)))
}

/// A renewed shell is still the person's or the directory's choice.
pub(crate) fn as_chosen(before: &State, after: State) -> State {
    let State { origin, directory_file, content_hash, .. } = before.clone();
    State { origin, directory_file, content_hash, ..after }
}

/// Fetches the active profile's keys into the caches, for whoever comes to look: `awsenv refresh --background`. One
/// process at a time does so, and none where another already has.
pub(crate) fn in_background(context: &Context) -> Result<(), Report> {
    #[cfg(unix)]
    let _ = rustix::process::setsid();
    let Some(state) = context.state() else { return Ok(()) };
    let settings = context.settings()?;
    let profiles = context.profiles()?;
    let wish = wish(context, &settings, &profiles, &state);
    let plan = guarded_plan(context, &settings, &wish)?;
    let Some(key) = place(&plan) else { return Ok(()) };
    let Some(_lock) = context.host.lock_renewal(&key) else { return Ok(()) };
    if cached(context, &settings, &plan, &wish).is_some_and(|obtained| is_newer(obtained.credentials.expiration, &state)) {
        return Ok(());
    }
    let outcome = Pipeline::new(context, &settings, &plan, &wish.base).forced().obtain();
    let failed = match &outcome {
        Ok(obtained) if is_newer(obtained.credentials.expiration, &state) => None,
        // Asking for more every quarter of a minute would not make it more.
        Ok(_) => Some((false, "there are no keys that last longer".to_owned())),
        // 3 and 4: somebody has to edit or to answer something; 5: AWS will say no again.
        Err(report) => Some((matches!(report.exit_code(), 3..=5), report.message.clone())),
    };
    let failed = failed.map(|(needs_person, message)| FailedRenewal { at: context.host.now(), needs_person, message });
    context.host.note_renewal(&key, failed.as_ref());
    outcome.map(drop)
}

/// In a session of its own, so that neither the terminal's end nor its ctrl-c reaches it, and without a word.
fn start() {
    let Ok(program) = std::env::current_exe() else { return };
    let mut command = Command::new(program);
    command.args(["--no-input", "refresh", "--background"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt as _;
        const DETACHED_PROCESS: u32 = 8;
        command.creation_flags(DETACHED_PROCESS);
    }
    // Where it cannot be started, the next look tries again.
    drop(command.spawn());
}

/// What `refresh` asks for.
fn wish<'a>(context: &Context, settings: &Settings, profiles: &'a awsenv_profile::ProfileSet, state: &State) -> Wish<'a> {
    let options = context.active_options(state);
    Wish {
        request: context.request(ProfileChoice::Named(state.profile.clone()), &options, settings),
        mode: state.mode,
        mfa_token: None,
        profiles,
        base: context.base_environment(),
        chosen_at: None,
        force: true,
        consent: Consent::Given,
    }
}

/// The plan as `use` has made it: of no other account, and no longer, than guards allow.
fn guarded_plan(context: &Context, settings: &Settings, wish: &Wish<'_>) -> Result<ResolutionPlan, Report> {
    let mut plan = plan(wish.profiles, &wish.request, &wish.base)?;
    let rules = settings.guards.of(plan.profile.as_deref().unwrap_or_default());
    guard::limit(context, &rules, &mut plan, None);
    guard::check_plan(context, &rules, &plan)?;
    Ok(plan)
}

/// The cache entry where new keys are put.
fn place(plan: &ResolutionPlan) -> Option<CacheKey> {
    match &plan.base.provider {
        Provider::Login { login_session } if plan.hops.is_empty() => Some(CacheKey::login(&login_session.value)),
        _ => plan.final_cache_key(),
    }
}

fn is_newer(end: Option<Timestamp>, state: &State) -> bool {
    match (end, state.expires_at) {
        (Some(end), Some(now_ends)) => end.epoch_seconds() > now_ends.epoch_seconds(),
        _ => false,
    }
}

fn ending(state: &State, now: Timestamp) -> Report {
    let left = state.expires_at.map_or(0, |end| end.seconds_left(now));
    let name = clean(&state.profile);
    let message = if left > 0 { format!("`{name}` ends in {}", time_left(left)) } else { format!("`{name}` has ended") };
    Report::warning(Code::ExpiresSoon, message).help("awsenv refresh")
}

fn not_renewed(state: &State, now: Timestamp, why: &str) -> Report {
    let report = ending(state, now);
    Report { message: format!("{}, and could not be renewed: {}", report.message, clean(why)), ..report }
}
