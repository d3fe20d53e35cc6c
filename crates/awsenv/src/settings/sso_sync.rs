//! `[sso-sync "SESSION"]`: what `awsenv sso sync` was told last, so that it need not be told again.
//!
//! ```ini
//! [sso-sync "corp"]
//! template = {account_name}/{role}
//! region = eu-west-1
//! output = json
//! include_accounts = prod-*, 111122223333   ; by name or id
//! exclude_roles = *ReadOnly
//! ```

use crate::guard::Expected;
use crate::sso_sync::merge::Defaults;
use crate::sso_sync::template::Template;
use crate::sso_sync::wanted::Filters;

/// What is remembered of one session.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct SyncSettings {
    pub(crate) session: String,
    pub(crate) template: Option<String>,
    pub(crate) defaults: Defaults,
    pub(crate) filters: Filters,
}

impl SyncSettings {
    pub(crate) fn new(session: &str) -> Self {
        Self { session: session.to_owned(), ..Self::default() }
    }

    /// Takes one line.
    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<(), Expected> {
        let text = || Some(value.to_owned()).filter(|value| !value.is_empty());
        match key {
            "template" => {
                let checked = if value.is_empty() { Ok(()) } else { Template::parse(value).map(|_| ()) };
                checked.map_err(|what| Expected { is_known: true, help: format!("it takes {what}") })?;
                self.template = text();
            }
            "region" => self.defaults.region = text(),
            "output" => self.defaults.output = text(),
            "include_accounts" => self.filters.include_accounts = patterns(value),
            "exclude_accounts" => self.filters.exclude_accounts = patterns(value),
            "include_roles" => self.filters.include_roles = patterns(value),
            "exclude_roles" => self.filters.exclude_roles = patterns(value),
            _ => {
                let help = "the settings of sso-sync are template, region, output, include_accounts, exclude_accounts, include_roles, exclude_roles";
                return Err(Expected { is_known: false, help: help.to_owned() });
            }
        }
        Ok(())
    }

    /// Every setting as it is written; `None`: not at all.
    pub(crate) fn lines(&self) -> [(&'static str, Option<String>); 7] {
        let list = |patterns: &[String]| Some(patterns.join(", ")).filter(|text| !text.is_empty());
        let Filters { include_accounts, exclude_accounts, include_roles, exclude_roles } = &self.filters;
        [
            ("template", self.template.clone()),
            ("region", self.defaults.region.clone()),
            ("output", self.defaults.output.clone()),
            ("include_accounts", list(include_accounts)),
            ("exclude_accounts", list(exclude_accounts)),
            ("include_roles", list(include_roles)),
            ("exclude_roles", list(exclude_roles)),
        ]
    }
}

fn patterns(value: &str) -> Vec<String> {
    value.split(',').map(|pattern| pattern.trim().to_owned()).filter(|pattern| !pattern.is_empty()).collect()
}
