//! Sessions written down in folders.
//!
//! ```text
//! tests/scenarios/NAME/
//!   demo             an empty file: fake-aws's demo world and home
//!   world.json       or a world of its own (fake-aws's form)
//!   config           ~/.aws/config; {home}, {endpoint}, {port} and {container_uri} are replaced, as in the next two
//!   credentials      ~/.aws/credentials
//!   env              NAME=VALUE lines
//!   home/…           further files of the home directory; those that begin with #! can be run
//!   session.console  what is typed and what is shown
//!   page             or a Markdown page, by its path from the workspace, whose ```console blocks are the session
//! ```
//!
//! In `session.console`, `$ ` begins a command for bash with the `awsenv` function loaded, `> ` continues it, `## ` is a
//! remark, `% ` is for the runner: `requests` shows what AWS was asked since the last time, `clock SECONDS` moves AWS's
//! clock, `sign-in SESSION TOKEN [SECONDS]` writes the AWS CLI's token file, `console-sign-in ARN` that of `aws login`,
//! `console-session-ends` lets AWS refuse to renew it. `mfa SERIAL` in a command prints a code. Everything else is what was shown, stdout and stderr together;
//! `SNAPSHOTS=overwrite` writes it anew. On a page what readers need not see is a comment: `<!-- % sign-in … -->`, `<!-- $ COMMAND -->`.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, PipeReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use fake_aws::{World, parse_world};

use crate::page::{Piece, pieces};
use crate::{Sandbox, assert_snapshot};

/// One folder.
#[derive(Debug)]
pub struct Scenario {
    folder: PathBuf,
    sandbox: Sandbox,
    asked: usize,
}

impl Scenario {
    /// Reads a folder and makes its machine.
    ///
    /// # Panics
    /// When the folder is not as it should be.
    pub fn load(folder: &Path, program: impl AsRef<Path>) -> Self {
        let text = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
        let mut sandbox = match text("world.json") {
            Some(json) => {
                let world = parse_world(&json).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
                Sandbox::with_world(program, world)
            }
            None if folder.join("demo").exists() => Sandbox::demo(program),
            None => Sandbox::with_world(program, World::default()),
        };
        let fill = |text: &str| {
            let server = sandbox.server();
            text.replace("{home}", &sandbox.home().to_string_lossy())
                .replace("{endpoint}", &server.endpoint())
                .replace("{port}", &server.port().to_string())
                .replace("{container_uri}", &server.container_uri())
        };
        for name in ["config", "credentials"] {
            if let Some(content) = text(name) {
                sandbox.write(&format!(".aws/{name}"), fill(&content));
            }
        }
        for (name, path) in files_below(&folder.join("home"), Path::new("")) {
            let content = fill(&std::fs::read_to_string(path).expect("the file is readable"));
            if content.starts_with("#!") {
                sandbox.script(&name, &content)
            } else {
                sandbox.write(&name, content)
            };
        }
        let variables = fill(&text("env").unwrap_or_default());
        for (name, value) in variables.lines().filter_map(|line| line.split_once('=')) {
            if value.is_empty() {
                sandbox.unset(name)
            } else {
                sandbox.set(name, value)
            };
        }
        Self { folder: folder.to_owned(), sandbox, asked: 0 }
    }

