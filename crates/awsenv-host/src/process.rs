//! Running a `credential_process` (AWS SDKs and Tools Reference Guide, "Process credential provider").

use std::ffi::OsString;
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use awsenv_resolve::{Credentials, Secret, Timestamp};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::complaint::harmless;
use crate::{Host, HostError, ProcessProblem, words};

/// The profiles whose credentials are being fetched by awsenv above this process, separated by `\n`: a process that
/// asks awsenv for one of them would never end.
pub const PROFILE_CHAIN_VARIABLE: &str = "__AWSENV_PROFILE_CHAIN";

/// The bytes that an answer may have, and the complaints.
const OUTPUT_LIMIT: usize = 1024 * 1024;

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
        let words =
            words::split(request.command.reveal()).ok_or_else(|| failed("credential_process", ProcessProblem::BadQuoting, ""))?;
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
        if output.stdout.len() > OUTPUT_LIMIT {
            return Err(failed(program, ProcessProblem::NotJson, &stderr));
        }
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

pub(crate) struct Output {
    /// `None` when the time ran out.
    pub(crate) status: Option<ExitStatus>,
    pub(crate) stdout: Zeroizing<Vec<u8>>,
    pub(crate) stderr: Vec<u8>,
}

/// Waits with a limit, reading both pipes meanwhile so that the child never blocks on them. What its own children keep
/// open after it has ended (an agent that it has left in the background) is not waited for.
pub(crate) fn wait(mut child: Child, limit: Duration) -> std::io::Result<Output> {
    let (stdout, stderr) =
        (Drain::start(child.stdout.take(), Excess::Refused), Drain::start(child.stderr.take(), Excess::OldestForgotten));
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
    let grace = Duration::from_millis(if status.is_some() { 1_000 } else { 100 });
    Ok(Output { status, stdout: stdout.end(grace), stderr: stderr.end(Duration::from_millis(100)).to_vec() })
}

/// What happens to more than [`OUTPUT_LIMIT`].
#[derive(Clone, Copy)]
enum Excess {
    Refused,
    OldestForgotten,
}

/// A pipe that a thread of its own empties, so that what has come so far is there whether or not it ends.
struct Drain {
    bytes: Arc<Mutex<Zeroizing<Vec<u8>>>>,
    ended: Receiver<()>,
}

impl Drain {
    fn start(pipe: Option<impl Read + Send + 'static>, excess: Excess) -> Self {
        let bytes = Arc::new(Mutex::new(Zeroizing::default()));
        let (sender, ended) = std::sync::mpsc::channel();
        let shared = Arc::clone(&bytes);
        std::thread::spawn(move || {
            let mut chunk = Zeroizing::new([0; 8192]);
            let mut pipe = pipe;
            while let Some(read) = pipe.as_mut().and_then(|pipe| pipe.read(&mut chunk[..]).ok()).filter(|read| *read > 0) {
                let mut bytes: MutexGuard<'_, Zeroizing<Vec<u8>>> = shared.lock().unwrap_or_else(PoisonError::into_inner);
                bytes.extend_from_slice(&chunk[..read]);
                match excess {
                    _ if bytes.len() <= OUTPUT_LIMIT => {}
                    // The writer will meet a closed pipe.
                    Excess::Refused => break,
                    Excess::OldestForgotten => _ = bytes.drain(..OUTPUT_LIMIT / 2),
                }
            }
            let _ = sender.send(());
        });
        Self { bytes, ended }
    }

    fn end(self, grace: Duration) -> Zeroizing<Vec<u8>> {
        let _ = self.ended.recv_timeout(grace);
        std::mem::take(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
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
    // Read leniently, an end that cannot be understood would make credentials that never end.
    let expiration = match object.get("Expiration") {
        None | Some(Value::Null) => None,
        Some(Value::String(end)) => Some(Timestamp::parse(end).ok_or_else(|| ProcessProblem::BadExpiration(end.clone()))?),
        Some(other) => return Err(ProcessProblem::BadExpiration(other.to_string())),
    };
    Ok(Credentials {
        access_key_id: text("AccessKeyId").ok_or(ProcessProblem::MissingKey("AccessKeyId"))?.to_owned(),
        secret_access_key: Secret::new(text("SecretAccessKey").ok_or(ProcessProblem::MissingKey("SecretAccessKey"))?),
        session_token: text("SessionToken").map(Secret::new),
        expiration,
        account_id: text("AccountId").or(account_id).map(str::to_owned),
    })
}

/// The end of what a process complained of: control characters and secrets out, the last lines kept.
pub(crate) fn readable(stderr: &str) -> String {
    let clean = harmless(stderr);
    let lines: Vec<&str> = clean.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let kept = lines[lines.len().saturating_sub(8)..].join("\n");
    match kept.char_indices().nth(2_000) {
        Some((at, _)) => format!("{}…", &kept[..at]),
        None => kept,
    }
}
