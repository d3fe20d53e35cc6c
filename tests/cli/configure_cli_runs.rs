//! The recorded runs of the AWS CLI (`../shared/vectors/configure-scenarios.json`): after the same command the files are the same.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::support::empty;

/// Where awsenv writes, prints or ends otherwise, on purpose.
const DIFFERENT: &[(&str, &str)] = &[
    ("three level", "`a.b.c` is refused: the AWS CLI writes `a = v` and drops the rest"),
    ("plugins", "[plugins] is no section of the SDKs: refused"),
    (
        "append key at eof with trailing blank lines",
        "the AWS CLI inserts behind a blank line at the end of a file, and only there",
    ),
    ("comments kept", "defect 8: a comment behind the value stays"),
    ("same key nested first", "defect 1: the key inside of the block is another setting"),
    ("crlf file", "defect 2: line ends stay"),
    ("header with inner spaces", "defect 6: the section is found"),
    ("set on profile default alias", "defect 6: the section is found"),
    ("uppercase key in file", "defect 7: `Region` is `region`"),
    ("multi-line continuation", "defect 4: the old value goes whole"),
    ("configure AKIA drops token", "no empty `[default]` is made in the config file: it says nothing"),
    ("configure nothing", "without a terminal and without answers: exit 4"),
    ("import forgot file://", "a plain path is taken too"),
    ("import profile flag ignored", "an option that does nothing is refused"),
    ("import inline string", "no secret belongs on a command line: a file, or stdin"),
    ("import blank trailing line", "a blank line is no row"),
    ("import quoted values (not real CSV)", "quotes are CSV's"),
    ("list profile flag", "of a short secret nothing is shown: the AWS CLI shows half of it"),
    ("list AWS_PROFILE missing", "an error has no table before it"),
    ("colon style key", "the SDKs refuse the file: it is left alone, with the line"),
];

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test must be heard")]
fn the_files_are_the_aws_clis() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/configure-scenarios.json");
    let path = std::env::var_os("AWSENV_CONFIGURE_SCENARIOS").map_or(path, Into::into);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED the_files_are_the_aws_clis: {} is not there", path.display());
        return;
    };
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in document["tests"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        if !matches!(case["args"][1].as_str(), Some("set" | "get" | "list" | "list-profiles" | "import" | "--profile") | None) {
            continue;
        }
        count += 1;
        let differs = DIFFERENT.iter().any(|(different, _)| *different == name);
        match (run(case), differs) {
            (Err(why), false) => wrong.push(format!("{name}: {why}")),
            (Ok(()), true) => wrong.push(format!("{name}: is said to differ, and does not")),
            (Ok(()), false) | (Err(_), true) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 60 && DIFFERENT.iter().all(|(name, _)| text.contains(name)), "{count} runs");
}

/// Whether files, modes, stdout and success are the recorded ones. Words and exit codes are awsenv's own.
fn run(case: &Value) -> Result<(), String> {
    let mut sandbox = empty();
    for (name, key) in [(".aws/config", "config"), (".aws/credentials", "credentials")] {
        if let Some(text) = case[key].as_str() {
            sandbox.write(name, text);
        }
    }
    for (name, value) in case["env"].as_object().into_iter().flatten() {
        sandbox.set(name, value.as_str().unwrap());
    }
    for (name, text) in case["files"].as_object().into_iter().flatten() {
        let path = sandbox.write(name, text.as_str().unwrap());
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o644)).unwrap();
    }
    let mut arguments: Vec<&str> = case["args"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    let is_wizard = case["stdin"].as_str().is_some_and(|stdin| !stdin.is_empty());
    let mut secrets = String::new();
    if is_wizard {
        // What a person answers is an option for a script.
        let mut lines = case["stdin"].as_str().unwrap().lines();
        let is_temporary = case["stdin"].as_str().unwrap().starts_with("ASIA");
        for option in ["--access-key-id", "--secret-access-key", "--session-token", "--region", "--output"] {
            let is_secret = matches!(option, "--secret-access-key" | "--session-token");
            let answer = if option == "--session-token" && !is_temporary { "" } else { lines.next().unwrap_or_default() };
            if !answer.is_empty() {
                arguments.extend([option, if is_secret { "-" } else { answer }]);
            }
            if is_secret && !answer.is_empty() {
                secrets += &format!("{answer}\n");
            }
        }
    }
    let run = sandbox.awsenv(&arguments).stdin(&secrets).run();
    let files = sandbox.files();
    if (run.code == 0) != (case["exit"] == 0) {
        return Err(format!("exit {}: {}", run.code, run.stderr));
    }
    // What they say besides is for eyes, hence on stderr.
    let is_for_eyes = is_wizard || arguments[1] == "import";
    if !is_for_eyes && run.stdout != case["stdout"].as_str().unwrap() {
        return Err(format!("printed {:?}", run.stdout));
    }
    for (name, key) in [(".aws/config", "config"), (".aws/credentials", "credentials")] {
        let (text, mode) = (case[format!("{key}_after")].as_str(), case[format!("{key}_mode")].as_str());
        let found = std::fs::read_to_string(sandbox.path(name)).ok();
        if found.as_deref() != text {
            return Err(format!("{name} is {found:?}"));
        }
        let named = files.names().into_iter().find(|file| file.ends_with(name));
        let found = named.and_then(|file| files.mode(&file)).map(|mode| format!("0o{:o}", mode & 0o777));
        if found.as_deref() != mode {
            return Err(format!("{name} has mode {found:?}"));
        }
    }
    Ok(())
}
