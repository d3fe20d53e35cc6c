//! Lines that somebody refuses, and lines that the AWS CLI and the SDKs read differently.

use awsenv_profile::cli::{self, CliErrorKind, Difference, DifferenceKind};
use awsenv_profile::{FileKind, ProfileSet, Repair, SectionKind, SourceFile, Span, SyntaxWarningKind};

use crate::collect::Findings;
use crate::finding::Lint;
use crate::values;

pub(crate) fn lint(profiles: &ProfileSet, findings: &mut Findings) {
    let differences = cli::differences(profiles);
    for error in profiles.errors() {
        let sdks_alone = |difference: &Difference| {
            matches!(difference.kind, DifferenceKind::OnlySdksRefuse(_)) && difference.span == error.span
        };
        findings.push(Lint::BrokenLine { kind: error.kind, cli: !differences.iter().any(sdks_alone) }, error.span);
    }
    for kind in [FileKind::Config, FileKind::Credentials] {
        let has_doubles = has_doubles(profiles, kind);
        let mut of_default = false;
        for difference in differences.iter().filter(|difference| difference.span.file == kind) {
            // Every key below `[DEFAULT]` has the same cause.
            let is_of_default = difference.kind == DifferenceKind::CliReadsKeyEverywhere;
            if !(is_of_default && of_default) {
                differs(profiles, difference, has_doubles, findings);
            }
            of_default |= is_of_default;
        }
    }
}

fn differs(profiles: &ProfileSet, difference: &Difference, has_doubles: bool, findings: &mut Findings) {
    let span = difference.span;
    let slice = |span| profiles.sources().slice(span);
    match difference.kind {
        // Both are found above, with the first of the two.
        DifferenceKind::OnlyCliRefuses(CliErrorKind::DuplicateSection | CliErrorKind::DuplicateKey) => {}
        DifferenceKind::OnlyCliRefuses(kind) => findings.push(Lint::CliRefuses { kind }, span),
        // These are errors or warnings of the text already.
        DifferenceKind::OnlySdksRefuse(_) | DifferenceKind::OnlyCliReadsSection => {}
        DifferenceKind::DifferentValue => {
            let section = difference.section.as_ref();
            let key = section.and_then(|section| key_of(profiles, section.kind, &section.name, span));
            let text = profiles.sources().file(span.file).map_or("", SourceFile::text);
            let behind = text.get(span.end() as usize..).and_then(|rest| rest.lines().next()).unwrap_or_default().trim_start();
            let at = difference.cli_span.is_none_or(|cli| cli.start == span.start && cli.file == span.file);
            match key {
                Some(key) if at && behind.starts_with(['#', ';']) && !slice(span).contains('\n') => {
                    // In quotes, in a command and in an address `#` may well belong to the value.
                    let is_whole = values::is_surely(profiles, &key, slice(span));
                    let repair = is_whole.then_some(Repair::LiftComment { at: span });
                    findings.push_repairable(Lint::InlineComment { key }, span, repair);
                }
                _ if difference.cli_span.is_some() && has_doubles => {}
                _ => findings.push(Lint::ReadDifferently { kind: difference.kind }, span),
            }
        }
        DifferenceKind::OnlyCliReadsKey
        | DifferenceKind::OnlySdksReadKey
        | DifferenceKind::OnlySdksReadSection
        | DifferenceKind::CliReadsKeyEverywhere => {
            if !findings.has(span) && !has_doubles {
                findings.push(Lint::ReadDifferently { kind: difference.kind }, span);
            }
        }
    }
}

/// Whether a file has something twice: what then differs between the readers follows from it, and is not said again.
fn has_doubles(profiles: &ProfileSet, kind: FileKind) -> bool {
    let Some(file) = profiles.sources().file(kind) else { return false };
    let mut warnings = profiles.warnings().iter().filter(|warning| warning.span.file == kind);
    let is_refused = match kind {
        FileKind::Config => cli::read(Some(file), None),
        FileKind::Credentials => cli::read(None, Some(file)),
    }
    .is_err_and(|error| matches!(error.kind, CliErrorKind::DuplicateSection | CliErrorKind::DuplicateKey));
    let is_double = |kind| matches!(kind, SyntaxWarningKind::DefaultShadowed | SyntaxWarningKind::CliOnlySectionShadowed);
    is_refused || warnings.any(|warning| is_double(warning.kind))
}

fn key_of(profiles: &ProfileSet, kind: SectionKind, name: &str, value: Span) -> Option<String> {
    let section = match kind {
        SectionKind::Profile => profiles.profile(name),
        SectionKind::SsoSession => profiles.sso_session(name),
        SectionKind::Services => profiles.services(name),
        SectionKind::Unknown => None,
    }?;
    section.settings().find(|(_, other)| other.span == value).map(|(key, _)| key.value.to_owned())
}
