//! The steps to the credentials, each with all that it says and where its result is cached.

use awsenv_resolve::{AssumeRole, Base, CacheKey, Provenance, Provider, ResolutionPlan, SessionToken, Sourced};

use super::cached::{Cached, session_token};
use super::place::Place;
use crate::context::Context;
use crate::settings::Settings;

/// What a step says, by the name in JSON.
pub(super) struct Detail {
    pub(super) name: &'static str,
    pub(super) value: String,
    /// `None` where the step's own place is also this one's.
    pub(super) place: Option<Place>,
}

/// A step as a row: its kind, what it says, the place.
pub(super) struct Step {
    pub(super) kind: &'static str,
    pub(super) profile: Option<String>,
    pub(super) place: Option<Place>,
    pub(super) details: Vec<Detail>,
    pub(super) caches: Vec<Cached>,
}

impl Step {
    pub(super) fn detail(&self, name: &str) -> &str {
        self.details.iter().find(|detail| detail.name == name).map_or("", |detail| detail.value.as_str())
    }
}

/// Reads them off a plan.
pub(super) fn steps(context: &Context, settings: &Settings, plan: &ResolutionPlan) -> Vec<Step> {
    let mut steps = vec![base(context, plan, &plan.base)];
    steps.extend(plan.session_token.as_ref().map(|session| session_step(context, settings, plan, session)));
    steps.extend(plan.hops.iter().map(|hop| role(context, settings, plan, hop)));
    steps
}

fn sourced<T: ToString>(plan: &ResolutionPlan, name: &'static str, value: &Sourced<T>) -> Detail {
    Detail { name, value: value.value.to_string(), place: Some(Place::of(&plan.sources, &value.origin)) }
}

fn own(name: &'static str, value: &str) -> Detail {
    Detail { name, value: value.to_owned(), place: None }
}

fn base(context: &Context, plan: &ResolutionPlan, base: &Base) -> Step {
    let mut caches: Vec<Cached> = Vec::new();
    let details = match &base.provider {
        Provider::StaticKeys { credentials } | Provider::Environment { credentials } => {
            vec![own("access_key_id", &credentials.access_key_id)]
        }
        Provider::SsoRole { session, account_id, role_name } => {
            caches.push(Cached::sso_token(context, session));
            vec![
                own("session", session.label()),
                sourced(plan, "start_url", &session.start_url),
                sourced(plan, "sso_region", &session.region),
                sourced(plan, "account_id", account_id),
                sourced(plan, "role_name", role_name),
            ]
        }
        Provider::WebIdentity { role_arn, token_file, role_session_name } => {
            let mut details = vec![sourced(plan, "role_arn", role_arn), sourced(plan, "token_file", token_file)];
            details.extend(role_session_name.as_ref().map(|name| sourced(plan, "role_session_name", name)));
            details
        }
        // The command may hold secrets; its place is enough.
        Provider::Process { .. } | Provider::EcsContainer | Provider::Ec2InstanceMetadata => Vec::new(),
        Provider::Login { login_session } => {
            caches.push(Cached::login_session(context, &login_session.value));
            vec![sourced(plan, "login_session", login_session)]
        }
    };
    let is_login = matches!(base.provider, Provider::Login { .. });
    let role_key = base.provider.cache_key().filter(|_| !is_login);
    caches.extend(role_key.map(|key| Cached::credentials(context, "role", &key)));
    let place = base.span.map(|span| Place::at(&plan.sources, span));
    Step { kind: base.provider.kind(), profile: base.profile.clone(), place, details, caches }
}

fn session_step(context: &Context, settings: &Settings, plan: &ResolutionPlan, session: &SessionToken) -> Step {
    let serial = sourced(plan, "mfa_serial", &session.mfa_serial);
    let duration = Detail {
        name: "duration_seconds",
        value: session.duration_seconds.to_string(),
        place: Some(Place::of_setting(settings, "mfa.session_duration")),
    };
    Step {
        kind: "session-token",
        profile: Some(session.profile.clone()),
        place: session.mfa_serial.origin.span().map(|span| Place::at(&plan.sources, span)),
        details: vec![serial, duration],
        caches: vec![session_token(context, &session.cache_key())],
    }
}

/// The guard that limits the duration.
fn guards_place(settings: &Settings, plan: &ResolutionPlan) -> Option<Place> {
    let rules = settings.guards.of(plan.profile.as_deref().unwrap_or_default());
    let (_, guard) = rules.max_duration()?;
    Some(Place::line(rules.sections().0.to_owned(), guard.line))
}

fn role(context: &Context, settings: &Settings, plan: &ResolutionPlan, hop: &AssumeRole) -> Step {
    let text = |name, value: &Option<Sourced<String>>| value.as_ref().map(|value| sourced(plan, name, value));
    let mut details = vec![sourced(plan, "role_arn", &hop.role_arn)];
    details.extend(text("role_session_name", &hop.role_session_name));
    details.extend(text("external_id", &hop.external_id));
    details.extend(text("mfa_serial", &hop.mfa_serial));
    details.extend(hop.duration_seconds.as_ref().zip(hop.seconds()).map(|(written, seconds)| {
        let asked = Sourced::new(seconds, written.origin.clone());
        let detail = sourced(plan, "duration_seconds", &asked);
        match guards_place(settings, plan).filter(|_| written.origin == Provenance::Flag("max_duration")) {
            Some(place) => Detail { place: Some(place), ..detail },
            None => detail,
        }
    }));
    let key: CacheKey = hop.cache_key();
    Step {
        kind: "assume-role",
        profile: Some(hop.profile.clone()),
        place: hop.role_arn.origin.span().map(|span| Place::at(&plan.sources, span)),
        details,
        caches: vec![Cached::credentials(context, "role", &key)],
    }
}
