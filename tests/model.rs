//! Plain values to compare trees by, and the two calls that every test makes.

use std::collections::BTreeMap;

use kustody::yaml::{self, Mapping, Node, Scalar, Sequence, Style, Tag, Value};
use kustody::{Limits, Result, Source, SourceId};

/// All documents of a file.
pub(crate) fn read_file(name: &str, bytes: Vec<u8>) -> Result<Vec<Node>> {
    yaml::read(&Source::new(SourceId(1), name, bytes)?, &Limits::default())
}

/// All documents of a file as the reference prints them.
pub(crate) fn print_file(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let source = Source::new(SourceId(1), name, bytes)?;
    let nodes = yaml::read(&source, &Limits::default())?;
    print(&nodes).map_err(|error| error.locate_in(&source))
}

/// Nodes as the reference prints them.
pub(crate) fn print(nodes: &[Node]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        if at > 0 {
            out.extend_from_slice(b"---\n");
        }
        yaml::write(node, &mut out)?;
    }
    Ok(out)
}

/// What a node means: no style, no order of keys, no way to write a number.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Model {
    Null,
    Bool(bool),
    Int(i128),
    /// Only what is no whole number of 64 bits; see [`Model::float`].
    Float(f64),
    String(String),
    List(Vec<Self>),
    Map(BTreeMap<String, Self>),
}

impl Model {
    /// A number, which is a whole one where the printed form is.
    pub(crate) fn float(number: f64) -> Self {
        let whole = number.fract() == 0.0 && number > -(2f64.powi(63)) && number < 2f64.powi(64);
        if whole {
            // The printed form pads the shortest digits with zeros, which the cast would not.
            Self::Int(format!("{number}").parse().unwrap())
        } else {
            Self::Float(number)
        }
    }

    /// What a node means, judged by its tag.
    pub(crate) fn of(node: &Node) -> Self {
        match node.value() {
            Value::Scalar(scalar) => Self::of_scalar(scalar),
            Value::Sequence(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Mapping(entries) => {
                let entry = |entry: &yaml::Entry| {
                    let key = entry.key.text().expect("keys are scalars").to_owned();
                    (key, Self::of(&entry.value))
                };
                Self::Map(entries.iter().map(entry).collect())
            }
        }
    }

    fn of_scalar(scalar: &Scalar) -> Self {
        let text = scalar.text().as_str();
        match scalar.tag() {
            Tag::Null => Self::Null,
            Tag::Bool => Self::Bool(text.eq_ignore_ascii_case("true")),
            Tag::Int => match int(text) {
                Some(number) => Self::Int(number),
                None => panic!("`{text}` is tagged as an integer"),
            },
            Tag::Float => Self::float(float(text)),
            _ => Self::String(text.to_owned()),
        }
    }

    /// A node with this meaning; `style` is for its strings.
    pub(crate) fn to_node(&self, style: &mut impl FnMut() -> Style) -> Node {
        match self {
            Self::Null => Node::null(),
            Self::Bool(value) => Node::bool(*value),
            Self::Int(number) => Scalar::new(Tag::Int, Style::Plain, number.to_string()).into(),
            Self::Float(number) => {
                Scalar::new(Tag::Float, Style::Plain, format!("{number:e}")).into()
            }
            // The reference writes every other style as a block, which cannot begin with a tab.
            Self::String(text) if text.starts_with('\t') => {
                Scalar::new(Tag::Str, Style::DoubleQuoted, text.as_str()).into()
            }
            Self::String(text) => Scalar::new(Tag::Str, style(), text.as_str()).into(),
            Self::List(items) => {
                let items = items.iter().map(|item| item.to_node(style));
                items.collect::<Sequence>().into()
            }
            Self::Map(entries) => {
                let entries = entries.iter();
                let entries = entries.map(|(key, value)| (key.as_str(), value.to_node(style)));
                entries.collect::<Mapping>().into()
            }
        }
    }
}

/// An integer in any of the ways that go-yaml v3 reads.
pub(crate) fn int(text: &str) -> Option<i128> {
    let text = text.replace('_', "");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(&text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    let number = i128::from_str_radix(digits, radix).ok()?;
    Some(sign * number)
}

/// A float in any of the ways that go-yaml v3 reads.
pub(crate) fn float(text: &str) -> f64 {
    let text = text.replace('_', "").to_ascii_lowercase();
    match text.as_str() {
        ".nan" => f64::NAN,
        ".inf" | "+.inf" => f64::INFINITY,
        "-.inf" => f64::NEG_INFINITY,
        _ => text.parse().expect("tagged as a float"),
    }
}
