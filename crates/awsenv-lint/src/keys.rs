//! The settings that the AWS CLI and the SDKs know (botocore's `configprovider.py` and `credentials.py`, the AWS CLI v2's
//! `customizations`, and the AWS SDKs and Tools Reference Guide, "Settings reference").

use awsenv_profile::{Section, SectionKind};

use crate::values::Rule;

/// What a profile may say.
const PROFILE: &[&str] = &[
    "account_id_endpoint_mode",
    "api_versions",
    "auth_scheme_preference",
    "aws_access_key_id",
    "aws_account_id",
    "aws_secret_access_key",
    "aws_security_token",
    "aws_session_token",
    "ca_bundle",
    "cli_auto_prompt",
    "cli_binary_format",
    "cli_error_format",
    "cli_follow_urlparam",
    "cli_help_output",
    "cli_history",
    "cli_pager",
    "cli_timestamp_format",
    "cloudfront",
    "codeartifact",
    "credential_process",
    "credential_source",
    "csm_client_id",
    "csm_enabled",
    "csm_host",
    "csm_port",
    "data_path",
    "defaults_mode",
    "disable_host_prefix_injection",
    "disable_request_compression",
    "duration_seconds",
    "ec2_instance_profile_name",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode",
    "ec2_metadata_v1_disabled",
    "emr",
    "endpoint_discovery_enabled",
    "endpoint_url",
    "external_id",
    "ignore_configured_endpoint_urls",
    "imds_use_ipv6",
    "login_session",
    "max_attempts",
    "metadata_service_num_attempts",
    "metadata_service_timeout",
    "mfa_serial",
    "output",
    "parameter_validation",
    "region",
    "request_checksum_calculation",
    "request_min_compression_size_bytes",
    "response_checksum_validation",
    "retry_mode",
    "role_arn",
    "role_session_name",
    "s3",
    "s3_disable_express_session_auth",
    "s3_disable_multiregion_access_points",
    "s3_us_east_1_regional_endpoint",
    "s3_use_arn_region",
    "s3api",
    "sdk_ua_app_id",
    "services",
    "signature_version",
    "sigv4a_signing_region_set",
    "source_profile",
    "sso_account_id",
    "sso_region",
    "sso_registration_scopes",
    "sso_role_name",
    "sso_session",
    "sso_start_url",
    "sts_regional_endpoints",
    "tcp_keepalive",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
    "web_identity_token_file",
];

/// What an sso-session may say.
const SSO_SESSION: &[&str] = &["sso_region", "sso_registration_scopes", "sso_start_url"];

/// What other tools put into profiles; nobody has misspelt these.
const FOREIGN: &[&str] = &[
    "assumed_role",
    "assumed_role_arn",
    "autoawsume",
    "aws_expiration",
    "aws_session_expiration",
    "color",
    "credential_process_auto_login",
    "expiration",
    "include_profile",
    "manager",
    "mfa_process",
    "parent_profile",
    "role_duration",
    "session_tags",
    "source_identity",
    "sso_account_name",
    "sso_auto_populated",
    "toolkit_artifact_guid",
    "transitive_session_tags",
    "web_identity_token_process",
    "x_principal_arn",
    "x_security_token_expires",
];

/// Other people's words for AWS's keys, which are no slip of the finger.
const ALIASES: &[(&str, &str)] = &[
    ("access_key", "aws_access_key_id"),
    ("access_key_id", "aws_access_key_id"),
    ("aws_access_key", "aws_access_key_id"),
    ("aws_default_region", "region"),
    ("aws_region", "region"),
    ("aws_secret_access", "aws_secret_access_key"),
    ("aws_secret_key", "aws_secret_access_key"),
    ("aws_token", "aws_session_token"),
    ("default_region", "region"),
    ("mfa_arn", "mfa_serial"),
    ("mfa_device", "mfa_serial"),
    ("secret_access_key", "aws_secret_access_key"),
    ("secret_key", "aws_secret_access_key"),
    ("session_name", "role_session_name"),
    ("session_token", "aws_session_token"),
    ("sso_account", "sso_account_id"),
    ("sso_role", "sso_role_name"),
    ("sso_url", "sso_start_url"),
];

