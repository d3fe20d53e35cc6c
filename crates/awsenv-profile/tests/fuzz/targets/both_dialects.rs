//! The SDKs' reading and the AWS CLI's: they agree but where `differences` says that they do not.

use std::collections::HashSet;

use awsenv_profile::cli::{self, CliSection, CliSections, CliValue, Difference, DifferenceKind};
use awsenv_profile::{ProfileSet, Section, Span, Visibility};

use super::Input;

pub(super) fn check(input: &Input) {
    let (config, credentials) = (input.config(), input.credentials());
    let set = ProfileSet::parse(Some(config.clone()), Some(credentials.clone()));
    let differences = cli::differences(&set);
    assert!(differences.is_sorted_by_key(|difference| (difference.span.file, difference.span.start)), "in the files' order");
    let has_mark = config.has_byte_order_mark() || credentials.has_byte_order_mark();
    let refused = differences.iter().any(|difference| matches!(difference.kind, DifferenceKind::OnlyCliRefuses(_)));
    let Ok(view) = cli::read(Some(&config), Some(&credentials)) else {
        assert!(refused || has_mark || !set.errors().is_empty(), "the AWS CLI refuses a file and nobody says so");
        return;
    };
    assert!(!refused, "the AWS CLI refuses nothing here: {differences:?}");
    if has_mark {
        // The SDKs refuse a first line with a mark, and so the line's other differences are not said.
        return;
    }
    let defaults = differences.iter().filter(|difference| difference.kind == DifferenceKind::CliReadsKeyEverywhere);
    let everywhere = defaults.map(|difference| set.sources().slice(difference.span).to_lowercase()).collect();
    let said = Said { set: &set, differences: &differences, everywhere };
    said.check(set.profiles(), &view.profiles);
    said.check(set.sso_sessions(), &view.sso_sessions);
    said.check(set.services_sections(), &view.services);
}

struct Said<'a> {
    set: &'a ProfileSet,
    differences: &'a [Difference],
    /// The keys below `[DEFAULT]`.
    everywhere: HashSet<String>,
}

impl Said<'_> {
    fn check<'s>(&self, sections: impl Iterator<Item = Section<'s>>, cli: &CliSections) {
        let mut names = HashSet::new();
        for section in sections.filter(|section| section.visibility() == Visibility::Everywhere) {
            names.insert(section.name());
            match cli.get(section.name()) {
                Some(other) => self.section(section, other),
                None => self.demand(DifferenceKind::OnlySdksReadSection, section.span()),
            }
        }
        for section in cli.iter().filter(|section| !names.contains(section.name())) {
            let (span, _) = section.header().expect("a section has a header");
            self.demand_of_cli(DifferenceKind::OnlyCliReadsSection, span);
        }
    }

    fn section(&self, sdk: Section<'_>, cli: &CliSection) {
        let mut keys = HashSet::new();
        for (key, value) in sdk.settings() {
            keys.insert(key.value);
            // What `[DEFAULT]` gives every section is said once, there.
            if self.everywhere.contains(key.value) {
                continue;
            }
            let Some(other) = cli.get(key.value) else {
                self.demand(DifferenceKind::OnlySdksReadKey, key.span);
                continue;
            };
            let is_same = match &other.value {
                CliValue::Text(text) => text == value.value,
                CliValue::Map(entries) => {
                    let last: std::collections::HashMap<_, _> =
                        sdk.sub_properties(key.value).iter().map(|(key, value)| (key.value, value.value)).collect();
                    let named = entries.iter().filter(|(key, _)| !key.is_empty());
                    named.clone().count() == last.len() && named.clone().all(|(key, value)| last.get(&**key) == Some(&&**value))
                }
            };
            let said = self.says(DifferenceKind::DifferentValue, value.span);
            assert_eq!(said, !is_same, "`{}` of `{}`: {:?}", key.value, sdk.name(), self.differences);
        }
        for setting in cli.settings().filter(|setting| !keys.contains(setting.key.as_str())) {
            if !self.says(DifferenceKind::CliReadsKeyEverywhere, setting.key_span) {
                self.demand_of_cli(DifferenceKind::OnlyCliReadsKey, setting.key_span);
            }
        }
    }

    fn says(&self, kind: DifferenceKind, span: Span) -> bool {
        self.differences.iter().any(|difference| difference.kind == kind && difference.span == span)
    }

    fn demand(&self, kind: DifferenceKind, span: Span) {
        assert!(self.says(kind, span), "nobody says {kind:?} of {span:?}: {:?}", self.differences);
    }

    /// What only the AWS CLI reads, unless the SDKs refuse the line: then that is the difference.
    fn demand_of_cli(&self, kind: DifferenceKind, span: Span) {
        let line = |span| (span, self.set.sources().location(span).line);
        let ((_, here), file) = (line(span), span.file);
        let is_refused = |other: Span| other.file == file && line(other).1 == here;
        if !self.set.errors().iter().any(|error| is_refused(error.span)) {
            self.demand(kind, span);
        }
    }
}
