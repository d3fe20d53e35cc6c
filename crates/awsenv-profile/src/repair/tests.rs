use super::*;
use crate::source::{FileKind, SourceFile};

/// Repairs what stands at a piece of the text.
fn repaired(text: &str, piece: &str, repair: impl Fn(Span) -> Repair) -> Option<String> {
    let start = text.find(piece).unwrap_or_else(|| panic!("`{piece}` is not in the text"));
    let span = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    let at = Span { file: FileKind::Config, start: span(start), len: span(piece.len()) };
    let repaired = Document::parse(SourceFile::new(FileKind::Config, "config", text)).repaired(&[repair(at)]);
    assert!(!repaired.done.is_empty() || repaired.text == text);
    (!repaired.done.is_empty()).then_some(repaired.text)
}

#[test]
fn a_line_is_mended_and_nothing_beside_it() {
    let key = |at| Repair::RenameKey { at, to: "region".to_owned() };
    let text = "# c\r\n[profile a]\r\nregoin =  x ; why\r\n\r\n";
    assert_eq!(repaired(text, "regoin", key).as_deref(), Some("# c\r\n[profile a]\r\nregion =  x ; why\r\n\r\n"));
    let header = |at| Repair::RenameSection { at, to: "profile a".to_owned() };
    assert_eq!(repaired("[a]  # c\nk = v", "a", header).as_deref(), Some("[profile a]  # c\nk = v"));
    let value = |at| Repair::SetValue { at, to: "x".to_owned() };
    assert_eq!(repaired("[profile a]\nk = 'x'  # c\n", "'x'", value).as_deref(), Some("[profile a]\nk = x  # c\n"));
    let lift = |at| Repair::LiftComment { at };
    assert_eq!(
        repaired("[profile a]\r\nk = v  ; c \r\nl = m\r\n", "k", lift).as_deref(),
        Some("[profile a]\r\n; c\r\nk = v\r\nl = m\r\n")
    );
    assert_eq!(repaired("[profile a]\nk = v # c", "k", lift).as_deref(), Some("[profile a]\n# c\nk = v"));
}

#[test]
fn what_is_taken_away_leaves_comments_behind() {
    let setting = |at| Repair::RemoveSetting { at };
    let text = "[profile a]\ns3 =\n  a = b\n# why\n  c = d\n\n# next\nk = v\n";
    assert_eq!(repaired(text, "s3", setting).as_deref(), Some("[profile a]\n# why\n\n# next\nk = v\n"));
    let section = |at| Repair::RemoveSection { at };
    let text = "[profile a]\nk = v\n[profile b]\n# why\nk = v\n\n# c\n[profile c]\n";
    assert_eq!(repaired(text, "profile b", section).as_deref(), Some("[profile a]\nk = v\n# why\n\n# c\n[profile c]\n"));
    assert_eq!(repaired("\u{feff}[a]\n", "[a]", |_| Repair::RemoveByteOrderMark).as_deref(), Some("[a]\n"));
}

#[test]
fn a_line_of_a_block_gets_another_key() {
    let key = |at| Repair::RenameKey { at, to: "region".to_owned() };
    let text = "[profile a]\ns3 =\n\tregoin =  x # y\n  k = v\n";
    assert_eq!(repaired(text, "regoin", key).as_deref(), Some("[profile a]\ns3 =\n\tregion =  x # y\n  k = v\n"));
    assert_eq!(repaired("[profile a]\nk = v\n  more\n", "more", key), None, "there is no key");
}

#[test]
fn a_section_goes_to_the_first_of_its_name() {
    let merged = |text: &str| {
        let places: Vec<usize> = text.match_indices("[profile a]").map(|(place, _)| place).collect();
        let span = |place: usize| Span { file: FileKind::Config, start: u32::try_from(place).unwrap_or(u32::MAX), len: 11 };
        let repair = Repair::MergeSection { at: span(places[1]), into: span(places[0]) };
        let repaired = Document::parse(SourceFile::new(FileKind::Config, "config", text)).repaired(&[repair]);
        (!repaired.done.is_empty()).then_some(repaired.text)
    };
    assert_eq!(
        merged(
            "# 1\n[profile a]\nk = v\n\n# 2\n[profile b]\nl = m\n\n# 3\n[profile a]\n# why\ns3 =\n  x = y\n\n# 4\n[profile c]\n"
        )
        .as_deref(),
        Some("# 1\n[profile a]\nk = v\n# why\ns3 =\n  x = y\n\n# 2\n[profile b]\nl = m\n\n# 3\n\n# 4\n[profile c]\n")
    );
    assert_eq!(merged("[profile a]\r\nk = v\r\n[profile a]\r\nl = m").as_deref(), Some("[profile a]\r\nk = v\r\nl = m\r\n"));
    assert_eq!(merged("[profile a]\nk = v\n[profile a] # why\nl = m\n"), None, "a comment would be lost");
}

