//! `awsenv man`

use std::io::IsTerminal as _;

use crate::cli::ManArgs;
use crate::context::Context;
use crate::man::{self, ManPage};
use crate::report::{Code, Report, one_of};
use crate::stdout;

pub(crate) fn run(context: &Context, arguments: &ManArgs) -> Result<(), Report> {
    let pages = man::pages();
    if let Some(directory) = &arguments.dir {
        return write(context, directory, &pages);
    }
    let name = std::iter::once("awsenv").chain(arguments.command.iter().map(String::as_str)).collect::<Vec<_>>().join("-");
    let Some(page) = pages.iter().find(|page| page.name == name) else { return Err(unknown(&arguments.command.join(" "))) };
    if std::io::stdout().is_terminal() {
        let command = [&["awsenv", "man"], &*arguments.command.iter().map(String::as_str).collect::<Vec<_>>()].concat().join(" ");
        context.ui.note(&format!("this is the page's source; to read it:  {command} | man -l -"));
    }
    stdout::write(page.text.as_bytes())
}

fn unknown(typed: &str) -> Report {
    let names = man::names();
    let nearest = awsenv_resolve::nearest(&typed.replace(' ', "-"), names.iter().map(String::as_str));
    let report = Report::error(Code::Usage, format!("there is no page for `{typed}`"));
    if nearest.is_empty() {
        report.help(format!("there is one for each of {}", names.join(", ")))
    } else {
        report.help(format!("did you mean {}?", one_of(&nearest)))
    }
}

fn write(context: &Context, directory: &std::path::Path, pages: &[ManPage]) -> Result<(), Report> {
    let failed = |path: &std::path::Path, error: std::io::Error| {
        Report::error(Code::Io, format!("{} cannot be written: {error}", path.display()))
    };
    std::fs::create_dir_all(directory).map_err(|error| failed(directory, error))?;
    for page in pages {
        let path = directory.join(format!("{}.1", page.name));
        std::fs::write(&path, &page.text).map_err(|error| failed(&path, error))?;
    }
    context.ui.note(&format!("{} pages written to {}", pages.len(), directory.display()));
    Ok(())
}
