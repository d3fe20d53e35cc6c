//! Runs targets on inputs; makes one that fails small and writes it down.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Once;
use std::time::{Duration, Instant};

use crate::generate::Source;
use crate::targets::Target;

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// How long to go on.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    Cases(u64),
    Time(Duration),
}

/// Runs a target on the inputs of a series of seeds and returns how many they were; panics with the first that fails.
pub(crate) fn run(name: &str, target: Target, source: &Source, seed: u64, until: Until) -> u64 {
    let start = Instant::now();
    for case in 0.. {
        let is_over = match until {
            Until::Cases(cases) => case == cases,
            // The clock is asked now and then: it takes longer than a case.
            Until::Time(time) => case % 256 == 0 && start.elapsed() >= time,
        };
        if is_over {
            return case;
        }
        let data = source.input(seed.wrapping_add(case));
        check(name, target, &data);
    }
    unreachable!("the series of seeds has no end")
}

/// Runs a target on one input.
pub(crate) fn check(name: &str, target: Target, data: &[u8]) {
    let Some(message) = failure(target, data) else { return };
    let small = smallest(target, data);
    // Cargo's directory for what integration tests write.
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}"));
    #[expect(clippy::disallowed_methods, reason = "what was found has to outlive the run")]
    std::fs::write(&path, &small).unwrap();
    let last = failure(target, &small).unwrap_or_default();
    panic!(
        "{name}: {message}\n\nsmallest input ({}): {}\n{last}\n\nMend it, and keep the file in tests/fuzz/found.",
        path.display(),
        small.escape_ascii()
    );
}

/// Returns what a target panics with.
fn failure(target: Target, data: &[u8]) -> Option<String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !IS_QUIET.get() {
                usual(info);
            }
        }));
    });
    IS_QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(|| target(data)));
    IS_QUIET.set(false);
    let payload = result.err()?;
    let text = payload.downcast_ref::<String>().cloned();
    Some(text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default())
}

/// Takes pieces out of an input as long as it still fails: ever smaller ones, until no single byte can go.
pub(crate) fn smallest(target: Target, data: &[u8]) -> Vec<u8> {
    let mut data = data.to_vec();
    let mut size = data.len() / 2;
    while size > 0 {
        let (mut at, mut has_shrunk) = (0, false);
        while at < data.len() {
            let end = (at + size).min(data.len());
            let less = [&data[..at], &data[end..]].concat();
            if failure(target, &less).is_some() {
                (data, has_shrunk) = (less, true);
            } else {
                at = end;
            }
        }
        if !has_shrunk || size > 1 {
            size = if size == 1 { 0 } else { size / 2 };
        }
    }
    data
}
