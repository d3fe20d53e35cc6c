use super::Code;
use crate::{RenderError, ShellDialect, Statement};

/// Every variable of cmd.exe is in the environment, so a secret cannot be parked: restoring does what it does in a
/// nested shell. An empty value is the same as none there.
pub(super) fn render(statements: &[Statement<'_>]) -> Result<Vec<u8>, RenderError> {
    let mut code = Code::new(ShellDialect::Cmd);
    for statement in statements {
        match *statement {
            Statement::SetEnv { name, value } => {
                code.push("@set \"").push(name).push("=").push_quoted(name, value)?.push("\"\r\n");
            }
            Statement::UnsetEnv { name } => unset(&mut code, name),
            Statement::RestoreParked { name, notice } => {
                unset(&mut code, name);
                if !notice.is_empty() {
                    // Outside quotes `echo` would act on `&`, `|`, `<`, `>` and `^`.
                    code.push("@echo \"").push_quoted(name, notice.as_bytes())?.push("\" 1>&2\r\n");
                }
            }
            Statement::Park { .. } | Statement::DropParked { .. } | Statement::SetLocal { .. } | Statement::UnsetLocal { .. } => {
            }
        }
    }
    // `set` of a variable that is not there leaves an error level behind.
    code.push("@ver >nul\r\n");
    Ok(code.bytes)
}

fn unset(code: &mut Code, name: &str) {
    code.push("@set \"").push(name).push("=\"\r\n");
}
