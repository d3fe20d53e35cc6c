//! Whether this machine's clock agrees with AWS's.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// AWS refuses a signature that is further off.
pub(crate) const TOLERATED_SECONDS: i64 = 300;

/// Seconds since the epoch, by this machine.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Returns by how many seconds `now` is ahead of an answer's `Date`.
pub(crate) fn seconds_ahead(date: &str, now: i64) -> Option<i64> {
    DateTime::from_str(date, Format::HttpDate).ok().map(|date| now.saturating_sub(date.secs()))
}

/// Says it, when it is more than AWS tolerates.
pub(crate) fn phrase(seconds_ahead: i64) -> Option<String> {
    let (off, direction) = (seconds_ahead.unsigned_abs(), if seconds_ahead > 0 { "ahead of" } else { "behind" });
    let size = match off {
        0..=300 => return None,
        301..=7_199 => format!("{} minutes", off / 60),
        7_200..=172_799 => format!("{} hours", off / 3_600),
        _ => format!("{} days", off / 86_400),
    };
    Some(format!("this machine's clock is {size} {direction} AWS's"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_with_the_date_of_an_answer() {
        assert_eq!(seconds_ahead("Thu, 01 Jan 1970 00:10:00 GMT", 1_000), Some(400));
        assert_eq!(seconds_ahead("yesterday", 0), None);
        for (seconds, expected) in [
            (300, None),
            (-300, None),
            (301, Some("this machine's clock is 5 minutes ahead of AWS's")),
            (-7_200, Some("this machine's clock is 2 hours behind AWS's")),
            (200_000, Some("this machine's clock is 2 days ahead of AWS's")),
        ] {
            assert_eq!(phrase(seconds).as_deref(), expected, "{seconds}");
        }
    }
}
