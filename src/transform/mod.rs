//! Transformers: what changes resources after they were read or generated.

#[cfg_attr(not(test), allow(dead_code))]
mod name_reference;

#[cfg_attr(not(test), allow(unused_imports))]
pub(crate) use name_reference::{NameReference, ReferenceField, fix_name_references};
