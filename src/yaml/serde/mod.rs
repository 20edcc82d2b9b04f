//! serde and nodes: any serde type comes out of a node or goes into one.
//!
//! Errors say the path of the field and the types, and never a value: serde's own words for a
//! wrong value quote it, so they are replaced here.

use std::fmt;

use serde_core::de::{Error as DeError, Expected, Unexpected};
use serde_core::ser::Error as SerError;

use super::node::{Node, Value};
use super::resolve::Resolved;
use crate::error::{Error, ErrorKind};

mod de;
mod node;
mod ser;

pub use de::from_node;
pub use ser::to_node;

/// A type's own words are kept unless they repeat a text of the node that it was read from.
impl DeError for Error {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self::foreign(ErrorKind::Deserialize, words.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        mismatch(format!(
            "expected {}, found {}",
            wanted(expected),
            type_of(found)
        ))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (wanted, found) = (wanted(expected), type_of(found));
        mismatch(format!(
            "expected {wanted}, which this is not although it is {found}"
        ))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        mismatch(format!("expected {expected}, found {length} elements"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        mismatch(format!("this is no variant; {}", one_of(expected)))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        mismatch(format!("unknown field `{field}`; {}", one_of(expected)))
    }

    fn missing_field(field: &'static str) -> Self {
        mismatch(format!("the field `{field}` is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        mismatch(format!("the field `{field}` stands there twice"))
    }
}

impl SerError for Error {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self::new(ErrorKind::Value, words.to_string())
    }
}

#[cold]
fn mismatch(message: String) -> Error {
    Error::new(ErrorKind::Deserialize, message)
}

fn wanted(expected: &dyn Expected) -> String {
    let expected = expected.to_string();
    match expected.as_str() {
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128"
        | "usize" => format!("an integer ({expected})"),
        "f32" | "f64" => format!("a number ({expected})"),
        _ => expected,
    }
}

fn type_of(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
        Unexpected::Float(_) => "a float",
        Unexpected::Char(_) => "a character",
        Unexpected::Str(_) => "a string",
        Unexpected::Bytes(_) => "bytes",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "a list",
        Unexpected::Map => "a mapping",
        Unexpected::UnitVariant => "a variant without content",
        _ => "another value",
    }
}

fn one_of(names: &[&str]) -> String {
    match names {
        [] => "there is none to choose from".to_owned(),
        [name] => format!("expected `{name}`"),
        names => format!("expected one of `{}`", names.join("`, `")),
    }
}

impl Error {
    /// Ties an error that came up while `node` was read to it.
    #[cold]
    fn of_node(self, node: &Node) -> Self {
        self.reveal(|words| !repeats(words, node, 1))
            .mark_at(node.mark())
    }

    /// Ties it to the value of a key.
    #[cold]
    fn of_field(self, key: &Node, value: &Node) -> Self {
        let key = key.text().unwrap_or("?");
        let error = self.of_node(value);
        if key.contains('.') {
            error.inside(&format!("[{key}]"))
        } else {
            error.inside(key)
        }
    }

    /// Ties it to an element of a list.
    #[cold]
    fn of_element(self, index: usize, element: &Node) -> Self {
        self.of_node(element).inside(&index.to_string())
    }
}

/// Whether a message holds a text of a node. Of scalars further down only texts of some length
/// count: `1` is in many messages.
fn repeats(message: &str, node: &Node, least: usize) -> bool {
    const LEAST_BELOW: usize = 4;
    let holds = |text: &str| {
        text.len() >= least
            && (message.contains(text) || message.contains(&text.escape_debug().to_string()))
    };
    match node.value() {
        Value::Scalar(scalar) => {
            holds(scalar.text())
                || matches!(scalar.resolve(), Ok(Resolved::Binary(bytes))
                    if holds(&String::from_utf8_lossy(&bytes)))
        }
        Value::Sequence(list) => list.iter().any(|item| repeats(message, item, LEAST_BELOW)),
        Value::Mapping(mapping) => mapping
            .iter()
            .any(|entry| repeats(message, &entry.value, LEAST_BELOW)),
    }
}

#[cfg(test)]
mod tests;
