use crate::ShellDialect;

/// Returns the dialect of the shell that called us: the parent process when it is a shell, else `$SHELL`.
///
/// `$SHELL` comes second because it is the login shell, not the running one.
pub fn detect(parent_process_name: Option<&str>, shell_var: Option<&str>) -> Option<ShellDialect> {
    [parent_process_name, shell_var].into_iter().flatten().find_map(dialect_of_program)
}

/// Reads `-zsh` (a login shell), `/usr/bin/bash`, `C:\…\pwsh.exe`.
fn dialect_of_program(name: &str) -> Option<ShellDialect> {
    let file = name.trim().rsplit(['/', '\\']).next()?;
    let file = file.strip_prefix('-').unwrap_or(file);
    let lowercase = file.to_ascii_lowercase();
    let stem = lowercase.strip_suffix(".exe").unwrap_or(&lowercase);
    // A dialect that is not a program's name is nobody's shell.
    if matches!(stem, "json" | "posix") { None } else { ShellDialect::parse(stem) }
}

#[cfg(test)]
mod tests {
    use super::detect;
    use crate::ShellDialect;

    #[test]
    fn the_parent_comes_before_the_login_shell() {
        for (parent, shell, expected) in [
            (Some("zsh"), Some("/bin/bash"), Some(ShellDialect::Zsh)),
            (Some("-zsh"), None, Some(ShellDialect::Zsh)),
            (Some("/usr/local/bin/fish"), None, Some(ShellDialect::Fish)),
            (Some(r"C:\Program Files\PowerShell\7\pwsh.exe"), None, Some(ShellDialect::PowerShell)),
            (Some("PowerShell.EXE"), None, Some(ShellDialect::PowerShell)),
            (Some("cmd.exe"), None, Some(ShellDialect::Cmd)),
            (Some("nu"), Some("/bin/bash"), Some(ShellDialect::Nushell)),
            (Some("elvish"), Some("/bin/bash"), Some(ShellDialect::Elvish)),
            (Some("xonsh"), Some("/bin/bash"), Some(ShellDialect::Xonsh)),
            (Some("-tcsh"), Some("/bin/bash"), Some(ShellDialect::Tcsh)),
            (Some("-csh"), Some("/bin/bash"), Some(ShellDialect::Tcsh)),
            (Some("busybox"), None, Some(ShellDialect::Posix)),
            (Some("make"), Some("/bin/bash"), Some(ShellDialect::Bash)),
            (Some("json"), None, None),
            (None, Some("/usr/bin/zsh\n"), Some(ShellDialect::Zsh)),
            (None, Some("/sbin/nologin"), None),
            (Some(""), Some(""), None),
            (None, None, None),
        ] {
            assert_eq!(detect(parent, shell), expected, "{parent:?} {shell:?}");
        }
    }
}
