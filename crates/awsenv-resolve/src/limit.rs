//! A limit to how long credentials last, from outside of AWS's files.

use crate::{Provenance, ResolutionPlan, Sourced};

/// What STS gives a role when nothing is asked for.
const DEFAULT_ROLE_SECONDS: i64 = 3_600;

impl ResolutionPlan {
    /// Asks for no longer than this where something can be asked for: of the last role, or of an MFA session that is
    /// itself what comes out. Returns whether it would have been longer.
    ///
    /// A role's cache entry is named for its duration, so a longer one in the cache is not taken. The plan then makes
    /// other credentials than the profile by itself, as with `--duration`.
    pub fn limit_duration(&mut self, seconds: u32) -> bool {
        let limit = i64::from(seconds);
        match (self.hops.last_mut(), &mut self.session_token) {
            (Some(role), _) if role.seconds().unwrap_or(DEFAULT_ROLE_SECONDS) > limit => {
                role.duration_seconds = Some(Sourced::new(limit, Provenance::Flag("max_duration")));
                role.capped_seconds = None;
                self.flags_count = true;
                true
            }
            (None, Some(session)) if session.duration_seconds > seconds => {
                session.duration_seconds = seconds;
                true
            }
            (_, _) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use awsenv_profile::{FileKind, ProfileSet, SourceFile};

    use super::*;
    use crate::{EnvSnapshot, Mode, Request, plan};

    fn planned(settings: &str) -> ResolutionPlan {
        let config = format!("[profile p]\n{settings}[profile base]\naws_access_key_id = AK\naws_secret_access_key = S\n");
        let profiles = ProfileSet::parse(Some(SourceFile::new(FileKind::Config, "config", &config)), None);
        plan(&profiles, &Request::named("p"), &EnvSnapshot::default()).expect("it is well formed")
    }

    #[test]
    fn a_role_is_asked_for_no_longer_than_the_limit() {
        for (duration, limit, expected) in [
            ("duration_seconds = 7200\n", 3_600, Some(3_600)),
            ("duration_seconds = 1800\n", 3_600, None),
            ("", 3_600, None),
            ("", 900, Some(900)),
        ] {
            let role = "role_arn = arn:aws:iam::111122223333:role/p\nsource_profile = base\n";
            let mut plan = planned(&format!("{role}{duration}"));
            let (before, key) = (plan.hops[0].seconds(), plan.final_cache_key());
            assert_eq!(plan.limit_duration(limit), expected.is_some(), "{duration} {limit}");
            assert_eq!(plan.hops[0].seconds(), expected.or(before));
            assert_eq!(plan.final_cache_key() == key, expected.is_none(), "a longer one in the cache is another entry");
            assert_eq!(plan.mode(Mode::Auto) == Mode::Keys, expected.is_some());
        }
    }

    #[test]
    fn an_mfa_session_that_comes_out_is_limited_too() {
        let mut plan = planned("aws_access_key_id = AK\naws_secret_access_key = S\nmfa_serial = d\n");
        assert!(plan.limit_duration(3_600) && !plan.limit_duration(3_600));
        assert_eq!(plan.session_token.map(|session| session.duration_seconds), Some(3_600));
    }
}
