//! Leaves of a tree: what sops makes of a scalar, and which bytes it hashes.
//!
//! In the tree that is decrypted a scalar has the one form that its value gives it: strings are
//! plain texts under `!!str` (or their bytes under `!!binary` where they are not UTF-8), numbers
//! and dates are in Go's notation, and tags and styles of the file are gone, as they are in sops.

use std::borrow::Cow;
use std::fmt::Write as _;

use zeroize::Zeroizing;

use super::cipher::{Fault, Kind};
use super::comment;
use crate::source::{Content, Source, SourceId};
use crate::yaml::{Resolved, Scalar, Style, Tag, Text, is_zone_too_far};

/// A string of any bytes. Those that are handed over are not copied.
pub(super) fn string<'b>(bytes: impl Into<Cow<'b, [u8]>>) -> Scalar {
    let (text, is_utf8) = text(bytes.into());
    let tag = if is_utf8 { Tag::Str } else { Tag::Binary };
    Scalar::new(tag, Style::Plain, text)
}

/// The text of any bytes, and whether they are one; if not, only [`bytes`] shows them.
pub(super) fn text(bytes: Cow<'_, [u8]>) -> (Text, bool) {
    match bytes {
        Cow::Borrowed(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => (text.into(), true),
            Err(_) => (whole(bytes.to_vec()), false),
        },
        Cow::Owned(bytes) => match String::from_utf8(bytes) {
            Ok(text) => (whole(text), true),
            Err(error) => (whole(error.into_bytes()), false),
        },
    }
}

fn whole(content: impl Into<Content>) -> Text {
    let source = Source::verbatim(SourceId::default(), "", content);
    // A value is shorter than its file, and that is shorter than 4 GiB, a source's limit.
    source.map(Text::whole).unwrap_or_default()
}

/// Makes of a scalar of a YAML text what sops holds. What does not fit its tag is null there.
pub(super) fn settle(scalar: &mut Scalar) {
    match scalar.tag() {
        Tag::Str | Tag::Merge if !scalar.has_explicit_tag() => {
            scalar.set_tag(Tag::Str);
            scalar.set_style(Style::Plain);
        }
        _ => *scalar = settled(scalar),
    }
}

fn settled(scalar: &Scalar) -> Scalar {
    let Ok(resolved) = scalar.resolve() else {
        return null();
    };
    match resolved {
        Resolved::Null => null(),
        Resolved::Bool(value) => boolean(value),
        Resolved::Int(value) => plain(Tag::Int, &value.to_string()),
        Resolved::UInt(value) => plain(Tag::Int, &value.to_string()),
        Resolved::Float(value) => float(value),
        Resolved::Str(_) => Scalar::new(Tag::Str, Style::Plain, own_text(scalar)),
        Resolved::Timestamp(time) => plain(Tag::Timestamp, &time),
        Resolved::Binary(bytes) => string(bytes),
    }
}

/// The text without the tag that it may carry.
fn own_text(scalar: &Scalar) -> Text {
    match scalar.tag() {
        Tag::Other => Text::from(scalar.text().as_str()),
        _ => scalar.text().clone(),
    }
}

fn plain(tag: Tag, text: &str) -> Scalar {
    Scalar::new(tag, Style::Plain, text)
}

pub(super) fn null() -> Scalar {
    Scalar::new(Tag::Null, Style::Plain, Text::from_static("null"))
}

pub(super) fn boolean(value: bool) -> Scalar {
    plain(Tag::Bool, if value { "true" } else { "false" })
}

pub(super) fn float(value: f64) -> Scalar {
    let text = Zeroizing::new(format!("{value:?}"));
    plain(Tag::Float, &text)
}

/// A whole number of a JSON text. sops reads it as a float up to 3.13.1 and exactly since then;
/// where that is not the same, it is a float that keeps its digits.
pub(super) fn json_integer(value: i64) -> Scalar {
    const LARGEST_EXACT: u64 = 1 << 53;
    if value.unsigned_abs() <= LARGEST_EXACT {
        return float(value as f64);
    }
    plain(Tag::Float, &value.to_string())
}

/// Whether a scalar is a float that keeps the digits of a whole number.
pub(super) fn keeps_digits(scalar: &Scalar) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || byte == b'-';
    scalar.tag() == Tag::Float && scalar.text().bytes().all(is_digit)
}

/// The value of a scalar that [`float`] or [`json_integer`] made.
pub(super) fn to_float(scalar: &Scalar) -> f64 {
    scalar.text().parse().unwrap_or_default()
}

