//! The server's clock, and instants as AWS's protocols spell them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The clock by which the server judges expiry and signatures: the machine's, moved by an offset, or a fixed one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    pub(crate) offset: i64,
    pub(crate) frozen: Option<i64>,
}

impl Clock {
    /// Returns seconds since the epoch.
    pub(crate) fn now(self) -> i64 {
        self.frozen.unwrap_or_else(machine_now) + self.offset
    }

    /// Returns milliseconds since the epoch, for intervals between two requests.
    pub(crate) fn now_ms(self) -> i64 {
        let machine = since_epoch();
        self.now() * 1000 + i64::from(machine.subsec_millis())
    }
}

/// Returns the machine's clock in seconds since the epoch.
pub(crate) fn machine_now() -> i64 {
    i64::try_from(since_epoch().as_secs()).unwrap_or(i64::MAX)
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

/// Howard Hinnant's `civil_from_days`.
fn civil(seconds: i64) -> Civil {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * day_of_year + 2) / 153;
    let month = if month_shifted < 10 { month_shifted + 3 } else { month_shifted - 9 };
    Civil {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month,
        day: day_of_year - (153 * month_shifted + 2) / 5 + 1,
        hour: rest / 3600,
        minute: rest / 60 % 60,
        second: rest % 60,
    }
}

/// Returns `2026-11-22T10:01:21Z`.
pub(crate) fn iso(seconds: i64) -> String {
    let Civil { year, month, day, hour, minute, second } = civil(seconds);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Returns `20261122T100121Z`, as SigV4 has it.
pub(crate) fn basic(seconds: i64) -> String {
    iso(seconds).replace(['-', ':'], "")
}

/// Returns `Sun, 22 Nov 2026 10:01:21 GMT`, as HTTP has it.
pub(crate) fn http_date(seconds: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let Civil { year, month, day, hour, minute, second } = civil(seconds);
    let weekday = DAYS[seconds.div_euclid(86_400).rem_euclid(7) as usize];
    format!("{weekday}, {day:02} {} {year} {hour:02}:{minute:02}:{second:02} GMT", MONTHS[(month - 1) as usize])
}

/// Reads `20261122T100121Z`.
pub(crate) fn parse_basic(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    if text.len() != 16 || text.as_bytes()[8] != b'T' || !text.ends_with('Z') {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    // Hinnant's `days_from_civil`: years begin in March.
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let year_of_era = year.rem_euclid(400);
    let days = year.div_euclid(400) * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
    Some(days * 86_400 + number(9..11)? * 3600 + number(11..13)? * 60 + number(13..15)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_in_every_spelling() {
        for (seconds, spelled, http) in [
            (0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_795_341_681, "2026-11-22T10:01:21Z", "Sun, 22 Nov 2026 10:01:21 GMT"),
        ] {
            assert_eq!((iso(seconds).as_str(), http_date(seconds).as_str()), (spelled, http));
            assert_eq!(parse_basic(&basic(seconds)), Some(seconds));
        }
        assert_eq!(parse_basic("2026-11-22T10:01Z"), None);
    }
}
