//! MFA devices: the commands that print their codes, and keys for which a device has still to be found.

use awsenv_profile::ProfileSet;

use crate::chain::optional;
use crate::plan::{AssumeRole, ResolutionPlan, SessionToken};
use crate::provider::Provider;
use crate::{Credentials, Provenance, Secret, Sourced};

/// A command that prints the codes of one device.
///
/// ```ini
/// [profile base]
/// mfa_serial = arn:aws:iam::111122223333:mfa/ana
/// mfa_process = op item get AWS --otp
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MfaProcess {
    /// The device.
    pub serial: String,
    /// The profile that names the command.
    pub profile: String,
    /// `mfa_process`: its words, not yet split. A secret: people put tokens into it.
    pub command: Sourced<Secret>,
}

/// Finds the command for each device of a plan. It stands in the profile that has the serial, or in one of that
/// profile's sources, unless that one's is another device.
pub(crate) fn processes(profiles: &ProfileSet, session: Option<&SessionToken>, hops: &[AssumeRole]) -> Vec<MfaProcess> {
    let session = session.map(|session| (session.profile.as_str(), session.mfa_serial.value.as_str()));
    let hops = hops.iter().filter_map(|hop| Some((hop.profile.as_str(), hop.mfa_serial.as_ref()?.value.as_str())));
    let mut found: Vec<MfaProcess> = Vec::new();
    for (profile, serial) in session.into_iter().chain(hops) {
        if !found.iter().any(|known| known.serial == serial) {
            found.extend(process_of(profiles, profile, serial));
        }
    }
    found
}

fn process_of(profiles: &ProfileSet, profile: &str, serial: &str) -> Option<MfaProcess> {
    let mut name = profile.to_owned();
    // The chain has been walked already, so it ends; but a profile may name itself.
    for _ in 0..=profiles.profiles().count() {
        let section = profiles.profile(&name)?;
        let is_its = optional(section, "mfa_serial").is_none_or(|other| other.value == serial);
        if let Some(command) = optional(section, "mfa_process").filter(|_| is_its) {
            let command = Sourced::new(Secret::new(command.value), command.origin);
            return Some(MfaProcess { serial: serial.to_owned(), profile: name, command });
        }
        name = optional(section, "source_profile")?.value;
    }
    None
}

impl ResolutionPlan {
    /// Returns the long-term keys for which no profile names an MFA device: that device may be asked for.
    pub fn keys_without_device(&self) -> Option<&Credentials> {
        let has_device = self.session_token.is_some() || self.hops.first().is_some_and(|hop| hop.mfa_serial.is_some());
        match &self.base.provider {
            Provider::StaticKeys { credentials } if !has_device && !credentials.is_temporary() => Some(credentials),
            _ => None,
        }
    }

    /// Puts an MFA session with this device over such keys.
    pub fn add_device(&mut self, serial: &str, duration_seconds: u32) {
        let Some(access_key_id) = self.keys_without_device().map(|keys| keys.access_key_id.clone()) else { return };
        let profile = self.base.profile.clone().or_else(|| self.profile.clone()).unwrap_or_default();
        let mfa_serial = Sourced::new(serial.to_owned(), Provenance::Flag("--find-mfa"));
        self.session_token = Some(SessionToken { profile, mfa_serial, duration_seconds, access_key_id });
    }
}

#[cfg(test)]
mod tests {
    use awsenv_profile::{FileKind, SourceFile};

    use super::*;
    use crate::{EnvSnapshot, Request, plan};

    fn planned(name: &str, config: &str) -> ResolutionPlan {
        let profiles = ProfileSet::parse(Some(SourceFile::new(FileKind::Config, "config", config)), None);
        plan(&profiles, &Request::named(name), &EnvSnapshot::default()).expect("it is well formed")
    }

    fn with_role(role: &str, base: &str) -> ResolutionPlan {
        let role = format!("[profile p]\nrole_arn = arn:aws:iam::111122223333:role/p\nsource_profile = base\n{role}");
        planned("p", &format!("{role}[profile base]\naws_access_key_id = AK\naws_secret_access_key = S\n{base}"))
    }

    #[test]
    fn a_command_is_found_where_its_device_is() {
        for (role, base, expected) in [
            ("mfa_serial = d\nmfa_process = one\n", "", Some(("p", "one"))),
            ("mfa_serial = d\n", "mfa_process = two\n", Some(("base", "two"))),
            ("mfa_serial = d\n", "mfa_serial = d\nmfa_process = two\n", Some(("base", "two"))),
            ("mfa_serial = d\n", "mfa_serial = other\nmfa_process = two\n", None),
            ("mfa_serial = d\nmfa_process = one\n", "mfa_process = two\n", Some(("p", "one"))),
            ("mfa_serial = d\n", "", None),
            ("mfa_process = one\n", "", None),
        ] {
            let plan = with_role(role, base);
            let found = plan.mfa_processes.first().map(|found| (found.profile.as_str(), found.command.value.reveal()));
            assert_eq!(found, expected, "{role:?} {base:?}");
        }
    }

    #[test]
    fn a_device_can_be_added_to_keys_that_have_none() {
        let mut plan = with_role("", "");
        assert_eq!(plan.keys_without_device().map(|keys| keys.access_key_id.as_str()), Some("AK"));
        plan.add_device("arn:aws:iam::111122223333:mfa/ana", 900);
        assert!(plan.session_covers(0) && plan.keys_without_device().is_none());
        assert_eq!(plan.session_token.map(|session| (session.profile, session.duration_seconds)), Some(("base".into(), 900)));
        for known in [with_role("mfa_serial = d\n", ""), planned("x", "[profile x]\ncredential_process = c\n")] {
            assert_eq!(known.keys_without_device(), None);
        }
    }
}
