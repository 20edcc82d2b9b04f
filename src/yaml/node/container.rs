//! What lists and mappings have in common: shared memory, and how they were written.

use std::sync::Arc;

use crate::yaml::text::Text;

/// What a container shows besides its content: nothing, in all but a few.
///
/// One pointer, so that a node stays small; the reader shares one among all `{…}` and `[…]`.
#[derive(Clone, Default, PartialEq, Eq)]
pub(in crate::yaml) struct Dress(Option<Arc<Shown>>);

#[derive(PartialEq, Eq)]
struct Shown {
    flow: bool,
    tag: Option<Text>,
}

impl Shown {
    #[inline(never)]
    fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }
}

impl Dress {
    pub(in crate::yaml) fn new(flow: bool, tag: Option<Text>) -> Self {
        Self((flow || tag.is_some()).then(|| Arc::new(Shown { flow, tag })))
    }

    #[inline]
    pub(in crate::yaml) fn is_flow(&self) -> bool {
        self.0.as_ref().is_some_and(|shown| shown.flow)
    }

    #[inline]
    pub(super) fn tag(&self) -> Option<&str> {
        // Hardly any has one, and whether a node is null is asked all the time.
        self.0.as_ref().and_then(|shown| shown.tag())
    }
}

/// The content of a shared slice, moved where nobody else holds it.
pub(super) fn take<T: Clone + Default>(shared: &mut Arc<[T]>) -> Vec<T> {
    match Arc::get_mut(shared) {
        Some(items) => items.iter_mut().map(std::mem::take).collect(),
        None => shared.to_vec(),
    }
}

/// Removes from a shared slice, which allocates once.
pub(super) fn remove<T: Clone + Default>(shared: &mut Arc<[T]>, at: usize) -> T {
    let items = Arc::make_mut(shared);
    let removed = std::mem::take(&mut items[at]);
    let (before, behind) = items.split_at_mut(at);
    let rest = before.iter_mut().chain(&mut behind[1..]);
    *shared = rest.map(std::mem::take).collect();
    removed
}

/// Appends to a shared slice, which allocates once if the iterator surely knows its length.
pub(super) fn extend<T: Clone + Default>(
    shared: &mut Arc<[T]>,
    items: impl IntoIterator<Item = T>,
) {
    *shared = match Arc::get_mut(shared) {
        Some(known) => known.iter_mut().map(std::mem::take).chain(items).collect(),
        None => shared.iter().cloned().chain(items).collect(),
    };
}
