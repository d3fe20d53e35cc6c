//! `credential_process`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use awsenv_host::{HostError, PROFILE_CHAIN_VARIABLE, ProcessProblem, ProcessRequest};
use awsenv_resolve::{Credentials, Secret, Timestamp};

use crate::support::{Home, child_command, part};

const ANSWER: &str = r#"{"Version": 1, "AccessKeyId": "AKIA", "SecretAccessKey": "s"}"#;

fn run(home: &Home, command: &str) -> Result<Credentials, HostError> {
    run_with(home, command, &[], Duration::from_secs(20))
}

fn run_with(home: &Home, command: &str, variables: &[(&str, &str)], limit: Duration) -> Result<Credentials, HostError> {
    let command = Secret::new(command);
    let request = ProcessRequest { command: &command, profile: "prod", account_id: Some("123456789012"), limit };
    home.host_with(variables).run_credential_process(&request)
}

/// A process that answers so.
fn answer(answer: &str) -> Result<Credentials, HostError> {
    let home = Home::new();
    home.write("answer", answer);
    let program = home.program("program", "cat \"${0%/*}/answer\"");
    run(&home, &program)
}

fn failure(result: Result<Credentials, HostError>) -> (ProcessProblem, String) {
    match result {
        Err(HostError::Process { problem, stderr, .. }) => (problem, stderr),
        other => panic!("{other:?}"),
    }
}

fn problem(result: Result<Credentials, HostError>) -> ProcessProblem {
    failure(result).0
}