/// The bytes of a string, a comment, or the text of any other scalar.
pub(super) fn bytes(scalar: &Scalar) -> &[u8] {
    scalar.text().as_bytes()
}

/// What a plaintext of some kind stands for.
pub(super) fn parse(kind: Kind, bytes: &[u8]) -> Result<Scalar, Fault> {
    let text = || std::str::from_utf8(bytes).ok();
    let scalar = match kind {
        Kind::Str => return Ok(string(bytes)),
        Kind::Comment => return Ok(comment::scalar(bytes)),
        Kind::Int => text().and_then(|text| {
            let value = text.parse::<i64>().ok()?;
            Some(plain(Tag::Int, &Zeroizing::new(value.to_string())))
        }),
        Kind::Float => text().and_then(go_float).map(float),
        Kind::Bool => match bytes {
            b"1" | b"t" | b"T" | b"TRUE" | b"true" | b"True" => Some(boolean(true)),
            b"0" | b"f" | b"F" | b"FALSE" | b"false" | b"False" => Some(boolean(false)),
            _ => None,
        },
        Kind::Time => text()
            .and_then(rfc3339)
            .map(|time| plain(Tag::Timestamp, &time)),
    };
    scalar.ok_or(Fault::NotOfKind(kind))
}

/// Hands over the bytes that count for the MAC (`ToBytes` in sops). Null has none.
///
/// # Errors
/// A whole number or a date beyond what sops can hold.
pub(super) fn hash(scalar: &Scalar, mut into: impl FnMut(&[u8])) -> Result<(), &'static str> {
    match scalar.tag() {
        Tag::Null => {}
        Tag::Bool => into(if scalar.text() == "true" {
            b"True"
        } else {
            b"False"
        }),
        Tag::Float => into(decimal(to_float(scalar)).as_bytes()),
        Tag::Timestamp if is_zone_too_far(scalar.text()) => {
            return Err("is a date whose time zone is 24 hours or more from UTC");
        }
        _ => into(bytes(scalar)),
    }
    Ok(())
}

/// A float as Go's `FormatFloat(f, 'f', -1, 64)` prints it.
fn decimal(value: f64) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::new());
    if value.is_nan() {
        text.push_str("NaN");
    } else if value.is_infinite() {
        text.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    } else {
        // Writing to a string does not fail.
        let _ = write!(text, "{value}");
    }
    text
}

/// A number as Go's `ParseFloat` reads it: decimal or hexadecimal, or a word for infinity or NaN.
fn go_float(text: &str) -> Option<f64> {
    let (sign, digits) = match text.as_bytes() {
        [b'-', ..] => (-1.0, &text[1..]),
        [b'+', ..] => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    if let Some(hex) = digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
        return hexadecimal(hex).map(|value| sign * value);
    }
    let is_word = digits.starts_with(|first: char| first.is_ascii_alphabetic());
    let value: f64 = digits.parse().ok()?;
    let is_signed_nan = value.is_nan() && digits.len() < text.len();
    // A number out of range is an error in Go and infinite here.
    let is_too_large = value.is_infinite() && !is_word;
    let is_doubly_signed = digits.starts_with(['+', '-']);
    (!is_signed_nan && !is_too_large && !is_doubly_signed).then_some(sign * value)
}

/// What stands behind `0x`: digits with a dot or not, and an exponent of two.
fn hexadecimal(text: &str) -> Option<f64> {
    let (digits, exponent) = text.split_once(['p', 'P'])?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + fraction.len() == 0 || exponent.abs() > 100_000 {
        return None;
    }
    let (mut mantissa, mut shift) = (0_u64, 0_i32);
    for (at, digit) in whole.chars().chain(fraction.chars()).enumerate() {
        let digit = u64::from(digit.to_digit(16)?);
        let behind_dot = at >= whole.len();
        if mantissa >> 58 == 0 {
            mantissa = mantissa << 4 | digit;
            shift -= if behind_dot { 4 } else { 0 };
        } else {
            // What no longer fits only decides which way to round.
            mantissa |= u64::from(digit != 0);
            shift += if behind_dot { 0 } else { 4 };
        }
    }
    let power = exponent.checked_add(shift)?;
    // In two steps, for results near the smallest number.
    let half = power / 2;
    let value = mantissa as f64 * f64::powi(2.0, half) * f64::powi(2.0, power - half);
    value.is_finite().then_some(value)
}

