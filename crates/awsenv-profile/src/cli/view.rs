//! What botocore makes of the two parsed files: profiles, sso-sessions, services, and blocks as maps.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::header::SectionKind;
use crate::source::{FileKind, SourceFile, Span};

use super::configparser::{self, CliError, CliErrorKind, RawFile, RawOption, RawSection, splitlines, strip};
use super::section_of_header;

/// Both files as the AWS CLI sees them.
#[derive(Default)]
pub struct CliView {
    /// The profiles: the config file's in its order, then those that only the credentials file has.
    pub profiles: CliSections,
    /// The `[sso-session NAME]` sections of the config file.
    pub sso_sessions: CliSections,
    /// The `[services NAME]` sections of the config file.
    pub services: CliSections,
    /// The config file's other sections, under their whole header: `[plugins]`, `[PROFILE foo]`.
    pub other: CliSections,
}

/// Sections by name, in the order in which their names first appear.
#[derive(Default)]
pub struct CliSections {
    list: Vec<CliSection>,
    by_name: HashMap<String, usize>,
}

/// One section.
pub struct CliSection {
    name: String,
    /// What each file says, the stronger one last.
    layers: Vec<Layer>,
}

/// One section of one file.
struct Layer {
    header: Span,
    line: u32,
    own: Settings,
    /// What the file's `[DEFAULT]` says. Shared, because every section has it.
    defaults: Arc<Settings>,
}

#[derive(Default)]
struct Settings {
    list: Vec<CliSetting>,
    by_key: HashMap<String, usize>,
}

/// A key with its value.
pub struct CliSetting {
    /// The key in lower case.
    pub key: String,
    /// Its value.
    pub value: CliValue,
    /// Where the key stands.
    pub key_span: Span,
    /// Where the value stands, from its first line to its last.
    pub span: Span,
    /// The key's line, counted from 1 as Python counts: a lone CR ends a line too.
    pub line: u32,
}

/// A value. It has no `Debug`, because it may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum CliValue {
    /// A text, perhaps of several lines.
    Text(String),
    /// A block: every sub-key once, in the order in which it first appears, with its last value.
    Map(Vec<(String, String)>),
}

/// Reads both files as the AWS CLI does. One line that it cannot read stops it, config file first.
pub fn read(config: Option<&SourceFile>, credentials: Option<&SourceFile>) -> Result<CliView, CliError> {
    let mut view = CliView::default();
    let files = [(FileKind::Config, config), (FileKind::Credentials, credentials)];
    for (kind, file) in files.into_iter().filter_map(|(kind, file)| Some((kind, file?))) {
        let mut errors = Vec::new();
        let raw = configparser::read(file.text(), kind);
        match raw.refusal() {
            Some(error) => return Err(error),
            None => view.add(kind, file, raw, &mut errors),
        }
        // Blocks are only looked into when the whole file has been read.
        if let Some(error) = errors.first() {
            return Err(*error);
        }
    }
    Ok(view)
}

/// Reads both files as the AWS CLI would if it went on after an error, and returns all the errors.
///
/// What stands below `[DEFAULT]` is returned beside the sections and is in none of them.
pub(super) fn read_on(files: &[&SourceFile]) -> (CliView, Vec<CliError>, Vec<CliSetting>) {
    let (mut view, mut errors, mut defaults) = (CliView::default(), Vec::new(), Vec::new());
    for file in files {
        let mut raw = configparser::read(file.text(), file.kind());
        errors.append(&mut raw.errors);
        defaults.extend(Settings::of(file, std::mem::take(&mut raw.defaults), &mut errors).list);
        view.add(file.kind(), file, raw, &mut errors);
    }
    (view, errors, defaults)
}

impl CliView {
    fn add(&mut self, kind: FileKind, file: &SourceFile, raw: RawFile<'_>, errors: &mut Vec<CliError>) {
        let defaults = Arc::new(Settings::of(file, raw.defaults, errors));
        for section in raw.sections {
            let (header, name, line) = (span_of(file, section.name), section.name, section.line);
            let layer = Layer { header, line, own: Settings::of(file, section, errors), defaults: defaults.clone() };
            match (kind, section_of_header(name, kind)) {
                (FileKind::Credentials, _) => self.profiles.overlay(name, layer),
                (FileKind::Config, Some((SectionKind::Profile, name, _))) => self.profiles.replace(&name, layer),
                (FileKind::Config, Some((SectionKind::SsoSession, name, _))) => self.sso_sessions.replace(&name, layer),
                (FileKind::Config, Some((SectionKind::Services, name, _))) => self.services.replace(&name, layer),
                // A header that starts like one of the three and is not two words is gone; any other is kept aside.
                (FileKind::Config, Some((SectionKind::Unknown, ..)) | None) => {
                    if !["profile", "sso-session", "services"].iter().any(|prefix| name.starts_with(prefix)) {
                        self.other.replace(name, layer);
                    }
                }
            }
        }
    }
}

