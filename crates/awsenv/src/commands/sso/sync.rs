//! `awsenv sso sync`

use std::collections::HashSet;
use std::path::PathBuf;

use awsenv_aws::{AwsError, SsoAccount};
use awsenv_profile::{Document, FileKind, ProfileSet, SourceFile};
use awsenv_resolve::{Provenance, SsoSession};
use serde_json::json;

use super::said::{self, Done};
use super::told::{session_names, told};
use crate::cli::{ColorChoice, SsoSyncArgs};
use crate::context::Context;
use crate::report::{Code, Label, Report, Severity};
use crate::settings::{Settings, SyncSettings};
use crate::sign_in;
use crate::sso_sync::merge::{Defaults, Fate, Merged, Order, Prune, merge, same_meaning};
use crate::sso_sync::part::Unclear;
use crate::sso_sync::template::{self, Template};
use crate::sso_sync::wanted::Filters;
use crate::sso_sync::{Assignment, Portal, part, splice};
use crate::{stdout, ui};

/// What the portal lists, as far as it is wanted.
pub(super) struct Listing {
    pub(super) accounts: usize,
    pub(super) assignments: Vec<Assignment>,
    /// The accounts whose roles could not be had.
    pub(super) failed: Vec<(SsoAccount, AwsError)>,
    /// Roles, each with its account, whose names no file can hold.
    pub(super) unusable: Vec<(String, String)>,
    /// The accounts whose ids are none.
    pub(super) unusable_accounts: Vec<SsoAccount>,
}

impl Listing {
    /// Whether everything that there is has been listed, and can be a profile.
    pub(super) fn is_complete(&self) -> bool {
        self.accounts > 0 && self.failed.is_empty() && self.unusable.is_empty() && self.unusable_accounts.is_empty()
    }
}

/// What is for stdout. It is written when all has gone well.
pub(super) enum Output {
    Nothing,
    Text(String),
    Document(serde_json::Value),
}

pub(super) fn run(context: &Context, arguments: &SsoSyncArgs, color: ColorChoice) -> Result<(), Report> {
    let settings = context.settings()?;
    let profiles = context.profiles()?;
    let names = session_names(context, &settings, &profiles, arguments)?;
    let (mut text, mut documents, mut first_failure) = (String::new(), Vec::new(), None);
    for name in &names {
        match sync(context, &settings, &profiles, name, arguments, color) {
            Ok(Output::Nothing) => {}
            Ok(Output::Text(diff)) => text += &diff,
            Ok(Output::Document(document)) => documents.push(document),
            // The others are synced all the same; the last word has the first failure.
            Err(report) if first_failure.is_some() => context.ui.report(&report),
            Err(report) => first_failure = Some(report),
        }
    }
    match (first_failure, documents.len()) {
        (Some(report), _) => Err(report),
        (None, 0) => stdout::write(text.as_bytes()),
        (None, 1) if names.len() == 1 => documents.iter().try_for_each(stdout::json),
        (None, _) => stdout::json(&json!({"sessions": documents})),
    }
}

