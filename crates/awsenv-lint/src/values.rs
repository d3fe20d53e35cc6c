//! Values that cannot be right. What the AWS CLI makes of each was tried with botocore 1.43.

use awsenv_profile::{ProfileSet, Repair, Section, SectionKind, Spanned};
use awsenv_resolve::region::{self, Verdict};
use awsenv_resolve::{Arn, is_account_id, nearest};

use crate::collect::Findings;
use crate::finding::{Lint, Wrong};

/// What a value has to be.
pub(crate) enum Rule {
    Any,
    Region,
    /// One of these, letter for letter; botocore makes no client with another one.
    OneOf(&'static [&'static str]),
    /// The same, but another value is passed over without a word.
    PassedOver(&'static [&'static str]),
    Boolean,
    /// A whole number between these.
    Number(i64, i64),
    RoleArn,
    AccountId,
    Https,
    /// The address of an endpoint.
    Url,
    /// Bytes: `8MB`.
    Size,
    /// Bytes or bits a second: `50MB/s`.
    Rate,
    /// A file whose path is taken as it stands.
    Path,
    /// A file or a program; `~` and variables are for a shell, which most tools do not ask.
    Command,
    MfaSerial,
    /// Indented lines below it.
    Block,
}

const CHECKSUMS: &[&str] = &["when_supported", "when_required"];

const RULES: &[(&str, Rule)] = &[
    ("region", Rule::Region),
    ("sso_region", Rule::Region),
    ("output", Rule::OneOf(&["json", "text", "table", "yaml", "yaml-stream", "off"])),
    ("retry_mode", Rule::OneOf(&["legacy", "standard", "adaptive"])),
    ("sts_regional_endpoints", Rule::OneOf(&["regional", "legacy"])),
    ("s3_us_east_1_regional_endpoint", Rule::OneOf(&["regional", "legacy"])),
    ("defaults_mode", Rule::OneOf(&["legacy", "auto", "standard", "in-region", "cross-region", "mobile"])),
    ("account_id_endpoint_mode", Rule::OneOf(&["preferred", "disabled", "required"])),
    ("ec2_metadata_service_endpoint_mode", Rule::OneOf(&["ipv4", "ipv6", "IPv4", "IPv6"])),
    ("request_checksum_calculation", Rule::OneOf(CHECKSUMS)),
    ("response_checksum_validation", Rule::OneOf(CHECKSUMS)),
    ("use_fips_endpoint", Rule::Boolean),
    ("use_dualstack_endpoint", Rule::Boolean),
    ("ignore_configured_endpoint_urls", Rule::Boolean),
    ("disable_request_compression", Rule::Boolean),
    ("ec2_metadata_v1_disabled", Rule::Boolean),
    ("imds_use_ipv6", Rule::Boolean),
    ("s3_use_arn_region", Rule::Boolean),
    ("s3_disable_multiregion_access_points", Rule::Boolean),
    ("max_attempts", Rule::Number(1, i64::MAX)),
    ("metadata_service_timeout", Rule::Number(0, i64::MAX)),
    ("metadata_service_num_attempts", Rule::Number(0, i64::MAX)),
    ("request_min_compression_size_bytes", Rule::Number(0, 10_485_760)),
    ("role_arn", Rule::RoleArn),
    ("sso_account_id", Rule::AccountId),
    ("aws_account_id", Rule::AccountId),
    ("sso_start_url", Rule::Https),
    ("endpoint_url", Rule::Url),
    ("web_identity_token_file", Rule::Path),
    ("credential_process", Rule::Command),
    ("mfa_serial", Rule::MfaSerial),
    ("s3", Rule::Block),
];

/// A role's session, in seconds (STS API reference, AssumeRole).
const ROLE_SECONDS: (i64, i64) = (900, 43_200);

pub(crate) fn lint(profiles: &ProfileSet, findings: &mut Findings) {
    for section in profiles.profiles().chain(profiles.sso_sessions()) {
        for (key, value) in section.settings().filter(|(_, value)| !value.value.is_empty()) {
            if is_quoted(value.value) && !matches!(key.value, "credential_process" | "mfa_process" | "cli_pager") {
                let unquoted = &value.value[1..value.value.len() - 1];
                let repair = Repair::SetValue { at: value.span, to: unquoted.trim().to_owned() };
                findings.push_repairable(Lint::Quoted { key: key.value.to_owned() }, value.span, Some(repair));
            } else if let Some((_, rule)) = RULES.iter().find(|(name, _)| *name == key.value) {
                judge(section, key.value, value, rule, findings);
            }
        }
        if section.kind() == SectionKind::Profile {
            services(profiles, section, findings);
            duration(section, findings);
            partition(section, findings);
        }
    }
}

