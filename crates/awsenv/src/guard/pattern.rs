//! Patterns of names.

/// Whether a name is as a pattern has it: `*` is any text, `?` one character, all else itself.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut here) = (0, 0);
    // After the last star, and where in the name it was tried last: only the last one ever has to take more.
    let mut star = None;
    while here < name.len() {
        match pattern.get(at) {
            Some('*') => {
                at += 1;
                star = Some((at, here));
            }
            Some('?') => (at, here) = (at + 1, here + 1),
            Some(c) if *c == name[here] => (at, here) = (at + 1, here + 1),
            _ => match &mut star {
                Some((after, tried)) => {
                    *tried += 1;
                    (at, here) = (*after, *tried);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, name, expected) in [
            ("prod", "prod", true),
            ("prod", "prod2", false),
            ("prod", "Prod", false),
            ("*prod*", "prod", true),
            ("*prod*", "my-prod-eu", true),
            ("*prod", "prod-prod", true),
            ("*prod", "prod-eu", false),
            ("p*d*x", "pad-dex", true),
            ("prod?", "prod1", true),
            ("prod?", "prod", false),
            ("?", "é", true),
            ("*", "", true),
            ("", "", true),
            ("a*b*c", "a-b-b", false),
            ("[p]rod", "prod", false),
            ("*a*a*a*a*b", &"a".repeat(200), false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
