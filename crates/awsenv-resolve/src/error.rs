//! Why a plan cannot be made.

use std::fmt;
use std::sync::Arc;

use awsenv_profile::{SourceMap, Span};

use crate::{InvalidSetting, Provenance, Sourced};

/// An error in what the files and the environment say, with the files to point into.
#[derive(Clone, Debug)]
pub struct ResolveError {
    /// What is wrong. Boxed, so that a `Result` stays small.
    pub problem: Box<Problem>,
    /// The two files.
    pub sources: Arc<SourceMap>,
}

/// What is wrong, with the data that a message needs. The words for people are the binary's.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the fields are named for what they hold")]
pub enum Problem {
    /// A profile that neither file has; `unprefixed`: the config file has `[NAME]` where it should have `[profile NAME]`.
    UnknownProfile { name: String, origin: Provenance, suggestions: Vec<String>, broken: Vec<Span>, unprefixed: Option<Span> },
    /// A line of a section on the way is broken.
    ConfigSyntax { section: String, message: String, span: Span },
    /// `source_profile` names nothing.
    SourceProfileNotFound { profile: String, source_profile: Sourced<String>, suggestions: Vec<String> },
    /// The profiles that lead back to one of them, each with its `source_profile` line.
    SourceProfileCycle { links: Vec<(String, Sourced<String>)> },
    /// `source_profile` names a profile without credentials.
    SourceProfileWithoutCredentials { profile: String, source_profile: Sourced<String>, source_span: Span },
    /// `role_arn` alone.
    RoleWithoutSource { profile: String, role_arn: Span },
    /// Both `source_profile` and `credential_source`.
    TwoSources { profile: String, source_profile: Span, credential_source: Span },
    /// A `credential_source` that is none of the three.
    UnknownCredentialSource { profile: String, value: Sourced<String> },
    /// `credential_source = Environment` and no credentials there. `parked`: awsenv itself has put them aside.
    EnvironmentCredentialsMissing { profile: String, span: Span, parked: bool },
    /// `credential_source = EcsContainer` outside of a container.
    ContainerVariablesMissing { profile: String, span: Span },
    /// Half a key pair; `profile` is `None` for the environment.
    PartialCredentials { profile: Option<String>, present: Sourced<&'static str>, missing: &'static str },
    /// An SSO profile lacks settings.
    SsoIncomplete { profile: String, missing: Vec<&'static str>, span: Span },
    /// `sso_session` names nothing.
    SsoSessionNotFound { profile: Option<String>, session: Sourced<String>, suggestions: Vec<String> },
    /// A value in the profile contradicts its session's.
    SsoValueInconsistent { profile: String, key: &'static str, in_profile: Sourced<String>, in_session: Sourced<String> },
    /// A web identity token and no role.
    WebIdentityWithoutRole { profile: Option<String>, token_file: Provenance },
    /// A value that cannot be right.
    InvalidValue { what: String, value: String, origin: Provenance, why: &'static str },
    /// A region that does not exist.
    UnknownRegion { region: Sourced<String>, suggestions: Vec<String> },
    /// The profile says nothing of credentials, and neither does the machine.
    NoCredentials { profile: Option<String>, span: Option<Span> },
    /// The profile wants the instance's credentials, and `AWS_EC2_METADATA_DISABLED` forbids to ask for them.
    MetadataDisabled { profile: String, span: Span },
}

/// For developers and tests; people get the binary's report.
impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.problem)
    }
}

impl std::error::Error for ResolveError {}

/// Something that does not stop the plan but that a person should know.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the fields are named for what they hold")]
pub enum Advice {
    /// A role assumed with a role's credentials lasts an hour at most; the profile asks for more (seconds).
    DurationCapped { profile: String, asked: Sourced<i64>, capped: u32 },
    /// `duration_seconds` is no number; the AWS CLI drops it silently.
    DurationNotANumber { profile: String, value: Sourced<String> },
    /// A variable is set but empty.
    EmptyVariable { name: &'static str },
    /// A setting of calls is none of the values that it takes, and is not used.
    InvalidSetting(InvalidSetting),
    /// A region that is not in awsenv's list but may be newer than it.
    NewRegion { region: Sourced<String> },
    /// What the profile says of credentials differs between the AWS CLI (followed here) and the SDKs. Both are kinds of
    /// [`crate::Provider::kind`]; `sdk` may be the same kind with other values, or `none` where SDKs refuse the profile.
    SdksDiffer { profile: String, chosen: &'static str, sdk: &'static str, span: Span },
}
