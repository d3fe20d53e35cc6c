//! Writing to the settings file, which is a person's: comments and every other line stay.

/// Returns the text with these settings in one section: a value is written in the place of the old one, before a comment
/// behind it; what is new comes below the section's last setting, what is `None` goes, and a section that is not there comes
/// at the end, under `header`.
pub(crate) fn with_settings(
    text: &str,
    header: &str,
    is_section: impl Fn(&str) -> bool,
    settings: &[(&str, Option<String>)],
) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let ending = if lines.first().is_some_and(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" };
    let name =
        |line: &str| line.trim().strip_prefix('[').and_then(|rest| rest.split(']').next()).map(|name| name.trim().to_owned());
    let found = lines.iter().position(|line| name(line).is_some_and(|name| is_section(&name)));
    let begin = found.unwrap_or_else(|| {
        if let Some(last) = lines.last_mut().filter(|last| !last.ends_with('\n')) {
            last.push_str(ending);
        }
        if lines.last().is_some_and(|last| !last.trim().is_empty()) {
            lines.push(ending.to_owned());
        }
        lines.push(format!("{header}{ending}"));
        lines.len() - 1
    });
    for (key, value) in settings {
        let end = (begin + 1..lines.len()).find(|at| name(&lines[*at]).is_some()).unwrap_or(lines.len());
        let is_key = |line: &String| line.split(['=', ':']).next().map(str::trim) == Some(key);
        let present = (begin + 1..end).rev().find(|at| is_key(&lines[*at]));
        match (present, value) {
            (Some(at), None) => _ = lines.remove(at),
            (Some(at), Some(value)) => lines[at] = with_value(&lines[at], value),
            (None, None) => {}
            (None, Some(value)) => {
                let is_setting = |line: &str| !line.trim().is_empty() && !line.trim().starts_with([';', '#']);
                let last = (begin..end).rev().find(|at| is_setting(&lines[*at])).unwrap_or(begin);
                if !lines[last].ends_with('\n') {
                    lines[last].push_str(ending);
                }
                lines.insert(last + 1, format!("{key} = {value}{ending}"));
            }
        }
    }
    lines.concat()
}

/// A line with another value.
fn with_value(line: &str, value: &str) -> String {
    let Some(sign) = line.find(['=', ':']) else { return line.to_owned() };
    let (before, after) = line.split_at(sign + 1);
    let old = super::without_comment(after.trim_end_matches(['\r', '\n']));
    let start = after.find(old).filter(|_| !old.is_empty());
    match start {
        Some(start) => format!("{before}{}{value}{}", &after[..start], &after[start + old.len()..]),
        None => format!("{before} {value}{after}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, settings: &[(&str, Option<&str>)]) -> String {
        let settings: Vec<_> = settings.iter().map(|(key, value)| (*key, value.map(str::to_owned))).collect();
        with_settings(text, "[mine]", |name| name == "mine", &settings)
    }

    #[test]
    fn only_what_is_named_changes() {
        for (text, expected) in [
            ("", "[mine]\nk = v\n"),
            ("[use]\nmode = keys", "[use]\nmode = keys\n\n[mine]\nk = v\n"),
            ("[use]\r\n", "[use]\r\n\r\n[mine]\r\nk = v\r\n"),
            ("; c\n[ mine ]\nk=old ; why\n[use]\n", "; c\n[ mine ]\nk=v ; why\n[use]\n"),
            ("[mine]\na = b\n\n; next\n[use]\nk = x\n", "[mine]\na = b\nk = v\n\n; next\n[use]\nk = x\n"),
            ("[mine]\nk =\n", "[mine]\nk = v\n"),
            ("[mine]", "[mine]\nk = v\n"),
            ("[mine]\nk = v\n", "[mine]\nk = v\n"),
            ("[mine]\ngone = x\nk = v ; c\n", "[mine]\nk = v ; c\n"),
        ] {
            assert_eq!(edited(text, &[("gone", None), ("k", Some("v"))]), expected, "{text:?}");
        }
    }
}
