//! Lists.

use std::fmt;

use ecow::EcoVec;

use super::Node;
use super::container::Dress;
use crate::yaml::text::Text;

/// A list of nodes, shared until it is written to.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sequence {
    items: EcoVec<Node>,
    dress: Dress,
}

impl Sequence {
    pub(in crate::yaml) fn read(items: impl Into<EcoVec<Node>>, dress: Dress) -> Self {
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

    /// The elements for writing in place and reordering; copies the list if it is shared.
    pub fn items_mut(&mut self) -> &mut [Node] {
        self.items.make_mut()
    }

    /// The elements, if nobody else holds the list.
    #[cfg(feature = "sops")]
    pub(in crate::yaml) fn own_items(&mut self) -> Option<&mut [Node]> {
        let is_own = self.items.is_unique();
        is_own.then(|| self.items.make_mut())
    }

    /// Forgets how it was written: in brackets, under a tag.
    #[cfg(feature = "sops")]
    pub(crate) fn undress(&mut self) {
        self.dress = Dress::default();
    }

    /// Appends an element.
    pub fn push(&mut self, item: Node) {
        self.items.push(item);
    }

    /// Puts an element in front of the one at a position.
    pub(crate) fn insert(&mut self, at: usize, item: Node) {
        self.items.insert(at, item);
    }

    /// Keeps only the elements of which `stays` is true.
    pub fn retain(&mut self, mut stays: impl FnMut(&Node) -> bool) {
        self.items.retain(|item| stays(item));
    }

    /// Removes the element at a position.
    pub(crate) fn remove_at(&mut self, at: usize) -> Node {
        self.items.remove(at)
    }

    /// Takes the elements out, without copying where nobody else holds them.
    pub fn into_items(self) -> Vec<Node> {
        self.items.into_iter().collect()
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
        Self::read(EcoVec::from_iter(items), Dress::default())
    }
}

/// Appends elements as [`Sequence::push`] does one.
impl Extend<Node> for Sequence {
    fn extend<I: IntoIterator<Item = Node>>(&mut self, items: I) {
        self.items.extend(items);
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
