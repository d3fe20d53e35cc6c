//! Findings, as they come together.

use awsenv_profile::{Repair, Span};

use crate::finding::{Finding, Lint};

/// What has been found so far.
#[derive(Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub(crate) fn push(&mut self, lint: Lint, span: Span) {
        self.0.push(Finding { lint, span, also: Vec::new(), repair: None });
    }

    pub(crate) fn push_repairable(&mut self, lint: Lint, span: Span, repair: Option<Repair>) {
        self.0.push(Finding { lint, span, also: Vec::new(), repair });
    }

    pub(crate) fn push_with(&mut self, lint: Lint, span: Span, also: Vec<Span>) {
        self.0.push(Finding { lint, span, also, repair: None });
    }

    /// Returns whether something about this place is known already.
    pub(crate) fn has(&self, span: Span) -> bool {
        self.0.iter().any(|finding| finding.span == span)
    }

    pub(crate) fn sorted(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| (finding.span.file, finding.span.start));
        self.0
    }
}
