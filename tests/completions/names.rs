//! Every name arrives as it is.

use awsenv_shell::ShellDialect;

use crate::session::each;

pub(crate) const NAMES: &[&str] = &[
    "my profile",
    "two  blanks",
    "acct:Role",
    "trail:",
    "a/b/c",
    "it's",
    "q\"uote",
    "glob*x",
    "wild?x",
    "[x]y",
    "br[a-z]",
    "z$HOME",
    "$HOME",
    "$(touch evaluated)",
    "tick`touch evaluated`",
    "back\\slash",
    "end\\",
    "bang!x",
    "!hist",
    "né♀",
    "-dash",
    "--long",
    "#hash",
    "@at",
    "us@er",
    "m,n",
    "{o,p}x",
    "~tilde",
    "k=v",
    "semi;colon",
    "pipe|amp&",
    "(paren)",
    "<angle>",
    "%pct%",
    "caret^x",
    "012",
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Typed {
    Bare,
    Single,
    Double,
}

/// What somebody types who knows the shell's quotes, up to the end of a beginning of a name; a quote stays open.
fn typed(shell: ShellDialect, how: Typed, beginning: &str) -> String {
    let escape = |special: &str| -> String {
        beginning.chars().flat_map(|c| special.contains(c).then_some('\\').into_iter().chain([c])).collect()
    };
    match (shell, how) {
        (_, Typed::Bare) => escape(" \t'\"*?[]$\\!#~{}();<>|&`^"),
        (ShellDialect::Fish, Typed::Single) => format!("'{}", escape("'\\")),
        (_, Typed::Single) => format!("'{}", beginning.replace('\'', "'\\''")),
        (ShellDialect::Fish, Typed::Double) => format!("\"{}", escape("\"\\$")),
        (_, Typed::Double) => format!("\"{}", escape("\"\\$`")),
    }
}

/// The beginnings after which a name is certain: as short as can be, and all but its last character.
fn beginnings(name: &'static str) -> Vec<&'static str> {
    let is_certain = |beginning: &str| NAMES.iter().filter(|name| name.starts_with(beginning)).count() == 1;
    let mut ends = name.char_indices().map(|(end, _)| end).filter(|end| *end > 0 && is_certain(&name[..*end]));
    let first = ends.next();
    let last = ends.next_back();
    first.into_iter().chain(last).map(|end| &name[..end]).collect()
}

fn can_be_typed(shell: ShellDialect, how: Typed, name: &str, beginning: &str) -> bool {
    match shell {
        // History would be expanded before anything is completed, and no quoting inside "…" helps.
        ShellDialect::Bash | ShellDialect::Zsh => how != Typed::Double || !beginning.contains('!'),
        // fish takes a `*` in a word for a pattern while it completes, however it is quoted (3.6, with any command); and after
        // a name that ends in `:` or `/` it leaves the quote open, because the word might go on.
        _ => !beginning.contains('*') && (how == Typed::Bare || !name.ends_with(':')),
    }
}

#[test]
fn names_arrive_as_they_are_from_every_state_of_quotes() {
    each(NAMES, |mut session| {
        let shell = session.shell;
        let mut count = 0;
        for name in NAMES {
            let dashes: &[&str] = if name.starts_with('-') { &["--"] } else { &[] };
            let expected: Vec<&str> = ["use"].iter().chain(dashes).chain([name]).copied().collect();
            for beginning in beginnings(name) {
                for how in [Typed::Bare, Typed::Single, Typed::Double] {
                    if can_be_typed(shell, how, name, beginning) {
                        let keys = ["awsenv", "use"].iter().chain(dashes).map(|word| format!("{word} ")).collect::<String>();
                        session.arrive(&format!("{keys}{}\t", typed(shell, how, beginning)), &expected);
                        count += 1;
                    }
                }
            }
        }
        assert!(count > 150, "{shell:?}: only {count}");
        assert!(!session.home().join("evaluated").exists(), "{shell:?}");
    });
}

#[test]
fn what_names_have_in_common_is_put_in_and_the_rest_can_be_typed_on() {
    each(&["team one's", "team one two", "team:a", "team:b"], |mut session| {
        session.arrive("awsenv use 'team o\t tw\t", &["use", "team one two"]);
        // zsh puts in half of an escape, as with any names.
        if session.shell != ShellDialect::Zsh {
            session.arrive("awsenv use team\\ o\t\\'\t", &["use", "team one's"]);
        }
        session.arrive("awsenv use team:\tb\t", &["use", "team:b"]);
    });
}
