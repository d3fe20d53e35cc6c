//! Settings of one service: the indented lines below `s3 =`, and below `SERVICE =` in a `[services NAME]`.

use awsenv_profile::{ProfileSet, Section, SectionKind, Spanned};

use crate::collect::Findings;
use crate::finding::{Lint, Wrong};
use crate::keys::{Known, judge_in_block};
use crate::spelling::{self, Line};
use crate::values::{self, Rule};

/// What `s3 =` may say (botocore's `DEFAULT_S3_CONFIG_VARS`, and `transferconfig.py` of the AWS CLI v2).
pub(crate) const S3: &[(&str, Rule)] = &[
    ("addressing_style", Rule::PassedOver(&["auto", "path", "virtual"])),
    ("direct_io", Rule::Boolean),
    ("disk_throughput", Rule::Rate),
    ("io_chunksize", Rule::Size),
    ("max_bandwidth", Rule::Rate),
    ("max_concurrent_requests", Rule::Number(1, i64::MAX)),
    ("max_queue_size", Rule::Number(1, i64::MAX)),
    ("multipart_chunksize", Rule::Size),
    ("multipart_threshold", Rule::Size),
    ("payload_signing_enabled", Rule::Boolean),
    ("preferred_transfer_client", Rule::OneOf(&["auto", "classic", "crt", "default"])),
    ("s3_disable_express_session_auth", Rule::Boolean),
    ("s3_disable_multiregion_access_points", Rule::Boolean),
    ("should_stream", Rule::Boolean),
    ("signature_version", Rule::Any),
    ("target_bandwidth", Rule::Rate),
    ("us_east_1_regional_endpoint", Rule::OneOf(&["regional", "legacy"])),
    ("use_accelerate_endpoint", Rule::Boolean),
    ("use_arn_region", Rule::Boolean),
    ("use_dualstack_endpoint", Rule::Boolean),
];

/// What a service may say in a `[services NAME]` (AWS SDKs and Tools Reference Guide, "Service-specific endpoints").
pub(crate) const SERVICE: &[(&str, Rule)] = &[("endpoint_url", Rule::Url)];

pub(crate) fn lint(profiles: &ProfileSet, findings: &mut Findings) {
    for section in profiles.profiles() {
        block(section, "s3", S3, findings);
    }
    for section in profiles.services_sections() {
        for (key, value) in section.settings() {
            // Everything that is known of no service belongs into a profile.
            if key.value == "endpoint_url" {
                let (here, belongs) = (section.kind(), SectionKind::Profile);
                let lint = Lint::MisplacedKey { key: key.value.to_owned(), here, belongs, meant: None };
                findings.push(lint, key.span);
            } else if !value.value.is_empty() && !value.value.starts_with('\n') {
                let wrong = Wrong::NotABlock;
                let lint = Lint::InvalidValue { key: key.value.to_owned(), value: value.value.to_owned(), wrong };
                findings.push(lint, value.span);
            } else {
                block(section, key.value, SERVICE, findings);
            }
        }
    }
}

fn block(section: Section<'_>, key: &str, known: &'static [(&str, Rule)], findings: &mut Findings) {
    let lines = section.sub_properties(key);
    let right = |meant: &str| lines.iter().find(|(name, _)| name.value == meant).map(|(name, _)| name.span);
    for (name, value) in &lines {
        match judge_in_block(known, name.value) {
            Known::Slip(meant) => {
                let twins = lines.iter().filter(|(other, _)| judge_in_block(known, other.value) == Known::Slip(meant));
                let line = Line { key: name.value.to_owned(), at: name.span, right: right(meant) };
                spelling::misspelt(line, meant, twins.count() == 1, findings);
            }
            Known::Fine | Known::Alias(_) | Known::Elsewhere(..) => {
                if let Some((_, rule)) = known.iter().find(|(known, _)| *known == name.value) {
                    judge(section, name.value, *value, rule, findings);
                }
            }
        }
    }
}

fn judge(section: Section<'_>, key: &str, value: Spanned<&str>, rule: &Rule, findings: &mut Findings) {
    if value.value.is_empty() {
        return;
    }
    if values::is_quoted(value.value) {
        findings.push(Lint::Quoted { key: key.to_owned() }, value.span);
    } else {
        values::judge(section, key, value, rule, findings);
    }
}
