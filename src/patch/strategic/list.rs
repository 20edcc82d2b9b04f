//! Lists whose elements are merged (`walk/associative_sequence.go`).
//!
//! Elements are found by the texts of their keys, or by their own texts if they are scalars. The
//! result begins with what the patch mentions. Where every element has the same keys ([`regular`])
//! the result can be told at once; where some lack them, the reference's steps destroy neighbours
//! and must be taken one by one ([`irregular`]).
//!
//! [`regular`]: super::regular
//! [`irregular`]: super::irregular

use super::directive::{self, Directive};
use super::irregular::Steps;
use super::regular::Tuples;
use super::{Merge, Merged, Side, is_nothing};
use crate::error::Result;
use crate::schema::TypeRef;
use crate::warning::WarningKind;
use crate::yaml::{Node, Scalar, Tag, Value};

/// What a list is merged with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin<'n> {
    /// The elements of the patch.
    Patch(&'n [Node]),
    /// The list is the patch's, and the reference merges it with itself.
    Itself,
    /// The patch says nothing of this list.
    Nothing,
}

/// The elements of a list and of its counterpart. A number names an element; the reference's
/// pointers are compared by it.
#[derive(Debug)]
pub(super) struct Elements<'n> {
    origin: Origin<'n>,
    slots: Vec<Slot<'n>>,
    /// So many of the slots, the first, are of the list itself.
    dest: usize,
}

#[derive(Debug)]
struct Slot<'n> {
    original: &'n Node,
    /// What became of it, if that is something else.
    current: Option<Node>,
    /// It was deleted at the patch's request, or had its effect on the result.
    is_done: bool,
    /// It asked for its counterpart to be replaced.
    replaces: bool,
}

