//! What a person asked for, with no trace of the command line's grammar.

/// Which profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProfileChoice {
    /// Named on the command line, as with the AWS CLI's `--profile`: credentials in the environment do not count.
    Named(String),
    /// What the environment says: its credentials, then `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`, `default`.
    Ambient,
}

/// How the shell is given the profile (cli.md, "Switching").
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    /// `profile` where every AWS SDK can get and refresh these credentials alone, `keys` where one cannot.
    #[default]
    Auto,
    /// `AWS_PROFILE`: every tool fetches for itself.
    Profile,
    /// The credentials themselves.
    Keys,
}

impl Mode {
    /// The name on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Profile => "profile",
            Self::Keys => "keys",
        }
    }
}

/// What to plan for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// Which profile.
    pub profile: ProfileChoice,
    /// `--region`.
    pub region: Option<String>,
    /// `--duration`, in seconds; instead of the last role's `duration_seconds`.
    pub duration_seconds: Option<u32>,
    /// `--role-session-name`; instead of the last role's `role_session_name`.
    pub role_session_name: Option<String>,
    /// Whether one MFA code may open a session for all roles of its device (the settings file's `[mfa] session`).
    pub mfa_session: bool,
    /// How long such a session lasts, in seconds (GetSessionToken: 900 to 129,600).
    pub mfa_session_seconds: u32,
    /// Whether AWS is to be asked for the MFA device of keys for which no profile names one.
    pub find_mfa: bool,
}

impl Request {
    /// The seconds of an MFA session when the settings file says nothing: GetSessionToken's own default, 12 hours.
    pub const MFA_SESSION_SECONDS: u32 = 43_200;

    /// Asks for a profile by name, and nothing else.
    pub fn named(profile: impl Into<String>) -> Self {
        Self { profile: ProfileChoice::Named(profile.into()), ..Self::ambient() }
    }

    /// Asks for what the environment says.
    pub fn ambient() -> Self {
        Self {
            profile: ProfileChoice::Ambient,
            region: None,
            duration_seconds: None,
            role_session_name: None,
            mfa_session: true,
            mfa_session_seconds: Self::MFA_SESSION_SECONDS,
            find_mfa: false,
        }
    }
}
