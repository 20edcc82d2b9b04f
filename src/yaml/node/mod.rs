//! The node model: a tree of (tag, style, text) scalars in shared containers.

mod container;
mod mapping;
mod scalar;
mod sequence;

use std::fmt;

use super::tag::{Style, Tag};
use super::text::Text;
use crate::source::Mark;
pub(super) use container::Dress;
pub use mapping::{Entry, Mapping};
pub use scalar::Scalar;
pub use sequence::Sequence;

/// A YAML value that knows where it was written.
///
/// Cloning is cheap: containers are shared and copied only when one of the owners writes to its
/// own. Equality looks at tags, styles, texts and order, and not at marks.
///
/// ```
/// use kustody::yaml::{self, Node};
/// let mut node = yaml::read_str("a.yaml", "spec: {replicas: 1}")?.remove(0);
/// let before = node.clone();
/// let spec = node.as_mapping_mut().unwrap().get_mut("spec").unwrap();
/// spec.as_mapping_mut().unwrap().set("replicas", Node::int(3));
/// assert_ne!(before, node);
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone)]
pub struct Node {
    value: Value,
    mark: Mark,
}

// Trees of a hundred thousand nodes are common; every byte here is paid that often.
const _: () = assert!(size_of::<Node>() <= 40);

/// The three kinds of nodes.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// A text with a tag and a style; null, numbers and booleans are scalars too.
    Scalar(Scalar),
    /// A list.
    Sequence(Sequence),
    /// Keys and values in the order of the text.
    Mapping(Mapping),
}

impl Node {
    /// A node that was made at `mark`, for instance at the field that asked for it.
    pub fn new(value: impl Into<Value>, mark: Mark) -> Self {
        Self {
            value: value.into(),
            mark,
        }
    }

    /// A string, whatever its text looks like.
    pub fn string(text: impl Into<Text>) -> Self {
        Scalar::new(Tag::Str, Style::Plain, text).into()
    }

    /// A whole number.
    pub fn int(number: i64) -> Self {
        Scalar::new(Tag::Int, Style::Plain, number.to_string()).into()
    }

    /// `true` or `false`.
    pub fn bool(value: bool) -> Self {
        let text = Text::from_static(if value { "true" } else { "false" });
        Scalar::new(Tag::Bool, Style::Plain, text).into()
    }

    /// `null`.
    pub fn null() -> Self {
        Scalar::new(Tag::Null, Style::Plain, Text::from_static("null")).into()
    }

    /// What kind of node it is, and its content.
    #[inline]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The content for writing.
    pub fn value_mut(&mut self) -> &mut Value {
        &mut self.value
    }

    /// Takes the content out.
    pub fn into_value(self) -> Value {
        self.value
    }

    /// Where it was written.
    #[inline]
    pub fn mark(&self) -> Mark {
        self.mark
    }

    /// Says that it was written elsewhere.
    pub fn set_mark(&mut self, mark: Mark) {
        self.mark = mark;
    }

    /// The scalar, if it is one.
    #[inline]
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The scalar for writing, if it is one.
    pub fn as_scalar_mut(&mut self) -> Option<&mut Scalar> {
        match &mut self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The list, if it is one.
    #[inline]
    pub fn as_sequence(&self) -> Option<&Sequence> {
        match &self.value {
            Value::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// The list for writing, if it is one.
    pub fn as_sequence_mut(&mut self) -> Option<&mut Sequence> {
        match &mut self.value {
            Value::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// The mapping, if it is one.
    #[inline]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The mapping for writing, if it is one.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        match &mut self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The text of a scalar of any type, `"3"` for the number 3.
    #[inline]
    pub fn text(&self) -> Option<&str> {
        self.as_scalar().map(|scalar| scalar.text().as_str())
    }

    /// Whether it is tagged as null: what kustomize takes for absent.
    #[inline]
    pub fn is_null(&self) -> bool {
        match &self.value {
            Value::Scalar(scalar) => scalar.tag() == Tag::Null,
            Value::Sequence(sequence) => sequence.tag().is_some_and(is_null_tag),
            Value::Mapping(mapping) => mapping.tag().is_some_and(is_null_tag),
        }
    }
}

#[cold]
fn is_null_tag(tag: &str) -> bool {
    tag == "!!null"
}

/// An untagged empty scalar: nothing.
impl Default for Node {
    fn default() -> Self {
        Scalar::new(Tag::None, Style::Plain, Text::default()).into()
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Node {}

impl<V: Into<Value>> From<V> for Node {
    fn from(value: V) -> Self {
        Self::new(value, Mark::default())
    }
}

/// The shape and the keys; never a value, which may be secret.
impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(scalar) => scalar.fmt(f),
            Self::Sequence(sequence) => sequence.fmt(f),
            Self::Mapping(mapping) => mapping.fmt(f),
        }
    }
}

impl From<Scalar> for Value {
    fn from(scalar: Scalar) -> Self {
        Self::Scalar(scalar)
    }
}

impl From<Sequence> for Value {
    fn from(sequence: Sequence) -> Self {
        Self::Sequence(sequence)
    }
}

impl From<Mapping> for Value {
    fn from(mapping: Mapping) -> Self {
        Self::Mapping(mapping)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_keys_and_no_values() {
        let node = Node::from(
            [("password", Node::string("hunter2"))]
                .into_iter()
                .collect::<Mapping>(),
        );
        let shown = format!("{node:?}");
        assert!(
            shown.contains("password") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
}
