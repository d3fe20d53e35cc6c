//! What a sync changes in the config file.

use std::collections::{HashMap, HashSet};

use awsenv_profile::{Document, LineKind, ProfileSet, SectionName};

use super::block::{Block, blocks, by_assignment, own_profiles};
use super::names::{Otherwise, names};
use super::part::{self, Part, Unclear};
use super::splice::{self, Splice};
use super::template::Template;
use super::{Assignment, Key};

/// The settings that a sync writes beside those that make the profile.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Defaults {
    pub(crate) region: Option<String>,
    pub(crate) output: Option<String>,
}

impl Defaults {
    pub(super) fn both(&self) -> [(&'static str, Option<&str>); 2] {
        [("region", self.region.as_deref()), ("output", self.output.as_deref())]
    }
}

/// Which profiles are removed when their account and role are gone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Prune {
    None,
    All,
    /// Those that a person has agreed to.
    Named(HashSet<String>),
}

/// What is to be.
#[derive(Clone, Debug)]
pub(crate) struct Order<'a> {
    pub(crate) session: &'a str,
    pub(crate) start_url: &'a str,
    /// Sorted, each once.
    pub(crate) assignments: &'a [Assignment],
    /// The accounts whose roles could not be listed: nothing is known of them.
    pub(crate) unknown: &'a HashSet<String>,
    pub(crate) template: &'a Template,
    pub(crate) defaults: &'a Defaults,
    /// What the last sync wrote: a value that is another now is a person's.
    pub(crate) before: &'a Defaults,
    pub(crate) prune: &'a Prune,
}

/// What becomes of one profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Outcome {
    pub(crate) name: String,
    /// Of what is gone the account's name is not known.
    pub(crate) account_name: Option<String>,
    pub(crate) key: Key,
    pub(crate) fate: Fate,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    Added(Option<Otherwise>),
    /// What about it, in words.
    Changed(Vec<String>),
    Removed,
    /// Its account or role is gone, and it stays: nobody has said `--prune`.
    Gone,
    /// The same, but a person has added settings or comments: not even `--prune` removes it.
    GoneWithAdditions,
    /// The same, but this profile, not of the sync, has it as its `source_profile`: not even `--prune` removes it.
    GoneAndNeeded(String),
    Kept,
    /// A person's own profile, of this name, is for the same account and role.
    Skipped(String),
}

/// What a sync does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Merged {
    /// The changes of the file.
    pub(crate) splices: Vec<Splice>,
    /// What becomes of each profile: first the assignments in their order, then what is gone.
    pub(crate) outcomes: Vec<Outcome>,
}

