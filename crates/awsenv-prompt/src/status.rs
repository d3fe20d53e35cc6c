//! What a shell is in.

use awsenv_resolve::{EnvSnapshot, Origin, Timestamp, current_state};

use crate::time_left;

/// Who chose the profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StatusOrigin {
    /// A person, by `use`.
    Manual,
    /// A directory.
    Directory,
    /// Variables that awsenv did not set.
    Environment,
    /// Nobody.
    None,
}

impl StatusOrigin {
    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Directory => "directory",
            Self::Environment => "environment",
            Self::None => "none",
        }
    }
}

/// What a shell is in, as its environment tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// The profile.
    pub profile: Option<String>,
    /// `profile` or `keys`.
    pub mode: Option<&'static str>,
    /// The region.
    pub region: Option<String>,
    /// The account, when certain.
    pub account_id: Option<String>,
    /// When what is in the shell ends.
    pub expires_at: Option<Timestamp>,
    /// Whether that end is put off without a person.
    pub refreshable: bool,
    /// Who chose.
    pub origin: StatusOrigin,
    /// The directory's file.
    pub directory_file: Option<String>,
}

impl Status {
    /// Reads it out of the environment. awsenv's own record counts as long as the variables still say the same; what a
    /// person or another tool has set since then is told as it is.
    pub fn read(env: &EnvSnapshot) -> Self {
        let text = |name: &str| env.nonempty(name).map(str::to_owned);
        let region = text("AWS_REGION").or_else(|| text("AWS_DEFAULT_REGION"));
        let has_keys = env.nonempty("AWS_ACCESS_KEY_ID").is_some();
        let touched = |name: &str| {
            let log = current_state(env).map(|state| state.log).unwrap_or_default();
            log.iter().any(|entry| entry.name == name && !entry.new.is(env.bytes(name)))
        };
        if let Some(state) = current_state(env).filter(|_| !["AWS_PROFILE", "AWS_ACCESS_KEY_ID"].into_iter().any(touched)) {
            return Self {
                profile: Some(state.profile),
                mode: Some(state.mode.name()),
                region,
                account_id: state.account_id,
                expires_at: state.expires_at,
                refreshable: state.refreshable,
                origin: match state.origin {
                    Origin::Manual => StatusOrigin::Manual,
                    Origin::Directory => StatusOrigin::Directory,
                },
                directory_file: state.directory_file,
            };
        }
        let profile = text("AWS_PROFILE").or_else(|| text("AWS_DEFAULT_PROFILE"));
        let foreign = profile.is_some() || has_keys;
        Self {
            profile: profile.filter(|_| !has_keys),
            mode: foreign.then_some(if has_keys { "keys" } else { "profile" }),
            region,
            account_id: text("AWS_ACCOUNT_ID").filter(|_| has_keys),
            expires_at: text("AWS_CREDENTIAL_EXPIRATION").filter(|_| has_keys).and_then(|end| Timestamp::parse(&end)),
            refreshable: false,
            origin: if foreign { StatusOrigin::Environment } else { StatusOrigin::None },
            directory_file: None,
        }
    }

    /// Says how long it lasts, as a prompt does; `None` where [`countdown`](Self::countdown) is.
    pub fn left(&self, now: Timestamp) -> Option<String> {
        let (end, ended) = self.countdown()?;
        let seconds = end.seconds_left(now);
        Some(if seconds <= 0 { ended.to_owned() } else { time_left(seconds) })
    }

    /// Returns the end, for whoever counts down to it, and the word for afterwards; `None` where that is nothing to care
    /// about: without an end, and where every tool renews what it has from the profile's name.
    ///
    /// What has ended is `expired` when `awsenv refresh` renews it without a person, or nobody knows, and `login needed`
    /// when a person is: the sign-in or MFA session behind it has ended with it.
    pub fn countdown(&self) -> Option<(Timestamp, &'static str)> {
        let end = self.expires_at?;
        let renews_itself = self.mode == Some("profile") && self.refreshable;
        match self.origin {
            _ if renews_itself => None,
            StatusOrigin::Manual | StatusOrigin::Directory if !self.refreshable => Some((end, "login needed")),
            _ => Some((end, "expired")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use awsenv_resolve::{Entry, Mode, New, Old, STATE_VARIABLE, State};

    fn state() -> State {
        let mut state = State::manual("prod", Mode::Profile);
        state.account_id = Some("111122223333".into());
        state.log.push(Entry { name: "AWS_PROFILE".into(), old: Old::Unset, new: New::Value(b"prod".to_vec()) });
        state
    }

    #[test]
    fn our_own_record_counts_while_it_is_true() {
        let env = EnvSnapshot::new([
            (STATE_VARIABLE, state().encode()),
            ("AWS_PROFILE", "prod".into()),
            ("AWS_REGION", "eu-west-1".into()),
        ]);
        let status = Status::read(&env);
        assert_eq!(
            (status.profile.as_deref(), status.origin, status.account_id.as_deref()),
            (Some("prod"), StatusOrigin::Manual, Some("111122223333"))
        );
        assert_eq!((status.mode, status.region.as_deref()), (Some("profile"), Some("eu-west-1")));
    }

    #[test]
    fn what_was_changed_since_is_told_as_it_is() {
        let env = EnvSnapshot::new([(STATE_VARIABLE, state().encode()), ("AWS_PROFILE", "other".into())]);
        let status = Status::read(&env);
        assert_eq!(
            (status.profile.as_deref(), status.origin, status.account_id),
            (Some("other"), StatusOrigin::Environment, None)
        );
    }

    #[test]
    fn keys_of_unknown_origin_have_no_profile() {
        let env = EnvSnapshot::new([
            ("AWS_PROFILE", "dev"),
            ("AWS_ACCESS_KEY_ID", "AKIA"),
            ("AWS_CREDENTIAL_EXPIRATION", "2026-11-22T02:54:40Z"),
        ]);
        let status = Status::read(&env);
        assert_eq!((status.profile, status.mode, status.origin), (None, Some("keys"), StatusOrigin::Environment));
        assert_eq!(status.expires_at.map(Timestamp::epoch_seconds), Some(1_795_316_080));
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(Status::read(&EnvSnapshot::default()).origin, StatusOrigin::None);
    }

    #[test]
    fn expired_and_login_needed_are_two_things() {
        let at = Timestamp::from_epoch_seconds;
        let status = |mode, refreshable, origin| Status {
            mode: Some(mode),
            expires_at: Some(at(3_000)),
            refreshable,
            origin,
            ..Status::read(&EnvSnapshot::default())
        };
        for (mode, refreshable, origin, before, after) in [
            ("keys", true, StatusOrigin::Manual, Some("50m"), Some("expired")),
            ("keys", false, StatusOrigin::Manual, Some("50m"), Some("login needed")),
            ("profile", false, StatusOrigin::Directory, Some("50m"), Some("login needed")),
            ("profile", true, StatusOrigin::Manual, None, None),
            ("keys", false, StatusOrigin::Environment, Some("50m"), Some("expired")),
        ] {
            let status = status(mode, refreshable, origin);
            assert_eq!(status.left(at(0)).as_deref(), before, "{status:?}");
            assert_eq!(status.left(at(3_000)).as_deref(), after, "{status:?}");
        }
        assert_eq!(Status::read(&EnvSnapshot::default()).left(at(0)), None);
    }
}