    /// Returns the machine.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Plays the session and compares: what was shown, that nothing of it is secret, that no secret is on the disk where it
    /// should not be, and that AWS saw nothing that a correct client never does.
    ///
    /// # Panics
    /// When something is not as it should be.
    pub fn play(mut self) {
        let (file, is_page) = match std::fs::read_to_string(self.folder.join("page")) {
            Ok(path) => (self.folder.join("../../..").join(path.trim()), true),
            Err(_) => (self.folder.join("session.console"), false),
        };
        let expected = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut shell = Shell::start(&self.sandbox);
        // What is typed is in the file already, the tokens that the runner is given among it.
        let (mut shown, mut said) = (String::new(), String::new());
        for piece in if is_page { pieces(&expected) } else { vec![Piece::Session(expected)] } {
            match piece {
                Piece::Text(text) => shown.push_str(&text),
                Piece::Hidden { text, step } => {
                    shown.push_str(&text);
                    match step.strip_prefix("$ ") {
                        Some(command) => {
                            let output = shell.run(command);
                            assert!(!output.contains("[exit "), "{}: {step}\n{output}", file.display());
                        }
                        None => self.obey(step.trim_start_matches("% "), &mut String::new()),
                    }
                }
                Piece::Session(session) => self.converse(&session, &mut shell, &mut shown, &mut said),
            }
        }
        drop(shell);
        self.sandbox.assert_no_secret(&file.display().to_string(), &said);
        self.sandbox.assert_no_secret_on_disk();
        assert_eq!(self.sandbox.server().violations(), [""; 0], "{}", file.display());
        assert_snapshot(&shown, &file);
    }

    fn converse(&mut self, session: &str, shell: &mut Shell, shown: &mut String, said: &mut String) {
        for step in steps(session) {
            shown.push_str(&step.text);
            match step.kind {
                StepKind::Remark => {}
                StepKind::Shell => {
                    let output = shell.run(&step.command);
                    shown.push_str(&self.in_the_words_of(&step.expected, &output));
                    said.push_str(&output);
                }
                StepKind::Runner => self.obey(&step.command, shown),
            }
        }
    }

    /// What was shown, scrubbed; a line that is the expected one but for what differs from run to run is the expected one.
    fn in_the_words_of(&self, expected: &[String], output: &str) -> String {
        let scrubbed = self.sandbox.scrub(output);
        let lines = scrubbed.lines().enumerate().map(|(index, line)| {
            let same = expected.get(index).filter(|expected| self.sandbox.scrub(expected) == line);
            format!("{}\n", same.map_or(line, String::as_str))
        });
        lines.collect()
    }

    fn obey(&mut self, command: &str, shown: &mut String) {
        let server = self.sandbox.server();
        let mut words = command.split_whitespace();
        let mut word = || words.next();
        let seconds = |word: Option<&str>| word.map(|word| word.parse::<i64>().expect("seconds are a number"));
        match word() {
            Some("requests") => {
                let requests = server.requests();
                for request in &requests[self.asked..] {
                    let error = request.error.as_ref().map_or_else(String::new, |error| format!(" {error}"));
                    let on_what = request.param("RoleArn").map_or_else(String::new, |arn| format!(" {arn}"));
                    _ = writeln!(shown, "{} {}{on_what}{error}", request.service, request.action);
                }
                self.asked = requests.len();
            }
            Some("clock") => server.advance_clock(seconds(word()).expect("clock SECONDS")),
            Some("sign-in") => {
                let (session, token) = (word().expect("sign-in SESSION TOKEN"), word().expect("sign-in SESSION TOKEN"));
                if let Some(seconds) = seconds(word()) {
                    let end = server.now() + seconds;
                    server.world(|world| {
                        let tokens = world.sso_tokens.iter_mut().filter(|known| known.access_token == token);
                        tokens.for_each(|known| known.expires_at = end);
                    });
                }
                let file = server.sso_cache_file(session, token).expect("the token is in the world");
                self.sandbox.write(&format!(".aws/sso/cache/{}", file.name), file.text);
            }
            Some("console-sign-in") => {
                let file = server.login_cache_file(word().expect("console-sign-in ARN"));
                self.sandbox.write(&format!(".aws/login/cache/{}", file.name), file.text);
            }
            Some("console-session-ends") => {
                let now = server.now();
                server.world(|world| world.login_sessions.iter_mut().for_each(|session| session.ends_at = now));
            }
            other => panic!("% {other:?} is nothing that the runner knows"),
        }
    }
}

