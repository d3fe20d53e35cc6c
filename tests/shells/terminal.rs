//! A shell at a terminal: types lines and reads what comes back.

use std::fmt::Write as _;
use std::io::{Read as _, Write};
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    seen: Vec<u8>,
    marks: u32,
    // The terminal lives as long as its end of the wire.
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts the program in the directory, which is its home, with nothing else in its environment.
    pub(crate) fn start(program: &str, arguments: &[&str], home: &Path) -> Self {
        let pair = native_pty_system().openpty(PtySize { rows: 50, cols: 200, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(home);
        command.env_clear();
        for (name, value) in [("PATH", "/usr/local/bin:/usr/bin:/bin"), ("TERM", "dumb"), ("LC_ALL", "C.UTF-8")] {
            command.env(name, value);
        }
        command.env("HOME", home);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (sender, output) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { child, writer, output, seen: Vec::new(), marks: 0, _master: pair.master }
    }

    /// Types text, without the return key.
    pub(crate) fn keys(&mut self, text: &str) {
        self.writer.write_all(text.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Reads on until the text has been printed; returns everything up to and including it.
    pub(crate) fn until(&mut self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let seen = String::from_utf8_lossy(&self.seen).into_owned();
            if let Some(position) = seen.find(text) {
                let (before, after) = seen.split_at(position + text.len());
                self.seen = after.as_bytes().to_vec();
                return before.to_owned();
            }
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.seen.extend(bytes),
                Err(_) => panic!("waited in vain for {text:?}; the terminal shows:\n{seen}"),
            }
        }
    }

    /// Types a line and returns what the terminal showed until it was done.
    pub(crate) fn line(&mut self, text: &str) -> String {
        self.keys(text);
        self.keys("\r");
        self.done()
    }

    /// Waits until the shell has carried out what it was given, prompts included.
    pub(crate) fn done(&mut self) -> String {
        self.marks += 1;
        // What is typed is echoed, so the mark is only in what is printed.
        let mut mark = String::new();
        write!(mark, "mark<{}>", self.marks).unwrap();
        self.keys(&format!("printf 'mark<%s>\\n' {}\r", self.marks));
        self.until(&mark)
    }

    /// Presses Ctrl-C and waits for the prompt `ok> `: the terminal throws away what is typed too soon.
    pub(crate) fn interrupt(&mut self) {
        // As a person would, after the prompt is drawn: between that and its first read, readline keeps the signal until
        // the next key.
        thread::sleep(Duration::from_millis(300));
        self.seen.clear();
        self.keys("\x03");
        self.until("ok> ");
        self.done();
    }

    /// Returns what a format prints between two brackets that the echo of the line does not have.
    pub(crate) fn print(&mut self, format: &str, arguments: &str) -> String {
        let shown = self.line(&format!("printf '<%s{format}%s>\\n' : {arguments} :"));
        let start = shown.rfind("<:").map_or(0, |position| position + 2);
        let end = shown.rfind(":>").unwrap_or(shown.len());
        shown[start..end].to_owned()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
