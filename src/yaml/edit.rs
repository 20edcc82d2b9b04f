//! Writing single fields as kyaml's `FieldSetter` does, with its visible effects on types.

use smallvec::SmallVec;

use super::node::{Entry, Mapping, Node, Scalar, Value};
use super::tag::{Style, Tag};
use super::text::Text;
use super::yaml11::reads_as_string;
use crate::source::Mark;

/// Positions in containers from the top to a node; eight deep without memory of its own.
pub(crate) type Way = SmallVec<[usize; 8]>;

impl Mapping {
    /// Sets a field to a text, as kyaml sets one: where the field is, its style stays; where it is
    /// new, a text that YAML 1.1 takes for something else is put in quotes. With [`Tag::None`]
    /// what a plain text means is decided when it is printed.
    pub(crate) fn set_scalar(&mut self, key: &str, tag: Tag, text: Text, mark: Mark) {
        match self.get_mut(key) {
            Some(node) => node.set_scalar(tag, text, mark),
            None => self.push(Entry::made(key, tag, text, mark)),
        }
    }

    /// Appends a field whose key kyaml made.
    pub(crate) fn append(&mut self, key: &str, value: Node) {
        self.push(Entry::with_made_key(key, value));
    }

    /// The mapping in a field, made if the field is not there or null; `None` if it is something
    /// else.
    pub(crate) fn mapping_in(&mut self, key: &str, mark: Mark) -> Option<&mut Self> {
        match self.get(key) {
            None => self.append(key, Node::new(Self::default(), mark)),
            Some(node) if node.is_null() => {
                self.set(key, Node::new(Self::default(), mark));
            }
            Some(_) => {}
        }
        self.get_mut(key)?.as_mapping_mut()
    }
}

impl Entry {
    /// A new field with a text, as kyaml makes one.
    pub(crate) fn made(key: &str, tag: Tag, text: Text, mark: Mark) -> Self {
        let style = new_style(tag, &text);
        Self::with_made_key(key, Node::new(Scalar::new(tag, style, text), mark))
    }

    /// A field whose key kyaml made: plain and untagged, so that a key such as `5` is read back as
    /// a number.
    pub(crate) fn with_made_key(key: &str, value: Node) -> Self {
        let key = Scalar::new(Tag::None, Style::Plain, key);
        Self {
            key: Node::new(key, value.mark()),
            value,
        }
    }
}

impl Node {
    /// Puts a text in the place of a node whose style stays, whether its tag is written out too, and
    /// whatever else makes it one with others.
    pub(crate) fn set_scalar(&mut self, tag: Tag, text: Text, mark: Mark) {
        let mut scalar = Scalar::new(tag, Style::Plain, text);
        if let Value::Scalar(old) = self.value() {
            scalar.take_style(old);
        }
        *self = Self::new(scalar, mark);
    }

    /// A clone that is one with no other node: the numbers of shared scalars mean nothing in another
    /// resource.
    pub(crate) fn deep_copy(&self) -> Self {
        let mut copy = self.clone();
        // To write to a container copies it, which most values can do without.
        if copy.has_shared() {
            copy.forget_shared();
        }
        copy
    }

    fn forget_shared(&mut self) {
        match self.value_mut() {
            Value::Scalar(scalar) => scalar.set_shared(0),
            Value::Sequence(sequence) => {
                sequence
                    .items_mut()
                    .iter_mut()
                    .for_each(Self::forget_shared);
            }
            Value::Mapping(mapping) => {
                let entries = mapping.entries_mut().iter_mut();
                entries.for_each(|entry| entry.value.forget_shared());
            }
        }
    }

    /// Whether it holds a scalar that is one with others.
    pub(crate) fn has_shared(&self) -> bool {
        match self.value() {
            Value::Scalar(scalar) => scalar.shared() != 0,
            Value::Sequence(sequence) => sequence.iter().any(Self::has_shared),
            Value::Mapping(mapping) => mapping.iter().any(|entry| entry.value.has_shared()),
        }
    }

    /// The node at the end of a way of positions in containers.
    pub(crate) fn at(&self, way: &[usize]) -> Option<&Self> {
        way.iter().try_fold(self, |node, at| match node.value() {
            Value::Scalar(_) => None,
            Value::Sequence(sequence) => sequence.items().get(*at),
            Value::Mapping(mapping) => mapping.entries().get(*at).map(|entry| &entry.value),
        })
    }

    /// The node at the end of a way, for writing; what lies on the way is copied if it is shared.
    pub(crate) fn at_mut(&mut self, way: &[usize]) -> Option<&mut Self> {
        way.iter()
            .try_fold(self, |node, at| match node.value_mut() {
                Value::Scalar(_) => None,
                Value::Sequence(sequence) => sequence.items_mut().get_mut(*at),
                Value::Mapping(mapping) => {
                    let entry = mapping.entries_mut().get_mut(*at);
                    entry.map(|entry| &mut entry.value)
                }
            })
    }

    /// Whether kyaml takes a node for nothing: null, `{}` or `[]`.
    #[inline]
    pub(crate) fn is_null_or_empty(&self) -> bool {
        match self.value() {
            Value::Scalar(scalar) => scalar.tag() == Tag::Null,
            Value::Sequence(sequence) => sequence.is_empty() || self.is_null(),
            Value::Mapping(mapping) => mapping.is_empty() || self.is_null(),
        }
    }
}

fn new_style(tag: Tag, text: &Text) -> Style {
    if matches!(tag, Tag::None | Tag::Str) && !reads_as_string(text) {
        Style::DoubleQuoted
    } else {
        Style::Plain
    }
}
