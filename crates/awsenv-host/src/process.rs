//! Running a `credential_process` (AWS SDKs and Tools Reference Guide, "Process credential provider").

use std::ffi::OsString;
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use awsenv_resolve::{Credentials, Secret, Timestamp};
use serde_json::Value;

use crate::{Host, HostError, ProcessProblem};

/// The profiles whose credentials are being fetched by awsenv above this process, separated by `\n`: a process that
/// asks awsenv for one of them would never end.
pub const PROFILE_CHAIN_VARIABLE: &str = "__AWSENV_PROFILE_CHAIN";

/// One run of a credential process.
#[derive(Debug)]
pub struct ProcessRequest<'a> {
    /// The command, as the profile has it.
    pub command: &'a Secret,
    /// The profile, for the guard.
    pub profile: &'a str,
    /// `aws_account_id` of the profile, used when the process does not say.
    pub account_id: Option<&'a str>,
    /// How long it may take.
    pub limit: Duration,
}

impl Host {
    /// Runs a credential process and reads its answer. The words are split as `shlex` splits them, there is no shell
    /// and no expansion, as in the AWS CLI. stdin and the terminal stay the child's, so that it may ask.
    ///
    /// # Errors
    /// When it cannot be run, takes too long, fails, or answers something else than version 1 of the format.
    pub fn run_credential_process(&self, request: &ProcessRequest<'_>) -> Result<Credentials, HostError> {
        let failed = |program: &str, problem, stderr: &str| HostError::Process {
            program: program.to_owned(),
            problem,
            stderr: readable(stderr),
        };
        let words = shell_words::split(request.command.reveal())
            .map_err(|_| failed("credential_process", ProcessProblem::BadQuoting, ""))?;
        let Some((program, arguments)) = words.split_first() else {
            return Err(failed("credential_process", ProcessProblem::Empty, ""));
        };
        let above = self.variable(PROFILE_CHAIN_VARIABLE).map(|chain| chain.to_string_lossy().into_owned()).unwrap_or_default();
        let mut chain: Vec<String> = above.split('\n').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let repeated = chain.iter().any(|name| name == request.profile);
        chain.push(request.profile.to_owned());
        if repeated {
            return Err(failed(program, ProcessProblem::Recursion(chain), ""));
        }
        let path = which::which(program).map_err(|_| failed(program, ProcessProblem::NotFound, ""))?;
        let mut command = Command::new(path);
        command.args(arguments).env(PROFILE_CHAIN_VARIABLE, OsString::from(chain.join("\n")));
        command.stdin(Stdio::inherit()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().map_err(|error| failed(program, ProcessProblem::NotStarted(error.to_string()), ""))?;
        let output =
            wait(child, request.limit).map_err(|error| failed(program, ProcessProblem::NotStarted(error.to_string()), ""))?;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let status = output.status.ok_or_else(|| failed(program, ProcessProblem::TimedOut(request.limit), &stderr))?;
        if !status.success() {
            return Err(failed(program, ProcessProblem::Failed(status.code()), &stderr));
        }
        let credentials = read_answer(&output.stdout, request.account_id).map_err(|problem| failed(program, problem, &stderr))?;
        match credentials.expiration {
            Some(end) if end <= self.now() => Err(failed(program, ProcessProblem::Expired(end.to_string()), &stderr)),
            _ => Ok(credentials),
        }
    }
}

struct Output {
    /// `None` when the time ran out.
    status: Option<ExitStatus>,
    stdout: zeroize::Zeroizing<Vec<u8>>,
    stderr: Vec<u8>,
}

/// Waits with a limit, reading both pipes meanwhile so that the child never blocks on them. What its own children keep
/// open after it has ended is not waited for.
fn wait(mut child: Child, limit: Duration) -> std::io::Result<Output> {
    let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if start.elapsed() >= limit {
            child.kill()?;
            child.wait()?;
            break None;
        }
        std::thread::sleep(Duration::from_millis(if start.elapsed() < Duration::from_millis(100) { 1 } else { 10 }));
    };
    let grace = Duration::from_millis(if status.is_some() { 2_000 } else { 100 });
    let stdout = stdout.recv_timeout(grace).unwrap_or_default();
    let stderr = stderr.recv_timeout(Duration::from_millis(100)).unwrap_or_default();
    Ok(Output { status, stdout: stdout.into(), stderr })
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> std::sync::mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            let _ = pipe.take(1024 * 1024).read_to_end(&mut bytes);
        }
        let _ = sender.send(bytes);
    });
    receiver
}

fn read_answer(stdout: &[u8], account_id: Option<&str>) -> Result<Credentials, ProcessProblem> {
    let answer: Value = serde_json::from_slice(stdout).map_err(|_| ProcessProblem::NotJson)?;
    let object = answer.as_object().ok_or(ProcessProblem::NotJson)?;
    match object.get("Version") {
        Some(version) if version.as_i64() == Some(1) => {}
        Some(version) => return Err(ProcessProblem::Version(version.to_string())),
        None => return Err(ProcessProblem::MissingKey("Version")),
    }
    let text = |name: &str| object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let expiration = match text("Expiration") {
        Some(end) => Some(Timestamp::parse(end).ok_or_else(|| ProcessProblem::BadExpiration(end.to_owned()))?),
        None => None,
    };
    Ok(Credentials {
        access_key_id: text("AccessKeyId").ok_or(ProcessProblem::MissingKey("AccessKeyId"))?.to_owned(),
        secret_access_key: Secret::new(text("SecretAccessKey").ok_or(ProcessProblem::MissingKey("SecretAccessKey"))?),
        session_token: text("SessionToken").map(Secret::new),
        expiration,
        account_id: text("AccountId").or(account_id).map(str::to_owned),
    })
}

/// The end of what a process complained of: control characters out, the last lines kept.
fn readable(stderr: &str) -> String {
    let clean: String = stderr.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    let lines: Vec<&str> = clean.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let kept = lines[lines.len().saturating_sub(8)..].join("\n");
    match kept.char_indices().nth(2_000) {
        Some((at, _)) => format!("{}…", &kept[..at]),
        None => kept,
    }
}
