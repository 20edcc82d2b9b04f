//! How values count as written once they are put in a field: kyaml's `FieldSetter` keeps the style
//! of what was there, and quotes what a reader of YAML 1.1 would not take for a string.

use super::Merged;
use crate::yaml::{Entry, Node, Scalar, Style, Tag, Value, reads_as_string};

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

/// Whether a node is a plain string that go-yaml v2 would read as something else, such as `on`.
pub(super) fn needs_quotes(node: &Node) -> bool {
    node.as_scalar().is_some_and(|scalar| {
        scalar.style() == Style::Plain
            && matches!(scalar.tag(), Tag::Str | Tag::None)
            && !scalar.has_explicit_tag()
            && !is_certainly_string(scalar.text().as_bytes())
            && !reads_as_string(scalar.text())
    })
}

/// A quick look that spares nearly every text the long one: one line of printable ASCII that begins
/// like a word, does not end in a space, is too long for `false` or has other characters than
/// letters, and holds neither `: ` nor ` #`.
fn is_certainly_string(text: &[u8]) -> bool {
    let begins_like_word = match text {
        [first, ..] if first.is_ascii_alphabetic() => true,
        [b'_' | b'/', ..] => true,
        [b'-', b'-', b'-', ..] => false,
        [b'-', second, ..] => *second == b'-' || second.is_ascii_alphabetic(),
        _ => false,
    };
    begins_like_word
        && text.last() != Some(&b' ')
        && (text.len() > 5 || !text.iter().all(u8::is_ascii_alphabetic))
        && (text.iter().all(is_part_of_word) || is_one_line(text))
}

fn is_part_of_word(byte: &u8) -> bool {
    matches!(byte, b'-'..=b'9' | b'A'..=b'Z' | b'_' | b'a'..=b'z')
}

fn is_one_line(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b' '..=b'~'))
        && text.iter().enumerate().all(|(at, byte)| match byte {
            b':' => !matches!(text.get(at + 1), None | Some(b' ')),
            b'#' => text[at - 1] != b' ',
            _ => true,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The quick look must never say of a text what the long one denies.
    #[test]
    fn the_quick_look_is_right() {
        const ALPHABET: &[u8] = b"ynt-:# 1./[";
        let mut text = Vec::new();
        for number in 0..ALPHABET.len().pow(4) {
            text.clear();
            let mut rest = number;
            while rest > 0 {
                text.push(ALPHABET[rest % ALPHABET.len()]);
                rest /= ALPHABET.len();
            }
            if is_certainly_string(&text) {
                let text = std::str::from_utf8(&text).unwrap();
                assert!(reads_as_string(text), "{text:?}");
            }
        }
        for word in [
            "yes", "no", "on", "off", "true", "False", "null", "NULL", "y", "N",
        ] {
            assert!(!is_certainly_string(word.as_bytes()), "{word}");
        }
    }
}
