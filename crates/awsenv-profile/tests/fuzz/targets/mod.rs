//! What must hold for every input: one function for each fuzz target. The driver beside this module calls them on stable Rust,
//! `crates/awsenv-profile/fuzz` from libFuzzer.

mod both_dialects;
mod document;
mod editor;
mod scanner;

use awsenv_profile::{Change, FileKind, Place, SectionKind, SourceFile};

pub(crate) use editor::Outcome;

/// A target: it panics if something does not hold.
pub(crate) type Target = fn(&[u8]);

/// All targets by their names.
pub(crate) const TARGETS: [(&str, Target); 3] = [("scanner", scanner), ("document", document), ("editor", editor)];

/// The reading of both files: every span lies in its text, every section and setting is found by its name.
pub(crate) fn scanner(data: &[u8]) {
    scanner::check(&Input::decode(data));
}

/// The line by line reading of one file, and the two dialects beside each other.
pub(crate) fn document(data: &[u8]) {
    let input = Input::decode(data);
    document::check(&input.config());
    document::check(&input.credentials());
    both_dialects::check(&input);
}

/// Edits: re-reading gives the edit, and nothing else has changed.
pub(crate) fn editor(data: &[u8]) {
    let input = Input::decode(data);
    editor::check(&input);
}

/// As [`editor`], and says what became of the edit.
pub(crate) fn edit(input: &Input) -> Outcome {
    editor::check(input)
}

/// Stands between the parts of an input: no text has these bytes, so every text can be said.
const PART: u8 = 0xff;
const FIELD: u8 = 0xfe;

/// Two files and what is to be changed in the first that is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Input {
    pub(crate) config: String,
    pub(crate) credentials: String,
    pub(crate) changes: Vec<Wanted>,
}

/// A change that owns its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) section: SectionKind,
    pub(crate) name: String,
    pub(crate) key: String,
    pub(crate) sub: Option<String>,
    pub(crate) value: Option<String>,
}

impl Wanted {
    pub(crate) fn place(&self) -> Place<'_> {
        Place { section: self.section, name: &self.name, key: &self.key, sub: self.sub.as_deref() }
    }

    pub(crate) fn change(&self) -> Change<'_> {
        Change { place: self.place(), value: self.value.as_deref() }
    }
}

impl Input {
    /// Reads `config PART credentials PART change …`, a change being `kind FIELD name FIELD key FIELD sub FIELD value`, of
    /// which the last two may be missing. Every input is something.
    pub(crate) fn decode(data: &[u8]) -> Input {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut parts = data.split(|byte| *byte == PART);
        let mut next = || parts.next().map(text).unwrap_or_default();
        let (config, credentials) = (next(), next());
        let change = |part: &[u8]| {
            let mut fields = part.split(|byte| *byte == FIELD).map(text);
            let section = match fields.next()?.as_str() {
                "s" => SectionKind::SsoSession,
                "v" => SectionKind::Services,
                _ => SectionKind::Profile,
            };
            let (name, key) = (fields.next()?, fields.next()?);
            let sub = fields.next().filter(|sub| !sub.is_empty());
            Some(Wanted { section, name, key, sub, value: fields.next() })
        };
        // A few tell as much as many, and each is read back.
        Input { config, credentials, changes: parts.filter_map(change).take(4).collect() }
    }

    /// Returns the bytes that are read as this.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut data = self.config.as_bytes().to_vec();
        data.push(PART);
        data.extend(self.credentials.as_bytes());
        for change in &self.changes {
            let kind = match change.section {
                SectionKind::SsoSession => "s",
                SectionKind::Services => "v",
                SectionKind::Profile | SectionKind::Unknown => "p",
            };
            let fields = [kind, &change.name, &change.key, change.sub.as_deref().unwrap_or_default()];
            for (separator, field) in [PART, FIELD, FIELD, FIELD].into_iter().zip(fields) {
                data.push(separator);
                data.extend(field.as_bytes());
            }
            if let Some(value) = &change.value {
                data.push(FIELD);
                data.extend(value.as_bytes());
            }
        }
        data
    }

    pub(crate) fn config(&self) -> SourceFile {
        SourceFile::new(FileKind::Config, "config", self.config.as_str())
    }

    pub(crate) fn credentials(&self) -> SourceFile {
        SourceFile::new(FileKind::Credentials, "credentials", self.credentials.as_str())
    }

    /// The file that is edited.
    pub(crate) fn edited(&self) -> SourceFile {
        if self.config.is_empty() { self.credentials() } else { self.config() }
    }
}
