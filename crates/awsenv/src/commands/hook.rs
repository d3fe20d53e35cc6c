//! `awsenv hook`: what a shell does in its directory. It never asks, never calls AWS and starts nothing that could.

use std::path::Path;

use awsenv_host::working_directory;
use awsenv_prompt::{Due, Status, StatusOrigin};
use awsenv_resolve::{EnvDelta, Origin, State, Timestamp, content_hash};

use super::{Locals, print_code_with, use_::summary};
use crate::activation::deactivate;
use crate::cli::HookArgs;
use crate::context::Context;
use crate::directory::{self, Choice, Chosen, Offline, Watched, activate_offline};
use crate::guard::Consent;
use crate::renewal::{self, Renewal};
use crate::report::{Code, Report, clean};
use crate::settings::Settings;

const UNCHANGED: EnvDelta = EnvDelta { changes: Vec::new(), log: Vec::new() };

/// How many things a shell remembers to have been told.
const REMEMBERED: usize = 8;

/// What a shell is told, each once; of a directory once at each entering, because who has come back must not take its silence
/// for its profile.
struct Said {
    keys: Vec<String>,
    silent: bool,
    /// Something would have been said.
    pending: bool,
}

/// What begins the keys of what was said of the directory that the shell is in, and of that directory itself.
const OF_PLACE: char = '.';

impl Said {
    /// The shell is where this file has the say: what was said elsewhere may be said again.
    fn enter(&mut self, source: Option<&Path>) {
        let place = source.map_or_else(String::new, |source| Self::key(&source.to_string_lossy()));
        let place = format!("{OF_PLACE}{place}");
        if !self.keys.contains(&place) {
            self.keys.retain(|key| !key.starts_with(OF_PLACE));
            self.keys.push(place);
        }
    }

    fn key(what: &str) -> String {
        content_hash(what.as_bytes())[..12].to_owned()
    }

    fn say(&mut self, context: &Context, what: &str, report: &Report) {
        self.say_once(context, Self::key(what), report);
    }

    fn say_here(&mut self, context: &Context, what: &str, report: &Report) {
        self.say_once(context, format!("{OF_PLACE}{}", Self::key(what)), report);
    }

    fn say_once(&mut self, context: &Context, key: String, report: &Report) {
        if self.keys.contains(&key) {
            return;
        }
        if self.silent {
            self.pending = true;
            return;
        }
        self.keys.push(key);
        context.ui.report(report);
    }

    fn locals(self) -> Locals {
        let kept = self.keys.len().saturating_sub(REMEMBERED);
        let mut locals = vec![("__awsenv_said", Some(self.keys[kept..].join(",")))];
        if self.pending {
            // Look again at the next prompt.
            locals.push(("__awsenv_pwd", Some(String::new())));
        }
        locals
    }
}

/// Succeeds in a job of a shell, whose pipe must get no code, and tells there what a switch was worth.
pub(crate) fn job(context: &Context, shell: u32, status: u8) -> u8 {
    let is_job = awsenv_host::is_job_of(shell);
    if is_job && status == 0 {
        context.ui.note("awsenv: only this subshell is changed, not your shell, from which a pipe, `&` and `( … )` run apart");
    }
    u8::from(!is_job)
}

/// Another program, or the person, has set the variables since: they stay as they are, but the directory no longer decides.
fn changed_by_others(context: &Context, chosen: &Chosen) -> Option<Report> {
    let origin = Status::read(&context.host.env).origin;
    if !matches!(origin, StatusOrigin::Environment | StatusOrigin::None) {
        return None;
    }
    let place = clean(&context.host.pretty_path(&chosen.source));
    let message =
        format!("this shell is no longer in the profile of {place}: something else has changed AWS_PROFILE or the keys");
    Some(Report::warning(Code::VariablesChanged, message).help("`awsenv auto` goes into it again"))
}

