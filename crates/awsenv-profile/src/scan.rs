//! The line grammar that the SDKs share: text → lines, each with what it is.
//!
//! White space is space and tab only. Lines end at LF or CRLF; a lone CR is part of its line.

use crate::error::SyntaxErrorKind;
use crate::header::Header;
use crate::source::{BYTE_ORDER_MARK, FileKind};

const WHITESPACE: [char; 2] = [' ', '\t'];
const COMMENT: [char; 2] = ['#', ';'];

/// What a byte may be, looked up: every byte of a file is asked, so this is where reading a large file takes its time.
static CLASSES: [u8; 256] = classes();
/// May stand in the name of a section or property.
const NAME: u8 = 1;
/// May start a comment.
const SIGN: u8 = 2;
const NEWLINE: u8 = 4;

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'/' | b'.' | b'%' | b'@' | b':' | b'+' => NAME,
            b'#' | b';' => SIGN,
            b'\n' => NEWLINE,
            _ => 0,
        };
        byte += 1;
    }
    classes
}

fn is(byte: u8, class: u8) -> bool {
    CLASSES[usize::from(byte)] & class != 0
}

/// One line, in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line<'t> {
    /// The line without its line end.
    pub(crate) content: &'t str,
    /// `"\n"`, `"\r\n"`, or `""` on a last line without one.
    pub(crate) ending: &'t str,
    pub(crate) event: Event<'t>,
}

/// What a line is, given the lines above it. Every slice is a subslice of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event<'t> {
    Blank,
    Comment,
    Header(Header<'t>),
    Property {
        key: &'t str,
        value: &'t str,
    },
    /// A further line of the property above.
    Continuation {
        text: &'t str,
    },
    Broken {
        text: &'t str,
        error: SyntaxErrorKind,
    },
    /// An indented line below a broken one: it is left out with it.
    BelowBroken,
}

/// What an indented line would continue.
#[derive(Clone, Copy)]
enum Above {
    Nothing,
    Property,
    /// A property without a value on its own line: what is indented below it must be `key = value`.
    Block,
    Broken,
}

/// Splits a text into lines; together they are the text, but for a byte order mark at its start.
pub(crate) struct Scanner<'t> {
    rest: &'t str,
    file: FileKind,
    is_in_section: bool,
    above: Above,
}

