//! Running a program that gives an MFA code: an `mfa_process`, or one that asks the person in a window.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use awsenv_resolve::Secret;

use crate::complaint::relay;
use crate::process::{PROFILE_CHAIN_VARIABLE, readable, wait};
use crate::{Host, HostError, ProcessProblem, words};

/// One run of such a program.
#[derive(Debug)]
pub struct CodeProgram<'a> {
    /// The command, as it is configured.
    pub command: &'a Secret,
    /// How it is spoken to.
    pub manner: Manner<'a>,
    /// How long it may take.
    pub limit: Duration,
    /// Who shows its stderr while it runs (`Touch your YubiKey…`), without control characters and secrets; `None` keeps it
    /// for the error message.
    pub shows_stderr: Option<fn(&str)>,
}

/// How a program that gives a code is spoken to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner<'a> {
    /// It is asked nothing and prints a code; stdin and the terminal are its own, so that it may ask for itself.
    Prints {
        /// The profiles that the code is for: the program must not ask awsenv for one of them.
        profiles: &'a [&'a str],
    },
    /// It is given a question as its last argument, as OpenSSH gives it to `SSH_ASKPASS`; a pinentry is spoken to in its
    /// own protocol.
    Asks {
        /// The question.
        question: &'a str,
    },
}

impl Host {
    /// Runs a program that gives a code, and returns the first word of six to eight digits that it prints; `None` when
    /// there is none. The words of the command are split as those of a `credential_process`, without a shell.
    ///
    /// # Errors
    /// When it cannot be run, takes too long or fails (a window that was closed is a failure).
    pub fn run_code_program(&self, request: &CodeProgram<'_>) -> Result<Option<Secret>, HostError> {
        let failed = |program: &str, problem, stderr: &str| HostError::Process {
            program: program.to_owned(),
            problem,
            stderr: readable(stderr),
        };
        let words = words::split(request.command.reveal()).ok_or_else(|| failed("", ProcessProblem::BadQuoting, ""))?;
        let Some((program, arguments)) = words.split_first() else { return Err(failed("", ProcessProblem::Empty, "")) };
        let path = which::which(program).map_err(|_| failed(program, ProcessProblem::NotFound, ""))?;
        let is_pinentry = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("pinentry"));
        let mut command = Command::new(path);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut dialogue = None;
        match request.manner {
            Manner::Prints { profiles } => {
                let chain = self.chain_with(profiles).map_err(|chain| failed(program, ProcessProblem::Recursion(chain), ""))?;
                command.stdin(Stdio::inherit()).env(PROFILE_CHAIN_VARIABLE, OsString::from(chain.join("\n")));
            }
            Manner::Asks { question } if is_pinentry => {
                let escaped = question.replace('%', "%25").replace('\n', "%0A").replace('\r', "%0D");
                dialogue = Some(format!("SETTITLE awsenv\nSETDESC {escaped}\nSETPROMPT MFA code:\nGETPIN\nBYE\n"));
                command.stdin(Stdio::piped());
            }
            Manner::Asks { question } => {
                command.stdin(Stdio::null()).arg(question);
            }
        }
        let not_started = |error: std::io::Error| failed(program, ProcessProblem::NotStarted(error.to_string()), "");
        let mut child = command.spawn().map_err(not_started)?;
        if let (Some(dialogue), Some(mut stdin)) = (dialogue, child.stdin.take()) {
            // Whoever ends without reading says so by its exit code. It fits into any pipe, so nobody waits here.
            let _ = stdin.write_all(dialogue.as_bytes());
        }
        let shown = request.shows_stderr.and_then(|show| Some((show, child.stderr.take()?)));
        let shown = shown.map(|(show, pipe)| std::thread::spawn(move || relay(pipe, show)));
        let output = wait(child, request.limit).map_err(not_started)?;
        // What it has said is there before what awsenv says of it; what its own children keep open is not waited for.
        let said = Instant::now() + Duration::from_millis(200);
        while shown.as_ref().is_some_and(|shown| !shown.is_finished()) && Instant::now() < said {
            std::thread::sleep(Duration::from_millis(1));
        }
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let status = output.status.ok_or_else(|| failed(program, ProcessProblem::TimedOut(request.limit), &stderr))?;
        if !status.success() {
            return Err(failed(program, ProcessProblem::Failed(status.code()), &stderr));
        }
        let text = Secret::new(String::from_utf8_lossy(&output.stdout));
        // `D 123456` is the answer; `ERR 83886179 Operation cancelled` has a number too.
        let answer = if is_pinentry && matches!(request.manner, Manner::Asks { .. }) {
            let Some(data) = text.reveal().lines().find_map(|line| line.strip_prefix("D ")) else {
                return Err(failed(program, ProcessProblem::Failed(Some(1)), ""));
            };
            data
        } else {
            text.reveal()
        };
        Ok(code_in(answer))
    }

    /// The profiles that processes above this one are at, with these; those in the circle when one is there already.
    fn chain_with(&self, profiles: &[&str]) -> Result<Vec<String>, Vec<String>> {
        let above = self.variable(PROFILE_CHAIN_VARIABLE).map(|chain| chain.to_string_lossy().into_owned()).unwrap_or_default();
        let mut chain: Vec<String> = above.split('\n').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let repeated = profiles.iter().find(|profile| chain.iter().any(|name| name == *profile));
        if let Some(repeated) = repeated {
            chain.push((*repeated).to_owned());
            return Err(chain);
        }
        chain.extend(profiles.iter().map(|profile| (*profile).to_owned()));
        Ok(chain)
    }
}

fn code_in(text: &str) -> Option<Secret> {
    let is_code = |word: &&str| (6..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    text.split_whitespace().find(is_code).map(Secret::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_of_digits_is_the_code() {
        for (text, expected) in [
            ("123456\n", Some("123456")),
            ("AWS:ana   12345678\n", Some("12345678")),
            ("account 111122223333\n654321 \n999999", Some("654321")),
            ("12345", None),
            ("123456789", None),
            ("123456a", None),
            ("", None),
        ] {
            assert_eq!(code_in(text).as_ref().map(Secret::reveal), expected, "{text:?}");
        }
    }
}
