//! Whose turn it is to sign a person in.

use std::cell::Cell;

use awsenv_host::GivenUp;
use awsenv_resolve::CacheKey;

use crate::context::Context;
use crate::report::{Code, Report};

/// The one sign-in that is under way.
#[derive(Default, Debug)]
pub(super) struct Turn {
    refused: Cell<bool>,
}

impl Turn {
    /// The browser came back with this error (RFC 6749, section 4.1.2.1).
    pub(super) fn came_back_with(&self, error: &str) {
        self.refused.set(error == "access_denied");
    }
}

/// Signs a person in when it is this process's turn. `there` is the result of another's turn, which is taken; when the person
/// has cancelled that, or said no in the browser, everybody who waited for it ends too.
pub(super) fn in_turn<T>(
    context: &Context,
    key: &CacheKey,
    label: &str,
    there: impl FnOnce() -> Option<T>,
    sign_in: impl FnOnce(&Turn) -> Result<T, Report>,
) -> Result<T, Report> {
    context.guard_interrupt();
    let waiting = || context.ui.note(&format!("another awsenv is signing in to {label}; waiting for it"));
    let lock = context.host.lock_sign_in(key, waiting)?;
    if let Some(found) = there() {
        return Ok(found);
    }
    if let Some(why) = lock.given_up_meanwhile() {
        return Err(given_up(label, why));
    }
    let (turn, mark) = (Turn::default(), lock.mark());
    let outcome = context.ui.with_last_words(move || mark.set(GivenUp::Cancelled), || sign_in(&turn));
    match &outcome {
        Err(_) if turn.refused.get() => lock.mark().set(GivenUp::Refused),
        Err(report) if report.code == Code::Cancelled => lock.mark().set(GivenUp::Cancelled),
        Ok(_) | Err(_) => {}
    }
    outcome
}

fn given_up(label: &str, why: GivenUp) -> Report {
    let what = match why {
        GivenUp::Cancelled => "cancelled in another terminal",
        GivenUp::Refused => "refused in the browser",
    };
    Report::error(Code::Cancelled, format!("the sign-in to {label}, which this waited for, was {what}"))
        .help("begin again to sign in")
}