impl<'t> Scanner<'t> {
    pub(crate) fn new(text: &'t str, file: FileKind) -> Scanner<'t> {
        let rest = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        Scanner { rest, file, is_in_section: false, above: Above::Nothing }
    }

    fn event(&mut self, line: &'t str, has_sign: bool) -> Event<'t> {
        if trim(line).is_empty() {
            Event::Blank
        } else if line.starts_with(COMMENT) {
            Event::Comment
        } else if line.starts_with('[') {
            self.open(Header::parse(line, self.file))
        } else if line.starts_with(WHITESPACE) {
            self.indented(line)
        } else {
            self.property(line, has_sign)
        }
    }

    fn open(&mut self, header: Header<'t>) -> Event<'t> {
        self.is_in_section = true;
        self.above = Above::Nothing;
        Event::Header(header)
    }

    fn property(&mut self, line: &'t str, has_sign: bool) -> Event<'t> {
        if !self.is_in_section {
            return self.broken(line, SyntaxErrorKind::NoSection);
        }
        // Hardly a line has a comment at its end.
        match if has_sign { key_and_value(line) } else { split_at_equals(trim(line)) } {
            Ok((key, value)) => {
                self.above = if value.is_empty() { Above::Block } else { Above::Property };
                Event::Property { key, value }
            }
            Err(Malformed::NoEquals) => self.broken(line, SyntaxErrorKind::PropertyWithoutEquals),
            Err(Malformed::NoName) => self.broken(line, SyntaxErrorKind::PropertyWithoutName),
        }
    }

    fn indented(&mut self, line: &'t str) -> Event<'t> {
        let error = if self.is_in_section { SyntaxErrorKind::NoPropertyToContinue } else { SyntaxErrorKind::NoSection };
        match self.above {
            Above::Property => Event::Continuation { text: trim(line) },
            Above::Block => match sub_property(line) {
                Ok(_) => Event::Continuation { text: trim(line) },
                // Only this line is lost: the block goes on below it.
                Err(Malformed::NoEquals) => Event::Broken { text: trim(line), error: SyntaxErrorKind::SubPropertyWithoutEquals },
                Err(Malformed::NoName) => Event::Broken { text: trim(line), error: SyntaxErrorKind::SubPropertyWithoutName },
            },
            // What follows an indented header belongs to it for the AWS CLI, and certainly not to the section above.
            Above::Nothing | Above::Broken => match (Header::parse_indented(line, self.file, error), self.above) {
                (Some(header), _) => self.open(header),
                (None, Above::Broken) => Event::BelowBroken,
                (None, _) => self.broken(line, error),
            },
        }
    }

    fn broken(&mut self, line: &'t str, error: SyntaxErrorKind) -> Event<'t> {
        self.above = Above::Broken;
        Event::Broken { text: trim(line), error }
    }
}

impl<'t> Iterator for Scanner<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        let (RawLine { content, ending, has_sign }, rest) = split_line(self.rest)?;
        self.rest = rest;
        Some(Line { content, ending, event: self.event(content, has_sign) })
    }
}

/// A line without what it means.
pub(crate) struct RawLine<'t> {
    pub(crate) content: &'t str,
    pub(crate) ending: &'t str,
    /// Whether a `#` or `;` is anywhere in it.
    has_sign: bool,
}

/// Splits off the first line; also what is left. `None` at the end of the text.
pub(crate) fn split_line(text: &str) -> Option<(RawLine<'_>, &str)> {
    if text.is_empty() {
        return None;
    }
    // One pass for both questions.
    let (mut at, mut seen) = (0, 0);
    for byte in text.bytes() {
        at += 1;
        let class = CLASSES[usize::from(byte)];
        if class == NEWLINE {
            break;
        }
        seen |= class;
    }
    let (line, rest) = text.split_at(at);
    let content = line.strip_suffix('\n').map_or(line, |content| content.strip_suffix('\r').unwrap_or(content));
    let (content, ending) = line.split_at(content.len());
    Some((RawLine { content, ending, has_sign: seen & SIGN != 0 }, rest))
}

/// Where a `#` or `;` starts a comment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comments {
    /// After white space: in properties.
    AfterWhitespace,
    /// Anywhere: in headers.
    Anywhere,
}

/// Returns the line without a comment at its end and without white space around it (smithy-rs `prepare_line`).
pub(crate) fn without_comment(line: &str, comments: Comments) -> &str {
    let line = trim(line);
    // Any Unicode white space before the sign will do, as in smithy-rs.
    let starts_comment = |at: usize| comments == Comments::Anywhere || line[..at].ends_with(char::is_whitespace);
    let is_sign = |byte: &u8| is(*byte, SIGN);
    let mut from = 0;
    // Hardly a line has either sign, and without one there is nothing more to look at.
    while let Some(found) = line.as_bytes()[from..].iter().position(is_sign) {
        let at = from + found;
        if starts_comment(at) {
            return trim(&line[..at]);
        }
        from = at + 1;
    }
    line
}

/// Returns the text without the white space around it.
pub(crate) fn trim(text: &str) -> &str {
    // By bytes, which is several times as fast as `trim_matches` with characters, and every line is trimmed twice.
    let bytes = text.as_bytes();
    let Some(start) = bytes.iter().position(|byte| !matches!(byte, b' ' | b'\t')) else { return &text[text.len()..] };
    let end = bytes.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(start, |last| last + 1);
    &text[start..end]
}

/// Splits `prefix name` at the first white space; without any, all of it is the name.
pub(crate) fn split_word(text: &str) -> (Option<&str>, &str) {
    match trim(text).split_once(WHITESPACE) {
        Some((prefix, name)) => (Some(prefix), name.trim()),
        None => (None, text.trim()),
    }
}

/// Returns whether the SDKs take this for the name of a section or property: `[A-Za-z0-9_\-/.%@:+]+`.
pub(crate) fn is_identifier(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| is(byte, NAME))
}

/// Why a line is not `key = value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
    NoEquals,
    NoName,
}

