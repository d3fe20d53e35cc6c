//! Changing one setting of a file, and not a byte beside it.

use crate::document::Document;
use crate::header::SectionKind;
use crate::source::FileKind;

impl Document {
    /// Returns the text with a setting of a section, where `aws configure set` would have written it: in place of the line
    /// that counts, else below the section's last setting, else in a new section at the end. Every other line stays as it
    /// is, line ends included.
    ///
    /// # Panics
    /// When the value has a line break, which no setting of one line can hold.
    #[must_use]
    pub fn with_setting(&self, kind: SectionKind, name: &str, key: &str, value: &str) -> String {
        assert!(!value.contains(['\n', '\r']), "a value of one line");
        let ending = self.line_end();
        if let Some(property) = self.property(kind, name, key) {
            let last = &self.lines()[property.lines.end - 1];
            let text = self.line_text(last);
            let own_ending = &text[text.len() - last.ending as usize..];
            return self.with_lines(property.lines, &format!("{key} = {value}{own_ending}"));
        }
        let line = format!("{key} = {value}{ending}");
        match self.blocks(kind, name).first() {
            Some(block) => self.inserted(self.insertion_line(block), &line, ending),
            None => {
                self.inserted(self.lines().len(), &format!("{}{ending}{line}", header(self.source().kind(), kind, name)), ending)
            }
        }
    }

    /// Inserts lines before a line, behind one that may lack its line end.
    fn inserted(&self, at: usize, lines: &str, ending: &str) -> String {
        let unfinished = at.checked_sub(1).and_then(|before| self.lines().get(before)).is_some_and(|before| before.ending == 0);
        self.with_lines(at..at, &if unfinished { format!("{ending}{lines}") } else { lines.to_owned() })
    }

    /// The line end of the file: that of its first line.
    fn line_end(&self) -> &'static str {
        if self.lines().first().is_some_and(|line| line.ending == 2) { "\r\n" } else { "\n" }
    }
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
    use crate::source::SourceFile;

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
            ("# c\r\n[profile a]\r\nK=old ; c\r\nr = x\r\n", "a", "# c\r\n[profile a]\r\nk = v\r\nr = x\r\n"),
            ("[profile a]\r\nr = x", "a", "[profile a]\r\nr = x\r\nk = v\r\n"),
            ("[profile a]\nk = old\n  more\nk = older", "a", "[profile a]\nk = old\n  more\nk = v"),
            ("\u{feff}[profile a]\nk = old\n", "a", "\u{feff}[profile a]\nk = v\n"),
        ] {
            let document = Document::parse(SourceFile::new(FileKind::Config, "config", text));
            let changed = document.with_setting(SectionKind::Profile, name, "k", "v");
            assert_eq!(changed, expected, "{text:?} {name}");
            let read = crate::ProfileSet::parse(Some(SourceFile::new(FileKind::Config, "config", changed.as_str())), None);
            assert_eq!(
                read.profile(name).and_then(|section| section.get("k")).map(|value| value.value),
                Some("v"),
                "{changed:?}"
            );
        }
    }
}
