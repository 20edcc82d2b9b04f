//! Lists whose elements are merged (`walk/associative_sequence.go`).
//!
//! Elements are found by the texts of their keys, or by their own texts if they are scalars. The
//! result begins with what the patch mentions. Where every element has the same keys ([`regular`])
//! the result can be told at once; where some lack them, the reference's steps destroy neighbours
//! and must be taken one by one ([`irregular`]).
//!
//! [`regular`]: super::regular
//! [`irregular`]: super::irregular

use std::borrow::Cow;
use std::ops::Range;

use super::directive::{self, Directive};
use super::irregular::Steps;
use super::regular::Groups;
use super::{End, Merge, Merged, Sides, is_nothing};
use crate::error::Result;
use crate::schema::TypeRef;
use crate::warning::WarningKind;
use crate::yaml::{Node, Scalar, Sequence, Tag, Value};

/// A walk over the elements of a list.
pub(super) struct List<'n, 'a> {
    node: &'n Node,
    /// Whether the result counts as written in brackets.
    flow: bool,
    end: End,
    keys: Cow<'a, [&'a str]>,
    of: Option<TypeRef<'a>>,
    elements: Elements<'n>,
    plan: Plan,
    /// What is merged now: an element of the list, and one of its counterpart.
    found: (Option<usize>, Option<usize>),
}

enum Plan {
    Regular(Groups),
    Irregular(Steps),
}

impl<'n, 'a> List<'n, 'a> {
    pub(super) fn of_both(
        node: &'n Node,
        (patch, items): (&Sequence, Cow<'n, [Node]>),
        keys: Cow<'a, [&'a str]>,
        of: Option<TypeRef<'a>>,
    ) -> Result<Self> {
        let own = node.as_sequence();
        let own_items = own.map_or(&[][..], Sequence::items);
        // An empty list has no style of its own.
        let style = own.filter(|own| !own.is_empty()).unwrap_or(patch);
        let elements = Elements::new(Cow::Borrowed(own_items), items, Counterpart::Patch);
        Self::new(node, style.is_flow(), End::Kept, elements, keys, of)
    }

    pub(super) fn of_patch(
        node: &'n Node,
        items: Cow<'n, [Node]>,
        end: End,
        keys: Cow<'a, [&'a str]>,
        of: Option<TypeRef<'a>>,
    ) -> Result<Self> {
        let elements = Elements::new(items, Cow::Borrowed(&[]), Counterpart::Itself);
        let flow = node.as_sequence().is_some_and(Sequence::is_flow);
        Self::new(node, flow, end, elements, keys, of)
    }

    pub(super) fn of_resource(
        node: &'n Node,
        items: Cow<'n, [Node]>,
        keys: Cow<'a, [&'a str]>,
        of: Option<TypeRef<'a>>,
    ) -> Result<Self> {
        let elements = Elements::new(items, Cow::Borrowed(&[]), Counterpart::Nothing);
        let flow = node.as_sequence().is_some_and(Sequence::is_flow);
        Self::new(node, flow, End::Kept, elements, keys, of)
    }

    fn new(
        node: &'n Node,
        flow: bool,
        end: End,
        elements: Elements<'n>,
        keys: Cow<'a, [&'a str]>,
        of: Option<TypeRef<'a>>,
    ) -> Result<Self> {
        let plan = match Groups::of(&elements, &keys) {
            Some(groups) => Plan::Regular(groups),
            None => Plan::Irregular(Steps::new(&elements, &keys)?),
        };
        Ok(Self {
            node,
            flow,
            end,
            keys,
            of: of.and_then(TypeRef::element),
            elements,
            plan,
            found: (None, None),
        })
    }

    /// Goes on to the next elements that belong together; `None` if there are no more.
    pub(super) fn next(&mut self) -> Option<()> {
        let found = match &mut self.plan {
            Plan::Regular(groups) => groups.next(),
            Plan::Irregular(steps) => steps.next(&self.elements),
        };
        self.found = found?;
        Some(())
    }

    /// What to merge now; `None` if nothing was found.
    pub(super) fn sides(&self) -> Option<Sides<'_>> {
        let get = |at| self.elements.get(at);
        Some(match (self.found, self.elements.counterpart) {
            ((Some(dest), None), Counterpart::Itself) => Sides::Patch(get(dest)),
            ((Some(dest), None), _) => Sides::Resource(get(dest)),
            ((Some(dest), Some(patch)), _) => Sides::Both(get(dest), get(patch)),
            ((None, Some(patch)), _) => Sides::Added(get(patch)),
            ((None, None), _) => return None,
        })
    }

    /// Whether the patch has a counterpart of the list.
    pub(super) fn is_of_both(&self) -> bool {
        self.elements.counterpart == Counterpart::Patch
    }

    pub(super) fn element_type(&self) -> Option<TypeRef<'a>> {
        self.of
    }

    /// Takes down what became of the elements that [`next`](Self::next) found.
    pub(super) fn record(&mut self, merged: Result<Merged>) -> Result<()> {
        let merged = self.elements.record(self.found, merged?);
        match &mut self.plan {
            Plan::Regular(groups) => groups.record(merged, &mut self.elements),
            Plan::Irregular(steps) => steps.record(merged, &mut self.elements)?,
        }
        Ok(())
    }

    pub(super) fn finish(self, merge: &mut Merge<'_>) -> Result<Merged> {
        let elements = self.elements;
        let result = match self.plan {
            Plan::Regular(groups) => groups.finish(&elements),
            Plan::Irregular(steps) => steps.finish(&elements)?,
        };
        if !self.keys.is_empty() {
            elements.warn_of_losses(&self.keys, &result, merge);
        }
        let is_same = elements.are_as_they_were(&result);
        if is_same && self.end == End::Kept {
            return Ok(Merged::Same);
        }
        let items = result.iter().map(|at| elements.get(*at).clone());
        let mut list: Sequence = items.collect();
        list.set_flow(self.flow);
        let list = Node::new(list, self.node.mark());
        Ok(match self.end {
            End::Kept => Merged::Changed(list),
            End::Other => Merged::Other(list),
        })
    }
}