fn key_and_value(line: &str) -> Result<(&str, &str), Malformed> {
    split_at_equals(without_comment(line, Comments::AfterWhitespace))
}

/// Reads a line of a block. What looks like a comment at its end is looked through when the line is checked, but it is part
/// of the value (smithy-rs `validate_subproperty`, `parse_sub_properties`).
pub(crate) fn sub_property(line: &str) -> Result<(&str, &str), Malformed> {
    key_and_value(line)?;
    split_at_equals(trim(line))
}

fn split_at_equals(line: &str) -> Result<(&str, &str), Malformed> {
    let at = line.bytes().position(|byte| byte == b'=').ok_or(Malformed::NoEquals)?;
    let (key, value) = (trim(&line[..at]), &line[at + 1..]);
    if key.is_empty() {
        return Err(Malformed::NoName);
    }
    let trimmed = trim(value);
    // Trimming nothing but white space leaves a slice at its end; an empty value stands right behind the `=`.
    Ok((key, if trimmed.is_empty() { &value[..0] } else { trimmed }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One word a line, as the grammar sees it.
    fn check(text: &str, expected: &[&str]) {
        let describe = |line: Line<'_>| match line.event {
            Event::Blank => "blank".to_owned(),
            Event::Comment => "comment".to_owned(),
            Event::Header(header) => format!("header {}", header.name),
            Event::Property { key, value } => format!("{key}={value}"),
            Event::Continuation { text } => format!("+{text}"),
            Event::Broken { text, error } => format!("{text}: {error:?}"),
            Event::BelowBroken => "below".to_owned(),
        };
        let lines: Vec<String> = Scanner::new(text, FileKind::Config).map(describe).collect();
        assert_eq!(lines, expected, "{text:?}");
    }

    #[test]
    fn every_line_is_something() {
        check("", &[]);
        check("\n \t\n\r\n", &["blank", "blank", "blank"]);
        check("# a\n;b\n[default]\n #c", &["comment", "comment", "header default", "#c: NoPropertyToContinue"]);
        check("[default]\na = b = c\nd=\n", &["header default", "a=b = c", "d="]);
        check("[default]\na = b # c\nd = e#f\ng = # h", &["header default", "a=b", "d=e#f", "g="]);
        check("[default]\na = b\u{a0}# c", &["header default", "a=b\u{a0}"]);
        check("[default]\na = b\n c # d\n\n# e\n\tf", &["header default", "a=b", "+c # d", "blank", "comment", "+f"]);
        check("\u{feff}[default]\r\na = b\r\n", &["header default", "a=b"]);
        check("[default]\na = b\rc = d", &["header default", "a=b\rc = d"]);
    }

    #[test]
    fn a_broken_line_takes_its_continuations_with_it() {
        check("a = b\n c\nd\n", &["a = b: NoSection", "below", "d: NoSection"]);
        check("[default]\njunk\n a = b\nc = d\n e", &["header default", "junk: PropertyWithoutEquals", "below", "c=d", "+e"]);
        check("[default]\n= a\n b", &["header default", "= a: PropertyWithoutName", "below"]);
        check("[default]\n a\n b\n# c\n d", &["header default", "a: NoPropertyToContinue", "below", "comment", "below"]);
    }

    #[test]
    fn a_broken_line_of_a_block_is_lost_alone() {
        check(
            "[default]\ns3 =\n a = b\n junk\n # c\n = d\n e =\nf = g",
            &[
                "header default",
                "s3=",
                "+a = b",
                "junk: SubPropertyWithoutEquals",
                "# c: SubPropertyWithoutEquals",
                "= d: SubPropertyWithoutName",
                "+e =",
                "f=g",
            ],
        );
    }

    #[test]
    fn lines_keep_their_ends() {
        let lines: Vec<_> =
            Scanner::new("[a]\r\nb = c\n\r\r\nd", FileKind::Credentials).map(|line| (line.content, line.ending)).collect();
        assert_eq!(lines, [("[a]", "\r\n"), ("b = c", "\n"), ("\r", "\r\n"), ("d", "")]);
    }
}
