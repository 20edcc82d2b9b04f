//! `$patch`: what a mapping or a list of a patch asks for (`merge2/smpdirective.go`).

use std::borrow::Cow;

use super::is_nothing;
use crate::error::{Error, ErrorKind, Result};
use crate::yaml::{Mapping, Node};

pub(super) const KEY: &str = "$patch";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    Delete,
    Replace,
    Merge,
}

impl Directive {
    /// The directive of a mapping, which is its field `$patch`.
    pub(super) fn of_mapping(mapping: &Mapping) -> Result<Option<Self>> {
        mapping.get(KEY).map(Self::parse).transpose()
    }

    /// The directive of a list: an element with nothing but `$patch`, if it is the first that has
    /// one. It is taken out, together with every element that says the same of itself, and with
    /// empty elements.
    pub(super) fn of_list(items: &mut Cow<'_, [Node]>) -> Result<Option<Self>> {
        let has_one = |node: &&Node| node.as_mapping().is_some_and(|of| of.get(KEY).is_some());
        let Some(found) = items.iter().find(has_one).and_then(Node::as_mapping) else {
            return Ok(None);
        };
        if found.len() > 1 {
            return Ok(None);
        }
        let directive = Self::of_mapping(found)?;
        let says_so = |of: &Mapping| {
            let value = of.get(KEY).map(Self::parse);
            value.is_some_and(|value| value.ok() == directive)
        };
        let stays = |node: &&Node| !is_nothing(node) && !node.as_mapping().is_some_and(says_so);
        let kept = items.iter().filter(stays).cloned().collect();
        *items = Cow::Owned(kept);
        Ok(directive)
    }

    fn parse(node: &Node) -> Result<Self> {
        match node.text() {
            Some("delete") => Ok(Self::Delete),
            Some("replace") => Ok(Self::Replace),
            Some("merge") => Ok(Self::Merge),
            _ => Err(Error::marked(
                ErrorKind::Merge,
                node.mark(),
                "`$patch` must be `delete`, `replace` or `merge`",
            )),
        }
    }
}
