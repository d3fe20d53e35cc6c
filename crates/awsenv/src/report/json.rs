//! A report as JSON (cli.md, "Exit codes").

use serde_json::{Value, json};

use super::{Report, Severity};

/// A line of `-v`, with the fields of a report: its code is `decision` or `request`.
pub(crate) fn note(code: &str, message: &str) -> Value {
    let message = super::without_secrets(message);
    json!({"severity": "debug", "code": code, "message": message, "labels": [], "help": [], "exit": 0})
}

pub(super) fn value(report: &Report) -> Value {
    let shown = |text: &str| super::without_secrets(text);
    let labels: Vec<_> = report
        .labels
        .iter()
        .map(|label| {
            json!({
                "file": label.file.to_string_lossy(),
                "line": label.line,
                "column": label.column.max(1),
                "length": label.length,
                "text": shown(&label.text),
            })
        })
        .collect();
    let severity = match report.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    json!({
        "severity": severity,
        "code": report.code.name(),
        "message": shown(&report.message),
        "labels": labels,
        "help": report.help.iter().map(|help| shown(help)).collect::<Vec<_>>(),
        "exit": report.exit_code(),
    })
}
