//! From a plan and its credentials to what the shell must change, and back.

use crate::state::{Entry, New, Old, PARKED_MARK, STATE_VARIABLE, State, secret_hash};
use crate::variable::{CONTRADICTING, CONTRADICTING_PREFIXES, is_parked};
use crate::{EnvSnapshot, Secret};

/// What a variable is to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Not set.
    Unset,
    /// This text.
    Text(String),
    /// This secret.
    Secret(Secret),
}

impl Value {
    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Unset => None,
            Self::Text(text) => Some(text.as_bytes()),
            Self::Secret(secret) => Some(secret.reveal().as_bytes()),
        }
    }
}

/// The variables that a shell is to have, in the order in which they are set.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    variables: Vec<(String, Value)>,
    /// What contradicts other profiles, but is what this one stands on.
    left_alone: &'static [&'static str],
}

impl Wanted {
    /// Wants a variable set.
    pub fn set(&mut self, name: &str, text: impl Into<String>) {
        self.put(name, Value::Text(text.into()));
    }

    /// Wants a secret variable set.
    pub fn set_secret(&mut self, name: &str, secret: Secret) {
        self.put(name, Value::Secret(secret));
    }

    /// Wants a variable not to be there.
    pub fn unset(&mut self, name: &str) {
        self.put(name, Value::Unset);
    }

    /// Wants a variable set, or not there.
    pub fn set_or_unset(&mut self, name: &str, text: Option<impl Into<String>>) {
        match text {
            Some(text) => self.set(name, text),
            None => self.unset(name),
        }
    }

    /// Leaves variables as they are, though they would contradict another profile.
    pub fn leave_alone(&mut self, names: &'static [&'static str]) {
        self.left_alone = names;
    }

    /// Returns the variables.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value))
    }

    fn put(&mut self, name: &str, value: Value) {
        match self.variables.iter_mut().find(|(other, _)| other == name) {
            Some(slot) => slot.1 = value,
            None => self.variables.push((name.to_owned(), value)),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.variables.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Wants everything gone that would contradict a profile: what it does not set itself and another tool, an earlier
    /// switch or a hand has left (formats.md §5.3, peers.md §3.3).
    pub fn clear_contradictions(&mut self, env: &EnvSnapshot, log: &[Entry]) {
        for name in CONTRADICTING {
            if self.get(name).is_none() && !self.left_alone.contains(name) {
                self.unset(name);
            }
        }
        let foreign: Vec<String> = env
            .names()
            .chain(log.iter().map(|entry| entry.name.as_str()))
            // A shell can neither set nor unset a name with other letters, and the log could not be read back.
            .filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
            .filter(|name| CONTRADICTING_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) && self.get(name).is_none())
            .map(str::to_owned)
            .collect();
        for name in foreign {
            self.unset(&name);
        }
    }
}

/// One change to a shell's environment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Set and export.
    Set(String, Vec<u8>),
    /// The same with a secret.
    SetSecret(String, Secret),
    /// Unset.
    Unset(String),
    /// Keep the present value, a secret, in an unexported variable of the shell.
    Park(String),
    /// Put the parked value back.
    RestoreParked(String),
    /// Forget the parked value: the user has set the variable anew since.
    DropParked(String),
}

/// What a shell must do, and the log to undo it with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnvDelta {
    /// In order: parks first, then unsets, then sets.
    pub changes: Vec<Change>,
    /// The variables as logged, for [`State::log`].
    pub log: Vec<Entry>,
}

/// Reads the state out of an environment; `None` when there is none or it is not ours.
pub fn current_state(env: &EnvSnapshot) -> Option<State> {
    env.text(STATE_VARIABLE).and_then(State::decode)
}