/// One pair of quotes around all of it, as in a shell or in YAML.
pub(crate) fn is_quoted(value: &str) -> bool {
    let inner = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)).map(|inner| (quote, inner));
    inner('"').or_else(|| inner('\'')).is_some_and(|(quote, inner)| !inner.contains([quote, '\n', '#', ';']))
}

/// Returns whether a value is one that its key can have, and could not be with more behind it.
pub(crate) fn is_surely(profiles: &ProfileSet, key: &str, value: &str) -> bool {
    match key {
        "aws_access_key_id" => is_key_id(value),
        "credential_source" => ["Environment", "Ec2InstanceMetadata", "EcsContainer"].contains(&value),
        "duration_seconds" => value.parse::<u32>().is_ok(),
        "services" => profiles.services(value).is_some(),
        "source_profile" => profiles.profile(value).is_some(),
        "sso_session" => profiles.sso_session(value).is_some(),
        _ => RULES.iter().find(|(name, _)| *name == key).is_some_and(|(_, rule)| rule.is_surely(value)),
    }
}

/// Four letters for the kind, and at least sixteen capitals and digits (IAM API reference, `AccessKeyId`).
pub(crate) fn is_key_id(id: &str) -> bool {
    id.len() >= 20 && id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

impl Rule {
    fn is_surely(&self, value: &str) -> bool {
        match self {
            Rule::Region => !matches!(region::judge(value), Verdict::Unknown(_)),
            Rule::OneOf(values) | Rule::PassedOver(values) => values.contains(&value),
            Rule::Boolean => is_boolean(value),
            Rule::Number(least, most) => value.parse::<i64>().is_ok_and(|number| number >= *least && number <= *most),
            Rule::RoleArn => is_role(value),
            Rule::AccountId => is_account_id(value),
            Rule::MfaSerial => Arn::parse(value).is_some_and(|arn| is_device(arn.resource)),
            Rule::Any | Rule::Https | Rule::Url | Rule::Size | Rule::Rate | Rule::Path | Rule::Command | Rule::Block => false,
        }
    }
}

fn is_boolean(text: &str) -> bool {
    ["true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn is_role(text: &str) -> bool {
    let is_one = |arn: Arn<'_>| arn.service == "iam" && is_account_id(arn.account_id) && arn.resource.starts_with("role/");
    !text.contains(char::is_whitespace) && Arn::parse(text).is_some_and(is_one)
}

pub(crate) fn judge(section: Section<'_>, key: &str, value: Spanned<&str>, rule: &Rule, findings: &mut Findings) {
    let text = value.value;
    let wrong = match rule {
        Rule::Any => None,
        Rule::Region => {
            if let Verdict::Unknown(suggestions) = region::judge(text) {
                let lint = Lint::UnknownRegion { key: key.to_owned(), region: text.to_owned(), suggestions };
                findings.push(lint, value.span);
            }
            None
        }
        Rule::OneOf(values) => (!values.contains(&text)).then_some(Wrong::NoneOf(values)),
        Rule::PassedOver(values) => (!values.contains(&text)).then_some(Wrong::PassedOver(values)),
        Rule::Boolean => (!is_boolean(text)).then_some(Wrong::NotBoolean),
        Rule::Number(least, most) => match text.parse::<i64>() {
            Err(_) => Some(Wrong::NotANumber),
            Ok(number) => (number < *least || number > *most).then_some(Wrong::OutOfRange(*least, *most)),
        },
        Rule::RoleArn => match () {
            () if text.contains(char::is_whitespace) => Some(Wrong::Blank),
            () if !is_role(text) => Some(Wrong::NotArn("arn:aws:iam::ACCOUNT:role/NAME")),
            () => None,
        },
        Rule::AccountId => (!is_account_id(text)).then_some(Wrong::NotAccountId),
        Rule::Https => {
            let is_local = ["http://localhost", "http://127.0.0.1", "http://[::1]"].iter().any(|local| text.starts_with(local));
            (!has_host(text, "https://") && !is_local).then_some(Wrong::NotHttps)
        }
        Rule::Url => (!has_host(text, "https://") && !has_host(text, "http://")).then_some(Wrong::NotUrl),
        Rule::Size => (!is_amount(text, "b")).then_some(Wrong::NotAnAmount("8MB")),
        Rule::Rate => (!is_amount(text, "b/s")).then_some(Wrong::NotAnAmount("50MB/s")),
        Rule::Path | Rule::Command => {
            let is_relative = match rule {
                Rule::Path => !text.starts_with('/') && !text.starts_with('\\') && text.as_bytes().get(1) != Some(&b':'),
                _ => text.starts_with(['~', '$']),
            };
            if is_relative {
                findings.push(Lint::RelativePath { key: key.to_owned() }, value.span);
            }
            None
        }
        Rule::MfaSerial => match () {
            () if text.contains(char::is_whitespace) => Some(Wrong::Blank),
            () if text.starts_with("arn:") && !Arn::parse(text).is_some_and(|arn| is_device(arn.resource)) => {
                Some(Wrong::NotArn("arn:aws:iam::ACCOUNT:mfa/NAME"))
            }
            () => None,
        },
        Rule::Block => {
            let is_flat = section.sub_properties(key).is_empty() && !text.starts_with('\n');
            is_flat.then_some(Wrong::NotABlock)
        }
    };
    if let Some(wrong) = wrong {
        findings.push(Lint::InvalidValue { key: key.to_owned(), value: text.to_owned(), wrong }, value.span);
    }
}

fn has_host(address: &str, scheme: &str) -> bool {
    let host = address.strip_prefix(scheme).map(|rest| rest.split(['/', '#', '?']).next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty() && !host.contains(char::is_whitespace))
}

/// Returns whether it is a whole number above zero, alone or with `KB`, `MiB` and the like; the unit ends in this.
fn is_amount(text: &str, unit: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let number = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let behind = text[number.len()..].trim_start();
    let prefix = behind.strip_suffix(unit).unwrap_or(if behind.is_empty() { "" } else { "?" });
    number.parse::<u64>().is_ok_and(|number| number > 0)
        && matches!(prefix, "" | "k" | "m" | "g" | "t" | "ki" | "mi" | "gi" | "ti")
}

/// A virtual device, a security key, or a device of the sign-in kind.
fn is_device(resource: &str) -> bool {
    ["mfa/", "u2f/", "sms-mfa/"].iter().any(|kind| resource.starts_with(kind))
}

fn services(profiles: &ProfileSet, section: Section<'_>, findings: &mut Findings) {
    let Some(services) = section.get("services").filter(|services| !services.value.is_empty()) else { return };
    if profiles.services(services.value).is_none() {
        let suggestions = nearest(services.value, profiles.services_sections().map(|section| section.name()));
        findings.push(Lint::ServicesNotFound { name: services.value.to_owned(), suggestions }, services.span);
    }
}

/// What is no number at all is resolve's advice.
fn duration(section: Section<'_>, findings: &mut Findings) {
    let Some(duration) = section.get("duration_seconds").filter(|_| section.get("role_arn").is_some()) else { return };
    let (least, most) = ROLE_SECONDS;
    if duration.value.parse::<i64>().is_ok_and(|seconds| seconds < least || seconds > most) {
        let wrong = Wrong::OutOfRange(least, most);
        let (key, value) = ("duration_seconds".to_owned(), duration.value.to_owned());
        findings.push(Lint::InvalidValue { key, value, wrong }, duration.span);
    }
}

/// STS knows the roles of its own partition only.
fn partition(section: Section<'_>, findings: &mut Findings) {
    let (Some(role), Some(region)) = (section.get("role_arn"), section.get("region")) else { return };
    let Some(arn) = Arn::parse(role.value) else { return };
    let partition = region::partition_of(region.value);
    if region::judge(region.value) == Verdict::Known && arn.partition.starts_with("aws") && arn.partition != partition {
        let lint = Lint::PartitionDiffers {
            profile: section.name().to_owned(),
            region: region.value.to_owned(),
            partition: partition.to_owned(),
            role_partition: arn.partition.to_owned(),
        };
        findings.push_with(lint, role.span, vec![region.span]);
    }
}
