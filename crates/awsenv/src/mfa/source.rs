//! Where an MFA code comes from: the command line, a program, the person at the terminal, the person at a window.

use awsenv_host::{CodeProgram, HostError, Manner, ProcessProblem};
use awsenv_resolve::{MfaProcess, Secret};

use super::Codes;
use crate::report::{Code, Label, Report};
use crate::ui;

/// One of them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'a> {
    /// `--mfa-token`.
    Given,
    /// `mfa_process` of a profile, or with `None` the settings file's.
    Process(Option<&'a MfaProcess>),
    /// The question on the terminal.
    Terminal,
    /// A program that shows a window.
    Window,
}

/// When OpenSSH uses `SSH_ASKPASS` (ssh(1), `SSH_ASKPASS_REQUIRE`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Askpass {
    Never,
    WithoutTerminal,
    Always,
}

impl Codes<'_> {
    /// Returns where the next code of a device comes from; `None` when nobody can give one.
    pub(super) fn next_source(&self, serial: &str) -> Option<Source<'_>> {
        if self.given.borrow().is_some() {
            return Some(Source::Given);
        }
        if let Some(process) = self.plan.mfa_processes.iter().find(|process| process.serial == serial) {
            return Some(Source::Process(Some(process)));
        }
        if self.settings.mfa_process.is_some() {
            return Some(Source::Process(None));
        }
        match self.askpass() {
            Askpass::Always => Some(Source::Window),
            _ if self.context.ui.may_ask() => Some(Source::Terminal),
            Askpass::WithoutTerminal => Some(Source::Window),
            Askpass::Never => None,
        }
    }

    fn askpass(&self) -> Askpass {
        let host = &self.context.host;
        if self.context.ui.is_forbidden() || self.window_program().is_none() {
            return Askpass::Never;
        }
        let is_set = |name: &str| host.variable(name).is_some_and(|value| !value.is_empty());
        let has_display = is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") || cfg!(any(windows, target_os = "macos"));
        let require =
            host.variable("SSH_ASKPASS_REQUIRE").and_then(|value| value.to_str()).unwrap_or_default().to_ascii_lowercase();
        match (require.as_str(), has_display) {
            ("never", _) => Askpass::Never,
            ("force", _) | ("prefer", true) => Askpass::Always,
            (_, true) => Askpass::WithoutTerminal,
            (_, false) => Askpass::Never,
        }
    }

    /// The program that asks in a window: the settings file's, else OpenSSH's, whose variable is a path and no command.
    fn window_program(&self) -> Option<Secret> {
        let host = &self.context.host;
        let variable = || host.variable("SSH_ASKPASS").and_then(|path| path.to_str()).filter(|path| !path.is_empty());
        self.settings
            .mfa_askpass
            .clone()
            .or_else(|| variable().map(|path| Secret::new(format!("'{}'", path.replace('\'', "'\"'\"'")))))
    }

    /// Gets a code from anywhere but the command line.
    pub(super) fn fetch(&self, source: Source<'_>, serial: &str, profile: &str, hint: Option<&str>) -> Result<Secret, Report> {
        match source {
            Source::Given | Source::Terminal => {
                self.context.guard_interrupt();
                ui::ask_mfa_code(&self.context.ui, &self.of_what(serial, profile))
            }
            Source::Process(process) => self.run_process(process, profile),
            Source::Window => self.ask_in_window(serial, profile, hint),
        }
    }

    /// `of ana for prod (222222222222)`: the device, and the profile with the account that it leads to.
    fn of_what(&self, serial: &str, profile: &str) -> String {
        let hop = self.plan.hops.iter().find(|hop| hop.profile == profile);
        let account = awsenv_resolve::account_of(hop.map_or(serial, |hop| &hop.role_arn.value));
        let account = account.map(|account| format!(" ({account})")).unwrap_or_default();
        format!("of {} for {profile}{account}", ui::device_name(serial))
    }

    fn run_process(&self, process: Option<&MfaProcess>, profile: &str) -> Result<Secret, Report> {
        self.context.guard_interrupt();
        let command = process.map(|process| &process.command.value).or(self.settings.mfa_process.as_ref());
        let Some(command) = command else { return Err(Report::error(Code::Internal, "there is no `mfa_process` after all")) };
        self.context.ui.explain(|| "running the `mfa_process`".to_owned());
        let mut profiles: Vec<&str> =
            [self.plan.profile.as_deref(), process.map(|process| process.profile.as_str()), Some(profile)]
                .into_iter()
                .flatten()
                .collect();
        profiles.sort_unstable();
        profiles.dedup();
        let request = CodeProgram {
            command,
            manner: Manner::Prints { profiles: &profiles },
            limit: self.settings.process_timeout,
            // `Touch your YubiKey…` must be seen; where programs read along, only what is ours is written.
            shows_stderr: (!self.context.ui.is_json()).then_some(ui::write_stderr),
        };
        let label = process.and_then(|process| Label::of_origin(&self.plan.sources, &process.command.origin, "the command"));
        let failure = match self.context.host.run_code_program(&request) {
            Ok(Some(code)) => return Ok(code),
            Ok(None) => Report::error(
                Code::MfaProcessFailed,
                "the `mfa_process` printed no code: there is no word of six to eight digits in it",
            ),
            Err(error) => program_failure("the `mfa_process`", error),
        };
        Err(match label {
            Some(label) => failure.label(label),
            None => failure.help("it is `process` under [mfa] in the settings file"),
        })
    }

    fn ask_in_window(&self, serial: &str, profile: &str, hint: Option<&str>) -> Result<Secret, Report> {
        let Some(command) = self.window_program() else { return Err(super::required(serial, profile)) };
        self.context.guard_interrupt();
        let question = format!("MFA code {}", self.of_what(serial, profile));
        let question = hint.map_or_else(|| question.clone(), |hint| format!("{question} ({hint})"));
        self.context.ui.explain(|| "asking in a window".to_owned());
        let manner = Manner::Asks { question: &question };
        let request = CodeProgram { command: &command, manner, limit: self.settings.askpass_timeout, shows_stderr: None };
        match self.context.host.run_code_program(&request) {
            Ok(Some(code)) => Ok(code),
            Ok(None) => Err(Report::error(Code::MfaCodeRejected, "what was typed is no MFA code")
                .help("it has six digits; nothing was sent to AWS")),
            // A window that is closed ends so, and says nothing.
            Err(HostError::Process { problem: ProcessProblem::Failed(_), stderr, .. }) if stderr.is_empty() => {
                Err(Report::error(Code::Cancelled, "cancelled; nothing was changed"))
            }
            Err(HostError::Process { problem: ProcessProblem::TimedOut(limit), .. }) => {
                let message = format!("nobody has given the MFA code of {serial} in {} seconds", limit.as_secs());
                Err(Report::error(Code::MfaCodeRequired, message).help("try again, or run `awsenv use` once in a terminal"))
            }
            Err(error) => Err(program_failure("the program that asks for the MFA code", error)
                .help("look at SSH_ASKPASS, or `askpass` under [mfa] in the settings file")),
        }
    }
}