/// Returns the environment as it was before awsenv: what [`delta`] with nothing wanted would lead to. Parked secrets
/// are not in it, as only the shell has them; [`PARKED_MARK`] then is.
pub fn base_environment(env: &EnvSnapshot, state: Option<&State>) -> EnvSnapshot {
    let mut base = env.clone();
    base.put(STATE_VARIABLE, None);
    for entry in state.map_or(&[][..], |state| &state.log) {
        if entry.new.is(env.bytes(&entry.name)) {
            match &entry.old {
                Old::Unset => base.put(&entry.name, None),
                Old::Value(value) => base.put(&entry.name, Some(value.clone())),
                Old::Parked => {
                    base.put(&entry.name, None);
                    base.put(PARKED_MARK, Some(b"1".to_vec()));
                }
            }
        }
    }
    base
}

/// Decides the changes from the present environment and log to what is wanted. A variable that nobody wants any more
/// goes back to what it was, if it still is what awsenv made it; if not, it is the user's (the three-way restore).
pub fn delta(env: &EnvSnapshot, log: &[Entry], wanted: &Wanted) -> EnvDelta {
    let (mut parks, mut unsets, mut sets, mut new_log) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let logged_only = log.iter().map(|entry| entry.name.as_str()).filter(|name| wanted.get(name).is_none());
    for name in wanted.variables.iter().map(|(name, _)| name.as_str()).chain(logged_only) {
        let current = env.bytes(name);
        let logged = log.iter().find(|entry| entry.name == name);
        let ours = logged.filter(|entry| entry.new.is(current));
        let was_parked = logged.is_some_and(|entry| entry.old == Old::Parked);
        let Some(value) = wanted.get(name) else {
            match ours.map(|entry| &entry.old) {
                Some(Old::Unset) if current.is_some() => unsets.push(Change::Unset(name.to_owned())),
                Some(Old::Unset) => {}
                Some(Old::Value(old)) if current != Some(old) => sets.push(Change::Set(name.to_owned(), old.clone())),
                Some(Old::Value(_)) => {}
                Some(Old::Parked) => sets.push(Change::RestoreParked(name.to_owned())),
                None if was_parked => unsets.push(Change::DropParked(name.to_owned())),
                None => {}
            }
            continue;
        };
        let must_park = ours.is_none() && current.is_some_and(|current| !current.is_empty()) && is_parked(name);
        let old = match (ours, current) {
            (Some(entry), _) => entry.old.clone(),
            (None, None) => Old::Unset,
            (None, Some(_)) if must_park => Old::Parked,
            (None, Some(current)) => Old::Value(current.to_vec()),
        };
        let is_theirs = ours.is_none() && current == value.bytes();
        if was_parked && ours.is_none() && (is_theirs || !must_park) {
            unsets.push(Change::DropParked(name.to_owned()));
        }
        if is_theirs {
            continue;
        }
        if must_park {
            parks.push(Change::Park(name.to_owned()));
        }
        let new = match value {
            Value::Unset => New::Unset,
            Value::Text(text) => New::Value(text.as_bytes().to_vec()),
            Value::Secret(secret) => New::Secret(secret_hash(secret.reveal().as_bytes())),
        };
        if current != value.bytes() {
            match value {
                Value::Unset => unsets.push(Change::Unset(name.to_owned())),
                Value::Text(text) => sets.push(Change::Set(name.to_owned(), text.as_bytes().to_vec())),
                Value::Secret(secret) => sets.push(Change::SetSecret(name.to_owned(), secret.clone())),
            }
        }
        if (&old, &new) != (&Old::Unset, &New::Unset) {
            new_log.push(Entry { name: name.to_owned(), old, new });
        }
    }
    EnvDelta { changes: parks.into_iter().chain(unsets).chain(sets).collect(), log: new_log }
}

impl EnvDelta {
    /// Applies the changes to an environment, as a shell would, for a child process. `parked` are the secrets that the
    /// shell has kept; a child process of awsenv has none.
    pub fn apply(&self, env: &mut EnvSnapshot, parked: &mut EnvSnapshot) {
        for change in &self.changes {
            match change {
                Change::Set(name, value) => env.put(name, Some(value.clone())),
                Change::SetSecret(name, secret) => env.put(name, Some(secret.reveal().as_bytes().to_vec())),
                Change::Unset(name) => env.put(name, None),
                Change::Park(name) => {
                    let value = env.bytes(name).map(<[u8]>::to_vec);
                    parked.put(name, value);
                }
                Change::RestoreParked(name) => {
                    let value = parked.bytes(name).map(<[u8]>::to_vec);
                    env.put(name, value);
                    parked.put(name, None);
                }
                Change::DropParked(name) => parked.put(name, None),
            }
        }
    }
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "AWS_SECRET_ACCESS_KEY";

