//! Keys that are renewed while one works, and what one is told when they cannot be.

use std::time::{Duration, Instant};

use awsenv_testkit::Sandbox;
use serde_json::Value;

use crate::support::{Session, prompting};

/// In what the hook prints; the state names the variable too.
const NEW_KEY: &str = "\"AWS_ACCESS_KEY_ID\":";

/// The demo, in `tools` with keys that end in so many seconds.
fn ending_in(seconds: i64) -> Sandbox {
    let mut sandbox = Sandbox::demo(env!("CARGO_BIN_EXE_awsenv"));
    let run = sandbox.run(&["use", "--shell", "json", "tools", "--mode", "keys"]).ok();
    apply(&mut sandbox, &run.stdout);
    set_end(&mut sandbox, seconds);
    sandbox
}

fn apply(sandbox: &mut Sandbox, change: &str) {
    let change: Value = serde_json::from_str(change).unwrap();
    for name in change["unset"].as_array().unwrap() {
        sandbox.unset(name.as_str().unwrap());
    }
    for (name, value) in change["set"].as_object().unwrap() {
        sandbox.set(name, value.as_str().unwrap());
    }
}

/// Makes the shell's keys, and the cached ones, end then.
fn set_end(sandbox: &mut Sandbox, seconds: i64) {
    let now = i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let state = sandbox.get("__AWSENV_STATE").unwrap().to_str().unwrap().to_owned();
    let changed: Vec<String> = state
        .split(',')
        .map(|field| if field.starts_with("exp=") { format!("exp={}", now + seconds) } else { field.to_owned() })
        .collect();
    sandbox.set("__AWSENV_STATE", changed.join(","));
    let date =
        std::process::Command::new("date").args(["-u", "-d", &format!("@{}", now + seconds), "+%Y-%m-%dT%H:%M:%SZ"]).output();
    let end = String::from_utf8(date.unwrap().stdout).unwrap().trim().to_owned();
    for entry in std::fs::read_dir(sandbox.path(".aws/cli/cache")).unwrap() {
        let path = entry.unwrap().path();
        let mut document: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        document["Credentials"]["Expiration"] = end.clone().into();
        std::fs::write(&path, document.to_string()).unwrap();
    }
}

