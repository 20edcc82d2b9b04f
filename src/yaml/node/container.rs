//! How lists and mappings were written.

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
