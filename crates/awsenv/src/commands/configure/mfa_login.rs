//! `awsenv configure mfa-login`: an MFA session written into a profile of its own, for tools that know nothing of MFA.

use awsenv_profile::{Change, FileKind, Place, ProfileSet, SectionKind};
use awsenv_resolve::{
    Arn, EnvSnapshot, Problem, ProfileChoice, Provenance, Provider, Request, ResolutionPlan, Secret, SessionToken, Sourced, plan,
};

use super::{current_profile, read_secret_line, write};
use crate::cli::{ActivationArgs, MfaLoginArgs};
use crate::context::Context;
use crate::guard::{self, Consent};
use crate::pipeline::Pipeline;
use crate::report::{Code, Label, Report};
use crate::section_name;
use crate::settings::Settings;
use crate::ui;

pub(super) fn run(context: &Context, profile: Option<&str>, arguments: &MfaLoginArgs) -> Result<(), Report> {
    let settings = context.settings()?;
    let profiles = context.profiles()?;
    let name = current_profile(context, profile);
    let (choice, env) = context.choice(profile, &profiles);
    let request = context.request(choice, &ActivationArgs::default(), &settings);
    let (mut plan, env) = plan_of_keys(context, &profiles, request, env, arguments)?;
    let access_key_id = long_term_key(&plan, &name)?;
    let serial = serial(context, &profiles, &name, arguments)?;
    // Before the code: that is good for half a minute only.
    let target = target(context, &profiles, &name, &serial, arguments)?;
    section_name::check(&context.ui, &profiles, SectionKind::Profile, &target)?;
    plan.session_token = Some(SessionToken {
        profile: name,
        mfa_serial: Sourced::new(serial, Provenance::Flag("--serial-number")),
        duration_seconds: arguments.duration_seconds.unwrap_or(settings.mfa_session_seconds),
        access_key_id,
    });
    let rules = settings.guards.of(plan.profile.as_deref().unwrap_or_default());
    guard::limit(context, &rules, &mut plan, arguments.duration_seconds);
    guard::check_plan(context, &rules, &plan)?;
    guard::confirm(context, &rules, &plan, Consent::of_option(arguments.yes))?;
    // A code that has worked must not be spent for nothing.
    context.host.ensure_credentials_writable()?;
    let pipeline = Pipeline::new(context, &settings, &plan, &env).with_code(arguments.mfa_token.clone()).forced();
    let credentials = pipeline.obtain()?.credentials;
    guard::check_account(context, &rules, &plan, &pipeline, &credentials)?;
    let token = credentials.session_token.as_ref().map(Secret::reveal);
    let place = |key| Place { section: SectionKind::Profile, name: &target, key, sub: None };
    let mut changes = vec![
        Change { place: place("aws_access_key_id"), value: Some(&credentials.access_key_id) },
        Change { place: place("aws_secret_access_key"), value: Some(credentials.secret_access_key.reveal()) },
        Change { place: place("aws_session_token"), value: token },
    ];
    // The AWS CLI would take it before the new token.
    if profiles.profile(&target).is_some_and(|section| section.get_in("aws_security_token", FileKind::Credentials).is_some()) {
        changes.push(Change { place: place("aws_security_token"), value: None });
    }
    write(context, FileKind::Credentials, &changes)?;
    let quoted = crate::sign_in::quoted(&target);
    context.ui.note(&format!("Temporary credentials written to profile '{target}'"));
    if let Some(end) = credentials.expiration {
        context.ui.note(&format!("Credentials will expire at {end}"));
    }
    if let Some(warning) = hidden(context, &settings, &target, &credentials.access_key_id)? {
        context.ui.report(&warning);
    }
    context.ui.note(&format!("To use these credentials: awsenv use {quoted}, or --profile {quoted} of the AWS CLI"));
    Ok(())
}

