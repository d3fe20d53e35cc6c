//! awsenv's own settings file: INI, read with rust-ini.

mod edit;
mod sso_sync;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use awsenv_host::{Host, HostError, WindowsDrives, read_text};
use awsenv_resolve::{Mode, Request, Secret};
use ini::{Ini, ParseOption};

use crate::cli::parse_duration;
use crate::guard::{Expected, Guard, Guards};
use crate::report::{Code, Label, Report};

pub(crate) use sso_sync::SyncSettings;

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
/// [trust]
/// windows_drives = off     ; on: files on Windows drives in WSL are not refused for their permissions
/// [guard "*prod*"]         ; see crate::guard
/// confirm = type
/// [sso-sync "corp"]        ; see crate::settings::sso_sync
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
    /// What is made of files on Windows drives.
    pub(crate) windows_drives: WindowsDrives,
    /// What is asked of some profiles before they are handed out.
    pub(crate) guards: Guards,
    /// The file, and the line of each setting that it has (`use.mode`).
    pub(crate) said: (PathBuf, BTreeMap<String, u32>),
    /// What `awsenv sso sync` was told last, by session.
    pub(crate) sso_sync: Vec<SyncSettings>,
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
            windows_drives: WindowsDrives::Refused,
            guards: Guards::default(),
            said: Default::default(),
            sso_sync: Vec::new(),
        }
    }
}

impl Settings {
    /// Reads the file; one that is not there says nothing.
    pub(crate) fn load(host: &Host) -> Result<Self, Report> {
        let Some(path) = &host.directories.settings else { return Ok(Self::default()) };
        match read_text(path) {
            Ok(Some(text)) => Self::parse(&text, path, host.directories.home.as_deref()),
            Ok(None) => Ok(Self::default()),
            Err(error) => Err(unread(path, error)),
        }
    }

    /// Remembers how a session was synced. A name or a value that the file cannot hold is an error.
    pub(crate) fn remember(host: &Host, sync: &SyncSettings) -> Result<(), Report> {
        let lines = sync.lines();
        let texts = || lines.iter().filter_map(|(_, value)| value.as_deref());
        let unsayable = |text: &str| text.contains(['\n', '\r']) || without_comment(text) != text;
        if let Some(text) = texts().find(|text| unsayable(text)).or(Some(&*sync.session).filter(|name| name.contains(['"', ']'])))
        {
            let message = format!("the settings file cannot hold `{text}`");
            return Err(Report::error(Code::Usage, message).help("leave out what begins a comment, and line breaks"));
        }
        let is_section = |name: &str| named_section(name, "sso-sync") == Some(&sync.session);
        let header = format!("[sso-sync \"{}\"]", sync.session);
        Ok(host.rewrite_settings(|text| edit::with_settings(text, &header, is_section, &lines))?)
    }

    /// Reads the file and goes on behind each error: what is right, and all that is wrong.
    pub(crate) fn examine(host: &Host) -> (Self, Vec<Report>) {
        let mut errors = Vec::new();
        let Err(first) = Self::load(host) else { return (Self::load(host).unwrap_or_default(), errors) };
        let path = host.directories.settings.clone().unwrap_or_default();
        let Ok(Some(mut text)) = read_text(&path) else { return (Self::default(), vec![first]) };
        loop {
            let error = match Self::parse(&text, &path, host.directories.home.as_deref()) {
                Ok(settings) => return (settings, errors),
                Err(error) => error,
            };
            let line = error.labels.first().map_or(0, |label| label.line as usize);
            errors.push(error);
            match without_line(&text, line) {
                Some(rest) => text = rest,
                None => return (Self::default(), errors),
            }
        }
    }

