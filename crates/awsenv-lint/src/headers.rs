//! Headers that nobody reads, and what they were meant to be.

use awsenv_profile::{Document, FileKind, IgnoredSection, ProfileSet, PropertyLines, SectionLines, Span};

use crate::keys;

/// Sections of the config file without a prefix that the AWS CLI reads itself (`preview` is the v1's).
const OF_THE_CLI: [&str; 2] = ["plugins", "preview"];

/// A header that was most likely meant.
pub(crate) struct Meant {
    pub(crate) header: String,
    /// Whether a section has it already.
    pub(crate) is_taken: bool,
    /// Whether nothing else can have been meant.
    pub(crate) is_sure: bool,
}

/// Returns the header that was most likely meant by the one at this place.
pub(crate) fn meant(profiles: &ProfileSet, document: &Document, name: &str, why: IgnoredSection, span: Span) -> Option<Meant> {
    let section = document.sections().iter().find(|section| {
        let line = document.lines()[section.lines.start].span;
        line.start <= span.start && span.start < line.end()
    })?;
    match why {
        IgnoredSection::NoPrefix if name.contains(char::is_whitespace) || OF_THE_CLI.contains(&name) => None,
        IgnoredSection::NoPrefix => unprefixed(profiles, document, section, name),
        IgnoredSection::UnknownPrefix => {
            let (prefix, name) = name.split_once(char::is_whitespace)?;
            let plain = prefix.to_ascii_lowercase().replace(['_', '-', '.'], "");
            let mut known = ["profile", "sso-session", "services"].into_iter();
            let near = known.find(|known| awsenv_resolve::distance(&plain, &known.replace('-', ""), 1).is_some())?;
            Some(prefixed(profiles, near, name.trim()))
        }
        IgnoredSection::PrefixInCredentials | IgnoredSection::InvalidName | IgnoredSection::NoName => None,
    }
}

/// `[prod]`, and `[defualt]`.
fn unprefixed(profiles: &ProfileSet, document: &Document, section: &SectionLines, name: &str) -> Option<Meant> {
    let key = |property: PropertyLines| document.source().slice(property.key).to_ascii_lowercase();
    let has_key = document.properties(section).any(|property| keys::is_of_a_profile(&key(property)));
    if has_key && is_near_default(name) && !is_used(profiles, name) {
        // `defaults` may be somebody's name; a swapped, wrong or missing letter is none.
        let is_sure = name.len() <= "default".len();
        return Some(Meant { is_sure, ..prefixed(profiles, "profile", "default") });
    }
    let meant = prefixed(profiles, "profile", name);
    (has_key || meant.is_taken).then_some(meant)
}

fn is_near_default(name: &str) -> bool {
    let plain = name.to_ascii_lowercase();
    let is_word = plain.bytes().all(|byte| byte.is_ascii_lowercase());
    is_word && plain != "default" && awsenv_resolve::distance(&plain, "default", 1).is_some()
}

/// Whether there is a profile of this name elsewhere, or one is wanted.
fn is_used(profiles: &ProfileSet, name: &str) -> bool {
    let sources = || profiles.profiles().filter_map(|profile| profile.get("source_profile"));
    profiles.profile(name).is_some() || sources().any(|source| source.value == name)
}

fn prefixed(profiles: &ProfileSet, prefix: &str, name: &str) -> Meant {
    let has_profile = |name: &str| profiles.profile(name).is_some_and(|it| it.span_in(FileKind::Config).is_some());
    let (is_taken, header) = match prefix {
        "sso-session" => (profiles.sso_session(name).is_some(), format!("sso-session {name}")),
        "services" => (profiles.services(name).is_some(), format!("services {name}")),
        _ if name.eq_ignore_ascii_case("default") => (has_profile("default"), "default".to_owned()),
        _ => (has_profile(name), format!("profile {name}")),
    };
    Meant { header, is_taken, is_sure: true }
}
