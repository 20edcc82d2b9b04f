//! What a walk changes in a mapping, collected so that a mapping that stays as it is is not copied.

use super::Merged;
use crate::yaml::{Entry, Mapping, Node};

#[derive(Debug, Default)]
pub(super) struct Edits {
    /// Places in ascending order, with the new value; `None` takes the entry out.
    changed: Vec<(usize, Option<Node>)>,
    added: Vec<Entry>,
    flow: Option<bool>,
}

impl Edits {
    /// Gives the entry at a place another value, or takes it out. Places must ascend.
    pub(super) fn push(&mut self, at: usize, value: Option<Node>) {
        self.changed.push((at, value));
    }

    pub(super) fn add(&mut self, entry: Entry) {
        self.added.push(entry);
    }

    /// Lets the mapping count as written in braces or not.
    pub(super) fn set_flow(&mut self, flow: bool) {
        self.flow = Some(flow);
    }

    pub(super) fn merged(self, node: &Node, mapping: &Mapping) -> Merged {
        if self.changed.is_empty() && self.added.is_empty() {
            return Merged::Same;
        }
        Merged::Changed(self.apply(node, mapping))
    }

    pub(super) fn apply(self, node: &Node, mapping: &Mapping) -> Node {
        let mut mapping = mapping.clone();
        if let Some(flow) = self.flow {
            mapping.set_flow(flow);
        }
        if !self.changed.is_empty() || !self.added.is_empty() {
            let mut removed = Vec::new();
            if self.changed.iter().any(|(_, value)| value.is_some()) {
                let entries = mapping.entries_mut();
                for (at, value) in self.changed {
                    match value {
                        Some(value) => entries[at].value = value,
                        None => removed.push(at),
                    }
                }
            } else {
                removed.extend(self.changed.into_iter().map(|(at, _)| at));
            }
            if !removed.is_empty() || !self.added.is_empty() {
                mapping.edit(|entries| {
                    let mut removed = removed.into_iter().peekable();
                    let mut at = 0;
                    entries.retain(|_| {
                        let goes = removed.next_if_eq(&at).is_some();
                        at += 1;
                        !goes
                    });
                    entries.extend(self.added);
                });
            }
        }
        Node::new(mapping, node.mark())
    }
}
