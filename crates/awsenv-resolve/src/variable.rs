//! The environment variables that awsenv knows, by what it does with them.

/// The variables that would contradict a chosen profile, unless it sets them itself.
pub const CONTRADICTING: &[&str] = &[
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_SESSION_EXPIRATION",
    "AWS_ACCOUNT_ID",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CREDENTIAL_FILE",
    "AWS_PROFILE_REGION",
    "AWS_EB_PROFILE",
    "AWS_VAULT",
    "AWS_SSO",
    "AWS_SSO_PROFILE",
    "AWS_SSO_ACCOUNT_ID",
    "AWS_SSO_ROLE_NAME",
    "AWS_SSO_ROLE_ARN",
    "AWS_SSO_SESSION_EXPIRATION",
    "AWS_SSO_DEFAULT_REGION",
    "EC2_SECURITY_TOKEN",
    "SAML2AWS_PROFILE",
];

/// By what a container says where its credentials are: those of [`CONTRADICTING`] that `credential_source = EcsContainer`
/// stands on.
pub const CONTAINER_VARIABLES: &[&str] = &[
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/// What other switchers leave, by prefix: awsume, awsu, granted.
pub const CONTRADICTING_PREFIXES: &[&str] = &["AWSUME_", "AWSU_", "GRANTED_SSO", "GRANTED_COMMAND"];

/// The settings of a profile that SDKs also read from a variable, with that variable (AWS SDKs and Tools Reference
/// Guide, "Settings reference"; AWS CLI, "Environment variables"). In `keys` mode no SDK reads the profile, so its
/// settings travel in these.
pub const SETTING_VARIABLES: &[(&str, &str)] = &[
    ("account_id_endpoint_mode", "AWS_ACCOUNT_ID_ENDPOINT_MODE"),
    ("auth_scheme_preference", "AWS_AUTH_SCHEME_PREFERENCE"),
    ("ca_bundle", "AWS_CA_BUNDLE"),
    ("cli_auto_prompt", "AWS_CLI_AUTO_PROMPT"),
    ("cli_pager", "AWS_PAGER"),
    ("defaults_mode", "AWS_DEFAULTS_MODE"),
    ("disable_request_compression", "AWS_DISABLE_REQUEST_COMPRESSION"),
    ("endpoint_url", "AWS_ENDPOINT_URL"),
    ("ignore_configured_endpoint_urls", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
    ("max_attempts", "AWS_MAX_ATTEMPTS"),
    ("output", "AWS_DEFAULT_OUTPUT"),
    ("request_checksum_calculation", "AWS_REQUEST_CHECKSUM_CALCULATION"),
    ("request_min_compression_size_bytes", "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES"),
    ("response_checksum_validation", "AWS_RESPONSE_CHECKSUM_VALIDATION"),
    ("retry_mode", "AWS_RETRY_MODE"),
    ("s3_disable_multiregion_access_points", "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS"),
    ("s3_us_east_1_regional_endpoint", "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT"),
    ("s3_use_arn_region", "AWS_S3_USE_ARN_REGION"),
    ("sdk_ua_app_id", "AWS_SDK_UA_APP_ID"),
    ("sigv4a_signing_region_set", "AWS_SIGV4A_SIGNING_REGION_SET"),
    ("sts_regional_endpoints", "AWS_STS_REGIONAL_ENDPOINTS"),
    ("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT"),
    ("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT"),
];

/// Returns whether awsenv ever sets or unsets a variable. An undo log that names another one was not written by awsenv: it
/// came with the environment, and could make the shell set `PATH` or `LD_PRELOAD`.
pub fn is_managed(name: &str) -> bool {
    const OWN: &[&str] = &["AWS_REGION", "AWS_DEFAULT_REGION", "AWSENV_PROFILE"];
    OWN.contains(&name)
        || CONTRADICTING.contains(&name)
        || CONTRADICTING_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || SETTING_VARIABLES.iter().any(|(_, variable)| *variable == name)
        || name.starts_with("AWS_ENDPOINT_URL_")
}

/// Returns whether a variable's value must not be seen: it is parked, never logged.
pub fn is_secret(name: &str) -> bool {
    matches!(
        name,
        "AWS_SECRET_ACCESS_KEY"
            | "AWS_SESSION_TOKEN"
            | "AWS_SECURITY_TOKEN"
            | "EC2_SECURITY_TOKEN"
            | "AWS_CONTAINER_AUTHORIZATION_TOKEN"
    )
}

/// Returns whether a variable's earlier value is kept by the shell and not in the log: every secret, and the key id with
/// them, since half of a key pair is no use where the other half is lost.
pub fn is_parked(name: &str) -> bool {
    is_secret(name) || name == "AWS_ACCESS_KEY_ID"
}

/// Returns whether a variable is one that awsenv may read, out of a whole environment.
pub fn is_ours(name: &str) -> bool {
    const EXACT: &[&str] = &[
        "HOME",
        "USERPROFILE",
        "HOMEDRIVE",
        "HOMEPATH",
        "APPDATA",
        "LOCALAPPDATA",
        "XDG_CONFIG_HOME",
        "XDG_STATE_HOME",
        "REQUESTS_CA_BUNDLE",
        "EC2_SECURITY_TOKEN",
        "SAML2AWS_PROFILE",
    ];
    const PROXIES: &[&str] = &["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];
    name.starts_with("AWS")
        || name.starts_with("__AWSENV_")
        || name.starts_with("GRANTED_")
        || EXACT.contains(&name)
        || PROXIES.iter().any(|proxy| proxy.eq_ignore_ascii_case(name))
}
