//! Numbers as go-yaml reads them: Go's integer literals, YAML's floats.

use std::borrow::Cow;

use super::Version;

/// A number of the kind that go-yaml makes of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Int(i64),
    /// Above `i64::MAX`.
    UInt(u64),
    Float(f64),
}

/// The number that a plain text stands for, if it begins with a digit, a sign or a dot.
pub(super) fn parse(text: &[u8], version: Version) -> Option<Number> {
    if text.first() == Some(&b'.') {
        return dotted(text).map(Number::Float);
    }
    if let Some(value) = infinity(text) {
        return Some(Number::Float(value));
    }
    // Most of what gets here and is no number is a version, an address or a quantity.
    let digit = |byte: &u8| byte.is_ascii_hexdigit() || b"+-._oOxX".contains(byte);
    if !text.iter().all(digit) {
        return None;
    }
    let text = without_underscores(text);
    integer(&text)
        .or_else(|| float(&text).map(Number::Float))
        .or_else(|| sign_after_prefix(&text, version))
}

/// Whether the whole text is a number in base 60, such as `1:30`.
pub(super) fn is_base60(text: &[u8]) -> bool {
    let text = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    if !text.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let mut parts = text.split(|&byte| byte == b':');
    let is_head = |part: &[u8]| {
        let mut bytes = part.iter();
        bytes.all(|byte| byte.is_ascii_digit() || *byte == b'_')
    };
    let is_sixtieth = |part: &[u8]| matches!(part, [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
    if !parts.next().is_some_and(is_head) {
        return false;
    }
    let Some(last) = parts.next_back() else {
        return false;
    };
    let (last, fraction) = match memchr::memchr(b'.', last) {
        Some(dot) => (&last[..dot], &last[dot + 1..]),
        None => (last, &last[..0]),
    };
    parts.all(is_sixtieth)
        && is_sixtieth(last)
        && fraction
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'_')
}

fn infinity(text: &[u8]) -> Option<f64> {
    match text {
        b"+.inf" | b"+.Inf" | b"+.INF" => Some(f64::INFINITY),
        b"-.inf" | b"-.Inf" | b"-.INF" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// What begins with a dot goes to Go's `ParseFloat` as it is, which lets underscores stand between
/// digits only.
fn dotted(text: &[u8]) -> Option<f64> {
    match text {
        b".inf" | b".Inf" | b".INF" => return Some(f64::INFINITY),
        b".nan" | b".NaN" | b".NAN" => return Some(f64::NAN),
        _ => {}
    }
    let is_digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let misplaced = |(at, byte): (usize, &u8)| {
        *byte == b'_' && !(at > 0 && is_digit(at - 1) && is_digit(at + 1))
    };
    if text.iter().enumerate().any(misplaced) {
        return None;
    }
    float(&without_underscores(text))
}

fn without_underscores(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'_') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.iter().copied().filter(|byte| *byte != b'_').collect())
}

/// Go's `ParseInt` and then `ParseUint`, both with base 0: the prefix says the base, and a leading
/// zero alone means octal.
fn integer(text: &[u8]) -> Option<Number> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let value = match digits {
        [b'0', b'x' | b'X', rest @ ..] => unsigned(rest, 16),
        [b'0', b'o' | b'O', rest @ ..] => unsigned(rest, 8),
        [b'0', b'b' | b'B', rest @ ..] => unsigned(rest, 2),
        [b'0', rest @ ..] if !rest.is_empty() => unsigned(rest, 8),
        _ => unsigned(digits, 10),
    }?;
    if negative {
        return 0_i64.checked_sub_unsigned(value).map(Number::Int);
    }
    match i64::try_from(value) {
        Ok(value) => Some(Number::Int(value)),
        // Only `ParseInt` takes a plus sign.
        Err(_) if text.first() == Some(&b'+') => None,
        Err(_) => Some(Number::UInt(value)),
    }
}

fn unsigned(digits: &[u8], base: u64) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, &byte| {
        let digit = u64::from((byte as char).to_digit(base as u32)?);
        value.checked_mul(base)?.checked_add(digit)
    })
}

/// `0b-11` and, for v3, `0o-17`: go-yaml cuts the prefix off and lets Go read the rest, sign and
/// all.
fn sign_after_prefix(text: &[u8], version: Version) -> Option<Number> {
    let (base, sign, digits) = match text {
        [b'0', b'b', sign @ (b'+' | b'-'), rest @ ..] => (2, sign, rest),
        [b'0', b'o', sign @ (b'+' | b'-'), rest @ ..] if version == Version::V3 => (8, sign, rest),
        _ => return None,
    };
    let value = unsigned(digits, base)?;
    let value = match sign {
        b'-' => 0_i64.checked_sub_unsigned(value)?,
        _ => i64::try_from(value).ok()?,
    };
    Some(Number::Int(value))
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, if a finite `f64` holds it.
fn float(text: &[u8]) -> Option<f64> {
    let unsigned = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    let (whole, rest) = digits(unsigned);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => digits(rest),
        _ => (0, rest),
    };
    let rest = match rest {
        [b'e' | b'E', b'+' | b'-', rest @ ..] | [b'e' | b'E', rest @ ..] => match digits(rest) {
            (0, _) => return None,
            (_, rest) => rest,
        },
        _ => rest,
    };
    if whole + fraction == 0 || !rest.is_empty() {
        return None;
    }
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

/// How many digits a text begins with, and what comes after them.
fn digits(text: &[u8]) -> (usize, &[u8]) {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count, &text[count..])
}