/// Syncs one session.
fn sync(
    context: &Context,
    settings: &Settings,
    profiles: &ProfileSet,
    name: &str,
    arguments: &SsoSyncArgs,
    color: ColorChoice,
) -> Result<Output, Report> {
    let session = sign_in::named(profiles, name, Provenance::Flag("--sso-session"))?;
    let last = settings.sso_sync.iter().rev().find(|sync| sync.session == name).cloned();
    let sync = told(last.clone().unwrap_or_else(|| SyncSettings::new(name)), arguments)?;
    let template = Template::parse(sync.template.as_deref().unwrap_or(template::DEFAULT))
        .map_err(|what| Report::error(Code::Usage, "`--template` is not understood").help(format!("it takes {what}")))?;
    // Before anybody is sent to a browser.
    let document = context.host.config_document()?;
    part::find(&document, name).map_err(|unclear| unclear_report(&document, unclear))?;
    if !arguments.dry_run {
        context.host.ensure_config_writable()?;
    }
    let listing = list(context, settings, profiles, &session, &sync, arguments)?;
    let unknown: HashSet<String> = listing.failed.iter().map(|(account, _)| account.id.clone()).collect();
    let prune = if arguments.prune { Prune::All } else { Prune::None };
    let order = Order {
        session: name,
        start_url: &session.start_url.value,
        assignments: &listing.assignments,
        unknown: &unknown,
        template: &template,
        defaults: &sync.defaults,
        before: last.as_ref().map_or(&NO_DEFAULTS, |last| &last.defaults),
        prune: &prune,
    };
    let has_filters = sync.filters != Filters::default();
    let done =
        |file, merged, is_written| Done { has_filters, context, session: name, file, listing: &listing, merged, is_written };
    if arguments.dry_run {
        let document = context.host.config_document()?;
        let (merged, _) = checked(&document, profiles, &order)?;
        let done = done(document.source().path().to_owned(), merged, false);
        return Ok(if said::is_json(arguments) { done.document() } else { done.difference(&document, color) });
    }
    let agreed = agreed(context, profiles, &order, arguments)?;
    let (file, merged) = write(context, profiles, &Order { prune: &agreed, ..order })?;
    if last.as_ref() != Some(&sync) {
        remember(context, &sync);
    }
    let is_written = !merged.splices.is_empty();
    let done = done(file, merged, is_written);
    if said::is_json(arguments) {
        return Ok(done.document());
    }
    done.summary(&sync);
    Ok(Output::Nothing)
}

static NO_DEFAULTS: Defaults = Defaults { region: None, output: None };

fn list(
    context: &Context,
    settings: &Settings,
    profiles: &ProfileSet,
    session: &SsoSession,
    sync: &SyncSettings,
    arguments: &SsoSyncArgs,
) -> Result<Listing, Report> {
    let portal = Portal::new(context, settings, profiles, session, arguments.sign_in.into())?;
    let (accounts, unusable_accounts) = portal.accounts()?;
    let wanted: Vec<&SsoAccount> = accounts.iter().filter(|account| sync.filters.wants_account(account)).collect();
    let mut listing = Listing {
        accounts: accounts.len(),
        assignments: Vec::new(),
        failed: Vec::new(),
        unusable: Vec::new(),
        unusable_accounts,
    };
    for (account, roles) in wanted.iter().zip(portal.roles(&wanted)?) {
        match roles {
            Ok(roles) => {
                let (assignments, unusable) = sync.filters.assignments(account, &roles);
                listing.assignments.extend(assignments);
                listing.unusable.extend(unusable.into_iter().map(|role| (said::account(account), role.to_owned())));
            }
            Err(error) => listing.failed.push(((*account).clone(), error)),
        }
    }
    listing.assignments.sort();
    listing.assignments.dedup_by_key(|assignment| assignment.key());
    for report in said::incomplete(&listing) {
        context.ui.report(&report);
    }
    if !arguments.prune {
        return Ok(listing);
    }
    let refused = |why: String| {
        let report = Report::error(Code::PruneRefused, format!("nothing is removed, and nothing written: {why}"));
        Err(report
            .help("without --prune what is gone is only named")
            .help("removing by hand: the profiles stand in the config file"))
    };
    match (listing.accounts, listing.failed.len(), listing.assignments.len()) {
        (0, _, _) => refused(format!("Identity Center lists no account for {}", session.label())),
        (_, 1.., _) => refused("the roles of some accounts could not be listed".to_owned()),
        (_, _, 0) => refused("no role is left after the patterns".to_owned()),
        _ => Ok(listing),
    }
}

