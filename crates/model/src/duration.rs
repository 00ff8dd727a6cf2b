//! Durations as Go writes them: `90s`, `5m`, `1h30m`, `250ms`.

use std::time::Duration;

/// Why a text is no duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Nothing, or a number without a unit.
    #[error("{0:?} is no duration; write a number with a unit, e.g. 90s, 5m or 1h30m")]
    Malformed(String),
    /// More than a `u64` of nanoseconds holds (584 years).
    #[error("{0:?} is too long")]
    TooLong(String),
}

/// Parses a duration. Units: `ns`, `us`, `µs`, `ms`, `s`, `m`, `h`, and `d` for 24 h. A bare `0` is accepted; negative ones are not.
pub fn parse(text: &str) -> Result<Duration, ParseError> {
    let malformed = || ParseError::Malformed(text.chars().take(64).collect());
    let mut rest = text.trim();
    if rest == "0" {
        return Ok(Duration::ZERO);
    }
    if rest.is_empty() {
        return Err(malformed());
    }
    let mut total: u128 = 0;
    while !rest.is_empty() {
        let unit_at = rest
            .find(|character: char| !character.is_ascii_digit() && character != '.')
            .ok_or_else(malformed)?;
        let (amount, after) = rest.split_at(unit_at);
        let end = after
            .find(|character: char| character.is_ascii_digit() || character == '.')
            .unwrap_or(after.len());
        let unit = nanoseconds(&after[..end]).ok_or_else(malformed)?;
        total = total
            .checked_add(scale(amount, unit).ok_or_else(malformed)?)
            .ok_or_else(malformed)?;
        rest = &after[end..];
    }
    u64::try_from(total)
        .map(Duration::from_nanos)
        .map_err(|_| ParseError::TooLong(text.chars().take(64).collect()))
}

fn nanoseconds(unit: &str) -> Option<u128> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        "d" => 86_400_000_000_000,
        _ => return None,
    })
}

/// `amount` times `unit`; decimals beyond the nanosecond are cut.
fn scale(amount: &str, unit: u128) -> Option<u128> {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    if whole.is_empty() && fraction.is_empty() || whole.len() > 20 || fraction.contains('.') {
        return None;
    }
    let mut total = if whole.is_empty() {
        0
    } else {
        whole.parse::<u128>().ok()?.checked_mul(unit)?
    };
    let mut place = unit;
    for digit in fraction.bytes() {
        place /= 10;
        total += u128::from(digit - b'0') * place;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_go() {
        let cases = [
            ("0", 0),
            ("90s", 90_000),
            ("5m", 300_000),
            ("1h30m", 5_400_000),
            ("250ms", 250),
            ("1.5s", 1_500),
            (".5s", 500),
            ("2d", 172_800_000),
            ("1us", 0),
        ];
        for (text, milliseconds) in cases {
            assert_eq!(
                parse(text).map(|parsed| parsed.as_millis()),
                Ok(milliseconds),
                "{text}"
            );
        }
    }

    #[test]
    fn other_texts_are_no_durations() {
        for text in ["", "90", "s", "5 m", "-5s", "1h30", "5x", "1..5s", "٣s"] {
            assert!(
                matches!(parse(text), Err(ParseError::Malformed(_))),
                "{text}"
            );
        }
        assert!(matches!(parse("99999999999h"), Err(ParseError::TooLong(_))));
    }
}
