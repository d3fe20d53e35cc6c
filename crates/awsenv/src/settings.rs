//! awsenv's own settings file: INI, read with rust-ini.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use awsenv_host::Host;
use awsenv_resolve::{Mode, Request, Secret};
use ini::{Ini, ParseOption};

use crate::cli::parse_duration;
use crate::guard::{Guard, Guards};
use crate::report::{Code, Label, Report};

/// What the file can say, with the defaults.
///
/// ```ini
/// [use]
/// mode = auto              ; auto, profile or keys
/// [mfa]
/// session = on             ; one code for all roles of a device
/// session_duration = 12h   ; 15m to 36h
/// process = ykman oath accounts code -s AWS
/// askpass = pinentry-gnome3
/// askpass_timeout = 120    ; seconds
/// [login]
/// browser = firefox -P work %s
/// [expiry]
/// warn = 5                 ; minutes before the end of what cannot be renewed, or off
/// [directories]
/// ~/work/payments = payments-prod   ; the profile there, unless a .awsenv says otherwise
/// [guard "*prod*"]         ; see crate::guard
/// confirm = type
/// [process]
/// timeout = 60             ; seconds for a credential_process
/// ```
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) mode: Mode,
    pub(crate) mfa_session: bool,
    pub(crate) mfa_session_seconds: u32,
    pub(crate) process_timeout: Duration,
    /// The command that prints MFA codes.
    pub(crate) mfa_process: Option<Secret>,
    /// The program that asks for MFA codes in a window.
    pub(crate) mfa_askpass: Option<Secret>,
    pub(crate) askpass_timeout: Duration,
    /// The command that opens a page to sign in.
    pub(crate) browser: Option<String>,
    /// How long before the end of what cannot be renewed a shell is told; `None`: never.
    pub(crate) warn_seconds: Option<i64>,
    /// The profiles of directories that have no file.
    pub(crate) directories: Vec<(PathBuf, String)>,
    /// What is asked of some profiles before they are handed out.
    pub(crate) guards: Guards,
    /// The file, and the line of each setting that it has (`use.mode`).
    pub(crate) said: (PathBuf, BTreeMap<String, u32>),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::Auto,
            mfa_session: true,
            mfa_session_seconds: Request::MFA_SESSION_SECONDS,
            process_timeout: Duration::from_secs(60),
            mfa_process: None,
            mfa_askpass: None,
            askpass_timeout: Duration::from_secs(120),
            browser: None,
            warn_seconds: Some(5 * 60),
            directories: Vec::new(),
            guards: Guards::default(),
            said: Default::default(),
        }
    }
}

