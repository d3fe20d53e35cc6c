//! `awsenv`: an AWS environment switcher for the shell.
//!
//! This crate knows the user: the command line, words, colours, questions, exit codes. AWS's rules are in
//! `awsenv-resolve`, quoting in `awsenv-shell`, the machine in `awsenv-host`, the network in `awsenv-aws`.

mod activation;
mod cli;
mod commands;
mod complete;
mod context;
mod pipeline;
mod report;
mod settings;
mod stdout;
mod ui;

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use cli::{Cli, MessageFormat};
use context::Context;
use report::{Code, Report};

fn main() -> ExitCode {
    complete::answer();
    let typed = Typed::read();
    match Cli::try_parse() {
        Ok(cli) => run(cli, &typed),
        Err(error) => usage(error, &typed),
    }
}

fn run(cli: Cli, typed: &Typed) -> ExitCode {
    let mut context = Context::new(&cli.global);
    match commands::run(&mut context, cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(report) => {
            context.ui.report(&report);
            typed.fail(context.dialect().ok(), report.exit_code(), report.code)
        }
    }
}

/// What clap has to say: help and version on stdout, or on stderr where stdout is evaluated; errors as any other.
fn usage(error: clap::Error, typed: &Typed) -> ExitCode {
    if !error.use_stderr() {
        if typed.shell.is_some() && typed.switching {
            ui::write_stderr(&error.render().to_string());
        } else {
            let _ = error.print();
        }
        return ExitCode::SUCCESS;
    }
    let is_shell = error.kind() == ErrorKind::ValueValidation && error.to_string().contains(cli::UNKNOWN_SHELL);
    let code = if is_shell { Code::UnknownShell } else { Code::Usage };
    let context = Context::new(&typed.global());
    context.ui.report(&usage_report(code, &error));
    typed.fail(context.dialect().ok(), code.exit_code(), code)
}

/// clap's message in our own shape: its first line, then its tips and the usage as help.
fn usage_report(code: Code, error: &clap::Error) -> Report {
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let mut report = Report::error(code, paragraphs.next().unwrap_or_default().trim_start_matches("error: ").to_owned());
    for paragraph in paragraphs {
        let help = paragraph.trim_start_matches("tip: ").replace("For more information, try '--help'.", "`awsenv --help`, or `awsenv COMMAND --help`, shows what there is");
        report = report.help(help);
    }
    report
}

/// One request's line, with `-vv`.
fn trace(line: &str) {
    ui::write_stderr(&format!("awsenv: {}\n", report::clean(line)));
}

/// What can be seen of the command line before clap has understood it, and even when it does not.
struct Typed {
    /// Whether the command prints code for a shell.
    switching: bool,
    shell: Option<awsenv_shell::ShellDialect>,
    json: bool,
}

impl Typed {
    fn read() -> Self {
        let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
        let value = |name: &str| {
            let own = words.iter().take_while(|word| *word != "--");
            own.clone().zip(own.skip(1)).find(|(word, _)| *word == name).map(|(_, value)| value.clone()).or_else(|| {
                words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
            })
        };
        let mut verb = None;
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            if !word.starts_with('-') {
                verb = Some(word.as_str());
                break;
            }
            if ["--message-format", "--color", "--shell"].contains(&word.as_str()) {
                rest.next();
            }
        }
        Self {
            switching: verb.is_some_and(|verb| commands::SWITCHING.contains(&verb)),
            shell: value("--shell").and_then(|name| awsenv_shell::ShellDialect::parse(&name)),
            json: value("--message-format").as_deref() == Some("json"),
        }
    }

    fn global(&self) -> cli::GlobalArgs {
        cli::GlobalArgs {
            message_format: if self.json { MessageFormat::Json } else { MessageFormat::Text },
            no_input: true,
            color: cli::ColorChoice::Auto,
            quiet: true,
            verbose: 0,
            shell: self.shell,
        }
    }

    /// Ends with a code; a command that prints code prints the statement that fails, unless stdout is a screen.
    fn fail(&self, dialect: Option<awsenv_shell::ShellDialect>, exit_code: u8, code: Code) -> ExitCode {
        if let Some(dialect) = dialect.filter(|_| self.switching && code != Code::StdoutIsTerminal) {
            use std::io::IsTerminal as _;
            if !std::io::stdout().is_terminal() {
                stdout::write_failure(dialect, exit_code);
            }
        }
        ExitCode::from(exit_code)
    }
}
