//! What holds for every file and every repair: the lines that it does not touch are as they were.

mod generator;

use awsenv_profile::{Document, FileKind, LineKind, Repair, SourceFile, Span};
use generator::Generator;

const PIECES: [&str; 22] = [
    "\n",
    "\r\n",
    "\r",
    " ",
    "\u{feff}",
    "[",
    "]",
    "[default]\n",
    "[profile a] # c\r\n",
    "  [profile a]\n",
    "[sso-session a]\n",
    "[a]\n",
    "# c\n",
    "=",
    " # c",
    "k = v\n",
    "K=w ; c\r\n",
    "region = x # why\n",
    "s3 =\n",
    "  k = v\n",
    " more\n",
    "é",
];

#[test]
fn a_repair_leaves_every_other_line_as_it_was() {
    let (mut done, mut refused) = (0, 0);
    for seed in 1..40_000 {
        let mut generator = Generator::new(seed);
        let kind = generator.pick(&[FileKind::Config, FileKind::Credentials]);
        let text = "[profile a]\n".to_owned() + &generator.text(&PIECES, 16);
        let before = Document::parse(SourceFile::new(kind, "file", text.as_str()));
        let line = generator.below(before.lines().len());
        let at = Span { len: 0, ..before.lines()[line].span };
        let to = || ["region", "profile a", "#", "x # y", "é", ""][seed as usize % 6].to_owned();
        let repair = match generator.below(6) {
            0 => Repair::RenameKey { at, to: to() },
            1 => Repair::RenameSection { at, to: to() },
            2 => Repair::SetValue { at, to: to() },
            3 => Repair::LiftComment { at },
            4 => Repair::RemoveSetting { at },
            _ => Repair::RemoveSection { at },
        };
        let removes = matches!(repair, Repair::RemoveSetting { .. } | Repair::RemoveSection { .. });
        let repaired = before.repaired(std::slice::from_ref(&repair));
        if repaired.done.is_empty() {
            assert_eq!(repaired.text, text);
            refused += 1;
            continue;
        }
        let after = Document::parse(SourceFile::new(kind, "file", repaired.text.as_str()));
        let lines =
            |document: &Document| document.lines().iter().map(|line| document.line_text(line).to_owned()).collect::<Vec<_>>();
        let (old, new) = (lines(&before), lines(&after));
        assert_eq!(old[..line], new[..line], "{repair:?}\n{text:?}");
        let same_end = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
        let last = if removes {
            let section = before.lines()[line].section.map(|section| before.sections()[section].lines.end);
            section.unwrap_or(line + 1)
        } else {
            line + 1
        };
        assert!(same_end >= old.len() - last, "{repair:?}\n{text:?}\n{:?}", repaired.text);
        let comments = |document: &Document| document.lines().iter().filter(|line| line.kind == LineKind::Comment).count();
        assert!(comments(&after) >= comments(&before), "{repair:?}\n{text:?}\n{:?}", repaired.text);
        done += 1;
    }
    assert!(done > 5_000 && refused > 5_000, "{done} done, {refused} refused");
}

/// Whatever stands there: merging two of a name loses no line but the header.
#[test]
fn sections_are_merged_line_by_line() {
    let mut done = 0;
    for seed in 1..20_000 {
        let mut generator = Generator::new(seed);
        let (one, other, rest) = (generator.text(&PIECES, 6), generator.text(&PIECES, 6), generator.text(&PIECES, 4));
        let text = format!("[profile a]\n{one}\n[profile z]\n{other}\n{rest}");
        let before = Document::parse(SourceFile::new(FileKind::Config, "file", text.as_str()));
        let headers: Vec<Span> = before.sections().iter().map(|section| before.lines()[section.lines.start].span).collect();
        let (into, at) = (headers[0], headers[generator.below(headers.len())]);
        let repaired = before.repaired(&[Repair::MergeSection { at, into }]);
        if repaired.done.is_empty() {
            assert_eq!(repaired.text, text);
            continue;
        }
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        let mut expected = sorted(&text);
        let header = before.source().slice(at).trim_end_matches(['\n', '\r']).to_owned();
        let place = expected.iter().position(|line| *line == header).unwrap_or_else(|| panic!("no {header:?} in {text:?}"));
        expected.remove(place);
        assert_eq!(sorted(&repaired.text), expected, "{text:?}\n{:?}", repaired.text);
        done += 1;
    }
    assert!(done > 1_000, "{done} done");
}
