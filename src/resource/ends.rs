//! Comments below objects that end in a text which keeps its empty lines, `|+` or `>+`.
//!
//! go-yaml v3 breaks the line before it prints such a comment (`yaml_emitter_emit_document_end` in
//! its `emitterc.go`), and who reads what it printed takes that for one more line of the text.

use crate::yaml::{Node, Scalar, Style, Value};

/// Whether the last value in a node is a text that ends in an empty line.
pub(super) fn is_open(mut node: &Node) -> bool {
    loop {
        let last = match node.value() {
            Value::Scalar(scalar) => return is_open_text(scalar),
            Value::Mapping(fields) => fields.entries().last().map(|entry| &entry.value),
            Value::Sequence(items) => items.items().last(),
        };
        match last {
            Some(last) => node = last,
            None => return false,
        }
    }
}

fn is_open_text(scalar: &Scalar) -> bool {
    let is_block = matches!(scalar.style(), Style::Literal | Style::Folded);
    let text = scalar.text().as_str();
    is_block && (text == "\n" || text.ends_with("\n\n"))
}

/// Adds the line to the last value in a node, if that is such a text.
pub(super) fn push_apart(mut node: &mut Node) {
    if !is_open(node) {
        return;
    }
    loop {
        let last = match node.value_mut() {
            Value::Scalar(scalar) => {
                let longer = [scalar.text().as_str(), "\n"].concat();
                return scalar.set_text(longer);
            }
            Value::Mapping(fields) => fields.entries_mut().last_mut().map(|it| &mut it.value),
            Value::Sequence(items) => items.items_mut().last_mut(),
        };
        match last {
            Some(last) => node = last,
            None => return,
        }
    }
}
