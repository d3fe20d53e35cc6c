//! `awsenv configure get`

use super::place::{Purpose, Target};
use crate::cli::GetArgs;
use crate::context::Context;
use crate::report::{Code, Label, Report};
use crate::stdout;

pub(super) fn run(context: &Context, profile: Option<&str>, arguments: &GetArgs) -> Result<(), Report> {
    let profiles = context.profiles()?;
    let target = Target::of(context, &profiles, profile, &arguments.section, &arguments.key, Purpose::Read)?;
    let not_set = || Report::error(Code::SettingNotSet, format!("there is no {}", target.shown()));
    let Some(section) = target.section(&profiles) else {
        // Nobody has to write `[default]`.
        return Err(if target.name == "default" { not_set() } else { target.no_section(&profiles) });
    };
    let place = target.place();
    let key = place.key.to_ascii_lowercase();
    let subs = section.sub_properties(&key);
    let value = match place.sub {
        Some(sub) => subs.iter().rfind(|(key, _)| key.value.eq_ignore_ascii_case(sub)).map(|(_, value)| value.value),
        None if !subs.is_empty() => {
            let names: Vec<String> = subs.iter().map(|(key, _)| format!("{}.{}", place.key, key.value)).collect();
            let report = Report::error(Code::Usage, format!("{} is a block, not a value", target.shown()));
            let span = section.key_span(&key);
            let report = span.map_or(report.clone(), |span| report.label(Label::new(profiles.sources(), span, "the block")));
            return Err(report.help(format!("ask for one of {}", names.join(", "))));
        }
        None => section.get(&key).map(|value| value.value),
    };
    stdout::line(value.ok_or_else(not_set)?)
}
