//! Stand-in until the real room is merged.

#[derive(Clone, Debug)]
pub(crate) struct Schema;

impl Schema {
    pub(crate) fn builtin() -> Self {
        Self
    }

    pub(crate) fn is_cluster_scoped(&self, _api_version: &str, kind: &str) -> bool {
        matches!(
            kind,
            "Namespace" | "ClusterRole" | "ClusterRoleBinding" | "CustomResourceDefinition"
        )
    }
}
