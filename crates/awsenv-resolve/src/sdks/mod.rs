//! Where the SDKs would take other credentials from a profile than the AWS CLI does (formats.md §6).

mod shell_syntax;

use awsenv_profile::Section;

use crate::chain::{has_static_keys, optional};
use crate::error::Advice;
use crate::provider::Provider;

/// Where in a chain a profile stands; the SDKs have one order for the chosen profile and one for its sources.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    Chosen,
    Source,
}

/// Returns how the SDKs differ about a profile of which the AWS CLI takes `chosen`: they take something else of it, or
/// refuse it.
pub(crate) fn difference(section: Section<'_>, place: Place, chosen: &Provider) -> Option<Advice> {
    let differ = |sdk, key: &str| {
        let span = section.key_span(key)?;
        Some(Advice::SdksDiffer { profile: section.name().to_owned(), chosen: chosen.kind(), sdk, span })
    };
    let is_set = |key: &str| optional(section, key).is_some();
    let is_static = matches!(chosen, Provider::StaticKeys { .. });
    match chosen {
        // Keys come first in a source profile, and half a pair is an error there.
        _ if place == Place::Source && !is_static && has_static_keys(section) => {
            differ("static", "aws_access_key_id").or_else(|| differ("none", "aws_secret_access_key"))
        }
        // The session alone may say these.
        Provider::SsoRole { session, .. } if session.name.is_some() => {
            let key = ["sso_region", "sso_start_url"].into_iter().find(|key| is_set(key))?;
            differ("none", key)
        }
        // A session without account and role is a bearer token's, which has no credentials.
        Provider::StaticKeys { .. } | Provider::Login { .. } | Provider::Process { .. }
            if is_set("sso_session") && !(place == Place::Source && is_static) =>
        {
            differ("none", "sso_session")
        }
        Provider::StaticKeys { .. } if place == Place::Chosen && is_set("login_session") => differ("login", "login_session"),
        Provider::StaticKeys { .. } if place == Place::Chosen && is_set("credential_process") => {
            differ("process", "credential_process")
        }
        Provider::Process { command, .. } if shell_syntax::has(command.value.reveal()) => differ("process", "credential_process"),
        // Only the AWS CLI knows `aws_security_token`; and only the SDKs mix the two files.
        Provider::StaticKeys { credentials } => {
            let theirs = optional(section, "aws_session_token").map(|token| token.value);
            let ours = credentials.session_token.as_ref().map(|token| token.reveal());
            let key = if theirs.is_some() { "aws_session_token" } else { "aws_security_token" };
            (theirs.as_deref() != ours).then(|| differ("static", key))?
        }
        // `credential_source` without `role_arn` is nothing to the AWS CLI, which then asks the machine.
        Provider::EcsContainer | Provider::Ec2InstanceMetadata => {
            let source = optional(section, "credential_source").filter(|_| !is_set("role_arn"))?.value;
            let sdk = match source.to_ascii_lowercase().as_str() {
                "environment" => "environment",
                "ecscontainer" => "ecs-container",
                "ec2instancemetadata" => "ec2-instance-metadata",
                _ => "none",
            };
            if sdk == chosen.kind() { None } else { differ(sdk, "credential_source") }
        }
        Provider::SsoRole { .. }
        | Provider::Login { .. }
        | Provider::Process { .. }
        | Provider::WebIdentity { .. }
        | Provider::Environment { .. } => None,
    }
}
