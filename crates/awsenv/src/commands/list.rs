//! `awsenv list`

use std::collections::HashSet;
use std::io::IsTerminal as _;

use awsenv_profile::{FileKind, ProfileSet, Section};
use awsenv_resolve::{CacheKey, CacheKind, RoleArguments, SsoCacheName, Timestamp};
use serde_json::{Map, Value, json};

use crate::cli::{ListArgs, ListFormat};
use crate::context::Context;
use crate::report::{Report, clean, hide_secrets};
use crate::sign_in::SessionEnd;
use crate::stdout;

pub(crate) fn run(context: &Context, arguments: &ListArgs) -> Result<(), Report> {
    let profiles = context.profiles()?;
    let chosen = profiles.profiles().filter(|section| matches(*section, &arguments.filter));
    match arguments.format {
        ListFormat::Names => {
            let mut text = String::new();
            // A program must get the name itself, a screen nothing that commands it.
            let is_terminal = std::io::stdout().is_terminal();
            for section in chosen {
                text.push_str(&if is_terminal { clean(section.name()) } else { section.name().to_owned() });
                text.push('\n');
            }
            stdout::write(text.as_bytes())
        }
        ListFormat::Json => {
            let mut document = document(context, &profiles, chosen.collect(), arguments.all_settings);
            hide_secrets(&mut document);
            stdout::json(&document)
        }
        ListFormat::Table => {
            let rows: Vec<Section<'_>> = chosen.collect();
            if rows.is_empty() {
                let message = if !arguments.filter.is_empty() {
                    "no profile matches"
                } else {
                    "there are no profiles yet: `awsenv configure sso` or `awsenv configure` makes one"
                };
                context.ui.note(message);
            }
            stdout::write(table(context, &rows).as_bytes())
        }
    }
}

/// Every word of the filter is in something that one may remember of the profile.
fn matches(section: Section<'_>, filter: &[String]) -> bool {
    let mut text = section.name().to_lowercase();
    for key in ["sso_account_id", "sso_account_name", "sso_role_name", "role_arn", "region", "sso_session", "source_profile"] {
        if let Some(value) = section.get(key) {
            text.push('\n');
            text.push_str(&value.value.to_lowercase());
        }
    }
    filter.iter().flat_map(|words| words.split_whitespace()).all(|word| text.contains(&word.to_lowercase()))
}

/// What a profile is, by the settings that decide first in the AWS CLI's order (formats.md §6).
pub(super) fn kind(section: Section<'_>) -> &'static str {
    let has = |key: &str| section.get(key).is_some_and(|value| !value.value.is_empty());
    let has_in = |file| section.get_in("aws_access_key_id", file).is_some();
    match () {
        () if has("role_arn") && !has("web_identity_token_file") => "role",
        () if has("web_identity_token_file") => "web-identity",
        () if has("sso_account_id") || has("sso_role_name") => "sso",
        () if has_in(FileKind::Credentials) => "static",
        () if has("login_session") => "login",
        () if has("credential_process") => "process",
        () if has_in(FileKind::Config) => "static",
        () => "settings-only",
    }
}

/// The ends of what is cached; the folder is read once, since most profiles have nothing there.
struct Cached<'a> {
    context: &'a Context,
    files: HashSet<String>,
}

impl<'a> Cached<'a> {
    fn new(context: &'a Context) -> Self {
        let directory = context.host.directories.aws.role_cache.as_ref();
        let entries = directory.and_then(|directory| std::fs::read_dir(directory).ok());
        let files = entries.into_iter().flatten().flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        Self { context, files }
    }

    fn end(&self, section: Section<'_>) -> Option<Timestamp> {
        let key = key(section)?;
        if key.kind == CacheKind::Role && !self.files.contains(&key.file_name()) {
            return None;
        }
        match key.kind {
            CacheKind::Login => self.context.host.load_login_token(&key, &mut |_| ())?.credentials.expiration,
            _ => self.context.host.load_credentials(&key, &mut |_| ())?.expiration,
        }
    }
}

/// Where the AWS CLI caches what this profile leads to.
fn key(section: Section<'_>) -> Option<CacheKey> {
    let text = |key: &str| section.get(key).map(|value| value.value).filter(|value| !value.is_empty());
    match kind(section) {
        "role" => Some(CacheKey::assume_role(&RoleArguments {
            role_arn: text("role_arn")?,
            role_session_name: text("role_session_name"),
            external_id: text("external_id"),
            mfa_serial: text("mfa_serial"),
            duration_seconds: text("duration_seconds").and_then(|seconds| seconds.parse().ok()),
        })),
        "web-identity" => Some(CacheKey::web_identity(text("role_arn")?, text("role_session_name"))),
        "sso" => {
            let session =
                text("sso_session").map(SsoCacheName::Session).or_else(|| text("sso_start_url").map(SsoCacheName::StartUrl))?;
            Some(CacheKey::sso_role(text("sso_account_id")?, text("sso_role_name")?, session))
        }
        "login" => Some(CacheKey::login(text("login_session")?)),
        _ => None,
    }
}

