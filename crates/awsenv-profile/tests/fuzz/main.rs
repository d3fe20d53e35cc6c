//! What holds for every file and every edit, on a seeded series of inputs. `cargo test` runs a short one; longer ones, in a
//! release build, with
//!
//! ```sh
//! AWSENV_FUZZ_SECONDS=60 cargo test --release -p awsenv-profile --test fuzz -- --nocapture
//! AWSENV_FUZZ_CASES=10000000 AWSENV_FUZZ_SEED=1 cargo test --release -p awsenv-profile --test fuzz -- --nocapture
//! ```
//!
//! Each is for every target, or for the one that AWSENV_FUZZ_TARGET names. Without a seed, a run of some seconds takes a new one, and says which.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod driver;
mod generate;
#[path = "../generator/mod.rs"]
mod generator;
mod linear;
mod targets;

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use awsenv_profile::{Document, LineKind};
use driver::Until;
use generate::Source;
use targets::{Input, Outcome, TARGETS};

#[expect(clippy::disallowed_methods, reason = "a test is told how long to run")]
fn variable(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is no number: {value}")))
}

#[test]
#[expect(clippy::print_stderr, reason = "a run that found something must be repeatable")]
fn nothing_is_found_in_a_series_of_inputs() {
    let source = Source::new();
    let (cases, seconds) = (variable("AWSENV_FUZZ_CASES"), variable("AWSENV_FUZZ_SECONDS"));
    let random = || std::hash::RandomState::new().build_hasher().finish();
    let seed = variable("AWSENV_FUZZ_SEED").unwrap_or_else(|| if seconds.is_some() { random() } else { 1 });
    #[expect(clippy::disallowed_methods, reason = "a test is told what to run")]
    let only = std::env::var("AWSENV_FUZZ_TARGET").ok();
    let targets: Vec<_> = TARGETS.into_iter().filter(|(name, _)| only.as_ref().is_none_or(|only| only == name)).collect();
    assert!(!targets.is_empty(), "AWSENV_FUZZ_TARGET is none of the targets");
    let until = match (cases, seconds) {
        (Some(cases), _) => Until::Cases(cases),
        (None, Some(seconds)) => Until::Time(Duration::from_secs(seconds) / u32::try_from(targets.len()).unwrap()),
        (None, None) => Until::Cases(8_000),
    };
    eprintln!("AWSENV_FUZZ_SEED={seed}");
    for (name, target) in targets {
        let count = driver::run(name, target, &source, seed, until);
        eprintln!("{name}: nothing found in {count} cases");
        assert!(count > 0);
    }
}

#[test]
fn our_vectors_hold_for_every_target() {
    let source = Source::new();
    assert!(source.corpus().len() > 200, "{}", source.corpus().len());
    for (name, target) in TARGETS {
        source.corpus().iter().for_each(|data| driver::check(name, target, data));
    }
}

#[test]
fn what_was_once_found_is_mended() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz/found");
    let mut count = 0;
    #[expect(clippy::disallowed_methods, reason = "a test reads its inputs")]
    for entry in std::fs::read_dir(directory).unwrap() {
        let data = std::fs::read(entry.unwrap().path()).unwrap();
        TARGETS.iter().for_each(|(name, target)| driver::check(name, *target, &data));
        count += 1;
    }
    assert!(count > 0, "{directory} is empty");
}

/// A series proves nothing about what is not in it.
#[test]
fn the_series_has_edits_of_every_kind_of_file() {
    let source = Source::new();
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for seed in 1..40_000 {
        let input = Input::decode(&source.input(seed));
        if targets::edit(&input) == Outcome::Refused {
            *counts.entry("refused").or_default() += 1;
            continue;
        }
        let document = Document::parse(input.edited());
        let text = document.source().text();
        let mut names: Vec<_> = document.sections().iter().map(|section| (section.name.kind, &section.name.name)).collect();
        names.sort();
        let is_changing = input.changes.iter().any(|change| document.value(&change.place()) != change.value.as_deref());
        for (what, is_so) in [
            ("changing", is_changing),
            ("several", is_changing && input.changes.len() > 1),
            ("config", !input.config.is_empty()),
            ("credentials", input.config.is_empty() && is_changing),
            ("sub-property", input.changes.iter().any(|change| change.sub.is_some() && change.value.is_some())),
            ("taking away", input.changes.iter().any(|it| it.value.is_none() && document.value(&it.place()).is_some())),
            ("CRLF", text.contains("\r\n")),
            ("byte order mark", document.source().has_byte_order_mark()),
            ("no final newline", !text.is_empty() && !text.ends_with('\n')),
            ("a CR at the end", text.ends_with('\r')),
            ("continuations", document.lines().iter().any(|line| line.kind == LineKind::Continuation)),
            ("a section twice", names.windows(2).any(|pair| pair[0] == pair[1])),
            ("broken lines", document.lines().iter().any(|line| line.kind == LineKind::Broken)),
        ] {
            *counts.entry(what).or_default() += u32::from(is_so);
        }
    }
    let expected = [
        ("refused", 4_000),
        ("changing", 8_000),
        ("several", 2_000),
        ("config", 8_000),
        ("credentials", 1_000),
        ("sub-property", 2_000),
        ("taking away", 80),
        ("CRLF", 2_000),
        ("byte order mark", 500),
        ("no final newline", 2_000),
        ("a CR at the end", 100),
        ("continuations", 1_000),
        ("a section twice", 500),
        ("broken lines", 1_000),
    ];
    for (what, least) in expected {
        assert!(counts.get(what).is_some_and(|count| *count >= least), "{what}: {counts:?}");
    }
}

#[test]
fn an_input_is_read_as_it_was_written() {
    let source = Source::new();
    for seed in 1..500 {
        let input = Input::decode(&source.input(seed));
        assert_eq!(Input::decode(&input.encode()), input);
    }
}

#[test]
fn what_fails_is_made_small() {
    let has_both = |data: &[u8]| assert!(!(data.contains(&b'x') && data.contains(&b'y')));
    assert_eq!(driver::smallest(has_both, b"abcdexfghiyjklmnop"), b"xy");
}