pub(crate) fn run(context: &mut Context, arguments: &HookArgs) -> Result<(), Report> {
    context.ui.forbid_questions();
    if arguments.off {
        return print_code_with(context, &UNCHANGED, context.state().as_ref(), Vec::new());
    }
    let keys = arguments.said.split(',').filter(|key| !key.is_empty()).map(str::to_owned).collect();
    let mut said = Said { keys, silent: arguments.silent, pending: false };
    let directory = working_directory(arguments.pwd.as_deref());
    let state = context.state();
    // A person's own choice stays until `awsenv auto`.
    if state.as_ref().is_some_and(|state| state.origin == Origin::Manual) {
        let nearest = directory.as_deref().and_then(|directory| awsenv_host::directory_files(directory).next());
        let watched = nearest.map(|file| Watched { stamp: file.clone(), file });
        said.enter(None);
        return keep(context, &context.settings().unwrap_or_default(), state.as_ref(), watched, said);
    }
    let settings = match context.settings() {
        Ok(settings) => settings,
        Err(report) => {
            said.say(context, &report.message, &report);
            return keep(context, &Settings::default(), state.as_ref(), None, said);
        }
    };
    let Some(directory) = directory else { return leave(context, state.as_ref(), None, said) };
    let look = directory::look(context, &settings, &directory);
    said.enter(look.choice.source());
    match look.choice {
        Choice::Nothing => leave(context, state.as_ref(), look.watched, said),
        Choice::Blocked { source, hash, report } => {
            said.say_here(context, &format!("{} {hash} {}", source.display(), report.code.name()), &report);
            leave(context, state.as_ref(), look.watched, said)
        }
        Choice::Chosen(chosen) if state.as_ref().is_some_and(|state| is_of(state, &chosen)) => {
            if let Some(report) = changed_by_others(context, &chosen) {
                said.say_here(context, &report.message, &report);
            }
            keep(context, &settings, state.as_ref(), look.watched, said)
        }
        Choice::Chosen(chosen) => {
            let what = format!("{} {}", chosen.source.display(), chosen.hash);
            match enter(context, &settings, &chosen) {
                Ok(Offline::Ready(mut activation)) => {
                    chosen.sign(&mut activation.state);
                    print_code_with(
                        context,
                        &activation.delta,
                        Some(&activation.state),
                        locals(look.watched, next_due(&activation.state, context, &settings), said),
                    )?;
                    let place = shown_place(context, &chosen.source, &directory);
                    if !arguments.silent {
                        context.ui.note_styled(&format!(
                            "awsenv: {} {}",
                            summary(context, &settings, &activation),
                            context.ui.style.dim(&format!("from {place}"))
                        ));
                    }
                    Ok(())
                }
                Ok(Offline::MustFetch { profile }) => {
                    let message = format!(
                        "the credentials of `{}`, which {} wants, must be fetched first",
                        clean(&profile),
                        shown_place(context, &chosen.source, &directory)
                    );
                    let help = format!(
                        "awsenv use {}   (or, to stay with the directory: awsenv auto)",
                        crate::sign_in::quoted(&profile)
                    );
                    said.say_here(context, &what, &Report::warning(Code::FetchNeeded, message).help(help));
                    leave(context, state.as_ref(), look.watched, said)
                }
                Err(report) => {
                    said.say_here(context, &format!("{what} {}", report.code.name()), &report);
                    leave(context, state.as_ref(), look.watched, said)
                }
            }
        }
    }
}

fn enter(context: &Context, settings: &Settings, chosen: &Chosen) -> Result<Offline, Report> {
    let profiles = context.profiles()?;
    let consent = Consent::Ask("`awsenv auto` asks, and stays with the directory");
    activate_offline(context, settings, &directory::wish(context, settings, &profiles, chosen.asks(), consent))
}

fn is_of(state: &State, chosen: &Chosen) -> bool {
    let source = chosen.source.to_string_lossy();
    state.directory_file.as_deref() == Some(&*source) && state.content_hash.as_ref() == Some(&chosen.hash)
}

/// Nothing changes but what the shell knows for itself, since another shell may have made the change, which this one has
/// inherited; and keys that were renewed meanwhile.
fn keep(
    context: &Context,
    settings: &Settings,
    state: Option<&State>,
    watched: Option<Watched>,
    mut said: Said,
) -> Result<(), Report> {
    let mut due = None;
    match state.map(|state| (state, renewal::look(context, settings, state))) {
        Some((_, Renewal::Renewed(activation))) => {
            let next = next_due(&activation.state, context, settings);
            return print_code_with(context, &activation.delta, Some(&activation.state), locals(watched, next, said));
        }
        Some((state, Renewal::Tell(report))) => {
            let end = state.expires_at.map_or(0, Timestamp::epoch_seconds);
            said.say(context, &format!("{} ends {end}", state.profile), &report);
        }
        Some((_, Renewal::Wait(then))) => due = then,
        None => {}
    }
    print_code_with(context, &UNCHANGED, state, locals(watched, due, said))
}

/// When a shell with new keys is to look again.
fn next_due(state: &State, context: &Context, settings: &Settings) -> Option<Timestamp> {
    let now = context.host.now();
    match awsenv_prompt::due(state, now, settings.warn_seconds) {
        Due::Never => None,
        Due::At(then) => Some(then),
        Due::Renew | Due::Warn => Some(now),
    }
}

/// Back to how the shell was.
fn leave(context: &Context, state: Option<&State>, watched: Option<Watched>, said: Said) -> Result<(), Report> {
    let silent = said.silent;
    print_code_with(context, &deactivate(context), None, locals(watched, None, said))?;
    if let Some(state) = state.filter(|_| !silent) {
        context.ui.note(&format!("awsenv: left {}", state.profile));
    }
    Ok(())
}

fn locals(watched: Option<Watched>, due: Option<Timestamp>, said: Said) -> Locals {
    // A path that is no text cannot be said in every shell; then a change is noticed at the next `cd`.
    let mut locals = match watched.as_ref().map(|watched| (watched.file.to_str(), watched.stamp.to_str())) {
        None => vec![("__awsenv_file", Some(String::new())), ("__awsenv_stamp", Some(String::new()))],
        Some((Some(file), Some(stamp))) => {
            vec![("__awsenv_file", Some(file.to_owned())), ("__awsenv_stamp", Some(stamp.to_owned()))]
        }
        Some(_) => Vec::new(),
    };
    locals.push(("__awsenv_due", Some(due.map(|due| due.epoch_seconds().to_string()).unwrap_or_default())));
    locals.extend(said.locals());
    locals
}

/// The file as seen from here, where that is shorter.
fn shown_place(context: &Context, source: &Path, directory: &Path) -> String {
    let relative =
        directory.canonicalize().ok().and_then(|here| source.strip_prefix(here).ok().map(|rest| rest.display().to_string()));
    clean(&relative.filter(|rest| !rest.is_empty()).unwrap_or_else(|| context.host.pretty_path(source)))
}
