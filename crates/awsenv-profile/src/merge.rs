//! Two files' readings → one set of sections: who shadows whom, and which key of which file counts.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::error::SyntaxError;
use crate::header::{SectionKind, Standing, Visibility};
use crate::reading::{Block, Property, Reading};
use crate::scan::is_identifier;
use crate::source::{FileKind, SourceMap, Span, offset as narrow};
use crate::warning::{SyntaxWarning, SyntaxWarningKind};

/// Everything that both files say.
#[derive(Default)]
pub(crate) struct Merged {
    /// In the order of the config file, then those that only the credentials file has.
    pub(crate) sections: Vec<MergedSection>,
    by_name: [HashMap<Arc<str>, usize>; 3],
    /// The settings of all sections, one section's after the other's, each section's sorted by key.
    pub(crate) settings: Vec<Setting>,
    pub(crate) properties: Vec<Property>,
    pub(crate) errors: Vec<SyntaxError>,
    pub(crate) warnings: Vec<SyntaxWarning>,
}

/// One section with what both files say about it.
pub(crate) struct MergedSection {
    pub(crate) kind: SectionKind,
    pub(crate) name: Arc<str>,
    pub(crate) visibility: Visibility,
    pub(crate) config_header: Option<Span>,
    pub(crate) credentials_header: Option<Span>,
    pub(crate) settings: Range<usize>,
    blocks: Vec<Range<PropertyId>>,
}

/// A place in [`Merged::properties`]; a text of 4 GiB has fewer properties than that.
pub(crate) type PropertyId = u32;

/// One key of a section: which property says it in each file. At least one does.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) config: Option<PropertyId>,
    pub(crate) credentials: Option<PropertyId>,
    /// Where the key stands first, for the order of the file.
    pub(crate) first: PropertyId,
}

impl Merged {
    /// Merges what the files say, config file first.
    pub(crate) fn of(readings: [(FileKind, Reading); 2], sources: &SourceMap) -> Merged {
        let mut merged = Merged::default();
        let mut files = Vec::with_capacity(readings.len());
        for (file, reading) in readings {
            let offset = narrow(merged.properties.len());
            if offset == 0 {
                merged.properties = reading.properties;
            } else {
                merged.properties.extend(reading.properties);
            }
            merged.errors.extend(reading.errors);
            merged.warnings.extend(reading.warnings);
            files.push((file, offset, reading.blocks));
        }
        for (_, _, blocks) in &mut files {
            merged.drop_shadowed_default(blocks);
        }
        let all = || files.iter().flat_map(|(_, _, blocks)| blocks);
        let mut real = HashSet::new();
        // Sections for the AWS CLI alone are rare, and finding all others by name is not free.
        if all().any(|block| block.standing == Standing::Read(Visibility::CliOnly)) {
            let seen_everywhere = all().filter(|block| block.standing == Standing::Read(Visibility::Everywhere));
            real.extend(seen_everywhere.map(|block| block.section.clone()));
        }
        let mut shadowed = HashSet::new();
        let count = all().count();
        merged.sections.reserve(count);
        merged.by_name[0].reserve(count);
        for (file, offset, blocks) in files {
            for block in blocks {
                let Standing::Read(visibility) = block.standing else {
                    continue;
                };
                if visibility == Visibility::CliOnly && real.contains(&block.section) {
                    shadowed.insert(block.span);
                } else {
                    merged.add(file, block, visibility, offset);
                }
            }
        }
        for warning in &mut merged.warnings {
            // One warning a section: this one says more than that the section is for the AWS CLI alone.
            if warning.kind == SyntaxWarningKind::CliOnlySection && shadowed.contains(&warning.span) {
                warning.kind = SyntaxWarningKind::CliOnlySectionShadowed;
            }
        }
        merged.gather_settings(sources);
        merged
    }

    /// Returns a section by kind and name.
    pub(crate) fn section(&self, kind: SectionKind, name: &str) -> Option<&MergedSection> {
        self.by_name[slot(kind)?].get(name).map(|at| &self.sections[*at])
    }

    /// `[profile default]` replaces every `[default]` of its file, wherever the two stand.
    fn drop_shadowed_default(&mut self, blocks: &mut Vec<Block>) {
        let is_default = |block: &Block, has_prefix| {
            let is_read = block.standing == Standing::Read(Visibility::Everywhere);
            is_read
                && block.has_prefix == has_prefix
                && block.section.kind == SectionKind::Profile
                && &*block.section.name == "default"
        };
        if blocks.iter().any(|block| is_default(block, true)) {
            blocks.retain(|block| {
                let is_shadowed = is_default(block, false);
                if is_shadowed {
                    let section = Some(block.section.clone());
                    self.warnings.push(SyntaxWarning { kind: SyntaxWarningKind::DefaultShadowed, span: block.span, section });
                }
                !is_shadowed
            });
        }
    }

    fn add(&mut self, file: FileKind, block: Block, visibility: Visibility, offset: PropertyId) {
        let Some(slot) = slot(block.section.kind) else {
            return;
        };
        let at = *self.by_name[slot].entry(block.section.name.clone()).or_insert_with(|| {
            self.sections.push(MergedSection {
                kind: block.section.kind,
                name: block.section.name,
                visibility,
                config_header: None,
                credentials_header: None,
                settings: 0..0,
                blocks: Vec::new(),
            });
            self.sections.len() - 1
        });
        let section = &mut self.sections[at];
        let header = match file {
            FileKind::Config => &mut section.config_header,
            FileKind::Credentials => &mut section.credentials_header,
        };
        header.get_or_insert(block.span);
        section.blocks.push(narrow(block.properties.start) + offset..narrow(block.properties.end) + offset);
    }

    /// Finds for every key of every section the property that counts: in one file the last one.
    fn gather_settings(&mut self, sources: &SourceMap) {
        self.settings.reserve(self.properties.len());
        let mut by_key: Vec<(&str, PropertyId)> = Vec::new();
        for section in &mut self.sections {
            by_key.clear();
            let places = std::mem::take(&mut section.blocks).into_iter().flatten();
            by_key.extend(
                places.map(|at| (self.properties[at as usize].key(sources).value, at)).filter(|(key, _)| is_identifier(key)),
            );
            by_key.sort_unstable();
            let start = self.settings.len();
            for same_key in by_key.chunk_by(|one, other| one.0 == other.0) {
                let last_in =
                    |file| same_key.iter().rev().map(|(_, at)| *at).find(|at| self.properties[*at as usize].span.file == file);
                let (config, credentials) = (last_in(FileKind::Config), last_in(FileKind::Credentials));
                self.settings.push(Setting { config, credentials, first: same_key[0].1 });
            }
            section.settings = start..self.settings.len();
        }
    }
}

fn slot(kind: SectionKind) -> Option<usize> {
    match kind {
        SectionKind::Profile => Some(0),
        SectionKind::SsoSession => Some(1),
        SectionKind::Services => Some(2),
        SectionKind::Unknown => None,
    }
}
