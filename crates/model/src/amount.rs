//! Exact value of a Kubernetes quantity
//! (<https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>), in nano units.

/// Nano units of one.
const ONE: i128 = 1_000_000_000;

/// An amount, exact to the nano unit: 1 is `1_000_000_000`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount {
    nanos: i128,
    suffixed: bool,
}

/// Why a text is no quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// No number in front, or something after the unit.
    #[error(
        "{0:?} is no quantity; write a number with an optional unit, e.g. 500m, 0.5, 128Mi, 2G"
    )]
    Malformed(String),
    /// A unit that Kubernetes does not know.
    #[error(
        "{unit:?} in {text:?} is no unit; known are m, k, M, G, T, P, E and Ki, Mi, Gi, Ti, Pi, Ei"
    )]
    UnknownUnit {
        /// The whole text.
        text: String,
        /// The part that is not known.
        unit: String,
    },
    /// Beyond what 128 bits hold.
    #[error("{0:?} is too large")]
    TooLarge(String),
}

impl Amount {
    /// Parses a quantity. `K` is accepted for `k` (decision 44). Parts below a nano unit are rounded up, as Kubernetes does.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let short = || text.chars().take(64).collect::<String>();
        let malformed = || AmountError::Malformed(short());
        let (negative, unsigned) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let end = unsigned
            .find(|character: char| !character.is_ascii_digit() && character != '.')
            .unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return Err(malformed());
        }
        let (numerator, denominator) = scale(suffix).ok_or_else(|| AmountError::UnknownUnit {
            text: short(),
            unit: suffix.chars().take(16).collect(),
        })?;
        let digits = format!(
            "{}{}",
            whole.trim_start_matches('0'),
            fraction.trim_end_matches('0')
        );
        let too_large = || AmountError::TooLarge(short());
        if digits.len() > 38 {
            return Err(too_large());
        }
        let digits: i128 = if digits.is_empty() {
            0
        } else {
            digits.parse().map_err(|_| too_large())?
        };
        let places =
            u32::try_from(fraction.trim_end_matches('0').len()).map_err(|_| too_large())?;
        let product = digits.checked_mul(numerator).ok_or_else(too_large)?;
        let divisor = 10i128
            .checked_pow(places)
            .and_then(|power| power.checked_mul(denominator))
            .ok_or_else(too_large)?;
        let nanos = product / divisor + i128::from(product % divisor != 0);
        Ok(Self {
            nanos: if negative { -nanos } else { nanos },
            suffixed: !suffix.is_empty() && exponent(suffix).is_none(),
        })
    }

    /// Billionths of one.
    pub fn nanos(self) -> i128 {
        self.nanos
    }

    /// The whole number, when it is one.
    pub fn whole(self) -> Option<i128> {
        (self.nanos % ONE == 0).then_some(self.nanos / ONE)
    }

    /// The whole number, rounded up.
    pub fn ceil(self) -> i128 {
        self.nanos.div_euclid(ONE) + i128::from(self.nanos.rem_euclid(ONE) != 0)
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.nanos < 0
    }

    /// Whether a unit was written (`8Gi`, `500m`), not a bare number.
    pub fn has_unit(self) -> bool {
        self.suffixed
    }
}

/// Factor to nano units as a fraction.
fn scale(suffix: &str) -> Option<(i128, i128)> {
    let binary = |power: u32| Some((ONE << (10 * power), 1));
    match suffix {
        "" => Some((ONE, 1)),
        "n" => Some((1, 1)),
        "u" => Some((1_000, 1)),
        "m" => Some((1_000_000, 1)),
        "k" | "K" => Some((ONE * 1_000, 1)),
        "M" => Some((ONE * 1_000_000, 1)),
        "G" => Some((ONE * 1_000_000_000, 1)),
        "T" => Some((ONE * 1_000_000_000_000, 1)),
        "P" => Some((ONE * 1_000_000_000_000_000, 1)),
        "E" => Some((ONE * 1_000_000_000_000_000_000, 1)),
        "Ki" => binary(1),
        "Mi" => binary(2),
        "Gi" => binary(3),
        "Ti" => binary(4),
        "Pi" => binary(5),
        "Ei" => binary(6),
        _ => exponent(suffix),
    }
}

fn exponent(suffix: &str) -> Option<(i128, i128)> {
    let digits = suffix.strip_prefix(['e', 'E'])?;
    let unsigned = digits.strip_prefix(['-', '+']).unwrap_or(digits);
    if unsigned.is_empty()
        || unsigned.len() > 3
        || !unsigned.bytes().all(|digit| digit.is_ascii_digit())
    {
        return None;
    }
    let power = 10i128.checked_pow(unsigned.parse().ok()?)?;
    if digits.starts_with('-') {
        Some((ONE, power))
    } else {
        Some((ONE.checked_mul(power)?, 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_exact() {
        let cases: [(&str, i128); 19] = [
            ("0", 0),
            ("2", 2 * ONE),
            ("0.5", ONE / 2),
            (".5", ONE / 2),
            ("5.", 5 * ONE),
            ("+1", ONE),
            ("-1", -ONE),
            ("100m", ONE / 10),
            ("1n", 1),
            ("0.1n", 1),
            ("500k", 500_000 * ONE),
            ("500K", 500_000 * ONE),
            ("2G", 2_000_000_000 * ONE),
            ("1Ki", 1024 * ONE),
            ("1.5Gi", 1_610_612_736 * ONE),
            ("1Ei", ONE << 60),
            ("1e3", 1000 * ONE),
            ("1E3", 1000 * ONE),
            ("5e-1", ONE / 2),
        ];
        for (text, nanos) in cases {
            assert_eq!(Amount::parse(text).map(Amount::nanos), Ok(nanos), "{text}");
        }
        assert_eq!(
            Amount::parse("1E").map(Amount::nanos),
            Ok(1_000_000_000_000_000_000 * ONE)
        );
    }

    #[test]
    fn other_texts_are_no_quantities() {
        for text in [
            "", "fast", "1..5", ".", "-", "1 Gi", "12Xi", "1gi", "1GiB", "--1", "1e", "1e1000",
            "½", "1_000", "0x10",
        ] {
            assert!(Amount::parse(text).is_err(), "{text}");
        }
        assert!(matches!(
            Amount::parse(&"9".repeat(60)),
            Err(AmountError::TooLarge(_))
        ));
    }

    #[test]
    fn units_and_whole_numbers_are_told() {
        let amount = |text: &str| Amount::parse(text).expect("a quantity");
        assert!(
            amount("8Gi").has_unit()
                && amount("1E").has_unit()
                && !amount("8").has_unit()
                && !amount("1e3").has_unit()
        );
        assert_eq!(amount("1500m").whole(), None);
        assert_eq!(amount("1500m").ceil(), 2);
        assert_eq!(amount("-1500m").ceil(), -1);
        assert_eq!(amount("2000m").whole(), Some(2));
        assert_eq!(amount("1Gi"), amount("1Gi"));
    }
}
