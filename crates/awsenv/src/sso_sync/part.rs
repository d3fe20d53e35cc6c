//! The part of the config file that belongs to `awsenv sso sync`, between two comments.
//!
//! ```ini
//! # >>> awsenv sso sync corp >>>
//! # Written by …
//!
//! [profile prod/Admin]
//! sso_session = corp
//! …
//!
//! # <<< awsenv sso sync corp <<<
//! ```
//!
//! The AWS CLI takes a comment with `=` or `:` in it for a setting, behind which it inserts others (formats.md §4.2, 3): so
//! the markers have neither. In a file's last section it inserts behind a blank line: so there is one before the end.

use std::ops::Range;

use awsenv_profile::{Document, LineKind};

const BEGIN: (&str, &str) = ("# >>> awsenv sso sync", ">>>");
const END: (&str, &str) = ("# <<< awsenv sso sync", "<<<");

/// The lines of a part, as places in [`Document::lines`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Part {
    /// The marker at its beginning.
    pub(crate) begin: usize,
    /// The marker at its end.
    pub(crate) end: usize,
    /// The sections between them, as places in [`Document::sections`].
    pub(crate) sections: Range<usize>,
}

/// A line that makes it unclear what belongs to the part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Unclear {
    /// Which one, as a place in [`Document::lines`].
    pub(crate) line: usize,
    pub(crate) why: &'static str,
    pub(crate) help: &'static str,
}

/// The line that begins or ends the part of a session.
pub(crate) fn markers(session: &str) -> (String, String) {
    (format!("{} {session} {}", BEGIN.0, BEGIN.1), format!("{} {session} {}", END.0, END.1))
}

/// Finds the part of a session. A marker that somebody has changed or removed, of whatever session, is an error: nobody
/// knows then whose the lines around it are.
pub(crate) fn find(document: &Document, session: &str) -> Result<Option<Part>, Unclear> {
    let mut open: Option<(usize, &str)> = None;
    let mut found = None;
    let mut seen: Vec<&str> = Vec::new();
    for (at, line) in document.lines().iter().enumerate() {
        if line.kind != LineKind::Comment {
            continue;
        }
        let text = document.line_text(line).trim();
        let unclear = |line, why, help| Unclear { line, why, help };
        if let Some(name) = named(text, BEGIN) {
            let name = name.ok_or(unclear(at, "this marker has been changed", CHANGED))?;
            if let Some((before, _)) = open {
                return Err(unclear(before, "this part has no end", NO_END));
            }
            if seen.contains(&name) {
                return Err(unclear(at, "this part is here for the second time", "remove one of the two, with both markers"));
            }
            seen.push(name);
            open = Some((at, name));
        } else if let Some(name) = named(text, END) {
            let name = name.ok_or(unclear(at, "this marker has been changed", CHANGED))?;
            let Some((begin, _)) = open.take().filter(|(_, begun)| *begun == name) else {
                return Err(unclear(at, "this part has no beginning", "write its first marker again, or remove this one too"));
            };
            if name == session {
                found = Some(part(document, begin, at)?);
            }
        }
    }
    match open {
        Some((line, _)) => Err(Unclear { line, why: "this part has no end", help: NO_END }),
        None => Ok(found),
    }
}

const CHANGED: &str = "write it as it was, or remove both markers: the profiles between them are then yours";
const NO_END: &str = "write its last marker again, or remove this one too: the profiles are then yours";

/// `None`: no marker; `Some(None)`: one that was changed.
fn named<'l>(line: &'l str, (first, last): (&str, &str)) -> Option<Option<&'l str>> {
    let rest = line.strip_prefix(first)?;
    Some(rest.strip_suffix(last).map(str::trim).filter(|name| !name.is_empty()))
}

fn part(document: &Document, begin: usize, end: usize) -> Result<Part, Unclear> {
    let lines = document.lines();
    let says_something = |line: &usize| !matches!(lines[*line].kind, LineKind::Blank | LineKind::Comment);
    let is_header = |line: &usize| lines[*line].kind == LineKind::Header;
    let first = (begin..end).find(is_header).unwrap_or(end);
    if let Some(line) = (begin..first).find(says_something) {
        let (why, help) = ("this belongs to the section above the marker", "move it above the marker");
        return Err(Unclear { line, why, help });
    }
    let next = (end..lines.len()).find(is_header).unwrap_or(lines.len());
    if let Some(line) = (end..next).find(says_something) {
        let (why, help) = ("this belongs to the last section before the marker", "move it above the marker");
        return Err(Unclear { line, why, help });
    }
    if let Some(line) = (begin..end).find(|line| lines[*line].kind == LineKind::Broken) {
        let (why, help) = ("this line is not understood", "correct or remove it");
        return Err(Unclear { line, why, help });
    }
    let within = |header: usize| (begin..end).contains(&header);
    let starts = document.sections().iter().map(|section| section.lines.start);
    let mut inside = starts.enumerate().filter(|(_, header)| within(*header)).map(|(at, _)| at);
    let sections = inside.next().map_or(0..0, |first| first..inside.next_back().unwrap_or(first) + 1);
    Ok(Part { begin, end, sections })
}

#[cfg(test)]
mod tests {
    use awsenv_profile::{FileKind, SourceFile};

    use super::*;

    fn find_in(text: &str) -> Result<Option<Part>, (usize, &'static str)> {
        let document = Document::parse(SourceFile::new(FileKind::Config, "config", text));
        find(&document, "corp").map_err(|unclear| (unclear.line + 1, unclear.why))
    }

    const B: &str = "# >>> awsenv sso sync corp >>>\n";
    const E: &str = "# <<< awsenv sso sync corp <<<\n";

    #[test]
    fn a_part_is_found_between_its_markers() {
        let other = "# >>> awsenv sso sync lab >>>\r\n[profile l]\n# <<< awsenv sso sync lab <<<\r\n";
        let text = format!("[profile own]\n{other}{B}# words\n\n[profile a]\nx = y\n[profile b]\n\n{E}\n# c\n[profile z]\n");
        assert_eq!(find_in(&text), Ok(Some(Part { begin: 4, end: 11, sections: 2..4 })));
        assert_eq!(find_in(other), Ok(None));
        assert_eq!(find_in(&format!("{B}{E}")), Ok(Some(Part { begin: 0, end: 1, sections: 0..0 })));
        assert_eq!(markers("corp"), (B.trim_end().to_owned(), E.trim_end().to_owned()));
    }

    #[test]
    fn what_is_unclear_is_told_with_its_line() {
        for (text, line, why) in [
            (format!("[profile a]\n{B}[profile b]\n"), 2, "has no end"),
            (format!("{B}{B}{E}"), 1, "has no end"),
            (format!("[profile b]\n{E}"), 2, "has no beginning"),
            (format!("{B}# <<< awsenv sso sync lab <<<\n"), 2, "has no beginning"),
            (format!("{B}{E}{B}{E}"), 3, "second time"),
            (format!("{B}# <<< awsenv sso sync corp\n"), 2, "changed"),
            ("# >>> awsenv sso sync >>>\n".to_owned(), 1, "changed"),
            (format!("[profile own]\n{B}x = y\n[profile a]\n{E}"), 3, "above the marker"),
            (format!("{B}[profile a]\nx = y\n{E}z = y\n"), 5, "before the marker"),
            (format!("[profile own]\n{B}{E}x = y\n"), 4, "before the marker"),
            (format!("{B}[profile a]\njunk\n{E}"), 3, "not understood"),
        ] {
            let (found, words) = find_in(&text).expect_err(&text);
            assert!(found == line && words.contains(why), "{text}: {found} {words}");
        }
    }
}
