//! `awsenv configure set` and `unset`

use awsenv_profile::{Change, FileKind, ProfileSet, SectionKind};

use super::place::{Purpose, Target};
use super::{CREDENTIALS, write};
use crate::cli::{GetArgs, SetArgs};
use crate::context::Context;
use crate::report::{Code, Label, Report};
use crate::section_name;

pub(super) fn set(context: &Context, profile: Option<&str>, arguments: &SetArgs) -> Result<(), Report> {
    let profiles = context.profiles()?;
    let target = Target::of(context, &profiles, profile, &arguments.section, &arguments.key, Purpose::Write)?;
    section_name::check(&context.ui, &profiles, target.section, &target.name)?;
    let from_stdin = if arguments.value == "-" { Some(super::read_secret_line(&mut std::io::stdin().lock())?) } else { None };
    let value = from_stdin.as_ref().map_or(arguments.value.as_str(), |secret| secret.reveal());
    let file = home(&target);
    write(context, file, &[Change { place: target.place(), value: Some(value) }])?;
    let is_secret = file == FileKind::Credentials && !target.place().key.eq_ignore_ascii_case("aws_access_key_id");
    if is_secret && from_stdin.is_none() {
        let message = "a secret stood on the command line: it is in your shell's history, and every process could read it";
        let report = Report::warning(Code::SecretInArguments, message);
        context.ui.report(&report.help(format!("next time: pass show aws | awsenv configure set {} -", arguments.key)));
    }
    if file == FileKind::Config
        && let Some(report) = shadowed(&profiles, &target)
    {
        context.ui.report(&report);
    }
    Ok(())
}

pub(super) fn unset(context: &Context, profile: Option<&str>, arguments: &GetArgs) -> Result<(), Report> {
    let profiles = context.profiles()?;
    let target = Target::of(context, &profiles, profile, &arguments.section, &arguments.key, Purpose::Write)?;
    let change = Change { place: target.place(), value: None };
    let section = target.section(&profiles);
    let key = target.place().key.to_ascii_lowercase();
    let is_in = |file| section.is_some_and(|section| section.get_in(&key, file).is_some());
    let first = home(&target);
    write(context, first, &[change])?;
    let other = if first == FileKind::Config { FileKind::Credentials } else { FileKind::Config };
    if is_in(other) {
        write(context, other, &[change])?;
    }
    if !is_in(first) && !is_in(other) {
        context.ui.note(&format!("there was no {}", target.shown()));
    }
    Ok(())
}

/// The file in which a setting is written.
fn home(target: &Target) -> FileKind {
    let place = target.place();
    let is_credential = CREDENTIALS.iter().any(|key| place.key.eq_ignore_ascii_case(key));
    if target.section == SectionKind::Profile && place.sub.is_none() && is_credential {
        FileKind::Credentials
    } else {
        FileKind::Config
    }
}

/// The credentials file wins where both files have a setting.
fn shadowed(profiles: &ProfileSet, target: &Target) -> Option<Report> {
    let key = target.place().key.to_ascii_lowercase();
    let other = target.section(profiles)?.get_in(&key, FileKind::Credentials)?;
    let message = format!("what was written does not count: the credentials file has {} too, and wins", target.shown());
    let label = Label::new(profiles.sources(), other.span, "this counts");
    Some(
        Report::warning(Code::SettingShadowed, message)
            .label(label)
            .help("remove it there; `awsenv configure unset` removes both"),
    )
}
