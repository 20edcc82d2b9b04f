//! Values as the formats without types print them (`ValToString` in sops's `stores/stores.go`).

use std::borrow::Cow;

use crate::sops::leaf;
use crate::yaml::{Scalar, Tag, shortest};

/// The bytes of a scalar: strings as they are, floats with a dot or an exponent, dates to the
/// second.
pub(super) fn bytes(scalar: &Scalar) -> Cow<'_, [u8]> {
    match scalar.tag() {
        Tag::Null => Cow::Borrowed(b"<nil>"),
        Tag::Float => Cow::Owned(float(leaf::to_float(scalar)).into_bytes()),
        Tag::Timestamp => Cow::Owned(to_the_second(scalar.text()).into_bytes()),
        _ => leaf::bytes(scalar),
    }
}

fn float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let text = shortest(value).replace('e', "E");
    match text.contains(['.', 'E']) {
        true => text,
        false => format!("{value:.1}"),
    }
}

fn to_the_second(time: &str) -> String {
    match time.split_once('.') {
        None => time.to_owned(),
        Some((second, rest)) => {
            let zone = rest.trim_start_matches(|char: char| char.is_ascii_digit());
            format!("{second}{zone}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_do_not_look_like_integers() {
        for (value, text) in [
            (1.0, "1.0"),
            (1.5, "1.5"),
            (-0.0, "-0.0"),
            (1e21, "1E+21"),
            (1e6, "1E+06"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(float(value), text);
        }
        assert_eq!(
            to_the_second("2024-01-02T03:04:05.67-01:00"),
            "2024-01-02T03:04:05-01:00"
        );
    }
}
