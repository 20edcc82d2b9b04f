//! The order in which resources are printed.

use std::cmp::Ordering;

use super::field_spec::{FIRST, LAST, Ranks};
use crate::resource::{Gvk, Resource, Types};

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
pub(crate) fn sort(mut resources: Vec<Resource>, order: &Order) -> Vec<Resource> {
    let Order::Legacy { first, last } = order else {
        return resources;
    };
    let mut known = Types::new();
    let mut types = Vec::with_capacity(resources.len());
    // All names, one behind the other, and where each ends.
    let (mut texts, mut ends) = (String::new(), Vec::with_capacity(resources.len()));
    for resource in &resources {
        let (id, gvk) = (resource.id(), resource.gvk());
        types.push(known.number(gvk.group(), gvk.version(), gvk.kind()));
        let or = |text, none| if str::is_empty(text) { none } else { text };
        texts.push_str(or(id.namespace(), "~X"));
        texts.push('|');
        texts.push_str(or(id.name(), "~N"));
        ends.push(texts.len());
    }
    let places = places_of_types(&known, &Ranks::new(first, last));
    let mut start = 0;
    let mut keys = Vec::with_capacity(resources.len());
    for (at, end) in ends.into_iter().enumerate() {
        keys.push((places[types[at]], &texts[start..end], at));
        start = end;
    }
    keys.sort_unstable();
    let mut places = vec![0; keys.len()];
    for (place, (.., at)) in keys.iter().enumerate() {
        places[*at] = place;
    }
    // In place, since the resources are large: each exchange brings one to where it belongs.
    for at in 0..places.len() {
        while places[at] != at {
            let place = places[at];
            resources.swap(at, place);
            places.swap(at, place);
        }
    }
    resources
}

/// The places of types in their order, by their numbers; types of which none comes first share one.
fn places_of_types(types: &Types<'_>, ranks: &Ranks) -> Vec<usize> {
    let keys: Vec<_> = types.iter().map(|gvk| Key::new(&gvk, ranks)).collect();
    let mut sorted: Vec<_> = (0..keys.len()).collect();
    sorted.sort_by(|one, two| keys[*one].cmp(&keys[*two]));
    let mut places = vec![0; keys.len()];
    for pair in sorted.windows(2) {
        let is_less = keys[pair[0]].cmp(&keys[pair[1]]).is_lt();
        places[pair[1]] = places[pair[0]] + usize::from(is_less);
    }
    places
}

/// The reference compares ranks, types as text, then namespaces and names as text. Of two types
/// of kind `Namespace` one of which is Kubernetes' own the *later* text comes first; together with
/// other kinds of the same rank that is no order at all, so there it is left out.
struct Key {
    rank: isize,
    is_core_namespace: bool,
    text: String,
}

impl Key {
    fn new(gvk: &Gvk, ranks: &Ranks) -> Self {
        let rank = ranks.of(gvk.kind());
        Self {
            rank,
            is_core_namespace: rank != 0 && gvk.kind() == "Namespace" && gvk.group().is_empty(),
            text: gvk.sort_key().concat(),
        }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank).then_with(|| {
            let order = self.text.cmp(&other.text);
            match (self.is_core_namespace, other.is_core_namespace) {
                (true, true) => order.reverse(),
                (false, false) => order,
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
            }
        })
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
