//! Asking for an MFA code, or for any other line.

use awsenv_resolve::Secret;

use crate::report::{Code, Report, clean};
use crate::ui::Ui;

/// Asks for the code of a device, not echoed. Ctrl-c and ctrl-d leave the terminal as it was.
pub(crate) fn ask_mfa_code(ui: &Ui, of_what: &str) -> Result<Secret, Report> {
    let of_what = clean(of_what);
    let question = format!("{} {} {} ", ui.style.bold("MFA code"), ui.style.dim(&of_what), ui.style.bold("›"));
    loop {
        let answer = terminal::read_line(&question, Echo::Dots)?;
        let code: String = answer.reveal().chars().filter(|c| !c.is_whitespace()).collect();
        if (6..=8).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Secret::new(code));
        }
        ui.line(&ui.style.dim("  six digits, please; ctrl-c to leave"));
    }
}

/// Asks for a line, which is shown while it is typed.
pub(crate) fn ask_text(question: &str) -> Result<Secret, Report> {
    terminal::read_line(&clean(question), Echo::Text)
}

/// Asks whether to go on; only a plain yes is one.
pub(crate) fn ask_yes(question: &str) -> Result<bool, Report> {
    let answer = ask_text(&format!("{question} [y/N] "))?;
    Ok(matches!(answer.reveal().trim(), "y" | "Y" | "yes" | "Yes" | "YES"))
}

/// Asks for a secret, not echoed.
pub(crate) fn ask_secret(question: &str) -> Result<Secret, Report> {
    terminal::read_line(&clean(question), Echo::Dots)
}

/// The name of a device as people know it: of a virtual one what comes after `mfa/`.
pub(crate) fn device_name(serial: &str) -> &str {
    serial.rsplit_once(":mfa/").map_or(serial, |(_, name)| name)
}

/// What is seen of an answer while it is typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Echo {
    /// A dot for each character.
    Dots,
    Text,
}

/// Whether there is a terminal to read an answer from: stdin, or else the controlling one.
pub(crate) fn has_keyboard() -> bool {
    use std::io::IsTerminal as _;
    std::io::stdin().is_terminal() || terminal::has_controlling()
}

/// Takes the terminal's keys as they come, ctrl-c among them, until what this gives is dropped.
pub(super) fn take_terminal() -> terminal::Taken {
    terminal::take()
}

/// Gives the terminal back as it was, in the middle of a question.
pub(super) fn restore_terminal() {
    terminal::restore();
}

fn cancelled() -> Report {
    Report::error(Code::Cancelled, "cancelled; nothing was changed")
}

#[cfg(unix)]
mod terminal {
    use std::fs::File;
    use std::io::{IsTerminal as _, Write as _};
    use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
    use std::sync::Mutex;

    use awsenv_resolve::Secret;
    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

    use super::Echo;
    use crate::report::{Code, Report};

    pub(super) fn has_controlling() -> bool {
        File::open("/dev/tty").is_ok_and(|tty| tty.is_terminal())
    }

    /// Reads a line. The terminal takes ctrl-c as a key meanwhile, so that it is always given back
    /// as it was, which a process killed by the signal could not do.
    pub(super) fn read_line(question: &str, echo: Echo) -> Result<Secret, Report> {
        let stdin = std::io::stdin();
        if stdin.is_terminal() {
            return read_from(stdin.as_fd(), &mut stdin.lock(), question, echo);
        }
        let mut tty = File::open("/dev/tty").map_err(io_report)?;
        let descriptor = tty.try_clone().map_err(io_report)?;
        read_from(descriptor.as_fd(), &mut tty, question, echo)
    }

