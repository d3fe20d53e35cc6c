//! The text itself: lines that somebody refuses, sections that nobody reads, what the AWS CLI and the SDKs read differently.

use std::collections::HashMap;

use awsenv_profile::cli::{self, CliErrorKind, Difference, DifferenceKind};
use awsenv_profile::{
    Document, FileKind, IgnoredSection, ProfileSet, Repair, SectionKind, SectionLines, SourceFile, Span, SyntaxWarning,
    SyntaxWarningKind,
};

use crate::collect::Findings;
use crate::finding::Lint;
use crate::keys;

/// From here on a file is no configuration any more, in bytes: four thousand profiles are half of it.
const LARGE: usize = 1 << 20;

pub(crate) fn lint(profiles: &ProfileSet, findings: &mut Findings) {
    for kind in [FileKind::Config, FileKind::Credentials] {
        if let Some(file) = profiles.sources().file(kind) {
            text(file, findings);
            let document = Document::parse(file.clone());
            duplicates(&document, findings);
            for warning in profiles.warnings().iter().filter(|warning| warning.span.file == kind) {
                ignored(profiles, &document, warning, findings);
            }
        }
    }
    let doubled = [FileKind::Config, FileKind::Credentials].map(|kind| (kind, has_doubles(profiles, kind)));
    let mut everywhere: Vec<FileKind> = Vec::new();
    let differences = cli::differences(profiles);
    for error in profiles.errors() {
        let sdks_alone = |difference: &Difference| {
            matches!(difference.kind, DifferenceKind::OnlySdksRefuse(_)) && difference.span == error.span
        };
        findings.push(Lint::BrokenLine { kind: error.kind, cli: !differences.iter().any(sdks_alone) }, error.span);
    }
    for difference in differences {
        if difference.kind == DifferenceKind::CliReadsKeyEverywhere {
            // Every key below `[DEFAULT]` has the same cause.
            if everywhere.contains(&difference.span.file) {
                continue;
            }
            everywhere.push(difference.span.file);
        }
        let has_doubles = doubled.contains(&(difference.span.file, true));
        differs(profiles, &difference, has_doubles, findings);
    }
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

/// Headers and keys that are there twice, letter for letter: Python's `configparser` refuses the file.
fn duplicates(document: &Document, findings: &mut Findings) {
    let mut headers: HashMap<&str, &SectionLines> = HashMap::new();
    for section in document.sections() {
        let header = document.line_text(&document.lines()[section.lines.start]);
        let Some(inner) = header.trim_start().strip_prefix('[').and_then(|rest| rest.rsplit_once(']')).map(|(inner, _)| inner)
        else {
            continue;
        };
        if let Some(first) = headers.get(inner) {
            let (at, first_at) = (name_span(document, section), name_span(document, first));
            let repair = repeats(document, first, section).then_some(Repair::RemoveSection { at });
            findings.push_repairable(Lint::DuplicateSection { name: inner.to_owned(), first: first_at }, at, repair);
        } else {
            headers.insert(inner, section);
        }
        let mut keys: HashMap<String, (Span, Option<String>)> = HashMap::new();
        for property in document.properties(section) {
            let key = document.source().slice(property.key).to_ascii_lowercase();
            let value = value(document, &property);
            match keys.get(&key) {
                None => {
                    keys.insert(key, (property.key, value));
                }
                Some((first, old)) => {
                    let repair = (value.is_some() && *old == value).then_some(Repair::RemoveSetting { at: property.key });
                    findings.push_repairable(Lint::DuplicateKey { key, first: *first }, property.key, repair);
                }
            }
        }
    }
}

fn name_span(document: &Document, section: &SectionLines) -> Span {
    let line = &document.lines()[section.lines.start];
    Span { len: line.span.len - line.ending, ..line.span }
}

/// A setting's value where it has one line.
fn value(document: &Document, property: &awsenv_profile::PropertyLines) -> Option<String> {
    (property.lines.len() == 1).then(|| document.source().slice(property.value).to_owned())
}

/// Whether every setting of the later section is in the earlier one, with the same value.
fn repeats(document: &Document, earlier: &SectionLines, later: &SectionLines) -> bool {
    let settings = |section: &SectionLines| {
        let properties = document.properties(section);
        properties
            .map(|property| Some((document.source().slice(property.key).to_ascii_lowercase(), value(document, &property)?)))
            .collect::<Vec<_>>()
    };
    let known = settings(earlier);
    settings(later).iter().all(|setting| setting.is_some() && known.contains(setting))
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
            let same = own.zip(other).is_some_and(|(own, other)| repeats(document, own, other) && repeats(document, other, own));
            let other = other.map(|other| name_span(document, other));
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
            let line = profiles.sources().location(span).line_text;
            let behind = line.split_once(slice(span)).map_or("", |(_, behind)| behind).trim_start();
            let at = difference.cli_span.is_none_or(|cli| cli.start == span.start && cli.file == span.file);
            match key {
                Some(key) if at && behind.starts_with(['#', ';']) && !slice(span).contains('\n') => {
                    findings.push_repairable(Lint::InlineComment { key }, span, Some(Repair::LiftComment { at: span }));
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
