use crate::{InitOptions, RenderError, Statement, init, quote, render};

/// Names a language in which the calling shell can be told what to change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShellDialect {
    /// bash, from 3.2 (macOS) on.
    Bash,
    /// zsh.
    Zsh,
    /// fish, from 3.2 on.
    Fish,
    /// PowerShell 7 and Windows PowerShell 5.1.
    PowerShell,
    /// What `sh` may be: dash, ksh, busybox, bash in POSIX mode.
    Posix,
    /// elvish.
    Elvish,
    /// nushell, which evaluates no text: it is given the JSON form.
    Nushell,
    /// xonsh.
    Xonsh,
    /// tcsh; its code must be read by `source`, since `eval` loses line breaks.
    Tcsh,
    /// cmd.exe; its code must be `call`ed as a batch file.
    Cmd,
    /// Not a shell: `{"set":{…},"unset":[…]}` for programs.
    Json,
}

impl ShellDialect {
    /// Every dialect, in the order in which help and errors list them.
    pub const ALL: &'static [Self] = &[
        Self::Bash,
        Self::Zsh,
        Self::Fish,
        Self::PowerShell,
        Self::Posix,
        Self::Elvish,
        Self::Nushell,
        Self::Xonsh,
        Self::Tcsh,
        Self::Cmd,
        Self::Json,
    ];

    /// Returns the name that `--shell` takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
            Self::PowerShell => "powershell",
            Self::Posix => "posix",
            Self::Elvish => "elvish",
            Self::Nushell => "nushell",
            Self::Xonsh => "xonsh",
            Self::Tcsh => "tcsh",
            Self::Cmd => "cmd",
            Self::Json => "json",
        }
    }

    /// Returns the dialect of that name, or of a shell that speaks it (`pwsh`, `sh`, `dash`, `ksh`, `nu` …).
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "bash" => Self::Bash,
            "zsh" => Self::Zsh,
            "fish" => Self::Fish,
            "powershell" | "pwsh" | "pwsh-preview" | "powershell_ise" => Self::PowerShell,
            "posix" | "sh" | "dash" | "ash" | "busybox" | "ksh" | "ksh93" | "rksh" | "mksh" | "oksh" | "lksh" | "yash" => {
                Self::Posix
            }
            "elvish" => Self::Elvish,
            "nushell" | "nu" => Self::Nushell,
            "xonsh" => Self::Xonsh,
            "tcsh" | "csh" => Self::Tcsh,
            "cmd" => Self::Cmd,
            "json" => Self::Json,
            _ => return None,
        })
    }

    /// Returns `value` as one word of this dialect that evaluates to exactly these bytes.
    ///
    /// # Errors
    /// When the dialect has no way to write the value: a NUL byte anywhere, invalid UTF-8 where text is all there is,
    /// a line break in cmd.exe.
    pub fn quote(self, value: &[u8]) -> Result<Vec<u8>, RenderError> {
        quote::quote(self, value)
    }

    /// Returns the complete code that carries out the statements in their order. It ends with a newline.
    ///
    /// # Errors
    /// When a name is not a variable name, or a value cannot be written in this dialect.
    pub fn render(self, statements: &[Statement<'_>]) -> Result<Vec<u8>, RenderError> {
        render::render(self, statements)
    }

    /// Returns one statement that does nothing but fail with `exit_code`, because `eval ""` succeeds. It ends with a
    /// newline; it is empty where the output is data ([`Json`](Self::Json), [`Nushell`](Self::Nushell)).
    pub fn fail(self, exit_code: u8) -> Vec<u8> {
        render::fail(self, exit_code)
    }

    /// Returns the script that `awsenv init` prints, or nothing when there is none for this shell or the shell cannot
    /// have a function called [`InitOptions::cmd`].
    pub fn init(self, options: &InitOptions<'_>) -> Option<String> {
        init::init(self, options)
    }
}

#[cfg(test)]
mod tests {
    use super::ShellDialect;

    #[test]
    fn every_name_parses_to_its_dialect() {
        for &dialect in ShellDialect::ALL {
            assert_eq!(ShellDialect::parse(dialect.name()), Some(dialect));
        }
    }

    #[test]
    fn other_names_of_shells() {
        for (name, dialect) in [
            ("pwsh", Some(ShellDialect::PowerShell)),
            ("PowerShell", Some(ShellDialect::PowerShell)),
            ("sh", Some(ShellDialect::Posix)),
            ("dash", Some(ShellDialect::Posix)),
            ("ksh", Some(ShellDialect::Posix)),
            ("nu", Some(ShellDialect::Nushell)),
            ("csh", Some(ShellDialect::Tcsh)),
            ("vim", None),
            ("", None),
        ] {
            assert_eq!(ShellDialect::parse(name), dialect, "{name}");
        }
    }
}
