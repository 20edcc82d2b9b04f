//! Numbers as go-yaml v2 prints what it read from JSON.

use std::fmt::{Display, LowerExp};
use std::io::Write as _;

/// Whether a text is a decimal integer that prints as it stands: nothing to normalise, and short
/// enough to fit.
pub(super) fn is_short(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    match digits {
        b"0" => text.len() == 1,
        [b'1'..=b'9', rest @ ..] => rest.len() < 18 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

pub(super) fn integer(value: impl Display, out: &mut Vec<u8>) {
    // Writing to a vector does not fail.
    let _ = write!(out, "{value}");
}

/// A finite float. JSON writes whole ones without exponent below 1e21, and what then fits 64 bits
/// is read back as an integer; the others print as Go's `%g` does.
pub(crate) fn float(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e20 {
        let digits = format!("{value}");
        if let Ok(value) = digits.parse::<i64>() {
            return value.to_string();
        }
        if digits.parse::<u64>().is_ok() {
            return digits;
        }
    }
    shortest(value)
}

/// A finite float as Go's `%g` prints it: the fewest digits, with an exponent below -4 and from 6
/// on.
pub(crate) fn shortest(value: impl Display + LowerExp) -> String {
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return value.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_go_prints_them() {
        for (value, expected) in [
            (1e3, "1000"),
            (-0.0, "0"),
            (1.5, "1.5"),
            (9.007199254740993e18, "9007199254740993000"),
            (9223372036854775808.0, "9223372036854776000"),
            (-9223372036854775808.0, "-9.223372036854776e+18"),
            (18446744073709551616.0, "1.8446744073709552e+19"),
            (-1e19, "-1e+19"),
            (1e20, "1e+20"),
            (1e21, "1e+21"),
            (123456.5, "123456.5"),
            (1234567.5, "1.2345675e+06"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (-1.5e-300, "-1.5e-300"),
            (5e-324, "5e-324"),
        ] {
            assert_eq!(float(value), expected);
        }
    }

    #[test]
    fn short_integers_are_canonical() {
        for text in ["0", "7", "-7", "8080", "999999999999999999"] {
            assert!(is_short(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "-",
            "-0",
            "+1",
            "01",
            "0x1",
            "1_0",
            "1.0",
            "1000000000000000000",
        ] {
            assert!(!is_short(text.as_bytes()), "{text}");
        }
    }
}
