//! The order of kinds by which tables of field specs, and resources by default, are sorted.

use std::sync::LazyLock;

use foldhash::HashMap;

use crate::resource::Gvk;

/// Kinds that come first, in this order (`orderFirst` in kyaml's `gvk.go`).
pub(crate) const FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// Kinds that come last, in this order.
pub(crate) const LAST: [&str; 2] = [
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// The places of kinds: negative for the first ones, positive for the last ones, 0 for the others.
pub(crate) struct Ranks(HashMap<String, isize>);

impl Ranks {
    /// Of a kind that is named twice the later place counts.
    pub(crate) fn new(first: &[impl AsRef<str>], last: &[impl AsRef<str>]) -> Self {
        let kinds = first.iter().map(AsRef::as_ref);
        let first = kinds.zip(-(first.len() as isize)..);
        let last = last.iter().map(AsRef::as_ref).zip(1..);
        let ranks = first.chain(last);
        Self(ranks.map(|(kind, rank)| (kind.to_owned(), rank)).collect())
    }

    pub(crate) fn of(&self, kind: &str) -> isize {
        self.0.get(kind).copied().unwrap_or(0)
    }
}

/// What tables of field specs are sorted by (`Gvk.IsLessThan` in kyaml).
pub(super) fn key(gvk: &Gvk) -> (isize, String) {
    static RANKS: LazyLock<Ranks> = LazyLock::new(|| Ranks::new(&FIRST, &LAST));
    (RANKS.of(gvk.kind()), gvk.sort_key().concat())
}
