//! Times and durations for people.

use std::time::Duration;

use jiff::Timestamp;

/// How long ago a time was, `3m`; `–` for none.
pub fn age(time: &str) -> String {
    match time.parse::<Timestamp>() {
        Ok(time) => short(span(time, Timestamp::now())),
        Err(_) => "–".to_owned(),
    }
}

/// Time from one moment to another; to now when it has not ended, nothing when it has not begun.
pub fn between(start: Option<&str>, end: Option<&str>) -> Option<Duration> {
    let start = start?.parse().ok()?;
    let end = end
        .and_then(|end| end.parse().ok())
        .unwrap_or_else(Timestamp::now);
    Some(span(start, end))
}

fn span(start: Timestamp, end: Timestamp) -> Duration {
    end.duration_since(start).try_into().unwrap_or_default()
}

/// `850ms`, `4.2s`, `3m12s`, `5h`, `12d`.
pub fn short(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => format!("{}ms", duration.as_millis()),
        1..60 => format!("{:.1}s", duration.as_secs_f64()),
        60..3600 => format!("{}m{}s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{}h{}m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        for (milliseconds, expected) in [
            (0, "0ms"),
            (850, "850ms"),
            (4_200, "4.2s"),
            (192_000, "3m12s"),
            (18_120_000, "5h2m"),
            (1_036_800_000, "12d"),
        ] {
            assert_eq!(short(Duration::from_millis(milliseconds)), expected);
        }
    }

    #[test]
    fn what_has_not_begun_has_no_duration() {
        assert_eq!(between(None, Some("2026-01-01T00:00:00.000Z")), None);
        let took = between(
            Some("2026-01-01T00:00:00.000Z"),
            Some("2026-01-01T00:00:01.500Z"),
        );
        assert_eq!(took, Some(Duration::from_millis(1500)));
    }
}
