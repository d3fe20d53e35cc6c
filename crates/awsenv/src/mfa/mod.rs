//! MFA codes: where they come from, and that each is used once.
//!
//! AWS takes a code a single time. So every code that has worked is remembered for as long as AWS would know it, for all
//! processes of this user, and one that comes again is not sent: the next one is waited for.

mod device;
mod source;
mod wait;

use std::cell::RefCell;

use awsenv_aws::AwsErrorKind;
use awsenv_resolve::{ResolutionPlan, Secret, Timestamp};

pub(crate) use device::find_device;
use source::Source;

use crate::context::Context;
use crate::pipeline::Failure;
use crate::report::{Code, Report};
use crate::settings::Settings;

/// How often a person may type a code that does not work.
const TYPED_ATTEMPTS: u32 = 3;
/// How often a program is asked for one: it cannot mistype, but it may have shown the end of a half minute.
const PROGRAM_ATTEMPTS: u32 = 2;

/// The codes of one command.
pub(crate) struct Codes<'a> {
    context: &'a Context,
    settings: &'a Settings,
    plan: &'a ResolutionPlan,
    /// The one of the command line, until it is used.
    given: RefCell<Option<Secret>>,
}

impl<'a> Codes<'a> {
    pub(crate) fn new(context: &'a Context, settings: &'a Settings, plan: &'a ResolutionPlan) -> Self {
        Self { context, settings, plan, given: RefCell::new(None) }
    }

    /// Takes the code of `--mfa-token`; `-` is the first line of stdin, so that it is in no process list.
    pub(crate) fn with_given(self, code: Option<Secret>) -> Self {
        Self { given: RefCell::new(code), ..self }
    }

    /// The given code, once. stdin is read only when a code is needed.
    fn take_given(&self) -> Result<Option<Secret>, Report> {
        match self.given.take() {
            Some(code) if code.reveal() == "-" => source::read_from_stdin().map(Some),
            code => Ok(code),
        }
    }

    /// Returns whether a code of this device can be had at all.
    pub(crate) fn can_be_had(&self, serial: &str) -> bool {
        self.next_source(serial).is_some()
    }

    /// Gives back a code that was taken and not used after all.
    pub(crate) fn give_back(&self, code: &Secret) {
        self.given.replace(Some(code.clone()));
    }

    /// Calls with a code of a device, again with the next one where that may help.
    pub(crate) fn call_with<T>(
        &self,
        serial: &str,
        profile: &str,
        call: impl Fn(&Secret) -> Result<T, Failure>,
    ) -> Result<T, Report> {
        let mut attempts = 0;
        let mut hint = None;
        loop {
            let source = self.next_source(serial).ok_or_else(|| required(serial, profile))?;
            let code = match source {
                Source::Given => self.take_given()?.ok_or_else(|| required(serial, profile))?,
                source => match self.fetch(source, serial, profile, hint.take()) {
                    Ok(code) => code,
                    // A person is there all the same.
                    Err(report)
                        if matches!(source, Source::Process(_))
                            && self.context.ui.may_ask()
                            && report.code != Code::Cancelled =>
                    {
                        self.context.ui.report_once(&Report { severity: crate::report::Severity::Warning, ..report });
                        self.fetch(Source::Terminal, serial, profile, None)?
                    }
                    Err(report) => return Err(report),
                },
            };
            attempts += 1;
            let limit = if matches!(source, Source::Process(_)) { PROGRAM_ATTEMPTS } else { TYPED_ATTEMPTS };
            if let Some(used_at) = self.context.host.code_spent_at(serial, &code, self.context.host.now()) {
                // No request: AWS would refuse it, and count a failure.
                if matches!(source, Source::Given) || attempts >= limit {
                    return Err(spent(serial, used_at, self.context.host.now()));
                }
                wait::for_next_code(self.context, "that code was used a moment ago, and each works once", used_at);
                hint = Some("the next code, please");
                continue;
            }
            match call(&code) {
                Err(Failure::Aws(error))
                    if error.kind == AwsErrorKind::MfaRejected && !matches!(source, Source::Given) && attempts < limit =>
                {
                    if matches!(source, Source::Process(_)) {
                        wait::for_next_code(self.context, "AWS refused the code", self.context.host.now());
                    } else {
                        let style = self.context.ui.style;
                        self.context
                            .ui
                            .line(&style.paint("33", "  AWS refused that code; each works once, so wait for the next one"));
                        hint = Some("AWS refused the last code");
                    }
                }
                outcome => {
                    let may_be_spent = match &outcome {
                        Ok(_) => true,
                        // Nobody knows whether AWS has seen it.
                        Err(Failure::Aws(error)) => matches!(error.kind, AwsErrorKind::Timeout | AwsErrorKind::BadAnswer),
                        Err(Failure::Report(_)) => false,
                    };
                    // A code that was given back was not used: GetSessionToken refused before it looked at it.
                    if may_be_spent && self.given.borrow().as_ref() != Some(&code) {
                        self.context.host.note_spent_code(serial, &code, self.context.host.now());
                    }
                    return outcome.map_err(Report::from);
                }
            }
        }
    }
}

/// What somebody who cannot be asked here is told.
pub(crate) fn required(serial: &str, profile: &str) -> Report {
    Report::error(
        Code::MfaCodeRequired,
        format!("profile `{profile}` needs the MFA code of {serial}, and nobody can be asked here"),
    )
    .help("run `awsenv use` once in a terminal, or give the code with --mfa-token")
    .help("a program can give it too: `mfa_process = COMMAND` in the profile")
}

fn spent(serial: &str, used_at: Timestamp, now: Timestamp) -> Report {
    let ago = now.epoch_seconds() - used_at.epoch_seconds();
    Report::error(Code::MfaCodeRejected, format!("this MFA code of {serial} was used {ago} seconds ago, and each works once"))
        .help("nothing was sent to AWS; wait for the next code (30 seconds at most)")
}
