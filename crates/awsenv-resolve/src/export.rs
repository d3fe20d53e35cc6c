//! From a plan and its credentials to what the shell must change, and back.

use crate::state::{Entry, New, Old, PARKED_MARK, STATE_VARIABLE, State, secret_hash};
use crate::variable::{CONTRADICTING, CONTRADICTING_PREFIXES, is_secret};
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
            if self.get(name).is_none() {
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
        let must_park = ours.is_none() && current.is_some_and(|current| !current.is_empty()) && is_secret(name);
        let old = match (ours, current) {
            (Some(entry), _) => entry.old.clone(),
            (None, None) => Old::Unset,
            (None, Some(_)) if must_park => Old::Parked,
            (None, Some(current)) => Old::Value(current.to_vec()),
        };
        if was_parked && ours.is_none() && !must_park {
            unsets.push(Change::DropParked(name.to_owned()));
        }
        if ours.is_none() && current == value.bytes() {
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