/// Decides what is to change. `profiles` is the same file together with the credentials file.
pub(crate) fn merge(document: &Document, profiles: &ProfileSet, order: &Order<'_>) -> Result<Merged, Unclear> {
    let part = part::find(document, order.session)?;
    let blocks = part.as_ref().map(|part| blocks(document, part, order)).unwrap_or_default();
    let by_key: HashMap<&Key, &Block<'_>> = blocks.iter().map(|block| (&block.key, block)).collect();
    let wanted: HashSet<Key> = order.assignments.iter().map(Assignment::key).collect();
    let own = own_profiles(document, profiles, &blocks);
    let own_by_key = by_assignment(profiles, &own, order);

    let needed_by = needed_by(profiles);

    let mut splices = Vec::new();
    let mut gone = Vec::new();
    let mut stays: Vec<&Block<'_>> = Vec::new();
    for block in &blocks {
        let fate = match order.prune {
            _ if wanted.contains(&block.key) => None,
            _ if order.unknown.contains(&block.key.account_id) => Some(Fate::Kept),
            Prune::None => Some(Fate::Gone),
            Prune::All | Prune::Named(_) if block.has_additions => Some(Fate::GoneWithAdditions),
            Prune::All | Prune::Named(_) if needed_by.contains_key(block.name) => {
                Some(Fate::GoneAndNeeded(needed_by[block.name].to_owned()))
            }
            Prune::Named(names) if !names.contains(block.name) => Some(Fate::Gone),
            Prune::All | Prune::Named(_) => Some(Fate::Removed),
        };
        if fate == Some(Fate::Removed) {
            let is_blank = |line: usize| document.lines().get(line).is_some_and(|line| line.kind == LineKind::Blank);
            let end = block.lines.end + usize::from(is_blank(block.lines.end));
            splices.push(Splice { lines: block.lines.start..end, by: String::new() });
        } else {
            stays.push(block);
        }
        let (name, key) = (block.name.to_owned(), block.key.clone());
        gone.extend(fate.map(|fate| Outcome { name, account_name: None, key, fate }));
    }

    let is_new = |assignment: &&Assignment| {
        let key = assignment.key();
        by_key.contains_key(&key) || !own_by_key.contains_key(&key)
    };
    let named: Vec<Assignment> = order.assignments.iter().filter(is_new).cloned().collect();
    let mut taken: HashSet<String> = own.iter().map(|name| (*name).to_owned()).collect();
    taken.extend(stays.iter().filter(|block| !wanted.contains(&block.key)).map(|block| block.name.to_owned()));
    let held = blocks.iter().map(|block| (block.key.clone(), block.name.to_owned())).collect();
    let names = names(order.template, order.session, &named, &taken, &held);
    let mut names: HashMap<Key, (String, Option<Otherwise>)> = named.iter().map(Assignment::key).zip(names).collect();

    let mut outcomes = Vec::new();
    let mut added = Vec::new();
    for assignment in order.assignments {
        let key = assignment.key();
        let (name, fate) = match (names.remove(&key), by_key.get(&key)) {
            (None, _) => {
                let own = own_by_key.get(&key).copied().unwrap_or_default().to_owned();
                (own.clone(), Fate::Skipped(own))
            }
            (Some((name, _)), Some(block)) => {
                let said = update(document, block, &name, order, &mut splices);
                (name, if said.is_empty() { Fate::Kept } else { Fate::Changed(said) })
            }
            (Some((name, why)), None) => {
                added.push((name.clone(), key.clone()));
                (name, Fate::Added(why))
            }
        };
        outcomes.push(Outcome { name, account_name: Some(assignment.account_name.clone()), key, fate });
    }
    outcomes.extend(gone);
    insert(document, part.as_ref(), &stays, added, order, &mut splices);
    Ok(Merged { splices: splice::sorted(splices), outcomes })
}

/// The profiles that others take their credentials from, each with one of those.
fn needed_by(profiles: &ProfileSet) -> HashMap<&str, &str> {
    let pairs = profiles.profiles().filter_map(|section| Some((section.get("source_profile")?.value, section.name())));
    pairs.filter(|(source, name)| source != name).collect()
}

/// Makes sure that the changed text says of everything else what it has said before. An indented header, which only the AWS
/// CLI knows for one, could become a further line of a setting that was put above it.
pub(crate) fn same_meaning(before: &Document, after: &Document, order: &Order<'_>) -> Result<(), Unclear> {
    let others = |document: &Document| -> Result<Vec<SectionName>, Unclear> {
        let part = part::find(document, order.session)?;
        let blocks = part.map(|part| blocks(document, &part, order)).unwrap_or_default();
        let headers: HashSet<usize> = blocks.iter().map(|block| block.lines.start).collect();
        let others = document.sections().iter().filter(|section| !headers.contains(&section.lines.start));
        Ok(others.map(|section| section.name.clone()).collect())
    };
    let broken = |document: &Document| document.lines().iter().filter(|line| line.kind == LineKind::Broken).count();
    if broken(before) == broken(after) && others(after).is_ok_and(|after| others(before) == Ok(after)) {
        return Ok(());
    }
    let is_indented = |line: &usize| {
        let line = &before.lines()[*line];
        line.kind == LineKind::Header && before.line_text(line).starts_with([' ', '\t'])
    };
    let line = (0..before.lines().len()).find(is_indented).unwrap_or_default();
    let (why, help) = ("this would be read otherwise than now", "let the header begin in the first column");
    Err(Unclear { line, why, help })
}

