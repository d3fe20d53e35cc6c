//! Changes of a file by whole lines: the new text, and what a person is shown of it.

use std::ops::Range;

use awsenv_profile::Document;

/// How many lines around a change are shown.
const CONTEXT: usize = 3;

/// Some lines, and what stands there instead. The new text brings its own line ends; an empty range inserts before that line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Splice {
    pub(crate) lines: Range<usize>,
    pub(crate) by: String,
}

/// Puts splices into the order of the file; several at one place stay in theirs.
pub(crate) fn sorted(mut splices: Vec<Splice>) -> Vec<Splice> {
    splices.sort_by_key(|splice| (splice.lines.start, splice.lines.end));
    splices
}

/// Returns the whole text with the changes, which are sorted and do not overlap. Every other byte stays.
pub(crate) fn text(document: &Document, splices: &[Splice]) -> String {
    let unchanged = document.text();
    // What stands before the first line is a byte order mark.
    let lines: usize = document.lines().iter().map(|line| document.line_text(line).len()).sum();
    let mut text = unchanged[..unchanged.len() - lines].to_owned();
    let mut at = 0;
    for splice in splices {
        push(&mut text, document, at..splice.lines.start);
        // A last line without an end would run into what comes behind it.
        if !splice.by.is_empty() && splice.lines.start == document.lines().len() && !text.is_empty() && !text.ends_with('\n') {
            text.push_str(line_end(document));
        }
        text.push_str(&splice.by);
        at = splice.lines.end;
    }
    push(&mut text, document, at..document.lines().len());
    text
}

/// The line end of the file: that of its first line.
pub(crate) fn line_end(document: &Document) -> &'static str {
    if document.lines().first().is_some_and(|line| line.ending == 2) { "\r\n" } else { "\n" }
}

fn push(text: &mut String, document: &Document, lines: Range<usize>) {
    for line in &document.lines()[lines] {
        text.push_str(document.line_text(line));
    }
}

/// What a line of a difference is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mark {
    /// One of the two lines with the file's name.
    File,
    /// Where the lines below it stand.
    Place,
    Same,
    Added,
    Removed,
}

/// Returns the difference in the form of `diff -u`, line by line and without line ends; nothing when nothing changes.
pub(crate) fn difference(document: &Document, splices: &[Splice], file: &str) -> Vec<(Mark, String)> {
    let total = document.lines().len();
    let line = |at: usize| document.line_text(&document.lines()[at]).trim_end_matches(['\r', '\n']).to_owned();
    let mut lines = Vec::new();
    let mut shift = 0_isize;
    let mut rest = splices;
    while !rest.is_empty() {
        // Changes so near that what is shown around them would touch are shown together.
        let together = rest.windows(2).take_while(|pair| pair[1].lines.start - pair[0].lines.end <= 2 * CONTEXT).count() + 1;
        let (group, others) = rest.split_at(together);
        rest = others;
        let begin = group[0].lines.start.saturating_sub(CONTEXT);
        let end = (group[together - 1].lines.end + CONTEXT).min(total);
        let mut shown = Vec::new();
        let mut at = begin;
        for splice in group {
            shown.extend((at..splice.lines.start).map(|at| (Mark::Same, line(at))));
            shown.extend(splice.lines.clone().map(|at| (Mark::Removed, line(at))));
            shown.extend(splice.by.lines().map(|line| (Mark::Added, line.to_owned())));
            at = splice.lines.end;
        }
        shown.extend((at..end).map(|at| (Mark::Same, line(at))));
        let count = |without: Mark| shown.iter().filter(|(mark, _)| *mark != without).count();
        let (old, new) = (count(Mark::Added), count(Mark::Removed));
        // An empty side is named by the line before it.
        let first = |count: usize, shift: isize| begin.saturating_add_signed(shift) + usize::from(count > 0);
        let place = format!("@@ -{},{old} +{},{new} @@", first(old, 0), first(new, shift));
        lines.push((Mark::Place, place));
        lines.append(&mut shown);
        shift += isize::try_from(new).unwrap_or_default() - isize::try_from(old).unwrap_or_default();
    }
    if !lines.is_empty() {
        lines.splice(0..0, [(Mark::File, format!("--- {file}")), (Mark::File, format!("+++ {file}"))]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use awsenv_profile::{FileKind, SourceFile};

    use super::*;

    fn document(text: &str) -> Document {
        Document::parse(SourceFile::new(FileKind::Config, "config", text))
    }

    fn splice(lines: Range<usize>, by: &str) -> Splice {
        Splice { lines, by: by.to_owned() }
    }

    #[test]
    fn only_what_is_named_changes() {
        let document = document("\u{feff}a\r\nb\nc\n\nd");
        let changes = sorted(vec![splice(5..5, "end\n"), splice(1..2, "B\n"), splice(1..1, "x\n"), splice(3..4, "")]);
        assert_eq!(text(&document, &changes), "\u{feff}a\r\nx\nB\nc\nd\r\nend\n");
        assert_eq!(text(&document, &[]), "\u{feff}a\r\nb\nc\n\nd");
    }

    #[test]
    fn an_empty_file_can_be_added_to() {
        assert_eq!(text(&document(""), &[splice(0..0, "a\n")]), "a\n");
        let shown = difference(&document(""), &[splice(0..0, "a\n")], "config");
        assert_eq!(shown[2..], [(Mark::Place, "@@ -0,0 +1,1 @@".to_owned()), (Mark::Added, "a".to_owned())]);
    }

    #[test]
    fn a_difference_is_what_diff_shows() {
        let old = (1..=20).map(|number| format!("{number}\n")).collect::<String>();
        let document = document(&old);
        let changes = [splice(1..2, "two\n"), splice(4..4, "x\ny\n"), splice(15..17, "")];
        let shown = difference(&document, &changes, "config");
        let text: Vec<String> = shown
            .iter()
            .map(|(mark, line)| match mark {
                Mark::Added => format!("+{line}"),
                Mark::Removed => format!("-{line}"),
                Mark::Same => format!(" {line}"),
                Mark::File | Mark::Place => line.clone(),
            })
            .collect();
        let expected = "--- config|+++ config|@@ -1,7 +1,9 @@| 1|-2|+two| 3| 4|+x|+y| 5| 6| 7|\
                        @@ -13,8 +15,6 @@| 13| 14| 15|-16|-17| 18| 19| 20";
        assert_eq!(text.join("|"), expected);
        assert!(difference(&document, &[], "config").is_empty());
    }
}