#[test]
fn what_does_not_fit_is_left_out() {
    let key = |at| Repair::RenameKey { at, to: "region".to_owned() };
    assert_eq!(repaired("[profile a]\n# regoin\n", "regoin", key), None, "a comment has no key");
    assert_eq!(repaired("[profile a]\nk = v\n", "k", |at| Repair::RenameKey { at, to: "#k".to_owned() }), None);
    assert_eq!(repaired("[profile a]\nk = v\n", "k", |at| Repair::LiftComment { at }), None, "there is no comment");
    // What continues the setting above it would continue the one before.
    assert_eq!(repaired("[profile a]\nk = v\n", "a]", |at| Repair::RenameSection { at, to: "x\ny".to_owned() }), None);
}

#[test]
fn repairs_of_one_line_are_made_one_after_the_other() {
    let document = Document::parse(SourceFile::new(FileKind::Config, "config", "[profile a]\nregoin = 'x'\n"));
    let at = Span { file: FileKind::Config, start: 12, len: 6 };
    let repairs = [Repair::RenameKey { at, to: "region".to_owned() }, Repair::SetValue { at, to: "x".to_owned() }];
    let repaired = document.repaired(&repairs);
    assert_eq!((repaired.text.as_str(), &*repaired.done), ("[profile a]\nregion = 'x'\n", &[0][..]));
}

/// Makes all of these, each at its piece of the text.
fn together(text: &str, repairs: &[(&str, &dyn Fn(Span) -> Repair)]) -> (String, Vec<usize>) {
    let at = |piece: &str| {
        let start = text.find(piece).and_then(|start| u32::try_from(start).ok()).unwrap_or(u32::MAX);
        Span { file: FileKind::Config, start, len: 1 }
    };
    let repairs: Vec<Repair> = repairs.iter().map(|(piece, repair)| repair(at(piece))).collect();
    let repaired = Document::parse(SourceFile::new(FileKind::Config, "config", text)).repaired(&repairs);
    (repaired.text, repaired.done)
}

#[test]
fn two_repairs_that_spoil_each_other_are_not_both_made() {
    let key = |at| Repair::RenameKey { at, to: "region".to_owned() };
    assert_eq!(
        together("[profile b]\nregoin = 1\nregio = 2\n", &[("regoin", &key), ("regio ", &key)]),
        ("[profile b]\nregion = 1\nregio = 2\n".to_owned(), vec![0])
    );
    let header = |at| Repair::RenameSection { at, to: "profile a".to_owned() };
    assert_eq!(
        together(
            "[a]\nk = v\n[Profile a]\nk = w\n[profile c]\nregoin = x\n",
            &[("a]", &header), ("Prof", &header), ("regoin", &key)]
        ),
        ("[profile a]\nk = v\n[Profile a]\nk = w\n[profile c]\nregion = x\n".to_owned(), vec![0, 2])
    );
}

#[test]
fn a_repair_that_changes_another_setting_is_left_out() {
    let key = |at| Repair::RenameKey { at, to: "region".to_owned() };
    assert_eq!(repaired("[profile b]\nregion = 1\n[profile  b]\nregoin = 2\n", "regoin", key), None);
    let header = |at| Repair::RenameSection { at, to: "profile a".to_owned() };
    assert_eq!(repaired("[profile  a]\nk = w\n[a]\nk = v\n", "[a]", header), None);
    // All of a section comes with its header, also where lines in it move.
    let lift = |at| Repair::LiftComment { at };
    assert_eq!(
        together(
            "[b]\nk = v # c\nl = w\n[profile c]\n",
            &[("b]", &|at| Repair::RenameSection { at, to: "profile b".to_owned() }), ("k", &lift)]
        ),
        ("[profile b]\n# c\nk = v\nl = w\n[profile c]\n".to_owned(), vec![0, 1])
    );
}
