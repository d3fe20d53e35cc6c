//! A report as text, like a compiler's.

use std::fmt::Write as _;
use std::path::Path;

use super::{Report, Severity};

/// Whether to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Style {
    pub(crate) color: bool,
}

impl Style {
    pub(crate) fn paint(self, codes: &str, text: &str) -> String {
        if self.color { format!("\x1b[{codes}m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }
}

/// Takes out what would command a terminal, and what looks like a secret: names and messages come from files and servers.
pub(crate) fn clean(text: &str) -> String {
    // Besides control characters those that turn the direction of writing, with which a text shows as another.
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let text = super::without_secrets(text);
    text.chars().map(|c| if (c.is_control() && c != '\n') || turns(c) { '\u{fffd}' } else { c }).collect()
}

pub(super) fn render(report: &Report, style: Style, home: Option<&Path>) -> String {
    let (word, color) = match report.severity {
        Severity::Error => ("error", "1;31"),
        Severity::Warning => ("warning", "1;33"),
        Severity::Note => ("note", "1;34"),
    };
    let mut text = format!(
        "{}{} {}\n",
        style.paint(color, &format!("{word}[{}]", report.code.name())),
        style.bold(":"),
        style.bold(&clean(&below_home(&report.message, home)).replace('\n', " "))
    );
    let width = report.labels.iter().map(|label| label.line.to_string().len()).max().unwrap_or(1);
    let blue = |part: &str| style.paint("34", part);
    for label in &report.labels {
        let file = pretty(&label.file, home);
        let place = if label.column == 0 { String::new() } else { format!(":{}:{}", label.line, label.column) };
        let _ = writeln!(text, "{:width$} {} {}{place}", "", blue(" ──▶"), clean(&file));
        if label.source_line.is_empty() {
            if !label.text.is_empty() {
                let _ = writeln!(text, "{:width$}  {} {}", "", blue("│"), clean(&label.text).replace('\n', " "));
            }
            continue;
        }
        let _ = writeln!(text, "{:width$}  {}", "", blue("│"));
        let line = clean(&label.source_line.replace('\t', " "));
        let _ = writeln!(text, " {} {} {}", blue(&format!("{:>width$}", label.line)), blue("│"), line);
        if label.length == 0 && label.text.is_empty() {
            continue;
        }
        let (indent, marks) = match label.length {
            0 => (0, 0),
            length => (label.column.saturating_sub(1) as usize, length.min(200) as usize),
        };
        let marked = [&*"^".repeat(marks), &clean(&label.text).replace('\n', " ")]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        if !marked.is_empty() {
            let _ = writeln!(text, "{:width$}  {} {:indent$}{}", "", blue("│"), "", style.paint(color, &marked));
        }
    }
    for help in &report.help {
        // Indented, so that no line of somebody else's words looks like one of ours.
        let words = clean(help).replace('\n', "\n  ");
        let _ = writeln!(text, "{} {words}", style.paint("1;36", "help:"));
    }
    text
}

/// A message with paths as its labels show them.
fn below_home(message: &str, home: Option<&Path>) -> String {
    match home.and_then(Path::to_str).filter(|home| home.len() > 1) {
        Some(home) => message.replace(&format!("{home}/"), "~/"),
        None => message.to_owned(),
    }
}

fn pretty(path: &Path, home: Option<&Path>) -> String {
    match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Code, Label};

    #[test]
    fn looks_like_a_compilers() {
        let report = Report::error(Code::SourceProfileCycle, "profile `prod` can never get credentials")
            .label(Label {
                file: "/home/ana/.aws/config".into(),
                line: 7,
                column: 18,
                length: 7,
                text: "`prod` takes them from `staging` …".into(),
                source_line: "source_profile = staging".into(),
            })
            .help("give one of them credentials of its own");
        let expected = "\
error[source-profile-cycle]: profile `prod` can never get credentials
   ──▶ ~/.aws/config:7:18
   │
 7 │ source_profile = staging
   │                  ^^^^^^^ `prod` takes them from `staging` …
help: give one of them credentials of its own
";
        assert_eq!(report.to_text(Style { color: false }, Some(Path::new("/home/ana"))), expected);
        assert_eq!(
            report.to_json(),
            r#"{"severity":"error","code":"source-profile-cycle","message":"profile `prod` can never get credentials","labels":[{"file":"/home/ana/.aws/config","line":7,"column":18,"length":7,"text":"`prod` takes them from `staging` …"}],"help":["give one of them credentials of its own"],"exit":3}"#
        );
    }

    #[test]
    fn a_message_has_paths_as_its_labels_have_them() {
        let report = Report::error(Code::ConfigSyntax, "/home/ana/.aws/config is left as it is");
        let text = report.to_text(Style { color: false }, Some(Path::new("/home/ana")));
        assert_eq!(text, "error[config-syntax]: ~/.aws/config is left as it is\n");
    }

    #[test]
    fn nothing_from_a_file_commands_the_terminal() {
        let text = Report::error(Code::Io, "a\x1b[31mb\u{9b}c").to_text(Style { color: false }, None);
        assert!(!text.contains(['\x1b', '\u{9b}']), "{text:?}");
    }
}
