//! What `awsenv sso sync` says of what it has done.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use awsenv_aws::SsoAccount;
use awsenv_profile::Document;
use serde_json::{Value, json};

use super::sync::{Listing, Output};
use crate::cli::{ColorChoice, SsoSyncArgs, TextFormat};
use crate::context::Context;
use crate::report::{Code, Report, Style, clean, shown_line};
use crate::settings::SyncSettings;
use crate::sso_sync::Otherwise;
use crate::sso_sync::merge::{Fate, Merged, Outcome};
use crate::sso_sync::splice::{self, Mark};
use crate::ui::Ui;

/// As many names of one kind are shown without `-v`.
const MANY: usize = 12;

/// A sync that is over, or would be.
pub(super) struct Done<'a> {
    pub(super) context: &'a Context,
    pub(super) session: &'a str,
    pub(super) file: PathBuf,
    pub(super) listing: &'a Listing,
    pub(super) merged: Merged,
    pub(super) is_written: bool,
    pub(super) has_filters: bool,
}

pub(super) fn is_json(arguments: &SsoSyncArgs) -> bool {
    arguments.format == TextFormat::Json
}

/// An account as people know it.
pub(super) fn account(account: &SsoAccount) -> String {
    let name = account.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() { account.id.clone() } else { format!("{name} ({})", account.id) }
}

/// What is missing of a listing.
pub(super) fn incomplete(listing: &Listing) -> Vec<Report> {
    let failed = listing.failed.iter().map(|(of, error)| {
        let message = format!("the roles of {} could not be listed: {error}", account(of));
        Report::warning(Code::ListingIncomplete, message).help("its profiles stay as they are; the others are synced")
    });
    let unusable = listing.unusable.iter().map(|(of, role)| unusable_role(of, role));
    let accounts = listing.unusable_accounts.iter().map(unusable_account);
    let nothing = (listing.accounts == 0).then(|| {
        Report::warning(Code::ListingIncomplete, "Identity Center lists no account")
            .help("ask an administrator to assign you one")
    });
    failed.chain(accounts).chain(unusable).chain(nothing).collect()
}

/// The warning of a role, in an account, that no profile can be for.
pub(crate) fn unusable_role(of: &str, role: &str) -> Report {
    let role: String = role.chars().take(80).collect();
    let message = format!("a role in {of} has a name that no file can hold: {role:?}");
    Report::warning(Code::ListingIncomplete, message).help("it is left out")
}

/// The warning of an account that no profile can be for.
pub(crate) fn unusable_account(of: &SsoAccount) -> Report {
    let [name, id] = [&of.name, &of.id].map(|text| text.chars().take(80).collect::<String>());
    let message = format!("the account {name:?} has an id that is none: {id:?}");
    Report::warning(Code::ListingIncomplete, message).help("it is left out: an id has twelve digits")
}

/// Shows names, some of them where they are many.
pub(super) fn names(ui: &Ui, sign: &str, color: &str, names: &[String]) {
    let shown = if ui.is_verbose() { names.len() } else { MANY };
    for name in names.iter().take(shown) {
        ui.note_styled(&format!("  {} {}", ui.style.paint(color, sign), clean(name)));
    }
    if names.len() > shown {
        ui.note(&format!("    … and {} more (-v shows all)", names.len() - shown));
    }
}

