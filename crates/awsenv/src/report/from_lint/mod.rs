//! What a lint has found, in words; each subject has its file.

mod credentials;
mod names;
mod text;
mod values;

use awsenv_lint::{Finding, Lint, Severity as LintSeverity};
use awsenv_profile::{Repair, SourceMap};
use awsenv_resolve::ResolveError;

use super::{Code, Label, Report, Severity, advice, without_secrets};

/// How many other places with the same cause are shown.
const SHOWN: usize = 3;

/// A finding as a report.
pub(crate) fn lint(finding: &Finding, sources: &std::sync::Arc<SourceMap>) -> Report {
    let report = match &finding.lint {
        Lint::Problem { problem, profiles, is_of_vault } => {
            let error = ResolveError { problem: problem.clone(), sources: std::sync::Arc::clone(sources) };
            let page = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/from-aws-vault.md");
            let report = match is_of_vault {
                true => Report::from(error).help(format!("where aws-vault has the keys: {page}")),
                false => Report::from(error),
            };
            match profiles {
                0 | 1 => report,
                _ => report.help(format!("{profiles} profiles cannot be used because of this")),
            }
        }
        Lint::Advice(what) => advice(what, sources),
        other => words(other, finding, sources),
    };
    let severity = match finding.lint.severity() {
        LintSeverity::Error => Severity::Error,
        LintSeverity::Warning => Severity::Warning,
        LintSeverity::Note => Severity::Note,
    };
    Report { severity, ..report }
}

/// What `--fix` does, as an order.
pub(crate) fn repair(repair: &Repair, sources: &SourceMap) -> String {
    let slice = |span| without_secrets(sources.slice(span).trim());
    let line = |span| sources.location(span).line;
    match repair {
        Repair::RenameKey { at, to } => format!("rename `{}` to `{to}`", slice(*at)),
        Repair::RenameSection { at, to } => format!("write the header in line {} as [{to}]", line(*at)),
        Repair::SetValue { at, to: _ } => format!("take the quotes in line {} away", line(*at)),
        Repair::LiftComment { at } => format!("move the comment in line {} to a line of its own above", line(*at)),
        Repair::RemoveSetting { at } => format!("remove `{}` in line {}", slice(*at), line(*at)),
        Repair::RemoveSection { at } => format!("remove {} in line {}, which adds nothing", slice(*at), line(*at)),
        Repair::MergeSection { at, into } => {
            format!("move the settings of {} in line {} below its header in line {}", slice(*at), line(*at), line(*into))
        }
        Repair::RemoveByteOrderMark => "remove the byte order mark".to_owned(),
    }
}

/// A report without places.
struct Words {
    code: Code,
    message: String,
    /// At the place.
    text: String,
    help: Vec<String>,
}

fn say(code: Code, message: impl Into<String>) -> Words {
    Words { code, message: message.into(), text: String::new(), help: Vec::new() }
}

impl Words {
    fn here(self, text: impl Into<String>) -> Self {
        Self { text: text.into(), ..self }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

fn words(lint: &Lint, finding: &Finding, sources: &SourceMap) -> Report {
    let words =
        text::words(lint).or_else(|| names::words(lint)).or_else(|| values::words(lint)).or_else(|| credentials::words(lint));
    let Words { code, message, text, help } = words.unwrap_or_else(|| say(Code::Internal, "a finding without words"));
    let mut label = Label::new(sources, finding.span, text);
    // The line's own key does not say that it is a secret.
    if let Lint::MisspeltKey { key, meant, .. } = lint
        && ["secret", "token", "process"].iter().any(|word| meant.contains(word))
    {
        label.source_line = format!("{key} = ****");
        label.column = 1;
    }
    let mut report = Report::error(code, message).label(label);
    let earlier = match lint {
        Lint::DuplicateSection { first, .. } | Lint::DuplicateKey { first, .. } => Some((*first, "the first one")),
        Lint::DefaultTwice { other: Some(other) } => Some((*other, "this one the SDKs read")),
        Lint::MisspeltKey { right: Some(right), .. } => Some((*right, "the right one")),
        Lint::Overridden { by, .. } => Some((*by, "this one counts")),
        _ => None,
    };
    let also = finding.also.iter().map(|span| (*span, "")).take(SHOWN);
    for (span, text) in earlier.into_iter().chain(also) {
        report = report.label(Label::new(sources, span, text));
    }
    // What `--fix` does about it says it as well.
    for help in help.into_iter().filter(|_| finding.repair.is_none()) {
        report = report.help(help);
    }
    report
}

/// "profile `a` has", or "profiles `a`, `b`, `c` and 4 more have".
fn these(profiles: &[String], has: &str, have: &str) -> String {
    match profiles {
        [one] => format!("profile `{one}` {has}"),
        _ => format!("profiles {} {have}", listed(profiles)),
    }
}

fn listed(profiles: &[String]) -> String {
    let names: Vec<String> = profiles.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match (profiles.len().saturating_sub(SHOWN), names.split_last()) {
        (0, Some((last, [_, ..]))) => format!("{} and {last}", names[..names.len() - 1].join(", ")),
        (0, _) => names.concat(),
        (more, _) => format!("{} and {more} more", names.join(", ")),
    }
}
