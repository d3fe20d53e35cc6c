//! Section headers: which section a line in brackets opens, and for whom.

use std::borrow::Cow;
use std::sync::Arc;

use crate::cli;
use crate::error::SyntaxErrorKind;
use crate::scan::{Comments, is_identifier, split_word, trim, without_comment};
use crate::source::FileKind;
use crate::warning::IgnoredSection;

/// What a section is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionKind {
    /// `[default]`, `[profile NAME]`, or `[NAME]` in the credentials file.
    Profile,
    /// `[sso-session NAME]` in the config file.
    SsoSession,
    /// `[services NAME]` in the config file.
    Services,
    /// Anything else; nobody reads it.
    Unknown,
}

impl SectionKind {
    /// Returns the word that people use for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            SectionKind::Profile => "profile",
            SectionKind::SsoSession => "sso-session",
            SectionKind::Services => "services",
            SectionKind::Unknown => "section",
        }
    }

    fn of_prefix(prefix: &str) -> Option<SectionKind> {
        match prefix {
            "profile" => Some(SectionKind::Profile),
            "sso-session" => Some(SectionKind::SsoSession),
            "services" => Some(SectionKind::Services),
            _ => None,
        }
    }
}

/// A section's kind and name, to say which one an error or warning is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SectionName {
    /// What it is.
    pub kind: SectionKind,
    /// Its name, without prefix and quotes.
    pub name: Arc<str>,
}

/// Who reads a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// The SDKs read it.
    Everywhere,
    /// The AWS CLI reads it and the SDKs do not, because of its header: `[profile "my prof"]`, `[profile café]`,
    /// `[jane doe]` in the credentials file.
    CliOnly,
}

/// What a header line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header<'t> {
    pub(crate) kind: SectionKind,
    pub(crate) name: Cow<'t, str>,
    /// The name as it stands in the text, with its quotes; always a subslice of the line.
    pub(crate) name_text: &'t str,
    /// Whether the name stands after a prefix: tells `[profile default]` from `[default]`.
    pub(crate) has_prefix: bool,
    pub(crate) standing: Standing,
    /// What the SDKs have against the line. The AWS CLI may still read it.
    pub(crate) error: Option<SyntaxErrorKind>,
}

/// Whether the properties below a header belong to anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Read(Visibility),
    Ignored(IgnoredSection),
    /// The header is an error for the SDKs and for the AWS CLI; kind and name are a guess, for messages.
    Broken,
}

