//! Access keys in the two files, and settings that mean nothing without others.

use std::collections::{BTreeMap, HashSet};

use awsenv_profile::{FileKind, ProfileSet, Section, Span};
use awsenv_resolve::{Problem, Provenance, Sourced};

use crate::collect::Findings;
use crate::finding::Lint;
use crate::values;

pub(crate) fn lint(profiles: &ProfileSet, findings: &mut Findings) {
    let mut long_term = Place::default();
    let mut in_config = Place::default();
    let mut by_id: BTreeMap<&str, Place> = BTreeMap::new();
    for section in profiles.profiles() {
        pair(section, findings);
        secret_alone(section, findings);
        overridden(section, findings);
        unused(section, findings);
        let Some(id) = section.get("aws_access_key_id").filter(|id| !id.value.is_empty()) else { continue };
        // What else there is are an emulator's.
        let is_real = ["AKIA", "ASIA"].iter().any(|start| id.value.starts_with(start));
        if !is_real || section.get("aws_secret_access_key").is_none() {
            continue;
        }
        let is_temporary = id.value.starts_with("ASIA") || token(section).is_some();
        if id.span.file == FileKind::Config {
            in_config.add(section, id.span);
        }
        if !is_temporary {
            long_term.add(section, id.span);
            by_id.entry(id.value).or_default().add(section, id.span);
        }
    }
    long_term.report(1, findings, |profiles| Lint::PlainTextKeys { profiles });
    in_config.report(1, findings, |profiles| Lint::KeysInConfig { profiles });
    for place in by_id.into_values() {
        place.report(2, findings, |profiles| Lint::SharedKeys { profiles });
    }
    region_missing(profiles, findings);
}

/// Profiles about which one thing is to be said once.
#[derive(Default)]
struct Place {
    names: Vec<String>,
    spans: Vec<Span>,
}

impl Place {
    fn add(&mut self, section: Section<'_>, span: Span) {
        self.names.push(section.name().to_owned());
        self.spans.push(span);
    }

    fn report(self, least: usize, findings: &mut Findings, lint: impl FnOnce(Vec<String>) -> Lint) {
        if self.names.len() >= least
            && let Some((first, others)) = self.spans.split_first()
        {
            findings.push_with(lint(self.names), *first, others.to_vec());
        }
    }
}

fn token(section: Section<'_>) -> Option<Span> {
    let token = section.get("aws_session_token").or_else(|| section.get("aws_security_token"))?;
    (!token.value.is_empty()).then_some(token.span)
}

/// The two halves of one file, which alone make a pair.
fn pair(section: Section<'_>, findings: &mut Findings) {
    for file in [FileKind::Config, FileKind::Credentials] {
        let get = |key: &str| section.get_in(key, file).filter(|value| !value.value.is_empty());
        let (id, secret) = (get("aws_access_key_id"), get("aws_secret_access_key"));
        let profile = section.name().to_owned();
        let looks_like_id = |text: &str| ["AKIA", "ASIA"].iter().any(|start| text.starts_with(start)) && text.len() <= 32;
        if let Some(secret) = secret.filter(|secret| looks_like_id(secret.value)) {
            findings.push(Lint::KeysSwapped { profile }, secret.span);
            continue;
        }
        let Some(id) = id else { continue };
        match id.value.get(..4) {
            _ if !is_key_id(id.value) => findings.push(Lint::OddKeyId { profile }, id.span),
            Some("ASIA") if token(section).is_none() && secret.is_some() => {
                findings.push(Lint::TokenMissing { profile }, id.span);
            }
            Some("AKIA") => {
                if let Some(token) = token(section) {
                    findings.push_with(Lint::TokenUnwanted { profile }, token, vec![id.span]);
                }
            }
            _ => {}
        }
    }
}

/// A secret without its id, which everybody passes over without a word.
fn secret_alone(section: Section<'_>, findings: &mut Findings) {
    let is_set = |key: &str| section.get(key).is_some_and(|value| !value.value.is_empty());
    if let Some(secret) = section.get("aws_secret_access_key").filter(|_| !is_set("aws_access_key_id")) {
        let problem = Problem::PartialCredentials {
            profile: Some(section.name().to_owned()),
            present: Sourced::new("aws_secret_access_key", Provenance::File(secret.span)),
            missing: "aws_access_key_id",
        };
        if !findings.has(secret.span) {
            findings.push(Lint::Problem { problem: Box::new(problem), profiles: 1, is_of_vault: false }, secret.span);
        }
    }
}

/// What emulators of AWS take for a key id is like AWS's too, or short and of small letters.
fn is_key_id(id: &str) -> bool {
    let is_emulators = id.len() < 16 && !id.starts_with("AKIA") && !id.starts_with("ASIA");
    is_emulators || values::is_key_id(id)
}

/// A value in the config file that the credentials file has too, with another value.
fn overridden(section: Section<'_>, findings: &mut Findings) {
    for (key, value) in section.settings().filter(|(_, value)| value.span.file == FileKind::Credentials) {
        let config = section.get_in(key.value, FileKind::Config).filter(|config| config.value != value.value);
        // Of a pair one half says it all.
        if let Some(config) = config.filter(|_| key.value != "aws_secret_access_key") {
            let lint = Lint::Overridden { profile: section.name().to_owned(), key: key.value.to_owned(), by: value.span };
            findings.push(lint, config.span);
        }
    }
}

/// Settings that mean something only beside another one.
fn unused(section: Section<'_>, findings: &mut Findings) {
    let is_set = |key: &str| section.get(key).is_some_and(|value| !value.value.is_empty());
    if is_set("role_arn") {
        return;
    }
    // Not `mfa_serial`: awsenv and others open an MFA session for keys, which may be in a vault.
    for key in ["source_profile", "external_id", "role_session_name", "duration_seconds"] {
        // A variable may name a web identity's role.
        let is_needed = key == "role_session_name" && is_set("web_identity_token_file");
        if let Some(span) = section.key_span(key).filter(|_| !is_needed) {
            let (profile, key) = (section.name().to_owned(), key.to_owned());
            findings.push(Lint::Unused { profile, key, without: "role_arn" }, span);
        }
    }
}

/// Profiles that one works in, as far as can be seen: those with credentials that are no other's source.
fn region_missing(profiles: &ProfileSet, findings: &mut Findings) {
    let sources: HashSet<&str> =
        profiles.profiles().filter_map(|section| section.get("source_profile")).map(|value| value.value).collect();
    let mut missing = Place::default();
    for section in profiles.profiles() {
        let is_set = |key: &str| section.get(key).is_some();
        let has_credentials = ["role_arn", "sso_account_id", "aws_access_key_id", "credential_process", "login_session"].iter();
        if has_credentials.clone().any(|key| is_set(key)) && !is_set("region") && !sources.contains(section.name()) {
            missing.add(section, section.span());
        }
    }
    missing.report(1, findings, |profiles| Lint::RegionMissing { profiles });
}
