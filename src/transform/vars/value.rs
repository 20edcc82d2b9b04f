//! What a var stands for.

use super::super::replacements::path;
use crate::source::Mark;
use crate::yaml::{self, Node, Tag, Text, Value as NodeValue};

/// The value of a field, with the type that its tag says (`RNode.GetFieldValue` in kyaml).
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(Text),
    Int(i64),
    Float(f64),
    Bool(bool),
    /// A list or a mapping, which stands for nothing.
    Collection,
}

impl Value {
    /// The value at a path of keys between dots, with `key[0]` for the first element of a list.
    ///
    /// # Errors
    /// With the end of a sentence about the field.
    pub(super) fn of_field(root: &Node, path: &str) -> Result<(Self, Mark), String> {
        let names = split_indices(path::split(path));
        let place = path::lookup(root, &names).map_err(|error| error.message().to_owned())?;
        let node = place.and_then(|place| root.at(&place));
        let node = node.ok_or_else(|| "is not there".to_owned())?;
        let NodeValue::Scalar(scalar) = node.value() else {
            return Ok((Self::Collection, node.mark()));
        };
        let text = scalar.text();
        let value = match scalar.tag() {
            Tag::Int => text.parse().ok().map(Self::Int),
            Tag::Float => float(text).map(Self::Float),
            Tag::Bool => boolean(text).map(Self::Bool),
            _ => Some(Self::Text(text.clone())),
        };
        let value = value.map(|value| (value, node.mark()));
        value.ok_or_else(|| "is written in a way that vars cannot read; quote it".to_owned())
    }

    /// What it becomes among other text.
    pub(super) fn to_text(&self) -> Text {
        match self {
            Self::Text(text) => text.clone(),
            Self::Int(number) => Text::from(number.to_string()),
            Self::Float(number) => Text::from(yaml::shortest(*number)),
            Self::Bool(value) => Text::from(value.to_string()),
            Self::Collection => Text::default(),
        }
    }

    /// The scalar that it becomes where nothing else stands.
    pub(super) fn to_scalar(&self) -> (Tag, Text) {
        match self {
            Self::Text(text) => (Tag::Str, text.clone()),
            Self::Int(number) => (Tag::Int, Text::from(number.to_string())),
            Self::Float(number) => (Tag::Float, Text::from(number.to_string())),
            Self::Bool(value) => (Tag::Bool, Text::from(value.to_string())),
            Self::Collection => (Tag::Str, Text::default()),
        }
    }
}

/// Makes two parts of `ports[0]`.
fn split_indices(names: Vec<String>) -> Vec<String> {
    let mut split = Vec::with_capacity(names.len());
    for name in names {
        let parts = name
            .strip_suffix(']')
            .and_then(|open| open.rsplit_once('['))
            .filter(|(key, index)| {
                !index.is_empty()
                    && index.bytes().all(|byte| byte.is_ascii_digit())
                    && !key.contains('\n')
            });
        match parts {
            Some((key, index)) => split.extend([key, index].map(str::to_owned)),
            None => split.push(name),
        }
    }
    split
}

/// A number as Go's `ParseFloat` reads it, which allows `_` between digits.
fn float(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let separates = |at: usize| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
    if !memchr::memchr_iter(b'_', bytes).all(separates) {
        return None;
    }
    let number: f64 = text.replace('_', "").parse().ok()?;
    number.is_finite().then_some(number)
}

/// The spellings that Go's `ParseBool` knows.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a: 1_000.5\nb: 0x10\nc: +7\nd: ~\ne: 2020-01-01\nf: [x, {g: [y, 5]}]\n\
                        h: .inf\ni: True\n'5': s\nj.k: z\nl: {}\n";

    fn value(path: &str) -> Result<Value, String> {
        let node = yaml::read_str("x.yaml", TEXT).unwrap().remove(0);
        Value::of_field(&node, path).map(|(value, _)| value)
    }

    #[test]
    fn the_tag_says_the_type() {
        let text = |text: &'static str| Value::Text(Text::from_static(text));
        for (path, expected) in [
            ("a", Value::Float(1000.5)),
            ("c", Value::Int(7)),
            ("d", text("~")),
            ("e", text("2020-01-01")),
            ("f[0]", text("x")),
            ("f.[0]", text("x")),
            ("f[1].g[1]", Value::Int(5)),
            ("f.-.g.0", text("y")),
            ("i", Value::Bool(true)),
            ("[j.k]", text("z")),
            (r"j\.k", text("z")),
            ("f", Value::Collection),
            ("l", Value::Collection),
            (" ", Value::Collection),
        ] {
            assert_eq!(value(path), Ok(expected), "{path}");
        }
        for path in ["b", "h", "5", "x", "a.b", "f[2]", "f.*", "d.x", "f[1][2]"] {
            assert!(value(path).is_err(), "{path}");
        }
    }

    #[test]
    fn floats_among_text_are_short() {
        let float = Value::Float(1234567895e9);
        assert_eq!(float.to_text(), "1.234567895e+18");
        assert_eq!(
            float.to_scalar(),
            (Tag::Float, "1234567895000000000".into())
        );
        assert_eq!(super::float("1__0.5"), None);
        assert_eq!(super::float("_1.5"), None);
    }
}
