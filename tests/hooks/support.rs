//! A machine with two profiles, and shells on it.

use awsenv_testkit::{Pty, Run, Sandbox, is_here};

/// A shell that has a hook, and how it is started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shell {
    pub(crate) name: &'static str,
    pub(crate) arguments: &'static [&'static str],
    pub(crate) init: &'static str,
}

pub(crate) const BASH: Shell =
    Shell { name: "bash", arguments: &["--norc", "--noprofile", "-i"], init: "eval \"$(awsenv init bash)\"" };
pub(crate) const ZSH: Shell = Shell { name: "zsh", arguments: &["-f", "-i", "+Z"], init: "eval \"$(awsenv init zsh)\"" };
pub(crate) const FISH: Shell =
    Shell { name: "fish", arguments: &["--no-config", "--private"], init: "awsenv init fish | source" };
pub(crate) const DASH: Shell = Shell { name: "dash", arguments: &["-i"], init: "eval \"$(awsenv init posix)\"" };
pub(crate) const KSH: Shell = Shell { name: "ksh", arguments: &["-i"], init: "eval \"$(awsenv init posix)\"" };
pub(crate) const BUSYBOX: Shell = Shell { name: "busybox", arguments: &["sh", "-i"], init: "eval \"$(awsenv init posix)\"" };

/// Those with a hook before the prompt.
pub(crate) fn prompting() -> impl Iterator<Item = Shell> {
    [BASH, ZSH, FISH].into_iter().filter(Shell::is_here)
}

/// All of them.
pub(crate) fn shells() -> impl Iterator<Item = Shell> {
    [BASH, ZSH, FISH, DASH, KSH, BUSYBOX].into_iter().filter(Shell::is_here)
}

impl Shell {
    pub(crate) fn is_here(&self) -> bool {
        let probe: &[&str] = if self.name == "busybox" { &["sh", "-c", ":"] } else { &["-c", ":"] };
        is_here(self.name, probe)
    }

    pub(crate) fn is_fish(self) -> bool {
        self.name == "fish"
    }

    /// The line that exports a variable.
    pub(crate) fn export(self, name: &str, value: &str) -> String {
        if self.is_fish() { format!("set -gx {name} '{value}'") } else { format!("export {name}='{value}'") }
    }
}

/// `dev` and `ops` with keys, `prod` behind MFA; `~/dev` and `~/ops` with allowed files, `~/plain` without one.
pub(crate) fn machine() -> Sandbox {
    let sandbox = Sandbox::new(env!("CARGO_BIN_EXE_awsenv"));
    sandbox.config(
        "[profile dev]\nregion = eu-central-1\n[profile ops]\nregion = us-east-1\n\
         [profile prod]\nrole_arn = arn:aws:iam::222222222222:role/Admin\nsource_profile = dev\nmfa_serial = arn:aws:iam::111111111111:mfa/ana\n",
    );
    sandbox.credentials(
        "[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = secret-of-dev\n\
         [ops]\naws_access_key_id = AKIAOPS\naws_secret_access_key = secret-of-ops\n",
    );
    for profile in ["dev", "ops"] {
        directory(&sandbox, profile, &format!("profile = {profile}\n"));
        std::fs::create_dir_all(sandbox.path(&format!("{profile}/sub"))).unwrap();
    }
    std::fs::create_dir_all(sandbox.path("plain")).unwrap();
    sandbox
}

/// Makes a directory with an allowed file.
pub(crate) fn directory(sandbox: &Sandbox, name: &str, content: &str) {
    sandbox.write(&format!("{name}/.awsenv"), content);
    allow(sandbox, name).ok();
}

pub(crate) fn allow(sandbox: &Sandbox, name: &str) -> Run {
    sandbox.run(&["allow", "--yes", name])
}

/// Runs the hook in a directory, by itself.
pub(crate) fn hook(sandbox: &Sandbox, name: &str) -> Run {
    sandbox.awsenv(&["hook", "--shell", "json"]).directory(&sandbox.path(name)).run().ok()
}

/// A shell at a terminal, with awsenv in it.
pub(crate) struct Session {
    pub(crate) shell: Shell,
    pub(crate) pty: Pty,
}

impl Session {
    pub(crate) fn start(sandbox: &Sandbox, shell: Shell) -> Self {
        let mut session = Self::bare(sandbox, shell);
        session.line(shell.init);
        // The first prompt is silent.
        session.line("");
        session
    }

    /// A shell that reads an rc file as a person's does.
    pub(crate) fn with_rc(sandbox: &Sandbox, shell: Shell, rc: &str) -> Self {
        let (file, arguments): (_, &[&str]) = match shell.name {
            "bash" => (".bashrc", &["--noprofile", "-i"]),
            "zsh" => (".zshrc", &["-d", "-i", "+Z"]),
            _ => (".config/fish/config.fish", &["--private"]),
        };
        let prompt =
            if shell.is_fish() { "set -g fish_greeting\nfunction fish_prompt; printf 'ok> '; end" } else { "PS1='ok> '" };
        sandbox.write(file, format!("{prompt}\n{rc}\n"));
        Self { shell, pty: sandbox.terminal(shell.name, arguments) }
    }

    /// Without awsenv.
    pub(crate) fn bare(sandbox: &Sandbox, shell: Shell) -> Self {
        let mut session = Self { shell, pty: sandbox.terminal(shell.name, shell.arguments) };
        if shell.is_fish() {
            session.line("function fish_prompt; printf 'ok> '; end");
        }
        session
    }

    #[track_caller]
    pub(crate) fn line(&mut self, text: &str) -> String {
        self.pty.line(text)
    }

    /// What a child of the shell, started on the same line as `before`, finds in a variable.
    #[track_caller]
    pub(crate) fn after(&mut self, before: &str, name: &str) -> String {
        let and = if before.is_empty() { String::new() } else { format!("{before} && ") };
        let shown = self.line(&format!("{and}sh -c 'printf \"<%s>\\n\" \"[${{{name}-unset}}]\"'"));
        // What a shell draws again while a line is typed has an opening, but no end.
        let found = shown.rfind("]>").and_then(|end| Some((shown[..end].rfind("<[")? + 2, end)));
        let (start, end) = found.unwrap_or_else(|| panic!("{:?}: {shown}", self.shell));
        shown[start..end].to_owned()
    }

    /// What the next line's child finds in a variable.
    #[track_caller]
    pub(crate) fn value(&mut self, name: &str) -> String {
        self.after("", name)
    }

    #[track_caller]
    pub(crate) fn profile(&mut self) -> String {
        self.value("AWS_PROFILE")
    }
}
