//! Field specs: where in resources of which kind a value goes.

use super::decode::record;
use crate::resource::Gvk;
use crate::source::Mark;
use crate::yaml::Text;

/// A field of a type, as `fields`, `fieldSpecs` and `configurations` write it (`types.FieldSpec` in
/// kustomize).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldSpec {
    /// The types it stands for; an empty part stands for anything.
    pub(crate) gvk: Gvk,
    /// Keys between slashes.
    pub(crate) path: Text,
    /// Whether the field is made where it is not.
    pub(crate) create: bool,
    /// Where it was written; the default tables have none.
    pub(crate) mark: Mark,
}

record!(FieldSpec {
    "path" => path,
    "create" => create,
    embedded {
        "group" => gvk.group,
        "version" => gvk.version,
        "kind" => gvk.kind,
    }
});

impl FieldSpec {
    /// Whether it stands for a type.
    pub(crate) fn selects(&self, gvk: &Gvk) -> bool {
        gvk.is_selected_by(&self.gvk)
    }
}
