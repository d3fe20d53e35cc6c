//! What stops a profile from ever giving credentials, and what it gives that is not what it seems to.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use awsenv_profile::{ProfileSet, Repair, Section, Span};
use awsenv_resolve::{Advice, EnvSnapshot, Problem, Provenance, Request, nearest, plan, plan_alone, sso_session_named};

use crate::collect::Findings;
use crate::finding::Lint;
use crate::keys;

/// Which problems are one: the same cause spoils many profiles.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    Place(Span),
    Session(String),
    Circle(Vec<String>),
}

/// For so many sources that are not there the names that may have been meant are looked for: each is compared with all.
const SUGGESTED: usize = 50;

pub(crate) fn lint(profiles: &ProfileSet, findings: &mut Findings) {
    let mut problems: BTreeMap<Cause, (Problem, Span, BTreeSet<String>)> = BTreeMap::new();
    let mut advised: Vec<Advice> = Vec::new();
    let mut links = Links::default();
    for section in profiles.profiles() {
        let (planned, source) = plan_alone(profiles, section.name());
        match planned {
            Ok(plan) => {
                advised.extend(plan.advice);
                for shadowed in plan.shadowed {
                    if let Provenance::File(span) = shadowed.origin
                        && !findings.has(span)
                    {
                        let profile = section.name().to_owned();
                        findings.push(Lint::Shadowed { profile, key: shadowed.what, by: shadowed.by }, span);
                    }
                }
            }
            Err(problem) => {
                if let Some((cause, span)) = cause_in(section, &problem) {
                    problems.entry(cause.clone()).or_insert_with(|| (problem, span, BTreeSet::new()));
                    links.causes.insert(section.name().to_owned(), Some(cause));
                }
            }
        }
        if let Some(source) = source {
            links.sources.insert(section.name().to_owned(), source);
        }
    }
    for section in profiles.profiles() {
        let circle = |name: &str| circle(profiles, name, &mut problems);
        if let Some(cause) = links.cause_of(section.name(), circle)
            && let Some((.., spoilt)) = problems.get_mut(&cause)
        {
            spoilt.insert(section.name().to_owned());
        }
    }
    suggest(profiles, problems.values_mut().map(|(problem, ..)| problem));
    for session in profiles.sso_sessions() {
        // What a session lacks is said there, and not at every profile of it.
        if let Err(problem) = sso_session_named(profiles, session.name(), Provenance::Default)
            && let Some((_, span)) = cause(&problem)
        {
            let spoilt =
                problems.remove(&Cause::Session(session.name().to_owned())).map(|(.., spoilt)| spoilt).unwrap_or_default();
            problems.insert(Cause::Place(span), (problem, span, spoilt));
        }
    }
    for (problem, span, spoilt) in problems.into_values().filter(|(_, span, _)| !findings.has(*span)).collect::<Vec<_>>() {
        let is_bare = matches!(problem, Problem::SourceProfileWithoutCredentials { .. });
        let is_of_vault = is_bare && profiles.profiles().any(keys::is_of_aws_vault);
        findings.push(Lint::Problem { problem: Box::new(problem), profiles: spoilt.len(), is_of_vault }, span);
    }
    advised.sort_by_key(|advice| advice_span(advice).map(|span| (span.file, span.start)));
    advised.dedup();
    for advice in advised {
        let Some(span) = advice_span(&advice) else { continue };
        match repeated(profiles, &advice) {
            Some(section) => repeats_session(profiles, section, findings),
            // What is said of the setting's value says it.
            None if value_of(profiles, &advice).is_some_and(|value| findings.has(value)) => {}
            None => findings.push(Lint::Advice(Box::new(advice)), span),
        }
    }
}

/// From each role to its source's, and why one cannot be had.
#[derive(Default)]
struct Links {
    sources: HashMap<String, String>,
    /// Of the profiles that are known by now.
    causes: HashMap<String, Option<Cause>>,
}

impl Links {
    /// Returns why a profile cannot be used, its own cause or that of a source. Each link is gone over once.
    fn cause_of(&mut self, name: &str, mut circle: impl FnMut(&str) -> Option<Cause>) -> Option<Cause> {
        let mut way: Vec<String> = Vec::new();
        let mut on_way: HashSet<String> = HashSet::new();
        let mut at = name.to_owned();
        let cause = loop {
            if let Some(known) = self.causes.get(&at) {
                break known.clone();
            }
            if !on_way.insert(at.clone()) {
                break circle(&at);
            }
            way.push(at.clone());
            match self.sources.get(&at) {
                Some(source) => at = source.clone(),
                None => break None,
            }
        };
        for name in way {
            self.causes.insert(name, cause.clone());
        }
        cause
    }
}

/// A profile of a circle, walked from to say through whom it goes.
fn circle(profiles: &ProfileSet, name: &str, problems: &mut BTreeMap<Cause, (Problem, Span, BTreeSet<String>)>) -> Option<Cause> {
    let error = plan(profiles, &Request::named(name), &EnvSnapshot::default()).err()?;
    let (cause, span) = cause(&error.problem)?;
    problems.entry(cause.clone()).or_insert_with(|| (*error.problem, span, BTreeSet::new()));
    Some(cause)
}