impl Settings {
    /// Reads the file; one that is not there says nothing.
    pub(crate) fn load(host: &Host) -> Result<Self, Report> {
        let Some(path) = &host.directories.settings else { return Ok(Self::default()) };
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, path, host.directories.home.as_deref()),
            Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
                Ok(Self::default())
            }
            Err(error) => Err(Report::error(Code::SettingsInvalid, format!("{} cannot be read: {error}", path.display()))
                .help("look at its permissions, or at AWSENV_CONFIG")),
        }
    }

    fn parse(text: &str, path: &Path, home: Option<&Path>) -> Result<Self, Report> {
        let wrong = |line: u32, message: String, help: &str| {
            Report::error(Code::SettingsInvalid, message).label(Label::line(path.to_owned(), line, "")).help(help)
        };
        let options = ParseOption { enabled_quote: false, enabled_escape: false, ..ParseOption::default() };
        let ini = Ini::load_from_str_opt(text, options).map_err(|error| {
            let line = u32::try_from(error.line).unwrap_or(1);
            wrong(
                line,
                format!("the settings file is not understood: {}", error.msg),
                "every line is [a section], `name = value` or a ; comment",
            )
        })?;
        let mut settings = Self { said: (path.to_owned(), BTreeMap::new()), ..Self::default() };
        let mut lines = Lines::new(text);
        for (section, properties) in &ini {
            if let Some(pattern) = section.and_then(guard_pattern) {
                let mut guard = Guard::new(pattern, lines.of_section(section));
                if pattern.is_empty() {
                    return Err(wrong(guard.line, "a guard has no pattern".to_owned(), "write one: [guard \"*prod*\"]"));
                }
                for (key, value) in properties {
                    let value = without_comment(value);
                    guard.set(key, value).map_err(|expected| {
                        let message = match expected.is_known {
                            true => format!("`{key}` of guard `{pattern}` cannot be `{value}`"),
                            false => format!("a guard has no setting `{key}`"),
                        };
                        wrong(lines.of_key(guard.line, key), message, &expected.help)
                    })?;
                }
                settings.guards.add(guard, path);
                continue;
            }
            for (key, value) in properties {
                let line = line_of(text, section, key);
                let name = format!("{}.{key}", section.unwrap_or(""));
                let value = without_comment(value);
                settings.said.1.insert(name.clone(), line);
                let bad =
                    |expected: &str| Err(wrong(line, format!("`{name}` cannot be `{value}`"), &format!("it takes {expected}")));
                match (section.unwrap_or(""), key) {
                    ("use", "mode") => {
                        match [Mode::Auto, Mode::Profile, Mode::Keys].into_iter().find(|mode| mode.name() == value) {
                            Some(mode) => settings.mode = mode,
                            None => return bad("auto, profile or keys"),
                        }
                    }
                    ("mfa", "session") => match value {
                        "on" | "true" | "yes" => settings.mfa_session = true,
                        "off" | "false" | "no" => settings.mfa_session = false,
                        _ => return bad("on or off"),
                    },
                    ("mfa", "session_duration") => match parse_duration(value) {
                        Ok(seconds) => settings.mfa_session_seconds = seconds,
                        Err(expected) => return bad(&expected),
                    },
                    ("mfa", "process") => settings.mfa_process = Some(Secret::new(value)).filter(|command| !command.is_empty()),
                    ("mfa", "askpass") => settings.mfa_askpass = Some(Secret::new(value)).filter(|command| !command.is_empty()),
                    ("mfa", "askpass_timeout") => match value.trim_end_matches('s').parse::<u64>() {
                        Ok(seconds @ 1..=3_600) => settings.askpass_timeout = Duration::from_secs(seconds),
                        _ => return bad("1 to 3600 seconds"),
                    },
                    ("expiry", "warn") => match (value, value.trim_end_matches('m').parse::<u16>()) {
                        ("off" | "never" | "no", _) => settings.warn_seconds = None,
                        (_, Ok(minutes @ 1..=720)) => settings.warn_seconds = Some(i64::from(minutes) * 60),
                        _ => return bad("1 to 720 minutes, or off"),
                    },
                    ("directories", _) => match directory(key, value, home) {
                        Some(mapping) => settings.directories.push(mapping),
                        None => return bad("a profile's name, for a path that begins with / or ~/"),
                    },
                    ("login", "browser") => settings.browser = Some(value.to_owned()).filter(|command| !command.is_empty()),
                    ("process", "timeout") => match value.trim_end_matches('s').parse::<u64>() {
                        Ok(seconds @ 1..=3_600) => settings.process_timeout = Duration::from_secs(seconds),
                        _ => return bad("1 to 3600 seconds"),
                    },
                    (_, _) => {
                        let known = [
                            "use.mode",
                            "mfa.session",
                            "mfa.session_duration",
                            "mfa.process",
                            "mfa.askpass",
                            "mfa.askpass_timeout",
                            "login.browser",
                            "expiry.warn",
                            "process.timeout",
                        ];
                        let nearest = awsenv_resolve::nearest(&name, known);
                        let help = match nearest.first() {
                            Some(nearest) => format!("did you mean `{nearest}`?"),
                            None => format!(
                                "the settings are {}, paths under [directories], and those of [guard \"PATTERN\"]",
                                known.join(", ")
                            ),
                        };
                        return Err(wrong(line, format!("there is no setting `{name}`"), &help));
                    }
                }
            }
        }
        Ok(settings)
    }
}