fn wait_for(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn hook(sandbox: &Sandbox) -> awsenv_testkit::Run {
    sandbox.run(&["hook", "--shell", "json"]).ok()
}

#[test]
fn keys_are_fetched_in_the_background_once_and_taken_from_the_cache() {
    let mut sandbox = ending_in(200);
    let old = sandbox.get("AWS_ACCESS_KEY_ID").unwrap().to_owned();
    // Twenty shells at a prompt.
    let children: Vec<_> = (0..20).map(|_| sandbox.awsenv(&["hook", "--shell", "json"]).spawn()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    wait_for("a second AssumeRole", || sandbox.server().count("AssumeRole") == 2);
    wait_for("new keys", || hook(&sandbox).stdout.contains(NEW_KEY));
    let renewed = hook(&sandbox).stdout;
    apply(&mut sandbox, &renewed);
    assert_ne!(sandbox.get("AWS_ACCESS_KEY_ID").unwrap(), old);
    assert!(sandbox.get("__AWSENV_STATE").unwrap().to_str().unwrap().starts_with("1,m,"), "still the person's choice");
    // Nothing more to do, and nobody did it twice.
    assert!(!hook(&sandbox).stdout.contains(NEW_KEY));
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!((sandbox.server().count("AssumeRole"), sandbox.server().violations()), (2, Vec::new()));
}

#[test]
fn keys_with_time_left_are_left_alone() {
    let sandbox = ending_in(3_000);
    assert!(!hook(&sandbox).stdout.contains(NEW_KEY));
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(sandbox.server().count("AssumeRole"), 1);
}

#[test]
fn keys_that_a_person_has_set_since_are_not_replaced() {
    let mut sandbox = ending_in(200);
    sandbox.set("AWS_ACCESS_KEY_ID", "AKIAMINE");
    let run = hook(&sandbox);
    assert!(!run.stdout.contains(NEW_KEY) && run.stderr.is_empty(), "{} {}", run.stdout, run.stderr);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(sandbox.server().count("AssumeRole"), 1);
}

#[test]
fn what_needs_a_person_is_told_once_in_each_shell() {
    for shell in prompting() {
        let mut sandbox = ending_in(200);
        let state = sandbox.get("__AWSENV_STATE").unwrap().to_str().unwrap().replace(",refresh=1", "");
        sandbox.set("__AWSENV_STATE", state);
        let run = sandbox.run(&["--message-format", "json", "hook", "--shell", "json"]).ok();
        let report: Value = serde_json::from_str(&run.stderr).unwrap();
        assert_eq!((report["code"].as_str(), report["help"][0].as_str()), (Some("expires-soon"), Some("awsenv refresh")));
        let mut session = Session::bare(&sandbox, shell);
        session.line(shell.init);
        let shown = [session.line(""), session.line(""), session.line(""), session.line("cd .."), session.line("")].concat();
        assert_eq!(shown.matches("warning[expires-soon]").count(), 1, "{shell:?}: {shown}");
        assert_eq!(sandbox.server().count("AssumeRole"), 1);
    }
}

#[test]
fn a_prompt_waits_for_nothing_and_a_later_one_has_the_new_keys() {
    for shell in prompting() {
        let sandbox = ending_in(200);
        let old = sandbox.get("AWS_ACCESS_KEY_ID").unwrap().to_str().unwrap().to_owned();
        let mut session = Session::bare(&sandbox, shell);
        assert_eq!(session.value("AWS_ACCESS_KEY_ID"), old);
        let shown = session.line(shell.init) + &session.line("");
        wait_for("a second AssumeRole", || sandbox.server().count("AssumeRole") == 2);
        // As if a quarter of a minute had gone by.
        let passed =
            if shell.is_fish() { "set -g __awsenv_due 1; set -g __awsenv_seen" } else { "__awsenv_due=1 __awsenv_until=1" };
        let deadline = Instant::now() + Duration::from_secs(20);
        while session.value("AWS_ACCESS_KEY_ID") == old {
            assert!(Instant::now() < deadline, "{shell:?}");
            session.line(passed);
        }
        assert!(!shown.contains("awsenv:") && !shown.contains("[1]"), "{shell:?}: {shown}");
        session.line("awsenv unset");
        assert_eq!(session.value("AWS_ACCESS_KEY_ID"), "unset", "{shell:?}");
    }
}

#[test]
fn a_renewal_that_fails_is_told_once_and_not_tried_for_ever() {
    let sandbox = ending_in(200);
    sandbox.config("[profile base]\n");
    let run = hook(&sandbox);
    assert!(run.stderr.contains("could not be renewed") && run.stdout.contains("\"set\""), "{} {}", run.stdout, run.stderr);
}

#[test]
fn without_a_network_it_is_tried_again_later_and_nothing_is_said() {
    let mut sandbox = ending_in(200);
    sandbox.set("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1");
    let run = sandbox.run(&["--no-input", "refresh", "--background"]).exits(6);
    assert_eq!(run.stdout, "");
    let run = sandbox.run(&["hook", "--shell", "bash"]).ok();
    assert!(run.stderr.is_empty() && !run.stdout.contains("__awsenv_due=''"), "{} {}", run.stdout, run.stderr);
    assert_eq!(sandbox.server().count("AssumeRole"), 1);
}

#[test]
fn the_cache_alone_is_asked_when_that_is_what_one_wants() {
    let mut sandbox = ending_in(200);
    let nothing = sandbox.run(&["refresh", "--cached", "--shell", "json"]).ok();
    assert!(!nothing.stdout.contains(NEW_KEY), "{}", nothing.stdout);
    assert_eq!(sandbox.server().count("AssumeRole"), 1);
    sandbox.run(&["--no-input", "refresh", "--background"]).ok();
    sandbox.set("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1");
    assert!(sandbox.run(&["refresh", "--cached", "--shell", "json"]).ok().stdout.contains(NEW_KEY));
}

#[test]
fn a_directorys_keys_stay_the_directorys() {
    let mut sandbox = Sandbox::demo(env!("CARGO_BIN_EXE_awsenv"));
    crate::support::directory(&sandbox, "p", "profile = tools\nmode = keys\n");
    let place = sandbox.path("p");
    let entered = sandbox.awsenv(&["auto", "--shell", "json"]).directory(&place).run().ok().stdout;
    apply(&mut sandbox, &entered);
    set_end(&mut sandbox, 200);
    let refreshed = sandbox.awsenv(&["refresh", "--shell", "json"]).directory(&place).run().ok().stdout;
    apply(&mut sandbox, &refreshed);
    assert!(sandbox.get("__AWSENV_STATE").unwrap().to_str().unwrap().starts_with("1,d,/"));
    // And leaving it still leaves.
    let left = sandbox.run(&["hook", "--shell", "json"]).ok().stdout;
    assert!(left.contains("\"AWS_SECRET_ACCESS_KEY\"") && !left.contains(NEW_KEY), "{left}");
}