impl CliSections {
    /// Returns the section of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&CliSection> {
        self.by_name.get(name).map(|at| &self.list[*at])
    }

    /// Returns all sections.
    pub fn iter(&self) -> impl Iterator<Item = &CliSection> {
        self.list.iter()
    }

    /// A section that has this name already is gone, whole, but keeps its place: Python's `dict.update`.
    fn replace(&mut self, name: &str, layer: Layer) {
        self.named(name).layers = vec![layer];
    }

    fn overlay(&mut self, name: &str, layer: Layer) {
        self.named(name).layers.push(layer);
    }

    fn named(&mut self, name: &str) -> &mut CliSection {
        let next = self.list.len();
        let at = *self.by_name.entry(name.to_owned()).or_insert(next);
        if at == next {
            self.list.push(CliSection { name: name.to_owned(), layers: Vec::new() });
        }
        &mut self.list[at]
    }
}

impl CliSection {
    /// Returns its name, as `--profile` takes it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns where the text between the brackets of its first header stands, and the header's line as Python counts.
    #[must_use]
    pub fn header(&self) -> Option<(Span, u32)> {
        self.layers.first().map(|layer| (layer.header, layer.line))
    }

    /// Returns the setting of a key (in lower case).
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&CliSetting> {
        self.layers.iter().rev().find_map(|layer| layer.own.get(key).or_else(|| layer.defaults.get(key)))
    }

    /// Returns every key once, with the value that counts, in Python's order.
    pub fn settings(&self) -> impl Iterator<Item = &CliSetting> {
        let mut seen = HashSet::new();
        let all = self.layers.iter().flat_map(|layer| layer.own.list.iter().chain(&layer.defaults.list));
        all.filter(move |setting| seen.insert(setting.key.as_str())).filter_map(|setting| self.get(&setting.key))
    }
}

impl Settings {
    fn of(file: &SourceFile, section: RawSection<'_>, errors: &mut Vec<CliError>) -> Settings {
        let list: Vec<CliSetting> = section.options.iter().map(|option| setting(file, option, errors)).collect();
        let by_key = list.iter().enumerate().map(|(at, setting)| (setting.key.clone(), at)).collect();
        Settings { list, by_key }
    }

    fn get(&self, key: &str) -> Option<&CliSetting> {
        self.by_key.get(key).map(|at| &self.list[*at])
    }
}

fn setting(file: &SourceFile, option: &RawOption<'_>, errors: &mut Vec<CliError>) -> CliSetting {
    let lines = option.lines();
    let value = if option.is_block() { CliValue::Map(block(file, option, errors)) } else { text(option) };
    let key_span = span_of(file, option.key_text);
    let span = match (option.value.first(), lines.last()) {
        (Some(first), Some(last)) => span_of(file, first.text).to(span_of(file, last.text)),
        (Some(only), None) => span_of(file, only.text),
        (None, _) => key_span,
    };
    CliSetting { key: option.key.clone(), value, key_span, span, line: option.line }
}

fn text(option: &RawOption<'_>) -> CliValue {
    let lines: Vec<&str> = option.lines().iter().map(|line| line.text).collect();
    CliValue::Text(lines.join("\n"))
}

/// botocore's `_parse_nested`.
fn block(file: &SourceFile, option: &RawOption<'_>, errors: &mut Vec<CliError>) -> Vec<(String, String)> {
    let mut entries: Vec<(String, String)> = Vec::new();
    let mut places = HashMap::new();
    for line in option.lines() {
        for part in splitlines(line.text).map(strip).filter(|part| !part.is_empty()) {
            let Some((key, value)) = part.split_once('=') else {
                let span = span_of(file, line.text);
                errors.push(CliError { kind: CliErrorKind::NotASubProperty, line: line.number, span });
                continue;
            };
            let (key, value) = (strip(key), strip(value).to_owned());
            let at = *places.entry(key).or_insert(entries.len());
            match entries.get_mut(at) {
                Some(entry) => entry.1 = value,
                None => entries.push((key.to_owned(), value)),
            }
        }
    }
    entries
}

