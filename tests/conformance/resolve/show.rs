//! Plans and errors as short lines, which vectors can compare whole.

use awsenv_profile::{SourceMap, Span};
use awsenv_resolve::{Advice, AssumeRole, Need, Problem, Provenance, Provider, ResolutionPlan, Service, Sourced};

/// `config:2:5`.
fn at(sources: &SourceMap, span: Span) -> String {
    let place = sources.location(span);
    format!("{}:{}:{}", place.path.display(), place.line, place.column)
}

fn origin(sources: &SourceMap, origin: &Provenance) -> String {
    match origin {
        Provenance::File(span) => at(sources, *span),
        Provenance::Env(name) => name.to_string(),
        Provenance::Flag(name) => (*name).to_owned(),
        Provenance::Default => "default".to_owned(),
    }
}

fn sourced(sources: &SourceMap, value: &Sourced<String>) -> String {
    format!("{} @{}", value.value, origin(sources, &value.origin))
}

pub(crate) fn steps(plan: &ResolutionPlan) -> Vec<String> {
    let sources = &plan.sources;
    let mut steps = vec![base(plan)];
    steps.extend(plan.session_token.as_ref().map(|session| {
        let device = sourced(sources, &session.mfa_serial);
        format!("session-token {device} {}s ({})", session.duration_seconds, session.profile)
    }));
    steps.extend(plan.hops.iter().map(|hop| assume_role(sources, hop)));
    steps
}

fn base(plan: &ResolutionPlan) -> String {
    let provider = &plan.base.provider;
    let mut text = provider.kind().to_owned();
    match provider {
        Provider::StaticKeys { credentials } | Provider::Environment { credentials } => {
            text += &format!(" {}", credentials.access_key_id);
            if let Some(token) = &credentials.session_token {
                text += &format!(" token={}", token.reveal());
            }
        }
        Provider::SsoRole { session, account_id, role_name } => {
            text += &format!(" {}/{} {}", account_id.value, role_name.value, session.label());
        }
        Provider::WebIdentity { role_arn, token_file, role_session_name } => {
            text += &format!(" {} token={}", role_arn.value, sourced(&plan.sources, token_file));
            if let Some(name) = role_session_name {
                text += &format!(" session={}", sourced(&plan.sources, name));
            }
        }
        Provider::Login { login_session } => text += &format!(" {}", login_session.value),
        Provider::Process { .. } | Provider::EcsContainer | Provider::Ec2InstanceMetadata => {}
    }
    if let Some(profile) = &plan.base.profile {
        text += &format!(" ({profile})");
    }
    if let Some(span) = plan.base.span {
        text += &format!(" @{}", at(&plan.sources, span));
    }
    text
}

fn assume_role(sources: &SourceMap, hop: &AssumeRole) -> String {
    let mut text = format!("assume-role {} ({})", sourced(sources, &hop.role_arn), hop.profile);
    for (name, value) in [("session", &hop.role_session_name), ("external", &hop.external_id), ("mfa", &hop.mfa_serial)] {
        if let Some(value) = value {
            text += &format!(" {name}={}", sourced(sources, value));
        }
    }
    if let Some(duration) = &hop.duration_seconds {
        text += &format!(" duration={} @{}", duration.value, origin(sources, &duration.origin));
    }
    if let Some(seconds) = hop.capped_seconds {
        text += &format!(" capped={seconds}");
    }
    text
}

pub(crate) fn region(plan: &ResolutionPlan) -> Option<String> {
    plan.region.as_ref().map(|region| sourced(&plan.sources, region))
}

pub(crate) fn shadowed(plan: &ResolutionPlan) -> Vec<String> {
    let show = |one: &awsenv_resolve::Shadowed| format!("{} by {} @{}", one.what, one.by, origin(&plan.sources, &one.origin));
    plan.shadowed.iter().map(show).collect()
}

pub(crate) fn advice(plan: &ResolutionPlan) -> Vec<String> {
    let sources = &plan.sources;
    let show = |advice: &Advice| match advice {
        Advice::DurationCapped { profile, asked, capped } => {
            format!("duration-capped ({profile}) {} to {capped} @{}", asked.value, origin(sources, &asked.origin))
        }
        Advice::DurationNotANumber { profile, value } => format!("duration-not-a-number ({profile}) {}", sourced(sources, value)),
        Advice::EmptyVariable { name } => format!("empty-variable {name}"),
        Advice::InvalidSetting(invalid) => format!("invalid-setting {} {}", invalid.key, sourced(sources, &invalid.value)),
        Advice::NewRegion { region } => format!("new-region {}", sourced(sources, region)),
        Advice::SdksDiffer { profile, chosen, sdk, span } => {
            format!("sdks-differ ({profile}) {chosen}, they {sdk} @{}", at(sources, *span))
        }
    };
    plan.advice.iter().map(show).collect()
}

