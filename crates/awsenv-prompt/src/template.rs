//! The segment's template.

use awsenv_resolve::Timestamp;

use crate::{Color, Status};

/// What `awsenv prompt` shows when nobody says otherwise.
pub const DEFAULT_TEMPLATE: &str = "{icon} {profile}[ {region}][ {left}]";

/// How a segment is coloured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Paint {
    /// The profile's colour; `{color}` and `{reset}` are nothing without one.
    pub color: Option<Color>,
    /// Whether all of a segment is coloured whose template has no `{color}`.
    pub whole: bool,
    /// Who counts the columns.
    pub wrap: Wrap,
}

/// The marks that a shell wants around what takes no room on the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Wrap {
    /// None: for everything that counts for itself.
    #[default]
    None,
    /// readline's own, which also count in what a `$(…)` in `PS1` has printed; `\[` and `\]` do not.
    Bash,
    /// `%{` and `%}`; a `%` in the text is doubled.
    Zsh,
}

impl Wrap {
    fn invisible(self, sequence: &str) -> String {
        match self {
            Self::None => sequence.to_owned(),
            Self::Bash => format!("\u{1}{sequence}\u{2}"),
            Self::Zsh => format!("%{{{sequence}%}}"),
        }
    }

    fn push(self, text: &mut String, c: char) {
        text.push(c);
        if self == Self::Zsh && c == '%' {
            text.push(c);
        }
    }
}

/// Fills a template; `None` when the shell is in no profile. A part in `[brackets]` is left out when a placeholder in
/// it has nothing to say; `\` takes the next character as it is. Control characters in values are dropped, so that no
/// profile's name can command a terminal.
pub fn render(template: &str, status: &Status, now: Timestamp, paint: Paint) -> Option<String> {
    let profile = status.profile.clone().or_else(|| status.mode.map(|_| "(keys)".to_owned()))?;
    let value = |name: &str| -> Option<String> {
        let text = match name {
            "profile" => Some(profile.clone()),
            "account" => status.account_id.clone(),
            "region" => status.region.clone(),
            "left" => status.left(now),
            "mode" => status.mode.map(str::to_owned),
            "icon" => Some("\u{2601}".to_owned()),
            _ => return None,
        };
        Some(text.unwrap_or_default().chars().filter(|c| !c.is_control()).collect())
    };
    let sequence = |name: &str| -> Option<String> {
        let parameters = match name {
            "color" => paint.color.map(Color::sgr),
            "reset" => paint.color.map(|_| "0"),
            _ => return None,
        };
        Some(parameters.map(|parameters| paint.wrap.invisible(&format!("\x1b[{parameters}m"))).unwrap_or_default())
    };
    let mut parts = vec![Part::default()];
    let mut rest = template.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                if let Some(c) = rest.next() {
                    paint.wrap.push(&mut parts.last_mut()?.text, c);
                }
            }
            '[' => parts.push(Part::default()),
            ']' if parts.len() > 1 => {
                let inner = parts.pop()?;
                if !inner.is_empty_handed {
                    parts.last_mut()?.text.push_str(&inner.text);
                }
            }
            '{' => {
                let name: String = rest.clone().take_while(|c| *c != '}').collect();
                let part = parts.last_mut()?;
                let is_closed = rest.as_str().len() > name.len();
                match (sequence(&name), value(&name)) {
                    (Some(sequence), _) if is_closed => {
                        part.text.push_str(&sequence);
                        rest.nth(name.chars().count());
                    }
                    (_, Some(text)) if is_closed => {
                        part.is_empty_handed |= text.is_empty();
                        text.chars().for_each(|c| paint.wrap.push(&mut part.text, c));
                        rest.nth(name.chars().count());
                    }
                    (_, _) => part.text.push('{'),
                }
            }
            _ => paint.wrap.push(&mut parts.last_mut()?.text, c),
        }
    }
    let text: String = parts.into_iter().map(|part| part.text).collect();
    if paint.whole && !template.contains("{color}") && !text.is_empty() {
        return Some(format!("{}{text}{}", sequence("color")?, sequence("reset")?));
    }
    Some(text)
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
            assert_eq!(
                render(template, &status(), Timestamp::from_epoch_seconds(0), Paint::default()).as_deref(),
                Some(expected),
                "{template}"
            );
        }
    }

    #[test]
    fn no_profile_no_segment_and_no_control_characters() {
        let mut status = status();
        status.profile = Some("a\u{1b}[31mb\nc".into());
        assert_eq!(render("{profile}", &status, Timestamp::from_epoch_seconds(0), Paint::default()).as_deref(), Some("a[31mbc"));
        (status.profile, status.mode) = (None, None);
        assert_eq!(render("{profile}", &status, Timestamp::from_epoch_seconds(0), Paint::default()), None);
    }

    #[test]
    fn colours_take_no_room() {
        let mut status = status();
        status.profile = Some("100%".into());
        let paint = |color, whole, wrap| Paint { color, whole, wrap };
        let red = Some(Color::Red);
        for (template, paint, expected) in [
            ("{color}{profile}{reset}!", paint(red, false, Wrap::None), "\x1b[1;31m100%\x1b[0m!"),
            ("{color}{profile}{reset}!", paint(None, true, Wrap::None), "100%!"),
            ("[{color}{profile}{reset}]", paint(None, false, Wrap::None), "100%"),
            ("{profile}", paint(red, false, Wrap::None), "100%"),
            ("{profile}", paint(red, true, Wrap::Bash), "\u{1}\x1b[1;31m\u{2}100%\u{1}\x1b[0m\u{2}"),
            ("{profile}%", paint(red, true, Wrap::Zsh), "%{\x1b[1;31m%}100%%%%%{\x1b[0m%}"),
            ("{color}{profile}", paint(red, true, Wrap::None), "\x1b[1;31m100%"),
            ("", paint(red, true, Wrap::None), ""),
        ] {
            let shown = render(template, &status, Timestamp::from_epoch_seconds(0), paint);
            assert_eq!(shown.as_deref(), Some(expected), "{template} {paint:?}");
        }
    }
}