impl Done<'_> {
    fn of(&self, is: impl Fn(&Fate) -> bool) -> Vec<&Outcome> {
        self.merged.outcomes.iter().filter(|outcome| is(&outcome.fate)).collect()
    }

    /// The document of `--format json`.
    pub(super) fn document(&self) -> Output {
        let list = |is: fn(&Fate) -> bool| self.of(is).into_iter().map(entry).collect::<Vec<_>>();
        let failed = self.listing.failed.iter().map(|(account, error)| {
            let code = Report::from(error.clone()).code.name();
            json!({"account_id": account.id, "account_name": account.name, "code": code, "message": error.to_string()})
        });
        Output::Document(json!({
            "session": self.session,
            "file": self.file.display().to_string(),
            "written": self.is_written,
            "complete": self.listing.is_complete(),
            "accounts": self.listing.accounts,
            "added": list(|fate| matches!(fate, Fate::Added(_))),
            "changed": list(|fate| matches!(fate, Fate::Changed(_))),
            "removed": list(|fate| *fate == Fate::Removed),
            "kept": list(|fate| *fate == Fate::Kept),
            "gone": list(|fate| matches!(fate, Fate::Gone | Fate::GoneWithAdditions | Fate::GoneAndNeeded(_))),
            "skipped": list(|fate| matches!(fate, Fate::Skipped(_))),
            "failed": failed.collect::<Vec<_>>(),
        }))
    }

    /// The changes as a diff on stdout, and on stderr what a diff does not show.
    pub(super) fn difference(&self, document: &Document, color: ColorChoice) -> Output {
        let is_terminal = std::io::stdout().is_terminal();
        let is_colored = match color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_terminal && self.context.ui.style.color,
        };
        let style = Style { color: is_colored };
        let file = self.context.host.pretty_path(&self.file);
        let lines = splice::difference(document, &self.merged.splices, &file);
        let text: String = lines
            .into_iter()
            .map(|(mark, line)| {
                // Around a change stands whatever a person has written there: also secrets.
                let line = if matches!(mark, Mark::File | Mark::Place) { line } else { shown_line(&line) };
                let line = if is_terminal { clean(&line) } else { line };
                let line = match mark {
                    Mark::File => style.bold(&line),
                    Mark::Place => style.paint("36", &line),
                    Mark::Same => format!(" {line}"),
                    Mark::Added => style.paint("32", &format!("+{line}")),
                    Mark::Removed => style.paint("31", &format!("-{line}")),
                };
                line + "\n"
            })
            .collect();
        self.remarks();
        self.count("would be ");
        Output::Text(text)
    }

    /// The whole of it for a person.
    pub(super) fn summary(&self, sync: &SyncSettings) {
        let ui = &self.context.ui;
        let shown = |outcomes: Vec<&Outcome>| outcomes.into_iter().map(|outcome| outcome.name.clone()).collect::<Vec<_>>();
        let added = shown(self.of(|fate| matches!(fate, Fate::Added(_))));
        names(ui, "+", "32", &added);
        let changed = self.of(|fate| matches!(fate, Fate::Changed(_))).into_iter().map(|outcome| match &outcome.fate {
            Fate::Changed(said) => format!("{}  {}", outcome.name, said.join(", ")),
            _ => outcome.name.clone(),
        });
        names(ui, "~", "33", &changed.collect::<Vec<_>>());
        names(ui, "-", "31", &shown(self.of(|fate| *fate == Fate::Removed)));
        self.remarks();
        self.count("");
        if !added.is_empty() && sync.defaults.region.is_none() {
            ui.note("they have no region: --region REGION gives them one");
        }
        if let Some(first) = added.first() {
            ui.note(&format!("use one: awsenv use {}", crate::sign_in::quoted(first)));
        }
    }

    /// What needs a word: names that are not the template's, profiles that are not written, and those that are gone.
    fn remarks(&self) {
        let ui = &self.context.ui;
        let mut remarks = Vec::new();
        for outcome in &self.merged.outcomes {
            let Outcome { name, key, .. } = outcome;
            remarks.extend(match &outcome.fate {
                Fate::Added(Some(Otherwise::Shared)) => {
                    Some(format!("`{name}` has its account in its name: several would have the same one"))
                }
                Fate::Added(Some(Otherwise::Taken)) => {
                    Some(format!("`{name}` is called so because the shorter name is something else already"))
                }
                // That is news once, and not at every sync.
                Fate::Skipped(_) if self.merged.splices.is_empty() && !ui.is_verbose() => None,
                Fate::Skipped(own) => Some(format!(
                    "`{own}` is a profile of your own for {} in {}: no second one is written",
                    key.role, key.account_id
                )),
                Fate::GoneWithAdditions => Some(format!("`{name}` is gone, but has settings of your own: remove it yourself")),
                Fate::GoneAndNeeded(by) => {
                    Some(format!("`{name}` is gone, but profile `{by}` takes its credentials from it: change that one first"))
                }
                Fate::Added(None) | Fate::Changed(_) | Fate::Removed | Fate::Gone | Fate::Kept => None,
            });
        }
        let shown = if ui.is_verbose() { remarks.len() } else { MANY };
        remarks.iter().take(shown).for_each(|remark| ui.note(&format!("  {remark}")));
        if remarks.len() > shown {
            ui.note(&format!("    … and {} more like these (-v shows all)", remarks.len() - shown));
        }
        let gone: Vec<String> = self.of(|fate| *fate == Fate::Gone).into_iter().map(|outcome| outcome.name.clone()).collect();
        if !gone.is_empty() {
            let why =
                if self.has_filters { "gone from Identity Center or left out by a pattern" } else { "gone from Identity Center" };
            ui.note(&format!("{why}, and still in the file (--prune removes them):"));
            names(ui, "?", "33", &gone);
        }
    }

    fn count(&self, would_be: &str) {
        let ui = &self.context.ui;
        let file = self.context.host.pretty_path(&self.file);
        let number = |is: fn(&Fate) -> bool| self.of(is).len();
        let numbers = [
            (number(|fate| matches!(fate, Fate::Added(_))), "added"),
            (number(|fate| matches!(fate, Fate::Changed(_))), "changed"),
            (number(|fate| *fate == Fate::Removed), "removed"),
        ];
        let parts: Vec<String> =
            numbers.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {would_be}{word}")).collect();
        let kept = number(|fate| {
            matches!(fate, Fate::Kept | Fate::Skipped(_) | Fate::Gone | Fate::GoneWithAdditions | Fate::GoneAndNeeded(_))
        });
        let all = format!("{} roles in {} accounts", self.listing.assignments.len(), self.listing.accounts);
        if parts.is_empty() {
            ui.note(&format!("{}: {all}; nothing to change in {file}", self.session));
        } else {
            let kept = if kept > 0 { format!(", {kept} as they were") } else { String::new() };
            ui.note(&format!("{}: {all}; in {file} {}{kept}", self.session, parts.join(", ")));
        }
        if !would_be.is_empty() && !parts.is_empty() {
            ui.note("nothing is written: the same without --dry-run does that");
        }
    }
}

fn entry(outcome: &Outcome) -> Value {
    let mut entry = json!({
        "name": outcome.name,
        "account_id": outcome.key.account_id,
        "account_name": outcome.account_name,
        "role": outcome.key.role,
    });
    match &outcome.fate {
        Fate::Added(why) => {
            entry["name_is"] = json!(match why {
                None => "the template's",
                Some(Otherwise::Shared) => "shared by several",
                Some(Otherwise::Taken) => "taken",
            });
        }
        Fate::Changed(said) => entry["changes"] = json!(said),
        Fate::Skipped(own) => entry["because_of"] = json!(own),
        Fate::Gone => entry["has_additions"] = json!(false),
        Fate::GoneWithAdditions => entry["has_additions"] = json!(true),
        Fate::GoneAndNeeded(by) => {
            entry["has_additions"] = json!(false);
            entry["because_of"] = json!(by);
        }
        Fate::Removed | Fate::Kept => {}
    }
    entry
}
