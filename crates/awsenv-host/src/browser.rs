//! Opening a page in the person's browser, and whether there can be one here.

use std::ffi::OsStr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::Host;

/// A starter that has not failed by then has worked: `xdg-open` may itself become the browser.
const VERDICT: Duration = Duration::from_secs(5);

/// A page that is being opened.
#[derive(Debug)]
pub struct Opening {
    outcome: Receiver<bool>,
}

impl Opening {
    /// Returns true, once, when no browser could be started.
    pub fn has_failed(&self) -> bool {
        self.outcome.try_recv() == Ok(false)
    }
}

/// Why no browser of the person who sits here can open on this machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoBrowser {
    /// The person is at the other end of an SSH connection.
    Ssh,
    /// The machine is GitHub's.
    Codespaces,
    /// The machine builds, and nobody sits there.
    Ci,
    /// A container, whose 127.0.0.1 is not that of the browser.
    Container,
    /// There is no display.
    NoDisplay,
}

/// What decides about browsers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum System {
    Windows,
    MacOs,
    Wsl,
    Other,
}

impl Host {
    /// Returns why no browser can open here; `chosen` is the settings file's. A browser that was named, there or in
    /// `$BROWSER`, is believed as to displays and containers.
    pub fn no_browser(&self, chosen: Option<&str>) -> Option<NoBrowser> {
        let is_set = |name: &str| self.variable(name).is_some_and(|value| !value.is_empty());
        let is_on = |name: &str| is_set(name) && self.variable(name) != Some(OsStr::new("false"));
        if ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].into_iter().any(is_set) {
            return Some(NoBrowser::Ssh);
        }
        if is_on("CODESPACES") {
            return Some(NoBrowser::Codespaces);
        }
        if is_on("CI") {
            return Some(NoBrowser::Ci);
        }
        if chosen.is_some() || is_set("BROWSER") {
            return None;
        }
        if ["/.dockerenv", "/run/.containerenv"].iter().any(|file| std::path::Path::new(file).exists()) {
            return Some(NoBrowser::Container);
        }
        let has_display = self.system() != System::Other || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
        (!has_display).then_some(NoBrowser::NoDisplay)
    }

    /// Starts the person's browser with a page: the one of the settings file, one of `$BROWSER`, or the system's. Nothing is
    /// waited for. `None` when the URL is not one to open: only `https://`, and `http://127.0.0.1` of a test, ever are.
    pub fn open_browser(&self, chosen: Option<&str>, url: &str) -> Option<Opening> {
        if !may_open(url) {
            return None;
        }
        let variable = self.variable("BROWSER").and_then(OsStr::to_str);
        let commands = commands(self.system(), chosen, variable, url);
        let (sender, outcome) = channel();
        std::thread::spawn(move || {
            let opened = commands.iter().any(|words| start(words));
            let _ = sender.send(opened);
        });
        Some(Opening { outcome })
    }

    fn system(&self) -> System {
        let is_set = |name: &str| self.variable(name).is_some_and(|value| !value.is_empty());
        match std::env::consts::OS {
            "windows" => System::Windows,
            "macos" => System::MacOs,
            _ if is_set("WSL_DISTRO_NAME") || is_set("WSL_INTEROP") => System::Wsl,
            _ => System::Other,
        }
    }
}

/// Plain characters of a URL only: it goes through other programs' hands, PowerShell's among them.
fn may_open(url: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&()*+,;=%".contains(&byte);
    (url.starts_with("https://") || url.starts_with("http://127.0.0.1:")) && url.bytes().all(plain)
}

/// The command lines to try, in order.
fn commands(system: System, chosen: Option<&str>, variable: Option<&str>, url: &str) -> Vec<Vec<String>> {
    if let Some(chosen) = chosen.filter(|chosen| !chosen.trim().is_empty()) {
        return with_url(chosen, url).into_iter().collect();
    }
    if let Some(variable) = variable.filter(|variable| !variable.trim().is_empty()) {
        let separator = if system == System::Windows { ';' } else { ':' };
        return variable.split(separator).filter_map(|command| with_url(command, url)).collect();
    }
    let line = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).chain([url.to_owned()]).collect::<Vec<String>>();
    let power_shell = || {
        let script = format!("Start-Process '{url}'");
        ["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", &script].map(str::to_owned).to_vec()
    };
    match system {
        System::Windows => vec![line(&["rundll32.exe", "url.dll,FileProtocolHandler"]), power_shell()],
        System::MacOs => vec![line(&["open"])],
        System::Wsl => vec![line(&["wslview"]), power_shell(), line(&["xdg-open"])],
        System::Other => vec![line(&["xdg-open"]), line(&["gio", "open"]), line(&["x-www-browser"])],
    }
}

