//! Profiles, sso-sessions and services of both files, as the SDKs read them, with the profiles that only the AWS CLI sees
//! beside them.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::error::SyntaxError;
use crate::header::{SectionKind, Visibility};
use crate::merge::{Merged, MergedSection, Setting};
use crate::reading::{Property, Reading};
use crate::source::{FileKind, SourceFile, SourceMap, Span, Spanned};
use crate::warning::SyntaxWarning;

/// Both files, merged: the credentials file overlays the config file key by key.
pub struct ProfileSet {
    sources: Arc<SourceMap>,
    merged: Merged,
}

impl ProfileSet {
    /// Reads both files. It never fails: what cannot be read is in [`ProfileSet::errors`], and everything else counts.
    #[must_use]
    pub fn parse(config: Option<SourceFile>, credentials: Option<SourceFile>) -> ProfileSet {
        let sources = SourceMap::new(config, credentials);
        let readings = [FileKind::Config, FileKind::Credentials]
            .map(|kind| (kind, Reading::of(kind, sources.file(kind).map_or("", SourceFile::text))));
        let merged = Merged::of(readings, &sources);
        ProfileSet { sources: Arc::new(sources), merged }
    }

    /// Returns the texts, for turning spans into positions. An error that holds spans holds a clone of this.
    #[must_use]
    pub fn sources(&self) -> &Arc<SourceMap> {
        &self.sources
    }

    /// Returns the profile of this name, which may be one that only the AWS CLI sees.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<Section<'_>> {
        self.section(SectionKind::Profile, name)
    }

    /// Returns all profiles in the order of `aws configure list-profiles`: the config file's, `[default]` where it stands,
    /// then those that only the credentials file has.
    pub fn profiles(&self) -> impl Iterator<Item = Section<'_>> {
        self.sections(SectionKind::Profile)
    }

    /// Returns the `[sso-session NAME]` of this name.
    #[must_use]
    pub fn sso_session(&self, name: &str) -> Option<Section<'_>> {
        self.section(SectionKind::SsoSession, name)
    }

    /// Returns all sso-sessions in the order of the config file; in the credentials file there are none.
    pub fn sso_sessions(&self) -> impl Iterator<Item = Section<'_>> {
        self.sections(SectionKind::SsoSession)
    }

    /// Returns the `[services NAME]` of this name.
    #[must_use]
    pub fn services(&self, name: &str) -> Option<Section<'_>> {
        self.section(SectionKind::Services, name)
    }

    /// Returns all services sections in the order of the config file.
    pub fn services_sections(&self) -> impl Iterator<Item = Section<'_>> {
        self.sections(SectionKind::Services)
    }

    /// Returns the lines that the SDKs refuse, the config file's first, each file's in its order.
    #[must_use]
    pub fn errors(&self) -> &[SyntaxError] {
        &self.merged.errors
    }

    /// Returns what some reader of the files ignores.
    #[must_use]
    pub fn warnings(&self) -> &[SyntaxWarning] {
        &self.merged.warnings
    }

    fn section(&self, kind: SectionKind, name: &str) -> Option<Section<'_>> {
        self.merged.section(kind, name).map(|section| Section { set: self, section })
    }

    fn sections(&self, kind: SectionKind) -> impl Iterator<Item = Section<'_>> {
        self.merged.sections.iter().filter(move |section| section.kind == kind).map(|section| Section { set: self, section })
    }
}

/// Shows no values: some of them are secrets.
impl fmt::Debug for ProfileSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ProfileSet")
            .field("profiles", &self.profiles().map(|profile| profile.name()).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// A profile, an sso-session or a services section.
#[derive(Clone, Copy)]
pub struct Section<'a> {
    set: &'a ProfileSet,
    section: &'a MergedSection,
}

