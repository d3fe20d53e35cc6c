//! The same, while another command does it: the lines of `-v`, and with `-vv` what was looked at.

use awsenv_profile::FileKind;
use awsenv_resolve::{Mode, ProfileChoice, ResolutionPlan};

use super::place::Place;
use super::{chosen_by, step, text};
use crate::activation::Wish;
use crate::context::Context;
use crate::settings::Settings;

/// Tells what a plan has decided, and why.
pub(crate) fn tell_decisions(context: &Context, settings: &Settings, plan: &ResolutionPlan, wish: &Wish<'_>) {
    let (ui, host) = (&context.ui, &context.host);
    if !ui.is_verbose() {
        return;
    }
    for (kind, path) in
        [(FileKind::Config, &host.directories.aws.config), (FileKind::Credentials, &host.directories.aws.credentials)]
    {
        let state = if plan.sources.file(kind).is_some() { "read" } else { "not there" };
        ui.detail(|| {
            let path = path.as_ref().map(|path| host.pretty_path(path.as_ref()));
            format!("{}: {state}", path.unwrap_or_else(|| "no file is named".to_owned()))
        });
    }
    let name = plan.profile.as_deref().unwrap_or("none");
    ui.explain(|| match wish.chosen_at {
        Some(path) => format!("profile {name}, from {}", host.pretty_path(path)),
        None => {
            let (who, place) = chosen_by(plan, wish, matches!(wish.request.profile, ProfileChoice::Named(_)));
            let place = if who == "environment" { format!(", by {}", place.text(host)) } else { String::new() };
            format!("profile {name}, from the {who}{place}")
        }
    });
    for (index, step) in step::steps(context, settings, plan).iter().enumerate() {
        let number = index + 1;
        let place = step.place.as_ref().map(|place| format!(" ({})", place.text(host))).unwrap_or_default();
        ui.explain(|| format!("step {number}: {}{place}", text::step_words(step)));
        for detail in &step.details {
            let place = detail.place.as_ref().map(|place| format!(" ({})", place.text(host))).unwrap_or_default();
            ui.detail(|| format!("step {number}: {} {}{place}", detail.name, detail.value));
        }
        for cached in &step.caches {
            let file = cached.file.as_ref().map(|file| host.pretty_path(file)).unwrap_or_default();
            ui.detail(|| format!("step {number}: {}, {file}", cached.text(host.now())));
        }
    }
    ui.explain(|| match &plan.region {
        Some(region) => format!("region {} ({})", region.value, Place::of(&plan.sources, &region.origin).text(host)),
        None => "region unknown: nobody says one".to_owned(),
    });
    for shadowed in &plan.shadowed {
        let place = Place::of(&plan.sources, &shadowed.origin).text(host);
        ui.detail(|| format!("not used: {} ({place}), because of {}", shadowed.what, shadowed.by));
    }
    if wish.mode == Mode::Auto {
        for reason in plan.keys_reasons() {
            ui.explain(|| format!("auto means keys: {}", text::reason_words(reason)));
        }
    }
}