/// What a key is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Known {
    /// It belongs here, or nobody has ever heard of it.
    Fine,
    /// It belongs into a section of another kind; with the key that belongs here instead.
    Elsewhere(SectionKind, Option<&'static str>),
    /// A slip: this one is meant.
    Slip(&'static str),
    /// Another word for this one.
    Alias(&'static str),
}

/// Judges a key (in lower case) of a section.
pub(crate) fn judge(kind: SectionKind, key: &str) -> Known {
    let (own, other, other_kind) = match kind {
        SectionKind::Profile => (PROFILE, SSO_SESSION, SectionKind::SsoSession),
        SectionKind::SsoSession => (SSO_SESSION, PROFILE, SectionKind::Profile),
        // Its keys are the names of services, of which there are hundreds.
        SectionKind::Services | SectionKind::Unknown => return Known::Fine,
    };
    if own.contains(&key) || FOREIGN.contains(&key) || key.starts_with("granted_") {
        return Known::Fine;
    }
    if kind == SectionKind::SsoSession
        && let Some(meant) = [("region", "sso_region"), ("start_url", "sso_start_url")].iter().find(|(wrong, _)| *wrong == key)
    {
        return Known::Elsewhere(SectionKind::Profile, Some(meant.1));
    }
    if other.contains(&key) {
        return Known::Elsewhere(other_kind, None);
    }
    if let Some((_, meant)) = ALIASES.iter().find(|(alias, meant)| *alias == key && own.contains(meant)) {
        return Known::Alias(meant);
    }
    slip(key, own.iter().copied()).map_or(Known::Fine, Known::Slip)
}

/// Returns whether the AWS CLI or the SDKs know this key of a profile.
pub(crate) fn is_of_a_profile(key: &str) -> bool {
    PROFILE.contains(&key)
}

/// Returns whether a profile has settings that only aws-vault heeds, or that it brought.
pub(crate) fn is_of_aws_vault(profile: Section<'_>) -> bool {
    const OWN: [&str; 6] = [
        "include_profile",
        "mfa_process",
        "session_tags",
        "source_identity",
        "transitive_session_tags",
        "web_identity_token_process",
    ];
    OWN.iter().any(|key| profile.get(key).is_some())
}

/// Judges a key of a block, as it is written: there capitals count.
pub(crate) fn judge_in_block(known: &'static [(&'static str, Rule)], key: &str) -> Known {
    let names = || known.iter().map(|(name, _)| *name);
    match names().any(|name| name == key) {
        true => Known::Fine,
        false => slip(&key.to_ascii_lowercase(), names()).map_or(Known::Fine, Known::Slip),
    }
}

/// Returns the one key that a few slips lead to. Short keys are near to too much, and two candidates are none.
fn slip(key: &str, own: impl Iterator<Item = &'static str> + Clone) -> Option<&'static str> {
    let plain = |key: &str| key.replace(['-', '_', '.'], "");
    if let Some(same) = own.clone().find(|known| plain(known) == plain(key)) {
        return Some(same);
    }
    let allowed = if key.len() < 5 { 0 } else { 1 + usize::from(key.len() >= 8) };
    let mut near: Vec<(usize, &'static str)> =
        own.filter_map(|known| Some((awsenv_resolve::distance(key, known, allowed)?, known))).collect();
    near.sort_unstable();
    match near.as_slice() {
        [(_, only)] => Some(only),
        [(first, nearest), (second, _), ..] if first < second => Some(nearest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_a_key_of_somebody_else() {
        use SectionKind::{Profile, SsoSession};
        for (kind, key, expected) in [
            (Profile, "region", Known::Fine),
            (Profile, "regoin", Known::Slip("region")),
            (Profile, "reigon", Known::Slip("region")),
            (Profile, "role-arn", Known::Slip("role_arn")),
            (Profile, "rolearn", Known::Slip("role_arn")),
            (Profile, "sorce_profile", Known::Slip("source_profile")),
            (Profile, "source_profiles", Known::Slip("source_profile")),
            (Profile, "aws_secret_acces_key", Known::Slip("aws_secret_access_key")),
            (Profile, "sso_role_nam", Known::Slip("sso_role_name")),
            (Profile, "mfa_seriel", Known::Slip("mfa_serial")),
            (Profile, "ouput", Known::Slip("output")),
            (Profile, "aws_access_key", Known::Alias("aws_access_key_id")),
            (Profile, "mfa_process", Known::Fine),
            (Profile, "granted_sso_start_url", Known::Fine),
            (Profile, "team", Known::Fine),
            (Profile, "role", Known::Fine),
            (Profile, "s4", Known::Fine),
            (Profile, "sso_account_name", Known::Fine),
            (Profile, "my_tool_setting", Known::Fine),
            (SsoSession, "region", Known::Elsewhere(Profile, Some("sso_region"))),
            (SsoSession, "sso_account_id", Known::Elsewhere(Profile, None)),
            (SsoSession, "sso_start_uri", Known::Slip("sso_start_url")),
            (SectionKind::Services, "dynamodb", Known::Fine),
        ] {
            assert_eq!(judge(kind, key), expected, "{key}");
        }
        for (key, expected) in [
            ("adressing_style", Known::Slip("addressing_style")),
            ("Addressing_Style", Known::Slip("addressing_style")),
            ("max_concurent_requests", Known::Slip("max_concurrent_requests")),
            ("use_dualstack_endpoint", Known::Fine),
            ("my_own", Known::Fine),
        ] {
            assert_eq!(judge_in_block(crate::blocks::S3, key), expected, "{key}");
        }
    }

    #[test]
    fn no_known_key_is_a_slip_of_another() {
        for key in PROFILE.iter().chain(FOREIGN) {
            assert_eq!(judge(SectionKind::Profile, key), Known::Fine, "{key}");
        }
        for (key, _) in crate::blocks::S3 {
            assert_eq!(judge_in_block(crate::blocks::S3, key), Known::Fine, "{key}");
        }
        assert!(PROFILE.is_sorted() && FOREIGN.is_sorted() && ALIASES.is_sorted());
    }
}