fn document(context: &Context, profiles: &ProfileSet, chosen: Vec<Section<'_>>, all_settings: bool) -> Value {
    let cached = Cached::new(context);
    let sources = profiles.sources();
    let list: Vec<Value> = chosen
        .into_iter()
        .map(|section| {
            let text = |key: &str| section.get(key).map(|value| value.value).filter(|value| !value.is_empty());
            let location = sources.location(section.span());
            let mut object = Map::new();
            object.insert("name".into(), json!(section.name()));
            object.insert("kind".into(), json!(kind(section)));
            object.insert("region".into(), json!(text("region")));
            object.insert("account_id".into(), json!(account_id(section)));
            object.insert("role_name".into(), json!(role_name(section)));
            for key in ["role_arn", "sso_session", "source_profile", "mfa_serial"] {
                object.insert(key.into(), json!(text(key)));
            }
            object.insert("file".into(), json!(location.path.to_string_lossy()));
            object.insert("line".into(), json!(location.line));
            object.insert("expires_at".into(), json!(cached.end(section).map(|end| end.to_string())));
            if all_settings {
                object.insert("settings".into(), settings(section));
            }
            Value::Object(object)
        })
        .collect();
    let sessions: Vec<Value> = profiles
        .sso_sessions()
        .map(|session| {
            let text = |key: &str| session.get(key).map(|value| value.value).filter(|value| !value.is_empty());
            let location = sources.location(session.span());
            let key = CacheKey::sso_token(SsoCacheName::Session(session.name()));
            let token = context.host.load_sso_token(&key, &mut |_| ());
            let end = token.map(|token| SessionEnd::of(context, &key, &token, false).end);
            json!({
                "name": session.name(),
                "start_url": text("sso_start_url"),
                "region": text("sso_region"),
                "file": location.path.to_string_lossy(),
                "line": location.line,
                "expires_at": end.map(|end| end.to_string()),
            })
        })
        .collect();
    json!({"profiles": list, "sso_sessions": sessions, "warnings": warnings(profiles)})
}

/// The broken lines, in the JSON form of a report.
fn warnings(profiles: &ProfileSet) -> Vec<Value> {
    let sources = profiles.sources();
    let reports = profiles.errors().iter().map(|error| {
        Report::warning(crate::report::Code::ConfigSyntax, error.to_string())
            .label(crate::report::Label::new(sources, error.span, ""))
    });
    reports.filter_map(|report| serde_json::from_str(&report.to_json()).ok()).collect()
}

fn account_id(section: Section<'_>) -> Option<String> {
    let text = |key: &str| section.get(key).map(|value| value.value.to_owned()).filter(|value| !value.is_empty());
    match kind(section) {
        "sso" => text("sso_account_id"),
        "role" | "web-identity" => text("role_arn").as_deref().and_then(awsenv_resolve::account_of),
        "login" => text("login_session").as_deref().and_then(awsenv_resolve::account_of),
        _ => text("aws_account_id"),
    }
}

fn role_name(section: Section<'_>) -> Option<String> {
    let text = |key: &str| section.get(key).map(|value| value.value).filter(|value| !value.is_empty());
    match kind(section) {
        "sso" => text("sso_role_name").map(str::to_owned),
        "role" | "web-identity" => awsenv_resolve::Arn::parse(text("role_arn")?).map(|arn| arn.name().to_owned()),
        _ => None,
    }
}

/// Every key as written; a block of sub-properties as an object; what is secret as `****`.
fn settings(section: Section<'_>) -> Value {
    let is_secret = |key: &str| matches!(key, "aws_secret_access_key" | "aws_session_token" | "aws_security_token");
    let shown = |key: &str, value: &str| if is_secret(&key.to_ascii_lowercase()) { json!("****") } else { json!(value) };
    let object: Map<String, Value> = section
        .settings()
        .map(|(key, value)| {
            let block = section.sub_properties(key.value);
            let value = if block.is_empty() {
                shown(key.value, value.value)
            } else {
                Value::Object(
                    block.into_iter().map(|(sub, value)| (sub.value.to_owned(), shown(sub.value, value.value))).collect(),
                )
            };
            (key.value.to_owned(), value)
        })
        .collect();
    Value::Object(object)
}

fn table(context: &Context, rows: &[Section<'_>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let cached = Cached::new(context);
    let now = context.host.now();
    let active = context.host.env.nonempty("AWSENV_PROFILE").map(str::to_owned);
    let mut lines: Vec<[String; 6]> = vec![["PROFILE", "KIND", "ACCOUNT", "ROLE", "REGION", "CACHED"].map(str::to_owned)];
    for section in rows {
        let region = section.get("region").map(|region| region.value.to_owned()).unwrap_or_default();
        let mark = if active.as_deref() == Some(section.name()) { "* " } else { "" };
        let left = cached.end(*section).map(|end| end.seconds_left(now)).filter(|left| *left > 0).map(awsenv_prompt::time_left);
        lines.push([
            format!("{mark}{}", section.name()),
            kind(*section).to_owned(),
            account_id(*section).unwrap_or_default(),
            role_name(*section).unwrap_or_default(),
            region,
            left.unwrap_or_default(),
        ]);
    }
    // A value of several lines is one line of the table.
    for cell in lines.iter_mut().flatten() {
        *cell = clean(cell).replace('\n', " ");
    }
    let mut widths = [0; 6];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    lines
        .iter()
        .map(|line| {
            let cells: Vec<String> = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            format!("{}\n", cells.join("  ").trim_end())
        })
        .collect()
}
