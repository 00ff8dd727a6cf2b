//! A number of pods, or a percentage of them.

use serde_json::Value;

use super::{Findings, Place};

/// Checks a number or a percentage and tells whether it is nothing (0 or 0%).
pub(super) fn check(value: &Value, place: &Place, findings: &mut Findings) -> Option<bool> {
    let number = match value {
        Value::Number(number) => number.as_u64().filter(|number| *number <= i32::MAX as u64),
        Value::String(text) => {
            let digits = text.strip_suffix('%').filter(|digits| {
                !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
            });
            digits
                .and_then(|digits| digits.parse().ok())
                .filter(|percent| *percent <= 100)
        }
        _ => None,
    };
    if number.is_none() {
        findings.error(
            place,
            "wrong-type",
            format!("{value} is neither a number of pods nor a percentage such as \"25%\""),
        );
    }
    number.map(|number| number == 0)
}
