use super::Code;
use crate::{RenderError, ShellDialect, Statement};

/// Code that elvish evaluates has a namespace of its own, so nothing unexported outlives it: nothing is parked, and
/// restoring does what it does in a nested shell.
pub(super) fn render(statements: &[Statement<'_>]) -> Result<Vec<u8>, RenderError> {
    let mut code = Code::new(ShellDialect::Elvish);
    for statement in statements {
        match *statement {
            Statement::SetEnv { name, value } => {
                code.push("set-env ").push(name).push(" ").push_quoted(name, value)?.push("\n");
            }
            Statement::UnsetEnv { name } => {
                code.push("unset-env ").push(name).push("\n");
            }
            Statement::RestoreParked { name, notice } => {
                code.push("unset-env ").push(name).push("\n");
                if !notice.is_empty() {
                    code.push("echo ").push_quoted(name, notice.as_bytes())?.push(" >&2\n");
                }
            }
            Statement::Park { .. } | Statement::DropParked { .. } | Statement::SetLocal { .. } | Statement::UnsetLocal { .. } => {
            }
        }
    }
    code.push("nop\n");
    Ok(code.bytes)
}
