//! `awsenv credential-process`

use awsenv_host::PROFILE_CHAIN_VARIABLE;
use awsenv_resolve::ProfileChoice;

use super::export::process_document;
use crate::activation::{Wish, credentials};
use crate::cli::{ActivationArgs, CredentialProcessArgs};
use crate::context::Context;
use crate::guard::Consent;
use crate::report::{Code, Report};
use crate::stdout;

pub(crate) fn run(context: &mut Context, arguments: CredentialProcessArgs) -> Result<(), Report> {
    if !arguments.interactive {
        context.ui.forbid_questions();
    }
    let settings = context.settings()?;
    let profiles = context.profiles()?;
    let name = context.profile_name(&arguments.profile, &profiles);
    refuse_circle(context, &name)?;
    let options = ActivationArgs { duration: arguments.duration, ..ActivationArgs::default() };
    let wish = Wish {
        request: context.request(ProfileChoice::Named(name), &options, &settings),
        mode: settings.mode,
        mfa_token: None,
        profiles: &profiles,
        base: context.base_environment(),
        chosen_at: None,
        force: false,
        consent: Consent::Ask("with --interactive and a terminal it asks"),
    };
    let (plan, mut credentials) = credentials(context, &settings, wish)?;
    credentials.account_id = plan.account_id().or(credentials.account_id);
    stdout::write(process_document(&credentials, true).as_bytes())
}

/// Ends when a process above this one already asks for the same profile: an awsenv that runs the profile's
/// `credential_process`, or an AWS CLI (which keeps its own list in `_AWS_CLI_PROFILE_CHAIN`) that does and calls us back.
fn refuse_circle(context: &Context, name: &str) -> Result<(), Report> {
    let chain = context.host.variable(PROFILE_CHAIN_VARIABLE).and_then(|chain| chain.to_str()).unwrap_or_default();
    if !chain.split('\n').any(|above| above == name) {
        return Ok(());
    }
    let path: Vec<&str> = chain.split('\n').chain([name]).collect();
    Err(Report::error(
        Code::ProcessRecursion,
        format!("the credential process of profile `{name}` calls itself: {}", path.join(" → ")),
    )
    .help("let `credential_process` name the profile with the real credentials, not its own"))
}
