//! `awsenv explain`: the plan itself, so that it cannot disagree with `use`.

use awsenv_profile::{SourceMap, Span};
use awsenv_resolve::{AssumeRole, Base, Need, Provenance, Provider, ResolutionPlan, plan};
use serde_json::{Map, Value, json};

use crate::activation::{show_advice, wish};
use crate::cli::{ExplainArgs, TextFormat};
use crate::context::Context;
use crate::pipeline::Pipeline;
use crate::report::{Report, clean};
use crate::stdout;

pub(crate) fn run(context: &Context, arguments: ExplainArgs) -> Result<(), Report> {
    let settings = context.settings()?;
    let profiles = context.profiles()?;
    let mut wish = wish(context, &settings, &profiles, arguments.profile.as_deref());
    wish.request.region = arguments.region;
    let plan = plan(wish.profiles, &wish.request, &wish.base)?;
    show_advice(context, &plan);
    let needs = Pipeline::new(context, &settings, &plan, &wish.base).needs();
    match arguments.format {
        TextFormat::Json => stdout::json(&document(&plan, &needs)),
        TextFormat::Text => stdout::write(text(context, &plan, &needs, wish.mode).as_bytes()),
    }
}

/// A step as a row: its kind, what it says, the place.
struct Step {
    kind: &'static str,
    profile: Option<String>,
    span: Option<Span>,
    details: Vec<(&'static str, String)>,
}

fn steps(plan: &ResolutionPlan) -> Vec<Step> {
    let mut steps = vec![base_step(&plan.base)];
    if let Some(session) = &plan.session_token {
        steps.push(Step {
            kind: "session-token",
            profile: Some(session.profile.clone()),
            span: session.mfa_serial.origin.span(),
            details: vec![
                ("mfa_serial", session.mfa_serial.value.clone()),
                ("duration_seconds", session.duration_seconds.to_string()),
            ],
        });
    }
    steps.extend(plan.hops.iter().map(role_step));
    steps
}

fn base_step(base: &Base) -> Step {
    let details = match &base.provider {
        Provider::StaticKeys { credentials } | Provider::Environment { credentials } => {
            vec![("access_key_id", credentials.access_key_id.clone())]
        }
        Provider::SsoRole { session, account_id, role_name } => vec![
            ("session", session.label().to_owned()),
            ("start_url", session.start_url.value.clone()),
            ("sso_region", session.region.value.clone()),
            ("account_id", account_id.value.clone()),
            ("role_name", role_name.value.clone()),
        ],
        Provider::WebIdentity { role_arn, token_file, .. } => {
            vec![("role_arn", role_arn.value.clone()), ("token_file", token_file.value.clone())]
        }
        // The command may hold secrets; its place is enough.
        Provider::Process { .. } | Provider::EcsContainer | Provider::Ec2InstanceMetadata => Vec::new(),
        Provider::Login { login_session } => vec![("login_session", login_session.value.clone())],
    };
    Step { kind: base.provider.kind(), profile: base.profile.clone(), span: base.span, details }
}

fn role_step(hop: &AssumeRole) -> Step {
    let mut details = vec![("role_arn", hop.role_arn.value.clone())];
    let mut add = |name, value: Option<String>| details.extend(value.map(|value| (name, value)));
    add("role_session_name", hop.role_session_name.as_ref().map(|name| name.value.clone()));
    add("external_id", hop.external_id.as_ref().map(|id| id.value.clone()));
    add("mfa_serial", hop.mfa_serial.as_ref().map(|serial| serial.value.clone()));
    add("duration_seconds", hop.seconds().map(|seconds| seconds.to_string()));
    Step { kind: "assume-role", profile: Some(hop.profile.clone()), span: hop.role_arn.origin.span(), details }
}

fn place(sources: &SourceMap, span: Option<Span>) -> (Value, Value) {
    match span.map(|span| sources.location(span)) {
        Some(location) => (json!(location.path.to_string_lossy()), json!(location.line)),
        None => (Value::Null, Value::Null),
    }
}

fn document(plan: &ResolutionPlan, needs: &[Need]) -> Value {
    let steps: Vec<Value> = steps(plan)
        .into_iter()
        .map(|step| {
            let (file, line) = place(&plan.sources, step.span);
            let mut object = Map::new();
            object.insert("kind".into(), json!(step.kind));
            object.insert("profile".into(), json!(step.profile));
            object.insert("file".into(), file);
            object.insert("line".into(), line);
            object.extend(step.details.into_iter().map(|(name, value)| match (name, value.parse::<u64>()) {
                ("duration_seconds", Ok(seconds)) => (name.to_owned(), json!(seconds)),
                (_, _) => (name.to_owned(), json!(value)),
            }));
            Value::Object(object)
        })
        .collect();
    let region = plan.region.as_ref().map(|region| {
        let (file, line) = place(&plan.sources, region.origin.span());
        let (origin, variable) = match &region.origin {
            Provenance::File(_) => ("file", None),
            Provenance::Env(name) => ("environment", Some(name.to_string())),
            Provenance::Flag(_) => ("flag", None),
            Provenance::Default => ("default", None),
        };
        json!({"value": region.value, "origin": origin, "file": file, "line": line, "variable": variable})
    });
    let needs: Vec<Value> = needs
        .iter()
        .map(|need| match need {
            Need::MfaCode { serial, profile } => json!({"kind": need.kind(), "serial": serial.value, "profile": profile}),
            Need::SsoSignIn { session } => json!({"kind": need.kind(), "session": session.label()}),
            Need::Login { login_session, profile } => {
                json!({"kind": need.kind(), "session": login_session.value, "profile": profile})
            }
        })
        .collect();
    let shadowed: Vec<Value> = plan
        .shadowed
        .iter()
        .map(|shadowed| {
            let (file, line) = place(&plan.sources, shadowed.origin.span());
            json!({"what": shadowed.what, "by": shadowed.by, "file": file, "line": line})
        })
        .collect();
    json!({"profile": plan.profile, "steps": steps, "region": region, "needs": needs, "shadowed": shadowed})
}

fn text(context: &Context, plan: &ResolutionPlan, needs: &[Need], mode: awsenv_resolve::Mode) -> String {
    let at = |span: Option<Span>| {
        span.map(|span| plan.sources.location(span))
            .map_or_else(String::new, |location| format!("{}:{}", context.host.pretty_path(location.path), location.line))
    };
    let origin = |origin: &Provenance| match origin {
        Provenance::File(span) => at(Some(*span)),
        Provenance::Env(name) => name.to_string(),
        Provenance::Flag(flag) => (*flag).to_owned(),
        Provenance::Default => "by default".to_owned(),
    };
    let mut rows: Vec<(String, String, String)> = Vec::new();
    let section = plan.profile.as_deref().map(|name| format!("profile {name}"));
    rows.push((
        "profile".into(),
        plan.profile.clone().unwrap_or_else(|| "(none)".into()),
        section.map_or_else(|| origin(&plan.profile_origin), |_| String::new()),
    ));
    for (index, step) in steps(plan).into_iter().enumerate() {
        let label = if index == 0 { "from" } else { "then" };
        let summary = step_words(&step);
        rows.push((label.into(), summary, at(step.span)));
        for (name, value) in step
            .details
            .iter()
            .filter(|(name, _)| matches!(*name, "external_id" | "role_session_name" | "mfa_serial" | "duration_seconds"))
        {
            rows.push((String::new(), format!("{} {value}", name.replace('_', " ")), String::new()));
        }
    }
    match &plan.region {
        Some(region) => rows.push(("region".into(), region.value.clone(), origin(&region.origin))),
        None => rows.push(("region".into(), "unknown: nobody says one".into(), String::new())),
    }
    let mode_word = if plan.profile.is_some() { plan.mode(mode).name() } else { "keys" };
    rows.push(("mode".into(), mode_word.into(), if mode == awsenv_resolve::Mode::Auto { "auto".into() } else { String::new() }));
    if needs.is_empty() {
        rows.push(("needs".into(), "nothing from you now".into(), String::new()));
    }
    for need in needs {
        let words = match need {
            Need::MfaCode { serial, .. } => format!("an MFA code of {}", serial.value),
            Need::SsoSignIn { session } => format!("a sign-in to {}", session.label()),
            Need::Login { login_session, .. } => format!("a console sign-in as {}", login_session.value),
        };
        rows.push(("needs".into(), words, "now".into()));
    }
    for shadowed in &plan.shadowed {
        rows.push(("unused".into(), format!("{} (because of {})", shadowed.what, shadowed.by), origin(&shadowed.origin)));
    }
    let width = rows.iter().map(|(_, words, _)| words.chars().count()).max().unwrap_or(0).min(76);
    rows.iter()
        .map(|(label, words, place)| format!("{label:8} {:width$}  {}", clean(words), clean(place)).trim_end().to_owned() + "\n")
        .collect()
}

fn step_words(step: &Step) -> String {
    let detail = |name: &str| step.details.iter().find(|(other, _)| *other == name).map_or("", |(_, value)| value.as_str());
    let whose = step.profile.as_deref().map_or_else(String::new, |profile| format!(" of profile {profile}"));
    match step.kind {
        "static" => format!("access key {}{whose}", detail("access_key_id")),
        "environment" => format!("AWS_ACCESS_KEY_ID {} in the environment", detail("access_key_id")),
        "sso" => format!(
            "role {} in account {}, signed in through {}{whose}",
            detail("role_name"),
            detail("account_id"),
            detail("session")
        ),
        "web-identity" => format!("role {} by the token in {}{whose}", detail("role_arn"), detail("token_file")),
        "process" => format!("the credential process{whose}"),
        "login" => format!("console session {}{whose}", detail("login_session")),
        "ecs-container" => "the container's endpoint".to_owned(),
        "ec2-instance-metadata" => "the instance's metadata service".to_owned(),
        "session-token" => "MFA session for every role of the device".to_owned(),
        _ => format!("role {}{whose}", detail("role_arn")),
    }
}
