//! Writing single fields as kyaml's `FieldSetter` does, with its visible effects on types.

use super::node::{Entry, Mapping, Node, Scalar, Value};
use super::read::{ReadOptions, read_stream};
use super::resolve::Resolved;
use super::tag::{Style, Tag};
use super::text::Text;
use crate::source::{Mark, Source, SourceId};

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
    /// Puts a text in the place of a node whose style stays.
    pub(crate) fn set_scalar(&mut self, tag: Tag, text: Text, mark: Mark) {
        let style = match self.value() {
            Value::Scalar(scalar) => scalar.style(),
            _ => Style::Plain,
        };
        *self = Self::new(Scalar::new(tag, style, text), mark);
    }

    /// Whether kyaml takes a node for nothing: null, `{}` or `[]`.
    pub(crate) fn is_null_or_empty(&self) -> bool {
        match self.value() {
            Value::Scalar(scalar) => scalar.tag() == Tag::Null,
            Value::Sequence(sequence) => sequence.is_empty() || self.is_null(),
            Value::Mapping(mapping) => mapping.is_empty() || self.is_null(),
        }
    }
}

fn new_style(tag: Tag, text: &Text) -> Style {
    if matches!(tag, Tag::None | Tag::Str) && is_other_in_yaml11(text) {
        Style::DoubleQuoted
    } else {
        Style::Plain
    }
}

/// Whether go-yaml v2 reads a text, taken for a whole document, as anything but a string
/// (`IsValueNonString` in kyaml's `compatibility.go`).
pub(crate) fn is_other_in_yaml11(text: &str) -> bool {
    if text.is_empty() || text.contains('\n') {
        return false;
    }
    // A text of these characters alone can be nothing but one plain scalar.
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/');
    if text
        .bytes()
        .all(|byte| is_word(byte) || matches!(byte, b'-' | b'+'))
        && !matches!(text, "-" | "---" | "...")
    {
        let scalar = Scalar::new(Tag::None, Style::Plain, text);
        return !matches!(
            scalar.resolve_yaml11(),
            Ok(Resolved::Str(_) | Resolved::Timestamp(_))
        );
    }
    let Ok(source) = Source::new(SourceId::default(), "", text.to_owned()) else {
        return false;
    };
    let Ok(documents) = read_stream(&source, &ReadOptions::default()) else {
        return false;
    };
    match documents.first().map(|document| document.node.value()) {
        None | Some(Value::Sequence(_)) => true,
        Some(Value::Mapping(mapping)) => {
            mapping.iter().all(|entry| entry.key.as_scalar().is_some())
        }
        Some(Value::Scalar(scalar)) => match scalar.resolve_yaml11() {
            Ok(resolved) => !matches!(resolved, Resolved::Str(_) | Resolved::Timestamp(_)),
            Err(_) => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_yaml_1_1_takes_for_something_else() {
        for text in [
            "5", "on", "y", "null", "~", "1.5", "0x1f", "1e3", "a: b", "[a]", "- a", "# c",
            "5 # c", "010",
        ] {
            assert!(is_other_in_yaml11(text), "{text}");
        }
        for text in [
            "",
            "web",
            "v1.2.3",
            "2020-01-01",
            "a b",
            "nginx:1.2",
            "'5'",
            "@x",
            "a: b: c",
            "on-call",
            "--flag",
            "x\ny: z",
        ] {
            assert!(!is_other_in_yaml11(text), "{text}");
        }
    }
}
