//! `awsenv export`

use awsenv_resolve::Credentials;
use awsenv_shell::ShellDialect;
use serde_json::{Map, json};

use crate::activation::{Wish, credentials, named};
use crate::cli::{ExportArgs, ExportFormat};
use crate::context::Context;
use crate::guard::Consent;
use crate::report::{Code, Report};
use crate::stdout;

pub(crate) fn run(context: &Context, arguments: ExportArgs) -> Result<(), Report> {
    context.ui.allow_sign_in(!arguments.activation.no_login);
    let settings = context.settings()?;
    let profiles = context.profiles()?;
    let (choice, base) = context.choice(arguments.profile.as_deref(), &profiles);
    // What this shell has already was confirmed when it came.
    let active = context.state().filter(|_| arguments.profile.is_none());
    let is_active = active.is_some_and(|state| named(&choice) == Some(&state.profile));
    let wish = Wish {
        request: context.request(choice, &arguments.activation, &settings),
        mode: settings.mode,
        mfa_token: arguments.activation.mfa_token,
        profiles: &profiles,
        base,
        chosen_at: None,
        force: false,
        consent: Consent::of_option(arguments.activation.yes || is_active),
    };
    let (plan, credentials) = credentials(context, &settings, wish)?;
    let section = plan.profile.as_deref().unwrap_or("default");
    stdout::write(render(&credentials, arguments.format, section)?.as_bytes())
}

/// The four variables of `aws configure export-credentials`, those that there are.
fn variables(credentials: &Credentials) -> Vec<(&'static str, String)> {
    let mut variables = vec![
        ("AWS_ACCESS_KEY_ID", credentials.access_key_id.clone()),
        ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.reveal().to_owned()),
    ];
    variables.extend(credentials.session_token.as_ref().map(|token| ("AWS_SESSION_TOKEN", token.reveal().to_owned())));
    variables.extend(credentials.expiration.map(|end| ("AWS_CREDENTIAL_EXPIRATION", end.to_string())));
    variables
}

fn render(credentials: &Credentials, format: ExportFormat, section: &str) -> Result<String, Report> {
    let quoted = |dialect: ShellDialect, value: &str| {
        let bytes = dialect.quote(value.as_bytes()).map_err(|error| {
            Report::error(Code::InvalidValue, format!("a credential cannot be written in {}: {error}", dialect.name()))
        })?;
        Ok::<String, Report>(String::from_utf8_lossy(&bytes).into_owned())
    };
    let mut text = String::new();
    let all = variables(credentials);
    match format {
        ExportFormat::Process => return Ok(process_document(credentials, false)),
        ExportFormat::Json => {
            let document: Map<String, serde_json::Value> =
                all.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
            return Ok(format!("{}\n", serde_json::to_string_pretty(&document).unwrap_or_default()));
        }
        ExportFormat::Ini => {
            let keys = [("aws_access_key_id", 0), ("aws_secret_access_key", 1), ("aws_session_token", 2)];
            text.push_str(&format!("[{section}]\n"));
            for (key, index) in keys {
                let Some((_, value)) = all.get(index).filter(|(name, _)| *name != "AWS_CREDENTIAL_EXPIRATION") else { continue };
                if value.contains(['\n', '\r']) {
                    return Err(Report::error(
                        Code::InvalidValue,
                        "a credential has a newline in it, which an INI file cannot hold",
                    ));
                }
                text.push_str(&format!("{key} = {value}\n"));
            }
            return Ok(text);
        }
        _ => {}
    }
    for (name, value) in all {
        let line = match format {
            ExportFormat::Env => format!("export {name}={}", quoted(ShellDialect::Posix, &value)?),
            ExportFormat::EnvNoExport => format!("{name}={}", quoted(ShellDialect::Posix, &value)?),
            ExportFormat::Dotenv => format!("{name}={}", dotenv(&value)),
            ExportFormat::Fish => format!("set -gx {name} {}", quoted(ShellDialect::Fish, &value)?),
            ExportFormat::Powershell => format!("$Env:{name}={}", quoted(ShellDialect::PowerShell, &value)?),
            ExportFormat::WindowsCmd => format!("set \"{name}={}\"", value.replace('%', "%%")),
            ExportFormat::Process | ExportFormat::Json | ExportFormat::Ini => String::new(),
        };
        text.push_str(&line);
        text.push('\n');
    }
    Ok(text)
}

/// Bare where every reader of .env files agrees (Docker takes quotes literally), else in double quotes.
fn dotenv(value: &str) -> String {
    if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/+=_.:-@,".contains(&byte)) {
        return value.to_owned();
    }
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$").replace('\n', "\\n");
    format!("\"{escaped}\"")
}

/// Version 1 of the credential_process format.
pub(super) fn process_document(credentials: &Credentials, with_account: bool) -> String {
    let mut document = Map::new();
    document.insert("Version".into(), json!(1));
    document.insert("AccessKeyId".into(), json!(credentials.access_key_id));
    document.insert("SecretAccessKey".into(), json!(credentials.secret_access_key.reveal()));
    if let Some(token) = &credentials.session_token {
        document.insert("SessionToken".into(), json!(token.reveal()));
    }
    if let Some(end) = credentials.expiration {
        document.insert("Expiration".into(), json!(end.to_string()));
    }
    if let Some(account_id) = credentials.account_id.as_ref().filter(|_| with_account) {
        document.insert("AccountId".into(), json!(account_id));
    }
    format!("{}\n", serde_json::to_string_pretty(&document).unwrap_or_default())
}
