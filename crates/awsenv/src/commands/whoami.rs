//! `awsenv whoami`

use awsenv_prompt::Status;
use awsenv_resolve::ProfileChoice;
use serde_json::json;

use crate::activation::{Wish, named};
use crate::cli::{TextFormat, WhoamiArgs};
use crate::context::Context;
use crate::guard::Consent;
use crate::pipeline::Pipeline;
use crate::report::{Report, clean};
use crate::stdout;

pub(crate) fn run(context: &Context, arguments: WhoamiArgs) -> Result<(), Report> {
    context.ui.allow_sign_in(!arguments.activation.no_login);
    let settings = context.settings()?;
    let profiles = context.profiles()?;
    // Without a name the truth is asked for: what any tool started in this shell would be.
    let (choice, base) = match arguments.profile.as_deref() {
        Some(typed) => context.choice(Some(typed), &profiles),
        None => (ProfileChoice::Ambient, context.host.env.clone()),
    };
    let active = named(&choice).is_none().then(|| Status::read(&context.host.env)).and_then(|status| status.profile);
    let wish = Wish {
        request: context.request(choice, &arguments.activation, &settings),
        mode: settings.mode,
        mfa_token: arguments.activation.mfa_token,
        profiles: &profiles,
        base,
        chosen_at: None,
        force: false,
        consent: Consent::Given,
    };
    let mut plan = awsenv_resolve::plan(wish.profiles, &wish.request, &wish.base)?;
    crate::activation::show_advice(context, &plan);
    super::explain::tell_decisions(context, &settings, &plan, &wish);
    if wish.request.find_mfa {
        crate::mfa::find_device(context, &settings, &mut plan, &wish.base, wish.request.mfa_session_seconds)?;
    }
    let pipeline = Pipeline::new(context, &settings, &plan, &wish.base).with_code(wish.mfa_token);
    let credentials = pipeline.obtain()?.credentials;
    let identity = pipeline.caller_identity(&credentials)?;
    let profile = plan.profile.clone().or(active);
    match arguments.format {
        TextFormat::Json => stdout::json(&json!({
            "account_id": identity.account_id,
            "arn": identity.arn,
            "user_id": identity.user_id,
            "profile": profile,
        })),
        TextFormat::Text => {
            let rows = [
                ("account", identity.account_id),
                ("arn", identity.arn),
                ("user id", identity.user_id),
                ("profile", profile.unwrap_or_else(|| "-".to_owned())),
            ];
            let text: String = rows.iter().map(|(name, value)| format!("{name:8} {}\n", clean(value))).collect();
            stdout::write(text.as_bytes())
        }
    }
}
