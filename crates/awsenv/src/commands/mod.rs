//! One file a command.

mod allow;
mod auto;
mod completions;
mod configure;
mod credential_process;
mod deny;
mod doctor;
mod exec;
pub(crate) mod explain;
mod explain_error;
mod export;
mod hook;
mod init;
mod list;
mod login;
mod logout;
mod man;
mod prompt;
mod prompt_locals;
mod refresh;
mod sessions;
mod sso;
mod status;
mod unset;
mod use_;
mod whoami;

use awsenv_resolve::{Change, EnvDelta, STATE_VARIABLE, State};
use awsenv_shell::{ShellDialect, Statement};

use crate::cli::{ColorChoice, Command, HookArgs};
use crate::context::Context;
use crate::report::{Code, Report};
use crate::stdout;

/// Runs a command; returns the exit code.
pub(crate) fn run(context: &mut Context, command: Command, color: ColorChoice) -> Result<u8, Report> {
    let done = match command {
        Command::Use(arguments) => use_::run(context, arguments),
        Command::Unset => unset::run(context),
        Command::Auto(arguments) => auto::run(context, &arguments),
        Command::Allow(arguments) => allow::run(context, &arguments),
        Command::Deny(arguments) => deny::run(context, &arguments),
        Command::Hook(HookArgs { job: Some(shell), status, .. }) => return Ok(hook::job(context, shell, status)),
        Command::Hook(arguments) => hook::run(context, &arguments),
        Command::Refresh(arguments) => refresh::run(context, arguments),
        Command::Exec(arguments) => exec::run(context, arguments),
        Command::Export(arguments) => export::run(context, arguments),
        Command::CredentialProcess(arguments) => credential_process::run(context, arguments),
        Command::Login(arguments) => login::run(context, &arguments),
        Command::Logout(arguments) => logout::run(context, &arguments),
        Command::Sessions(arguments) => sessions::run(context, &arguments),
        Command::Sso(arguments) => sso::run(context, &arguments, color),
        Command::List(arguments) => list::run(context, &arguments),
        Command::Status(arguments) => status::run(context, &arguments),
        Command::Whoami(arguments) => whoami::run(context, arguments),
        Command::Explain(arguments) => explain::run(context, arguments),
        Command::Doctor(arguments) => return doctor::run(context, &arguments),
        Command::Prompt(arguments) => prompt::run(context, &arguments, color),
        Command::Configure(arguments) => configure::run(context, &arguments),
        Command::Init(arguments) => init::run(context, &arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(context, &arguments),
        Command::ExplainError(arguments) => explain_error::run(&arguments),
    };
    done.map(|()| 0)
}

/// Variables of a shell that no child sees, with their values; `None` removes one.
type Locals = Vec<(&'static str, Option<String>)>;

/// The verbs that print code for the calling shell.
pub(crate) const SWITCHING: &[&str] = &["use", "unset", "off", "clear", "auto", "refresh"];

/// Code and secrets do not belong on a screen: with stdout on a terminal, says what to do instead.
fn refuse_terminal(context: &Context, command: &str) -> Result<(), Report> {
    use std::io::IsTerminal as _;
    if !std::io::stdout().is_terminal() {
        return Ok(());
    }
    let shell = context.dialect().unwrap_or(ShellDialect::Bash);
    let (line, file) = rc_line(shell);
    let report = Report::error(
        Code::StdoutIsTerminal,
        format!("`awsenv {command}` prints code that the shell has to evaluate, and this shell does not"),
    )
    .help(format!("once and for all, in {file} (and in this shell now):  {line}"));
    Err(match just_once(shell, command) {
        Some(once) => report.help(format!("just this time:  {once}")),
        None => report,
    })
}

/// What one writes to have the function, and where.
pub(crate) fn rc_line(shell: ShellDialect) -> (&'static str, &'static str) {
    match shell {
        ShellDialect::Bash | ShellDialect::Json => ("eval \"$(awsenv init bash)\"", "~/.bashrc"),
        ShellDialect::Zsh => ("eval \"$(awsenv init zsh)\"", "~/.zshrc"),
        ShellDialect::Fish => ("awsenv init fish | source", "~/.config/fish/config.fish"),
        ShellDialect::PowerShell => ("Invoke-Expression (& awsenv init powershell | Out-String)", "$PROFILE"),
        ShellDialect::Posix => ("eval \"$(awsenv init posix)\"", "the file that $ENV names"),
        ShellDialect::Tcsh => ("awsenv init tcsh >! ~/.awsenv.tcsh; source ~/.awsenv.tcsh", "~/.tcshrc"),
        ShellDialect::Elvish => ("eval (awsenv init elvish | slurp)", "~/.config/elvish/rc.elv"),
        ShellDialect::Xonsh => ("execx($(awsenv init xonsh))", "~/.xonshrc"),
        ShellDialect::Nushell => {
            ("awsenv init nushell | save -f ($nu.default-config-dir | path join autoload awsenv.nu)", "nushell itself")
        }
        ShellDialect::Cmd => (
            r#"doskey awsenv=call "%USERPROFILE%\awsenv-macro.cmd" $*"#,
            "AutoRun, after `awsenv init cmd` was written to that file",
        ),
    }
}

/// How one evaluates the code of a command by hand, where a line can do that.
fn just_once(shell: ShellDialect, command: &str) -> Option<String> {
    match shell {
        ShellDialect::Bash | ShellDialect::Zsh | ShellDialect::Posix | ShellDialect::Json => {
            Some(format!("eval \"$(awsenv {command})\""))
        }
        ShellDialect::Fish => Some(format!("awsenv {command} | source")),
        ShellDialect::PowerShell => Some(format!("Invoke-Expression (& awsenv {command})")),
        ShellDialect::Elvish => Some(format!("eval (awsenv {command} | slurp)")),
        ShellDialect::Xonsh => Some(format!("execx($(awsenv {command}))")),
        // Their code cannot be read from a line.
        ShellDialect::Nushell | ShellDialect::Tcsh | ShellDialect::Cmd => None,
    }
}

/// The notice of a shell that has lost what another shell had put aside.
fn lost(name: &str) -> String {
    format!("awsenv: the earlier value of {name} was put aside in another shell; it is unset in this one")
}

/// Prints the code for a change of this shell; `state` is what it is in then. Without one the directory is left alone too.
fn print_code(context: &Context, delta: &EnvDelta, state: Option<&State>) -> Result<(), Report> {
    let off = if state.is_some() { None } else { Some("1") };
    print_code_with(context, delta, state, vec![("__awsenv_off", off.map(str::to_owned))])
}

/// The same with more variables of the shell itself.
fn print_code_with(context: &Context, delta: &EnvDelta, state: Option<&State>, locals: Locals) -> Result<(), Report> {
    let dialect = context.dialect()?;
    let encoded = state.map(State::encode);
    let notices: Vec<String> = delta
        .changes
        .iter()
        .map(|change| if let Change::RestoreParked(name) = change { lost(name) } else { String::new() })
        .collect();
    let mut statements: Vec<Statement<'_>> = delta
        .changes
        .iter()
        .zip(&notices)
        .map(|(change, notice)| match change {
            Change::Set(name, value) => Statement::SetEnv { name, value },
            Change::SetSecret(name, secret) => Statement::SetEnv { name, value: secret.reveal().as_bytes() },
            Change::Unset(name) => Statement::UnsetEnv { name },
            Change::Park(name) => Statement::Park { name },
            Change::RestoreParked(name) => Statement::RestoreParked { name, notice },
            Change::DropParked(name) => Statement::DropParked { name },
        })
        .collect();
    statements.push(match &encoded {
        Some(encoded) => Statement::SetEnv { name: STATE_VARIABLE, value: encoded.as_bytes() },
        None => Statement::UnsetEnv { name: STATE_VARIABLE },
    });
    let locals: Locals = prompt_locals::of(context, delta, encoded.as_deref()).into_iter().chain(locals).collect();
    statements.extend(locals.iter().map(|(name, value)| match value {
        Some(value) => Statement::SetLocal { name, value: value.as_bytes() },
        None => Statement::UnsetLocal { name },
    }));
    let code = dialect.render(&statements).map_err(|error| {
        Report::error(Code::InvalidValue, format!("this cannot be said in {}: {error}", dialect.name()))
            .help("look for unusual characters in the profile's settings")
    })?;
    stdout::write(&code)
}