fn suggest<'p>(profiles: &ProfileSet, problems: impl Iterator<Item = &'p mut Problem>) {
    let missing = problems.filter_map(|problem| match problem {
        Problem::SourceProfileNotFound { source_profile, suggestions, .. } => Some((source_profile, suggestions)),
        _ => None,
    });
    for (source, suggestions) in missing.take(SUGGESTED) {
        *suggestions = nearest(&source.value, profiles.profiles().map(|section| section.name()));
    }
}

/// The cause of a problem of this profile; what its session lacks is the session's.
fn cause_in(section: Section<'_>, problem: &Problem) -> Option<(Cause, Span)> {
    if let Problem::SsoIncomplete { missing, span, .. } = problem
        && let Some(session) = section.get("sso_session")
        && missing.iter().all(|key| matches!(*key, "sso_start_url" | "sso_region"))
    {
        return Some((Cause::Session(session.value.to_owned()), *span));
    }
    cause(problem)
}

/// What makes this problem one with another, and where it is shown. `None` for what another lint says better, and for what
/// only the machine knows.
fn cause(problem: &Problem) -> Option<(Cause, Span)> {
    let of = |origin: &Provenance| match origin {
        Provenance::File(span) => Some((Cause::Place(*span), *span)),
        Provenance::Env(_) | Provenance::Flag(_) | Provenance::Default => None,
    };
    match problem {
        Problem::SourceProfileNotFound { source_profile: value, .. }
        | Problem::UnknownCredentialSource { value, .. }
        | Problem::SsoValueInconsistent { in_profile: value, .. } => of(&value.origin),
        Problem::SourceProfileWithoutCredentials { source_profile, source_span, .. } => {
            of(&source_profile.origin).map(|(_, span)| (Cause::Place(*source_span), span))
        }
        Problem::PartialCredentials { present, .. } => of(&present.origin),
        Problem::SsoSessionNotFound { session, .. } => {
            of(&session.origin).map(|(_, span)| (Cause::Session(session.value.clone()), span))
        }
        Problem::SourceProfileCycle { links } => {
            let (_, span) = of(&links.first()?.1.origin)?;
            let mut names: Vec<String> = links.iter().map(|(name, _)| name.clone()).collect();
            names.sort();
            Some((Cause::Circle(names), span))
        }
        Problem::RoleWithoutSource { role_arn: span, .. }
        | Problem::TwoSources { credential_source: span, .. }
        | Problem::SsoIncomplete { span, .. } => Some((Cause::Place(*span), *span)),
        Problem::WebIdentityWithoutRole { token_file, .. } => of(token_file),
        // The text, the values, and the machine have findings of their own.
        Problem::ConfigSyntax { .. }
        | Problem::UnknownProfile { .. }
        | Problem::InvalidValue { .. }
        | Problem::UnknownRegion { .. }
        | Problem::EnvironmentCredentialsMissing { .. }
        | Problem::ContainerVariablesMissing { .. }
        | Problem::NoCredentials { .. }
        | Problem::MetadataDisabled { .. } => None,
    }
}

fn advice_span(advice: &Advice) -> Option<Span> {
    match advice {
        Advice::DurationCapped { asked, .. } => asked.origin.span(),
        Advice::DurationNotANumber { value, .. } => value.origin.span(),
        Advice::NewRegion { region } => region.origin.span(),
        Advice::SdksDiffer { span, .. } => Some(*span),
        // Every value in the files is looked at by itself.
        Advice::EmptyVariable { .. } | Advice::InvalidSetting(_) => None,
    }
}

/// The value of the setting because of which SDKs choose otherwise.
fn value_of(profiles: &ProfileSet, advice: &Advice) -> Option<Span> {
    let Advice::SdksDiffer { profile, span, .. } = advice else { return None };
    let mut settings = profiles.profile(profile)?.settings();
    settings.find(|(key, _)| key.span == *span).map(|(_, value)| value.span)
}

/// The profile of an advice that is about settings of the session repeated in the profile.
fn repeated<'a>(profiles: &'a ProfileSet, advice: &Advice) -> Option<Section<'a>> {
    let Advice::SdksDiffer { profile, span, .. } = advice else { return None };
    let section = profiles.profile(profile)?;
    section.get("sso_session")?;
    ["sso_region", "sso_start_url"].iter().any(|key| section.key_span(key) == Some(*span)).then_some(section)
}

fn repeats_session(profiles: &ProfileSet, section: Section<'_>, findings: &mut Findings) {
    let Some(session) = section.get("sso_session").and_then(|name| profiles.sso_session(name.value)) else { return };
    for key in ["sso_start_url", "sso_region"] {
        let (Some(own), Some(at)) = (section.get(key), section.key_span(key)) else { continue };
        let is_same = session.get(key).is_some_and(|theirs| theirs.value == own.value);
        let repair = is_same.then_some(Repair::RemoveSetting { at });
        findings.push_repairable(Lint::RepeatsSession { profile: section.name().to_owned(), key }, at, repair);
    }
}
