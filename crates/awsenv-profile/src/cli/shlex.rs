//! Words as Python's `shlex.split` makes them, which the AWS CLI uses on section headers.

use std::borrow::Cow;

/// One word: what it means, and the text it was made from.
pub(crate) type Word<'t> = (Cow<'t, str>, &'t str);

/// Splits a text into words; `None` if a quote or backslash is left open.
///
/// POSIX mode without comments: single quotes keep everything, double quotes keep all but `\"` and `\\`, a backslash outside
/// quotes takes the next character as it is.
pub(crate) fn split(text: &str) -> Option<Vec<Word<'_>>> {
    let mut words = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some(&(start, first)) = characters.peek() {
        if is_space(first) {
            characters.next();
            continue;
        }
        let mut word = String::new();
        while let Some((_, character)) = characters.next_if(|(_, character)| !is_space(*character)) {
            match character {
                '\'' => loop {
                    match characters.next()?.1 {
                        '\'' => break,
                        quoted => word.push(quoted),
                    }
                },
                '"' => loop {
                    match characters.next()?.1 {
                        '"' => break,
                        '\\' => match characters.next()?.1 {
                            escaped @ ('"' | '\\') => word.push(escaped),
                            other => word.extend(['\\', other]),
                        },
                        quoted => word.push(quoted),
                    }
                },
                '\\' => word.push(characters.next()?.1),
                plain => word.push(plain),
            }
        }
        let end = characters.peek().map_or(text.len(), |(at, _)| *at);
        let written = &text[start..end];
        words.push((if word == written { Cow::Borrowed(written) } else { Cow::Owned(word) }, written));
    }
    Some(words)
}

/// `shlex.whitespace`; other white space is part of a word.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&[&str]>) {
        let words = split(text);
        let words = words.as_ref().map(|words| words.iter().map(|(word, _)| &**word).collect::<Vec<_>>());
        assert_eq!(words.as_deref(), expected, "{text:?}");
    }

    /// Every expectation is what Python 3.11's `shlex.split` says.
    #[test]
    fn words_are_those_of_python() {
        check("", Some(&[]));
        check(" \t", Some(&[]));
        check("profile a", Some(&["profile", "a"]));
        check("profile \t a ", Some(&["profile", "a"]));
        check("profile 'my prof'", Some(&["profile", "my prof"]));
        check("profile \"my prof\"", Some(&["profile", "my prof"]));
        check("profile 'it'\"'\"'s'", Some(&["profile", "it's"]));
        check("profile 'it''s'", Some(&["profile", "its"]));
        check("profile a\\ b", Some(&["profile", "a b"]));
        check("profile \"a\\\"b\\c\\\\\"", Some(&["profile", "a\"b\\c\\"]));
        check("profile 'a\\b'", Some(&["profile", "a\\b"]));
        check("profile ''", Some(&["profile", ""]));
        check("profile a#b", Some(&["profile", "a#b"]));
        check("profile $(x) *", Some(&["profile", "$(x)", "*"]));
        check("profile a\u{a0}b", Some(&["profile", "a\u{a0}b"]));
        check("profile 'a", None);
        check("profile \"a", None);
        check("profile \"a\\", None);
        check("profile a\\", None);
    }

    #[test]
    fn a_word_knows_the_text_it_was_made_from() {
        let words = split("profile 'my prof' ").unwrap_or_default();
        assert_eq!(words.iter().map(|(_, written)| *written).collect::<Vec<_>>(), ["profile", "'my prof'"]);
    }
}
