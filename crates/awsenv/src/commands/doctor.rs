//! `awsenv doctor`

use serde_json::{Value, json};

use crate::cli::{DoctorArgs, TextFormat};
use crate::context::Context;
use crate::doctor::{self, Count, Examined, Finding};
use crate::report::Report;
use crate::stdout;

/// What one fix has uncovered, the next round mends; nothing takes more than a few.
const ROUNDS: usize = 8;

/// Returns the exit code: that of a wrong configuration when a finding is an error.
pub(crate) fn run(context: &Context, arguments: &DoctorArgs) -> Result<u8, Report> {
    let seconds_ahead = if arguments.offline { None } else { doctor::ask_clock(context) };
    let mut examined = Examined::new(context, seconds_ahead);
    let mut findings = doctor::examine(&examined);
    let mut fixed = Vec::new();
    if arguments.fix {
        for _ in 0..ROUNDS {
            let done = doctor::apply(context, examined.profiles.sources(), &findings);
            if done.is_empty() {
                break;
            }
            fixed.extend(done);
            examined = Examined::new(context, seconds_ahead);
            findings = doctor::examine(&examined);
        }
    }
    let count = Count::of(&findings);
    match arguments.format {
        TextFormat::Text => stdout::write(text(context, &findings, count, &fixed, seconds_ahead).as_bytes())?,
        TextFormat::Json => stdout::json(&document(&findings, arguments.fix.then_some(&fixed)))?,
    }
    Ok(if count.errors > 0 { 3 } else { 0 })
}

fn document(findings: &[Finding], fixed: Option<&Vec<String>>) -> Value {
    let findings: Vec<Value> = findings.iter().map(|finding| with_fix(finding).to_value()).collect();
    match fixed {
        Some(fixed) => json!({"findings": findings, "fixed": fixed}),
        None => json!({"findings": findings}),
    }
}

fn text(context: &Context, findings: &[Finding], count: Count, fixed: &[String], seconds_ahead: Option<i64>) -> String {
    let mut text = String::new();
    for done in fixed {
        text.push_str(&format!("fixed: {}\n", crate::report::clean(done)));
    }
    if !fixed.is_empty() {
        text.push('\n');
    }
    for finding in findings {
        text.push_str(&context.ui.to_stdout_text(&with_fix(finding)));
        text.push('\n');
    }
    text.push_str(&summary(count, seconds_ahead));
    if let Some(shell) = doctor::Shell::read(context).summary() {
        text.push_str(&format!("{}\n", crate::report::clean(&shell)));
    }
    text
}

/// The report, and how its fix is had.
fn with_fix(finding: &Finding) -> Report {
    match &finding.fix {
        Some(fix) => finding.report.clone().help(format!("`awsenv doctor --fix` will {}", fix.what)),
        None => finding.report.clone(),
    }
}

fn summary(count: Count, seconds_ahead: Option<i64>) -> String {
    let counted = |number: usize, word: &str| match number {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{number} {word}s")),
    };
    let parts: Vec<String> = [counted(count.errors, "error"), counted(count.warnings, "warning"), counted(count.notes, "note")]
        .into_iter()
        .flatten()
        .collect();
    if parts.is_empty() {
        return format!("nothing found; looked at {}\n", doctor::subjects(seconds_ahead).join(", "));
    }
    let fixable = match (count.fixable, count.errors + count.warnings + count.notes) {
        (0, _) => String::new(),
        (1, 1) => "; `awsenv doctor --fix` mends it".to_owned(),
        (all, total) if all == total => "; `awsenv doctor --fix` mends them all".to_owned(),
        (some, _) => format!("; `awsenv doctor --fix` mends {some} of them"),
    };
    format!("{}{fixable}\n", parts.join(", "))
}
