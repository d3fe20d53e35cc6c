//! Commands that a shell would read otherwise than `shlex`. The AWS CLI starts a `credential_process` without a shell; the
//! SDKs for Rust and JavaScript give it to one.

/// Returns whether a command has something that a POSIX shell would not take as it stands: a pipe, a redirection, several
/// commands, `$` or a backtick, a pattern, a `~` or a comment at the start of a word (Shell Command Language, 2.2 and 2.6).
pub(super) fn has(command: &str) -> bool {
    let mut quote = None;
    let mut starts_word = true;
    let mut characters = command.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (Some('\''), _) => {}
            (_, '$' | '`') => return true,
            (_, '\\') => _ = characters.next(),
            (None, '\'' | '"') => quote = Some(character),
            (None, '|' | '&' | ';' | '<' | '>' | '(' | ')' | '*' | '?' | '[') => return true,
            (None, '~' | '#') if starts_word => return true,
            _ => {}
        }
        starts_word = quote.is_none() && character.is_ascii_whitespace();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_read_otherwise_is_found() {
        for command in
            ["a | b", "a ~/b", "~/b", "$HOME/b", "a \"$B\"", "a `b`", "a > b", "a; b", "a *.json", "a #b", "a && b", "(a)"]
        {
            assert!(has(command), "{command}");
        }
        for command in ["", "/bin/a b", "a '$B | ~'", "a \"b c\"", "a b~ c#d", r"a \$b", r"a \| b", "a 'b'~", "a --b=c:d,e@f"] {
            assert!(!has(command), "{command}");
        }
    }
}
