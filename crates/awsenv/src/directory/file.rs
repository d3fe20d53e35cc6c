//! The text of a `.awsenv`: three settings, and nothing that could run anything.

use std::path::Path;

use awsenv_resolve::Mode;
use ini::{Ini, ParseOption};

use crate::report::{Code, Label, Report};

/// What a directory asks for.
///
/// ```ini
/// profile = payments-prod
/// region = eu-central-1
/// mode = keys              ; auto, profile or keys
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct DirectoryWish {
    pub(crate) profile: String,
    pub(crate) region: Option<String>,
    pub(crate) mode: Option<Mode>,
}

const EVERY_LINE: &str = "every line is `name = value`, or a comment that begins with # or ;";
const KNOWN: [&str; 3] = ["profile", "region", "mode"];

impl DirectoryWish {
    /// Reads it; everything that is not understood is an error that names its line.
    pub(crate) fn parse(text: &str, path: &Path) -> Result<Self, Report> {
        let wrong = |line: u32, message: String, help: &str| {
            Report::error(Code::DirectoryFileInvalid, message).label(Label::line(path.to_owned(), line, "")).help(help)
        };
        // Editors on Windows begin a file with a mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
        for (number, line) in (1_u32..).zip(text.split('\n')) {
            if line.chars().any(|c| c.is_control() && c != '\t') {
                return Err(wrong(
                    number,
                    "there is a control character in this line".to_owned(),
                    "write it anew: a profile's name is plain text",
                ));
            }
        }
        // rust-ini would take such a line for the beginning of the next one's name.
        let is_setting = |line: &str| line.is_empty() || line.starts_with(['#', ';', '[']) || line.contains(['=', ':']);
        if let Some((number, _)) = (1_u32..).zip(text.lines()).find(|(_, line)| !is_setting(line.trim())) {
            return Err(wrong(number, "this line is not understood".to_owned(), EVERY_LINE));
        }
        let options = ParseOption { enabled_quote: false, enabled_escape: false, ..ParseOption::default() };
        let ini = Ini::load_from_str_opt(&text, options).map_err(|error| {
            let line = u32::try_from(error.line).unwrap_or(1);
            wrong(line, format!("this line is not understood: {}", error.msg), EVERY_LINE)
        })?;
        let mut values = [None, None, None];
        for (section, properties) in &ini {
            if let Some(section) = section {
                let line = line_where(&text, 1, |line| line.starts_with('['));
                return Err(wrong(line, format!("there is a section `{section}`; this file has none"), "remove the line"));
            }
            for (key, value) in properties {
                let is_key = |line: &str| line.split(['=', ':']).next().map(str::trim) == Some(key);
                let Some(index) = KNOWN.iter().position(|known| *known == key) else {
                    let help = match awsenv_resolve::nearest(key, KNOWN).first() {
                        Some(nearest) => format!("did you mean `{nearest}`?"),
                        None => "the settings are profile, region and mode".to_owned(),
                    };
                    return Err(wrong(line_where(&text, 1, is_key), format!("there is no setting `{key}` here"), &help));
                };
                if values[index].is_some() {
                    return Err(wrong(
                        line_where(&text, 2, is_key),
                        format!("`{key}` is set twice"),
                        "remove one of the two lines",
                    ));
                }
                // As in the settings file: a comment may stand behind a value, after a blank.
                let value = value.split([';', '#']).next().filter(|before| before.ends_with([' ', '\t'])).unwrap_or(value).trim();
                if value.is_empty() {
                    return Err(wrong(
                        line_where(&text, 1, is_key),
                        format!("`{key}` is empty"),
                        "give it a value, or remove the line",
                    ));
                }
                values[index] = Some(value.to_owned());
            }
        }
        let [profile, region, mode] = values;
        let mode = match mode.as_deref() {
            None => None,
            Some(name) => {
                Some([Mode::Auto, Mode::Profile, Mode::Keys].into_iter().find(|mode| mode.name() == name).ok_or_else(|| {
                    let line = line_where(&text, 1, |line| line.trim_start().starts_with("mode"));
                    wrong(line, format!("`mode` cannot be `{name}`"), "it takes auto, profile or keys")
                })?)
            }
        };
        match profile {
            Some(profile) => Ok(Self { profile, region, mode }),
            None => Err(wrong(1, "it names no profile".to_owned(), "add a line: profile = NAME")),
        }
    }
}

/// rust-ini knows no lines, so the nth of a kind is looked for again.
fn line_where(text: &str, nth: usize, is_it: impl Fn(&str) -> bool) -> u32 {
    let mut lines = (1_u32..).zip(text.lines()).filter(|(_, line)| is_it(line.trim()));
    lines.nth(nth - 1).map_or(1, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn three_settings_are_read_however_an_editor_writes_them() {
        let expected = DirectoryWish { profile: "my prod".into(), region: Some("eu-west-1".into()), mode: Some(Mode::Keys) };
        for text in [
            "profile = my prod\nregion = eu-west-1\nmode = keys\n",
            "\u{feff}profile = my prod\r\nregion = eu-west-1\r\nmode = keys\r\n",
            "# mine\nmode=keys\n\n; more\nprofile=my prod\n  region  =  eu-west-1",
            "profile = my prod ; the real one\nregion = eu-west-1\t# here\nmode = keys\n",
        ] {
            assert_eq!(DirectoryWish::parse(text, Path::new("/d/.awsenv")).unwrap(), expected, "{text:?}");
        }
        let plain = DirectoryWish::parse("profile = a;b#c\"'\\$(id)`id`", Path::new("/d/.awsenv")).unwrap();
        assert_eq!(plain.profile, "a;b#c\"'\\$(id)`id`");
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        for (text, line, part) in [
            ("", 1, "names no profile"),
            ("region = eu-west-1\n", 1, "names no profile"),
            ("profile = a\n\nendpoint_url = http://evil\n", 3, "there is no setting `endpoint_url` here"),
            ("profile = a\nProfile = b\n", 2, "there is no setting `Profile` here"),
            ("profile = a\nprofile = b\n", 2, "`profile` is set twice"),
            ("profile = a\n[more]\nregion = x\n", 2, "there is a section `more`"),
            ("profile =\n", 1, "`profile` is empty"),
            ("profile = a\nmode = endpoint\n", 2, "`mode` cannot be `endpoint`"),
            ("profile = a\nregion = x\0y\n", 2, "control character"),
            ("profile = a\rregion = x\n", 1, "control character"),
            ("profile = a\n\u{1b}[2J\n", 2, "control character"),
            ("profile = a\nwhatever\n", 2, "not understood"),
            ("profile = a\n\nwhatever\nregion = x\n", 3, "not understood"),
        ] {
            let report = DirectoryWish::parse(text, Path::new("/d/.awsenv")).unwrap_err();
            assert!(report.message.contains(part), "{text:?}: {}", report.message);
            assert_eq!(report.labels[0].line, line, "{text:?}: {}", report.message);
        }
    }
}
