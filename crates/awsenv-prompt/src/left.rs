//! The words for the time that is left.

/// Says in a few characters how long credentials still last: `2h5m`, `42m`, `<1m`, `expired`.
pub fn time_left(seconds: i64) -> String {
    let minutes = seconds / 60;
    match (seconds, minutes) {
        (..=0, _) => "expired".to_owned(),
        (_, 0) => "<1m".to_owned(),
        (_, ..60) => format!("{minutes}m"),
        (_, ..2_880) => format!("{}h{}m", minutes / 60, minutes % 60),
        (_, _) => format!("{}d", minutes / 1_440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_it_shortly() {
        for (seconds, words) in [
            (-5, "expired"),
            (0, "expired"),
            (1, "<1m"),
            (59, "<1m"),
            (60, "1m"),
            (3_599, "59m"),
            (3_600, "1h0m"),
            (7_505, "2h5m"),
            (172_799, "47h59m"),
            (172_800, "2d"),
        ] {
            assert_eq!(time_left(seconds), words, "{seconds}");
        }
    }
}
