//! Which fields of which types a transformer touches.

use crate::resource::Gvk;
use crate::source::Mark;
use crate::yaml::Text;

/// A field of a type, as `fields`, `fieldSpecs` and `configurations` write it (`types.FieldSpec` in
/// kustomize).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldSpec {
    /// The types it stands for; an empty part stands for anything.
    pub(crate) gvk: Gvk,
    /// Keys between slashes.
    pub(crate) path: Text,
    /// Whether the field is made where it is not.
    pub(crate) create: bool,
    /// Where it was written.
    pub(crate) mark: Mark,
}

impl FieldSpec {
    /// Whether it stands for a type.
    pub(crate) fn selects(&self, gvk: &Gvk) -> bool {
        gvk.is_selected_by(&self.gvk)
    }
}
