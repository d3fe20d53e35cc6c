//! What a shell is given so that it can keep `AWSENV_PROMPT` by itself, without a process.

use awsenv_prompt::Status;
use awsenv_resolve::{Change, EnvDelta, EnvSnapshot, STATE_VARIABLE};

use super::Locals;
use super::prompt::{color_of, is_colorless};
use crate::context::Context;

/// Says what `awsenv prompt` will in the shell as it is after a change; `state` is [`STATE_VARIABLE`] then.
pub(super) fn of(context: &Context, delta: &EnvDelta, state: Option<&str>) -> Locals {
    let status = Status::read(&after(&context.host.env, delta, state));
    let countdown = status.countdown();
    let name = status.profile.clone().or_else(|| status.mode.map(|_| "(keys)".to_owned()));
    // Not every shell can take the escape sequences out of a name. Said also where there is none: a shell that has not been
    // told yet shows AWSENV_PROFILE, which stays when somebody else takes the variables away.
    let name = name.unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    let color = status.profile.as_deref().filter(|_| !is_colorless(context)).and_then(|profile| color_of(context, profile));
    let mut locals = vec![
        ("__awsenv_name", Some(name)),
        ("__awsenv_exp", Some(countdown.map(|(end, _)| end.epoch_seconds().to_string()).unwrap_or_default())),
        ("__awsenv_end", Some(countdown.map(|(_, ended)| ended.to_owned()).unwrap_or_default())),
        ("AWSENV_PROMPT_COLOR", Some(color.map(|color| color.name().to_owned()).unwrap_or_default())),
        ("AWSENV_PROMPT_SGR", Some(color.map(|color| color.sgr().to_owned()).unwrap_or_default())),
    ];
    if delta.changes.iter().any(|change| matches!(change, Change::RestoreParked(_))) {
        // What comes back is known to the shell alone: look again.
        locals.push(("__awsenv_pwd", Some(String::new())));
    }
    locals
}

fn after(env: &EnvSnapshot, delta: &EnvDelta, state: Option<&str>) -> EnvSnapshot {
    let mut env = env.clone();
    for change in &delta.changes {
        match change {
            Change::Set(name, value) => env.put(name, Some(value.clone())),
            Change::SetSecret(name, secret) => env.put(name, Some(secret.reveal().as_bytes().to_vec())),
            Change::Unset(name) | Change::RestoreParked(name) => env.put(name, None),
            Change::Park(_) | Change::DropParked(_) => {}
        }
    }
    env.put(STATE_VARIABLE, state.map(|state| state.as_bytes().to_vec()));
    env
}
