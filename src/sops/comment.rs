//! Comments as nodes: sops encrypts them, so in the tree that is decrypted they stand among the
//! entries of a mapping and the items of a list.

use super::leaf;
use crate::source::Mark;
use crate::yaml::{Entry, Node, Scalar, Style, Tag};

/// No scalar of a file gets here with a tag of its own, so this one is ours.
const TAG: &str = "#";

/// A comment without its `#`. It need not be UTF-8.
pub(super) fn scalar(text: &[u8]) -> Scalar {
    Scalar::with_explicit_tag(TAG, Style::Plain, leaf::text(text.into()).0)
}

/// A comment in a mapping.
pub(super) fn entry(text: &[u8], mark: Mark) -> Entry {
    Entry {
        key: Node::new(scalar(text), mark),
        value: Node::new(leaf::null(), mark),
    }
}

/// Whether a scalar is a comment.
pub(super) fn is_comment(scalar: &Scalar) -> bool {
    scalar.tag() == Tag::Other && scalar.tag_name() == TAG
}

/// The comment that a node is.
pub(super) fn of(node: &Node) -> Option<&Scalar> {
    node.as_scalar().filter(|scalar| is_comment(scalar))
}
