//! Patches: what is written over a resource, and which resources it is written over.

pub(crate) mod json6902;
pub(crate) mod labels;
pub(crate) mod select;
pub(crate) mod strategic;
