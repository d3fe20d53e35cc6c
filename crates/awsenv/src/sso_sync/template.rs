//! What a profile is called: `{account_name}/{role}`.

use super::Assignment;

/// The template where nobody has said another.
pub(crate) const DEFAULT: &str = "{account_name}/{role}";

/// The longest that one placeholder becomes. AWS's own names are shorter (50 for an account, 64 for a role).
const LONGEST: usize = 64;

/// A template that was understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    Text(String),
    Field { field: Field, lower: bool },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Field {
    AccountName,
    AccountId,
    AccountEmail,
    Role,
    Session,
}

const FIELDS: [(&str, Field); 6] = [
    ("account_name", Field::AccountName),
    ("account_id", Field::AccountId),
    ("account_email", Field::AccountEmail),
    ("role", Field::Role),
    ("role_name", Field::Role),
    ("session", Field::Session),
];

impl Template {
    /// Reads a template; the error says what it takes.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let Some(inside) = rest.strip_prefix('{') else {
                let end = rest.find('{').unwrap_or(rest.len());
                let (text, after) = rest.split_at(end);
                if let Some(wrong) = text.chars().find(|c| !is_name_character(*c) && !"/:".contains(*c)) {
                    return Err(format!("letters, digits and - _ . / @ + : around the placeholders, not {wrong:?}"));
                }
                pieces.push(Piece::Text(text.to_owned()));
                rest = after;
                continue;
            };
            let (name, after) = inside.split_once('}').ok_or("a } for every {")?;
            let (name, lower) = name.strip_suffix("|lower").map_or((name, false), |name| (name, true));
            let field = FIELDS.iter().find(|(known, _)| *known == name.trim()).map(|(_, field)| *field);
            let field = field.ok_or_else(|| {
                format!("{{account_name}}, {{account_id}}, {{account_email}}, {{role}} and {{session}}, not {{{name}}}")
            })?;
            pieces.push(Piece::Field { field, lower });
            rest = after;
        }
        if !pieces.iter().any(|piece| matches!(piece, Piece::Field { field, .. } if *field != Field::Session)) {
            return Err("a placeholder of the account or the role, or all names would be the same".to_owned());
        }
        if text.starts_with('-') {
            return Err("a beginning that no command takes for an option".to_owned());
        }
        Ok(Self { pieces })
    }

    /// Returns the name of an assignment: always one that every SDK can read (`[A-Za-z0-9_\-/.%@:+]+`, see
    /// `awsenv_profile`), whatever the server calls its accounts.
    pub(crate) fn name(&self, session: &str, assignment: &Assignment) -> String {
        let mut name = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Field { field, lower } => {
                    let value = match field {
                        Field::AccountName => cleaned(&assignment.account_name),
                        Field::AccountEmail => cleaned(&assignment.account_email),
                        Field::AccountId => assignment.account_id.clone(),
                        Field::Role => cleaned(&assignment.role),
                        Field::Session => cleaned(session),
                    };
                    // An account has an id whatever else it lacks.
                    let value = if value.is_empty() { assignment.account_id.clone() } else { value };
                    name.push_str(&if *lower { value.to_ascii_lowercase() } else { value });
                }
            }
        }
        name
    }
}

/// A text without what names cannot have: each run of such characters becomes one `-`.
pub(super) fn cleaned(text: &str) -> String {
    let mut name = String::new();
    for character in text.chars() {
        if is_name_character(character) {
            name.push(character);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    let short = &name[..name.len().min(LONGEST)];
    short.trim_matches('-').to_owned()
}

/// What a name may have; a `/` or `:` may only come from the template.
fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_-.@+".contains(character)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn name(template: &str, account_name: &str) -> String {
        let assignment = Assignment {
            account_name: account_name.to_owned(),
            account_id: "111122223333".to_owned(),
            role: "Power+User".to_owned(),
            account_email: "aws+prod@example.com".to_owned(),
        };
        Template::parse(template).unwrap().name("corp sso", &assignment)
    }

    #[test]
    fn placeholders_are_filled() {
        for (template, expected) in [
            (DEFAULT, "My-Account/Power+User"),
            ("{session}:{account_name|lower}.{role|lower}", "corp-sso:my-account.power+user"),
            ("{account_id}-{role_name}", "111122223333-Power+User"),
            ("x/{account_email}", "x/aws+prod@example.com"),
        ] {
            assert_eq!(name(template, "My Account"), expected);
        }
    }

    #[test]
    fn no_name_is_more_than_a_name() {
        for (account_name, expected) in [
            ("", "111122223333/Power+User"),
            ("\n]\n[default]\nx = y", "default-x-y/Power+User"),
            ("a'\"`$(touch x);b", "a-touch-x-b/Power+User"),
            ("\u{1b}[31mred\u{7}", "31mred/Power+User"),
            ("Größe 東京", "Gr-e/Power+User"),
            ("東京", "111122223333/Power+User"),
            ("-rf", "rf/Power+User"),
            ("a/b # c", "a-b-c/Power+User"),
            (&"x".repeat(300), &format!("{}/Power+User", "x".repeat(64))),
        ] {
            assert_eq!(name(DEFAULT, account_name), expected, "{account_name:?}");
        }
    }

    #[test]
    fn what_is_no_template_is_told() {
        for (template, part) in [
            ("{acount_name}", "not {acount_name}"),
            ("{role", "a } for every {"),
            ("role", "a placeholder"),
            ("{session}", "a placeholder"),
            ("{role} {account_id}", "not ' '"),
            ("{role}]\n", "not ']'"),
            ("-{role}", "option"),
            ("", "a placeholder"),
        ] {
            let error = Template::parse(template).unwrap_err();
            assert!(error.contains(part), "{template}: {error}");
        }
    }
}
