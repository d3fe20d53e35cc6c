//! The person: questions, messages, the picker. All of it is on stderr or the terminal, never on stdout.

mod ask;
mod pick;
mod progress;

use std::cell::{Cell, RefCell};
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use awsenv_host::Host;
use awsenv_shell::ShellDialect;

use crate::cli::{ColorChoice, GlobalArgs, MessageFormat};
use crate::report::{self, Report, Severity, Style, clean};

pub(crate) use ask::{ask_mfa_code, ask_secret, ask_text, ask_yes, device_name};
pub(crate) use pick::{Columns, pick};
pub(crate) use progress::Progress;

/// The picker is at work, and sees ctrl-c as a key.
static PICKING: AtomicBool = AtomicBool::new(false);
/// It has seen one, and this process ends by itself.
static ENDING: AtomicBool = AtomicBool::new(false);
/// Something is under way that must not be left half done.
static UNINTERRUPTIBLE: AtomicBool = AtomicBool::new(false);
/// Ctrl-c came meanwhile.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// What is to be done before ctrl-c ends this.
static LAST_WORDS: Mutex<Option<Box<dyn FnOnce() + Send>>> = Mutex::new(None);

/// How this person is spoken to.
#[derive(Debug)]
pub(crate) struct Ui {
    /// For stderr.
    pub(crate) style: Style,
    /// The same for what goes to stdout.
    pub(crate) stdout_style: Style,
    json: bool,
    quiet: bool,
    /// Whether the terminal goes back to a place and clears from there.
    moves_cursor: bool,
    verbose: u8,
    may_ask: bool,
    /// By the command line, the environment, or the command itself; not by the lack of a terminal.
    forbidden: bool,
    may_sign_in: Cell<bool>,
    home: Option<PathBuf>,
    /// Whether a line on the terminal can be written over.
    rewrites: bool,
    interrupt_guarded: Cell<bool>,
    said: RefCell<Vec<String>>,
}

