//! awsenv's own variables: what the shell is in, and how to leave it.

use awsenv_resolve::{STATE_VARIABLE, State};

use crate::report::{Code, Report};

use super::super::Examined;
use super::take_away;

pub(super) fn check(examined: &Examined<'_>) -> Option<Report> {
    let env = &examined.context.host.env;
    let said = env.nonempty("AWSENV_PROFILE");
    let Some(text) = env.text(STATE_VARIABLE) else {
        let profile = said?;
        let message = format!("AWSENV_PROFILE is `{profile}`, but nothing is known of how this shell came there");
        let report = Report::warning(Code::StateInvalid, message);
        return Some(
            report.help("`awsenv use` starts anew; prompts believe it until then").help(take_away(examined, &["AWSENV_PROFILE"])),
        );
    };
    let Some(state) = State::decode(text) else {
        let message =
            format!("{STATE_VARIABLE} is damaged, or of a newer awsenv: `awsenv unset` cannot put back what was before");
        let report = Report::warning(Code::StateInvalid, message);
        return Some(report.help(format!("open a new shell, or {}", take_away(examined, &[STATE_VARIABLE, "AWSENV_PROFILE"]))));
    };
    (said != Some(&state.profile)).then(|| {
        let now = said.map_or("not set".to_owned(), |profile| format!("`{profile}`"));
        let message = format!("AWSENV_PROFILE is {now}, but awsenv put this shell into `{}`", state.profile);
        Report::warning(Code::StateInvalid, message)
            .help(format!("somebody else changed it: `awsenv use {}` or `awsenv unset` makes it right", state.profile))
    })
}
