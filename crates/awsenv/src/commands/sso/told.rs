//! What `awsenv sso sync` is told: by options, and by what it remembers.

use awsenv_profile::ProfileSet;

use crate::cli::SsoSyncArgs;
use crate::context::Context;
use crate::report::{Code, Report};
use crate::settings::{Settings, SyncSettings};
use crate::sign_in;
use crate::sso_sync::template;
use crate::ui;

/// The sessions that are meant: as named, else all that are remembered, else the only one there is. What an option says is
/// for one session.
pub(super) fn session_names(
    context: &Context,
    settings: &Settings,
    profiles: &ProfileSet,
    arguments: &SsoSyncArgs,
) -> Result<Vec<String>, Report> {
    if let Some(name) = &arguments.sso_session {
        return Ok(vec![name.clone()]);
    }
    let mut remembered: Vec<&str> = settings.sso_sync.iter().map(|sync| sync.session.as_str()).collect();
    remembered.dedup();
    let there: Vec<&str> = profiles.sso_sessions().map(|session| session.name()).collect();
    let is_again = !remembered.is_empty() && !arguments.says_what();
    let names = if remembered.is_empty() { there } else { remembered };
    match names.as_slice() {
        [] => Err(sign_in::nothing()),
        several if is_again || several.len() == 1 => Ok(several.iter().map(|name| (*name).to_owned()).collect()),
        several if context.ui.may_ask() => {
            context.guard_interrupt();
            let rows: Vec<ui::Columns> = several.iter().map(|name| vec![(*name).to_owned()]).collect();
            Ok(vec![several[ui::pick(&context.ui, "session", &rows)?].to_owned()])
        }
        several => Err(Report::error(Code::NothingToPick, "no session was named, and there are several")
            .help(format!("--sso-session NAME, one of {}", several.join(", ")))),
    }
}

/// What was remembered, with what the options say.
pub(super) fn told(mut sync: SyncSettings, arguments: &SsoSyncArgs) -> Result<SyncSettings, Report> {
    let given = |option: &Option<String>, setting: &mut Option<String>| {
        if let Some(value) = option {
            *setting = Some(value.clone()).filter(|value| !value.is_empty());
        }
    };
    given(&arguments.template, &mut sync.template);
    given(&arguments.region, &mut sync.defaults.region);
    given(&arguments.output, &mut sync.defaults.output);
    sync.template.get_or_insert_with(|| template::DEFAULT.to_owned());
    for (option, value) in [("--region", &sync.defaults.region), ("--output", &sync.defaults.output)] {
        if let Some(value) =
            value.as_ref().filter(|value| !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        {
            let message = format!("`{option}` cannot be `{value}`");
            return Err(Report::error(Code::Usage, message).help("letters, digits and - only"));
        }
    }
    let filters = &mut sync.filters;
    for (option, patterns, setting) in [
        ("--include-account", &arguments.include_account, &mut filters.include_accounts),
        ("--exclude-account", &arguments.exclude_account, &mut filters.exclude_accounts),
        ("--include-role", &arguments.include_role, &mut filters.include_roles),
        ("--exclude-role", &arguments.exclude_role, &mut filters.exclude_roles),
    ] {
        if patterns.is_empty() {
            continue;
        }
        if let Some(pattern) = patterns.iter().find(|pattern| pattern.contains([',', '\n', '\r', ';', '#'])) {
            let message = format!("`{option}` cannot be `{pattern}`");
            return Err(Report::error(Code::Usage, message)
                .help("write `?` for a comma, `;` or `#`; give several patterns as several options"));
        }
        *setting = patterns.iter().filter(|pattern| !pattern.is_empty()).cloned().collect();
    }
    Ok(sync)
}
