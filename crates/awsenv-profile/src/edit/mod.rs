//! Changing settings of a file, and not a byte beside them.

mod cli_reading;

use std::fmt;
use std::ops::Range;

use crate::document::{Document, DocumentLine, LineKind, PropertyLines, SectionLines};
use crate::header::SectionKind;
use crate::scan::{split_line, sub_property};
use crate::source::{FileKind, SourceFile, Span};

/// Which setting of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// What the section is.
    pub section: SectionKind,
    /// The section's name.
    pub name: &'a str,
    /// The setting's key; for the SDKs case does not matter.
    pub key: &'a str,
    /// The key inside of the setting's block: `addressing_style` of `s3`.
    pub sub: Option<&'a str>,
}

/// A setting and what is to become of it. It has no `Debug`: the value may be a secret.
#[derive(Clone, Copy)]
pub struct Change<'a> {
    /// Which one.
    pub place: Place<'a>,
    /// Its new value; `None` takes it away.
    pub value: Option<&'a str>,
}

/// Why a file is left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditError {
    /// A name, key or value has a line break, which no setting of one line can hold.
    LineBreak,
    /// A line of the section is understood by nobody: what would be written beside it might be read otherwise.
    Broken(Span),
    /// The key stands in the section twice, here for the second time. The AWS CLI refuses such a file.
    Twice(Span),
    /// No file can say this: it would be read back as something else (a value with ` # `, a key that begins with `#`), or
    /// by the AWS CLI as another setting (a key with a `:`).
    NotReadBack,
}

impl fmt::Display for EditError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            EditError::LineBreak => "a setting cannot hold a line break",
            EditError::Broken(_) => "a line of the section is not understood",
            EditError::Twice(_) => "the setting is there twice",
            EditError::NotReadBack => "it would be read back as something else",
        })
    }
}

impl std::error::Error for EditError {}

