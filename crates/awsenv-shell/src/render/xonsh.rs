use super::{Code, parked};
use crate::{RenderError, ShellDialect, Statement};

/// Python on xonsh's own objects; what is not exported lives in `__xonsh__.ctx`, the names of the session.
pub(super) fn render(statements: &[Statement<'_>]) -> Result<Vec<u8>, RenderError> {
    let mut code = Code::new(ShellDialect::Xonsh);
    for statement in statements {
        match *statement {
            Statement::SetEnv { name, value } => {
                code.push("__xonsh__.env['").push(name).push("'] = ").push_quoted(name, value)?.push("\n");
            }
            Statement::UnsetEnv { name } => pop(&mut code, "env", name),
            Statement::Park { name } => {
                code.push("__xonsh__.ctx['").push(&parked(name)).push("'] = __xonsh__.env.get('").push(name).push("')\n");
            }
            Statement::RestoreParked { name, notice } => {
                let parked = parked(name);
                code.push("if __xonsh__.ctx.get('").push(&parked).push("') is not None:\n    __xonsh__.env['").push(name);
                code.push("'] = __xonsh__.ctx.pop('").push(&parked).push("')\nelse:\n    ");
                pop(&mut code, "env", name);
                if !notice.is_empty() {
                    code.push("    print(").push_quoted(name, notice.as_bytes())?;
                    code.push(", file=__import__('sys').stderr)\n");
                }
            }
            Statement::DropParked { name } => pop(&mut code, "ctx", &parked(name)),
            Statement::SetLocal { name, value } => {
                code.push("__xonsh__.ctx['").push(name).push("'] = ").push_quoted(name, value)?.push("\n");
            }
            Statement::UnsetLocal { name } => pop(&mut code, "ctx", name),
        }
    }
    code.push("None\n");
    Ok(code.bytes)
}

fn pop(code: &mut Code, object: &str, name: &str) {
    code.push("__xonsh__.").push(object).push(".pop('").push(name).push("', None)\n");
}
