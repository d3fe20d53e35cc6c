//! A program at a terminal.

use std::ffi::{OsStr, OsString};
use std::io::{Read as _, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const PATIENCE: Duration = Duration::from_secs(30);

/// A program that believes a person to be there.
pub struct Pty {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    raw: Vec<u8>,
    /// How much of the text has been read by `expect`.
    read: usize,
    marks: u32,
    // The terminal lives as long as its end of the wire.
    _master: Box<dyn MasterPty + Send>,
}

impl Pty {
    pub(crate) fn start<'a>(
        program: &Path,
        arguments: &[impl AsRef<OsStr>],
        directory: &Path,
        variables: impl IntoIterator<Item = (&'a OsString, &'a OsString)>,
    ) -> Self {
        let size = PtySize { rows: 50, cols: 160, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("there is a pseudo-terminal");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(directory);
        command.env_clear();
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a terminal can be read");
        let writer = pair.master.take_writer().expect("a terminal can be written");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { child, writer, output, raw: Vec::new(), read: 0, marks: 0, _master: pair.master }
    }

    /// Types text, without the return key.
    ///
    /// # Panics
    /// When the terminal is gone.
    pub fn type_text(&mut self, text: &str) {
        self.writer.write_all(text.as_bytes()).expect("the terminal is there");
        self.writer.flush().expect("the terminal is there");
    }

    /// Reads on until a text has been shown, and returns everything since the last call up to its end.
    ///
    /// # Panics
    /// When it does not come within half a minute.
    #[track_caller]
    pub fn expect(&mut self, text: &str) -> String {
        let seen = self.seen_within(text, PATIENCE);
        seen.unwrap_or_else(|| panic!("waited in vain for {text:?}; the terminal showed:\n{}", self.screen()))
    }

    /// As [`Pty::expect`], but gives nothing when the text does not come in time.
    pub fn seen_within(&mut self, text: &str, patience: Duration) -> Option<String> {
        let deadline = Instant::now() + patience;
        loop {
            let screen = self.screen();
            if let Some(position) = screen.get(self.read..).and_then(|unread| unread.find(text)) {
                let end = self.read + position + text.len();
                let seen = screen[self.read..end].to_owned();
                self.read = end;
                return Some(seen);
            }
            self.raw.extend(self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()?);
        }
    }

    /// Returns the program's process id, while it runs.
    pub fn process_id(&self) -> Option<u32> {
        self.child.process_id()
    }

    /// Types a line to a shell and returns what was shown until the next prompt could be given.
    ///
    /// # Panics
    /// When the line does not end.
    #[track_caller]
    pub fn line(&mut self, text: &str) -> String {
        self.type_text(&format!("{text}\r"));
        self.settle()
    }

    /// Waits until the shell has done all it was given.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn settle(&mut self) -> String {
        self.marks += 1;
        // The mark is put together by printf, so the echo of the line is not taken for it.
        self.type_text(&format!("printf 'mark<%s>\\n' {}\r", self.marks));
        self.expect(&format!("mark<{}>", self.marks))
    }

    /// Returns everything shown so far, without escape sequences.
    pub fn screen(&self) -> String {
        plain(&self.raw)
    }

    /// Returns everything shown so far, escape sequences included.
    pub fn raw(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    /// Waits for the program's end and returns its exit code.
    ///
    /// # Panics
    /// When it does not end within half a minute.
    pub fn exit_code(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            while let Ok(bytes) = self.output.try_recv() {
                self.raw.extend(bytes);
            }
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(50)) {
                    self.raw.extend(bytes);
                }
                return status.exit_code();
            }
            assert!(Instant::now() < deadline, "it did not end; the terminal showed:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl std::fmt::Debug for Pty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pty").field("screen", &self.screen()).finish_non_exhaustive()
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Takes out CSI, OSC and two-byte sequences; what has not come in whole yet is left out too.
fn plain(raw: &[u8]) -> String {
    let complete = match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(&raw[..error.valid_up_to()]).into_owned(),
        Err(_) => String::from_utf8_lossy(raw).into_owned(),
    };
    let mut text = String::new();
    let mut characters = complete.chars();
    while let Some(character) = characters.next() {
        match character {
            '\x1b' => match characters.next() {
                Some('[') => while characters.next().is_some_and(|c| !('\x40'..='\x7e').contains(&c)) {},
                Some(']') => while characters.next().is_some_and(|c| c != '\x07' && c != '\x1b') {},
                Some('(' | ')') => _ = characters.next(),
                _ => {}
            },
            '\r' => {}
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn escapes_are_no_text() {
        for (raw, text) in
            [("a\x1b[1;32mb\x1b[0m\r\n", "ab\n"), ("\x1b]0;title\x07x", "x"), ("\x1b(Bx\x1b=", "x"), ("half \x1b[3", "half ")]
        {
            assert_eq!(plain(raw.as_bytes()), text);
        }
        assert_eq!(plain("a ›".as_bytes().split_last().expect("not empty").1), "a ");
    }
}
