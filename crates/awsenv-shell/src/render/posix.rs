//! bash, zsh and what `sh` may be.

use super::{Code, parked};
use crate::{RenderError, ShellDialect, Statement};

/// ```sh
/// [ -z "${AWS_VAULT+x}" ] || \command export AWS_VAULT="$AWS_VAULT" 2>/dev/null || __awsenv_bad=AWS_VAULT
/// if [ -z "${__awsenv_bad-}" ]; then
/// case $- in *a*) set +a; __awsenv_all=1 ;; esac        # only with unexported variables: `set -a` would export them
/// \command unset -v AWS_VAULT || __awsenv_bad=1
/// \command export AWS_PROFILE='prod' || __awsenv_bad=1
/// case ${__awsenv_all-} in 1) \command unset -v __awsenv_all; set -a ;; esac
/// else printf 'awsenv: %s is readonly in this shell; nothing was changed\n' "$__awsenv_bad" >&2; fi
/// [ -z "${__awsenv_bad-}" ] || { \command unset -v __awsenv_bad; (exit 1); }
/// ```
/// A readonly variable is found first, by giving it the value it has, so that the shell is changed whole or not at all.
/// `command` takes from `export` and `unset` the power to end a shell over a readonly variable; zsh ends the evaluation
/// all the same, so there each stands in `{ …; } always { TRY_BLOCK_ERROR=0; }`.
pub(super) fn render(dialect: ShellDialect, statements: &[Statement<'_>]) -> Result<Vec<u8>, RenderError> {
    let zsh = dialect == ShellDialect::Zsh;
    let mut writer = Writer {
        code: Code::new(dialect),
        builtin: if zsh { "\\builtin" } else { "\\command" },
        // zsh: `-g` for code evaluated in a function (and `warn_create_global`), `+x` for a copy that came exported.
        assign: if zsh { "\\builtin typeset -g +x " } else { "" },
        attempt: if zsh { "{ " } else { "" },
        or_bad: if zsh {
            "; } always { TRY_BLOCK_ERROR=0; } || \\builtin typeset -g __awsenv_bad=1\n"
        } else {
            " || __awsenv_bad=1\n"
        },
    };
    for (index, name) in statements.iter().enumerate().filter_map(|(index, statement)| Some((index, exported(statement)?))) {
        if !statements[..index].iter().any(|earlier| exported(earlier) == Some(name)) {
            writer.probe(name);
        }
    }
    writer.code.push("if [ -z \"${__awsenv_bad-}\" ]; then\n");
    let unexported = statements.iter().any(|statement| matches!(statement, Statement::Park { .. } | Statement::SetLocal { .. }));
    if unexported {
        let assign = writer.assign;
        writer.code.push("case $- in *a*) set +a; ").push(assign).push("__awsenv_all=1 ;; esac\n");
    }
    for statement in statements {
        writer.statement(statement)?;
    }
    if unexported {
        let builtin = writer.builtin;
        writer.code.push("case ${__awsenv_all-} in 1) ").push(builtin).push(" unset -v __awsenv_all; set -a ;; esac\n");
    }
    // An empty list of commands is no list.
    writer.code.push(":\nelse printf 'awsenv: %s is readonly in this shell; nothing was changed\\n' \"$__awsenv_bad\" >&2; fi\n");
    let builtin = writer.builtin;
    writer.code.push("[ -z \"${__awsenv_bad-}\" ] || { ").push(builtin).push(" unset -v __awsenv_bad; (exit 1); }\n");
    Ok(writer.code.bytes)
}

/// The variable of the environment that a statement changes.
fn exported<'a>(statement: &Statement<'a>) -> Option<&'a str> {
    match *statement {
        Statement::SetEnv { name, .. } | Statement::UnsetEnv { name } | Statement::RestoreParked { name, .. } => Some(name),
        Statement::Park { .. } | Statement::DropParked { .. } | Statement::SetLocal { .. } | Statement::UnsetLocal { .. } => None,
    }
}

struct Writer {
    code: Code,
    builtin: &'static str,
    assign: &'static str,
    /// What stands before and after a command that may meet a readonly variable.
    attempt: &'static str,
    or_bad: &'static str,
}

impl Writer {
    fn statement(&mut self, statement: &Statement<'_>) -> Result<(), RenderError> {
        match *statement {
            Statement::SetEnv { name, value } => {
                self.export(name);
                self.code.push_quoted(name, value)?.push(self.or_bad);
            }
            Statement::UnsetEnv { name } => {
                self.code.push(self.attempt);
                self.unset(name);
                self.code.push(self.or_bad);
            }
            Statement::Park { name } => {
                let parked = parked(name);
                self.unset(&parked);
                self.code.push("\n[ -z \"${").push(name).push("+x}\" ] || ");
                self.code.push(self.assign).push(&parked).push("=\"$").push(name).push("\"\n");
            }
            Statement::RestoreParked { name, notice } => {
                let parked = parked(name);
                self.code.push("if [ -n \"${").push(&parked).push("+x}\" ]; then\n");
                self.export(name);
                self.code.push("\"$").push(&parked).push("\"").push(self.or_bad);
                self.unset(&parked);
                self.code.push("\nelse\n");
                self.code.push(self.attempt);
                self.unset(name);
                self.code.push(self.or_bad);
                if !notice.is_empty() {
                    self.code.push("printf '%s\\n' ").push_quoted(name, notice.as_bytes())?.push(" >&2\n");
                }
                self.code.push("fi\n");
            }
            Statement::DropParked { name } => {
                self.unset(&parked(name));
                self.code.push("\n");
            }
            Statement::SetLocal { name, value } => {
                // Unset first: an exported variable would stay exported.
                self.unset(name);
                self.code.push("\n").push(self.assign).push(name).push("=").push_quoted(name, value)?.push("\n");
            }
            Statement::UnsetLocal { name } => {
                self.unset(name);
                self.code.push("\n");
            }
        }
        Ok(())
    }

    fn probe(&mut self, name: &str) {
        self.code.push("[ -z \"${").push(name).push("+x}\" ] || ");
        self.export(name);
        let (or_bad, assign) = match self.code.dialect {
            ShellDialect::Zsh => (" 2>/dev/null; } always { TRY_BLOCK_ERROR=0; } || ", "\\builtin typeset -g __awsenv_bad="),
            _ => (" 2>/dev/null || ", "__awsenv_bad="),
        };
        self.code.push("\"$").push(name).push("\"").push(or_bad).push(assign).push(name).push("\n");
    }

    fn export(&mut self, name: &str) {
        self.code.push(self.attempt).push(self.builtin).push(" export ").push(name).push("=");
    }

    /// `-v`, or bash may remove a function of that name.
    fn unset(&mut self, name: &str) {
        self.code.push(self.builtin).push(" unset -v ").push(name);
    }
}
