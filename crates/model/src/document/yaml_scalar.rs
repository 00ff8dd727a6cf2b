//! Plain YAML scalars by the core schema (YAML 1.2.2 §10.3.2). `yes`, `no`, `on`, dates and `1_000` are strings.

use serde_json::Number;

use super::Content;

/// What a plain scalar means. `None`: a number that JSON has no form for (`.inf`, `.nan`, out of range).
pub(super) fn resolve(text: &str) -> Option<Content> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Content::Null,
        "true" | "True" | "TRUE" => Content::Bool(true),
        "false" | "False" | "FALSE" => Content::Bool(false),
        _ if is_not_finite(text) => return None,
        _ => match number(text) {
            Some(parsed) => Content::Number(parsed?),
            None => Content::Text(text.to_owned()),
        },
    })
}

fn is_not_finite(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

/// `None` when it is no number, `Some(None)` when it is one that does not fit.
fn number(text: &str) -> Option<Option<Number>> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix)
            && !digits.is_empty()
            && digits.chars().all(|digit| digit.is_digit(radix))
        {
            return Some(u64::from_str_radix(digits, radix).ok().map(Number::from));
        }
    }
    let (sign, rest) = match text.strip_prefix(['-', '+']) {
        Some(rest) if text.starts_with('-') => ("-", rest),
        Some(rest) => ("", rest),
        None => ("", text),
    };
    let (mantissa, exponent) = rest
        .find(['e', 'E'])
        .map_or((rest, None), |at| (&rest[..at], Some(&rest[at + 1..])));
    let (whole, fraction) = mantissa
        .split_once('.')
        .map_or((mantissa, None), |(whole, part)| (whole, Some(part)));
    let all_digits = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() && fraction.is_none_or(str::is_empty)
        || !all_digits(whole)
        || !all_digits(fraction.unwrap_or(""))
    {
        return None;
    }
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if digits.is_empty() || !all_digits(digits) {
            return None;
        }
    }
    let whole = whole.trim_start_matches('0');
    let mut json = format!("{sign}{}", if whole.is_empty() { "0" } else { whole });
    if let Some(fraction) = fraction.filter(|fraction| !fraction.is_empty()) {
        json.push('.');
        json.push_str(fraction);
    }
    if let Some(exponent) = exponent {
        json.push('e');
        json.push_str(exponent);
    }
    Some(json.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        for text in [
            "yes",
            "no",
            "on",
            "Off",
            "1:30",
            "2001-01-01",
            "1_000",
            "0b1",
            "1.2.3",
            ".",
            "-",
            "e5",
            "0x",
            "1e",
            "+-1",
            "0o8",
        ] {
            assert_eq!(resolve(text), Some(Content::Text(text.into())), "{text}");
        }
        for (text, number) in [
            ("1", json!(1)),
            ("+1", json!(1)),
            ("-0", json!(-0.0)),
            ("0042", json!(42)),
            ("1.50", json!(1.5)),
            (".5", json!(0.5)),
            ("5.", json!(5)),
            ("1e3", json!(1000.0)),
            ("0x1F", json!(31)),
            ("0o17", json!(15)),
        ] {
            let resolved = match resolve(text) {
                Some(Content::Number(resolved)) => resolved.as_f64(),
                _ => None,
            };
            assert_eq!(resolved, number.as_f64(), "{text}");
        }
        for text in ["", "~", "null"] {
            assert_eq!(resolve(text), Some(Content::Null), "{text}");
        }
        for text in [".inf", "-.Inf", ".nan", "1e999", "0xFFFFFFFFFFFFFFFFF"] {
            assert_eq!(resolve(text), None, "{text}");
        }
    }
}
