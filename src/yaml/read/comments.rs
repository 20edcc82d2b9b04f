//! Comments kept beside the nodes they belong to.

use foldhash::HashMap;

use super::super::node::{Node, Value};
use super::super::text::Text;
use crate::source::Mark;

/// The comments of one node, each with its `#` and without the last line break.
///
/// Which comment belongs to which node is go-yaml v3's decision: see the comments of `Node` in its
/// `yaml.go`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comment {
    /// The lines above the node.
    pub head: String,
    /// The one at the end of the node's line.
    pub line: String,
    /// The lines below the node and before an empty line.
    pub foot: String,
}

impl Comment {
    pub(super) fn is_empty(&self) -> bool {
        self.head.is_empty() && self.line.is_empty() && self.foot.is_empty()
    }
}

/// The comments of a document, by where their nodes were written.
///
/// Empty unless [`ReadOptions::comments`](super::ReadOptions::comments) asked for them.
#[derive(Clone, Debug, Default)]
pub struct Comments(Option<Box<Kept>>);

/// What is kept; resources are read by the thousand without any.
#[derive(Clone, Debug, Default)]
struct Kept {
    head: String,
    foot: String,
    nodes: HashMap<Place, Comment>,
    anchors: HashMap<Place, Text>,
}

/// Where a node begins and what it is: a collection begins where its first child does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place(Mark, Slot);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Slot {
    Scalar,
    Block,
    Flow,
    /// The single `key: value` of a `[…]`.
    Pair,
}

impl Place {
    /// The place of a scalar or an alias.
    pub(super) fn scalar(mark: Mark) -> Self {
        Self(mark, Slot::Scalar)
    }

    /// The place of a node that is not an alias.
    pub(super) fn of(node: &Node) -> Self {
        let slot = match node.value() {
            Value::Scalar(_) => Slot::Scalar,
            Value::Sequence(sequence) if sequence.is_flow() => Slot::Flow,
            Value::Mapping(mapping) if mapping.is_flow() => match mapping.entries().first() {
                Some(first) if first.key.mark() == node.mark() => Slot::Pair,
                _ => Slot::Flow,
            },
            _ => Slot::Block,
        };
        Self(node.mark(), slot)
    }
}

impl Comments {
    /// The comments of a node of this document. An alias has those of what it stands for; what
    /// stands at the alias itself is not kept.
    pub fn of(&self, node: &Node) -> Option<&Comment> {
        self.0.as_ref()?.nodes.get(&Place::of(node))
    }

    /// What stands above the document, apart from its first node by an empty line.
    pub fn document_head(&self) -> &str {
        self.0.as_ref().map_or("", |kept| &kept.head)
    }

    /// What stands below the document's last node, apart from it by an empty line.
    pub fn document_foot(&self) -> &str {
        self.0.as_ref().map_or("", |kept| &kept.foot)
    }

    /// Whether the document has none.
    pub fn is_empty(&self) -> bool {
        let is_empty =
            |kept: &Kept| kept.head.is_empty() && kept.foot.is_empty() && kept.nodes.is_empty();
        self.0.as_deref().is_none_or(is_empty)
    }

    /// Whether a comment stands below the document or below what ends it.
    pub(crate) fn has_end(&self, document: &Node) -> bool {
        let has_foot = |node| self.of(node).is_some_and(|it| !it.foot.is_empty());
        let mut last = Some(document);
        while let Some(node) = last {
            let entry = node.as_mapping().and_then(|fields| fields.entries().last());
            if has_foot(node) || entry.is_some_and(|entry| has_foot(&entry.key)) {
                return true;
            }
            let item = || node.as_sequence()?.items().last();
            last = entry.map(|entry| &entry.value).or_else(item);
        }
        !self.document_foot().is_empty()
    }

    /// Whether there are neither comments nor anchors.
    #[cfg(feature = "sops")]
    pub(crate) fn is_bare(&self) -> bool {
        self.is_empty() && self.0.as_ref().is_none_or(|kept| kept.anchors.is_empty())
    }

    fn kept(&mut self) -> &mut Kept {
        self.0.get_or_insert_default()
    }

    /// Sets the comments above and below the document.
    pub(super) fn set_ends(&mut self, head: String, foot: String) {
        if !(head.is_empty() && foot.is_empty()) {
            let kept = self.kept();
            (kept.head, kept.foot) = (head, foot);
        }
    }

    pub(super) fn attach(&mut self, place: Place, comment: Comment) {
        if !comment.is_empty() {
            self.kept().nodes.insert(place, comment);
        }
    }

    /// The name of the anchor before a node, if anchors were kept.
    pub(crate) fn anchor_of(&self, node: &Node) -> Option<&Text> {
        self.0.as_ref()?.anchors.get(&Place::of(node))
    }

    pub(super) fn set_anchor(&mut self, place: Place, name: Text) {
        self.kept().anchors.insert(place, name);
    }

    /// Sets the comments of a node that was made, not read.
    #[cfg(feature = "sops")]
    pub(crate) fn set(&mut self, node: &Node, comment: Comment) {
        self.attach(Place::of(node), comment);
    }

    /// Takes the foot comment of a node away.
    pub(super) fn take_foot(&mut self, place: Place) -> String {
        let kept = self.0.as_mut();
        match kept.and_then(|kept| kept.nodes.get_mut(&place)) {
            Some(comment) => std::mem::take(&mut comment.foot),
            None => String::new(),
        }
    }

    pub(super) fn has_foot(&self, place: Place) -> bool {
        let kept = self.0.as_ref();
        kept.and_then(|kept| kept.nodes.get(&place))
            .is_some_and(|comment| !comment.foot.is_empty())
    }

    /// Gives a node a foot comment.
    pub(super) fn set_foot(&mut self, place: Place, foot: String) {
        self.kept().nodes.entry(place).or_default().foot = foot;
    }
}