/// Asks before profiles are removed; what is removed is then what was shown, and no more.
fn agreed(context: &Context, profiles: &ProfileSet, order: &Order<'_>, arguments: &SsoSyncArgs) -> Result<Prune, Report> {
    if !arguments.prune || arguments.yes {
        return Ok(order.prune.clone());
    }
    let document = context.host.config_document()?;
    let outcomes = merged(&document, profiles, order)?.outcomes;
    let names: Vec<String> =
        outcomes.into_iter().filter(|outcome| outcome.fate == Fate::Removed).map(|outcome| outcome.name).collect();
    if names.is_empty() {
        return Ok(Prune::Named(HashSet::new()));
    }
    let what = if names.len() == 1 { "1 profile is".to_owned() } else { format!("{} profiles are", names.len()) };
    if !context.ui.may_ask() {
        let report = Report::error(Code::ConfirmationRequired, format!("{what} to be removed, and nobody can be asked"));
        return Err(report.help("--yes in a script").help("--dry-run shows which"));
    }
    context.ui.line(&format!("{what} to be removed:"));
    said::names(&context.ui, "-", "31", &names);
    if ui::ask_yes("remove?")? {
        return Ok(Prune::Named(names.into_iter().collect()));
    }
    Err(Report::error(Code::Cancelled, "not confirmed; nothing was changed"))
}

/// Writes what is to be. The file may have been changed while the portal was asked: what it is now decides.
fn write(context: &Context, profiles: &ProfileSet, order: &Order<'_>) -> Result<(PathBuf, Merged), Report> {
    let mut decided = Merged { splices: Vec::new(), outcomes: Vec::new() };
    let edited = context.host.rewrite(FileKind::Config, |document| {
        let (merged, text) = checked(document, profiles, order)?;
        decided = merged;
        Ok::<_, Report>(text)
    })?;
    Ok((edited.path, decided))
}

/// The profiles are there in any case.
fn remember(context: &Context, sync: &SyncSettings) {
    if let Err(report) = Settings::remember(&context.host, sync) {
        let report = Report { severity: Severity::Warning, ..report };
        context.ui.report(&report.help("the profiles are written; the next sync needs its options again"));
    }
}

/// What is to change, and the text with it, which is read again.
fn checked(document: &Document, before: &ProfileSet, order: &Order<'_>) -> Result<(Merged, String), Report> {
    let merged = merged(document, before, order)?;
    let text = splice::text(document, &merged.splices);
    check(document, &text, &merged, order)?;
    Ok((merged, text))
}

fn merged(document: &Document, before: &ProfileSet, order: &Order<'_>) -> Result<Merged, Report> {
    let credentials = before.sources().file(FileKind::Credentials).cloned();
    let profiles = ProfileSet::parse(Some(document.source().clone()), credentials);
    merge(document, &profiles, order).map_err(|unclear| unclear_report(document, unclear))
}

/// Reads the new text again: every profile must be what it was meant to be, whatever else is in the file.
fn check(document: &Document, text: &str, merged: &Merged, order: &Order<'_>) -> Result<(), Report> {
    let source = document.source();
    let again = Document::parse(SourceFile::new(FileKind::Config, source.path(), text));
    same_meaning(document, &again, order).map_err(|unclear| unclear_report(document, unclear))?;
    let after = ProfileSet::parse(Some(again.source().clone()), None);
    for outcome in merged.outcomes.iter().filter(|outcome| matches!(outcome.fate, Fate::Added(_) | Fate::Changed(_))) {
        let section = after.profile(&outcome.name);
        let is = |key: &str, value: &str| section.and_then(|section| section.get(key)).is_some_and(|found| found.value == value);
        if !is("sso_account_id", &outcome.key.account_id) || !is("sso_role_name", &outcome.key.role) {
            let message =
                format!("{} is left as it is: profile `{}` would be read otherwise", source.path().display(), outcome.name);
            return Err(Report::error(Code::ConfigSyntax, message).help("look for lines near it that are not understood"));
        }
    }
    Ok(())
}

fn unclear_report(document: &Document, unclear: Unclear) -> Report {
    let profiles = ProfileSet::parse(Some(document.source().clone()), None);
    let shown = document.source().path().display();
    let message = format!("{shown} is left as it is: what a sync may write there is not clear");
    let report = Report::error(Code::SyncMarkers, message).help(unclear.help);
    let Some(line) = document.lines().get(unclear.line) else { return report };
    let mut label = Label::new(profiles.sources(), line.span, unclear.why);
    // The span has the line's end with it.
    label.length = u32::try_from(label.source_line.trim_end().chars().count()).unwrap_or(u32::MAX);
    report.label(label)
}