#[test]
fn an_answer_is_read() {
    let credentials = answer(
        r#"{"Version": 1, "AccessKeyId": "ASIA", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2999-01-01T00:00:00Z", "AccountId": "999999999999", "Future": []}"#,
    );
    let expected = Credentials {
        access_key_id: "ASIA".into(),
        secret_access_key: "s".into(),
        session_token: Some("t".into()),
        expiration: Timestamp::parse("2999-01-01T00:00:00Z"),
        account_id: Some("999999999999".into()),
    };
    assert_eq!(credentials.unwrap(), expected);
    let least = answer(ANSWER).unwrap();
    assert_eq!((least.session_token, least.expiration), (None, None));
    assert_eq!(least.account_id.as_deref(), Some("123456789012"), "the profile's");
    let nulls = answer(r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": null, "Expiration": null}"#);
    assert_eq!(nulls.unwrap().expiration, None);
}

#[test]
fn an_answer_of_another_shape_is_refused() {
    let with = |from: &str, to: &str| answer(&ANSWER.replace(from, to));
    for (result, expected) in [
        (answer(""), ProcessProblem::NotJson),
        (answer("Enter PIN:\n"), ProcessProblem::NotJson),
        (answer("[1]"), ProcessProblem::NotJson),
        (answer(&ANSWER[..30]), ProcessProblem::NotJson),
        (answer(&format!("{ANSWER}{ANSWER}")), ProcessProblem::NotJson),
        (with("1", "2"), ProcessProblem::Version("2".into())),
        (with("1", "\"1\""), ProcessProblem::Version("\"1\"".into())),
        (with("Version", "version"), ProcessProblem::MissingKey("Version")),
        (with("AccessKeyId", "accessKeyId"), ProcessProblem::MissingKey("AccessKeyId")),
        (with("SecretAccessKey", "Secret"), ProcessProblem::MissingKey("SecretAccessKey")),
        (with("\"s\"", "\"\""), ProcessProblem::MissingKey("SecretAccessKey")),
        (with("\"s\"", "17"), ProcessProblem::MissingKey("SecretAccessKey")),
        (with("}", r#", "Expiration": "soon"}"#), ProcessProblem::BadExpiration("soon".into())),
        (with("}", r#", "Expiration": ""}"#), ProcessProblem::BadExpiration(String::new())),
        (with("}", r#", "Expiration": 1795316080}"#), ProcessProblem::BadExpiration("1795316080".into())),
        (with("}", r#", "Expiration": "2020-01-01T00:00:00+00:00"}"#), ProcessProblem::Expired("2020-01-01T00:00:00Z".into())),
    ] {
        assert_eq!(problem(result), expected);
    }
}

#[test]
fn words_are_split_as_the_aws_cli_does_and_no_shell_is_there() {
    let home = Home::new();
    let program = home.program("the program", "for word; do printf '%s\\n' \"<$word>\"; done > \"${0%/*}/words\"; echo '{}'");
    let command =
        format!(r##"{program} 'one word' two\ too "th\$ree" ~ ~/x $HOME a|b | cat > /dev/null ; #no 'comment' `id` "" *"##);
    assert_eq!(problem(run(&home, &command)), ProcessProblem::MissingKey("Version"));
    let words = fs::read_to_string(home.path().join("words")).unwrap();
    let expected = [
        "one word",
        "two too",
        "th\\$ree",
        "~",
        "~/x",
        "$HOME",
        "a|b",
        "|",
        "cat",
        ">",
        "/dev/null",
        ";",
        "#no",
        "comment",
        "`id`",
        "",
        "*",
    ];
    assert_eq!(words.lines().collect::<Vec<_>>(), expected.map(|word| format!("<{word}>")));
}

#[test]
fn a_command_that_is_none_is_refused() {
    let home = Home::new();
    for (command, expected) in [
        ("", ProcessProblem::Empty),
        ("  \t ", ProcessProblem::Empty),
        ("tool 'open", ProcessProblem::BadQuoting),
        ("tool \"open", ProcessProblem::BadQuoting),
        ("tool \\", ProcessProblem::BadQuoting),
        ("''", ProcessProblem::NotFound),
        ("awsenv-no-such-program --x", ProcessProblem::NotFound),
        ("/no/such/program", ProcessProblem::NotFound),
        ("~/program", ProcessProblem::NotFound),
        ("/", ProcessProblem::NotFound),
    ] {
        assert_eq!(problem(run(&home, command)), expected, "{command}");
    }
    let not_executable = home.write("data", "x");
    assert_eq!(problem(run(&home, &format!("\"{}\"", not_executable.display()))), ProcessProblem::NotFound);
    let no_interpreter = home.write("program", "#!/no/such/interpreter\n");
    fs::set_permissions(&no_interpreter, fs::Permissions::from_mode(0o755)).unwrap();
    let no_interpreter = format!("\"{}\"", no_interpreter.display());
    assert!(matches!(problem(run(&home, &no_interpreter)), ProcessProblem::NotStarted(_)));
}

#[test]
fn a_failure_shows_the_end_of_what_the_process_wrote_to_stderr() {
    let home = Home::new();
    let program = home.program("program", "printf 'no \\033[31mtoken\\033[0m\\r\\n\\n  for \\377you\\n' >&2; exit 7");
    let (problem, stderr) = failure(run(&home, &program));
    assert_eq!((problem, stderr.as_str()), (ProcessProblem::Failed(Some(7)), "no [31mtoken[0m\n  for \u{fffd}you"));

    let program = home.program("chatty", "seq 1 200000 >&2; exit 1");
    let (problem, stderr) = failure(run(&home, &program));
    assert_eq!((problem, stderr.lines().last()), (ProcessProblem::Failed(Some(1)), Some("200000")), "however much it is");
    assert_eq!(stderr.lines().count(), 8);

    let program = home.program("long", "printf '%05000d' 0 >&2; exit 1");
    let (_, stderr) = failure(run(&home, &program));
    assert_eq!((stderr.chars().count(), stderr.ends_with('…')), (2_001, true));

    let program = home.program("killed", "echo last words >&2; kill -9 $$");
    assert_eq!(failure(run(&home, &program)), (ProcessProblem::Failed(None), "last words".into()));
}

#[test]
fn a_failure_is_one_even_with_an_answer() {
    let home = Home::new();
    let program = home.program("program", &format!("echo '{ANSWER}'; exit 1"));
    assert_eq!(problem(run(&home, &program)), ProcessProblem::Failed(Some(1)));
    let program = home.program("program", &format!("echo deprecated >&2; echo '{ANSWER}'"));
    assert!(run(&home, &program).is_ok(), "and a warning is none");
}

#[test]
fn no_argument_of_the_command_is_in_the_error() {
    let home = Home::new();
    let error = run(&home, "awsenv-no-such-program --password hunter2").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
}

#[test]
fn a_large_answer_is_read_and_an_endless_one_is_not() {
    let home = Home::new();
    let filler = "x".repeat(1024 * 1024 - 200);
    assert!(answer(&ANSWER.replace('}', &format!(r#", "Filler": "{filler}"}}"#))).is_ok());
    let start = Instant::now();
    assert_eq!(problem(run(&home, "yes")), ProcessProblem::NotJson);
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_process_that_takes_too_long_is_killed() {
    let home = Home::new();
    let program = home.program("program", "echo waiting for you >&2; echo $$ > \"${0%/*}/pid\"; exec sleep 60");
    let limit = Duration::from_millis(400);
    let start = Instant::now();
    let (problem, stderr) = failure(run_with(&home, &program, &[], limit));
    assert_eq!((problem, stderr.as_str()), (ProcessProblem::TimedOut(limit), "waiting for you"));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let pid = fs::read_to_string(home.path().join("pid")).unwrap();
    assert!(!std::path::Path::new("/proc").join(pid.trim()).exists(), "it is gone");
}

#[test]
fn what_a_process_leaves_in_the_background_is_not_waited_for() {
    let home = Home::new();
    // An agent that has inherited both pipes.
    let agent = "sleep 20 & echo $! > \"${0%/*}/pid\"";
    let program = home.program("program", &format!("{agent}; echo '{ANSWER}'"));
    let start = Instant::now();
    assert!(run(&home, &program).is_ok());
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let stop = |home: &Home| {
        let pid = fs::read_to_string(home.path().join("pid")).unwrap();
        let _ = std::process::Command::new("kill").arg(pid.trim()).status();
    };
    stop(&home);
    let program = home.program("program", &format!("{agent}; wait"));
    assert!(matches!(problem(run_with(&home, &program, &[], Duration::from_millis(300))), ProcessProblem::TimedOut(_)));
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    stop(&home);
}

#[test]
fn a_circle_is_noticed_before_anything_runs() {
    let home = Home::new();
    let program = home.program("program", "touch \"${0%/*}/ran\"");
    let chain = [(PROFILE_CHAIN_VARIABLE, "base\nprod\nother")];
    let (problem, _) = failure(run_with(&home, &program, &chain, Duration::from_secs(20)));
    assert_eq!(problem, ProcessProblem::Recursion(["base", "prod", "other", "prod"].map(str::to_owned).to_vec()));
    assert!(!home.path().join("ran").exists());
}

#[test]
fn a_process_is_told_for_whom_it_runs() {
    let home = Home::new();
    let program =
        home.program("program", &format!("printf %s \"${PROFILE_CHAIN_VARIABLE}\" > \"${{0%/*}}/chain\"; echo '{ANSWER}'"));
    let chain = |home: &Home| fs::read_to_string(home.path().join("chain")).unwrap();
    run(&home, &program).unwrap();
    assert_eq!(chain(&home), "prod");
    run_with(&home, &program, &[(PROFILE_CHAIN_VARIABLE, "my base")], Duration::from_secs(20)).unwrap();
    assert_eq!(chain(&home), "my base\nprod");
}

#[test]
fn child_whose_stdin_is_the_processs() {
    let Some(directory) = part() else { return };
    let request = ProcessRequest {
        command: &Secret::new(format!("/bin/sh \"{}\"", directory.join("program").display())),
        profile: "prod",
        account_id: None,
        limit: Duration::from_secs(20),
    };
    let credentials = crate::support::host_of(&directory, &[]).run_credential_process(&request).unwrap();
    assert_eq!(credentials.access_key_id, "typed");
}

#[test]
fn a_process_may_ask_on_stdin() {
    let home = Home::new();
    home.program("program", r#"read -r code; echo "{\"Version\": 1, \"AccessKeyId\": \"$code\", \"SecretAccessKey\": \"s\"}""#);
    let answer = fs::File::open(home.write("typed", "typed\n")).unwrap();
    let output = child_command("process::child_whose_stdin_is_the_processs", home.path()).stdin(answer).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
