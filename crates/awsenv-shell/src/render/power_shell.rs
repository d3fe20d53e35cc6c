use super::{Code, parked};
use crate::{RenderError, ShellDialect, Statement};

/// One line joined by `; `: with more, `Invoke-Expression (& awsenv use prod)` is given an array and refuses it.
pub(super) fn render(statements: &[Statement<'_>]) -> Result<Vec<u8>, RenderError> {
    let mut code = Code::new(ShellDialect::PowerShell);
    for statement in statements {
        if !code.bytes.is_empty() {
            code.push("; ");
        }
        match *statement {
            Statement::SetEnv { name, value } => {
                code.push("$env:").push(name).push("=").push_quoted(name, value)?;
            }
            Statement::UnsetEnv { name } => unset_env(&mut code, name),
            // Nothing there is `$null`, which counts as not parked when it is restored.
            Statement::Park { name } => {
                code.push("$global:").push(&parked(name)).push("=$env:").push(name);
            }
            Statement::RestoreParked { name, notice } => {
                let parked = parked(name);
                code.push("if ($null -ne (Get-Variable -Scope Global -Name ").push(&parked);
                code.push(" -ValueOnly -ErrorAction Ignore)) { $env:").push(name).push("=$global:").push(&parked).push("; ");
                remove_variable(&mut code, &parked);
                code.push(" } else { ");
                unset_env(&mut code, name);
                if !notice.is_empty() {
                    code.push("; [Console]::Error.WriteLine(").push_quoted(name, notice.as_bytes())?.push(")");
                }
                code.push(" }");
            }
            Statement::DropParked { name } => remove_variable(&mut code, &parked(name)),
            Statement::SetLocal { name, value } => {
                code.push("$global:").push(name).push("=").push_quoted(name, value)?;
            }
            Statement::UnsetLocal { name } => remove_variable(&mut code, name),
        }
    }
    if code.bytes.is_empty() {
        // `Invoke-Expression` of nothing is an error.
        code.push("$null=0");
    }
    code.push("\n");
    Ok(code.bytes)
}

/// `''` would leave an empty variable from 7.5 on, and none before.
fn unset_env(code: &mut Code, name: &str) {
    code.push("Remove-Item -LiteralPath Env:").push(name).push(" -ErrorAction Ignore");
}

fn remove_variable(code: &mut Code, name: &str) {
    code.push("Remove-Variable -Scope Global -Name ").push(name).push(" -ErrorAction Ignore");
}
