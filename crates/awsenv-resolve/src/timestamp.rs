//! Instants, as AWS's files and answers spell them.

use std::fmt;

/// A moment in whole seconds since 1970-01-01T00:00:00Z. This crate never asks for the current time: it is given one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Takes seconds since the epoch.
    pub const fn from_epoch_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Returns seconds since the epoch.
    pub const fn epoch_seconds(self) -> i64 {
        self.0
    }

    /// Returns the seconds from `now` until this moment; negative when it has passed.
    pub const fn seconds_left(self, now: Timestamp) -> i64 {
        self.0.saturating_sub(now.0)
    }

    /// Returns the moment `seconds` later.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Reads every spelling found in the wild (formats.md §2): RFC 3339 with `Z` or an offset, with or without
    /// fractional seconds, a space for the `T`, and botocore's `…UTC`. A missing offset is taken as UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let number = |range: std::ops::Range<usize>| -> Option<i64> {
            let digits = bytes.get(range)?;
            digits.iter().try_fold(0_i64, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
        };
        let separator = |at: usize, accepted: &[u8]| bytes.get(at).is_some_and(|byte| accepted.contains(byte));
        if !(separator(4, b"-") && separator(7, b"-") && separator(10, b"Tt ") && separator(13, b":") && separator(16, b":")) {
            return None;
        }
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let mut rest = text.get(19..)?;
        if let Some(fraction) = rest.strip_prefix(['.', ',']) {
            let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
            if end == 0 {
                return None;
            }
            rest = &fraction[end..];
        }
        let offset = match rest.trim() {
            "" | "Z" | "z" | "UTC" | "GMT" => 0,
            other => parse_offset(other)?,
        };
        Some(Self(days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset))
    }
}

/// `+hh:mm`, `+hhmm` or `+hh`, in seconds.
fn parse_offset(text: &str) -> Option<i64> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        2 => (digits.parse::<i64>().ok()?, 0),
        4 => (digits[..2].parse::<i64>().ok()?, digits[2..].parse::<i64>().ok()?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar
/// (Howard Hinnant's `days_from_civil`: eras of 400 years, the year beginning in March).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// RFC 3339 in UTC with `Z` and whole seconds: the spelling that every AWS tool reads.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0.div_euclid(86_400));
        let second = self.0.rem_euclid(86_400);
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_spelling_in_the_wild() {
        for (text, epoch) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-22T02:54:40+00:00", 1_795_316_080),
            ("2026-11-22T02:54:40Z", 1_795_316_080),
            ("2026-11-22T03:54:40+01:00", 1_795_316_080),
            ("2026-11-22T03:54:40+0100", 1_795_316_080),
            ("2026-11-21T21:54:40-05:00", 1_795_316_080),
            ("2026-11-22T10:43:20.443176Z", 1_795_344_200),
            ("2036-01-02T03:04:05UTC", 2_082_855_845),
            ("2036-01-02 03:04:05", 2_082_855_845),
            ("2000-02-29T12:00:00Z", 951_825_600),
        ] {
            assert_eq!(Timestamp::parse(text), Some(Timestamp(epoch)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_instant() {
        for text in [
            "",
            "2026",
            "2026-11-22",
            "2026-13-22T02:54:40Z",
            "2026-11-22T25:54:40Z",
            "2026-11-22T02:54:40.Z",
            "2026-11-22T02:54:40+1",
            "2026-11-22T02:54:4é",
            "20261122T025440Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for epoch in [0, 1, 951_825_599, 951_868_800, 1_795_316_080, 4_102_444_799, -1, -62_135_596_800] {
            let timestamp = Timestamp(epoch);
            assert_eq!(Timestamp::parse(&timestamp.to_string()), Some(timestamp), "{timestamp}");
        }
    }
}