/// The pattern of `[guard "PATTERN"]`; the quotes may be left out.
fn guard_pattern(section: &str) -> Option<&str> {
    let rest = section.strip_prefix("guard")?;
    let pattern = rest.trim();
    let unquoted = ['"', '\''].into_iter().find_map(|quote| pattern.strip_prefix(quote)?.strip_suffix(quote));
    (rest.is_empty() || rest.starts_with([' ', '\t', '"', '\''])).then(|| unquoted.unwrap_or(pattern))
}

/// Where sections stand that may be there more than once: each is asked for in the order of the file.
struct Lines<'a> {
    text: &'a str,
    seen: u32,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, seen: 0 }
    }

    fn of_section(&mut self, section: Option<&str>) -> u32 {
        let headers = (1_u32..).zip(self.text.lines()).filter(|(number, _)| *number > self.seen);
        let found = headers
            .filter_map(|(number, line)| Some((number, line.trim().strip_prefix('[')?.split(']').next()?.trim())))
            .find(|(_, name)| Some(*name) == section);
        self.seen = found.map_or(1, |(number, _)| number);
        self.seen
    }

    fn of_key(&self, header: u32, key: &str) -> u32 {
        let lines = (1_u32..).zip(self.text.lines()).filter(|(number, _)| *number > header);
        let found = lines.take_while(|(_, line)| !line.trim().starts_with('['));
        let mut found = found.filter(|(_, line)| line.split(['=', ':']).next().map(str::trim) == Some(key));
        found.next().map_or(header, |(number, _)| number)
    }
}

/// rust-ini keeps a comment behind a value; one begins with a blank and `;` or `#`.
fn without_comment(value: &str) -> &str {
    let begins = value
        .char_indices()
        .zip(value.chars().skip(1))
        .find(|((_, blank), mark)| blank.is_whitespace() && matches!(mark, ';' | '#'));
    begins.map_or(value, |((at, _), _)| &value[..at]).trim()
}

/// A directory and its profile. rust-ini takes the colon of `C:\work = prod` for the end of the name.
fn directory(key: &str, value: &str, home: Option<&Path>) -> Option<(PathBuf, String)> {
    let (path, profile) = match value.split_once('=') {
        Some((rest, profile)) if key.len() == 1 && rest.starts_with(['\\', '/']) => {
            (format!("{key}:{}", rest.trim()), profile.trim())
        }
        _ => (key.to_owned(), value),
    };
    let path = match path.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with(['/', '\\'])) {
        Some(rest) => home?.join(rest.trim_start_matches(['/', '\\'])),
        None => PathBuf::from(path),
    };
    (path.is_absolute() && !profile.is_empty()).then(|| (path, profile.to_owned()))
}