    fn old(text: &str) -> Old {
        Old::Value(text.into())
    }

    fn new(text: &str) -> New {
        New::Value(text.into())
    }

    fn hashed(text: &str) -> New {
        New::Secret(secret_hash(text.as_bytes()))
    }

    fn set(name: &str, text: &str) -> Change {
        Change::Set(name.into(), text.into())
    }

    /// One variable: what it is, what the log says of it, what is wanted of it; then what is changed and logged.
    fn check(
        name: &str,
        now: Option<&str>,
        log: Option<(Old, New)>,
        want: Option<Value>,
        changes: &[Change],
        logged: Option<(Old, New)>,
    ) {
        let env = EnvSnapshot::new(now.map(|text| (name, text)));
        let entry = |(old, new)| Entry { name: name.to_owned(), old, new };
        let mut wanted = Wanted::default();
        if let Some(value) = want.clone() {
            wanted.put(name, value);
        }
        let log: Vec<Entry> = log.map(entry).into_iter().collect();
        let found = delta(&env, &log, &wanted);
        let expected = EnvDelta { changes: changes.to_vec(), log: logged.map(entry).into_iter().collect() };
        assert_eq!(found, expected, "{name}={now:?}, log {log:?}, wanted {want:?}");
    }

    #[test]
    fn a_wanted_variable_is_set_and_its_old_value_logged() {
        let region = |now, log, want: &str, changes: &[Change], logged| {
            check("AWS_REGION", now, log, Some(Value::Text(want.into())), changes, logged);
        };
        region(None, None, "b", &[set("AWS_REGION", "b")], Some((Old::Unset, new("b"))));
        region(Some("a"), None, "b", &[set("AWS_REGION", "b")], Some((old("a"), new("b"))));
        // What is there already is the user's, and no business of ours.
        region(Some("b"), None, "b", &[], None);
        // A second switch keeps the first one's old value …
        region(Some("b"), Some((old("a"), new("b"))), "c", &[set("AWS_REGION", "c")], Some((old("a"), new("c"))));
        region(Some("b"), Some((Old::Unset, new("b"))), "b", &[], Some((Old::Unset, new("b"))));
        // … unless the user has changed it since.
        region(Some("x"), Some((old("a"), new("b"))), "c", &[set("AWS_REGION", "c")], Some((old("x"), new("c"))));
        region(None, Some((old("a"), new("b"))), "c", &[set("AWS_REGION", "c")], Some((Old::Unset, new("c"))));
        region(Some("c"), Some((old("a"), new("b"))), "c", &[], None);
    }

    #[test]
    fn an_unwanted_variable_is_unset_and_its_old_value_logged() {
        let vault = |now, log, changes: &[Change], logged| check("AWS_VAULT", now, log, Some(Value::Unset), changes, logged);
        let unset = [Change::Unset("AWS_VAULT".into())];
        vault(Some("a"), None, &unset, Some((old("a"), New::Unset)));
        vault(None, None, &[], None);
        vault(None, Some((old("a"), New::Unset)), &[], Some((old("a"), New::Unset)));
        vault(Some("x"), Some((old("a"), New::Unset)), &unset, Some((old("x"), New::Unset)));
        vault(Some("b"), Some((Old::Unset, new("b"))), &unset, None);
    }

