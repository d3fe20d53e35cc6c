//! Why `auto` gives the keys instead of the profile's name.

use crate::plan::{AssumeRole, ResolutionPlan};
use crate::provider::Provider;

/// What keeps some AWS SDK from getting and refreshing a plan's credentials alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeysReason {
    /// The environment's own credentials are used, and no profile.
    NoProfile,
    /// No SDK knows the profile, or one that its credentials come from, by its name.
    Invisible,
    /// SDKs would take other credentials from it.
    SdksDiffer,
    /// `--duration`, `--role-session-name` or a guard's limit make other credentials than the profile by itself.
    Options,
    /// Somebody has to give an MFA code.
    Mfa,
    /// A chained role's `duration_seconds` is more than an hour: SDKs that heed it ask for all of it, and are refused.
    DurationCapped,
    /// `login_session`: older SDKs do not know it.
    LoginSession,
    /// The environment's own keys are taken out of it: with them, every tool would be their user, not the role.
    EnvironmentKeys,
}

impl KeysReason {
    /// The name in `explain`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoProfile => "no-profile",
            Self::Invisible => "invisible-to-sdks",
            Self::SdksDiffer => "sdks-differ",
            Self::Options => "options",
            Self::Mfa => "mfa",
            Self::DurationCapped => "duration-capped",
            Self::LoginSession => "login-session",
            Self::EnvironmentKeys => "environment-keys",
        }
    }
}

impl ResolutionPlan {
    /// Returns everything for which `auto` gives the keys; nothing where every AWS SDK can get and refresh these
    /// credentials alone, so that the profile's name is enough.
    pub fn keys_reasons(&self) -> Vec<KeysReason> {
        let is_capped = |hop: &AssumeRole| hop.capped_seconds.is_some();
        let all = [
            (KeysReason::NoProfile, self.profile.is_none()),
            (KeysReason::Invisible, !self.visible_to_sdks),
            (KeysReason::SdksDiffer, !self.same_for_sdks),
            (KeysReason::Options, self.flags_count),
            (KeysReason::Mfa, self.has_mfa()),
            (KeysReason::DurationCapped, self.hops.iter().any(is_capped)),
            (KeysReason::LoginSession, matches!(self.base.provider, Provider::Login { .. })),
            (KeysReason::EnvironmentKeys, matches!(self.base.provider, Provider::Environment { .. })),
        ];
        all.into_iter().filter(|(_, holds)| *holds).map(|(reason, _)| reason).collect()
    }
}
