//! A command line in the AWS CLI's reading: Python's `shlex.split`.

use zeroize::Zeroizing;

/// Splits a command into words as `shlex.split` does. Pipes, `~` and `$` are characters like any other.
///
/// shell-words splits as a shell does, which is another thing in four places: there `#` begins a comment, `\` before a
/// newline is nothing, in double quotes `\` quotes `$` and `` ` `` too, and a `\` at the end stands for itself. So the
/// command is first written as a shell would have to have it.
pub(crate) fn split(command: &str) -> Option<Vec<String>> {
    shell_words::split(&for_shell(command)?).ok()
}

fn for_shell(command: &str) -> Option<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(2 * command.len()));
    let mut quote = None;
    let mut characters = command.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (None, '\'' | '"') => {
                quote = Some(character);
                text.push(character);
            }
            (Some(open), _) if open == character => {
                quote = None;
                text.push(character);
            }
            (None, '\\') => match characters.next()? {
                '\n' => text.push_str("'\n'"),
                escaped => text.extend(['\\', escaped]),
            },
            (Some('"'), '\\') => match characters.next()? {
                escaped @ ('"' | '\\') => text.extend(['\\', escaped]),
                other => text.extend(['\\', '\\', other]),
            },
            (None, '#') => text.push_str("\\#"),
            (None, '\r') => text.push(' '),
            _ => text.push(character),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_shlexs() {
        for (command, expected) in [
            ("", Some(vec![])),
            ("a  b\tc\n d\re", Some(vec!["a", "b", "c", "d", "e"])),
            ("a 'b c' \"d e\"f", Some(vec!["a", "b c", "d ef"])),
            ("a '' \"\"", Some(vec!["a", "", ""])),
            ("~/bin/a $HOME | b > c && d; `e`", Some(vec!["~/bin/a", "$HOME", "|", "b", ">", "c", "&&", "d;", "`e`"])),
            ("a #b c#d", Some(vec!["a", "#b", "c#d"])),
            (r#"a "\$b \`c \"d \\e \f" \$g"#, Some(vec!["a", r#"\$b \`c "d \e \f"#, "$g"])),
            ("a \\\nb \"c\\\nd\"", Some(vec!["a", "\nb", "c\\\nd"])),
            (r"a 'b\' c\ d", Some(vec!["a", r"b\", "c d"])),
            (r"a \", None),
            ("a 'b", None),
            ("a \"b", None),
            ("a \"b\\", None),
            ("ä \"ö\" 日本", Some(vec!["ä", "ö", "日本"])),
        ] {
            let expected = expected.map(|words| words.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(split(command), expected, "{command:?}");
        }
    }

    /// Python itself is asked, where it is installed.
    #[test]
    fn words_are_pythons() {
        const ALPHABET: [char; 14] = ['a', 'b', ' ', '\t', '\n', '\r', '\'', '"', '\\', '#', '$', '`', '~', 'é'];
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            usize::try_from(seed % 1_000_003).unwrap_or_default()
        };
        let commands: Vec<String> =
            (0..4_000).map(|_| (0..next() % 14).map(|_| ALPHABET[next() % ALPHABET.len()]).collect()).collect();
        let script = "import json, shlex, sys
def words(command):
    try: return shlex.split(command)
    except ValueError: return None
print(json.dumps([words(command) for command in json.loads(sys.argv[1])]))";
        let input = serde_json::to_string(&commands).expect("texts are JSON");
        let Ok(output) = std::process::Command::new("python3").args(["-c", script, &input]).output() else {
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "SKIPPED: python3 not found");
            return;
        };
        let expected: Vec<Option<Vec<String>>> =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        for (command, expected) in commands.iter().zip(expected) {
            assert_eq!(split(command), expected, "{command:?}");
        }
    }
}
