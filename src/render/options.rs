//! What one render does.

use crate::limits::Limits;
use crate::tree::LoadRestrictions;

/// What one render does. Cheap to clone; the defaults are those of `kustomize build`.
///
/// ```
/// use kustody::{Options, Order};
/// let mut options = Options::default();
/// options.order = Order::Fifo;
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The order of the resources, unless the kustomization has `sortOptions` of its own.
    pub order: Order,
    /// Whether files outside a kustomization's directory may be read.
    pub load_restrictions: LoadRestrictions,
    /// What the input may cost.
    pub limits: Limits,
}

/// The order in which resources are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Order {
    /// By kind, so that what others need comes first: what `kustomize build` prints.
    #[default]
    Legacy,
    /// As they were accumulated.
    Fifo,
}