/// What is to be said where the profile does not give the keys that it has now.
fn hidden(context: &Context, settings: &Settings, target: &str, access_key_id: &str) -> Result<Option<Report>, Report> {
    let profiles = context.profiles()?;
    let request = context.request(ProfileChoice::Named(target.to_owned()), &ActivationArgs::default(), settings);
    let by = match plan(&profiles, &request, &EnvSnapshot::default()) {
        Ok(plan) => match &plan.base.provider {
            Provider::StaticKeys { credentials } if credentials.access_key_id == access_key_id => return Ok(None),
            _ => plan.shadowed.iter().find(|unused| unused.what == "aws_access_key_id").map(|unused| unused.by.clone()),
        },
        Err(error) => match *error.problem {
            Problem::RoleWithoutSource { .. } => Some("role_arn".to_owned()),
            _ => None,
        },
    };
    let Some(by) = by else { return Ok(None) };
    let message = format!("profile `{target}` does not use the keys that were just written: `{by}` comes before them");
    let mut warning = Report::warning(Code::SettingShadowed, message);
    if let Some(span) = profiles.profile(target).and_then(|section| section.key_span(&by)) {
        warning = warning.label(Label::new(profiles.sources(), span, "this counts"));
    }
    Ok(Some(warning.help("remove it from the profile, or name another: --update-profile NAME")))
}

/// The plan of the keys: those of the options, of the profile, or where there are none those that a person gives.
fn plan_of_keys(
    context: &Context,
    profiles: &ProfileSet,
    request: Request,
    env: EnvSnapshot,
    arguments: &MfaLoginArgs,
) -> Result<(ResolutionPlan, EnvSnapshot), Report> {
    let given = match (&arguments.access_key_id, &arguments.secret_access_key) {
        (Some(id), Some(secret)) => Some((id.clone(), from_stdin(secret)?)),
        (None, None) => None,
        _ => {
            return Err(Report::error(Code::AnswerRequired, "an access key needs its secret, and a secret its key")
                .help("--access-key-id ID --secret-access-key - reads the secret from stdin"));
        }
    };
    let planned = if given.is_some() { None } else { Some(plan(profiles, &request, &env)) };
    let nobody =
        |plan: &ResolutionPlan| matches!(plan.base.provider, Provider::Ec2InstanceMetadata) && plan.base.profile.is_none();
    let keys = match (given, planned) {
        (Some(keys), _) => keys,
        (None, Some(Ok(plan))) if !nobody(&plan) => return Ok((plan, env)),
        (None, Some(Err(error))) if !matches!(*error.problem, Problem::NoCredentials { .. }) => return Err(error.into()),
        (None, Some(Err(error))) if !context.ui.may_ask() => return Err(error.into()),
        (None, _) if !context.ui.may_ask() => {
            return Err(Report::error(Code::AnswerRequired, "there are no access keys, and nobody can be asked")
                .help("--access-key-id ID --secret-access-key - reads the secret from stdin"));
        }
        (None, _) => {
            context.ui.line("Please provide your AWS credentials:");
            let id = required("AWS Access Key ID: ")?;
            (id, ui::ask_secret("AWS Secret Access Key: ")?)
        }
    };
    with_keys(profiles, request, env, keys)
}

/// A plan that stands on keys that are in no file: as if they were in the environment.
fn with_keys(
    profiles: &ProfileSet,
    request: Request,
    mut env: EnvSnapshot,
    (id, secret): (String, Secret),
) -> Result<(ResolutionPlan, EnvSnapshot), Report> {
    if let ProfileChoice::Named(name) = &request.profile {
        env.put("AWS_PROFILE", Some(name.clone().into_bytes()));
    }
    env.put("AWS_ACCESS_KEY_ID", Some(id.into_bytes()));
    env.put("AWS_SECRET_ACCESS_KEY", Some(secret.reveal().as_bytes().to_vec()));
    for token in ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"] {
        env.put(token, None);
    }
    let plan = plan(profiles, &Request { profile: ProfileChoice::Ambient, ..request }, &env)?;
    Ok((plan, env))
}

