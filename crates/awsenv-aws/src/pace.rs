//! How fast many requests to one service may follow each other.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The distance of two requests at first, and how it shrinks with each that is answered. Nobody has published what the
/// portal allows: twenty a second it has always taken.
const FIRST: Duration = Duration::from_millis(25);
const SHRINKS: f64 = 0.98;
/// The distance after the service has said that it is too fast: at least this, twice what it was, at most that.
const SLOW: Duration = Duration::from_millis(50);
const SLOWEST: Duration = Duration::from_secs(2);
/// For so many distances nobody asks at all then.
const PAUSE: u32 = 4;

/// The pace of all requests together.
#[derive(Debug)]
pub(crate) struct Pace {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    distance: Duration,
    /// When the next request may begin.
    next: Instant,
    /// Nobody begins before: the service has said so.
    paused_until: Instant,
    slowed_at: Option<Instant>,
}

impl Pace {
    pub(crate) fn new() -> Self {
        let now = Instant::now();
        Self { state: Mutex::new(State { distance: FIRST, next: now, paused_until: now, slowed_at: None }) }
    }

    /// Waits until one more request may begin.
    pub(crate) async fn turn(&self) {
        loop {
            let at = {
                let mut state = self.state();
                let at = state.next.max(state.paused_until).max(Instant::now());
                state.next = at + state.distance;
                at
            };
            sleep_until(at).await;
            // While this one waited, another may have been told to slow down.
            if self.state().paused_until <= Instant::now() {
                return;
            }
        }
    }

    /// Takes note that a request was answered.
    pub(crate) fn speed_up(&self) {
        let mut state = self.state();
        state.distance = state.distance.mul_f64(SHRINKS);
    }

    /// Takes note that a request, begun then, was too much. Those that were under way together say the same thing, and it
    /// counts once.
    pub(crate) fn slow_down(&self, begun: Instant) {
        let mut state = self.state();
        if state.slowed_at.is_some_and(|slowed_at| begun < slowed_at) {
            return;
        }
        let now = Instant::now();
        state.distance = (state.distance * 2).clamp(SLOW, SLOWEST);
        state.paused_until = now + state.distance * PAUSE;
        state.slowed_at = Some(now);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_complaint_slows_everyone_down_and_good_answers_speed_up_again() {
        let pace = Pace::new();
        let distance = || pace.state().distance;
        (0..200).for_each(|_| pace.speed_up());
        assert!(distance() < Duration::from_millis(1));
        let begun = Instant::now();
        pace.slow_down(begun);
        assert_eq!(distance(), SLOW);
        assert!(pace.state().paused_until >= begun + SLOW * PAUSE);
        pace.slow_down(begun);
        assert_eq!(distance(), SLOW, "said by another one of the same moment");
        for _ in 0..20 {
            pace.slow_down(Instant::now());
        }
        assert_eq!(distance(), SLOWEST);
    }
}