fn program_failure(what: &str, error: HostError) -> Report {
    let HostError::Process { program, problem, stderr } = error else { return error.into() };
    let why = match problem {
        ProcessProblem::BadQuoting => "cannot be split into words: its quotes do not match".to_owned(),
        ProcessProblem::Empty => "is empty".to_owned(),
        ProcessProblem::NotFound => format!("does not exist: `{program}`"),
        ProcessProblem::NotStarted(why) => format!("(`{program}`) cannot be run: {why}"),
        ProcessProblem::Failed(Some(code)) => format!("(`{program}`) failed with exit code {code}"),
        ProcessProblem::Failed(None) => format!("(`{program}`) was killed by a signal"),
        ProcessProblem::TimedOut(limit) => format!("(`{program}`) gave no answer in {} seconds", limit.as_secs()),
        ProcessProblem::Recursion(chain) => format!("(`{program}`) calls itself: {}", chain.join(" → ")),
        other => format!("(`{program}`) failed: {other:?}"),
    };
    let report = Report::error(Code::MfaProcessFailed, format!("{what} {why}"));
    if stderr.is_empty() { report } else { report.help(format!("it wrote to stderr:\n  {}", stderr.replace('\n', "\n  "))) }
}

/// `--mfa-token -`: the first line of stdin. Byte by byte, since what follows is for the child of `exec`.
pub(super) fn read_from_stdin() -> Result<Secret, Report> {
    use std::io::Read as _;
    // Not through `Stdin`, which reads ahead.
    let failed = |error: std::io::Error| Report::error(Code::Io, format!("stdin cannot be read: {error}"));
    let mut stdin = unbuffered_stdin().map_err(failed)?;
    let mut line = String::with_capacity(64);
    let mut byte = [0];
    while line.len() < 64 && stdin.read(&mut byte).map_err(failed)? > 0 && byte[0] != b'\n' {
        line.push(char::from(byte[0]));
    }
    let line = Secret::new(line);
    let code = line.reveal().trim();
    if (6..=8).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Secret::new(code));
    }
    Err(Report::error(Code::Usage, "stdin has no MFA code: six digits on its first line"))
}

#[cfg(unix)]
fn unbuffered_stdin() -> std::io::Result<std::fs::File> {
    use std::os::fd::AsFd as _;
    Ok(std::fs::File::from(std::io::stdin().as_fd().try_clone_to_owned()?))
}

#[cfg(not(unix))]
fn unbuffered_stdin() -> std::io::Result<std::io::Stdin> {
    Ok(std::io::stdin())
}