/// The id of a user's own keys, which alone can open a session.
fn long_term_key(plan: &ResolutionPlan, name: &str) -> Result<String, Report> {
    match &plan.base.provider {
        Provider::StaticKeys { credentials } | Provider::Environment { credentials }
            if plan.hops.is_empty() && !credentials.is_temporary() =>
        {
            Ok(credentials.access_key_id.clone())
        }
        _ => Err(Report::error(
            Code::OtherCredentials,
            format!("profile `{name}` has no long-term access key, and GetSessionToken takes no other"),
        )
        .help("name the profile with the user's keys: --profile NAME")
        .help("for a role with an mfa_serial there is nothing to do before: `awsenv use` asks for the code")),
    }
}

/// The option's, the profile's, or a person's.
fn serial(context: &Context, profiles: &ProfileSet, name: &str, arguments: &MfaLoginArgs) -> Result<String, Report> {
    let of_profile = || {
        let value = profiles.profile(name)?.get("mfa_serial")?.value;
        Some(value.to_owned()).filter(|value| !value.is_empty())
    };
    match arguments.serial_number.clone().or_else(of_profile) {
        Some(serial) => Ok(serial),
        None if context.ui.may_ask() => required("MFA serial number or ARN: "),
        None => Err(Report::error(Code::AnswerRequired, format!("profile `{name}` has no mfa_serial"))
            .help("--serial-number ARN names the device; `aws iam list-mfa-devices` shows it")),
    }
}

/// The profile that gets the session.
fn target(
    context: &Context,
    profiles: &ProfileSet,
    name: &str,
    serial: &str,
    arguments: &MfaLoginArgs,
) -> Result<String, Report> {
    let usual = session_profile(serial);
    let target = match &arguments.update_profile {
        Some(target) => target.clone(),
        None if context.ui.may_ask() => {
            let answer = ui::ask_text(&format!("Profile to update [{usual}]: "))?;
            Some(answer.reveal().trim().to_owned()).filter(|answer| !answer.is_empty()).unwrap_or(usual)
        }
        None => usual,
    };
    let has = |key: &str| profiles.profile(&target).is_some_and(|section| section.get_in(key, FileKind::Credentials).is_some());
    if target == name || (has("aws_access_key_id") && !has("aws_session_token") && !has("aws_security_token")) {
        return Err(Report::error(
            Code::OtherCredentials,
            format!("profile `{target}` has long-term keys, which the session's would replace for good"),
        )
        .help("name another: --update-profile NAME"));
    }
    Ok(target)
}

/// `123456789012-ana` for a device with an ARN, as the AWS CLI names it; there only in the partition `aws`.
fn session_profile(serial: &str) -> String {
    match Arn::parse(serial).filter(|arn| !arn.account_id.is_empty()) {
        Some(arn) => format!("{}-{}", arn.account_id, arn.name()),
        None => format!("session-{serial}"),
    }
}

fn required(question: &str) -> Result<String, Report> {
    loop {
        let answer = ui::ask_text(question)?;
        let answer = answer.reveal().trim();
        if !answer.is_empty() {
            return Ok(answer.to_owned());
        }
    }
}

fn from_stdin(secret: &Secret) -> Result<Secret, Report> {
    if secret.reveal() != "-" {
        return Err(super::on_command_line("--secret-access-key", "awsenv configure mfa-login --access-key-id ID"));
    }
    let secret = read_secret_line(&mut std::io::stdin().lock())?;
    if secret.is_empty() {
        return Err(Report::error(Code::AnswerRequired, "stdin has no line for --secret-access-key"));
    }
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::session_profile;

    #[test]
    fn a_session_is_named_for_its_device() {
        for (serial, name) in [
            ("arn:aws:iam::123456789012:mfa/ana", "123456789012-ana"),
            ("arn:aws:iam::123456789012:mfa/team/x", "123456789012-x"),
            ("arn:aws-cn:iam::123456789012:mfa/ana", "123456789012-ana"),
            ("GAHT12345678", "session-GAHT12345678"),
        ] {
            assert_eq!(session_profile(serial), name);
        }
    }
}
