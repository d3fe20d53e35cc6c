//! Where guards act: at a question, at a plan, at an account.

use awsenv_resolve::{Credentials, Provider, ResolutionPlan};

use super::{Confirm, Rules};
use crate::context::Context;
use crate::pipeline::Pipeline;
use crate::report::{Code, Report, clean};
use crate::settings::Settings;
use crate::ui::ask_text;

/// Whether a person must still be asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Consent {
    /// Yes; with what to do where nobody can be.
    Ask(&'static str),
    /// There is nothing to ask: it was said with `--yes`, the shell has it already, or nothing is handed out.
    Given,
}

impl Consent {
    /// That of a command with `--yes`.
    pub(crate) fn of_option(yes: bool) -> Self {
        if yes { Self::Given } else { Self::Ask("run it in a terminal to be asked, or with --yes") }
    }
}

/// Asks, where a guard wants it.
pub(crate) fn confirm(context: &Context, rules: &Rules<'_>, plan: &ResolutionPlan, consent: Consent) -> Result<(), Report> {
    let (Some((confirm, guard)), Consent::Ask(instead)) = (rules.confirm(), consent) else { return Ok(()) };
    let (ui, name) = (&context.ui, plan.profile.as_deref().unwrap_or_default());
    if !ui.may_ask() {
        return Err(Report::error(Code::ConfirmationRequired, format!("profile `{name}` is guarded, and wants a yes first"))
            .label(rules.label(guard, "by this section"))
            .help(instead));
    }
    let sgr = rules.color().map_or("1", awsenv_prompt::Color::sgr);
    let known =
        [known_account(context, plan).or_else(|| plan.account_id()), plan.region.as_ref().map(|region| region.value.clone())];
    let parts: Vec<String> = known.into_iter().flatten().map(|part| format!(" · {}", clean(&part))).collect();
    ui.line(&format!("{}{} {}", ui.style.paint(sgr, &clean(name)), parts.concat(), ui.style.dim("is guarded")));
    // The question takes ASCII only.
    let can_be_typed = name.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let (question, expected): (_, &[&str]) = match confirm {
        Confirm::Type if can_be_typed => ("type the profile's name to go on: ", &[name]),
        Confirm::Yes | Confirm::Type => ("go on? [y/N] ", &["y", "Y", "yes", "Yes", "YES"]),
    };
    let answer = ask_text(question)?;
    if expected.contains(&answer.reveal().trim()) {
        return Ok(());
    }
    Err(Report::error(Code::Declined, "not confirmed; nothing was changed"))
}

/// Asks for no longer than guards allow, and says so to who has typed more.
pub(crate) fn limit(context: &Context, rules: &Rules<'_>, plan: &mut ResolutionPlan, asked: Option<u32>) {
    let Some((seconds, guard)) = rules.max_duration() else { return };
    if !plan.limit_duration(seconds) {
        return;
    }
    if asked.is_some_and(|asked| asked > seconds) {
        let message = format!("--duration is more than the guard `{}` allows; {seconds} seconds are asked for", guard.pattern);
        let report = Report::warning(Code::DurationCapped, message).label(rules.label(guard, "max_duration in this section"));
        context.ui.report_once(&report);
    } else {
        context.ui.explain(|| format!("the guard `{}` caps the duration at {seconds} seconds", guard.pattern));
    }
}

/// Compares what is certain of a plan's account before any call.
pub(crate) fn check_plan(context: &Context, rules: &Rules<'_>, plan: &ResolutionPlan) -> Result<(), Report> {
    match known_account(context, plan) {
        Some(account) => compare(rules, plan, &account),
        None => Ok(()),
    }
}

/// Whether no guard wants to know the account, or it is known without a call.
pub(crate) fn can_tell_account(context: &Context, settings: &Settings, plan: &ResolutionPlan) -> bool {
    let rules = settings.guards.of(plan.profile.as_deref().unwrap_or_default());
    rules.accounts().next().is_none() || known_account(context, plan).is_some()
}

/// Compares the account of the credentials themselves, which AWS is asked for where nothing else is certain. Returns it
/// when a guard wanted to know.
pub(crate) fn check_account(
    context: &Context,
    rules: &Rules<'_>,
    plan: &ResolutionPlan,
    pipeline: &Pipeline<'_>,
    credentials: &Credentials,
) -> Result<Option<String>, Report> {
    if rules.accounts().next().is_none() {
        return Ok(None);
    }
    let account = match known_account(context, plan) {
        Some(account) => account,
        None => {
            let account = pipeline.caller_identity(credentials)?.account_id;
            if let Some(id) = long_term_key(plan) {
                context.host.note_account_of_key(id, &account);
            }
            account
        }
    };
    compare(rules, plan, &account)?;
    Ok(Some(account))
}

/// The account, where it follows from what AWS itself has said or will check. What a file says with `aws_account_id`, a
/// program with `AccountId` or the environment with `AWS_ACCOUNT_ID` is only somebody's word.
fn known_account(context: &Context, plan: &ResolutionPlan) -> Option<String> {
    match &plan.base.provider {
        _ if !plan.hops.is_empty() => plan.account_id(),
        Provider::SsoRole { .. } | Provider::WebIdentity { .. } | Provider::Login { .. } => plan.account_id(),
        Provider::StaticKeys { .. } | Provider::Environment { .. } => context.host.account_of_key(long_term_key(plan)?),
        Provider::Process { .. } | Provider::EcsContainer | Provider::Ec2InstanceMetadata => None,
    }
}

/// The user's key, where that is what comes out, or what an MFA session comes out of.
fn long_term_key(plan: &ResolutionPlan) -> Option<&str> {
    match &plan.base.provider {
        Provider::StaticKeys { credentials } | Provider::Environment { credentials }
            if plan.hops.is_empty() && !credentials.is_temporary() =>
        {
            Some(&credentials.access_key_id)
        }
        _ => None,
    }
}

fn compare(rules: &Rules<'_>, plan: &ResolutionPlan, account: &str) -> Result<(), Report> {
    let Some((expected, guard)) = rules.accounts().find(|(expected, _)| *expected != account) else { return Ok(()) };
    let name = plan.profile.as_deref().unwrap_or_default();
    Err(Report::error(Code::WrongAccount, format!("profile `{name}` is of account {account}, and must be of {expected}"))
        .label(rules.label(guard, "account in this section"))
        .help(format!("`awsenv explain {}` shows where its credentials come from", crate::sign_in::quoted(name))))
}
