/// A command line up to the cursor, read as its shell reads it, but with nothing in it evaluated: `$(…)` and `$x` are text.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Line {
    /// What the words are when the line is run; the last one, which may be empty, is the one to complete.
    pub(super) words: Vec<Word>,
    /// The quote in which the line ends.
    pub(super) quote: Quote,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Word {
    /// Where it begins in the line.
    pub(super) start: usize,
    pub(super) value: String,
    /// How much of the value stands before the place from which bash's readline replaces: behind the last quote that is
    /// open, else behind the last `:` or other break character that is not quoted.
    pub(super) kept: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Quote {
    None,
    Single,
    Double,
}

/// Whose quoting it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Syntax<'a> {
    /// With the value of `COMP_WORDBREAKS`.
    Bash {
        breaks: &'a str,
    },
    Fish,
}

impl Line {
    /// Reads a line; nothing when the cursor is where no argument is: in `$(…`, after `>`, in `$'…`.
    pub(super) fn read(text: &str, syntax: Syntax<'_>) -> Option<Self> {
        Reader { text, at: 0, syntax, words: Vec::new(), word: None, after_redirection: false }.line()
    }

    /// Returns the values of the words.
    pub(super) fn values(&self) -> Vec<String> {
        self.words.iter().map(|word| word.value.clone()).collect()
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    syntax: Syntax<'a>,
    words: Vec<Word>,
    word: Option<Word>,
    after_redirection: bool,
}

impl Reader<'_> {
    fn line(mut self) -> Option<Line> {
        let mut quote = Quote::None;
        while let Some(c) = self.next() {
            match c {
                ' ' | '\t' | '\n' => self.end_word(),
                '&' | '|' if self.after_redirection && self.word.is_none() => {}
                '&' if self.peek() == Some('>') => self.end_word(),
                ';' | '|' | '&' => {
                    self.end_word();
                    self.words.clear();
                    self.after_redirection = false;
                }
                '<' | '>' => {
                    // The number in `2>` is no word.
                    if self.word.as_ref().is_some_and(|word| word.value.bytes().all(|byte| byte.is_ascii_digit())) {
                        self.word = None;
                    }
                    self.end_word();
                    self.after_redirection = true;
                }
                '\\' => self.escape(),
                '\'' | '"' => {
                    let kept = self.word().value.len();
                    if !self.quoted(c) {
                        quote = if c == '"' { Quote::Double } else { Quote::Single };
                        self.word().kept = kept;
                    }
                }
                '(' if self.syntax == Syntax::Fish => self.nested('(', ')')?,
                '`' if self.syntax != Syntax::Fish => self.nested('`', '`')?,
                '$' if self.syntax != Syntax::Fish => self.dollar()?,
                _ => self.push(c),
            }
        }
        if self.after_redirection {
            return None;
        }
        let last = self.word.take().unwrap_or(Word { start: self.text.len(), ..Word::default() });
        self.words.push(last);
        Some(Line { words: self.words, quote })
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// The word in which the reader is, which begins with the character just read when there is none.
    fn word(&mut self) -> &mut Word {
        let start = self.text[..self.at].char_indices().next_back().map_or(0, |(at, _)| at);
        self.word.get_or_insert_with(|| Word { start, ..Word::default() })
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else { return };
        if !std::mem::take(&mut self.after_redirection) {
            self.words.push(word);
        }
    }

    fn push(&mut self, c: char) {
        let is_break = matches!(self.syntax, Syntax::Bash { breaks } if breaks.contains(c));
        let word = self.word();
        let before = word.value.len();
        word.value.push(c);
        if is_break {
            // Readline gives `@` to the completion as well, for hosts.
            word.kept = if c == '@' { before } else { word.value.len() };
        }
    }

    fn escape(&mut self) {
        self.word();
        // Neither a line break nor the end of the line is part of the word.
        if let Some(c) = self.next().filter(|c| *c != '\n') {
            self.word().value.push(c);
        }
    }

    /// Reads up to the closing quote; returns whether there is one.
    fn quoted(&mut self, quote: char) -> bool {
        self.word();
        while let Some(c) = self.next() {
            if c == quote {
                return true;
            }
            let escapes = match (self.syntax, quote) {
                (Syntax::Bash { .. }, '\'') => "",
                (Syntax::Bash { .. }, _) => "\\\"$`\n",
                (Syntax::Fish, '\'') => "\\'",
                (Syntax::Fish, _) => "\\\"$\n",
            };
            let escaped = self.peek().filter(|next| c == '\\' && escapes.contains(*next));
            match escaped {
                Some(_) => {
                    self.at += 1;
                    self.word().value.extend(escaped.filter(|next| *next != '\n'));
                }
                None => self.word().value.push(c),
            }
        }
        false
    }

    fn dollar(&mut self) -> Option<()> {
        match self.peek() {
            Some('(') => {
                self.push('$');
                self.at += 1;
                self.nested('(', ')')
            }
            Some('\'') => {
                self.word();
                let start = self.at + 1;
                let (mut end, mut is_escaped) = (None, false);
                for (at, c) in self.text[start..].char_indices() {
                    if c == '\'' && !is_escaped {
                        end = Some(start + at);
                        break;
                    }
                    is_escaped = c == '\\' && !is_escaped;
                }
                let text = &self.text[start..end?];
                self.word().value.push_str(text);
                self.at = end? + 1;
                Some(())
            }
            // A string to translate.
            Some('"') => {
                self.word();
                Some(())
            }
            _ => {
                self.push('$');
                Some(())
            }
        }
    }

    /// Takes in a substitution as it stands, up to its end.
    fn nested(&mut self, open: char, close: char) -> Option<()> {
        self.word().value.push(open);
        let mut depth = 1;
        while depth > 0 {
            let c = self.next()?;
            self.word().value.push(c);
            if c == close {
                depth -= 1;
            } else if c == open {
                depth += 1;
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Quote, Syntax};

    const BASH: Syntax<'_> = Syntax::Bash { breaks: " \t\n\"'@><=;|&(:" };

    #[test]
    fn words_are_read_as_the_shell_reads_them() {
        for (syntax, text, words) in [
            (BASH, "a b ", &["a", "b", ""][..]),
            (BASH, "a 'b c'd\"e f\"\\ g", &["a", "b cde f g"]),
            (BASH, r#"a "\$x\y\"z"#, &["a", r#"$x\y"z"#]),
            (BASH, "a 'it'\\''s", &["a", "it's"]),
            (BASH, "a $(b 'c' $(d)) `e f` $x", &["a", "$(b 'c' $(d))", "`e f`", "$x"]),
            (BASH, "a $'b\\'c' $\"d\"", &["a", "b\\'c", "d"]),
            (BASH, "x; y | a 2>/dev/null >&2 &>z b", &["a", "b"]),
            (BASH, "a b\\", &["a", "b"]),
            (Syntax::Fish, r"a 'b\'c\\d\e'f\ g", &["a", r"b'c\d\ef g"]),
            (Syntax::Fish, "a (b c) $x\"\\$y", &["a", "(b c)", "$x$y"]),
        ] {
            let line = Line::read(text, syntax).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(line.values(), words, "{text}");
        }
    }

    #[test]
    fn readline_replaces_from_the_open_quote_or_the_last_break() {
        for (text, kept, quote) in [
            ("a acct:R", "acct:", Quote::None),
            ("a acct\\:R", "", Quote::None),
            ("a 'acct:R", "", Quote::Single),
            ("a acct:\"R", "acct:", Quote::Double),
            ("a 'b:c'd", "", Quote::None),
            ("a b:'c'd", "b:", Quote::None),
            ("a --x=b:c", "--x=b:", Quote::None),
            ("a us@er", "us", Quote::None),
            ("a ", "", Quote::None),
        ] {
            let line = Line::read(text, BASH).unwrap_or_else(|| panic!("{text}"));
            let word = &line.words[1];
            assert_eq!((&word.value[..word.kept], line.quote), (kept, quote), "{text}");
        }
    }

    #[test]
    fn where_no_argument_is_there_is_no_line() {
        for (syntax, text) in
            [(BASH, "a $(b"), (BASH, "a `b"), (BASH, "a $'b"), (BASH, "a >b"), (BASH, "a 2> "), (Syntax::Fish, "a (b")]
        {
            assert_eq!(Line::read(text, syntax), None, "{text}");
        }
    }
}
