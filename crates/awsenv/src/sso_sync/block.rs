//! Whose a profile in the file is: a sync's, or a person's own.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use awsenv_profile::{Document, LineKind, ProfileSet, PropertyLines, Section, SectionKind, SectionLines};

use super::Key;
use super::merge::Order;
use super::part::{self, Part};

/// A profile in the part that an earlier sync wrote.
pub(super) struct Block<'d> {
    pub(super) name: &'d str,
    pub(super) key: Key,
    /// From its header to its last setting.
    pub(super) lines: Range<usize>,
    pub(super) settings: HashMap<String, PropertyLines>,
    pub(super) has_additions: bool,
}

/// The profiles of the part that are a sync's: of this session, with an account and a role; the first of several.
pub(super) fn blocks<'d>(document: &'d Document, part: &Part, order: &Order<'_>) -> Vec<Block<'d>> {
    let mut blocks: Vec<Block<'d>> = Vec::new();
    let mut seen = HashSet::new();
    for section in &document.sections()[part.sections.clone()] {
        let slice = |span| document.source().slice(span);
        let settings: HashMap<String, PropertyLines> =
            document.properties(section).map(|property| (slice(property.key).to_ascii_lowercase(), property)).collect();
        let value = |key: &str| settings.get(key).map(|property| slice(property.value).trim());
        let (Some(session), Some(account_id), Some(role)) =
            (value("sso_session"), value("sso_account_id"), value("sso_role_name"))
        else {
            continue;
        };
        let key = Key { account_id: account_id.to_owned(), role: role.to_owned() };
        if section.name.kind != SectionKind::Profile || session != order.session || !seen.insert(key.clone()) {
            continue;
        }
        let lines = section.lines.start..document.insertion_line(section).min(part.end);
        let has_additions = has_additions(document, section, &lines, &settings, order);
        blocks.push(Block { name: &section.name.name, key, lines, settings, has_additions });
    }
    blocks
}

/// Whether a person has added something: a setting, a comment in it or right above it, another region.
fn has_additions(
    document: &Document,
    section: &SectionLines,
    lines: &Range<usize>,
    settings: &HashMap<String, PropertyLines>,
    order: &Order<'_>,
) -> bool {
    let is_ours = |(key, property): (&String, &PropertyLines)| {
        let value = document.source().slice(property.value).trim();
        let defaults = order.before.both().into_iter().chain(order.defaults.both());
        matches!(key.as_str(), "sso_session" | "sso_account_id" | "sso_role_name")
            || defaults.into_iter().any(|(name, default)| name == key && default == Some(value))
    };
    let is_comment = |line: usize| document.lines()[line].kind == LineKind::Comment;
    let above = section.lines.start.checked_sub(1).is_some_and(|line| {
        is_comment(line) && !document.line_text(&document.lines()[line]).starts_with(part::markers(order.session).0.as_str())
    });
    above || lines.clone().any(is_comment) || !settings.iter().all(is_ours)
}

/// The names of all profiles that are a person's own.
pub(super) fn own_profiles<'a>(document: &'a Document, profiles: &'a ProfileSet, blocks: &[Block<'_>]) -> HashSet<&'a str> {
    let headers: HashSet<usize> = blocks.iter().map(|block| block.lines.start).collect();
    let sections = document.sections().iter();
    let own = sections.filter(|section| section.name.kind == SectionKind::Profile && !headers.contains(&section.lines.start));
    let synced: HashSet<&str> = blocks.iter().map(|block| block.name).collect();
    let elsewhere = profiles.profiles().map(|section| section.name()).filter(|name| !synced.contains(name));
    own.map(|section| &*section.name.name).chain(elsewhere).collect()
}

/// A person's own profiles by the account and role of this Identity Center that they are for.
pub(super) fn by_assignment<'a>(profiles: &'a ProfileSet, own: &HashSet<&'a str>, order: &Order<'_>) -> HashMap<Key, &'a str> {
    let text = |section: &Section<'a>, key: &str| section.get(key).map(|value| value.value);
    let mut found = HashMap::new();
    for section in profiles.profiles().filter(|section| own.contains(section.name())) {
        let (Some(account_id), Some(role)) = (text(&section, "sso_account_id"), text(&section, "sso_role_name")) else {
            continue;
        };
        let named = text(&section, "sso_session");
        let start_url = match named.map(|name| profiles.sso_session(name)) {
            Some(session) => session.and_then(|session| text(&session, "sso_start_url")),
            None => text(&section, "sso_start_url"),
        };
        let is_same = |url: &str| plain_url(url) == plain_url(order.start_url);
        if named == Some(order.session) || start_url.is_some_and(is_same) {
            found.entry(Key { account_id: account_id.to_owned(), role: role.to_owned() }).or_insert(section.name());
        }
    }
    found
}

/// A start URL without what makes no difference.
fn plain_url(url: &str) -> String {
    url.trim_end_matches(['/', '#']).to_ascii_lowercase()
}