/// rust-ini knows no lines, so the key is looked for again.
fn line_of(text: &str, section: Option<&str>, key: &str) -> u32 {
    let mut current: Option<&str> = None;
    for (number, line) in (1_u32..).zip(text.lines()) {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            current = Some(name.trim());
        } else if current == section && line.split(['=', ':']).next().map(str::trim) == Some(key) {
            return number;
        }
    }
    1
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use awsenv_prompt::Color;

    use super::*;
    use crate::guard::Confirm;

    #[test]
    fn settings_are_read() {
        let text = "; mine\n[use]\nmode = keys              ; auto, profile or keys\n\n[mfa]\nsession = off\nsession_duration = 1h\n[process]\ntimeout = 5s\n[login]\nbrowser = firefox -P 'my work' %s\n";
        let settings = Settings::parse(text, Path::new("/s"), Some(Path::new("/home/ana"))).unwrap();
        assert_eq!(
            (settings.mode, settings.mfa_session, settings.mfa_session_seconds, settings.process_timeout.as_secs()),
            (Mode::Keys, false, 3_600, 5)
        );
        assert_eq!((settings.said.0.as_path(), settings.said.1.get("use.mode")), (Path::new("/s"), Some(&3)));
        assert_eq!(settings.browser.as_deref(), Some("firefox -P 'my work' %s"));
    }

    #[test]
    fn directories_have_profiles() {
        let text = "[directories]\n~/work/pay = payments\n/srv/ci = ci prod\n~ = mine\n";
        let settings = Settings::parse(text, Path::new("/s"), Some(Path::new("/home/ana"))).unwrap();
        let expected = [("/home/ana/work/pay", "payments"), ("/srv/ci", "ci prod"), ("/home/ana", "mine")];
        assert_eq!(settings.directories, expected.map(|(path, profile)| (PathBuf::from(path), profile.to_owned())));
    }

    #[test]
    fn guards_are_read() {
        let text = "[guard \"*prod*\"]\nconfirm = type  ; by name\ncolor = red\naccount = 111122223333\nmax_duration = 1h\n\
                    [guard  dev]\ncolor = green\n[guard '*prod*']\nmax_duration = 30m\n";
        let settings = Settings::parse(text, Path::new("/s"), None).unwrap();
        let rules = settings.guards.of("my-prod-2");
        assert_eq!(rules.confirm().map(|(confirm, guard)| (confirm, guard.line)), Some((Confirm::Type, 1)));
        assert_eq!(rules.max_duration().map(|(seconds, guard)| (seconds, guard.line)), Some((1_800, 8)));
        assert_eq!((rules.color(), settings.guards.of("dev").color()), (Some(Color::Red), Some(Color::Green)));
        assert!(settings.guards.of("Prod").confirm().is_none(), "names of profiles differ by case");
    }

    #[test]
    fn the_help_names_every_setting() {
        let report = Settings::parse("[x]\nqqqqqqqqqqqq = 1\n", Path::new("/s"), None).unwrap_err();
        assert!(["use.mode", "process.timeout", "[directories]", "[guard "].iter().all(|part| report.help[0].contains(part)));
        let report = Settings::parse("[mfa]\nsession_duration = 5\n", Path::new("/s"), None).unwrap_err();
        assert_eq!(report.help[0], "it takes 15 minutes (900) at least and 36 hours (129600) at most");
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        for (text, line, part) in [
            ("[use]\nmode = sideways\n", 2, "`use.mode` cannot be `sideways`"),
            ("[use]\n\nmoed = keys\n", 3, "there is no setting `use.moed`"),
            ("[mfa]\nsession_duration = 5\n", 2, "cannot be `5`"),
            ("[expiry]\nwarn = soon\n", 2, "`expiry.warn` cannot be `soon`"),
            ("[directories]\nwork = prod\n", 2, "`directories.work` cannot be `prod`"),
            ("[directories]\n~ana/work = prod\n", 2, "cannot be"),
            ("[directories]\n/work =\n", 2, "cannot be"),
            ("mode = keys\n", 1, "there is no setting `.mode`"),
            ("[guard \"p\"]\ncolor = red\n[guard \"p\"]\n\ncolor = pink\n", 5, "`color` of guard `p` cannot be `pink`"),
            ("[guard \"p\"]\nconfirm = no\n", 2, "`confirm` of guard `p` cannot be `no`"),
            ("[guard \"p\"]\naccount = 1234\n", 2, "`account` of guard `p` cannot be `1234`"),
            ("[guard \"p\"]\nmax_duration = 1m\n", 2, "`max_duration` of guard `p` cannot be `1m`"),
            ("[guard \"p\"]\n; c\nconfrim = yes\n", 3, "a guard has no setting `confrim`"),
            ("[use]\nmode = keys\n[guard]\nconfirm = yes\n", 3, "a guard has no pattern"),
        ] {
            let report = Settings::parse(text, Path::new("/s"), Some(Path::new("/home/ana"))).unwrap_err();
            assert_eq!(report.labels[0].line, line, "{text}");
            assert!(report.message.contains(part), "{}", report.message);
        }
    }
}