impl Document {
    /// Returns the text with some settings changed, where `aws configure set` would have written them: in place of the old
    /// value, else below the section's last setting, else in a new section at the end. The key's spelling, the spaces around
    /// the `=` and a comment behind the value stay, and so does every other line, byte for byte. A value of several lines is
    /// replaced or taken away whole, but comments and blank lines between them stay.
    ///
    /// # Errors
    /// When the section cannot be understood, or the result would not be read as it is meant.
    pub fn changed(&self, changes: &[Change<'_>]) -> Result<String, EditError> {
        // Before the first is made: what an error points at is a place in this file.
        changes.iter().try_for_each(|change| self.check(change))?;
        let mut text = self.source().text().to_owned();
        for change in changes {
            let document = self.again(text);
            document.check(change).map_err(|_| EditError::NotReadBack)?;
            if change.value.is_some_and(|value| document.value(&change.place) == Some(value.trim())) {
                text = document.text();
                continue;
            }
            text = match change.value {
                Some(value) => document.with(&change.place, value.trim()),
                None => document.without(&change.place),
            };
            let after = document.again(text);
            if !document.is_kept_in(&after) || !document.others_are_kept_in(&after, &change.place) {
                return Err(self.indented_header().map_or(EditError::NotReadBack, EditError::Broken));
            }
            if after.value(&change.place) != change.value.map(str::trim) {
                return Err(EditError::NotReadBack);
            }
            text = after.text();
        }
        let is_kept = cli_reading::is_kept(self, &self.again(text.clone()), changes);
        if is_kept { Ok(text) } else { Err(EditError::NotReadBack) }
    }

    /// Returns a setting of this file as the SDKs read it; `None` for a block, and for a value of several lines.
    #[must_use]
    pub fn value(&self, place: &Place<'_>) -> Option<&str> {
        let property = self.property(place.section, place.name, place.key)?;
        let lines = self.continuations(&property);
        match place.sub {
            None => lines.is_empty().then(|| self.source().slice(property.value).trim()),
            Some(sub) if self.source().slice(property.value).is_empty() => {
                let (_, value) = self.sub_properties(&property, sub).pop()?;
                Some(&self.source().text()[value])
            }
            Some(_) => None,
        }
    }

    fn again(&self, text: String) -> Document {
        Document::parse(SourceFile::new(self.source().kind(), self.source().path(), text))
    }

    fn check(&self, change: &Change<'_>) -> Result<(), EditError> {
        let Place { section, name, key, sub } = change.place;
        let texts = [name, key, sub.unwrap_or_default(), change.value.unwrap_or_default()];
        if texts.iter().any(|text| text.contains(['\n', '\r'])) {
            return Err(EditError::LineBreak);
        }
        let is_named = |it: &&SectionLines| it.name.kind == section && *it.name.name == *name;
        if let Some(unread) = self.sections().iter().filter(is_named).find(|it| it.visibility.is_none()) {
            return Err(EditError::Broken(self.lines()[unread.lines.start].span));
        }
        let blocks = self.blocks(section, name);
        let mut lines = blocks.iter().flat_map(|block| &self.lines()[block.lines.clone()]);
        if let Some(broken) = lines.find(|line| self.is_broken(line)) {
            return Err(EditError::Broken(broken.span));
        }
        let found = self.same_key(&change.place);
        match (found.get(1), change.value) {
            // Taking away one line of the second block would bring the first one back.
            (Some(second), value) if value.is_some() || sub.is_some() => Err(EditError::Twice(second.key)),
            // For the AWS CLI a key ends at a `:` too; one that is there already is read as it was.
            (None, Some(_)) if found.is_empty() && key.contains(':') => Err(EditError::NotReadBack),
            _ => Ok(()),
        }
    }

    /// Whether another document has the same sections, and as many broken lines: an indented header, which only the AWS CLI
    /// knows for one, may have become part of a setting above it.
    fn is_kept_in(&self, after: &Document) -> bool {
        let broken = |it: &Document| it.lines().iter().filter(|line| it.is_broken(line)).count();
        let (old, new) = (self.sections(), after.sections());
        let is_kept = old.len() <= new.len() && old.iter().zip(new).all(|(old, new)| old.name == new.name);
        is_kept && broken(self) == broken(after)
    }

    /// Whether nobody understands a line. What is indented and begins as a comment is one for the AWS CLI, also in a block,
    /// and the SDKs lose nothing but this line.
    fn is_broken(&self, line: &DocumentLine) -> bool {
        line.kind == LineKind::Broken && !is_comment(self.line_text(line))
    }

    /// Whether the SDKs read every other setting of another document as they read it here.
    fn others_are_kept_in(&self, after: &Document, place: &Place<'_>) -> bool {
        let settings = |it: &Document, section: &SectionLines| {
            let text = |span| it.source().slice(span).trim().to_owned();
            let is_other = |key: &str| *section.name.name != *place.name || !key.eq_ignore_ascii_case(place.key);
            let properties = it.properties(section).map(|property| {
                let further = it.continuations(&property).into_iter().map(|line| it.source().text()[line].trim().to_owned());
                (text(property.key), text(property.value), further.collect::<Vec<_>>())
            });
            properties.filter(|(key, ..)| is_other(key)).collect::<Vec<_>>()
        };
        self.sections().iter().zip(after.sections()).all(|(old, new)| settings(self, old) == settings(after, new))
    }

    fn indented_header(&self) -> Option<Span> {
        let is_indented = |line: &&DocumentLine| line.kind == LineKind::Header && self.line_text(line).starts_with([' ', '\t']);
        self.lines().iter().find(is_indented).map(|line| line.span)
    }

    fn same_key(&self, place: &Place<'_>) -> Vec<PropertyLines> {
        let blocks = self.blocks(place.section, place.name);
        let properties = blocks.into_iter().flat_map(|block| self.properties(block));
        properties.filter(|property| self.source().slice(property.key).eq_ignore_ascii_case(place.key)).collect()
    }

    fn with(&self, place: &Place<'_>, value: &str) -> String {
        let ending = self.line_end();
        let Some(property) = self.property(place.section, place.name, place.key) else {
            let line = match place.sub {
                None => format!("{} = {value}{ending}", place.key),
                Some(sub) => format!("{} ={ending}{INDENT}{sub} = {value}{ending}", place.key),
            };
            return match self.blocks(place.section, place.name).first() {
                Some(block) => self.inserted(self.insertion_line(block), &line, ending),
                None => {
                    let header = header(self.source().kind(), place.section, place.name);
                    self.inserted(self.lines().len(), &format!("{header}{ending}{line}"), ending)
                }
            };
        };
        let Some(sub) = place.sub else {
            let mut splices = vec![self.placed(bytes(property.value), value)];
            splices.extend(self.without_further_lines(&property));
            return self.spliced(splices);
        };
        let old = self.source().slice(property.value);
        if old.is_empty() {
            if let Some((_, range)) = self.sub_properties(&property, sub).pop() {
                return self.spliced(vec![self.placed(range, value)]);
            }
            return self.inserted(property.lines.end, &format!("{INDENT}{sub} = {value}{ending}"), ending);
        }
        // What was one value becomes a block: the AWS CLI would read anything behind the `=` as part of the block.
        let line = &self.lines()[property.lines.start];
        let key = self.source().slice(property.key);
        let mut splices = vec![(bytes(line.span), format!("{key} ={ending}{INDENT}{sub} = {value}{ending}"))];
        splices.extend(self.without_further_lines(&property));
        self.spliced(splices)
    }

    fn without(&self, place: &Place<'_>) -> String {
        let mut splices = Vec::new();
        for property in self.same_key(place) {
            let whole = || {
                let first = bytes(self.lines()[property.lines.start].span);
                std::iter::once((first, String::new())).chain(self.without_further_lines(&property)).collect::<Vec<_>>()
            };
            let gone = match place.sub {
                None => whole(),
                Some(_) if !self.source().slice(property.value).is_empty() => Vec::new(),
                Some(sub) => {
                    let lines = self.sub_properties(&property, sub).into_iter().map(|(line, _)| (line, String::new()));
                    let subs: Vec<_> = lines.collect();
                    // A block without anything in it says nothing.
                    if !subs.is_empty() && subs.len() == self.continuations(&property).len() { whole() } else { subs }
                }
            };
            splices.extend(gone);
        }
        self.spliced(splices)
    }

    /// What takes the further lines of a property away. A comment among them, which is one for the AWS CLI and a part of the
    /// value for the SDKs, stays, and begins in the first column: there it is one for everybody.
    fn without_further_lines(&self, property: &PropertyLines) -> Vec<(Range<usize>, String)> {
        let below = self.lines()[property.lines.start + 1..].iter();
        let own = below.take_while(|line| !matches!(line.kind, LineKind::Property { .. } | LineKind::Header));
        let splice = |line: &DocumentLine| {
            let text = self.line_text(line);
            match line.kind {
                LineKind::Continuation | LineKind::Broken if is_comment(text) => Some(text.trim_start().to_owned()),
                LineKind::Continuation => Some(String::new()),
                _ => None,
            }
            .map(|by| (bytes(line.span), by))
        };
        own.filter_map(splice).collect()
    }

    /// The further lines of a property, without what stands between them.
    fn continuations(&self, property: &PropertyLines) -> Vec<Range<usize>> {
        let lines = self.lines()[property.lines.clone()].iter();
        lines.filter(|line| line.kind == LineKind::Continuation).map(|line| bytes(line.span)).collect()
    }

    /// The lines of a block that set this key, each with the place of its value. Readers disagree about case: the key as it
    /// is spelt is meant where it is there, any other spelling where it is not.
    fn sub_properties(&self, property: &PropertyLines, sub: &str) -> Vec<(Range<usize>, Range<usize>)> {
        let text = self.source().text();
        let find = |line: Range<usize>| {
            let (content, _) = split_line(&text[line.clone()])?;
            let (key, value) = sub_property(content.content).ok()?;
            let value = bytes(Span::of(self.source().kind(), text, value));
            key.eq_ignore_ascii_case(sub).then_some((key == sub, line, value))
        };
        let found: Vec<_> = self.continuations(property).into_iter().filter_map(find).collect();
        let is_spelt = found.iter().any(|(is_spelt, ..)| *is_spelt);
        found.into_iter().filter(|it| it.0 == is_spelt).map(|(_, line, value)| (line, value)).collect()
    }

    /// A value for the place of an old one; where there was none, not glued to the `=` or to a comment.
    fn placed(&self, old: Range<usize>, value: &str) -> (Range<usize>, String) {
        if !old.is_empty() {
            return (old, value.to_owned());
        }
        // An empty value stands right behind the `=`.
        let rest = self.source().text()[old.start..].split(['\r', '\n']).next().unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        match blanks {
            _ if blanks == rest.len() => (old.start..old.start + blanks, format!(" {value}")),
            0 | 1 => (old, format!(" {value}")),
            _ => (old.start + 1..old.start + 1, value.to_owned()),
        }
    }

    pub(crate) fn spliced(&self, mut splices: Vec<(Range<usize>, String)>) -> String {
        splices.sort_by_key(|(range, _)| range.start);
        let source = self.source().text();
        let mut text = String::with_capacity(source.len());
        let mut at = 0;
        for (range, by) in splices {
            text.push_str(&source[at..range.start]);
            text.push_str(&by);
            at = range.end;
        }
        text.push_str(&source[at..]);
        text
    }

    /// Inserts lines before a line, behind one that may lack its line end.
    fn inserted(&self, at: usize, lines: &str, ending: &str) -> String {
        let before = at.checked_sub(1).and_then(|before| self.lines().get(before)).filter(|before| before.ending == 0);
        let ending = match before.map(|before| self.line_text(before)) {
            None => "",
            // A lone CR is part of its line, and has to stay so.
            Some(before) if before.ends_with('\r') => "\r\n",
            Some(_) => ending,
        };
        self.with_lines(at..at, &format!("{ending}{lines}"))
    }

    /// The line end of the file: that of its first line.
    pub(crate) fn line_end(&self) -> &'static str {
        if self.lines().first().is_some_and(|line| line.ending == 2) { "\r\n" } else { "\n" }
    }
}

