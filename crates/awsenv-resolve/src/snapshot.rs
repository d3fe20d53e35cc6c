//! The environment, as a value.

use std::collections::BTreeMap;
use std::fmt;

/// The environment variables that a decision may look at. Whoever makes one decides what is in it; nothing in this
/// crate reads the process's own environment. Values are bytes, since a variable need not be UTF-8.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EnvSnapshot {
    variables: BTreeMap<String, Vec<u8>>,
}

impl EnvSnapshot {
    /// Takes names and values.
    pub fn new<N: Into<String>, V: Into<Vec<u8>>>(variables: impl IntoIterator<Item = (N, V)>) -> Self {
        Self { variables: variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }

    /// Returns a variable's bytes.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.variables.get(name).map(Vec::as_slice)
    }

    /// Returns a variable's text; `None` when it is not set or not UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.bytes(name).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// Returns a variable's text when it is set and not empty. Most AWS variables count as unset when empty.
    pub fn nonempty(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// Returns whether a variable is set to what the AWS CLI takes for true.
    pub fn is_true(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// Returns the names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    /// Sets a variable, or with `None` unsets it.
    pub fn put(&mut self, name: &str, value: Option<Vec<u8>>) {
        match value {
            Some(value) => {
                self.variables.insert(name.to_owned(), value);
            }
            None => {
                self.variables.remove(name);
            }
        }
    }
}

/// Shows the names only: among the values are secrets.
impl fmt::Debug for EnvSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}
