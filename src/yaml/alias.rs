//! Aliases that the reader was asked to keep.

use super::node::{Node, Scalar};
use super::tag::{Style, Tag};
use super::text::Text;
use crate::source::Mark;

/// No other node has this tag: what stands behind a `!` is never a lone `*` in a text of sense.
const TAG: &str = "*";

impl Node {
    /// The alias of an anchor.
    pub(super) fn alias(name: Text, mark: Mark) -> Self {
        Self::new(Scalar::with_explicit_tag(TAG, Style::Plain, name), mark)
    }

    /// The name of the anchor that it stands for, if it is an alias.
    pub(crate) fn alias_name(&self) -> Option<&Text> {
        self.as_scalar()
            .filter(|scalar| scalar.tag() == Tag::Other && scalar.tag_name() == TAG)
            .map(Scalar::text)
    }

    /// The scalar, if it is one and not an alias.
    pub(crate) fn as_own_scalar(&self) -> Option<&Scalar> {
        self.as_scalar().filter(|_| self.alias_name().is_none())
    }
}