/// Brings a profile up to date; says what has changed.
fn update(document: &Document, block: &Block<'_>, name: &str, order: &Order<'_>, splices: &mut Vec<Splice>) -> Vec<String> {
    let mut said = Vec::new();
    let ending = splice::line_end(document);
    if name != block.name {
        splices.push(Splice { lines: block.lines.start..block.lines.start + 1, by: format!("[profile {name}]{ending}") });
        said.push(format!("was `{}`", block.name));
    }
    let mut appended = String::new();
    for ((key, before), (_, now)) in order.before.both().into_iter().zip(order.defaults.both()) {
        if before == now {
            continue;
        }
        let property = block.settings.get(key);
        let value = property.map(|property| document.source().slice(property.value).trim());
        match (property, now) {
            // Another value than the last sync's is a person's.
            _ if value != before => continue,
            (Some(property), Some(now)) if property.lines.len() == 1 => {
                let line = document.line_text(&document.lines()[property.lines.start]);
                let at = (property.value.start - document.lines()[property.lines.start].span.start) as usize;
                let by = format!("{}{now}{}", &line[..at], &line[at + property.value.len as usize..]);
                splices.push(Splice { lines: property.lines.clone(), by });
            }
            (Some(property), None) if property.lines.len() == 1 => {
                splices.push(Splice { lines: property.lines.clone(), by: String::new() });
            }
            (None, Some(now)) => appended += &format!("{key} = {now}{ending}"),
            _ => continue,
        }
        said.push(now.map_or(format!("no {key}"), |now| format!("{key} = {now}")));
    }
    if !appended.is_empty() {
        splices.push(Splice { lines: block.lines.end..block.lines.end, by: appended });
    }
    said
}

/// Puts new profiles where they belong by the alphabet, or into a new part at the end of the file.
fn insert(
    document: &Document,
    part: Option<&Part>,
    stays: &[&Block<'_>],
    mut added: Vec<(String, Key)>,
    order: &Order<'_>,
    splices: &mut Vec<Splice>,
) {
    let by_alphabet = |name: &str| (name.to_ascii_lowercase(), name.to_owned());
    added.sort_by_key(|(name, _)| by_alphabet(name));
    let ending = splice::line_end(document);
    let section = |(name, key): &(String, Key)| {
        let mut lines = vec![
            format!("[profile {name}]"),
            format!("sso_session = {}", order.session),
            format!("sso_account_id = {}", key.account_id),
            format!("sso_role_name = {}", key.role),
        ];
        lines.extend(order.defaults.both().into_iter().filter_map(|(key, value)| Some(format!("{key} = {}", value?))));
        lines.iter().map(|line| format!("{line}{ending}")).collect::<String>()
    };
    let Some(part) = part else {
        if !added.is_empty() {
            let end = document.lines().len();
            let sections: String = added.iter().map(|added| format!("{}{ending}", section(added))).collect();
            splices.push(Splice { lines: end..end, by: new_part(document, order.session, &sections) });
        }
        return;
    };
    let present: Vec<_> = stays.iter().map(|block| (by_alphabet(block.name), block.lines.end)).collect();
    let first = stays.first().map_or(part.end, |first| with_comments(document, first.lines.start));
    for new in &added {
        let name = by_alphabet(&new.0);
        let before = present.iter().filter(|(present, _)| *present < name).map(|(_, end)| *end).max();
        splices.push(match before {
            Some(end) => Splice { lines: end..end, by: format!("{ending}{}", section(new)) },
            None => Splice { lines: first..first, by: format!("{}{ending}", section(new)) },
        });
    }
}

/// Where the comments right above a header begin.
fn with_comments(document: &Document, header: usize) -> usize {
    let above = document.lines()[..header].iter().rev();
    header - above.take_while(|line| line.kind == LineKind::Comment).count()
}

fn new_part(document: &Document, session: &str, sections: &str) -> String {
    let ending = splice::line_end(document);
    let (begin, end) = part::markers(session);
    let is_apart = document.lines().last().is_none_or(|line| line.kind == LineKind::Blank);
    let gap = if is_apart { "" } else { ending };
    let words =
        "# Written by `awsenv sso sync`, which keeps what you add to these profiles. Leave both marker lines as they are.";
    format!("{gap}{begin}{ending}{words}{ending}{ending}{sections}{end}{ending}")
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