    fn parse(text: &str, path: &Path, home: Option<&Path>) -> Result<Self, Report> {
        let wrong = |line: u32, message: String, help: &str| {
            Report::error(Code::SettingsInvalid, message).label(Label::line(path.to_owned(), line, "")).help(help)
        };
        let options = ParseOption { enabled_quote: false, enabled_escape: false, ..ParseOption::default() };
        let ini = Ini::load_from_str_opt(text, options).map_err(|error| {
            // rust-ini says what it wanted next, and where it gave up: at the end of the file at worst.
            let last = u32::try_from(text.lines().count()).unwrap_or(u32::MAX).max(1);
            let given_up = (u32::try_from(error.line).unwrap_or(1).min(last), "it is no line of a settings file");
            let (line, why) = broken_line(text).unwrap_or(given_up);
            let help = "every line is [a section], `name = value` or a ; comment";
            wrong(line, format!("the settings file is not understood: {why}"), help)
        })?;
        let mut settings = Self { said: (path.to_owned(), BTreeMap::new()), ..Self::default() };
        let mut lines = Lines::new(text);
        for (section, properties) in &ini {
            if let Some(session) = section.and_then(|section| named_section(section, "sso-sync")) {
                let header = lines.of_section(section);
                if session.is_empty() {
                    return Err(wrong(header, "sso-sync has no session".to_owned(), "write one: [sso-sync \"corp\"]"));
                }
                let mut sync = SyncSettings::new(session);
                let what = (format!("of sso-sync `{session}`"), "sso-sync");
                set_all(properties, what, |key, value| sync.set(key, value))
                    .map_err(|(key, message, help)| wrong(lines.of_key(header, key), message, &help))?;
                settings.sso_sync.push(sync);
                continue;
            }
            if let Some(pattern) = section.and_then(|section| named_section(section, "guard")) {
                let mut guard = Guard::new(pattern, lines.of_section(section));
                if pattern.is_empty() {
                    return Err(wrong(guard.line, "a guard has no pattern".to_owned(), "write one: [guard \"*prod*\"]"));
                }
                let what = (format!("of guard `{pattern}`"), "a guard");
                set_all(properties, what, |key, value| guard.set(key, value))
                    .map_err(|(key, message, help)| wrong(lines.of_key(guard.line, key), message, &help))?;
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
                    ("mfa", "session") => match on_or_off(value) {
                        Some(is_on) => settings.mfa_session = is_on,
                        None => return bad("on or off"),
                    },
                    ("trust", "windows_drives") => match on_or_off(value) {
                        Some(true) => settings.windows_drives = WindowsDrives::Trusted,
                        Some(false) => settings.windows_drives = WindowsDrives::Refused,
                        None => return bad("on or off"),
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
                            "trust.windows_drives",
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

/// A settings file that cannot be read; what it is instead is said as of the other files.
fn unread(path: &Path, error: HostError) -> Report {
    let said = Report::from(error);
    let name = path.display().to_string();
    let message = if said.message.contains(&name) { said.message } else { format!("{name} cannot be read: {}", said.message) };
    Report { labels: said.labels, ..Report::error(Code::SettingsInvalid, message) }
        .help("look at its permissions, or at AWSENV_CONFIG")
}

fn on_or_off(value: &str) -> Option<bool> {
    match value {
        "on" | "true" | "yes" => Some(true),
        "off" | "false" | "no" => Some(false),
        _ => None,
    }
}

/// The name in `[guard "PATTERN"]` and its like; the quotes may be left out.
fn named_section<'a>(section: &'a str, word: &str) -> Option<&'a str> {
    let rest = section.strip_prefix(word)?;
    let name = rest.trim();
    let unquoted = ['"', '\''].into_iter().find_map(|quote| name.strip_prefix(quote)?.strip_suffix(quote));
    (rest.is_empty() || rest.starts_with([' ', '\t', '"', '\''])).then(|| unquoted.unwrap_or(name))
}

/// Gives every setting of a section to whoever takes it; of one that is refused the key, what is wrong, and what to do.
fn set_all<'p>(
    properties: &'p ini::Properties,
    (of_what, kind): (String, &str),
    mut set: impl FnMut(&str, &str) -> Result<(), Expected>,
) -> Result<(), (&'p str, String, String)> {
    for (key, value) in properties {
        let value = without_comment(value);
        set(key, value).map_err(|expected| {
            let message = match expected.is_known {
                true => format!("`{key}` {of_what} cannot be `{value}`"),
                false => format!("{kind} has no setting `{key}`"),
            };
            (key, message, expected.help)
        })?;
    }
    Ok(())
}

/// The first line that is none of a settings file, and why.
fn broken_line(text: &str) -> Option<(u32, &'static str)> {
    (1..).zip(text.lines().map(str::trim)).find_map(|(number, line)| match line.chars().next()? {
        ';' | '#' => None,
        '[' if !line.contains(']') => Some((number, "a header has no `]`")),
        '[' => None,
        _ if !line.contains(['=', ':']) => Some((number, "a line has no `=`")),
        _ => None,
    })
}

/// The text with a line made empty, and with a header all of its section; `None` when there is nothing on that line.
fn without_line(text: &str, line: usize) -> Option<String> {
    let wrong = text.lines().nth(line.checked_sub(1)?).map(str::trim).filter(|wrong| !wrong.is_empty())?;
    let is_header = |text: &str| text.trim().starts_with('[');
    let mut inside = false;
    let lines = (1..).zip(text.lines()).map(|(number, text)| {
        inside = number == line || (inside && is_header(wrong) && !is_header(text));
        if inside { "\n".to_owned() } else { format!("{text}\n") }
    });
    Some(lines.collect())
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
    fn windows_drives_are_trusted_only_by_their_setting() {
        let drives = |text: &str| Settings::parse(text, Path::new("/s"), None).unwrap().windows_drives;
        assert_eq!(drives("[trust]\nwindows_drives = on\n"), WindowsDrives::Trusted);
        assert_eq!([drives(""), drives("[trust]\nwindows_drives = off\n")], [WindowsDrives::Refused; 2]);
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
    fn what_a_sync_was_told_is_read_as_it_is_written() {
        let text = "[sso-sync \"corp\"]\ntemplate = {account_name|lower}/{role} ; mine\nregion = eu-west-1\n\
                    include_accounts = prod-*,  1*\nexclude_roles=\n";
        let settings = Settings::parse(text, Path::new("/s"), None).unwrap();
        let sync = &settings.sso_sync[0];
        assert_eq!((sync.session.as_str(), sync.template.as_deref()), ("corp", Some("{account_name|lower}/{role}")));
        assert_eq!((sync.filters.include_accounts.join("+"), sync.filters.exclude_roles.len()), ("prod-*+1*".to_owned(), 0));
        let lines = sync.lines().into_iter().filter_map(|(key, value)| Some(format!("{key} = {}", value?)));
        let again = format!("[sso-sync corp]\n{}\n", lines.collect::<Vec<_>>().join("\n"));
        assert_eq!(Settings::parse(&again, Path::new("/s"), None).unwrap().sso_sync[0], *sync);
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
            ("[trust]\nwindows_drives = C\n", 2, "`trust.windows_drives` cannot be `C`"),
            ("[trust]\nwindows_drive = on\n", 2, "there is no setting `trust.windows_drive`"),
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
            ("[sso-sync]\n", 1, "sso-sync has no session"),
            ("[sso-sync \"c\"]\nregion = x\nregoin = x\n", 3, "sso-sync has no setting `regoin`"),
            ("[sso-sync c]\ntemplate = {roel}\n", 2, "`template` of sso-sync `c` cannot be `{roel}`"),
        ] {
            let report = Settings::parse(text, Path::new("/s"), Some(Path::new("/home/ana"))).unwrap_err();
            assert_eq!(report.labels[0].line, line, "{text}");
            assert!(report.message.contains(part), "{}", report.message);
        }
    }
}
