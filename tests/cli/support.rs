//! What most of these tests need.

use awsenv_testkit::{Run, Sandbox};
use serde_json::{Map, Value};

/// ana's device in the demo.
pub(crate) const MFA: &str = "arn:aws:iam::111111111111:mfa/ana";

const SWITCHING: &[&str] = &["use", "unset", "off", "clear", "auto", "refresh"];

/// A machine without files and without AWS.
pub(crate) fn empty() -> Sandbox {
    Sandbox::new(env!("CARGO_BIN_EXE_awsenv"))
}

/// A machine without AWS, with this `~/.aws/config`.
pub(crate) fn with_config(text: &str) -> Sandbox {
    let sandbox = empty();
    sandbox.config(text);
    sandbox
}

/// The demo of fake-aws.
pub(crate) fn demo() -> Sandbox {
    Sandbox::demo(env!("CARGO_BIN_EXE_awsenv"))
}

/// A profile `dev` with keys, and nothing else.
pub(crate) fn one_profile() -> Sandbox {
    let sandbox = with_config("[profile dev]\nregion = eu-central-1\n");
    sandbox.credentials("[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = secret-of-dev\n");
    sandbox
}

/// Two profiles with keys, in two regions.
pub(crate) fn two_profiles() -> Sandbox {
    let sandbox = with_config("[profile dev]\nregion = eu-central-1\n[profile ops]\nregion = us-east-1\n");
    sandbox.credentials(
        "[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = secret-of-dev\n\
         [ops]\naws_access_key_id = AKIAOPS\naws_secret_access_key = secret-of-ops\n",
    );
    sandbox
}

/// stdout as one JSON document.
#[track_caller]
pub(crate) fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{}: {error}\n{}", run.command, run.stdout))
}

/// The names of an object, in their order.
pub(crate) fn keys(object: &Value) -> Vec<&str> {
    object.as_object().map(Map::keys).into_iter().flatten().map(String::as_str).collect()
}

/// What `awsenv use … --shell json` sets and unsets.
#[track_caller]
pub(crate) fn switch(sandbox: &Sandbox, arguments: &[&str]) -> Switch {
    let arguments = [&["use", "--shell", "json"], arguments].concat();
    Switch::of(&sandbox.run(&arguments).ok())
}

/// A change of a shell.
#[derive(Debug)]
pub(crate) struct Switch {
    set: Value,
    unset: Vec<String>,
}

impl Switch {
    #[track_caller]
    pub(crate) fn of(run: &Run) -> Self {
        let document = json(run);
        // What is put aside is named too, for a shell that can (PowerShell's own hook).
        let known = ["set", "unset", "park", "restore"];
        assert!(keys(&document)[..2] == known[..2] && keys(&document).iter().all(|key| known.contains(key)), "{document}");
        let unset = document["unset"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
        Self { set: document["set"].clone(), unset }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.set[name].as_str()
    }

    pub(crate) fn unsets(&self, name: &str) -> bool {
        self.unset.iter().any(|unset| unset == name)
    }

    /// Gives the change to everything that this machine runs from now on.
    pub(crate) fn apply(&self, sandbox: &mut Sandbox) {
        for name in &self.unset {
            sandbox.unset(name);
        }
        for (name, value) in self.set.as_object().unwrap() {
            sandbox.set(name, value.as_str().unwrap());
        }
    }
}

/// The reports on stderr of a run with `--message-format json`.
#[track_caller]
pub(crate) fn reports(run: &Run) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{}: {error}: {line}", run.command));
    run.stderr.lines().map(parse).collect()
}

/// The codes of the warnings and errors.
#[track_caller]
pub(crate) fn codes(run: &Run) -> Vec<String> {
    reports(run).iter().map(|report| report["code"].as_str().unwrap().to_owned()).collect()
}

/// Runs what must fail, and demands all that holds for every failure: the code and exit status, stdout as the contract has
/// it, a report in the contract's form, no secret, and nothing changed on disk. Returns the report.
#[track_caller]
pub(crate) fn fails(sandbox: &Sandbox, arguments: &[&str], code: &str, exit: i32) -> Value {
    let before = sandbox.files();
    let report = fails_with_changes(sandbox, arguments, code, exit);
    assert_eq!(sandbox.files().changed_since(&before), [""; 0], "{arguments:?} changed something on disk");
    report
}

/// The same for what may have left something on disk: a part that succeeded, or the work of somebody else.
#[track_caller]
pub(crate) fn fails_with_changes(sandbox: &Sandbox, arguments: &[&str], code: &str, exit: i32) -> Value {
    let run = sandbox.run(&[&["--message-format", "json"], arguments].concat()).exits(exit);
    let mut reports = reports(&run);
    let report = reports.pop().unwrap_or_else(|| panic!("{} said nothing", run.command));
    assert_eq!(report["code"], code, "{report}");
    assert_eq!(report["severity"], "error", "{report}");
    assert_eq!(report["exit"], exit, "{report}");
    assert_eq!(keys(&report), ["severity", "code", "message", "labels", "help", "exit"]);
    assert!(
        report["message"]
            .as_str()
            .is_some_and(|message| !message.is_empty() && (!message.ends_with('.') || message.ends_with("..."))),
        "{report}"
    );
    for label in report["labels"].as_array().unwrap() {
        assert_eq!(keys(label), ["file", "line", "column", "length", "text"], "{report}");
    }
    assert_eq!(run.stdout, expected_stdout(arguments, exit), "{}", run.command);
    sandbox.assert_no_secret(&run.command, &run.stderr);
    report
}

/// Code for a shell is one statement that fails; everything else is nothing.
fn expected_stdout(arguments: &[&str], exit: i32) -> String {
    let switches = arguments.iter().find(|word| !word.starts_with('-')).is_some_and(|verb| SWITCHING.contains(verb));
    let shell = arguments.iter().skip_while(|word| **word != "--shell").nth(1);
    match (switches, shell) {
        (true, Some(&("bash" | "zsh" | "posix"))) => format!("(exit {exit})\n"),
        (_, _) => String::new(),
    }
}