impl<'n> Elements<'n> {
    fn new(items: &'n [Node], origin: Origin<'n>) -> Self {
        let patch = match origin {
            Origin::Patch(patch) => patch,
            Origin::Itself | Origin::Nothing => &[],
        };
        let slot = |original| Slot {
            original,
            current: None,
            is_done: false,
            replaces: false,
        };
        Self {
            origin,
            slots: items.iter().chain(patch).map(slot).collect(),
            dest: items.len(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The elements of the list.
    pub(super) fn dest(&self) -> std::ops::Range<usize> {
        0..self.dest
    }

    /// The elements of its counterpart, if that is another list.
    pub(super) fn patch(&self) -> std::ops::Range<usize> {
        self.dest..self.slots.len()
    }

    /// Whether the list is its own counterpart.
    pub(super) fn is_own_patch(&self) -> bool {
        matches!(self.origin, Origin::Itself)
    }

    pub(super) fn get(&self, at: usize) -> &Node {
        let slot = &self.slots[at];
        slot.current.as_ref().unwrap_or(slot.original)
    }

    /// What the elements were before anything was merged.
    pub(super) fn original(&self, at: usize) -> &'n Node {
        self.slots[at].original
    }

    /// The reference makes the scalars of a list anew, and the new ones have no tag. Where that
    /// changes nothing the scalar is left alone.
    pub(super) fn clear_tag(&mut self, at: usize) {
        let node = self.get(at);
        let Some(scalar) = node.as_scalar() else {
            return;
        };
        let untagged = Scalar::new(Tag::None, scalar.style(), scalar.text().as_str());
        if untagged.resolve().ok() == scalar.resolve().ok() {
            return;
        }
        let node = Node::new(untagged, node.mark());
        self.slots[at].current = Some(node);
    }
}

impl<'a> Merge<'a> {
    /// The elements after the merge; `None` if they are those of `items` as they were.
    pub(super) fn list(
        &mut self,
        items: &[Node],
        origin: Origin<'_>,
        keys: &[&str],
        of: Option<TypeRef<'a>>,
    ) -> Result<Option<Vec<Node>>> {
        let mut elements = Elements::new(items, origin);
        if elements.len() == 0 {
            return Ok(None);
        }
        let of = of.and_then(TypeRef::element);
        let result = match Tuples::of(&elements, keys) {
            Some(tuples) => self.regular(&mut elements, &tuples, of)?,
            None => Steps::new(self, &mut elements, of)?.take(keys)?,
        };
        if !keys.is_empty() {
            self.warn_of_losses(&elements, keys, &result);
        }
        let is_same = result.iter().copied().eq(elements.dest())
            && elements.slots[..elements.dest]
                .iter()
                .all(|slot| slot.current.is_none());
        if is_same {
            return Ok(None);
        }
        let nodes = result.into_iter().map(|at| elements.get(at).clone());
        Ok(Some(nodes.collect()))
    }

    /// Merges the elements that were found for one tuple of keys. Returns the one that is the
    /// result, if it is not nothing.
    pub(super) fn element(
        &mut self,
        elements: &mut Elements<'_>,
        dest: Option<usize>,
        patch: Option<usize>,
        of: Option<TypeRef<'a>>,
    ) -> Result<Option<usize>> {
        let found = match (dest, patch) {
            (Some(to), Some(from)) if to != from => {
                match self.pair(elements.get(to), elements.get(from), of)? {
                    Merged::Same => {
                        elements.slots[from].is_done = true;
                        Some(to)
                    }
                    Merged::Changed(node) => {
                        elements.slots[from].is_done = true;
                        elements.slots[to].current = Some(node);
                        Some(to)
                    }
                    Merged::Other(node) => {
                        elements.slots[from].replaces = true;
                        elements.slots[from].current = Some(node);
                        Some(from)
                    }
                    Merged::Gone => {
                        elements.slots[from].is_done = true;
                        elements.slots[to].is_done = true;
                        None
                    }
                }
            }
            (Some(at), _) => {
                let side = match elements.origin {
                    Origin::Itself => Side::Patch,
                    Origin::Patch(_) | Origin::Nothing => Side::Resource,
                };
                match self.alone(elements.get(at), of, side)? {
                    Merged::Same => Some(at),
                    Merged::Changed(node) | Merged::Other(node) => {
                        elements.slots[at].current = Some(node);
                        Some(at)
                    }
                    Merged::Gone => {
                        elements.slots[at].is_done = true;
                        None
                    }
                }
            }
            (None, Some(at)) => {
                let added = self.added(elements.get(at), of)?;
                elements.slots[at].is_done = added.is_none();
                added.map(|node| {
                    elements.slots[at].current = Some(node);
                    at
                })
            }
            (None, None) => None,
        };
        if let Some(patch) = patch {
            elements.take_directive(patch);
        }
        Ok(found.filter(|at| !is_nothing(elements.get(*at))))
    }

    fn warn_of_losses(&mut self, elements: &Elements<'_>, keys: &[&str], result: &[usize]) {
        let mut is_lost: Vec<_> = elements
            .slots
            .iter()
            .map(|slot| !slot.is_done && !is_nothing(slot.original))
            .collect();
        for at in result {
            is_lost[*at] = false;
        }
        let by = keys.join("` and `");
        for (at, slot) in elements.slots.iter().enumerate() {
            if !is_lost[at] {
                continue;
            }
            let (kind, message) = if slot.replaces {
                (
                    WarningKind::LostDirective,
                    "`$patch: replace` has no effect on an element of a list: delete the element by a patch of its own, or replace the list".into(),
                )
            } else if at < elements.dest {
                (
                    WarningKind::LostElement,
                    format!(
                        "this element is lost: one with the same `{by}` takes its place, or an element lacks it"
                    ),
                )
            } else {
                (
                    WarningKind::LostPatch,
                    format!(
                        "this element of the patch is lost: it must have its `{by}` where the resource has, and no other element may have the same"
                    ),
                )
            };
            self.warn(kind, slot.original, message);
        }
    }
}

impl Elements<'_> {
    /// A directive is taken out of an element once it was looked at, and seen no second time.
    fn take_directive(&mut self, at: usize) {
        let node = self.get(at);
        let Value::Mapping(mapping) = node.value() else {
            return;
        };
        if matches!(Directive::of_mapping(mapping), Ok(Some(_))) {
            let mut mapping = mapping.clone();
            mapping.remove(directive::KEY);
            let node = Node::new(mapping, node.mark());
            self.slots[at].current = Some(node);
        }
    }
}
