//! The text itself: lines that somebody refuses, sections that nobody reads, what the AWS CLI and the SDKs read differently.

use awsenv_profile::cli;
use awsenv_profile::{
    Document, FileKind, IgnoredSection, ProfileSet, Repair, SectionKind, SectionLines, SourceFile, Span, SyntaxWarning,
    SyntaxWarningKind,
};

use crate::collect::Findings;
use crate::finding::{Finding, Lint};
use crate::{differences, duplicates, keys};

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
            let repair = meant.clone().map(|to| Repair::RenameSection { at: span, to });
            findings.push_repairable(Lint::SectionIgnored { name, why, meant }, span, repair);
        }
        SyntaxWarningKind::CliOnlySection => {
            let unprefixed = name.strip_prefix("profile ").map(str::trim).filter(|_| file == FileKind::Credentials);
            match unprefixed {
                Some(meant) => {
                    let is_free = profiles.profile(meant).is_none_or(|profile| profile.span_in(file).is_none());
                    let repair = is_free.then(|| Repair::RenameSection { at: span, to: meant.to_owned() });
                    let (why, meant) = (IgnoredSection::PrefixInCredentials, Some(meant.to_owned()));
                    findings.push_repairable(Lint::SectionIgnored { name, why, meant }, span, repair);
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

/// The header that was most likely meant, where no section has it yet.
fn meant(profiles: &ProfileSet, document: &Document, name: &str, why: IgnoredSection, span: Span) -> Option<String> {
    let section = document.sections().iter().find(|section| {
        let line = document.lines()[section.lines.start].span;
        line.start <= span.start && span.start < line.end()
    })?;
    let is_key = |property: awsenv_profile::PropertyLines| {
        keys::is_of_a_profile(&document.source().slice(property.key).to_ascii_lowercase())
    };
    let (prefix, name) = match why {
        IgnoredSection::NoPrefix if name.contains(char::is_whitespace) => return None,
        IgnoredSection::NoPrefix => (document.properties(section).any(is_key).then_some("profile")?, name),
        IgnoredSection::UnknownPrefix => {
            let (prefix, name) = name.split_once(char::is_whitespace)?;
            let plain = prefix.to_ascii_lowercase().replace(['_', '-', '.'], "");
            let known = ["profile", "sso-session", "services"].into_iter();
            let near = known.clone().find(|known| awsenv_resolve::distance(&plain, &known.replace('-', ""), 1).is_some());
            (near?, name.trim())
        }
        IgnoredSection::PrefixInCredentials | IgnoredSection::InvalidName | IgnoredSection::NoName => return None,
    };
    let (taken, header) = match prefix {
        "sso-session" => (profiles.sso_session(name).is_some(), format!("sso-session {name}")),
        "services" => (profiles.services(name).is_some(), format!("services {name}")),
        _ if name.eq_ignore_ascii_case("default") => {
            (profiles.profile("default").is_some_and(|it| it.span_in(FileKind::Config).is_some()), "default".to_owned())
        }
        _ => (profiles.profile(name).is_some_and(|it| it.span_in(FileKind::Config).is_some()), format!("profile {name}")),
    };
    (!taken).then_some(header)
}
