//! Field specs: where in resources of which kind a value goes (`types.FieldSpec`).

use super::decode::{Decode, record};
use crate::source::Mark;
use crate::yaml::Text;

/// A path, and the resources in which it counts. Empty parts of the type stand for any.
#[derive(Clone, Default)]
pub(crate) struct FieldSpec {
    pub(crate) group: Text,
    pub(crate) version: Text,
    pub(crate) kind: Text,
    /// Steps separated by `/`.
    pub(crate) path: Text,
    /// Whether what is missing on the way is created.
    pub(crate) create: bool,
    /// Where it was written; the default tables have none.
    pub(crate) mark: Mark,
}

record!(FieldSpec {
    "path" => path,
    "create" => create,
    embedded {
        "group" => group,
        "version" => version,
        "kind" => kind,
    }
});
