//! A profile's role, and where its source leads.

use awsenv_profile::Section;

use super::keys::{environment_keys, half_keys, has_static_keys};
use super::{Chain, Found, has_container, optional, span};
use crate::client::is_disabled;
use crate::error::{Advice, Problem};
use crate::plan::AssumeRole;
use crate::provider::{Base, Provider};
use crate::sdks::{self, Place};
use crate::{Provenance, Sourced, suggest};

/// The roles that a chain may have: far more than anybody has, and few enough for the stack.
const LONGEST_CHAIN: usize = 500;

impl<'a> Chain<'a> {
    /// botocore's `AssumeRoleProvider`: this profile's role, then where its source leads.
    pub(super) fn role(&mut self, section: Section<'a>, visited: &mut Vec<(String, Option<Sourced<String>>)>) -> Found<Base> {
        let profile = section.name().to_owned();
        let role_arn = required(section, "role_arn")?;
        if self.hops.len() >= LONGEST_CHAIN {
            return Err(Problem::InvalidValue {
                what: "source_profile".to_owned(),
                value: profile,
                origin: role_arn.origin,
                why: "it is the 500th role of a chain, which no one can have meant",
            });
        }
        check_role_arn(&role_arn)?;
        let duration = self.duration(section);
        self.hops.push(AssumeRole {
            profile: profile.clone(),
            role_session_name: optional(section, "role_session_name"),
            external_id: optional(section, "external_id"),
            mfa_serial: optional(section, "mfa_serial"),
            duration_seconds: duration,
            role_arn: role_arn.clone(),
            capped_seconds: None,
        });
        if visited.len() == 1 {
            self.shadow(
                section,
                "role_arn",
                &["aws_access_key_id", "credential_process", "sso_account_id", "login_session"],
                optional(section, "source_profile"),
            );
        }
        match (optional(section, "source_profile"), optional(section, "credential_source")) {
            (Some(source_profile), Some(credential_source)) => Err(Problem::TwoSources {
                profile,
                source_profile: span(&source_profile, section),
                credential_source: span(&credential_source, section),
            }),
            (None, None) => Err(Problem::RoleWithoutSource { profile, role_arn: span(&role_arn, section) }),
            (None, Some(credential_source)) => self.credential_source(section, credential_source),
            (Some(source_profile), None) => self.source_profile(section, source_profile, visited),
        }
    }

    fn credential_source(&self, section: Section<'a>, source: Sourced<String>) -> Found<Base> {
        let profile = section.name().to_owned();
        let span = span(&source, section);
        let provider = match source.value.as_str() {
            "Environment" => match environment_keys(self.env)? {
                Some(credentials) => Provider::Environment { credentials },
                None => {
                    let parked = self.env.bytes(crate::state::PARKED_MARK).is_some();
                    return Err(Problem::EnvironmentCredentialsMissing { profile, span, parked });
                }
            },
            "Ec2InstanceMetadata" if is_disabled(self.env) => {
                return Err(Problem::MetadataDisabled { profile, span });
            }
            "Ec2InstanceMetadata" => Provider::Ec2InstanceMetadata,
            "EcsContainer" if has_container(self.env) => Provider::EcsContainer,
            "EcsContainer" => return Err(Problem::ContainerVariablesMissing { profile, span }),
            _ => return Err(Problem::UnknownCredentialSource { profile, value: source }),
        };
        Ok(Base { provider, profile: Some(profile), span: Some(span) })
    }

