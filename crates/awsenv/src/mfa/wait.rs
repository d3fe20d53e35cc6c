//! Waiting for the next code.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use awsenv_resolve::Timestamp;

use crate::context::Context;

/// RFC 6238: a code is shown for so long.
const STEP: u64 = 30;
/// The device's clock and ours are never quite the same.
const SLACK: Duration = Duration::from_millis(400);

/// Waits until a device shows another code than it did at `since`, and counts down meanwhile where somebody sees it.
/// Ctrl-c ends it.
pub(super) fn for_next_code(context: &Context, why: &str, since: Timestamp) {
    let ui = &context.ui;
    context.guard_interrupt();
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let wait = time_left(since, now());
    let words = ui.style.paint("33", &format!("  {why}"));
    if wait.is_zero() {
        ui.line(&words);
        return;
    }
    let counts = ui.is_terminal() && !ui.is_json();
    if !counts {
        ui.note(&format!("  {why}; waiting {} seconds for the next", wait.as_secs() + 1));
        std::thread::sleep(wait);
        return;
    }
    ui.line(&words);
    let end = now() + wait;
    while let Some(left) = end.checked_sub(now()).filter(|left| !left.is_zero()) {
        let line = format!("  the next one in {} s · ctrl-c ends", left.as_secs() + 1);
        ui.write(&format!("\r\x1b[K{}", ui.style.dim(&line)));
        std::thread::sleep(left.min(Duration::from_millis(u64::from(left.subsec_millis()) + 1)));
    }
    ui.write("\r\x1b[K");
}

/// Nothing, when the half minute of `since` has ended.
fn time_left(since: Timestamp, now: Duration) -> Duration {
    let since = u64::try_from(since.epoch_seconds()).unwrap_or_default();
    let next = Duration::from_secs((since / STEP + 1) * STEP) + SLACK;
    // A clock that was set back must not make anybody wait for hours.
    next.saturating_sub(now).min(Duration::from_secs(STEP) + SLACK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_the_half_minute_is_waited() {
        for (since, now, expected) in [
            (60, 60_000, 30_400),
            (60, 89_000, 1_400),
            (89, 89_500, 900),
            (60, 90_400, 0),
            (60, 100_000, 0),
            (600, 60_000, 30_400),
        ] {
            let left = time_left(Timestamp::from_epoch_seconds(since), Duration::from_millis(now));
            assert_eq!(left, Duration::from_millis(expected), "{since} {now}");
        }
    }
}