/// How far the AWS CLI indents what it writes into a block.
const INDENT: &str = "    ";

/// Whether a line is a comment for the AWS CLI, which does not ask where it begins.
fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with(['#', ';'])
}

fn bytes(span: Span) -> Range<usize> {
    span.start as usize..span.end() as usize
}

/// A header as the AWS CLI writes it: names with blanks in the quotes of `shlex.quote`.
fn header(file: FileKind, kind: SectionKind, name: &str) -> String {
    let plain = !name.is_empty() && !name.contains([' ', '\t', '\'', '"', '\\', '#', ';']);
    let quoted = if plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\"'\"'")) };
    match (file, kind) {
        (FileKind::Credentials, _) => format!("[{name}]"),
        (FileKind::Config, SectionKind::Profile) if name == "default" => "[default]".to_owned(),
        (FileKind::Config, kind) => format!("[{} {quoted}]", kind.word()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(text: &str, name: &str, key: &str, value: Option<&str>) -> Result<String, EditError> {
        let (key, sub) = key.split_once('.').map_or((key, None), |(key, sub)| (key, Some(sub)));
        let place = Place { section: SectionKind::Profile, name, key, sub };
        Document::parse(SourceFile::new(FileKind::Config, "config", text)).changed(&[Change { place, value }])
    }

    #[test]
    fn one_setting_changes_and_nothing_else() {
        for (text, name, expected) in [
            ("", "a", "[profile a]\nk = v\n"),
            ("", "default", "[default]\nk = v\n"),
            ("", "my prof", "[profile 'my prof']\nk = v\n"),
            ("[default]\nregion = x", "a", "[default]\nregion = x\n[profile a]\nk = v\n"),
            ("[profile a]\n", "a", "[profile a]\nk = v\n"),
            ("[profile a]", "a", "[profile a]\nk = v\n"),
            ("[profile a]\nregion = x\n\n# next\n[profile b]\n", "a", "[profile a]\nregion = x\nk = v\n\n# next\n[profile b]\n"),
            ("[profile a]\ns3 =\n  x = 1\n\n[profile b]\n", "a", "[profile a]\ns3 =\n  x = 1\nk = v\n\n[profile b]\n"),
            ("# c\r\n[profile a]\r\nK=old ; c\r\nr = x\r\n", "a", "# c\r\n[profile a]\r\nK=v ; c\r\nr = x\r\n"),
            ("[profile a]\r\nr = x", "a", "[profile a]\r\nr = x\r\nk = v\r\n"),
            ("[profile a]\nk = old\n  more\n# c\n\n  still", "a", "[profile a]\nk = v\n# c\n\n"),
            ("\u{feff}[profile a]\nk = old\n", "a", "\u{feff}[profile a]\nk = v\n"),
            ("[profile a]\nk =\n", "a", "[profile a]\nk = v\n"),
            ("[profile a]\nk = # c\n", "a", "[profile a]\nk = v # c\n"),
            // The AWS CLI's defects 1, 4, 5 and 6.
            ("[profile a]\ns3 =\n  k = nested\nk = top", "a", "[profile a]\ns3 =\n  k = nested\nk = v"),
            ("[profile a]\nk =\n  x = y\nl = m\n", "a", "[profile a]\nk = v\nl = m\n"),
            ("[profile default]\nk = old\n", "default", "[profile default]\nk = v\n"),
            ("[profile  a]\nk = old\n", "a", "[profile  a]\nk = v\n"),
            ("[profile 'a']\nk = old\n", "a", "[profile 'a']\nk = v\n"),
            ("  [profile a]\nk = old\n", "a", "  [profile a]\nk = v\n"),
        ] {
            let changed = change(text, name, "k", Some("v")).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            assert_eq!(changed, expected, "{text:?} {name}");
        }
    }

    #[test]
    fn an_indented_comment_stays() {
        let value = "[profile a]\nk = x\n  y\n  # precious\n\t; more\n  z\nr = x\n";
        let block = "[profile a]\ns3 =\n  k = x\n  # note\n  c = d\nr = x\n";
        for (text, key, value, expected) in [
            (value, "k", Some("v"), "[profile a]\nk = v\n# precious\n; more\nr = x\n"),
            (value, "k", None, "[profile a]\n# precious\n; more\nr = x\n"),
            (value, "k.s", Some("v"), "[profile a]\nk =\n    s = v\n# precious\n; more\nr = x\n"),
            (block, "r", Some("v"), "[profile a]\ns3 =\n  k = x\n  # note\n  c = d\nr = v\n"),
            (block, "n", Some("v"), "[profile a]\ns3 =\n  k = x\n  # note\n  c = d\nr = x\nn = v\n"),
            (block, "s3.c", Some("v"), "[profile a]\ns3 =\n  k = x\n  # note\n  c = v\nr = x\n"),
            (block, "s3.k", None, "[profile a]\ns3 =\n  # note\n  c = d\nr = x\n"),
            (block, "s3", None, "[profile a]\n# note\nr = x\n"),
            ("[profile a]\ns3 =\n  k = x\n  # note\n", "s3.k", None, "[profile a]\n# note\n"),
            ("[profile a]\ns3 =\n  k = x\n  # note", "s3", Some("v"), "[profile a]\ns3 = v\n# note"),
        ] {
            assert_eq!(change(text, "a", key, value).as_deref(), Ok(expected), "{text:?} {key} {value:?}");
        }
        assert!(matches!(change("[profile a]\ns3 =\n  junk\n", "a", "r", Some("v")), Err(EditError::Broken(_))));
    }

    #[test]
    fn a_key_of_a_block_changes_and_nothing_else() {
        for (text, expected) in [
            ("", "[profile a]\ns3 =\n    k = v\n"),
            ("[profile a]\ns3 =\n  x = 1\n  K=old\nr = x\n", "[profile a]\ns3 =\n  x = 1\n  K=v\nr = x\n"),
            ("[profile a]\ns3 =\n  x = 1\nr = x\n", "[profile a]\ns3 =\n  x = 1\n    k = v\nr = x\n"),
            ("[profile a]\r\ns3 =\r\n  x = 1", "[profile a]\r\ns3 =\r\n  x = 1\r\n    k = v\r\n"),
            ("[profile a]\ns3 = flat # c\n  more\nr = x\n", "[profile a]\ns3 =\n    k = v\nr = x\n"),
            ("[profile a]\ns3 =\n  k =\n", "[profile a]\ns3 =\n  k = v\n"),
        ] {
            assert_eq!(change(text, "a", "s3.k", Some("v")).as_deref(), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn what_is_taken_away_goes_whole() {
        for (text, key, expected) in [
            ("[profile a]\nk = v\n", "k", "[profile a]\n"),
            ("[profile a]\nk = v\n  more\n# c\n  more\nr = x\n", "k", "[profile a]\n# c\nr = x\n"),
            ("[profile a]\nk = v\nK = w\nr = x\n", "k", "[profile a]\nr = x\n"),
            ("[profile a]\nr = x\n", "k", "[profile a]\nr = x\n"),
            ("", "k", ""),
            ("[profile a]\ns3 =\n  k = v\n  x = 1\n", "s3.k", "[profile a]\ns3 =\n  x = 1\n"),
            ("[profile a]\ns3 =\n  k = v\nr = x\n", "s3.k", "[profile a]\nr = x\n"),
            ("[profile a]\ns3 = flat\n", "s3.k", "[profile a]\ns3 = flat\n"),
        ] {
            assert_eq!(change(text, "a", key, None).as_deref(), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn what_would_be_read_otherwise_is_refused() {
        let span = |start, len| Span { file: FileKind::Config, start, len };
        for (text, name, key, value, error) in [
            ("", "a", "k", "v\nx", EditError::LineBreak),
            ("", "a\rb", "k", "v", EditError::LineBreak),
            ("", "a", "k", "v # x", EditError::NotReadBack),
            ("", "a", "#k", "v", EditError::NotReadBack),
            ("", "a", "k:l", "v", EditError::NotReadBack),
            ("", "a", "", "v", EditError::NotReadBack),
            ("[profile a]\njunk\n", "a", "k", "v", EditError::Broken(span(12, 5))),
            ("[profile a\nk = v\n", "a", "k", "v", EditError::Broken(span(0, 11))),
            ("[profile a]\nk = v\nK = w\n", "a", "k", "v", EditError::Twice(span(18, 1))),
            ("[profile a]\n  [profile b]\n", "a", "k", "v", EditError::Broken(span(12, 14))),
        ] {
            assert_eq!(change(text, name, key, Some(value)), Err(error), "{text:?} {name} {key} {value}");
        }
        assert_eq!(change("junk\n[profile b]\njunk\n[profile a]\n", "a", "k", Some("v")).map(|_| ()), Ok(()), "not around it");
    }
}
