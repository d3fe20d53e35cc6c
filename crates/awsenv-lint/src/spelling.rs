//! Keys that nobody knows, and keys in the wrong place.

use awsenv_profile::{ProfileSet, Repair, Section, SectionKind};

use crate::collect::Findings;
use crate::finding::Lint;
use crate::keys::{self, Known};

pub(crate) fn lint(profiles: &ProfileSet, findings: &mut Findings) {
    for section in profiles.profiles().chain(profiles.sso_sessions()) {
        for (key, _) in section.settings() {
            match keys::judge(section.kind(), key.value) {
                Known::Fine => {}
                Known::Slip(meant) => misspelt(section, key, meant, true, findings),
                Known::Alias(meant) => misspelt(section, key, meant, false, findings),
                Known::Elsewhere(belongs, meant) => {
                    let lint = Lint::MisplacedKey { key: key.value.to_owned(), here: section.kind(), belongs, meant };
                    let repair = meant
                        .filter(|meant| section.kind() == SectionKind::SsoSession && section.get(meant).is_none())
                        .map(|meant| Repair::RenameKey { at: key.span, to: meant.to_owned() });
                    findings.push_repairable(lint, key.span, repair);
                }
            }
        }
    }
}

fn misspelt(
    section: Section<'_>,
    key: awsenv_profile::Spanned<&str>,
    meant: &'static str,
    is_slip: bool,
    findings: &mut Findings,
) {
    let lint = Lint::MisspeltKey { key: key.value.to_owned(), meant: meant.to_owned() };
    // With the right one there already, the slip may be an old value.
    let repair = (is_slip && section.get(meant).is_none()).then(|| Repair::RenameKey { at: key.span, to: meant.to_owned() });
    findings.push_repairable(lint, key.span, repair);
}