pub(crate) fn needs(needs: &[Need]) -> Vec<String> {
    let show = |need: &Need| match need {
        Need::MfaCode { serial, profile } => format!("mfa-code {} ({profile})", serial.value),
        Need::SsoSignIn { session } => format!("sso-sign-in {}", session.label()),
        Need::Login { login_session, profile } => format!("login {} ({profile})", login_session.value),
    };
    needs.iter().map(show).collect()
}

pub(crate) fn client(plan: &ResolutionPlan) -> Vec<String> {
    let client = &plan.client;
    let endpoint = |service: Service| Some(format!("{service:?} {}", client.endpoint(service)?));
    let mut lines: Vec<String> = Service::ALL.into_iter().filter_map(endpoint).collect();
    for (name, is_on) in [("fips", client.use_fips), ("dualstack", client.use_dualstack), ("legacy-sts", client.legacy_sts)] {
        lines.extend(is_on.then(|| name.to_owned()));
    }
    lines.extend(client.ca_bundle.as_ref().map(|path| format!("ca-bundle {}", sourced(&plan.sources, path))));
    lines.extend(client.max_attempts.map(|attempts| format!("max-attempts {attempts}")));
    lines
}

/// The error's kind, then what it points at.
pub(crate) fn problem(problem: &Problem, sources: &SourceMap) -> String {
    let at = |span: &Span| at(sources, *span);
    let sourced = |value: &Sourced<String>| sourced(sources, value);
    let names = |names: &[String]| names.join(" ");
    match problem {
        Problem::UnknownProfile { name, origin: from, suggestions, broken, unprefixed: _ } => {
            let broken: Vec<String> = broken.iter().map(at).collect();
            format!("unknown-profile `{name}` @{} [{}] [{}]", origin(sources, from), names(suggestions), names(&broken))
        }
        Problem::ConfigSyntax { section, message, span } => format!("config-syntax ({section}) {message} @{}", at(span)),
        Problem::SourceProfileNotFound { profile, source_profile, suggestions } => {
            format!("source-profile-not-found ({profile}) {} [{}]", sourced(source_profile), names(suggestions))
        }
        Problem::SourceProfileCycle { links } => {
            let links: Vec<String> = links.iter().map(|(from, to)| format!("{from} -> {}", sourced(to))).collect();
            format!("source-profile-cycle {}", links.join(", "))
        }
        Problem::SourceProfileWithoutCredentials { profile, source_profile, source_span } => {
            format!("source-profile-without-credentials ({profile}) {}, {}", sourced(source_profile), at(source_span))
        }
        Problem::RoleWithoutSource { profile, role_arn } => format!("role-without-source ({profile}) @{}", at(role_arn)),
        Problem::TwoSources { profile, source_profile, credential_source } => {
            format!("two-sources ({profile}) @{}, @{}", at(source_profile), at(credential_source))
        }
        Problem::UnknownCredentialSource { profile, value } => {
            format!("unknown-credential-source ({profile}) {}", sourced(value))
        }
        Problem::EnvironmentCredentialsMissing { profile, span, parked } => {
            format!("environment-credentials-missing ({profile}) @{}{}", at(span), if *parked { " parked" } else { "" })
        }
        Problem::ContainerVariablesMissing { profile, span } => format!("container-variables-missing ({profile}) @{}", at(span)),
        Problem::PartialCredentials { profile, present, missing } => {
            let from = origin(sources, &present.origin);
            format!("partial-credentials ({}) {} @{from}, no {missing}", profile.as_deref().unwrap_or("-"), present.value)
        }
        Problem::SsoIncomplete { profile, missing, span } => {
            format!("sso-incomplete ({profile}) {} @{}", missing.join(" "), at(span))
        }
        Problem::SsoSessionNotFound { profile, session, suggestions } => {
            let profile = profile.as_deref().unwrap_or("-");
            format!("sso-session-not-found ({profile}) {} [{}]", sourced(session), names(suggestions))
        }
        Problem::SsoValueInconsistent { profile, key, in_profile, in_session } => {
            format!("sso-value-inconsistent ({profile}) {key} {}, {}", sourced(in_profile), sourced(in_session))
        }
        Problem::WebIdentityWithoutRole { profile, token_file } => {
            format!("web-identity-without-role ({}) @{}", profile.as_deref().unwrap_or("-"), origin(sources, token_file))
        }
        Problem::InvalidValue { what, value, origin: from, why } => {
            format!("invalid-value {what} `{value}` @{}: {why}", origin(sources, from))
        }
        Problem::UnknownRegion { region, suggestions } => format!("unknown-region {} [{}]", sourced(region), names(suggestions)),
        Problem::MetadataDisabled { profile, span } => format!("no-credentials ({profile}) @{}", at(span)),
        Problem::NoCredentials { profile, span } => {
            format!("no-credentials ({}) @{}", profile.as_deref().unwrap_or("-"), span.as_ref().map_or("-".to_owned(), at))
        }
    }
}

/// The error's kind alone.
pub(crate) fn kind(found: &Problem, sources: &SourceMap) -> String {
    problem(found, sources).split(' ').next().unwrap_or_default().to_owned()
}
