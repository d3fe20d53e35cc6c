//! Which of the accounts and roles of the portal become profiles.

use awsenv_aws::SsoAccount;

use super::Assignment;
use crate::guard::matches;

/// Patterns of what to leave out; `*` is any text, `?` one character.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Filters {
    /// Of these alone, by name or id; none: of all.
    pub(crate) include_accounts: Vec<String>,
    /// Of none of these.
    pub(crate) exclude_accounts: Vec<String>,
    pub(crate) include_roles: Vec<String>,
    pub(crate) exclude_roles: Vec<String>,
}

impl Filters {
    /// Whether profiles of an account are wanted.
    pub(crate) fn wants_account(&self, account: &SsoAccount) -> bool {
        wants(&self.include_accounts, &self.exclude_accounts, &[&account.name, &account.id])
    }

    fn wants_role(&self, role: &str) -> bool {
        wants(&self.include_roles, &self.exclude_roles, &[role])
    }

    /// Returns the assignments of an account that are wanted, and the roles whose names no file can hold.
    pub(crate) fn assignments<'r>(&self, account: &SsoAccount, roles: &'r [String]) -> (Vec<Assignment>, Vec<&'r str>) {
        let (usable, unusable): (Vec<&String>, Vec<&String>) = roles.iter().partition(|role| is_role_name(role));
        let wanted = usable.into_iter().filter(|role| self.wants_role(role)).map(|role| Assignment {
            account_name: account.name.clone(),
            account_id: account.id.clone(),
            role: role.clone(),
            account_email: account.email.clone(),
        });
        (wanted.collect(), unusable.into_iter().map(String::as_str).collect())
    }
}

fn wants(include: &[String], exclude: &[String], names: &[&str]) -> bool {
    let any = |patterns: &[String]| patterns.iter().any(|pattern| names.iter().any(|name| matches(pattern, name)));
    (include.is_empty() || any(include)) && !any(exclude)
}

/// Whether Identity Center can have called a permission set so (`[\w+=,.@-]+`); the server is believed no more than that.
pub(crate) fn is_role_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 128 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_choose() {
        let account = |name: &str, id: &str| SsoAccount { name: name.to_owned(), id: id.to_owned(), email: String::new() };
        let list = |patterns: &[&str]| patterns.iter().map(|pattern| (*pattern).to_owned()).collect::<Vec<_>>();
        let filters = Filters {
            include_accounts: list(&["prod-*", "111111111111"]),
            exclude_accounts: list(&["*-old"]),
            exclude_roles: list(&["*ReadOnly"]),
            ..Filters::default()
        };
        let wanted = [("prod-a", "2"), ("dev", "111111111111"), ("dev", "2"), ("prod-old", "2")];
        assert_eq!(wanted.map(|(name, id)| filters.wants_account(&account(name, id))), [true, true, false, false]);
        let roles = list(&["Admin", "ReadOnly", "a\nb", "", "a # b", "Über"]);
        let (assignments, unusable) = filters.assignments(&account("prod-a", "2"), &roles);
        assert_eq!(assignments.iter().map(|one| one.role.as_str()).collect::<Vec<_>>(), ["Admin"]);
        assert_eq!(unusable, ["a\nb", "", "a # b", "Über"]);
    }
}
