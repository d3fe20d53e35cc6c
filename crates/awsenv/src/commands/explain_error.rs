//! `awsenv explain-error`

use std::fmt::Write as _;

use crate::cli::ExplainErrorArgs;
use crate::report::{Code, Report, one_of};
use crate::stdout;

pub(crate) fn run(arguments: &ExplainErrorArgs) -> Result<(), Report> {
    let Some(name) = &arguments.code else {
        let mut text = String::new();
        for code in Code::ALL {
            let _ = writeln!(text, "{:32} exit {:<3} {}", code.name(), code.exit_code(), code.summary());
        }
        return stdout::write(text.as_bytes());
    };
    let name = name.strip_prefix("error[").and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
    match Code::parse(name) {
        Some(code) => stdout::line(&format!(
            "{}: {} (exit code {})\n\n{}",
            code.name(),
            code.summary(),
            code.exit_code(),
            wrap(code.explanation(), 90)
        )),
        None => {
            let nearest = awsenv_resolve::nearest(name, Code::ALL.iter().map(|code| code.name()));
            let report = Report::error(Code::Usage, format!("there is no error code `{name}`"));
            Err(if nearest.is_empty() {
                report.help("`awsenv explain-error` lists them all")
            } else {
                report.help(format!("did you mean {}?", one_of(&nearest)))
            })
        }
    }
}

fn wrap(text: &str, width: usize) -> String {
    let (mut wrapped, mut column) = (String::new(), 0);
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            wrapped.push('\n');
            column = 0;
        } else if column > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped
}
