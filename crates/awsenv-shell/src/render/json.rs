use super::Code;
use crate::{RenderError, ShellDialect, Statement, quote};

/// `{"set":{…},"unset":[…],"park":[…],"restore":[…],"drop":[…]}`, the last three only when there is something in them.
///
/// What a reader without a shell cannot have (variables of the shell itself) is left out; nushell and elvish find them in
/// `"local":{…}`, with `null` for one that is to be removed.
pub(super) fn render(dialect: ShellDialect, statements: &[Statement<'_>]) -> Result<Vec<u8>, RenderError> {
    let mut code = Code::new(dialect);
    code.push("{\"set\":{");
    let mut first = true;
    for (index, statement) in statements.iter().enumerate() {
        let Statement::SetEnv { name, value } = *statement else { continue };
        if is_overruled(&statements[index + 1..], name) {
            continue;
        }
        if !first {
            code.push(",");
        }
        first = false;
        code.push(&quote::json(name)).push(":").push_quoted(name, value)?;
    }
    code.push("},\"unset\":");
    let unset = statements.iter().enumerate().filter_map(|(index, statement)| match *statement {
        Statement::UnsetEnv { name } if !is_overruled(&statements[index + 1..], name) => Some(name),
        _ => None,
    });
    array(&mut code, unset);
    let park = statements.iter().filter_map(|statement| match *statement {
        Statement::Park { name } => Some(name),
        _ => None,
    });
    let restore = statements.iter().filter_map(|statement| match *statement {
        Statement::RestoreParked { name, .. } => Some(name),
        _ => None,
    });
    let dropped = statements.iter().filter_map(|statement| match *statement {
        Statement::DropParked { name } => Some(name),
        _ => None,
    });
    for (key, names) in [("park", park.collect::<Vec<_>>()), ("restore", restore.collect()), ("drop", dropped.collect())] {
        if !names.is_empty() {
            code.push(",").push(&quote::json(key)).push(":");
            array(&mut code, names.into_iter());
        }
    }
    if dialect == ShellDialect::Nushell {
        locals(&mut code, statements)?;
    }
    code.push("}\n");
    Ok(code.bytes)
}

fn locals(code: &mut Code, statements: &[Statement<'_>]) -> Result<(), RenderError> {
    let local = |statement: &Statement<'_>| match *statement {
        Statement::SetLocal { name, .. } | Statement::UnsetLocal { name } => Some(name.to_owned()),
        _ => None,
    };
    let mut separator = ",\"local\":{";
    for (index, statement) in statements.iter().enumerate() {
        let Some(name) = local(statement) else { continue };
        if statements[index + 1..].iter().any(|later| local(later).as_ref() == Some(&name)) {
            continue;
        }
        code.push(separator).push(&quote::json(&name)).push(":");
        match *statement {
            Statement::SetLocal { value, .. } => code.push_quoted(&name, value)?,
            _ => code.push("null"),
        };
        separator = ",";
    }
    if separator == "," {
        code.push("}");
    }
    Ok(())
}

/// An object has no order, so of several statements about one variable only the last may be in it.
fn is_overruled(later: &[Statement<'_>], variable: &str) -> bool {
    later.iter().any(|statement| match *statement {
        Statement::SetEnv { name, .. } | Statement::UnsetEnv { name } | Statement::RestoreParked { name, .. } => name == variable,
        Statement::Park { .. } | Statement::DropParked { .. } | Statement::SetLocal { .. } | Statement::UnsetLocal { .. } => {
            false
        }
    })
}

fn array<'a>(code: &mut Code, names: impl Iterator<Item = &'a str>) {
    let items: Vec<String> = names.map(quote::json).collect();
    code.push("[").push(&items.join(",")).push("]");
}
