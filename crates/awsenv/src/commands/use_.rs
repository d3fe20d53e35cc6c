//! `awsenv use`

use awsenv_host::History;
use awsenv_profile::{ProfileSet, Section};
use awsenv_prompt::{Color, time_left};
use awsenv_resolve::{Mode, ProfileChoice};

use super::{print_code, refuse_terminal, say};
use crate::activation::{Activation, Wish, activate};
use crate::cli::UseArgs;
use crate::context::Context;
use crate::guard::Consent;
use crate::report::{Code, Report, clean};
use crate::settings::Settings;
use crate::ui::{Columns, pick};

pub(crate) fn run(context: &Context, arguments: UseArgs) -> Result<(), Report> {
    refuse_terminal(context, "use PROFILE")?;
    context.dialect()?;
    context.ui.allow_sign_in(!arguments.activation.no_login);
    let settings = context.settings()?;
    let profiles = context.profiles()?;
    let name = match arguments.profile.as_deref() {
        None => choose(context, &settings, &profiles)?,
        Some("-") => before(context)?,
        Some(typed) => context.profile_name(typed, &profiles),
    };
    let request = context.request(ProfileChoice::Named(name), &arguments.activation, &settings);
    let wish = Wish {
        request,
        mode: arguments.activation.mode.unwrap_or(settings.mode),
        mfa_token: arguments.activation.mfa_token,
        profiles: &profiles,
        base: context.base_environment(),
        chosen_at: None,
        force: false,
        consent: Consent::of_option(arguments.activation.yes),
    };
    let activation = activate(context, &settings, wish)?;
    print_code(context, &activation.delta, Some(&activation.state))?;
    History::record(&context.host, &activation.state.profile, context.host.now());
    say(context, &activation.delta, &summary(context, &settings, &activation));
    Ok(())
}

/// The profile before this one, in this shell and no other: what another terminal is in may be production.
fn before(context: &Context) -> Result<String, Report> {
    context.state().and_then(|state| state.previous).ok_or_else(|| {
        Report::error(Code::NoActiveProfile, "there is no profile before this one in this shell")
            .help("name one: awsenv use PROFILE")
    })
}

/// What the shell is in now, in one line.
pub(super) fn summary(context: &Context, settings: &Settings, activation: &Activation) -> String {
    let (style, state) = (context.ui.style, &activation.state);
    let color = settings.guards.of(&state.profile).color();
    let mut parts = vec![style.paint(color.map_or("1;32", Color::sgr), &clean(&state.profile))];
    parts.extend(state.account_id.as_deref().map(clean));
    parts.push(activation.plan.region.as_ref().map_or_else(|| style.dim("no region"), |region| clean(&region.value)));
    let left = state.expires_at.map(|end| time_left(end.seconds_left(context.host.now())));
    parts.extend(match (state.mode, left) {
        (Mode::Keys, Some(left)) => Some(style.dim(&format!("keys, {left} left"))),
        (Mode::Keys, None) => Some(style.dim("keys")),
        (_, Some(left)) if !state.refreshable => Some(style.dim(&format!("{left} left"))),
        (_, _) => None,
    });
    parts.join(&style.dim(" · "))
}

/// The picker, most used first.
fn choose(context: &Context, settings: &Settings, profiles: &ProfileSet) -> Result<String, Report> {
    if !context.ui.may_ask() {
        return Err(Report::error(Code::NothingToPick, "no profile was named, and there is nobody to pick one")
            .help("name one: awsenv use PROFILE"));
    }
    let history = History::load(&context.host);
    let weights = history.weights(context.host.now());
    let mut sections: Vec<Section<'_>> = profiles.profiles().collect();
    if sections.is_empty() {
        return Err(Report::error(Code::UnknownProfile, "there are no profiles yet")
            .help("`awsenv configure sso` or `awsenv configure` makes one"));
    }
    let weight = |section: &Section<'_>| weights.get(section.name()).copied().unwrap_or(0.0);
    sections.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    let candidates: Vec<Columns> = sections.iter().map(|section| columns(settings, profiles, *section)).collect();
    context.guard_interrupt();
    let chosen = pick(&context.ui, "profile", &candidates)?;
    Ok(sections[chosen].name().to_owned())
}

/// Name, account, its name, role or ARN, region, and a mark in the colour of a guard: the picker would take an escape
/// sequence for text to match.
fn columns(settings: &Settings, profiles: &ProfileSet, section: Section<'_>) -> Columns {
    let text = |key: &str| section.get(key).map(|value| value.value.to_owned()).filter(|value| !value.is_empty());
    let region = text("region").or_else(|| session_region(profiles, section));
    let (account, account_name, role) = match text("sso_account_id") {
        Some(account) => {
            (Some(account), text("sso_account_name").or_else(|| text("granted_sso_account_name")), text("sso_role_name"))
        }
        None => {
            let role_arn = text("role_arn");
            (role_arn.as_deref().and_then(awsenv_resolve::account_of), None, role_arn)
        }
    };
    let mark = settings.guards.of(section.name()).color().map(|color| color.mark().to_owned());
    [Some(section.name().to_owned()), account, account_name, role, region, mark].map(Option::unwrap_or_default).into()
}

fn session_region(profiles: &ProfileSet, section: Section<'_>) -> Option<String> {
    let session = profiles.sso_session(section.get("sso_session")?.value)?;
    session.get("region").map(|region| region.value.to_owned())
}