fn span_of(file: &SourceFile, slice: &str) -> Span {
    Span::of(file.kind(), file.text(), slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a config file and writes it on one line: `name{key=value}`, or the error with its line.
    fn config(text: &str) -> String {
        let file = SourceFile::new(FileKind::Config, "config", text);
        match read(Some(&file), None) {
            Ok(view) => view.profiles.iter().map(describe).collect(),
            Err(error) => format!("{:?} {}", error.kind, error.line),
        }
    }

    fn describe(section: &CliSection) -> String {
        let value = |value: &CliValue| match value {
            CliValue::Text(text) => format!("{text:?}"),
            CliValue::Map(entries) => format!("{entries:?}"),
        };
        let settings: Vec<String> =
            section.settings().map(|setting| format!("{}={}", setting.key, value(&setting.value))).collect();
        format!("{}{{{}}}", section.name(), settings.join(" "))
    }

    /// Every expectation is what botocore 1.43's `configloader` says on Python 3.11.
    #[test]
    fn lines_are_read_as_python_reads_them() {
        assert_eq!(config(""), "");
        assert_eq!(config("[default]\na = b\n\n  c\n\n"), r#"default{a="b\n\nc"}"#);
        assert_eq!(config("[default]\na = b\n  # c\n  d"), r#"default{a="b\nd"}"#);
        assert_eq!(config("[default]\n  a = b\n    c\n  d = e"), r#"default{a="b\nc" d="e"}"#);
        assert_eq!(config("[default]\na = \u{a0}b\u{a0}\nc : d\nE=:f"), r#"default{a="b" c="d" e=":f"}"#);
        assert_eq!(config("[default]\ns3 =\n  a = 1\n\n  A = 2\n  a = 3 # c"), r#"default{s3=[("a", "3 # c"), ("A", "2")]}"#);
        assert_eq!(config("[default]\ns3 =\n\n"), r#"default{s3=""}"#);
        assert_eq!(config("[default]\rregion = x\r\noutput = y"), r#"default{region="x" output="y"}"#);
        assert_eq!(config("[DEFAULT]\nz = 1\n[default]\na = b\n[profile c]\nz = 2"), r#"default{a="b" z="1"}c{z="2"}"#);
    }

    #[test]
    fn the_error_is_the_one_that_python_raises() {
        assert_eq!(config("\na = b"), "NoSectionHeader 2");
        assert_eq!(config("\u{feff}# c\n[default]"), "NoSectionHeader 1");
        assert_eq!(config("[default]\njunk\n[default]"), "DuplicateSection 3");
        assert_eq!(config("[default]\njunk\nmore"), "NotAProperty 2");
        assert_eq!(config("[default]\n= x"), "NotAProperty 2");
        assert_eq!(config("[default]\na = 1\rA = 2"), "DuplicateKey 3");
        assert_eq!(config("[DEFAULT]\na = 1\n[DEFAULT]\na = 2"), "DuplicateKey 4");
        assert_eq!(config("[default]\ns3 =\n  a = 1\n  junk"), "NotASubProperty 4");
    }

    #[test]
    fn a_later_section_of_one_name_replaces_the_earlier_one_in_its_place() {
        let text = "[default]\na = 1\n[profile b]\n[profile default]\nc = 2\n[profile 'b']\nd = 3\n[profiles b]\ne = 4";
        assert_eq!(config(text), r#"default{c="2"}b{e="4"}"#);
    }

    #[test]
    fn the_credentials_file_overlays_the_config_file() {
        let config = SourceFile::new(FileKind::Config, "config", "[profile a]\nregion = x\nb = c\n");
        let credentials =
            SourceFile::new(FileKind::Credentials, "credentials", "[profile a]\n[a]\nregion = y\n[default]\n[DEFAULT]\nb = d\n");
        let view = read(Some(&config), Some(&credentials)).unwrap_or_default();
        let profiles: String = view.profiles.iter().map(describe).collect();
        assert_eq!(profiles, r#"a{region="y" b="d"}profile a{b="d"}default{b="d"}"#);
        let span = view.profiles.get("a").and_then(|profile| profile.get("region")).map(|setting| setting.span);
        assert_eq!(span, Some(Span { file: FileKind::Credentials, start: 25, len: 1 }));
    }
}
