//! When something has to happen before what a shell is in ends.

use awsenv_resolve::{Mode, State, Timestamp};

/// The seconds before the end from which on keys are renewed, at the least.
const RENEWAL_SECONDS: i64 = 5 * 60;

/// What is next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Due {
    /// Nothing: it does not end, or every tool renews it for itself.
    Never,
    /// Nothing before this moment.
    At(Timestamp),
    /// Keys are to be fetched anew, which nobody has to be asked for.
    Renew,
    /// The person is to be told.
    Warn,
}

/// Says what is next. Keys that can be renewed are, when five minutes or a tenth of what is left remain; of everything
/// else that ends the person is told `warn_seconds` before it does.
pub fn due(state: &State, now: Timestamp, warn_seconds: Option<i64>) -> Due {
    let Some(end) = state.expires_at else { return Due::Never };
    let left = end.seconds_left(now);
    let (lead, then) = match (state.mode, state.refreshable) {
        (Mode::Profile, true) => return Due::Never,
        (Mode::Keys | Mode::Auto, true) => (RENEWAL_SECONDS.max(left / 10), Due::Renew),
        (Mode::Profile | Mode::Keys | Mode::Auto, false) => match warn_seconds {
            Some(seconds) => (seconds, Due::Warn),
            None => return Due::Never,
        },
    };
    if left <= lead { then } else { Due::At(end.plus(-lead)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mode: Mode, refreshable: bool, left: i64, expected: Due) {
        let now = Timestamp::from_epoch_seconds(1_000_000);
        let state = State { expires_at: Some(now.plus(left)), refreshable, ..State::manual("p", mode) };
        assert_eq!(due(&state, now, Some(600)), expected, "{mode:?} {refreshable} {left}");
    }

    #[test]
    fn keys_are_renewed_and_of_the_rest_one_is_told() {
        let at = |seconds: i64| Due::At(Timestamp::from_epoch_seconds(1_000_000 + seconds));
        check(Mode::Keys, true, 43_200, at(43_200 - 4_320));
        check(Mode::Keys, true, 3_600, at(3_600 - 360));
        check(Mode::Keys, true, 1_000, at(700));
        for left in [300, 10, 0, -500] {
            check(Mode::Keys, true, left, Due::Renew);
        }
        check(Mode::Keys, false, 3_600, at(3_000));
        check(Mode::Keys, false, 600, Due::Warn);
        check(Mode::Profile, false, 601, at(1));
        check(Mode::Profile, false, -1, Due::Warn);
        check(Mode::Profile, true, 10, Due::Never);
    }

    #[test]
    fn what_does_not_end_or_is_not_to_be_told_is_never_due() {
        let now = Timestamp::from_epoch_seconds(0);
        assert_eq!(due(&State::manual("p", Mode::Keys), now, Some(600)), Due::Never);
        let ending = State { expires_at: Some(now), ..State::manual("p", Mode::Keys) };
        assert_eq!(due(&ending, now, None), Due::Never);
    }
}