    /// The terminal for as long as this lives, where there is one.
    pub(in crate::ui) struct Taken(#[expect(dead_code, reason = "dropping it is its use")] Option<Quiet>);

    pub(super) fn take() -> Taken {
        let stdin = std::io::stdin();
        if stdin.is_terminal() {
            return Taken(Quiet::new(stdin.as_fd()).ok());
        }
        Taken(File::open("/dev/tty").ok().and_then(|tty| Quiet::new(tty.as_fd()).ok()))
    }

    fn read_from(
        descriptor: BorrowedFd<'_>,
        input: &mut dyn std::io::Read,
        question: &str,
        echo: Echo,
    ) -> Result<Secret, Report> {
        let quiet = Quiet::new(descriptor).map_err(|error| io_report(error.into()))?;
        let mut stderr = std::io::stderr();
        let _ = stderr.write_all(question.as_bytes());
        // A session token has a thousand characters. All in advance: what grew would leave copies.
        let longest = 8 * 1024;
        let mut text = String::with_capacity(longest);
        let answer = loop {
            let mut byte = [0];
            match input.read(&mut byte) {
                Ok(0) => break Err(super::cancelled()),
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => break Err(io_report(error)),
            }
            match byte[0] {
                b'\r' | b'\n' => break Ok(Secret::new(std::mem::take(&mut text))),
                3 | 4 => break Err(super::cancelled()),
                8 | 127 if text.pop().is_some() => {
                    let _ = stderr.write_all(b"\x08 \x08");
                }
                21 => {
                    let _ = stderr.write_all("\u{8} \u{8}".repeat(text.len()).as_bytes());
                    text.clear();
                }
                typed @ b' '..=b'~' if text.len() < longest => {
                    text.push(char::from(typed));
                    let _ = match echo {
                        Echo::Dots => stderr.write_all("•".as_bytes()),
                        Echo::Text => stderr.write_all(&[typed]),
                    };
                }
                _ => {}
            }
        };
        drop(quiet);
        let _ = stderr.write_all(b"\n");
        answer
    }

    fn io_report(error: std::io::Error) -> Report {
        Report::error(Code::Io, format!("the terminal cannot be read: {error}"))
    }

    /// The terminal of the question that is being asked, as it was before: for who has to end in the middle of it.
    static ASKING: Mutex<Option<(OwnedFd, Termios)>> = Mutex::new(None);

    /// Gives the terminal back as it was, when a question has it.
    pub(super) fn restore() {
        if let Some((descriptor, before)) = ASKING.lock().ok().and_then(|mut asking| asking.take()) {
            let _ = tcsetattr(descriptor, OptionalActions::Drain, &before);
        }
    }

    /// The terminal without echo, line editing and signals, for as long as this lives.
    struct Quiet;

    impl Quiet {
        fn new(descriptor: BorrowedFd<'_>) -> rustix::io::Result<Self> {
            let before = tcgetattr(descriptor)?;
            let mut quiet = before.clone();
            quiet.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG | LocalModes::IEXTEN;
            quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
            quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
            if let (Ok(descriptor), Ok(mut asking)) = (descriptor.try_clone_to_owned(), ASKING.lock()) {
                *asking = Some((descriptor, before));
            }
            tcsetattr(descriptor, OptionalActions::Drain, &quiet)?;
            Ok(Self)
        }
    }

    impl Drop for Quiet {
        fn drop(&mut self) {
            restore();
        }
    }
}

#[cfg(not(unix))]
mod terminal {
    use awsenv_resolve::Secret;
    use dialoguer::console::{Key, Term};

    use super::Echo;
    use crate::report::{Code, Report};

    /// Nothing is changed between keys there.
    pub(super) fn restore() {}

    pub(in crate::ui) struct Taken;

    pub(super) fn take() -> Taken {
        Taken
    }

    pub(super) fn has_controlling() -> bool {
        false
    }

    pub(super) fn read_line(question: &str, echo: Echo) -> Result<Secret, Report> {
        let term = Term::stderr();
        let failed = |error: std::io::Error| Report::error(Code::Io, format!("the terminal cannot be read: {error}"));
        term.write_str(question).map_err(failed)?;
        let mut text = String::with_capacity(64);
        loop {
            match term.read_key_raw().map_err(failed)? {
                Key::Enter => break,
                Key::CtrlC | Key::Escape => {
                    let _ = term.write_line("");
                    return Err(super::cancelled());
                }
                Key::Backspace => {
                    if text.pop().is_some() {
                        let _ = term.clear_chars(1);
                    }
                }
                Key::Char(c) if !c.is_control() => {
                    text.push(c);
                    let mut shown = [0; 4];
                    let _ = term.write_str(if echo == Echo::Dots { "•" } else { c.encode_utf8(&mut shown) });
                }
                _ => {}
            }
        }
        let _ = term.write_line("");
        Ok(Secret::new(text))
    }
}