impl Ui {
    pub(crate) fn new(global: &GlobalArgs, host: &Host) -> Self {
        let stderr_is_terminal = std::io::stderr().is_terminal();
        let is_set = |name: &str| host.variable(name).is_some_and(|value| !value.is_empty());
        let color = |is_terminal: bool| match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_terminal && !is_set("NO_COLOR") && host.variable("TERM").is_none_or(|term| term != "dumb"),
        };
        let forbidden = global.no_input
            || host.variable("AWSENV_NO_INPUT").is_some_and(|value| !matches!(value.to_str(), Some("" | "0" | "false")));
        Self {
            style: Style { color: color(stderr_is_terminal) },
            stdout_style: Style { color: color(std::io::stdout().is_terminal()) },
            json: global.message_format == MessageFormat::Json,
            quiet: global.quiet,
            moves_cursor: stderr_is_terminal && host.variable("TERM").is_some_and(|term| !term.is_empty() && term != "dumb"),
            verbose: global.verbose,
            forbidden,
            may_ask: !forbidden && stderr_is_terminal && ask::has_keyboard(),
            may_sign_in: Cell::new(true),
            home: host.directories.home.clone(),
            rewrites: stderr_is_terminal
                && host.variable("TERM").map_or(cfg!(windows), |term| !term.is_empty() && term != "dumb"),
            interrupt_guarded: Cell::new(false),
            said: RefCell::default(),
        }
    }

    /// Whether a question can be asked: allowed, a terminal to show it on, and one to read the answer from.
    pub(crate) fn may_ask(&self) -> bool {
        self.may_ask
    }

    pub(crate) fn forbid_questions(&mut self) {
        self.may_ask = false;
        self.forbidden = true;
    }

    /// Whether questions are forbidden, also in a window.
    pub(crate) fn is_forbidden(&self) -> bool {
        self.forbidden
    }

    /// Whether programs read along.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether a person can be sent to a browser: as for a question, and not forbidden by `--no-login`.
    pub(crate) fn may_sign_in(&self) -> bool {
        self.may_ask && self.may_sign_in.get()
    }

    /// Takes `--no-login` to heart.
    pub(crate) fn allow_sign_in(&self, allowed: bool) {
        self.may_sign_in.set(allowed);
    }

    /// Whether what is written here is seen at once.
    pub(crate) fn is_terminal(&self) -> bool {
        std::io::stderr().is_terminal()
    }

    /// Shows an error, or unless quiet a warning.
    pub(crate) fn report(&self, report: &Report) {
        if report.severity != Severity::Error && self.quiet {
            return;
        }
        let report = if report.severity == Severity::Error { &report.clone().or_explain() } else { report };
        if self.json {
            self.line(&report.to_json());
        } else {
            self.write(&report.to_text(self.style, self.home.as_deref()));
        }
    }

    /// A report as text for stdout, where reports are a command's data.
    pub(crate) fn to_stdout_text(&self, report: &Report) -> String {
        report.to_text(self.stdout_style, self.home.as_deref())
    }

    /// Shows a warning, but the same one only once in this command.
    pub(crate) fn report_once(&self, report: &Report) {
        let mut said = self.said.borrow_mut();
        if !said.contains(&report.message) {
            said.push(report.message.clone());
            self.report(report);
        }
    }

    /// Says something good to know, unless quiet; nothing where programs read along.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet && !self.json {
            self.line(&clean(text));
        }
    }

    /// The same for a text with colours of our own, whose parts are clean already.
    pub(crate) fn note_styled(&self, text: &str) {
        if !self.quiet && !self.json {
            self.line(text);
        }
    }

    /// Says what was decided, with `-v`.
    pub(crate) fn explain(&self, text: impl FnOnce() -> String) {
        if self.verbose > 0 {
            self.tell(&text());
        }
    }

    /// Says what was looked at, with `-vv`.
    pub(crate) fn detail(&self, text: impl FnOnce() -> String) {
        if !self.traces() {
            return;
        }
        // A cache entry is looked at again under its lock.
        let (text, mut said) = (text(), self.said.borrow_mut());
        if !said.contains(&text) {
            self.tell(&text);
            said.push(text);
        }
    }

    fn tell(&self, text: &str) {
        if self.json {
            self.line(&report::note("decision", text).to_string());
        } else {
            self.line(&self.style.dim(&format!("awsenv: {}", clean(text).replace('\n', " "))));
        }
    }

    /// Returns whether decisions are to be told (`-v`).
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose > 0
    }

    /// Returns whether every request is to be told (`-vv`).
    pub(crate) fn traces(&self) -> bool {
        self.verbose > 1
    }

    pub(crate) fn line(&self, text: &str) {
        self.write(&format!("{text}\n"));
    }

    pub(crate) fn write(&self, text: &str) {
        // A closed stderr is no reason to fail.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }

    /// From here on ctrl-c ends awsenv with 130, with the cursor visible and, for a shell dialect, with the statement
    /// that fails: a command killed by a signal would leave `eval ""`, which succeeds.
    pub(crate) fn guard_interrupt(&self, dialect: Option<ShellDialect>) {
        if self.interrupt_guarded.replace(true) {
            return;
        }
        let on_terminal = std::io::stderr().is_terminal();
        let _ = ctrlc::set_handler(move || {
            if ends_by_itself() {
                return;
            }
            INTERRUPTED.store(true, Ordering::SeqCst);
            while UNINTERRUPTIBLE.load(Ordering::SeqCst) {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            // A terminal that is gone was closed, and nobody has said anything by that.
            if ask::has_keyboard()
                && let Some(say) = LAST_WORDS.lock().ok().and_then(|mut words| words.take())
            {
                say();
            }
            ask::restore_terminal();
            if on_terminal {
                let _ = std::io::stderr().write_all(b"\x1b[?25h\n");
            }
            if let Some(dialect) = dialect {
                crate::stdout::write_failure(dialect, 130);
            }
            std::process::exit(130);
        });
    }

    /// Does something, and `last_words` before ctrl-c ends it.
    pub(crate) fn with_last_words<T>(&self, last_words: impl FnOnce() + Send + 'static, action: impl FnOnce() -> T) -> T {
        let set = |words| {
            if let Ok(mut place) = LAST_WORDS.lock() {
                *place = words;
            }
        };
        set(Some(Box::new(last_words)));
        let outcome = action();
        set(None);
        outcome
    }

    /// Does something that sees ctrl-c as a key. Where its outcome is that, this process ends by itself, and the handler
    /// leaves it alone: dialoguer raises the signal all the same.
    fn without_handler<T>(&self, action: impl FnOnce() -> T, is_interrupt: impl FnOnce(&T) -> bool) -> T {
        PICKING.store(true, Ordering::SeqCst);
        let outcome = action();
        ENDING.store(is_interrupt(&outcome), Ordering::SeqCst);
        PICKING.store(false, Ordering::SeqCst);
        outcome
    }

    /// Does something that ctrl-c must not leave half done: a refresh token is spent when it is sent, and the new one must
    /// reach the disk. It is for moments only.
    pub(crate) fn uninterrupted<T>(&self, action: impl FnOnce() -> T) -> T {
        UNINTERRUPTIBLE.store(true, Ordering::SeqCst);
        let outcome = action();
        UNINTERRUPTIBLE.store(false, Ordering::SeqCst);
        if INTERRUPTED.load(Ordering::SeqCst) {
            // The handler's thread ends this process now.
            std::thread::sleep(std::time::Duration::from_secs(1));
        }
        outcome
    }
}

/// Whether what has the terminal ends now without the handler of ctrl-c. A signal from elsewhere, which it does not see, is
/// the handler's after a moment.
fn ends_by_itself() -> bool {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(1);
    while PICKING.load(Ordering::SeqCst) && std::time::Instant::now() < end {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    ENDING.load(Ordering::SeqCst)
}

/// Writes to stderr where there is no person to be polite to yet.
pub(crate) fn write_stderr(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