    #[test]
    fn what_nobody_wants_any_more_goes_back_unless_the_user_changed_it() {
        let region = |now, log, changes: &[Change]| check("AWS_REGION", now, Some(log), None, changes, None);
        region(Some("b"), (old("a"), new("b")), &[set("AWS_REGION", "a")]);
        region(Some("b"), (Old::Unset, new("b")), &[Change::Unset("AWS_REGION".into())]);
        region(None, (old("a"), New::Unset), &[set("AWS_REGION", "a")]);
        region(Some("a"), (old("a"), new("a")), &[]);
        region(Some("x"), (old("a"), new("b")), &[]);
        region(None, (old("a"), new("b")), &[]);
        region(Some("x"), (old("a"), New::Unset), &[]);
    }

    #[test]
    fn a_secret_is_parked_and_never_logged() {
        let park = || Change::Park(SECRET.into());
        let drop = || Change::DropParked(SECRET.into());
        let set = |text: &str| Change::SetSecret(SECRET.into(), text.into());
        let unset = || Change::Unset(SECRET.into());
        let want = |text: &str| Some(Value::Secret(text.into()));
        let ours = || Some((Old::Parked, hashed("b")));
        check(SECRET, Some("a"), None, want("b"), &[park(), set("b")], ours());
        check(SECRET, Some("a"), None, Some(Value::Unset), &[park(), unset()], Some((Old::Parked, New::Unset)));
        check(SECRET, None, None, want("b"), &[set("b")], Some((Old::Unset, hashed("b"))));
        // An empty value is no secret, and comes back empty.
        check(SECRET, Some(""), None, want("b"), &[set("b")], Some((old(""), hashed("b"))));
        check(SECRET, Some("b"), ours(), want("c"), &[set("c")], Some((Old::Parked, hashed("c"))));
        check(SECRET, Some("b"), ours(), None, &[Change::RestoreParked(SECRET.into())], None);
        // The user's new secret takes the place of the parked one, which nobody will ask for again.
        check(SECRET, Some("x"), ours(), want("c"), &[park(), set("c")], Some((Old::Parked, hashed("c"))));
        check(SECRET, Some("x"), ours(), None, &[drop()], None);
        check(SECRET, None, ours(), want("c"), &[drop(), set("c")], Some((Old::Unset, hashed("c"))));
        check(SECRET, None, ours(), Some(Value::Unset), &[drop()], None);
        check(SECRET, Some("c"), ours(), want("c"), &[drop()], None);
    }

    #[test]
    fn parks_come_first_and_sets_last() {
        let env = EnvSnapshot::new([(SECRET, "a"), ("AWS_VAULT", "v")]);
        let mut wanted = Wanted::default();
        wanted.set("AWS_REGION", "r");
        wanted.set_secret(SECRET, "b".into());
        wanted.unset("AWS_VAULT");
        let kinds: Vec<String> = delta(&env, &[], &wanted).changes.iter().map(|change| format!("{change:?}")).collect();
        let starts = ["Park(", "Unset(", "Set(", "SetSecret("];
        assert!(kinds.len() == 4 && kinds.iter().zip(starts).all(|(kind, start)| kind.starts_with(start)), "{kinds:?}");
    }

    #[test]
    fn what_contradicts_a_profile_is_cleared() {
        let env = EnvSnapshot::new([("AWSUME_PROFILE", "x"), ("AWSUME_a,b", "x"), ("GRANTED_SSO", "x"), ("AWS_PAGER", "less")]);
        let log = [Entry { name: "AWSU_X".into(), old: old("x"), new: New::Unset }];
        let mut wanted = Wanted::default();
        wanted.set("AWS_PROFILE", "p");
        wanted.clear_contradictions(&env, &log);
        let is_unset = |name: &str| wanted.get(name) == Some(&Value::Unset);
        assert!(["AWS_SESSION_TOKEN", "AWS_VAULT", "AWSUME_PROFILE", "GRANTED_SSO", "AWSU_X"].into_iter().all(is_unset));
        assert_eq!(wanted.get("AWS_PROFILE"), Some(&Value::Text("p".into())), "what is set stays");
        // No shell can unset such a name, and the log with it could not be read back.
        assert_eq!((wanted.get("AWSUME_a,b"), wanted.get("AWS_PAGER")), (None, None));
    }
}
