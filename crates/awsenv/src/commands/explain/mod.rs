//! `awsenv explain`: the plan itself, so that it cannot disagree with `use`.

mod cached;
mod decisions;
mod document;
mod page;
mod place;
mod step;
mod text;

use awsenv_profile::ProfileSet;
use awsenv_resolve::{Mode, Need, ProfileChoice, ResolutionPlan, SdkChoice, Setting, plan, settings_in_force};

use crate::activation::{Wish, show_advice, wish};
use crate::cli::{ExplainArgs, TextFormat};
use crate::context::Context;
use crate::guard::{self, Rules};
use crate::pipeline::Pipeline;
use crate::report::{Report, hide_secrets};
use crate::stdout;
pub(crate) use decisions::tell_decisions;
use place::Place;
use step::Step;

/// Everything that there is to say, for people and for programs.
struct Explanation<'a> {
    context: &'a Context,
    plan: &'a ResolutionPlan,
    /// Who chose the profile: `argument`, `shell`, `environment`, `default`; and where the profile begins.
    chosen_by: (&'static str, Place),
    section: Option<Place>,
    steps: Vec<Step>,
    settings: Vec<Setting>,
    needs: Vec<Need>,
    choices: Vec<SdkChoice>,
    /// What is asked for, and where.
    mode: (Mode, Place),
    rules: Rules<'a>,
    /// Why a guard refuses the profile.
    refusal: Option<Report>,
}

pub(crate) fn run(context: &Context, arguments: ExplainArgs) -> Result<(), Report> {
    let settings = context.settings()?;
    let profiles = context.profiles()?;
    let mut wish = wish(context, &settings, &profiles, arguments.profile.as_deref());
    wish.request.region = arguments.region;
    let mut plan = plan(wish.profiles, &wish.request, &wish.base)?;
    show_advice(context, &plan);
    let rules = settings.guards.of(plan.profile.as_deref().unwrap_or_default());
    guard::limit(context, &rules, &mut plan, None);
    let needs = Pipeline::new(context, &settings, &plan, &wish.base).needs();
    let in_force = settings_in_force(&profiles, &wish.request, &wish.base);
    let explanation = Explanation {
        context,
        chosen_by: chosen_by(&plan, &wish, arguments.profile.is_some()),
        section: section(&profiles, &plan),
        steps: step::steps(context, &settings, &plan),
        needs,
        choices: plan.sdk_choices(&wish.request, &wish.base, &in_force),
        settings: in_force,
        mode: (wish.mode, Place::of_setting(&settings, "use.mode")),
        refusal: guard::check_plan(context, &rules, &plan).err(),
        rules,
        plan: &plan,
    };
    match arguments.format {
        TextFormat::Json => {
            let mut document = document::document(&explanation);
            hide_secrets(&mut document);
            stdout::json(&document)
        }
        TextFormat::Text => stdout::write(text::text(&explanation).as_bytes()),
    }
}

fn chosen_by(plan: &ResolutionPlan, wish: &Wish<'_>, is_typed: bool) -> (&'static str, Place) {
    let place = Place::of(&plan.sources, &plan.profile_origin);
    match (&wish.request.profile, &plan.profile_origin) {
        (ProfileChoice::Named(_), _) if is_typed => ("argument", place),
        (ProfileChoice::Named(_), _) => ("shell", Place::nowhere()),
        (ProfileChoice::Ambient, awsenv_resolve::Provenance::Env(_)) => ("environment", place),
        (ProfileChoice::Ambient, _) => ("default", place),
    }
}

/// Where the profile begins.
fn section(profiles: &ProfileSet, plan: &ResolutionPlan) -> Option<Place> {
    let section = profiles.profile(plan.profile.as_deref()?)?;
    Some(Place::at(&plan.sources, section.span()))
}
