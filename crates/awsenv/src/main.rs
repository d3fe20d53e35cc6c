//! `awsenv`: an AWS environment switcher for the shell.
//!
//! This crate knows the user: the command line, words, colours, questions, exit codes. AWS's rules are in
//! `awsenv-resolve`, quoting in `awsenv-shell`, the machine in `awsenv-host`, the network in `awsenv-aws`.

mod activation;
mod cli;
mod commands;
mod complete;
mod context;
mod directory;
mod doctor;
mod guard;
mod man;
mod mfa;
mod parse;
mod pipeline;
mod renewal;
mod report;
mod section_name;
mod settings;
mod sign_in;
mod sso_sync;
mod stdout;
mod trace;
mod ui;
mod usage;

use clap::error::ErrorKind;

use cli::{Cli, MessageFormat};
use context::Context;
use report::Code;

fn main() {
    complete::answer();
    let typed = Typed::read();
    let exit_code = match parse::parse(&typed.words, typed.verb.as_deref()) {
        Ok(cli) => run(cli, &typed),
        Err(error) => usage(error, &typed),
    };
    // What is left goes with the process; taking it apart piece by piece would cost more than a prompt.
    std::process::exit(i32::from(exit_code));
}

/// Runs the command; returns the exit code.
fn run(cli: Cli, typed: &Typed) -> u8 {
    let mut context = Context::new(&cli.global);
    context.prints_code = typed.switching;
    match commands::run(&mut context, cli.command, cli.global.color) {
        Ok(exit_code) => exit_code,
        Err(report) => {
            context.ui.report(&report);
            typed.fail(context.dialect().ok(), report.exit_code(), report.code)
        }
    }
}

/// What clap has to say: help and version on stdout, or on stderr where stdout is evaluated; errors as any other.
fn usage(error: clap::Error, typed: &Typed) -> u8 {
    if !error.use_stderr() {
        if typed.shell.is_some() && typed.switching {
            ui::write_stderr(&error.render().to_string());
        } else {
            let _ = error.print();
        }
        return 0;
    }
    let is_shell = error.kind() == ErrorKind::ValueValidation && error.to_string().contains(cli::UNKNOWN_SHELL);
    let code = if is_shell { Code::UnknownShell } else { Code::Usage };
    let context = Context::new(&typed.global());
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !typed.json && typed.verb.is_none() {
        // Who types `awsenv` alone wants to know what there is.
        ui::write_stderr(&error.render().to_string());
    } else {
        context.ui.report(&usage::report(code, &error));
    }
    typed.fail(context.dialect().ok(), code.exit_code(), code)
}

/// What can be seen of the command line before clap has understood it, and even when it does not.
struct Typed {
    /// All words, the program's name first.
    words: Vec<std::ffi::OsString>,
    /// The first word that is no option.
    verb: Option<String>,
    /// The shell that `export --format` prints for, where it does.
    exports: Option<awsenv_shell::ShellDialect>,
    /// Whether the command prints code for the calling shell.
    switching: bool,
    shell: Option<awsenv_shell::ShellDialect>,
    json: bool,
}

impl Typed {
    fn read() -> Self {
        let all: Vec<std::ffi::OsString> = std::env::args_os().collect();
        let words: Vec<String> = all.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
        let value = |name: &str| {
            let own = words.iter().take_while(|word| *word != "--");
            own.clone()
                .zip(own.skip(1))
                .find(|(word, _)| *word == name)
                .map(|(_, value)| value.clone())
                .or_else(|| words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('=').map(str::to_owned)))
        };
        let mut verb = None;
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            if !word.starts_with('-') {
                verb = Some(word.clone());
                break;
            }
            if ["--message-format", "--color", "--shell"].contains(&word.as_str()) {
                rest.next();
            }
        }
        Self {
            switching: verb.as_deref().is_some_and(|verb| commands::SWITCHING.contains(&verb)),
            exports: value("--format").filter(|_| verb.as_deref() == Some("export")).and_then(|format| match format.as_str() {
                "env" | "env-no-export" => Some(awsenv_shell::ShellDialect::Posix),
                "fish" => Some(awsenv_shell::ShellDialect::Fish),
                "powershell" => Some(awsenv_shell::ShellDialect::PowerShell),
                _ => None,
            }),
            words: all,
            verb,
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
    fn fail(&self, dialect: Option<awsenv_shell::ShellDialect>, exit_code: u8, code: Code) -> u8 {
        let dialect = if self.switching { dialect } else { self.exports };
        if let Some(dialect) = dialect.filter(|_| code != Code::StdoutIsTerminal) {
            use std::io::IsTerminal as _;
            if !std::io::stdout().is_terminal() {
                stdout::write_failure(dialect, exit_code);
            }
        }
        exit_code
    }
}
