//! `awsenv status`

use awsenv_prompt::{Status, StatusOrigin, time_left};
use serde_json::json;

use crate::cli::{StatusArgs, TextFormat};
use crate::context::Context;
use crate::report::{Report, clean};
use crate::stdout;

pub(crate) fn run(context: &Context, arguments: &StatusArgs) -> Result<(), Report> {
    let status = Status::read(&context.host.env);
    let left = status.expires_at.map(|end| end.seconds_left(context.host.now()));
    match arguments.format {
        TextFormat::Json => stdout::json(&json!({
            "profile": status.profile,
            "mode": status.mode,
            "region": status.region,
            "account_id": status.account_id,
            "expires_at": status.expires_at.map(|end| end.to_string()),
            "seconds_left": left,
            "refreshable": status.refreshable,
            "origin": status.origin.name(),
            "directory_file": status.directory_file,
        })),
        TextFormat::Text => {
            if status.origin == StatusOrigin::None {
                return stdout::line("this shell is in no profile");
            }
            let origin = match (status.origin, &status.directory_file) {
                (StatusOrigin::Manual, _) => "chosen with `awsenv use`".to_owned(),
                (StatusOrigin::Directory, Some(file)) => format!("chosen by {file}"),
                (StatusOrigin::Directory, None) => "chosen by the directory".to_owned(),
                (StatusOrigin::Environment | StatusOrigin::None, _) => "set by hand or by another tool".to_owned(),
            };
            let ends = match (status.expires_at, left) {
                (Some(end), Some(left)) if left > 0 => format!(
                    "{} left (until {end}){}",
                    time_left(left),
                    if status.refreshable { ", renewable without a question" } else { "" }
                ),
                // The prompt's word first.
                (Some(end), _) => match status.countdown() {
                    Some((_, ended @ "login needed")) => format!("{ended} (expired at {end})"),
                    _ => format!("expired at {end}"),
                },
                (None, _) => "no known end".to_owned(),
            };
            let dash = || "-".to_owned();
            let rows = [
                ("profile", status.profile.unwrap_or_else(dash)),
                ("mode", status.mode.map_or_else(dash, str::to_owned)),
                ("account", status.account_id.unwrap_or_else(dash)),
                ("region", status.region.unwrap_or_else(dash)),
                ("ends", ends),
                ("origin", origin),
            ];
            let text: String = rows.iter().map(|(name, value)| format!("{name:8} {}\n", clean(value))).collect();
            stdout::write(text.as_bytes())
        }
    }
}
