use super::{Code, parked};
use crate::{RenderError, ShellDialect, Statement};

/// For `source FILE`: blocks and values with line breaks do not survive `` eval `…` ``.
pub(super) fn render(statements: &[Statement<'_>]) -> Result<Vec<u8>, RenderError> {
    let mut code = Code::new(ShellDialect::Tcsh);
    for statement in statements {
        match *statement {
            Statement::SetEnv { name, value } => {
                code.push("setenv ").push(name).push(" ").push_quoted(name, value)?.push("\n");
            }
            Statement::UnsetEnv { name } => {
                code.push("unsetenv ").push(name).push("\n");
            }
            // Not `if ( … ) command`: that expands the variable before it asks whether there is one.
            Statement::Park { name } => {
                let parked = parked(name);
                code.push("unset ").push(&parked).push("\nif ( $?").push(name).push(" ) then\n");
                code.push("set ").push(&parked).push(" = $").push(name).push(":q\nendif\n");
            }
            Statement::RestoreParked { name, notice } => {
                let parked = parked(name);
                code.push("if ( $?").push(&parked).push(" ) then\n");
                code.push("setenv ").push(name).push(" $").push(&parked).push(":q\nunset ").push(&parked).push("\n");
                code.push("else\nunsetenv ").push(name).push("\n");
                if !notice.is_empty() {
                    // csh cannot send `echo` to stderr by itself.
                    code.push("sh -c 'echo \"$1\" >&2' sh ").push_quoted(name, notice.as_bytes())?.push("\n");
                }
                code.push("endif\n");
            }
            Statement::DropParked { name } => {
                code.push("unset ").push(&parked(name)).push("\n");
            }
            Statement::SetLocal { name, value } => {
                code.push("set ").push(name).push(" = ").push_quoted(name, value)?.push("\n");
            }
            Statement::UnsetLocal { name } => {
                code.push("unset ").push(name).push("\n");
            }
        }
    }
    Ok(code.bytes)
}
