//! `awsenv sso sync`: a profile for every account and role that a person may use in Identity Center.
//!
//! What the portal says ([`Portal`]), what that means for the config file ([`merge`]) and what a person is shown of it
//! ([`splice`]) are three things; the command brings them together. All but the portal is pure.

mod block;
pub(crate) mod merge;
mod names;
pub(crate) mod part;
mod portal;
pub(crate) mod splice;
pub(crate) mod template;
pub(crate) mod wanted;

pub(crate) use names::Otherwise;
pub(crate) use portal::Portal;

/// One role in one account. Sorted as a person looks for it: by the account's name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Assignment {
    /// As the server says it: anything.
    pub(crate) account_name: String,
    /// Twelve digits.
    pub(crate) account_id: String,
    /// Letters, digits and `_+=,.@-`.
    pub(crate) role: String,
    /// As the server says it.
    pub(crate) account_email: String,
}

impl Assignment {
    pub(crate) fn key(&self) -> Key {
        Key { account_id: self.account_id.clone(), role: self.role.clone() }
    }
}

/// What makes two profiles of a session the same one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Key {
    pub(crate) account_id: String,
    pub(crate) role: String,
}
