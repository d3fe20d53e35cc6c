//! The segment's template.

use awsenv_resolve::Timestamp;

use crate::{Status, time_left};

/// What `awsenv prompt` shows when nobody says otherwise.
pub const DEFAULT_TEMPLATE: &str = "{icon} {profile}[ {region}][ {left}]";

/// Fills a template; `None` when the shell is in no profile. A part in `[brackets]` is left out when a placeholder in
/// it has nothing to say; `\` takes the next character as it is. Control characters in values are dropped, so that no
/// profile's name can command a terminal.
pub fn render(template: &str, status: &Status, now: Timestamp) -> Option<String> {
    let profile = status.profile.clone().or_else(|| status.mode.map(|_| "(keys)".to_owned()))?;
    let value = |name: &str| -> Option<String> {
        let text = match name {
            "profile" => Some(profile.clone()),
            "account" => status.account_id.clone(),
            "region" => status.region.clone(),
            "left" => status.expires_at.map(|end| time_left(end.seconds_left(now))),
            "mode" => status.mode.map(str::to_owned),
            "icon" => Some("\u{2601}".to_owned()),
            _ => return None,
        };
        Some(text.unwrap_or_default().chars().filter(|c| !c.is_control()).collect())
    };
    let mut parts = vec![Part::default()];
    let mut rest = template.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => parts.last_mut()?.text.extend(rest.next()),
            '[' => parts.push(Part::default()),
            ']' if parts.len() > 1 => {
                let inner = parts.pop()?;
                if !inner.is_empty_handed {
                    parts.last_mut()?.text.push_str(&inner.text);
                }
            }
            '{' => {
                let name: String = rest.clone().take_while(|c| *c != '}').collect();
                match value(&name).filter(|_| rest.as_str().len() > name.len()) {
                    Some(text) => {
                        let part = parts.last_mut()?;
                        part.is_empty_handed |= text.is_empty();
                        part.text.push_str(&text);
                        rest.nth(name.chars().count());
                    }
                    None => parts.last_mut()?.text.push('{'),
                }
            }
            _ => parts.last_mut()?.text.push(c),
        }
    }
    Some(parts.into_iter().map(|part| part.text).collect())
}

#[derive(Default)]
struct Part {
    text: String,
    is_empty_handed: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StatusOrigin;

    fn status() -> Status {
        Status {
            profile: Some("prod".into()),
            mode: Some("keys"),
            region: None,
            account_id: Some("111122223333".into()),
            expires_at: Some(Timestamp::from_epoch_seconds(3_000)),
            refreshable: false,
            origin: StatusOrigin::Manual,
            directory_file: None,
        }
    }

    #[test]
    fn templates_are_filled() {
        for (template, expected) in [
            (DEFAULT_TEMPLATE, "\u{2601} prod 50m"),
            ("{profile}", "prod"),
            ("{profile}[@{region}]", "prod"),
            ("[{account}/]{profile}", "111122223333/prod"),
            ("{profile} {nothing} {", "prod {nothing} {"),
            ("\\[{mode}\\]", "[keys]"),
            ("[{profile}[ {region}]]!", "prod!"),
            ("a]b", "a]b"),
            ("é{left}é", "é50mé"),
            ("", ""),
        ] {
            assert_eq!(render(template, &status(), Timestamp::from_epoch_seconds(0)).as_deref(), Some(expected), "{template}");
        }
    }

    #[test]
    fn no_profile_no_segment_and_no_control_characters() {
        let mut status = status();
        status.profile = Some("a\u{1b}[31mb\nc".into());
        assert_eq!(render("{profile}", &status, Timestamp::from_epoch_seconds(0)).as_deref(), Some("a[31mbc"));
        (status.profile, status.mode) = (None, None);
        assert_eq!(render("{profile}", &status, Timestamp::from_epoch_seconds(0)), None);
    }
}
