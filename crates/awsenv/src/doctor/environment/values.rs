//! Variables by themselves: empty, malformed, or naming what is not there.

use std::path::{Path, PathBuf};

use awsenv_resolve::{Platform, expand};

use crate::report::{Code, Report, one_of};

use super::super::{Examined, shown};
use super::take_away;

/// Those that some tools take for set when they are empty. (An empty AWS_PAGER means something.)
const NOT_EMPTY: &[&str] = &["AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];

const NUMBERS: &[&str] = &[
    "AWS_MAX_ATTEMPTS",
    "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
    "AWS_METADATA_SERVICE_TIMEOUT",
    "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
];

const BOOLEANS: &[&str] = &[
    "AWS_DISABLE_REQUEST_COMPRESSION",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_V1_DISABLED",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_IMDS_USE_IPV6",
    "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",
    "AWS_S3_USE_ARN_REGION",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
];

/// Those with which the AWS CLI fails when they are anything else.
const CHOICES: &[(&str, &[&str])] = &[
    ("AWS_DEFAULT_OUTPUT", &["json", "text", "table", "yaml", "yaml-stream", "off"]),
    ("AWS_RETRY_MODE", &["standard", "adaptive", "legacy"]),
    ("AWS_STS_REGIONAL_ENDPOINTS", &["regional", "legacy"]),
    ("AWS_ACCOUNT_ID_ENDPOINT_MODE", &["preferred", "disabled", "required"]),
];

pub(super) fn check(examined: &Examined<'_>) -> Vec<Report> {
    let mut reports = Vec::new();
    reports.extend(NOT_EMPTY.iter().filter_map(|name| empty(examined, name)));
    reports.extend(NUMBERS.iter().filter_map(|name| number(examined, name)));
    reports.extend(BOOLEANS.iter().filter_map(|name| boolean(examined, name)));
    reports.extend(CHOICES.iter().filter_map(|(name, choices)| choice(examined, name, choices)));
    reports.extend(files(examined));
    reports.extend(endpoints(examined));
    if examined.context.host.env.text("AWS_SDK_LOAD_CONFIG").is_some_and(|value| matches!(value, "0" | "false")) {
        let message = "AWS_SDK_LOAD_CONFIG turns ~/.aws/config off for older programs in Go and JavaScript";
        let help = "their profiles have no roles and no regions then, unlike everybody else's";
        let report = Report::note(Code::ConfigTurnedOff, message).help(help);
        reports.push(report.help(format!("set it to 1, or {}", take_away(examined, &["AWS_SDK_LOAD_CONFIG"]))));
    }
    reports
}

fn empty(examined: &Examined<'_>, name: &str) -> Option<Report> {
    let value = examined.context.host.env.bytes(name)?;
    value.is_empty().then(|| {
        let report = Report::warning(Code::EmptyVariable, format!("{name} is set, but empty"));
        report.help("the AWS CLI takes it for a name or path that is empty").help(take_away(examined, &[name]))
    })
}

fn number(examined: &Examined<'_>, name: &str) -> Option<Report> {
    let value = examined.context.host.env.nonempty(name)?;
    let is_number = value.trim().parse::<u64>().is_ok_and(|number| number > 0 || name.ends_with("_BYTES"));
    (!is_number).then(|| {
        let report = Report::error(Code::InvalidValue, format!("{name} is no whole number above 0: `{value}`"));
        report.help("the AWS CLI fails with it").help(take_away(examined, &[name]))
    })
}

fn boolean(examined: &Examined<'_>, name: &str) -> Option<Report> {
    let value = examined.context.host.env.nonempty(name)?;
    let is_boolean = value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false");
    (!is_boolean).then(|| {
        let report = Report::warning(Code::InvalidValue, format!("{name} is neither true nor false: `{value}`"));
        report.help("tools take anything but `true` for false, and some complain")
    })
}

fn choice(examined: &Examined<'_>, name: &str, choices: &[&str]) -> Option<Report> {
    let value = examined.context.host.env.nonempty(name)?;
    let is_one = choices.iter().any(|choice| value.eq_ignore_ascii_case(choice));
    (!is_one).then(|| {
        let choices: Vec<String> = choices.iter().map(|choice| (*choice).to_owned()).collect();
        let report = Report::error(Code::InvalidValue, format!("{name} cannot be `{value}`"));
        report.help(format!("it takes {}", one_of(&choices)))
    })
}

fn files(examined: &Examined<'_>) -> Vec<Report> {
    let env = &examined.context.host.env;
    let home = examined.context.host.directories.home.as_deref().and_then(Path::to_str);
    let path_of = |name: &str| env.nonempty(name).map(|value| PathBuf::from(expand(value, env, home, Platform::HERE)));
    let missing = |name: &str| path_of(name).filter(|path| !path.exists()).map(|path| shown(&path, examined.context));
    let is_closed = |name: &str| {
        let problem = path_of(name).and_then(|path| path.metadata().err());
        problem.is_some_and(|problem| problem.kind() == std::io::ErrorKind::PermissionDenied)
    };
    let mut reports = Vec::new();
    for (name, what) in [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")] {
        // What is there and cannot be read is a finding of its own.
        if let Some(path) = missing(name).filter(|_| !is_closed(name)) {
            let report = Report::warning(Code::VariableFileMissing, format!("{name} names a file that is not there: {path}"));
            let help = format!("~/.aws/{what} is not read as long as it is set");
            reports.push(report.help(help).help(take_away(examined, &[name])));
        }
    }
    if let Some(path) = missing("AWS_CA_BUNDLE") {
        let report = Report::error(Code::VariableFileMissing, format!("AWS_CA_BUNDLE names a file that is not there: {path}"));
        let help = "no AWS tool can make a connection as long as it is set so";
        let otherwise = format!("set it to the right path, or {}", take_away(examined, &["AWS_CA_BUNDLE"]));
        reports.push(report.help(help).help(otherwise));
    }
    if let Some(path) = missing("AWS_WEB_IDENTITY_TOKEN_FILE") {
        let message = format!("AWS_WEB_IDENTITY_TOKEN_FILE names a file that is not there: {path}");
        let help = "tools without a profile or keys look there for credentials, and fail";
        let names = ["AWS_WEB_IDENTITY_TOKEN_FILE"];
        reports.push(Report::warning(Code::VariableFileMissing, message).help(help).help(take_away(examined, &names)));
    }
    reports
}

/// Those of LocalStack and its kin are forgotten in a shell, and then all accounts look empty.
fn endpoints(examined: &Examined<'_>) -> Option<Report> {
    let env = &examined.context.host.env;
    if env.is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
        return None;
    }
    let is_endpoint = |name: &&str| *name == "AWS_ENDPOINT_URL" || name.starts_with("AWS_ENDPOINT_URL_");
    let names: Vec<&str> = env.names().filter(is_endpoint).filter(|name| env.nonempty(name).is_some()).collect();
    let first = names.first()?;
    let url = env.nonempty(first).unwrap_or_default();
    // A password in it is nobody's business.
    let url = url.rsplit('@').next().unwrap_or(url);
    let who = match first.strip_prefix("AWS_ENDPOINT_URL_") {
        None => "every AWS tool asks".to_owned(),
        Some(service) => format!("requests to {} go to", service.to_lowercase()),
    };
    let is_local = ["://localhost", "://127.", "://[::1]", ".localstack.cloud"].iter().any(|part| url.contains(part));
    let kind = if is_local { " (an emulator on this machine?)" } else { "" };
    let report = Report::note(Code::EndpointOverridden, format!("{who} {url}{kind}, not AWS: {first} is set"));
    Some(report.help(take_away(examined, &names)))
}
