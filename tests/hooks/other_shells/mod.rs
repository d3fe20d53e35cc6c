//! The shells that read no POSIX: into a directory, out of it, and what their prompts show, at a terminal; nushell, which
//! wants a terminal that answers, in a script that calls its hook.

mod elvish;
mod everywhere;
mod nushell;
mod tcsh;
mod xonsh;

use std::path::PathBuf;

use awsenv_testkit::{Pty, Sandbox, is_here};

/// A shell, and how one says a few things in it.
#[derive(Clone, Copy, Debug)]
struct Other {
    program: &'static str,
    arguments: &'static [&'static str],
    /// Loads `~/init`.
    load: &'static str,
    /// Shows `AWSENV_PROMPT` between `text=[` and `]`, and the colour's name between `color=[` and `]`.
    text: &'static str,
    color: &'static str,
    /// Goes to `$PLACE`.
    cd: &'static str,
    /// Between two commands of a line.
    and: &'static str,
    /// Shows the status of the last line between `status=[` and `]`.
    status: &'static str,
    /// Whether it can compare the times of files.
    sees_changes: bool,
}

const OTHERS: &[Other] = &[tcsh::TCSH, elvish::ELVISH, xonsh::XONSH];

/// What a child of the shell sees.
const SHOW: &str = "printf 'profile=[%s] region=[%s] leaks=[%s]\\n' \"${AWS_PROFILE-unset}\" \"${AWS_REGION-unset}\" \
                    \"$(env | grep -c -e '^__awsenv' -e '^AWSENV_PROMPT')\"\n";

struct Session {
    other: Other,
    pty: Pty,
}

impl Session {
    /// Nothing where the shell is not installed.
    fn start(sandbox: &mut Sandbox, other: Other) -> Option<Self> {
        if !is_here(other.program, &["--version"]) {
            return None;
        }
        sandbox.write("init", sandbox.run(&["init", other.program]).ok().stdout);
        sandbox.write("show", SHOW);
        sandbox.set("TERM", "xterm").set("LC_ALL", "C.UTF-8");
        let mut session = Self { other, pty: sandbox.terminal(path_of(other.program), other.arguments) };
        session.prompt();
        session.mark();
        session.line(other.load);
        // The first prompt is silent.
        session.line("");
        Some(session)
    }

    #[track_caller]
    fn line(&mut self, text: &str) -> String {
        let shown = self.enter(text);
        shown + &self.mark()
    }

    /// Types a line. xonsh asks the terminal where the cursor is, and takes what was typed before its prompt for the answer.
    #[track_caller]
    fn enter(&mut self, text: &str) -> String {
        self.pty.type_text(&format!("{text}\r"));
        self.prompt()
    }

    #[track_caller]
    fn prompt(&mut self) -> String {
        if self.other.program == "xonsh" { self.pty.expect(" @") } else { String::new() }
    }

    #[track_caller]
    fn mark(&mut self) -> String {
        let shown = self.pty.settle();
        shown + &self.prompt()
    }

    /// What stands behind the last `NAME=[` that a line has shown.
    #[track_caller]
    fn value(&mut self, line: &str, name: &str) -> String {
        let shown = self.line(line);
        let start = shown.rfind(&format!("{name}=[")).unwrap_or_else(|| panic!("{:?}: {shown}", self.other.program));
        let value = &shown[start + name.len() + 2..];
        value[..value.find(']').unwrap()].to_owned()
    }

    #[track_caller]
    fn profile(&mut self) -> String {
        self.value("sh ~/show", "profile")
    }

    #[track_caller]
    fn text(&mut self) -> String {
        self.value(self.other.text, "text")
    }
}

fn path_of(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path).map(|directory| directory.join(program)).find(|file| file.is_file()).unwrap()
}
