use super::{Code, parked};
use crate::{RenderError, ShellDialect, Statement};

/// Always with an explicit scope: without one `set` would change a universal variable, and with it every session.
pub(super) fn render(statements: &[Statement<'_>]) -> Result<Vec<u8>, RenderError> {
    let mut code = Code::new(ShellDialect::Fish);
    for statement in statements {
        match *statement {
            Statement::SetEnv { name, value } => {
                code.push("set -gx ").push(name).push(" ").push_quoted(name, value)?.push("\n");
            }
            Statement::UnsetEnv { name } => unset_env(&mut code, name),
            Statement::Park { name } => {
                let parked = parked(name);
                unset(&mut code, &parked);
                code.push("if set -q ").push(name).push("; set -gu ").push(&parked).push(" \"$").push(name).push("\"; end\n");
            }
            Statement::RestoreParked { name, notice } => {
                let parked = parked(name);
                code.push("if set -qg ").push(&parked).push("\n");
                code.push("set -gx ").push(name).push(" \"$").push(&parked).push("\"\n");
                unset(&mut code, &parked);
                code.push("else\n");
                unset_env(&mut code, name);
                if !notice.is_empty() {
                    code.push("echo ").push_quoted(name, notice.as_bytes())?.push(" >&2\n");
                }
                code.push("end\n");
            }
            Statement::DropParked { name } => unset(&mut code, &parked(name)),
            Statement::SetLocal { name, value } => {
                code.push("set -gu ").push(name).push(" ").push_quoted(name, value)?.push("\n");
            }
            Statement::UnsetLocal { name } => unset(&mut code, name),
        }
    }
    // The status of the whole: `set` leaves the one before it alone.
    code.push("true\n");
    Ok(code.bytes)
}

fn unset(code: &mut Code, name: &str) {
    code.push("set -eg ").push(name).push("; or true\n");
}

/// A universal variable of that name shows through once the global one is gone, and to hide it would change every
/// session: say so, and fail no command over it.
fn unset_env(code: &mut Code, name: &str) {
    unset(code, name);
    code.push("if set -qUx ").push(name).push("; echo 'awsenv: the universal variable `").push(name);
    code.push("` is still set; `set -eU ").push(name).push("` removes it from every session' >&2; end\n");
}
