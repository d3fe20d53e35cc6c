//! `awsenv configure import`: access keys from the console's CSV files.

use std::collections::HashSet;

use awsenv_profile::{Change, FileKind, Place, SectionKind};
use awsenv_resolve::Secret;

use super::csv::rows;
use super::write;
use crate::cli::ImportArgs;
use crate::context::Context;
use crate::report::{Code, Report};
use crate::section_name;

/// A profile to be written.
struct Entry {
    profile: String,
    key_id: String,
    secret: Secret,
}

pub(super) fn run(context: &Context, arguments: &ImportArgs) -> Result<(), Report> {
    let text = text(&arguments.csv)?;
    let (entries, skipped) = entries(text.reveal(), arguments)?;
    for row in skipped {
        context.ui.report(&Report::warning(Code::CsvInvalid, format!("{row}: it is left out")));
    }
    let profiles = context.profiles()?;
    for entry in &entries {
        section_name::check(&context.ui, &profiles, SectionKind::Profile, &entry.profile)?;
    }
    let place = |name, key| Place { section: SectionKind::Profile, name, key, sub: None };
    let changes: Vec<Change<'_>> = entries
        .iter()
        .flat_map(|entry| {
            [("aws_access_key_id", entry.key_id.as_str()), ("aws_secret_access_key", entry.secret.reveal())]
                .map(|(key, value)| Change { place: place(&entry.profile, key), value: Some(value) })
        })
        .collect();
    if !changes.is_empty() {
        write(context, FileKind::Credentials, &changes)?;
    }
    let names: Vec<&str> = entries.iter().map(|entry| entry.profile.as_str()).collect();
    let profiles = if names.len() == 1 { "profile" } else { "profiles" };
    context.ui.note(&format!("imported {} {profiles}: {}", names.len(), names.join(", ")));
    if arguments.file_has_secrets() {
        context.ui.note("the CSV file has the same secrets: remove it when it is not needed any more");
    }
    Ok(())
}

/// What `--csv` names: `-`, `file://PATH` or PATH.
fn text(csv: &str) -> Result<Secret, Report> {
    let read = if csv == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(csv.strip_prefix("file://").unwrap_or(csv))
    };
    read.map(Secret::new).map_err(|error| {
        if csv.contains([',', '\n']) {
            // Not to be repeated.
            return Report::error(Code::Usage, "--csv names a file; its text, with secrets, does not belong on a command line")
                .help("--csv FILE, or --csv - with the text on stdin");
        }
        Report::error(Code::CsvInvalid, format!("{csv} cannot be read: {error}")).help("name a file, or - for stdin")
    })
}

/// Every row, and why some are left out; or the first that is none.
fn entries(text: &str, arguments: &ImportArgs) -> Result<(Vec<Entry>, Vec<String>), Report> {
    let invalid = |message: String| Report::error(Code::CsvInvalid, message);
    let rows = rows(text).ok_or_else(|| invalid("a quote in the CSV is never closed".to_owned()).help("look for a single \""))?;
    let Some(((_, headers), rows)) = rows.split_first() else {
        return Err(invalid("the CSV has nothing in it".to_owned()).help("download it from the console once more"));
    };
    let column = |name: &str| headers.iter().position(|header| header.eq_ignore_ascii_case(name));
    let needed = |name: &str| {
        column(name).ok_or_else(|| {
            invalid(format!("the CSV has no column `{name}`"))
                .help("its first row has the names of the columns, as the console writes them")
        })
    };
    let (key_id, secret) = (needed("Access key ID")?, needed("Secret access key")?);
    let user = match (column("User name"), &arguments.user_name) {
        (_, Some(_)) if rows.len() > 1 => {
            return Err(Report::error(Code::Usage, "--user-name names one user, and the CSV has more").help("leave it out"));
        }
        (_, Some(name)) => Err(name),
        (Some(column), None) => Ok(column),
        (None, None) => {
            return Err(invalid("the CSV has no column `User name`".to_owned())
                .help("the console's file of one access key has none: name the user with --user-name"));
        }
    };
    let prefix = arguments.profile_prefix.as_deref().unwrap_or_default();
    let mut seen = HashSet::new();
    let (mut entries, mut skipped) = (Vec::new(), Vec::new());
    for (line, row) in rows {
        let field = |column: usize, name: &str| {
            let field = row.get(column).filter(|field| !field.is_empty() && !field.contains(['\n', '\r']));
            field.map(String::as_str).ok_or_else(|| format!("line {line} of the CSV has no `{name}`"))
        };
        let read = || {
            let user = user.map_or_else(|name| Ok(name.as_str()), |column| field(column, "User name"))?;
            let (key_id, secret) = (field(key_id, "Access key ID")?, field(secret, "Secret access key")?);
            Ok(Entry { profile: format!("{prefix}{user}"), key_id: key_id.to_owned(), secret: Secret::new(secret) })
        };
        match read() {
            Ok(entry) if seen.insert(entry.profile.clone()) => entries.push(entry),
            Ok(entry) => {
                return Err(invalid(format!("line {line} of the CSV is the second one for `{}`", entry.profile))
                    .help("a profile has one access key: remove one of the rows"));
            }
            Err(message) if arguments.skip_invalid => skipped.push(message),
            Err::<Entry, String>(message) => {
                return Err(
                    invalid(message).help("correct the row, or leave such rows out with --skip-invalid; nothing was written")
                );
            }
        }
    }
    Ok((entries, skipped))
}
