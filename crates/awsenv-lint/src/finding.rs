//! What can be found.

use awsenv_profile::cli::{CliErrorKind, DifferenceKind};
use awsenv_profile::{IgnoredSection, Repair, SectionKind, Span, SyntaxErrorKind};
use awsenv_resolve::{Advice, Problem};

/// One thing that is wrong, and where.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// What.
    pub lint: Lint,
    /// Where it stands.
    pub span: Span,
    /// Other places with the same cause.
    pub also: Vec<Span>,
    /// What mends it, where that is safe: it loses nothing, and is right whatever was meant.
    pub repair: Option<Repair>,
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// It surely does not work, for the AWS CLI or for the SDKs.
    Error,
    /// Tools read it differently, or it does not do what it seems to.
    Warning,
    /// Advice.
    Note,
}

/// What is wrong.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "the fields are named for what they hold")]
pub enum Lint {
    /// The SDKs refuse the whole file because of this line; `cli`: and so does the AWS CLI.
    BrokenLine { kind: SyntaxErrorKind, cli: bool },
    /// The AWS CLI alone refuses the whole file because of this line.
    CliRefuses { kind: CliErrorKind },
    /// The file begins with a byte order mark, which the AWS CLI and the SDKs refuse.
    ByteOrderMark,
    /// The text has a NUL: it is no text.
    Binary,
    /// The file is so large that every tool is slow; in bytes.
    Large { bytes: usize },
    /// Some lines end in CRLF and some in LF; the span is the first of the fewer.
    MixedLineEnds { crlf: usize, lf: usize },
    /// The header was there before: the AWS CLI refuses the whole file. The span is the later one. `both`: the keys that are
    /// in an earlier one too.
    DuplicateSection { name: String, first: Span, both: Vec<String> },
    /// The key was there before in its section: the AWS CLI refuses the whole file. The span is the later one.
    DuplicateKey { key: String, first: Span },
    /// `[default]` does not count for the SDKs, because there is `[profile default]`; for the AWS CLI the last one counts.
    DefaultTwice { other: Option<Span> },
    /// Nobody reads this section. `meant`: the header that would be read; `is_taken`: it is there as well.
    SectionIgnored { name: String, why: IgnoredSection, meant: Option<String>, is_taken: bool },
    /// Only the AWS CLI reads this section.
    CliOnlySection { kind: SectionKind, name: String },
    /// The SDKs do not read a key of these letters.
    KeyIgnored { key: String },
    /// The AWS CLI and the SDKs read this differently.
    ReadDifferently { kind: DifferenceKind },
    /// The AWS CLI takes the comment behind the value for a part of it.
    InlineComment { key: String },
    /// The value stands in quotes, which are part of it for nearly everybody.
    Quoted { key: String },
    /// Nobody knows this key, and one that is known is near. `right`: where that one stands in the section already.
    MisspeltKey { key: String, meant: String, right: Option<Span> },
    /// The key is known in another kind of section. `meant`: the one that belongs here instead.
    MisplacedKey { key: String, here: SectionKind, belongs: SectionKind, meant: Option<&'static str> },
    /// A value that cannot be right; never a secret.
    InvalidValue { key: String, value: String, wrong: Wrong },
    /// A region that does not exist.
    UnknownRegion { key: String, region: String, suggestions: Vec<String> },
    /// A path that no tool expands or makes absolute.
    RelativePath { key: String },
    /// `services` names nothing.
    ServicesNotFound { name: String, suggestions: Vec<String> },
    /// The role is in another partition than the region.
    PartitionDiffers { profile: String, region: String, partition: String, role_partition: String },
    /// The setting means something only beside another one, which is not there.
    Unused { profile: String, key: String, without: &'static str },
    /// These profiles get credentials and name no region.
    RegionMissing { profiles: Vec<String> },
    /// Long-term keys in plain text.
    PlainTextKeys { profiles: Vec<String> },
    /// The same access key in several profiles.
    SharedKeys { profiles: Vec<String> },
    /// Secrets in the config file, which is not made for them.
    KeysInConfig { profiles: Vec<String> },
    /// Keys that are temporary by their name (`ASIA…`), without their session token.
    TokenMissing { profile: String },
    /// A session token beside long-term keys (`AKIA…`).
    TokenUnwanted { profile: String },
    /// The key id and its secret have changed places.
    KeysSwapped { profile: String },
    /// What does not look like an access key id.
    OddKeyId { profile: String },
    /// The credentials file says otherwise, and wins.
    Overridden { profile: String, key: String, by: Span },
    /// The setting does not count, because of another one in the same profile.
    Shadowed { profile: String, key: String, by: String },
    /// The profile repeats what its sso-session says, which SDKs refuse.
    RepeatsSession { profile: String, key: &'static str },
    /// No credentials can be got from a profile; `profiles` is how many it spoils. `is_of_vault`: aws-vault may have them,
    /// by its settings in the files.
    Problem { problem: Box<Problem>, profiles: usize, is_of_vault: bool },
    /// Something that resolve says of a profile.
    Advice(Box<Advice>),
}

/// What is wrong with a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// It is none of these.
    NoneOf(&'static [&'static str]),
    /// It is none of these, and passed over.
    PassedOver(&'static [&'static str]),
    /// It is neither `true` nor `false`, and counts as `false`.
    NotBoolean,
    /// It is no whole number.
    NotANumber,
    /// It is not between these.
    OutOfRange(i64, i64),
    /// It is no ARN of this form.
    NotArn(&'static str),
    /// It is not twelve digits.
    NotAccountId,
    /// It is no `https://` address.
    NotHttps,
    /// It is no address of an endpoint.
    NotUrl,
    /// It is no number of bytes, such as this.
    NotAnAmount(&'static str),
    /// It has a blank in it.
    Blank,
    /// It has no indented lines below it.
    NotABlock,
}

impl Lint {
    /// Returns how bad it is: an error is only what surely does not work.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            // The keys may be in a vault of some tool's.
            Self::Problem { problem, .. } if matches!(**problem, Problem::SourceProfileWithoutCredentials { .. }) => {
                Severity::Note
            }
            Self::BrokenLine { .. }
            | Self::CliRefuses { .. }
            | Self::ByteOrderMark
            | Self::Binary
            | Self::DuplicateSection { .. }
            | Self::DuplicateKey { .. }
            | Self::UnknownRegion { .. }
            | Self::ServicesNotFound { .. }
            | Self::PartitionDiffers { .. }
            | Self::TokenMissing { .. }
            | Self::TokenUnwanted { .. }
            | Self::KeysSwapped { .. }
            | Self::Problem { .. } => Severity::Error,
            Self::InvalidValue { wrong, .. } => wrong.severity(),
            Self::DefaultTwice { .. }
            | Self::SectionIgnored { .. }
            | Self::CliOnlySection { .. }
            | Self::KeyIgnored { .. }
            | Self::ReadDifferently { .. }
            | Self::InlineComment { .. }
            | Self::Quoted { .. }
            | Self::MisspeltKey { .. }
            | Self::MisplacedKey { .. }
            | Self::RelativePath { .. }
            | Self::Unused { .. }
            | Self::OddKeyId { .. }
            | Self::Overridden { .. }
            | Self::Shadowed { .. }
            | Self::RepeatsSession { .. } => Severity::Warning,
            Self::Advice(advice) => match **advice {
                Advice::NewRegion { .. } => Severity::Note,
                Advice::DurationCapped { .. }
                | Advice::DurationNotANumber { .. }
                | Advice::EmptyVariable { .. }
                | Advice::InvalidSetting(_)
                | Advice::SdksDiffer { .. } => Severity::Warning,
            },
            Self::Large { .. }
            | Self::MixedLineEnds { .. }
            | Self::RegionMissing { .. }
            | Self::PlainTextKeys { .. }
            | Self::SharedKeys { .. }
            | Self::KeysInConfig { .. } => Severity::Note,
        }
    }
}

impl Wrong {
    fn severity(&self) -> Severity {
        match self {
            // It has a meaning, if not the one that it seems to have.
            Self::NotBoolean | Self::PassedOver(_) => Severity::Warning,
            Self::NoneOf(_)
            | Self::NotANumber
            | Self::OutOfRange(..)
            | Self::NotArn(_)
            | Self::NotAccountId
            | Self::NotHttps
            | Self::NotUrl
            | Self::NotAnAmount(_)
            | Self::Blank
            | Self::NotABlock => Severity::Error,
        }
    }
}