/// A date as RFC 3339 has it, with the fraction of a second that there is, zeros at its end cut
/// off; `None` for all that is not strictly one.
pub(super) fn rfc3339(text: &str) -> Option<String> {
    let shape = text.as_bytes().get(..19)?;
    let is_shape = shape.iter().enumerate().all(|(at, byte)| match at {
        4 | 7 => *byte == b'-',
        10 => *byte == b'T',
        13 | 16 => *byte == b':',
        _ => byte.is_ascii_digit(),
    });
    let comma = text.as_bytes().get(19) == Some(&b',');
    if !is_shape || comma || is_zone_too_far(text) {
        return None;
    }
    match Scalar::new(Tag::Timestamp, Style::Plain, text).resolve() {
        Ok(Resolved::Timestamp(time)) => Some(time),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_read_as_go_reads_them() {
        for (text, value) in [
            ("1", Some(1.0)),
            ("-0", Some(-0.0)),
            ("+1.5e3", Some(1500.0)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("Inf", Some(f64::INFINITY)),
            ("-infinity", Some(f64::NEG_INFINITY)),
            ("0x1p-2", Some(0.25)),
            ("-0X1.8p1", Some(-3.0)),
            ("0x.8p0", Some(0.5)),
            ("0x1", None),
            ("0xp1", None),
            ("1e400", None),
            ("1_0", None),
            ("--1", None),
            ("+-1", None),
            ("+nan", None),
            ("", None),
            ("one", None),
        ] {
            assert_eq!(
                go_float(text).map(f64::to_bits),
                value.map(f64::to_bits),
                "{text}"
            );
        }
        assert!(go_float("nAn").is_some_and(f64::is_nan));
    }

    #[test]
    fn floats_are_hashed_without_an_exponent() {
        for (value, text) in [
            (1.0, "1"),
            (-0.0, "-0"),
            (1e21, "1000000000000000000000"),
            (1.5e-7, "0.00000015"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(*decimal(value), text);
            let mut hashed = Vec::new();
            hash(&float(value), |bytes| hashed.extend_from_slice(bytes)).unwrap();
            assert_eq!(hashed, text.as_bytes());
        }
    }

    #[test]
    fn dates_are_strict() {
        assert_eq!(
            rfc3339("2024-01-02T03:04:05+00:00").unwrap(),
            "2024-01-02T03:04:05Z"
        );
        assert_eq!(
            rfc3339("2024-01-02T03:04:05.120-05:30").unwrap(),
            "2024-01-02T03:04:05.12-05:30"
        );
        for text in [
            "2024-01-02",
            "2024-1-02T03:04:05Z",
            "2024-01-02t03:04:05Z",
            "2024-01-02T03:04:05",
            "2024-01-02T03:04:05,5Z",
            "2024-13-02T03:04:05Z",
            "2024-01-02T03:04:05+24:00",
            "",
        ] {
            assert_eq!(rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn scalars_take_the_form_of_their_value() {
        let read = |text: &'static str| {
            let node = crate::yaml::read_str("a.yaml", text).unwrap().remove(0);
            let mut scalar = node.as_scalar().unwrap().clone();
            settle(&mut scalar);
            let text = String::from_utf8_lossy(bytes(&scalar));
            format!("{} {text}", scalar.tag_name())
        };
        for (text, form) in [
            ("0x10", "!!int 16"),
            ("'0x10'", "!!str 0x10"),
            ("1e3", "!!float 1000.0"),
            ("TRUE", "!!bool true"),
            ("2024-01-02", "!!timestamp 2024-01-02T00:00:00Z"),
            ("!local x", "!!str x"),
            ("!!binary aGk=", "!!str hi"),
            ("!!binary /w==", "!!binary \u{FFFD}"),
            ("!!str 1", "!!str 1"),
            ("<<", "!!str <<"),
        ] {
            assert_eq!(read(text), form, "{text}");
        }
        let wrong = Scalar::with_explicit_tag("!!int", Style::Plain, "word");
        assert_eq!(settled(&wrong).tag(), Tag::Null);
    }

    #[test]
    fn strings_are_wiped_however_long_they_are() {
        for (bytes, tag) in [
            (b"short".to_vec(), Tag::Str),
            (b"no UTF-8: \xFF".to_vec(), Tag::Binary),
            (vec![b'x'; 10_000], Tag::Str),
        ] {
            for mut scalar in [string(&*bytes), string(bytes.clone())] {
                assert_eq!((scalar.tag(), super::bytes(&scalar)), (tag, &*bytes));
                let other = scalar.clone();
                scalar.wipe();
                drop(other);
                scalar.wipe();
                assert!(scalar.text().is_empty());
            }
        }
    }
}
