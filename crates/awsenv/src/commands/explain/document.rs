//! The explanation for programs (cli.md, "Looking"; what comes after `shadowed` is said in the command's help).

use awsenv_resolve::{Need, Provenance, SdkChoice, Setting, Sourced};
use serde_json::{Map, Value, json};

use super::Explanation;
use super::place::Place;
use super::step::Step;
use crate::guard::{Confirm, Guard};

pub(super) fn document(explanation: &Explanation<'_>) -> Value {
    let Explanation { context, plan, steps, .. } = explanation;
    let now = context.host.now();
    let sources = &plan.sources;
    let region = plan.region.as_ref().map(|region| sourced(explanation, region));
    let shadowed = plan.shadowed.iter().map(|shadowed| {
        let mut object = Map::from_iter([("what".to_owned(), json!(shadowed.what)), ("by".to_owned(), json!(shadowed.by))]);
        object.extend(Place::of(sources, &shadowed.origin).file_and_line());
        Value::Object(object)
    });
    let caches = steps.iter().enumerate().flat_map(|(index, step)| step.caches.iter().map(move |it| it.document(index, now)));
    let (mode, mode_place) = &explanation.mode;
    let mut mode_object = Map::from_iter([
        ("value".to_owned(), json!(plan.mode(*mode).name())),
        ("asked".to_owned(), json!(mode.name())),
        ("reasons".to_owned(), plan.keys_reasons().iter().map(|reason| reason.name()).collect()),
    ]);
    mode_object.extend(mode_place.file_and_line());
    json!({
        "profile": plan.profile,
        "steps": steps.iter().map(step).collect::<Vec<_>>(),
        "region": region,
        "needs": explanation.needs.iter().map(need).collect::<Vec<_>>(),
        "shadowed": shadowed.collect::<Vec<_>>(),
        "chosen_by": chosen_by(explanation),
        "account_id": plan.account_id(),
        "settings": explanation.settings.iter().map(|it| setting(explanation, it)).collect::<Vec<_>>(),
        "caches": caches.collect::<Vec<_>>(),
        "mode": mode_object,
        "guards": guards(explanation),
        "refused": explanation.refusal.as_ref().map(|report| report.message.clone()),
        "sdks": explanation.choices.iter().map(|it| choice(explanation, it)).collect::<Vec<_>>(),
    })
}

fn step(step: &Step) -> Value {
    let mut object = Map::from_iter([("kind".to_owned(), json!(step.kind)), ("profile".to_owned(), json!(step.profile))]);
    object.extend(step.place.as_ref().unwrap_or(&Place::nowhere()).file_and_line());
    for detail in &step.details {
        let value = match (detail.name, detail.value.parse::<i64>()) {
            ("duration_seconds", Ok(seconds)) => json!(seconds),
            (_, _) => json!(detail.value),
        };
        object.insert(detail.name.to_owned(), value);
    }
    let places = step.details.iter().filter_map(|detail| {
        let place = detail.place.as_ref().or(step.place.as_ref())?;
        Some((detail.name.to_owned(), Value::Object(place.fields())))
    });
    object.insert("origins".to_owned(), Value::Object(places.collect()));
    Value::Object(object)
}

fn need(need: &Need) -> Value {
    match need {
        Need::MfaCode { serial, profile } => json!({"kind": need.kind(), "serial": serial.value, "profile": profile}),
        Need::SsoSignIn { session } => json!({"kind": need.kind(), "session": session.label()}),
        Need::Login { login_session, profile } => {
            json!({"kind": need.kind(), "session": login_session.value, "profile": profile})
        }
    }
}

fn chosen_by(explanation: &Explanation<'_>) -> Value {
    let (who, place) = &explanation.chosen_by;
    let variable = place.fields().remove("variable");
    let mut object = Map::from_iter([("who".to_owned(), json!(who)), ("variable".to_owned(), json!(variable))]);
    object.extend(explanation.section.as_ref().unwrap_or(&Place::nowhere()).file_and_line());
    Value::Object(object)
}

fn sourced(explanation: &Explanation<'_>, said: &Sourced<String>) -> Value {
    let mut object = Map::from_iter([("value".to_owned(), json!(said.value))]);
    object.extend(place(explanation, &said.origin));
    Value::Object(object)
}

fn place(explanation: &Explanation<'_>, origin: &Provenance) -> Map<String, Value> {
    Place::of(&explanation.plan.sources, origin).fields()
}

fn setting(explanation: &Explanation<'_>, setting: &Setting) -> Value {
    let mut object = Map::from_iter([("name".to_owned(), json!(setting.name)), ("value".to_owned(), json!(setting.value.value))]);
    object.extend(place(explanation, &setting.value.origin));
    let shadows = setting.shadows.iter().map(|said| sourced(explanation, said));
    object.insert("shadows".to_owned(), shadows.collect());
    Value::Object(object)
}

fn guards(explanation: &Explanation<'_>) -> Value {
    let (file, guards) = explanation.rules.sections();
    let guard = |guard: &&Guard| {
        json!({
            "pattern": guard.pattern,
            "file": file.to_string_lossy(),
            "line": guard.line,
            "confirm": guard.confirm.map(|confirm| match confirm {
                Confirm::Yes => "yes",
                Confirm::Type => "type",
            }),
            "color": guard.color.map(awsenv_prompt::Color::name),
            "account": guard.account,
            "max_duration": guard.max_duration,
        })
    };
    guards.iter().map(guard).collect()
}

fn choice(explanation: &Explanation<'_>, choice: &SdkChoice) -> Value {
    let mut object = Map::from_iter([
        ("sdk".to_owned(), json!(choice.sdk.name())),
        ("subject".to_owned(), json!(choice.subject.name())),
        ("takes".to_owned(), json!(choice.takes)),
        ("profile".to_owned(), json!(choice.profile)),
    ]);
    object.extend(place(explanation, &choice.origin));
    Value::Object(object)
}
