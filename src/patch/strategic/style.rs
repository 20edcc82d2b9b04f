//! How values count as written once they are put in a field: kyaml's `FieldSetter` keeps the style
//! of what was there, and quotes what a reader of YAML 1.1 would not take for a string.

use super::Merged;
use crate::yaml::{Entry, Node, Scalar, Style, Tag, Value, needs_quotes};

/// What to do with a field that held `old`: nothing, or to set a value, or (`Some(None)`) to remove
/// it.
pub(super) fn placed(merged: Merged, old: &Node) -> Option<Option<Node>> {
    match merged {
        Merged::Same => needs_quotes(old).then(|| {
            let mut node = old.clone();
            quote(&mut node);
            Some(node)
        }),
        Merged::Changed(node) => Some(Some(node)),
        Merged::Other(node) => Some(Some(restyled(node, old))),
        Merged::Gone => Some(None),
    }
}

/// A field that the mapping did not have. Its key is untagged; it keeps its quotes unless the value
/// is a list that the merge built anew, in block style.
pub(super) fn new_entry(key: &Node, mut value: Node, is_rebuilt: bool) -> Entry {
    if needs_quotes(&value) {
        quote(&mut value);
    }
    if is_rebuilt && let Value::Sequence(list) = value.value_mut() {
        list.set_flow(false);
    }
    let key = match key.value() {
        Value::Scalar(scalar) => {
            let style = if is_rebuilt {
                Style::Plain
            } else {
                scalar.style()
            };
            let text = scalar.text().as_str();
            Node::new(Scalar::new(Tag::None, style, text), key.mark())
        }
        _ => key.clone(),
    };
    Entry { key, value }
}

fn restyled(mut node: Node, old: &Node) -> Node {
    let (old_flow, is_empty) = match old.value() {
        Value::Scalar(_) => (false, false),
        Value::Sequence(sequence) => (sequence.is_flow(), sequence.is_empty()),
        Value::Mapping(mapping) => (mapping.is_flow(), mapping.is_empty()),
    };
    match node.value_mut() {
        Value::Scalar(scalar) => {
            if let Some(old) = old.as_scalar() {
                scalar.take_style(old);
            }
        }
        // An empty collection has no style of its own to keep.
        _ if is_empty => {}
        Value::Sequence(sequence) => sequence.set_flow(old_flow),
        Value::Mapping(mapping) => mapping.set_flow(old_flow),
    }
    node
}

fn quote(node: &mut Node) {
    if let Some(scalar) = node.as_scalar_mut() {
        scalar.set_style(Style::DoubleQuoted);
    }
}
