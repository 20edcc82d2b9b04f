//! Field specs: where in which types a transformer writes.
//!
//! [`Config`] holds a table for each transformer: the rows that ship with kustomize, and what
//! `configurations` and `crds` add. A transformer asks its [`Table`] for the rules of a resource's
//! type and calls [`edit`] with each.

mod config;
mod crds;
mod defaults;
mod order;
mod path;
mod table;
mod walk;

pub(crate) use config::{Config, NameReference};
pub(crate) use order::{FIRST, LAST, Ranks};
pub(crate) use path::{FieldPath, Part};
pub(crate) use table::{Rule, Table};
pub(crate) use walk::{Creates, Obstacle, Trail, Turn, edit, scalar, sites};
