//! Which profile gets which name, when several want the same one.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::template::{Template, cleaned};
use super::{Assignment, Key};

/// Why a profile is not called what the template says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Otherwise {
    /// Another account and role would have the same name.
    Shared,
    /// The name belongs to something else already.
    Taken,
}

/// Gives every assignment a name that no other has.
///
/// What has a name of the template's already keeps it, so that a new account of the same name takes nothing away from
/// anybody. Of several that are new none gets the plain name: it would be an accident which. `taken` are names that stand for
/// something else, `held` those of profiles that an earlier sync wrote.
pub(crate) fn names(
    template: &Template,
    session: &str,
    assignments: &[Assignment],
    taken: &HashSet<String>,
    held: &HashMap<Key, String>,
) -> Vec<(String, Option<Otherwise>)> {
    let plain: Vec<String> = assignments.iter().map(|assignment| template.name(session, assignment)).collect();
    let mut wanted: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &plain {
        *wanted.entry(name).or_default() += 1;
    }
    let candidates = |at: usize| {
        let (account_id, role) = (&assignments[at].account_id, cleaned(&assignments[at].role));
        [plain[at].clone(), format!("{}-{account_id}", plain[at]), format!("{}-{account_id}-{role}", plain[at])]
    };
    let mut used: HashSet<String> = HashSet::new();
    let mut names: Vec<Option<String>> = vec![None; assignments.len()];
    for (at, assignment) in assignments.iter().enumerate() {
        let held = held.get(&assignment.key()).filter(|held| candidates(at).contains(held));
        names[at] = held.filter(|held| used.insert((*held).clone())).cloned();
    }
    let is_free = |name: &str, used: &HashSet<String>| !taken.contains(name) && !used.contains(name) && name != "default";
    for (plain, name) in plain.iter().zip(&mut names) {
        if name.is_none() && wanted[plain.as_str()] == 1 && is_free(plain, &used) {
            used.insert(plain.clone());
            *name = Some(plain.clone());
        }
    }
    for (at, name) in names.iter_mut().enumerate().filter(|(_, name)| name.is_none()) {
        let [_, with_account, with_role] = candidates(at);
        let numbered = (2..).map(|number| format!("{with_role}-{number}"));
        *name = [with_account, with_role.clone()].into_iter().chain(numbered).find(|name| is_free(name, &used));
        used.extend(name.clone());
    }
    let why = |at: usize, name: &str| {
        let otherwise = if wanted[plain[at].as_str()] > 1 { Otherwise::Shared } else { Otherwise::Taken };
        (name != plain[at]).then_some(otherwise)
    };
    names.into_iter().enumerate().filter_map(|(at, name)| name.map(|name| (name.clone(), why(at, &name)))).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn assignment(account_name: &str, account_id: &str, role: &str) -> Assignment {
        let [account_name, account_id, role] = [account_name, account_id, role].map(str::to_owned);
        Assignment { account_name, account_id, role, account_email: String::new() }
    }

    fn given(template: &str, assignments: &[Assignment], taken: &[&str], held: &[(&str, &str, &str)]) -> Vec<String> {
        let taken = taken.iter().map(|name| (*name).to_owned()).collect();
        let key = |id: &str, role: &str| Key { account_id: id.to_owned(), role: role.to_owned() };
        let held = held.iter().map(|(id, role, name)| (key(id, role), (*name).to_owned())).collect();
        let names = names(&Template::parse(template).unwrap(), "corp", assignments, &taken, &held);
        let mark = |why| match why {
            None => "",
            Some(Otherwise::Shared) => " shared",
            Some(Otherwise::Taken) => " taken",
        };
        names.into_iter().map(|(name, why)| format!("{name}{}", mark(why))).collect()
    }

    #[test]
    fn several_that_are_new_are_told_apart_by_their_account() {
        let all = [assignment("prod", "1", "A"), assignment("prod", "2", "A"), assignment("prod", "2", "B")];
        assert_eq!(given("{account_name}/{role}", &all, &[], &[]), ["prod/A-1 shared", "prod/A-2 shared", "prod/B"]);
        assert_eq!(given("{account_name}", &all[1..], &[], &[]), ["prod-2 shared", "prod-2-B shared"]);
    }

    #[test]
    fn a_name_once_given_stays() {
        let all = [assignment("prod", "1", "A"), assignment("prod", "2", "A")];
        let held = [("2", "A", "prod/A")];
        assert_eq!(given("{account_name}/{role}", &all, &[], &held), ["prod/A-1 shared", "prod/A"]);
        let held = [("1", "A", "prod/A-1")];
        assert_eq!(given("{account_name}/{role}", &all[..1], &[], &held), ["prod/A-1 taken"]);
        let held = [("1", "A", "of-another-template")];
        assert_eq!(given("{account_name}/{role}", &all[..1], &[], &held), ["prod/A"]);
    }

    #[test]
    fn what_is_taken_is_left_and_default_is_never_given() {
        let all = [assignment("prod", "1", "A"), assignment("default", "2", "A")];
        assert_eq!(given("{account_name}", &all, &["prod", "prod-1"], &[]), ["prod-1-A taken", "default-2 taken"]);
        let taken = ["prod", "prod-1", "prod-1-A", "prod-1-A-2"];
        assert_eq!(given("{account_name}", &all[..1], &taken, &[]), ["prod-1-A-3 taken"]);
    }
}
