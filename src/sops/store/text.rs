//! Values as the formats without types print them (`ValToString` in sops's `stores/stores.go`).

use std::borrow::Cow;

use crate::sops::secret::Output;
use crate::sops::{comment, leaf};
use crate::yaml::{Entry, Node, Scalar, Tag, Value, shortest};

/// A list or mapping where only a text can stand: Go's `%v` of sops's own tree, which no reader
/// takes for one.
pub(super) fn put_tree(node: &Node, out: &mut Output) {
    match node.value() {
        Value::Scalar(scalar) if comment::is_comment(scalar) => {
            out.put(b"{");
            out.put(leaf::bytes(scalar));
            out.put(b"}");
        }
        Value::Scalar(scalar) => out.put(&inner(scalar)),
        Value::Sequence(list) => {
            out.put(b"[");
            for (at, item) in list.iter().enumerate() {
                out.put(if at > 0 { b" " } else { b"" });
                put_tree(item, out);
            }
            out.put(b"]");
        }
        Value::Mapping(mapping) => {
            out.put(b"[");
            for (at, Entry { key, value }) in mapping.iter().enumerate() {
                out.put(if at > 0 { b" {" } else { b"{" });
                put_tree(key, out);
                out.put(b" ");
                put_tree(value, out);
                out.put(b"}");
            }
            out.put(b"]");
        }
    }
}

/// A scalar inside a list or mapping.
fn inner(scalar: &Scalar) -> Cow<'_, [u8]> {
    match scalar.tag() {
        Tag::Float => match leaf::to_float(scalar) {
            value if value.is_finite() => Cow::Owned(shortest(value).into_bytes()),
            value => Cow::Owned(float(value).into_bytes()),
        },
        Tag::Timestamp => Cow::Owned(spoken(scalar.text()).into_bytes()),
        _ => bytes(scalar),
    }
}

/// A date as Go's `Time.String` has it: `2024-01-02 03:04:05 +0000 UTC`.
fn spoken(time: &str) -> String {
    let time = time.replacen('T', " ", 1);
    match time.strip_suffix('Z') {
        Some(time) => format!("{time} +0000 UTC"),
        None => {
            let (time, zone) = time.split_at(time.len() - 6);
            let zone = zone.replace(':', "");
            format!("{time} {zone} {zone}")
        }
    }
}

/// The bytes of a scalar: strings as they are, floats with a dot or an exponent, dates to the
/// second.
pub(super) fn bytes(scalar: &Scalar) -> Cow<'_, [u8]> {
    match scalar.tag() {
        Tag::Null => Cow::Borrowed(b"<nil>"),
        Tag::Float => Cow::Owned(float(leaf::to_float(scalar)).into_bytes()),
        Tag::Timestamp => Cow::Owned(to_the_second(scalar.text()).into_bytes()),
        _ => Cow::Borrowed(leaf::bytes(scalar)),
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
            spoken("2024-01-02T03:04:05.67-01:00"),
            "2024-01-02 03:04:05.67 -0100 -0100"
        );
        assert_eq!(
            to_the_second("2024-01-02T03:04:05.67-01:00"),
            "2024-01-02T03:04:05-01:00"
        );
    }
}
