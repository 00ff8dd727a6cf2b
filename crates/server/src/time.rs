//! Times as they are written: RFC 3339 with milliseconds, UTC.

use jiff::Timestamp;

/// A time of a row, milliseconds since the epoch.
pub(crate) fn text(ms: i64) -> String {
    format!("{:.3}", Timestamp::from_millisecond(ms).unwrap_or_default())
}

/// A time that may not have come yet.
pub(crate) fn if_set(ms: i64) -> Option<String> {
    (ms > 0).then(|| text(ms))
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_have_three_digits_of_a_second() {
        assert_eq!(super::text(1_700_000_000_000), "2023-11-14T22:13:20.000Z");
        assert_eq!(super::text(1_700_000_000_005), "2023-11-14T22:13:20.005Z");
        assert_eq!(super::if_set(0), None);
    }
}
