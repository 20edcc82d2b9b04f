//! The order in which resources are printed.

use std::cmp::Ordering;
use std::ops::Range;

use super::field_spec::{FIRST, LAST, Ranks};
use crate::resource::Resource;

/// An order of resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// As they were accumulated.
    Fifo,
    /// By type and name.
    Legacy {
        /// Kinds that come first, in this order.
        first: Vec<String>,
        /// Kinds that come last, in this order.
        last: Vec<String>,
    },
}

impl Order {
    /// The order of `legacy` where nobody lists kinds, which is that of `kustomize build`.
    pub(crate) fn legacy() -> Self {
        let list = |kinds: &[&str]| kinds.iter().map(|&kind| kind.to_owned()).collect();
        Self::Legacy {
            first: list(&FIRST),
            last: list(&LAST),
        }
    }
}

/// Sorts resources (`SortOrderTransformer` in kustomize).
pub(crate) fn sort(resources: Vec<Resource>, order: &Order) -> Vec<Resource> {
    let Order::Legacy { first, last } = order else {
        return resources;
    };
    let ranks = Ranks::new(first, last);
    let mut texts = String::new();
    let keys: Vec<_> = resources
        .iter()
        .map(|resource| Key::new(resource, &ranks, &mut texts))
        .collect();
    let mut places: Vec<_> = (0..resources.len()).collect();
    places.sort_by(|one, two| keys[*one].cmp(&keys[*two], &texts));
    let mut resources: Vec<_> = resources.into_iter().map(Some).collect();
    places
        .into_iter()
        .filter_map(|at| resources[at].take())
        .collect()
}

/// The reference compares ranks, types as text, then namespaces and names as text. Of two types
/// of kind `Namespace` one of which is Kubernetes' own the *later* text comes first; together with
/// other kinds of the same rank that is no order at all, so there it is left out.
struct Key {
    rank: isize,
    is_core_namespace: bool,
    /// Parts of a text that all keys share.
    gvk: Range<usize>,
    name: Range<usize>,
}

impl Key {
    fn new(resource: &Resource, ranks: &Ranks, texts: &mut String) -> Self {
        let (id, gvk) = (resource.id(), resource.gvk());
        let rank = ranks.of(gvk.kind());
        let mut write = |parts: &[&str]| {
            let start = texts.len();
            texts.extend(parts.iter().copied());
            start..texts.len()
        };
        let or = |text, none| if str::is_empty(text) { none } else { text };
        Self {
            rank,
            is_core_namespace: rank != 0 && gvk.kind() == "Namespace" && gvk.group().is_empty(),
            gvk: write(&gvk.sort_key()),
            name: write(&[or(id.namespace(), "~X"), "|", or(id.name(), "~N")]),
        }
    }

    fn cmp(&self, other: &Self, texts: &str) -> Ordering {
        let types = || {
            let order = texts[self.gvk.clone()].cmp(&texts[other.gvk.clone()]);
            match (self.is_core_namespace, other.is_core_namespace) {
                (true, true) => order.reverse(),
                (false, false) => order,
                (core, _) if core => Ordering::Less,
                _ => Ordering::Greater,
            }
        };
        self.rank
            .cmp(&other.rank)
            .then_with(types)
            .then_with(|| texts[self.name.clone()].cmp(&texts[other.name.clone()]))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::set;
    use super::*;

    fn sorted(order: &Order, ids: &[(&str, &str, &str, &str)]) -> Vec<String> {
        let text: Vec<_> = ids
            .iter()
            .map(|(api_version, kind, namespace, name)| {
                format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}}}\n")
            })
            .collect();
        let resources = sort(set(&text.join("---\n")).into_resources(), order);
        let shown = resources
            .iter()
            .map(|it| format!("{}/{}", it.gvk().kind(), it.name()));
        shown.collect()
    }

    #[test]
    fn by_rank_then_type_then_namespace_and_name() {
        let ids = [
            ("v1", "Pod", "~", "a"),
            ("apps/v1", "Deployment", "~", "a"),
            ("x.io/v1", "Zoo", "~", "a"),
            ("v1", "Service", "~", "b"),
            ("v1", "Service", "z", "a"),
            (
                "admissionregistration.k8s.io/v1",
                "ValidatingWebhookConfiguration",
                "~",
                "a",
            ),
            ("x.io/v1", "Namespace", "~", "a"),
            ("v1", "Namespace", "~", "b"),
        ];
        assert_eq!(
            sorted(&Order::legacy(), &ids),
            [
                "Namespace/b",
                "Namespace/a",
                "Service/a",
                "Service/b",
                "Deployment/a",
                "Zoo/a",
                "Pod/a",
                "ValidatingWebhookConfiguration/a",
            ]
        );
        assert_eq!(sorted(&Order::Fifo, &ids)[0], "Pod/a");
    }

    #[test]
    fn own_lists_replace_the_others() {
        let order = Order::Legacy {
            first: vec!["Pod".to_owned()],
            last: vec!["Namespace".to_owned()],
        };
        let ids = [
            ("v1", "Namespace", "~", "b"),
            ("apps/v1", "Deployment", "~", "a"),
            ("v1", "Pod", "~", "a"),
        ];
        assert_eq!(
            sorted(&order, &ids),
            ["Pod/a", "Deployment/a", "Namespace/b"]
        );
    }
}
