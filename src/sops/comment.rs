//! Comments as nodes: sops encrypts them, so in the tree that is decrypted they stand among the
//! entries of a mapping and the items of a list.

use super::leaf;
use crate::source::Mark;
use crate::yaml::{Entry, Node, Scalar, Style, Tag};

/// No scalar of a file gets here with a tag of its own, so these two are ours.
const TAG: &str = "#";
const BINARY: &str = "#!!binary";

/// A comment without its `#`.
pub(super) fn scalar(text: &[u8]) -> Scalar {
    match std::str::from_utf8(text) {
        Ok(text) => Scalar::with_explicit_tag(TAG, Style::Plain, text),
        Err(_) => Scalar::with_explicit_tag(BINARY, Style::Plain, leaf::encode(text)),
    }
}

/// A comment in a mapping.
pub(super) fn entry(text: &[u8], mark: Mark) -> Entry {
    Entry {
        key: Node::new(scalar(text), mark),
        value: Node::new(leaf::null(), mark),
    }
}

/// Whether a scalar is a comment whose text is base64.
pub(super) fn is_binary(scalar: &Scalar) -> bool {
    scalar.tag() == Tag::Other && scalar.tag_name() == BINARY
}

/// Whether a scalar is a comment.
pub(super) fn is_comment(scalar: &Scalar) -> bool {
    scalar.tag() == Tag::Other && matches!(scalar.tag_name(), TAG | BINARY)
}

/// The comment that a node is.
pub(super) fn of(node: &Node) -> Option<&Scalar> {
    node.as_scalar().filter(|scalar| is_comment(scalar))
}
