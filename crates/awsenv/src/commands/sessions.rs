//! `awsenv sessions`

use std::collections::HashSet;

use awsenv_host::SsoToken;
use awsenv_profile::ProfileSet;
use awsenv_prompt::time_left;
use awsenv_resolve::{CacheKey, CacheKind, SsoCacheName, Timestamp, TokenState};
use serde_json::json;

use crate::cli::{SessionsArgs, SessionsFormat};
use crate::context::Context;
use crate::report::{Report, clean, hide_secrets};
use crate::sign_in::SessionEnd;
use crate::stdout;

/// A console session lives for twelve hours at most, in seconds.
const LONGEST_LOGIN: i64 = 12 * 3_600;

/// A sign-in session, as far as files tell.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Known {
    kind: &'static str,
    name: Option<String>,
    start_url: Option<String>,
    region: Option<String>,
    /// When it ends for good.
    end: Option<Timestamp>,
    refreshable: bool,
    registration_end: Option<Timestamp>,
    signed_in: bool,
}

pub(crate) fn run(context: &Context, arguments: &SessionsArgs) -> Result<(), Report> {
    let profiles = context.profiles()?;
    let sessions = known(context, &profiles);
    match arguments.format {
        SessionsFormat::Json => {
            let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
            let list: Vec<_> = sessions
                .iter()
                .map(|session| {
                    json!({
                        "kind": session.kind,
                        "name": session.name,
                        "start_url": session.start_url,
                        "region": session.region,
                        "expires_at": time(session.end),
                        "refreshable": session.refreshable,
                        "registration_expires_at": time(session.registration_end),
                    })
                })
                .collect();
            let mut document = json!({"sessions": list});
            hide_secrets(&mut document);
            stdout::json(&document)
        }
        SessionsFormat::Table => {
            if sessions.is_empty() {
                context.ui.note("there are no sessions: `awsenv configure sso` makes one");
            }
            stdout::write(table(&sessions, context.host.now()).as_bytes())
        }
    }
}

/// Those of the configuration, then those that only the caches know.
fn known(context: &Context, profiles: &ProfileSet) -> Vec<Known> {
    let (host, now) = (&context.host, context.host.now());
    let mut seen = HashSet::new();
    let mut sessions = Vec::new();
    let mut add_sso = |name: Option<&str>, start_url: Option<&str>, region: Option<&str>, key: CacheKey| {
        if seen.insert(key.clone()) {
            let token = host.load_sso_token(&key, &mut |_| ());
            sessions.push(sso(context, name, start_url, region, &key, token.as_ref()));
        }
    };
    for session in profiles.sso_sessions() {
        let text = |key: &str| session.get(key).map(|value| value.value).filter(|value| !value.is_empty());
        let key = CacheKey::sso_token(SsoCacheName::Session(session.name()));
        add_sso(Some(session.name()), text("sso_start_url"), text("sso_region"), key);
    }
    for profile in profiles.profiles() {
        let text = |key: &str| profile.get(key).map(|value| value.value).filter(|value| !value.is_empty());
        if let (None, Some(start_url)) = (text("sso_session"), text("sso_start_url")) {
            add_sso(None, Some(start_url), text("sso_region"), CacheKey::sso_token(SsoCacheName::StartUrl(start_url)));
        }
    }
    for key in host.cache_keys(CacheKind::Sso) {
        if host.load_sso_token(&key, &mut |_| ()).is_some() {
            add_sso(None, None, None, key);
        }
    }
    let mut logins = HashSet::new();
    for profile in profiles.profiles() {
        let Some(arn) = profile.get("login_session").map(|value| value.value).filter(|value| !value.is_empty()) else { continue };
        let key = CacheKey::login(arn);
        if logins.insert(key.clone()) {
            sessions.push(login(context, Some(arn), profile.get("region").map(|value| value.value), &key, now));
        }
    }
    for key in host.cache_keys(CacheKind::Login) {
        if host.load_login_token(&key, &mut |_| ()).is_some() && logins.insert(key.clone()) {
            sessions.push(login(context, None, None, &key, now));
        }
    }
    sessions
}

fn sso(
    context: &Context,
    name: Option<&str>,
    start_url: Option<&str>,
    region: Option<&str>,
    key: &CacheKey,
    token: Option<&SsoToken>,
) -> Known {
    let now = context.host.now();
    let of_token = |field: fn(&SsoToken) -> Option<&str>| token.and_then(field);
    // Whose token this is, is not known without a configuration; then its file decides.
    let is_legacy = name.is_none() && start_url.is_some();
    let end = token.map(|token| SessionEnd::of(context, key, token, is_legacy));
    Known {
        kind: "sso",
        name: name.map(str::to_owned),
        start_url: start_url.or(of_token(SsoToken::start_url)).map(str::to_owned),
        region: region.or(of_token(SsoToken::region)).map(str::to_owned),
        signed_in: end.is_some_and(|end| end.end > now),
        end: end.map(|end| end.end),
        refreshable: end.is_some_and(|end| end.renews_itself),
        registration_end: token.and_then(SsoToken::registration_end),
    }
}

/// The file does not say when the session ends, only that it lives while it is refreshed, twelve hours at most.
fn login(context: &Context, name: Option<&str>, region: Option<&str>, key: &CacheKey, now: Timestamp) -> Known {
    let token = context.host.load_login_token(key, &mut |_| ());
    let credentials_end = token.as_ref().and_then(|token| token.credentials.expiration);
    let refreshable = token.as_ref().is_some_and(|token| token.state(now) != TokenState::Gone)
        && credentials_end.is_some_and(|end| end.plus(LONGEST_LOGIN) > now);
    Known {
        kind: "login",
        name: name.map(str::to_owned),
        start_url: None,
        region: region.map(str::to_owned),
        end: credentials_end.filter(|_| !refreshable),
        refreshable,
        registration_end: None,
        signed_in: refreshable,
    }
}

fn table(sessions: &[Known], now: Timestamp) -> String {
    if sessions.is_empty() {
        return String::new();
    }
    let mut lines: Vec<[String; 5]> = vec![["SESSION", "KIND", "START URL", "REGION", "SIGNED IN"].map(str::to_owned)];
    for session in sessions {
        let left = session.end.map(|end| end.seconds_left(now)).filter(|left| *left > 0).map(time_left);
        let signed_in = match (session.signed_in, left) {
            (true, Some(left)) if session.refreshable => format!("renews itself, {left} left"),
            (true, Some(left)) => format!("{left} left"),
            (true, None) => "renews itself".to_owned(),
            (false, _) if session.end.is_some() => "ended".to_owned(),
            (false, _) => "no".to_owned(),
        };
        let one_line = |text: &str| clean(text).replace('\n', " ");
        let text = |text: &Option<String>| text.as_deref().map_or_else(|| "-".to_owned(), one_line);
        lines.push([text(&session.name), session.kind.to_owned(), text(&session.start_url), text(&session.region), signed_in]);
    }
    let mut widths = [0; 5];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let row = |line: &[String; 5]| {
        let cells: Vec<String> = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    lines.iter().map(row).collect()
}
