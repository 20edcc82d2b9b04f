//! Resources: nodes with an identity and a history, in ordered and indexed sets.
//!
//! Nodes come in from files and generators; transformers change them and keep their history, by
//! which references are found when names change.

mod annotations;
mod ends;
mod fields;
mod gvk;
mod history;
mod loss;
mod read;
mod res_id;
#[allow(clippy::module_inception)]
mod resource;
mod set;
mod shared;
mod types;

pub(crate) use annotations::{ORIGIN, TRANSFORMATIONS, no_key};
pub(crate) use fields::{remove_label, set_kind, set_name, set_namespace};
pub use gvk::Gvk;
pub(crate) use history::{Behavior, HELM_GENERATED};
pub(crate) use read::{read_documents, read_resources, resources_of};
pub(crate) use res_id::NO_NAMESPACE;
pub use res_id::ResId;
pub use resource::Resource;
pub(crate) use set::{ResourceSet, Twins};
pub(crate) use shared::SharedNodes;
pub(crate) use types::Types;
