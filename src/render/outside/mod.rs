//! What a render cannot do by itself, as traits that a caller implements and hands in with
//! [`Options`](super::Options): fetching files and repositories, inflating Helm charts, running
//! functions.
//!
//! In goes a description of what a kustomization asks for, out come bytes or a tree. Where there is
//! no implementation the entry that needs one is an error.

mod function;
mod helm;
mod remote;
mod repository;

pub use function::{Function, FunctionRunner, Mount};
pub(super) use helm::chart;
pub use helm::{Chart, HelmInflator};
pub use remote::RemoteLoader;
pub(super) use remote::{is_url, shown};
pub use repository::Repository;