/// A command as people write it into `$BROWSER`: `firefox`, `firefox -P work %s`, or the path of a program, blanks and all.
fn with_url(command: &str, url: &str) -> Option<Vec<String>> {
    let command = command.trim();
    let is_program = command.contains(['/', '\\']) && std::path::Path::new(command).is_file();
    let words = if is_program { vec![command.to_owned()] } else { crate::words::split(command)? };
    if words.is_empty() {
        return None;
    }
    let names_place = words.iter().any(|word| word.contains("%s"));
    let filled = words.into_iter().map(|word| word.replace("%s", url));
    Some(if names_place { filled.collect() } else { filled.chain([url.to_owned()]).collect() })
}

/// Starts a program that must neither write into the code for the shell nor die with the terminal's ctrl-c.
fn start(words: &[String]) -> bool {
    let Some((program, arguments)) = words.split_first() else { return false };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().is_ok_and(has_worked)
}

fn has_worked(mut child: Child) -> bool {
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if started.elapsed() < VERDICT => std::thread::sleep(Duration::from_millis(20)),
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://h/a?b=c";

    fn shown(system: System, chosen: Option<&str>, variable: Option<&str>) -> Vec<String> {
        commands(system, chosen, variable, URL).iter().map(|words| words.join("|")).collect()
    }

    #[test]
    fn a_browser_that_was_named_is_the_one() {
        for (chosen, variable, expected) in [
            (Some("firefox"), Some("w3m"), vec!["firefox|https://h/a?b=c"]),
            (Some("firefox -P 'my work' --url=%s"), None, vec!["firefox|-P|my work|--url=https://h/a?b=c"]),
            (None, Some("a:b %s c"), vec!["a|https://h/a?b=c", "b|https://h/a?b=c|c"]),
            (Some(" "), Some(":'unclosed:x"), vec!["x|https://h/a?b=c"]),
            (None, Some(""), vec!["xdg-open|https://h/a?b=c", "gio|open|https://h/a?b=c", "x-www-browser|https://h/a?b=c"]),
        ] {
            assert_eq!(shown(System::Other, chosen, variable), expected, "{chosen:?} {variable:?}");
        }
    }

    #[test]
    fn each_system_has_its_own_way() {
        let power_shell = "powershell.exe|-NoProfile|-NonInteractive|-Command|Start-Process 'https://h/a?b=c'";
        for (system, first, others) in [
            (System::Wsl, "wslview|https://h/a?b=c", vec![power_shell, "xdg-open|https://h/a?b=c"]),
            (System::MacOs, "open|https://h/a?b=c", vec![]),
            (System::Windows, "rundll32.exe|url.dll,FileProtocolHandler|https://h/a?b=c", vec![power_shell]),
        ] {
            let shown = shown(system, None, None);
            assert_eq!(shown.split_first().map(|(first, others)| (first.as_str(), others.len())), Some((first, others.len())));
            assert_eq!(shown[1..], others);
        }
    }

    #[test]
    fn only_pages_are_opened() {
        for (url, expected) in [
            ("https://device.sso.eu-west-1.amazonaws.com/?user_code=ABCD-EFGH", true),
            ("http://127.0.0.1:4711/authorize?a=b%20c", true),
            ("http://example.com/", false),
            ("http://127.0.0.1.example.com/", false),
            ("file:///etc/passwd", false),
            ("https://h/'; calc; '", false),
            ("https://h/`x`", false),
            ("-version", false),
        ] {
            assert_eq!(may_open(url), expected, "{url}");
        }
    }

    #[test]
    fn a_person_elsewhere_has_no_browser_here() {
        let host = |variables: &[(&str, &str)]| {
            Host::with_environment(variables.iter().map(|(name, value)| (name.into(), value.into())).collect())
        };
        for (variables, expected) in [
            (&[("SSH_TTY", "/dev/pts/1"), ("BROWSER", "x")][..], Some(NoBrowser::Ssh)),
            (&[("SSH_CONNECTION", "1 2 3 4"), ("DISPLAY", ":0")], Some(NoBrowser::Ssh)),
            (&[("CODESPACES", "true"), ("BROWSER", "x")], Some(NoBrowser::Codespaces)),
            (&[("CI", "true"), ("DISPLAY", ":0")], Some(NoBrowser::Ci)),
            (&[("CI", "false"), ("BROWSER", "x")], None),
            (&[("BROWSER", "x")], None),
        ] {
            assert_eq!(host(variables).no_browser(None), expected, "{variables:?}");
        }
        assert_eq!(host(&[]).no_browser(Some("firefox")), None);
        #[cfg(target_os = "linux")]
        assert!(host(&[]).no_browser(None).is_some(), "no display");
    }
}
