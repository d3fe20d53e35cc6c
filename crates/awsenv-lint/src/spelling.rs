//! Keys that nobody knows, and keys in the wrong place.

use std::collections::HashMap;

use awsenv_profile::{Document, ProfileSet, Repair, Section, SectionKind, SectionLines, Span, Spanned};

use crate::collect::Findings;
use crate::finding::Lint;
use crate::keys::{self, Known};

pub(crate) fn lint(profiles: &ProfileSet, documents: &[Document], findings: &mut Findings) {
    for document in documents {
        // Two slips for one key in one section would be that key twice.
        let mut slips: HashMap<(SectionKind, &str, &str), usize> = HashMap::new();
        let mut found = Vec::new();
        for lines in document.sections() {
            let Some(section) = merged(profiles, lines) else { continue };
            for property in document.properties(lines) {
                let key = document.source().slice(property.key).to_ascii_lowercase();
                // A key of other letters is no setting at all, which is said elsewhere.
                if section.get(&key).is_none() {
                    continue;
                }
                let known = keys::judge(section.kind(), &key);
                if let Known::Slip(meant) | Known::Alias(meant) = known {
                    *slips.entry((section.kind(), section.name(), meant)).or_default() += 1;
                }
                if known != Known::Fine {
                    found.push((section, Spanned { value: key, span: property.key }, known));
                }
            }
        }
        for (section, key, known) in found {
            match known {
                Known::Fine => {}
                Known::Slip(meant) | Known::Alias(meant) => {
                    let is_slip = matches!(known, Known::Slip(_));
                    let is_alone = slips.get(&(section.kind(), section.name(), meant)) == Some(&1);
                    let line = Line { key: key.value, at: key.span, right: section.key_span(meant) };
                    misspelt(line, meant, is_slip && is_alone, findings);
                }
                Known::Elsewhere(belongs, meant) => {
                    let lint = Lint::MisplacedKey { key: key.value, here: section.kind(), belongs, meant };
                    let repair = meant
                        .filter(|meant| section.kind() == SectionKind::SsoSession && section.get(meant).is_none())
                        .map(|meant| Repair::RenameKey { at: key.span, to: meant.to_owned() });
                    findings.push_repairable(lint, key.span, repair);
                }
            }
        }
    }
}

/// The section of these lines, if anybody reads them.
fn merged<'a>(profiles: &'a ProfileSet, lines: &SectionLines) -> Option<Section<'a>> {
    let section = match lines.name.kind {
        SectionKind::Profile => profiles.profile(&lines.name.name),
        SectionKind::SsoSession => profiles.sso_session(&lines.name.name),
        SectionKind::Services | SectionKind::Unknown => None,
    };
    section.filter(|section| lines.visibility == Some(section.visibility()))
}

/// A setting with a slip in its key.
pub(crate) struct Line {
    pub(crate) key: String,
    pub(crate) at: Span,
    /// Where the right key stands, if it is there too.
    pub(crate) right: Option<Span>,
}

/// Reports it; with the right key there already, the slip may be an old value.
pub(crate) fn misspelt(line: Line, meant: &str, may_rename: bool, findings: &mut Findings) {
    let Line { key, at, right } = line;
    let repair = (may_rename && right.is_none()).then(|| Repair::RenameKey { at, to: meant.to_owned() });
    findings.push_repairable(Lint::MisspeltKey { key, meant: meant.to_owned(), right }, at, repair);
}
