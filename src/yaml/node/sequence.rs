//! Lists.

use std::fmt;
use std::sync::Arc;

use super::Node;
use super::container::{Dress, extend, take};
use crate::yaml::text::Text;

/// A list of nodes, shared until it is written to.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sequence {
    items: Arc<[Node]>,
    dress: Dress,
}

impl Sequence {
    pub(in crate::yaml) fn read(items: impl Into<Arc<[Node]>>, dress: Dress) -> Self {
        Self {
            items: items.into(),
            dress,
        }
    }

    /// The elements.
    #[inline]
    pub fn items(&self) -> &[Node] {
        &self.items
    }

    /// The elements for writing in place; copies the list if it is shared.
    pub fn items_mut(&mut self) -> &mut [Node] {
        Arc::make_mut(&mut self.items)
    }

    /// Adds, removes or reorders elements. Costs as much as the list is long, so many changes are
    /// best made in one call.
    pub fn edit<R>(&mut self, edit: impl FnOnce(&mut Vec<Node>) -> R) -> R {
        let mut items = take(&mut self.items);
        let result = edit(&mut items);
        self.items = items.into();
        result
    }

    /// The elements, if nobody else holds the list.
    #[cfg(feature = "sops")]
    pub(in crate::yaml) fn own_items(&mut self) -> Option<&mut [Node]> {
        Arc::get_mut(&mut self.items)
    }

    /// Forgets how it was written: in brackets, under a tag.
    #[cfg(feature = "sops")]
    pub(crate) fn undress(&mut self) {
        self.dress = Dress::default();
    }

    /// Appends an element. Costs as much as the list is long.
    pub fn push(&mut self, item: Node) {
        extend(&mut self.items, Some(item));
    }

    /// Takes the elements out, without copying where nobody else holds them.
    pub fn into_items(mut self) -> Vec<Node> {
        take(&mut self.items)
    }

    /// How many elements there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The elements in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Node> {
        self.items.iter()
    }

    /// Whether it was written as `[…]`.
    pub fn is_flow(&self) -> bool {
        self.dress.is_flow()
    }

    /// Says that it was written as `[…]`, or that it was not.
    pub(crate) fn set_flow(&mut self, flow: bool) {
        if self.is_flow() != flow {
            self.dress = Dress::new(flow, self.tag().map(Text::from));
        }
    }

    /// A tag that was written out, in its short form.
    #[inline]
    pub fn tag(&self) -> Option<&str> {
        self.dress.tag()
    }
}

impl From<Vec<Node>> for Sequence {
    fn from(items: Vec<Node>) -> Self {
        Self::read(items, Dress::default())
    }
}

impl FromIterator<Node> for Sequence {
    fn from_iter<I: IntoIterator<Item = Node>>(items: I) -> Self {
        Self::read(Arc::from_iter(items), Dress::default())
    }
}

impl<'a> IntoIterator for &'a Sequence {
    type Item = &'a Node;
    type IntoIter = std::slice::Iter<'a, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.items()).finish()
    }
}
