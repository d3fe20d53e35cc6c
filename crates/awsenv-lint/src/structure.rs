//! The text itself: lines that somebody refuses, sections that nobody reads, what the AWS CLI and the SDKs read differently.

use awsenv_profile::cli;
use awsenv_profile::{
    Document, FileKind, IgnoredSection, ProfileSet, Repair, SectionKind, SectionLines, SourceFile, Span, SyntaxWarning,
    SyntaxWarningKind,
};

use crate::collect::Findings;
use crate::finding::{Finding, Lint};
use crate::headers::meant;
use crate::{differences, duplicates};

/// From here on a file is no configuration any more, in bytes: four thousand profiles are half of it.
const LARGE: usize = 1 << 20;

pub(crate) fn lint(profiles: &ProfileSet, documents: &[Document], findings: &mut Findings) {
    for document in documents {
        let file = document.source();
        text(file, findings);
        duplicates::lint(document, findings);
        for warning in profiles.warnings().iter().filter(|warning| warning.span.file == file.kind()) {
            ignored(profiles, document, warning, findings);
        }
    }
    differences::lint(profiles, findings);
}

/// Returns the line for which the AWS CLI refuses one of the files, and with it every command, whatever profile it is for.
#[must_use]
pub fn cli_refusal(profiles: &ProfileSet) -> Option<Finding> {
    let sources = profiles.sources();
    let error = cli::read(sources.file(FileKind::Config), sources.file(FileKind::Credentials)).err()?;
    let mut findings = Findings::default();
    lint(profiles, &crate::documents(profiles), &mut findings);
    let line_of = |span: Span| (span.file, sources.location(span).line);
    findings.sorted().into_iter().find(|finding| {
        let is_refusal = matches!(
            finding.lint,
            Lint::ByteOrderMark
                | Lint::DuplicateSection { .. }
                | Lint::DuplicateKey { .. }
                | Lint::CliRefuses { .. }
                | Lint::BrokenLine { cli: true, .. }
        );
        is_refusal && line_of(finding.span) == line_of(error.span)
    })
}

fn text(file: &SourceFile, findings: &mut Findings) {
    let text = file.text();
    let at = |start: usize, len: u32| Span { file: file.kind(), start: u32::try_from(start).unwrap_or(u32::MAX), len };
    if let Some(nul) = text.find('\0') {
        findings.push(Lint::Binary, at(nul, 1));
    }
    if text.len() > LARGE {
        findings.push(Lint::Large { bytes: text.len() }, at(0, 0));
    }
    let all = text.matches('\n').count();
    let crlf = text.matches("\r\n").count();
    let lf = all - crlf;
    if crlf > 0 && lf > 0 {
        let is_it = |line: &&str| line.ends_with("\r\n") == (crlf < lf);
        let mut start = 0;
        let line = text.split_inclusive('\n').inspect(|line| start += line.len()).find(is_it).map_or(0, str::len);
        findings.push(Lint::MixedLineEnds { crlf, lf }, at(start - line, 0));
    }
}

fn ignored(profiles: &ProfileSet, document: &Document, warning: &SyntaxWarning, findings: &mut Findings) {
    let (span, file) = (warning.span, warning.span.file);
    let (kind, name) = match &warning.section {
        Some(section) => (section.kind, section.name.to_string()),
        None => (SectionKind::Unknown, String::new()),
    };
    match warning.kind {
        SyntaxWarningKind::ByteOrderMark => {
            findings.push_repairable(Lint::ByteOrderMark, span, Some(Repair::RemoveByteOrderMark));
        }
        SyntaxWarningKind::IgnoredSection(why) => {
            // The AWS CLI takes it for something else, which is said at its first key.
            if name == "DEFAULT" {
                return;
            }
            let meant = meant(profiles, document, &name, why, span);
            // A section of another program's is its own affair.
            if why == IgnoredSection::NoPrefix && meant.is_none() {
                return;
            }
            let is_taken = meant.as_ref().is_some_and(|meant| meant.is_taken);
            let to = meant.as_ref().filter(|meant| meant.is_sure && !meant.is_taken).map(|meant| meant.header.clone());
            let repair = to.map(|to| Repair::RenameSection { at: span, to });
            let meant = meant.map(|meant| meant.header);
            findings.push_repairable(Lint::SectionIgnored { name, why, meant, is_taken }, span, repair);
        }
        SyntaxWarningKind::CliOnlySection => {
            let unprefixed = name.strip_prefix("profile ").map(str::trim).filter(|_| file == FileKind::Credentials);
            match unprefixed {
                Some(meant) => {
                    let is_free = profiles.profile(meant).is_none_or(|profile| profile.span_in(file).is_none());
                    let repair = is_free.then(|| Repair::RenameSection { at: span, to: meant.to_owned() });
                    let (why, meant) = (IgnoredSection::PrefixInCredentials, Some(meant.to_owned()));
                    findings.push_repairable(Lint::SectionIgnored { name, why, meant, is_taken: !is_free }, span, repair);
                }
                // A broken header is an error already.
                None if profiles
                    .errors()
                    .iter()
                    .any(|error| error.span.start <= span.start && span.end() <= error.span.end()) => {}
                None => findings.push(Lint::CliOnlySection { kind, name }, span),
            }
        }
        SyntaxWarningKind::CliOnlySectionShadowed => findings.push(Lint::CliOnlySection { kind, name }, span),
        SyntaxWarningKind::DefaultShadowed => {
            let is_default = |prefix: bool| {
                move |section: &&SectionLines| {
                    section.has_prefix == prefix && &*section.name.name == "default" && section.name.kind == SectionKind::Profile
                }
            };
            let other = document.sections().iter().find(is_default(true));
            let own = document.sections().iter().find(is_default(false));
            let same = own.zip(other).is_some_and(|(own, other)| {
                duplicates::repeats(document, own, other) && duplicates::repeats(document, other, own)
            });
            let other = other.map(|other| duplicates::header_span(document, other));
            let repair = other.filter(|_| same).map(|at| Repair::RemoveSection { at });
            findings.push_repairable(Lint::DefaultTwice { other }, span, repair);
        }
        SyntaxWarningKind::IgnoredKey => {
            let key = profiles.sources().slice(span).to_owned();
            findings.push(Lint::KeyIgnored { key }, span);
        }
    }
}