/// What a list is merged with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counterpart {
    /// A list of the patch.
    Patch,
    /// The list is the patch's, and the reference merges it with itself.
    Itself,
    /// The patch says nothing of this list.
    Nothing,
}

/// The elements of a list and of its counterpart. A number names an element; where the reference
/// compares pointers, numbers are compared here.
pub(super) struct Elements<'n> {
    dest: Cow<'n, [Node]>,
    patch: Cow<'n, [Node]>,
    counterpart: Counterpart,
    progress: Vec<Progress>,
}

#[derive(Clone, Default)]
struct Progress {
    /// What became of it, if that is something else.
    current: Option<Node>,
    /// It had its effect on the result: by being merged, or by being deleted as asked.
    is_done: bool,
    /// It asked for its counterpart to be replaced.
    replaces: bool,
}

impl<'n> Elements<'n> {
    fn new(dest: Cow<'n, [Node]>, patch: Cow<'n, [Node]>, counterpart: Counterpart) -> Self {
        Self {
            progress: vec![Progress::default(); dest.len() + patch.len()],
            dest,
            patch,
            counterpart,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.progress.len()
    }

    /// The elements of the list.
    pub(super) fn dest(&self) -> Range<usize> {
        0..self.dest.len()
    }

    /// The elements of its counterpart, if that is another list.
    pub(super) fn patch(&self) -> Range<usize> {
        self.dest.len()..self.len()
    }

    pub(super) fn get(&self, at: usize) -> &Node {
        let current = self.progress[at].current.as_ref();
        current.unwrap_or_else(|| self.original(at))
    }

    /// What an element was before anything was merged.
    pub(super) fn original(&self, at: usize) -> &Node {
        match at.checked_sub(self.dest.len()) {
            None => &self.dest[at],
            Some(at) => &self.patch[at],
        }
    }

    /// Takes down what became of two elements; returns the one that is the result, if it is not
    /// nothing.
    fn record(
        &mut self,
        (dest, patch): (Option<usize>, Option<usize>),
        merged: Merged,
    ) -> Option<usize> {
        let found = match merged {
            Merged::Same => dest,
            Merged::Changed(node) => {
                let at = dest?;
                self.progress[at].current = Some(node);
                dest
            }
            Merged::Other(node) => {
                let at = patch?;
                self.progress[at].current = Some(node);
                self.progress[at].replaces = dest.is_some();
                self.progress[at].is_done = false;
                patch
            }
            Merged::Gone => {
                for at in dest.into_iter().chain(patch) {
                    self.progress[at].is_done = true;
                }
                None
            }
        };
        if let Some(patch) = patch
            && found == dest
        {
            self.progress[patch].is_done = true;
        }
        let own = dest.filter(|_| self.counterpart == Counterpart::Itself);
        if let Some(at) = patch.or(own) {
            self.take_directive(at);
        }
        found.filter(|at| !is_nothing(self.get(*at)))
    }

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
            self.progress[at].current = Some(node);
        }
    }

    /// The reference makes the scalars of a list anew, and the new ones have no tag, which shows
    /// once something writes another text to them.
    pub(super) fn clear_tag(&mut self, at: usize) {
        let node = self.get(at);
        let Some(scalar) = node.as_scalar().filter(|it| it.tag() != Tag::None) else {
            return;
        };
        let untagged = Scalar::new(Tag::None, scalar.style(), scalar.text().clone());
        let node = Node::new(untagged, node.mark());
        self.progress[at].current = Some(node);
    }

    /// Whether these are the elements that the list had, in their order.
    fn are_as_they_were(&self, result: &[usize]) -> bool {
        matches!(self.dest, Cow::Borrowed(_))
            && result.iter().copied().eq(self.dest())
            && self.dest().all(|at| self.progress[at].current.is_none())
    }

    fn warn_of_losses(&self, keys: &[&str], result: &[usize], merge: &mut Merge<'_>) {
        let mut is_kept = vec![false; self.len()];
        for at in result {
            is_kept[*at] = true;
        }
        for (at, progress) in self.progress.iter().enumerate() {
            let node = self.original(at);
            if is_kept[at] || progress.is_done || is_nothing(node) {
                continue;
            }
            let keys = keys.join("` and `");
            let (kind, message) = if progress.replaces {
                let message = "`$patch: replace` has no effect on an element of a list: delete the element in one patch and add it in another";
                (WarningKind::LostDirective, message.to_owned())
            } else if self.dest().contains(&at) {
                let message = format!(
                    "the merge loses this element: another has the same `{keys}`, or one has none"
                );
                (WarningKind::LostElement, message)
            } else {
                let message = format!(
                    "the merge loses this element of the patch: it needs the `{keys}` of an element of the resource, and no other may have the same"
                );
                (WarningKind::LostPatch, message)
            };
            merge.warn(kind, node, message);
        }
    }
}

/// The text of a key; empty where there is none, or no scalar.
pub(super) fn key_text<'n>(node: &'n Node, key: &str) -> &'n str {
    let value = node.as_mapping().and_then(|mapping| mapping.get(key));
    value
        .filter(|value| !value.is_null())
        .and_then(Node::text)
        .unwrap_or_default()
}