impl<'a> Section<'a> {
    /// Returns its name, without prefix and quotes.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.section.name
    }

    /// Returns what it is.
    #[must_use]
    pub fn kind(&self) -> SectionKind {
        self.section.kind
    }

    /// Returns where its name stands in the header that first defines it, quotes included.
    #[must_use]
    pub fn span(&self) -> Span {
        let nowhere = Span { file: FileKind::Config, start: 0, len: 0 };
        self.section.config_header.or(self.section.credentials_header).unwrap_or(nowhere)
    }

    /// Returns where its name stands in the first header of this file that defines it.
    #[must_use]
    pub fn span_in(&self, file: FileKind) -> Option<Span> {
        match file {
            FileKind::Config => self.section.config_header,
            FileKind::Credentials => self.section.credentials_header,
        }
    }

    /// Returns the files in which it stands.
    #[must_use]
    pub fn files(&self) -> &'static [FileKind] {
        match (self.section.config_header, self.section.credentials_header) {
            (Some(_), Some(_)) => &[FileKind::Config, FileKind::Credentials],
            (Some(_), None) => &[FileKind::Config],
            (None, _) => &[FileKind::Credentials],
        }
    }

    /// Returns who reads it.
    #[must_use]
    pub fn visibility(&self) -> Visibility {
        self.section.visibility
    }

    /// Returns the value of a key (in lower case); the credentials file wins over the config file, and in one file the last
    /// line wins. A value of several lines is joined with line feeds and without indentation; a block starts with one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Spanned<&'a str>> {
        self.property(key).map(|property| property.value(self.sources()))
    }

    /// Returns what this file says about a key, whatever the other says.
    #[must_use]
    pub fn get_in(&self, key: &str, file: FileKind) -> Option<Spanned<&'a str>> {
        let setting = self.setting(key)?;
        let at = match file {
            FileKind::Config => setting.config,
            FileKind::Credentials => setting.credentials,
        }?;
        Some(self.set.merged.properties[at as usize].value(self.sources()))
    }

    /// Returns where the key itself stands, on the line that counts.
    #[must_use]
    pub fn key_span(&self, key: &str) -> Option<Span> {
        self.property(key).map(|property| property.key_span)
    }

    /// Returns every key with the value that counts, once, in the order in which the keys first appear. Keys are in lower case.
    pub fn settings(&self) -> impl Iterator<Item = (Spanned<&'a str>, Spanned<&'a str>)> + use<'a> {
        let (set, sources) = (self.set, self.sources());
        let mut settings = self.sorted_settings().to_vec();
        settings.sort_unstable_by_key(|setting| setting.first);
        settings.into_iter().filter_map(move |setting| {
            let property = &set.merged.properties[setting.credentials.or(setting.config)? as usize];
            Some((property.key(sources), property.value(sources)))
        })
    }

    /// Returns the sub-properties of a block such as `s3 =`, each once (the last line wins), with names as they are written.
    /// There are none if the key has a value on its own line.
    #[must_use]
    pub fn sub_properties(&self, key: &str) -> Vec<(Spanned<&'a str>, Spanned<&'a str>)> {
        let mut found: Vec<(Spanned<&'a str>, Spanned<&'a str>)> = Vec::new();
        let mut places = HashMap::new();
        for (name, value) in self.property(key).into_iter().flat_map(|property| property.block_lines(self.sources())) {
            let at = *places.entry(name.value).or_insert(found.len());
            match found.get_mut(at) {
                Some(earlier) => *earlier = (name, value),
                None => found.push((name, value)),
            }
        }
        found
    }

    fn sources(&self) -> &'a SourceMap {
        &self.set.sources
    }

    fn sorted_settings(&self) -> &'a [Setting] {
        &self.set.merged.settings[self.section.settings.clone()]
    }

    fn setting(&self, key: &str) -> Option<Setting> {
        let settings = self.sorted_settings();
        let key_of = |setting: &Setting| self.set.merged.properties[setting.first as usize].key(self.sources()).value;
        settings.binary_search_by(|setting| key_of(setting).cmp(key)).ok().map(|at| settings[at])
    }

    fn property(&self, key: &str) -> Option<&'a Property> {
        let setting = self.setting(key)?;
        Some(&self.set.merged.properties[setting.credentials.or(setting.config)? as usize])
    }
}

/// Shows no values: some of them are secrets.
impl fmt::Debug for Section<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Section").field("kind", &self.kind()).field("name", &self.name()).finish_non_exhaustive()
    }
}
