//! `awsenv configure list`: what the AWS CLI would use here, and where each of it comes from.

use awsenv_profile::FileKind;
use awsenv_resolve::{
    CacheKind, Credentials, EnvSnapshot, Problem, ProfileChoice, Provenance, Provider, Request, ResolutionPlan, Setting, plan,
    settings_in_force,
};
use serde_json::{Value, json};

use super::question::masked;
use crate::cli::{ConfigureListArgs, TextFormat};
use crate::context::Context;
use crate::report::{Report, clean, hide_secrets};
use crate::stdout;

/// A row of the table, in the AWS CLI's words.
struct Row {
    name: &'static str,
    value: Option<String>,
    kind: Option<&'static str>,
    location: Option<String>,
    /// A file and a line, where it is one.
    place: Option<(String, u32)>,
}

impl Row {
    fn unset(name: &'static str) -> Self {
        Self { name, value: None, kind: None, location: None, place: None }
    }
}

pub(super) fn run(context: &Context, profile: Option<&str>, arguments: &ConfigureListArgs) -> Result<(), Report> {
    let profiles = context.profiles()?;
    let env = &context.host.env;
    let choice = profile.map_or(ProfileChoice::Ambient, |name| ProfileChoice::Named(name.to_owned()));
    let request = Request { profile: choice, ..Request::ambient() };
    // The region has a row of its own, whatever it is worth; here it would only stand in the way of the keys.
    let planned = plan(&profiles, &Request { region: Some("us-east-1".to_owned()), ..request.clone() }, env);
    let plan = match planned {
        Ok(plan) => Some(plan),
        Err(error) if matches!(*error.problem, Problem::NoCredentials { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let settings = settings_in_force(&profiles, &request, env);
    let place = |origin: &Provenance| {
        let location = profiles.sources().location(origin.span()?);
        Some((location.path.to_string_lossy().into_owned(), location.line))
    };
    let mut rows = vec![profile_row(profile, env)];
    rows.extend(key_rows(context, plan.as_ref(), &place));
    rows.push(region_row(env, settings.iter().find(|setting| setting.name == "region"), &place));
    match arguments.format {
        TextFormat::Text => stdout::write(table(&rows).as_bytes()),
        TextFormat::Json => {
            let mut document = json!({"settings": rows.iter().map(document).collect::<Vec<_>>()});
            hide_secrets(&mut document);
            stdout::json(&document)
        }
    }
}

fn profile_row(profile: Option<&str>, env: &EnvSnapshot) -> Row {
    let from_env = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].iter().find_map(|name| env.text(name));
    let (value, kind, location) = match (profile, from_env) {
        (Some(name), _) => (name, "manual", "--profile"),
        (None, Some(name)) => (name, "env", "['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']"),
        (None, None) => return Row::unset("profile"),
    };
    Row { value: Some(value.to_owned()), kind: Some(kind), location: Some(location.to_owned()), ..Row::unset("profile") }
}

/// Both keys: as they stand there, or out of the cache. What is in neither is not fetched.
fn key_rows(context: &Context, plan: Option<&ResolutionPlan>, place: &dyn Fn(&Provenance) -> Option<(String, u32)>) -> [Row; 2] {
    let names = ["access_key", "secret_key"];
    // The AWS CLI would ask the metadata service whether there is any.
    let is_asked =
        |plan: &&ResolutionPlan| !(plan.base.profile.is_none() && matches!(plan.base.provider, Provider::Ec2InstanceMetadata));
    let Some(plan) = plan.filter(is_asked) else { return names.map(Row::unset) };
    let credentials = credentials(context, plan);
    let values = match &credentials {
        Some(keys) => [masked(&keys.access_key_id), masked(keys.secret_access_key.reveal())],
        None => ["<not fetched>", "<not fetched>"].map(str::to_owned),
    };
    let origin = plan.base.span.filter(|_| plan.hops.is_empty()).and_then(|span| place(&Provenance::File(span)));
    let mut values = values.into_iter();
    names.map(|name| Row {
        value: values.next(),
        kind: Some(method(plan)),
        location: Some(String::new()),
        place: origin.clone(),
        ..Row::unset(name)
    })
}

fn credentials(context: &Context, plan: &ResolutionPlan) -> Option<Credentials> {
    let host = &context.host;
    let cached = |key: &awsenv_resolve::CacheKey| match key.kind {
        CacheKind::Login => host.load_login_token(key, &mut |_| ()).map(|token| token.credentials),
        CacheKind::Role | CacheKind::Sso | CacheKind::MfaSession => host.load_credentials(key, &mut |_| ()),
    };
    let alive = |credentials: &Credentials| credentials.is_alive(host.now());
    match (plan.hops.last(), &plan.base.provider) {
        (Some(hop), _) => cached(&hop.cache_key()).filter(alive),
        // The AWS CLI takes them as they are, without a session.
        (None, Provider::StaticKeys { credentials } | Provider::Environment { credentials }) => Some(credentials.clone()),
        (None, provider) => provider.cache_key().and_then(|key| cached(&key)).filter(alive),
    }
}

/// botocore's name of the provider (formats.md §4.3).
fn method(plan: &ResolutionPlan) -> &'static str {
    if !plan.hops.is_empty() {
        return "assume-role";
    }
    let file = plan.base.span.map(|span| span.file);
    match &plan.base.provider {
        Provider::StaticKeys { .. } if file == Some(FileKind::Config) => "config-file",
        Provider::StaticKeys { .. } => "shared-credentials-file",
        Provider::SsoRole { .. } => "sso",
        Provider::WebIdentity { .. } => "assume-role-with-web-identity",
        Provider::Process { .. } => "custom-process",
        Provider::Login { .. } => "login",
        Provider::Environment { .. } => "env",
        Provider::EcsContainer => "container-role",
        Provider::Ec2InstanceMetadata => "iam-role",
    }
}

fn region_row(env: &EnvSnapshot, region: Option<&Setting>, place: &dyn Fn(&Provenance) -> Option<(String, u32)>) -> Row {
    let Some(region) = region else { return Row::unset("region") };
    let (kind, location) = match &region.value.origin {
        Provenance::Env(_) => ("env", "['AWS_REGION', 'AWS_DEFAULT_REGION']".to_owned()),
        Provenance::File(_) | Provenance::Flag(_) | Provenance::Default => {
            ("config-file", env.text("AWS_CONFIG_FILE").unwrap_or("~/.aws/config").to_owned())
        }
    };
    Row {
        value: Some(region.value.value.clone()),
        kind: Some(kind),
        location: Some(location),
        place: place(&region.value.origin),
        ..Row::unset("region")
    }
}

/// Byte for byte the AWS CLI's (since its 2.31).
fn table(rows: &[Row]) -> String {
    let line =
        |name: &str, value: &str, kind: &str, location: &str| format!("{name:<10} : {value:<24} : {kind:<16} : {location}\n");
    let row = |row: &Row| {
        let value = clean(row.value.as_deref().unwrap_or("<not set>")).replace('\n', " ");
        line(row.name, &value, row.kind.unwrap_or("None"), &clean(row.location.as_deref().unwrap_or("None")))
    };
    let head = line("NAME", "VALUE", "TYPE", "LOCATION");
    std::iter::once(head).chain(rows.iter().map(row)).collect()
}

fn document(row: &Row) -> Value {
    let (file, line) = row.place.clone().unzip();
    json!({"name": row.name, "value": row.value, "type": row.kind, "location": row.location, "file": file, "line": line})
}
