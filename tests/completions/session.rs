//! A shell at a terminal with awsenv loaded, in which the function `awsenv` writes down the words that it is given.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use awsenv_shell::ShellDialect;

use crate::harness::{Directory, is_here};
use crate::terminal::Terminal;

pub(crate) const SHELLS: &[ShellDialect] = &[ShellDialect::Bash, ShellDialect::Zsh, ShellDialect::Fish];

pub(crate) struct Session {
    pub(crate) shell: ShellDialect,
    pub(crate) terminal: Terminal,
    directory: Directory,
}

/// Writes a configuration with these profiles.
pub(crate) fn configure(home: &Path, names: &[&str]) {
    let mut config = String::new();
    for name in names {
        // The quoting of a header is that of a POSIX shell.
        let quoted = name.replace('\'', "'\"'\"'");
        writeln!(config, "[profile '{quoted}']\nregion = eu-west-1").unwrap();
    }
    fs::create_dir_all(home.join(".aws")).unwrap();
    fs::write(home.join(".aws/config"), config).unwrap();
}

impl Session {
    /// Starts a shell where awsenv was loaded as people load it, called through a path with a blank and a quote in it.
    pub(crate) fn start(shell: ShellDialect, profiles: &[&str]) -> Option<Self> {
        Self::start_with(shell, profiles, "", "awsenv", "")
    }

    /// As above, with lines before and after, and under another name.
    pub(crate) fn start_with(shell: ShellDialect, profiles: &[&str], before: &str, name: &str, after: &str) -> Option<Self> {
        if !is_here(shell.name()) {
            return None;
        }
        let directory = Directory::new();
        let home = directory.path();
        configure(home, profiles);
        symlink(env!("CARGO_BIN_EXE_awsenv"), home.join("the awsenv")).unwrap();
        let load = match shell {
            ShellDialect::Fish => format!("\"$HOME/the awsenv\" init fish --cmd {name} | source"),
            _ => format!("eval \"$(\"$HOME/the awsenv\" init {} --cmd {name})\"", shell.name()),
        };
        let recorder = match shell {
            ShellDialect::Fish => format!("function {name}; printf '%s\\0' $argv >~/words; end"),
            _ => format!("{name}() {{ printf '%s\\0' \"$@\" >~/words; }}"),
        };
        let prompt = match shell {
            ShellDialect::Fish => "function fish_prompt; echo -n 'ok> '; end",
            ShellDialect::Zsh => "PS1='ok> '; unsetopt prompt_cr prompt_sp",
            _ => "PS1='ok> '",
        };
        directory.write("rc", format!("{prompt}\n{before}\n{load}\n{recorder}\n{after}\n"));
        let arguments: &[&str] = match shell {
            ShellDialect::Bash => &["--norc", "--noprofile", "-i"],
            ShellDialect::Zsh => &["-f", "-i"],
            _ => &["--no-config", "--private", "-i"],
        };
        let mut terminal = Terminal::start(shell.name(), arguments, home);
        terminal.line(". ./rc");
        Some(Self { shell, terminal, directory })
    }

    pub(crate) fn home(&self) -> &Path {
        self.directory.path()
    }

    /// Types keys and the return key; returns the words that arrived at `awsenv`.
    pub(crate) fn words(&mut self, keys: &str) -> Vec<String> {
        let _ = fs::remove_file(self.home().join("words"));
        self.terminal.line(keys);
        let text = self.directory.read("words");
        text.split_terminator('\0').map(str::to_owned).collect()
    }

    /// Asserts which words arrive.
    pub(crate) fn arrive(&mut self, keys: &str, expected: &[&str]) {
        let words = self.words(keys);
        assert_eq!(words, expected, "{:?}: {keys:?}", self.shell);
    }
}

/// The lines that load zsh's completion system.
pub(crate) const COMPINIT: &str = "autoload -Uz compinit; compinit -u -D";

/// Starts each shell that is here as most people have it.
pub(crate) fn each(profiles: &[&str], mut test: impl FnMut(Session)) {
    for &shell in SHELLS {
        let before = if shell == ShellDialect::Zsh { COMPINIT } else { "" };
        if let Some(session) = Session::start_with(shell, profiles, before, "awsenv", "") {
            test(session);
        }
    }
}