fn files_below(directory: &Path, name: &Path) -> Vec<(String, PathBuf)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), name.join(entry.file_name()));
        if path.is_dir() {
            files.extend(files_below(&path, &name));
        } else {
            files.push((name.to_string_lossy().into_owned(), path));
        }
    }
    files
}

enum StepKind {
    Remark,
    Shell,
    Runner,
}

struct Step {
    kind: StepKind,
    /// As it stands in the file.
    text: String,
    command: String,
    /// The lines below it.
    expected: Vec<String>,
}

fn steps(session: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut in_command = false;
    for line in session.lines() {
        let (kind, command) = if let Some(command) = line.strip_prefix("$ ") {
            (StepKind::Shell, command)
        } else if let Some(command) = line.strip_prefix("% ") {
            (StepKind::Runner, command)
        } else if line.starts_with("## ") {
            (StepKind::Remark, "")
        } else {
            if let (true, Some(more), Some(step)) = (in_command, line.strip_prefix("> "), steps.last_mut()) {
                _ = writeln!(step.text, "{line}");
                _ = write!(step.command, "\n{more}");
            } else {
                in_command = false;
                steps.last_mut().into_iter().for_each(|step| step.expected.push(line.to_owned()));
            }
            continue;
        };
        in_command = matches!(kind, StepKind::Shell);
        steps.push(Step { kind, text: format!("{line}\n"), command: command.to_owned(), expected: Vec::new() });
    }
    steps
}

/// A bash that lives through the session.
struct Shell {
    child: Child,
    stdin: ChildStdin,
    output: BufReader<PipeReader>,
}

const MARK: u8 = 1;

const PRELUDE: &str = r#"
eval "$(awsenv init bash)" || exit
mfa() {
  local line
  exec 9<>"/dev/tcp/127.0.0.1/$__fake_port"
  printf 'GET /_fake/mfa?serial=%s HTTP/1.1\r\nHost: fake\r\nConnection: close\r\n\r\n' "$1" >&9
  while IFS= read -r line <&9 && [ "$line" != $'\r' ]; do :; done
  IFS= read -r line <&9
  exec 9>&-
  printf '%s\n' "$line"
}
"#;

impl Shell {
    fn start(sandbox: &Sandbox) -> Self {
        let (reader, writer) = std::io::pipe().expect("there are pipes");
        let mut command = Command::new("/bin/bash");
        command.args(["--norc", "--noprofile"]).current_dir(sandbox.home()).env_clear().envs(sandbox.variables());
        command.stdin(Stdio::piped()).stdout(writer.try_clone().expect("a pipe can be doubled")).stderr(writer);
        let mut child = command.spawn().expect("bash is here");
        let stdin = child.stdin.take().expect("stdin is a pipe");
        let mut shell = Self { child, stdin, output: BufReader::new(reader) };
        let said = shell.run(&format!("__fake_port={}\n{PRELUDE}", sandbox.server().port()));
        assert_eq!(said, "", "the prelude is silent");
        shell
    }

    /// Runs a command and returns what was shown, with `[exit N]` for a failure.
    fn run(&mut self, command: &str) -> String {
        let text = format!("{{\n{command}\n}} </dev/null\nprintf '\\001%s\\n' \"$?\"\n");
        self.stdin.write_all(text.as_bytes()).expect("bash reads");
        self.stdin.flush().expect("bash reads");
        let mut shown = Vec::new();
        self.output.read_until(MARK, &mut shown).expect("bash can be read");
        let mut code = String::new();
        self.output.read_line(&mut code).expect("bash can be read");
        let ended = shown.pop() != Some(MARK);
        let mut shown = String::from_utf8_lossy(&shown).into_owned();
        assert!(!ended, "bash ended in the middle of:\n{command}\n{shown}");
        if !shown.is_empty() && !shown.ends_with('\n') {
            shown.push('\n');
        }
        if code.trim() != "0" {
            _ = writeln!(shown, "[exit {}]", code.trim());
        }
        shown
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
