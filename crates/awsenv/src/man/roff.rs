//! Text in roff's man macros, so that nothing of it is taken for a request or an escape.

use std::fmt::Write as _;

/// Of a line of text in the page's source; whoever formats it fills the lines again.
const WIDTH: usize = 78;

/// A page under way.
#[derive(Debug)]
pub(super) struct Roff {
    text: String,
}

impl Roff {
    /// Begins a page of section 1. There is no date: the pages of one version are the same wherever they are made.
    pub(super) fn page(name: &str, version: &str) -> Self {
        let (name, version) = (escape(&name.to_uppercase()), escape(version));
        // No hyphenation and no filled margins: commands and paths are not to be broken.
        Self { text: format!(".TH \"{name}\" \"1\" \"\" \"awsenv {version}\" \"awsenv manual\"\n.nh\n.ad l\n") }
    }

    pub(super) fn section(&mut self, name: &str) {
        let _ = writeln!(self.text, ".SH \"{}\"", escape(&name.to_uppercase()));
    }

    /// A paragraph; what stands in backquotes is bold.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.begin_paragraph();
        self.filled(text);
    }

    /// A section's first paragraph needs no beginning.
    fn begin_paragraph(&mut self) {
        let last = self.text.lines().last().unwrap_or_default();
        if !last.starts_with(".SH") {
            self.text.push_str(".PP\n");
        }
    }

    /// Text that goes on where the last ended.
    pub(super) fn filled(&mut self, text: &str) {
        let roff = with_bold_code(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        let mut line = String::new();
        for word in roff.split(' ') {
            if !line.is_empty() && line.len() + 1 + word.len() > WIDTH {
                self.line(&std::mem::take(&mut line));
            }
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
        self.line(&line);
    }

    /// Something with a name, indented below it. The name is roff already.
    pub(super) fn tagged(&mut self, tag: &str, text: &str) {
        self.text.push_str(".TP\n");
        self.line(tag);
        self.filled(text);
    }

    /// Lines that stay as they are, directly below what stands before them.
    pub(super) fn verbatim<'a>(&mut self, lines: impl Iterator<Item = &'a str>) {
        self.text.push_str(".nf\n");
        for line in lines {
            self.line(&escape(line));
        }
        self.text.push_str(".fi\n");
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// A line of text: a dot or a quote at its beginning would make it a request.
    pub(super) fn line(&mut self, roff: &str) {
        if roff.starts_with(['.', '\'']) {
            self.text.push_str("\\&");
        }
        self.text.push_str(roff);
        self.text.push('\n');
    }
}

pub(super) fn bold(text: &str) -> String {
    format!("\\fB{}\\fR", escape(text))
}

pub(super) fn italic(text: &str) -> String {
    format!("\\fI{}\\fR", escape(text))
}

/// `code` as bold text. A backquote without its partner stays one.
fn with_bold_code(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let is_even = parts.len() % 2 == 1;
    if !is_even {
        return escape(text);
    }
    let part = |(index, part): (usize, &&str)| if index % 2 == 1 { bold(part) } else { escape(part) };
    parts.iter().enumerate().map(part).collect()
}

/// Takes from every character the meaning that roff gives it, and the shape that it gives those of code: a plain `-`
/// would print as a hyphen, which no shell takes back (groff_char(7)).
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\e"),
            '-' => escaped.push_str("\\-"),
            '\'' => escaped.push_str("\\(aq"),
            '"' => escaped.push_str("\\(dq"),
            '`' => escaped.push_str("\\(ga"),
            '^' => escaped.push_str("\\(ha"),
            '~' => escaped.push_str("\\(ti"),
            ' '..='~' => escaped.push(c),
            c if c.is_control() => escaped.push(' '),
            c => {
                let _ = write!(escaped, "\\[u{:04X}]", u32::from(c));
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_a_request_or_an_escape() {
        let mut page = Roff::page("a-b", "1.0");
        page.filled(".sh rm `-rf \\fB` 'x'\n.nf");
        page.verbatim(["'quoted", "  . \"tab\there\" ~^…"].into_iter());
        page.tagged(&bold("--all"), "it's `odd");
        let expected = ".TH \"A\\-B\" \"1\" \"\" \"awsenv 1.0\" \"awsenv manual\"\n.nh\n.ad l\n\
            \\&.sh rm \\fB\\-rf \\efB\\fR \\(aqx\\(aq .nf\n\
            .nf\n\\(aqquoted\n  . \\(dqtab here\\(dq \\(ti\\(ha\\[u2026]\n.fi\n\
            .TP\n\\fB\\-\\-all\\fR\nit\\(aqs \\(gaodd\n";
        assert_eq!(page.finish(), expected);
    }
}
