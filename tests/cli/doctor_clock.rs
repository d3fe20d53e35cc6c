//! `awsenv doctor` about the clock: one request, and only that.

use serde_json::Value;

use crate::support::{demo, json, one_profile};

/// The finding about the clock when AWS's is so many seconds ahead of this machine's.
fn at(seconds: i64) -> (i32, Option<Value>) {
    let sandbox = demo();
    sandbox.server().reset();
    sandbox.server().advance_clock(seconds);
    let run = sandbox.run(&["doctor", "--format", "json"]);
    let document = json(&run);
    let found = document["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "clock-skew").cloned();
    (run.code, found)
}

#[test]
fn a_clock_that_is_off_is_a_warning_and_then_an_error() {
    assert_eq!(at(0).1, None);
    assert_eq!(at(50).1, None);
    let (exit, warning) = at(-100);
    let warning = warning.unwrap();
    assert_eq!((exit, &warning["severity"]), (0, &"warning".into()), "{warning}");
    assert!(warning["message"].as_str().unwrap().ends_with("seconds ahead of AWS's"), "{warning}");
    let (exit, error) = at(3_610);
    let error = error.unwrap();
    assert_eq!((exit, &error["severity"]), (3, &"error".into()), "{error}");
    assert_eq!(error["message"], "this machine's clock is 60 minutes behind AWS's");
    assert!(error["help"].to_string().contains("set it: "), "{error}");
}

#[test]
fn nobody_is_asked_offline_and_who_does_not_answer_is_no_finding() {
    let sandbox = demo();
    sandbox.server().reset();
    sandbox.server().advance_clock(10_000);
    let run = sandbox.run(&["doctor", "--offline"]);
    assert!(!run.stdout.contains("clock-skew"), "{}", run.stdout);
    // Nobody listens where this one asks.
    let sandbox = one_profile();
    let run = sandbox.run(&["doctor", "-v"]).ok();
    assert!(!run.stdout.contains("clock"), "{}", run.stdout);
    run.says("the clock is not compared with AWS's: ");
    assert_eq!(sandbox.run(&["doctor"]).ok().stderr, "");
}
