use crate::{ShellDialect, quote};

/// What the script of `awsenv init` is made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InitOptions<'a> {
    /// The absolute path of the binary, as it was found (a resolved one is deleted by the next upgrade).
    pub exe: &'a str,
    /// The name of the function, by default `awsenv`.
    pub cmd: &'a str,
    /// The script that registers completions, appended as it is; may be empty.
    pub completions: &'a str,
    /// Whether the script computes `AWSENV_PROMPT` before each prompt.
    pub prompt: bool,
    /// Whether `cd`, `pushd` and `popd` may be wrapped where the shell has no hook of its own.
    pub cd: bool,
}

pub(crate) fn init(dialect: ShellDialect, options: &InitOptions<'_>) -> Option<String> {
    let script = script(dialect)?;
    if !is_function_name(dialect, options.cmd) {
        return None;
    }
    let exe = exe_word(dialect, options.exe)?;
    let mut text = String::new();
    let mut skipped_until = None;
    for line in script.lines() {
        let marker = line.trim_start();
        if let Some(end) = skipped_until {
            if marker == end {
                skipped_until = None;
            }
            continue;
        }
        match marker {
            "# >>> prompt" if !options.prompt => skipped_until = Some("# <<< prompt"),
            "# >>> cd" if !options.cd => skipped_until = Some("# <<< cd"),
            "# >>> prompt" | "# <<< prompt" | "# >>> cd" | "# <<< cd" => {}
            // nushell's attribute, which names what stands in the completions.
            "# @complete __awsenv_complete" if !options.completions.is_empty() => text.push_str("@complete __awsenv_complete\n"),
            _ => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    let text = text
        .replace("__AWSENV_CMD__", options.cmd)
        .replace("__AWSENV_VERSION__", env!("CARGO_PKG_VERSION"))
        .replace(exe_placeholder(dialect), &exe);
    // Last, so that nothing inside it is taken for a placeholder.
    let line_end = if options.completions.is_empty() || options.completions.ends_with('\n') { "" } else { "\n" };
    let text = text.replace("# __AWSENV_COMPLETIONS__\n", &format!("{}{line_end}", options.completions));
    // cmd.exe misses labels in a file with bare line feeds.
    Some(if dialect == ShellDialect::Cmd { text.replace('\n', "\r\n") } else { text })
}

fn script(dialect: ShellDialect) -> Option<&'static str> {
    match dialect {
        ShellDialect::Bash => Some(include_str!("../../../shell/awsenv.bash")),
        ShellDialect::Zsh => Some(include_str!("../../../shell/awsenv.zsh")),
        ShellDialect::Fish => Some(include_str!("../../../shell/awsenv.fish")),
        ShellDialect::PowerShell => Some(include_str!("../../../shell/awsenv.ps1")),
        ShellDialect::Posix => Some(include_str!("../../../shell/awsenv.sh")),
        ShellDialect::Tcsh => Some(include_str!("../../../shell/awsenv.tcsh")),
        ShellDialect::Elvish => Some(include_str!("../../../shell/awsenv.elv")),
        ShellDialect::Xonsh => Some(include_str!("../../../shell/awsenv.xsh")),
        ShellDialect::Nushell => Some(include_str!("../../../shell/awsenv.nu")),
        ShellDialect::Cmd => Some(include_str!("../../../shell/awsenv.cmd")),
        ShellDialect::Json => None,
    }
}

/// The path as a word of the script. Nushell's own code has no JSON strings, but raw ones.
fn exe_word(dialect: ShellDialect, exe: &str) -> Option<String> {
    if dialect == ShellDialect::Nushell {
        let hashes = "#".repeat(1 + exe.bytes().filter(|&byte| byte == b'#').count());
        return Some(format!("r{hashes}'{exe}'{hashes}"));
    }
    String::from_utf8(quote::quote(dialect, exe.as_bytes()).ok()?).ok()
}

/// Quotes are part of the placeholder, except in fish, whose formatter takes away quotes that nothing needs.
fn exe_placeholder(dialect: ShellDialect) -> &'static str {
    if dialect == ShellDialect::Fish { "__AWSENV_EXE__" } else { "'__AWSENV_EXE__'" }
}

/// `[A-Za-z_][A-Za-z0-9_-]*`, but dash takes no `-`.
fn is_function_name(dialect: ShellDialect, name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || (byte == b'-' && dialect != ShellDialect::Posix))
}
