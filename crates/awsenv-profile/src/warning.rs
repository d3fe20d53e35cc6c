//! What the files say that is not an error but does not count either.

use std::fmt;

use crate::header::SectionName;
use crate::source::Span;

/// Something that some reader of the files ignores without a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxWarning {
    /// What it is.
    pub kind: SyntaxWarningKind,
    /// The name of the section, the key, or the byte order mark.
    pub span: Span,
    /// The section that it is about, under the most likely name. `None`: the file.
    pub section: Option<SectionName>,
}

/// What is ignored, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SyntaxWarningKind {
    /// The file starts with a byte order mark. It is skipped here; the SDKs and the AWS CLI refuse the file.
    ByteOrderMark,
    /// Neither the SDKs nor the AWS CLI read this section as anything.
    IgnoredSection(IgnoredSection),
    /// Only the AWS CLI reads this section; for the SDKs it does not exist.
    CliOnlySection,
    /// Only the AWS CLI would read this section, and it has the name of one that everybody reads; it is left out.
    CliOnlySectionShadowed,
    /// `[default]` does not count, because the same file has `[profile default]`.
    DefaultShadowed,
    /// The key is not of letters, digits and `_ - / . % @ : +`, so the SDKs ignore it.
    IgnoredKey,
}

/// Why a section is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IgnoredSection {
    /// `[prod]` in the config file; only `[default]` may stand without a prefix there.
    NoPrefix,
    /// `[foo bar]` in the config file, where `foo` is not `profile`, `sso-session` or `services`.
    UnknownPrefix,
    /// `[profile prod]`, or any other header of two words, in the credentials file.
    PrefixInCredentials,
    /// The name is not of letters, digits and `_ - / . % @ : +`.
    InvalidName,
    /// There is no name in it.
    NoName,
}

impl fmt::Display for SyntaxWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, name) = match &self.section {
            Some(section) => (section.kind.word(), &*section.name),
            None => ("section", ""),
        };
        match self.kind {
            SyntaxWarningKind::ByteOrderMark => {
                formatter.write_str("the file starts with a byte order mark, which the SDKs and the AWS CLI refuse")
            }
            SyntaxWarningKind::IgnoredSection(why) => {
                write!(formatter, "{word} `{name}` is ignored: {why}")
            }
            SyntaxWarningKind::CliOnlySection => {
                write!(formatter, "{word} `{name}` exists for the AWS CLI alone: the SDKs do not read this header")
            }
            SyntaxWarningKind::CliOnlySectionShadowed => {
                write!(
                    formatter,
                    "this part of {word} `{name}` is ignored: the SDKs do not read this header, and there is another one that they read"
                )
            }
            SyntaxWarningKind::DefaultShadowed => {
                formatter.write_str("`[default]` is ignored, because `[profile default]` stands in the same file")
            }
            SyntaxWarningKind::IgnoredKey => {
                write!(formatter, "a key in {word} `{name}` is ignored: the SDKs take letters, digits and `_-/.%@:+` only")
            }
        }
    }
}

impl fmt::Display for IgnoredSection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            IgnoredSection::NoPrefix => "in the config file its header has to be `[profile NAME]`",
            IgnoredSection::UnknownPrefix => "its first word is not `profile`, `sso-session` or `services`",
            IgnoredSection::PrefixInCredentials => "in the credentials file a header is the profile's name alone",
            IgnoredSection::InvalidName => "a name is of letters, digits and `_-/.%@:+`",
            IgnoredSection::NoName => "it has no name",
        })
    }
}