    fn source_profile(
        &mut self,
        parent: Section<'a>,
        source: Sourced<String>,
        visited: &mut Vec<(String, Option<Sourced<String>>)>,
    ) -> Found<Base> {
        let Some(section) = self.profiles.profile(&source.value) else {
            let names = || self.profiles.profiles().map(|section| section.name());
            let suggestions = if self.alone { Vec::new() } else { suggest::nearest(&source.value, names()) };
            return Err(Problem::SourceProfileNotFound {
                profile: parent.name().to_owned(),
                source_profile: source,
                suggestions,
            });
        };
        let static_keys = has_static_keys(section);
        let seen = visited.iter().position(|(name, _)| *name == source.value);
        if let Some(last) = visited.last_mut() {
            last.1 = Some(source.clone());
        }
        // A profile may name itself when it has keys of its own; any other return is a circle.
        if let Some(start) = seen.filter(|_| source.value != parent.name() || !static_keys) {
            let links = visited[start..].iter().filter_map(|(name, link)| Some((name.clone(), link.clone()?))).collect();
            return Err(Problem::SourceProfileCycle { links });
        }
        visited.push((source.value.clone(), None));
        self.enter(section)?;
        if static_keys || !is_role(section) {
            // `disable_env_vars`: below the first profile the environment's web identity does not count.
            return match self.providers(section, true)? {
                Some(base) => {
                    self.advice.extend(sdks::difference(section, Place::Source, &base.provider));
                    Ok(base)
                }
                None => Err(half_keys(section).unwrap_or_else(|| Problem::SourceProfileWithoutCredentials {
                    profile: parent.name().to_owned(),
                    source_profile: source,
                    source_span: section.span(),
                })),
            };
        }
        if self.alone {
            self.ended_at = Some(source.value);
            // Like whatever comes from a role.
            return Ok(Base { provider: Provider::Ec2InstanceMetadata, profile: None, span: None });
        }
        self.role(section, visited)
    }

    fn duration(&mut self, section: Section<'a>) -> Option<Sourced<i64>> {
        let text = optional(section, "duration_seconds")?;
        match python_int(&text.value) {
            Some(seconds) => Some(Sourced::new(seconds, text.origin)),
            None => {
                self.advice.push(Advice::DurationNotANumber { profile: section.name().to_owned(), value: text });
                None
            }
        }
    }
}

/// botocore: `role_arn` and no `web_identity_token_file`.
pub(super) fn is_role(section: Section<'_>) -> bool {
    section.get("role_arn").is_some() && section.get("web_identity_token_file").is_none()
}

fn required(section: Section<'_>, key: &str) -> Found<Sourced<String>> {
    optional(section, key).ok_or_else(|| Problem::InvalidValue {
        what: key.to_owned(),
        value: String::new(),
        origin: Provenance::File(section.key_span(key).unwrap_or_else(|| section.span())),
        why: "it is empty",
    })
}

/// STS refuses what is no ARN with a message that helps nobody; so it is refused here, with its line.
pub(super) fn check_role_arn(role_arn: &Sourced<String>) -> Found<()> {
    let text = &role_arn.value;
    if text.starts_with("arn:") && text.len() <= 2048 && !text.contains(char::is_whitespace) {
        return Ok(());
    }
    Err(Problem::InvalidValue {
        what: "role_arn".into(),
        value: text.clone(),
        origin: role_arn.origin.clone(),
        why: "it is no ARN (arn:aws:iam::ACCOUNT:role/NAME)",
    })
}

/// Python's `int(text)`: blanks around, a sign, digits with single underscores between them.
fn python_int(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, text),
    };
    let well_formed = !digits.is_empty() && !digits.starts_with('_') && !digits.ends_with('_') && !digits.contains("__");
    if !well_formed || !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
        return None;
    }
    let value = digits.replace('_', "").parse::<i64>().ok()?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_python_reads_them() {
        for (text, expected) in
            [("+1800", Some(1800)), ("3_600", Some(3600)), ("0900", Some(900)), (" 900 ", Some(900)), ("-5", Some(-5))]
        {
            assert_eq!(python_int(text), expected, "{text}");
        }
        for text in ["900.5", "1h", "", "_1", "1_", "1__0", "+", "0x10"] {
            assert_eq!(python_int(text), None, "{text}");
        }
    }
}