impl<'t> Header<'t> {
    /// Reads a line that starts with `[`.
    pub(crate) fn parse(line: &'t str, file: FileKind) -> Header<'t> {
        let body = without_comment(line, Comments::Anywhere);
        let opened = body.strip_prefix('[').unwrap_or(body);
        let closed = opened.strip_suffix(']');
        let header = as_the_sdks(closed.unwrap_or(opened), file);
        match (closed, header.standing) {
            (Some(_), Standing::Read(_)) => header,
            (Some(_), Standing::Ignored(_) | Standing::Broken) => as_the_cli(line, file).unwrap_or(header),
            (None, _) => {
                let broken = Header { standing: Standing::Broken, ..header };
                Header { error: Some(SyntaxErrorKind::HeaderNotClosed), ..as_the_cli(line, file).unwrap_or(broken) }
            }
        }
    }

    /// Reads an indented line as a header if the AWS CLI would; the SDKs never do, and `error` is their complaint.
    pub(crate) fn parse_indented(line: &'t str, file: FileKind, error: SyntaxErrorKind) -> Option<Header<'t>> {
        let line = line.trim_start_matches([' ', '\t']);
        cli::header_text(line)?;
        let header = as_the_cli(line, file).unwrap_or_else(|| Header { standing: Standing::Broken, ..Header::parse(line, file) });
        Some(Header { error: Some(error), ..header })
    }
}

/// Reads what stands between the brackets by the SDKs' rules (smithy-rs `normalize.rs`, `SectionPair::valid_for`).
fn as_the_sdks(inner: &str, file: FileKind) -> Header<'_> {
    let (prefix, name) = split_word(inner);
    let kind_of_prefix = prefix.and_then(SectionKind::of_prefix);
    let (kind, standing) = match (file, prefix) {
        (_, None) if name.is_empty() => (SectionKind::Unknown, Standing::Ignored(IgnoredSection::NoName)),
        (FileKind::Config, None) if name == "default" => (SectionKind::Profile, Standing::Read(Visibility::Everywhere)),
        (FileKind::Config, None) => (SectionKind::Unknown, Standing::Ignored(IgnoredSection::NoPrefix)),
        (FileKind::Credentials, None) if is_identifier(name) => (SectionKind::Profile, Standing::Read(Visibility::Everywhere)),
        (FileKind::Credentials, None) => (SectionKind::Profile, Standing::Ignored(IgnoredSection::InvalidName)),
        (FileKind::Credentials, Some(_)) => {
            (kind_of_prefix.unwrap_or(SectionKind::Unknown), Standing::Ignored(IgnoredSection::PrefixInCredentials))
        }
        (FileKind::Config, Some(_)) => match kind_of_prefix {
            None => (SectionKind::Unknown, Standing::Ignored(IgnoredSection::UnknownPrefix)),
            Some(kind) if name.is_empty() => (kind, Standing::Ignored(IgnoredSection::NoName)),
            Some(kind) if is_identifier(name) => (kind, Standing::Read(Visibility::Everywhere)),
            Some(kind) => (kind, Standing::Ignored(IgnoredSection::InvalidName)),
        },
    };
    // Where the first word is no prefix, it is part of what people call the section.
    let name = if kind == SectionKind::Unknown { trim(inner) } else { name };
    Header { kind, name: Cow::Borrowed(name), name_text: name, has_prefix: prefix.is_some(), standing, error: None }
}

/// Reads a header that the SDKs drop by the AWS CLI's rules; `None` if the CLI makes nothing of it either.
fn as_the_cli(line: &str, file: FileKind) -> Option<Header<'_>> {
    let (kind, name, name_text) = cli::section_of_header(cli::header_text(line)?, file)?;
    let standing = Standing::Read(Visibility::CliOnly);
    Some(Header { kind, name, name_text, has_prefix: file == FileKind::Config, standing, error: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: Standing = Standing::Read(Visibility::Everywhere);
    const CLI_ONLY: Standing = Standing::Read(Visibility::CliOnly);

    #[track_caller]
    fn check(file: FileKind, line: &str, kind: SectionKind, name: &str, standing: Standing) {
        let header = Header::parse(line, file);
        assert_eq!((header.kind, &*header.name, header.standing, header.error), (kind, name, standing, None), "{line}");
    }

    fn ignored(why: IgnoredSection) -> Standing {
        Standing::Ignored(why)
    }

    #[test]
    fn the_config_file_names_sections_with_a_prefix() {
        use SectionKind::{Profile, Services, SsoSession, Unknown};
        let check = |line, kind, name, standing| check(FileKind::Config, line, kind, name, standing);
        check("[default]", Profile, "default", SEEN);
        check("[ default ]", Profile, "default", SEEN);
        check("[profile default]", Profile, "default", SEEN);
        check("[profile \ta\t ] # comment", Profile, "a", SEEN);
        check("[profile a];comment ]", Profile, "a", SEEN);
        check("[ profile a]", Profile, "a", SEEN);
        check("[profile some-thing:long/the_one%only.foo@bar+]", Profile, "some-thing:long/the_one%only.foo@bar+", SEEN);
        check("[sso-session corp]", SsoSession, "corp", SEEN);
        check("[services local]", Services, "local", SEEN);
        check("[profile 'a b']", Profile, "a b", CLI_ONLY);
        check("[profiles a]", Profile, "a", CLI_ONLY);
        check("[profile a b]", Profile, "a b", ignored(IgnoredSection::InvalidName));
        check("[Profile a]", Unknown, "Profile a", ignored(IgnoredSection::UnknownPrefix));
        check("[a]", Unknown, "a", ignored(IgnoredSection::NoPrefix));
        check("[profilea]", Unknown, "profilea", ignored(IgnoredSection::NoPrefix));
        check("[Default]", Unknown, "Default", ignored(IgnoredSection::NoPrefix));
        check("[]", Unknown, "", ignored(IgnoredSection::NoName));
    }

    #[test]
    fn the_credentials_file_names_profiles_alone() {
        use SectionKind::{Profile, Unknown};
        let check = |line, kind, name, standing| check(FileKind::Credentials, line, kind, name, standing);
        check("[default]", Profile, "default", SEEN);
        check("[ a ] # comment", Profile, "a", SEEN);
        check("[DEFAULT]", Profile, "DEFAULT", SEEN);
        check("[profile a]", Profile, "profile a", CLI_ONLY);
        check("[sso-session a]", Profile, "sso-session a", CLI_ONLY);
        check("[jane doe]", Profile, "jane doe", CLI_ONLY);
        check("['jane']", Profile, "'jane'", CLI_ONLY);
        check("[]", Unknown, "", ignored(IgnoredSection::NoName));
    }

    #[test]
    fn a_header_that_is_not_closed_is_an_error_and_perhaps_the_clis() {
        let check = |line, name, standing| {
            let header = Header::parse(line, FileKind::Config);
            let expected = (SectionKind::Profile, name, standing, Some(SyntaxErrorKind::HeaderNotClosed));
            assert_eq!((header.kind, &*header.name, header.standing, header.error), expected, "{line}");
        };
        check("[profile a", "a", Standing::Broken);
        check("[profile a # ]", "a", Standing::Broken);
        check("[default", "default", Standing::Broken);
        check("[profile a] junk", "a", CLI_ONLY);
        check("[default] junk", "default", CLI_ONLY);
        check("[profile 'a;b']", "a;b", CLI_ONLY);
        check("[profile \"a#b\"]", "a#b", CLI_ONLY);
    }

    #[test]
    fn an_indented_header_is_the_clis() {
        let error = SyntaxErrorKind::NoSection;
        let parse = |line| Header::parse_indented(line, FileKind::Config, error);
        let header = parse(" \t[profile a]").expect("the AWS CLI reads it");
        assert_eq!((&*header.name, header.standing, header.error), ("a", CLI_ONLY, Some(error)));
        let header = parse("  [prod]").expect("the AWS CLI reads it, as no profile");
        assert_eq!((&*header.name, header.standing, header.error), ("prod", Standing::Broken, Some(error)));
        assert_eq!(parse("  [profile a"), None);
        assert_eq!(parse("  region = x"), None);
    }
}
