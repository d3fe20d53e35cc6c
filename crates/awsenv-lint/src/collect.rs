//! Findings, as they come together.

use std::collections::HashSet;

use awsenv_profile::{Repair, Span};

use crate::finding::{Finding, Lint};

/// What has been found so far.
#[derive(Default)]
pub(crate) struct Findings {
    list: Vec<Finding>,
    known: HashSet<Span>,
}

impl Findings {
    pub(crate) fn push(&mut self, lint: Lint, span: Span) {
        self.add(Finding { lint, span, also: Vec::new(), repair: None });
    }

    pub(crate) fn push_repairable(&mut self, lint: Lint, span: Span, repair: Option<Repair>) {
        self.add(Finding { lint, span, also: Vec::new(), repair });
    }

    pub(crate) fn push_with(&mut self, lint: Lint, span: Span, also: Vec<Span>) {
        self.add(Finding { lint, span, also, repair: None });
    }

    fn add(&mut self, finding: Finding) {
        self.known.insert(finding.span);
        self.list.push(finding);
    }

    /// Returns whether something about this place is known already.
    pub(crate) fn has(&self, span: Span) -> bool {
        self.known.contains(&span)
    }

    pub(crate) fn sorted(mut self) -> Vec<Finding> {
        self.list.sort_by_key(|finding| (finding.span.file, finding.span.start));
        self.list
    }
}
