//! The order in which resources are printed.

use std::cmp::Reverse;

use foldhash::{HashSet, HashSetExt};

use super::field_spec::{FIRST, LAST, Ranks};
use crate::error::{Error, ErrorKind, Result};
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
///
/// # Errors
/// [`ErrorKind::Conflict`] if two have the same id; only sorting looks.
pub(crate) fn sort(resources: &mut [Resource], order: &Order) -> Result<()> {
    let Order::Legacy { first, last } = order else {
        return Ok(());
    };
    let mut ids = HashSet::with_capacity(resources.len());
    if let Some(twice) = resources.iter().find(|resource| !ids.insert(resource.id())) {
        let message = format!("{} is there twice", twice.id());
        return Err(Error::marked(
            ErrorKind::Conflict,
            twice.node().mark(),
            message,
        ));
    }
    let ranks = Ranks::new(first, last);
    resources.sort_by_cached_key(|resource| Key::new(resource, &ranks));
    Ok(())
}

/// The reference compares ranks, types as text, then namespaces and names as text. Of two types
/// of kind `Namespace` one of which is Kubernetes' own the *later* text comes first; together with
/// other kinds of the same rank that is no order at all, so there it is left out.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    rank: isize,
    gvk: TypeKey,
    name: String,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum TypeKey {
    CoreNamespace(Reverse<String>),
    Other(String),
}

impl Key {
    fn new(resource: &Resource, ranks: &Ranks) -> Self {
        let (id, gvk) = (resource.id(), resource.gvk());
        let rank = ranks.of(gvk.kind());
        let text = gvk.sort_key();
        let is_core_namespace = gvk.kind() == "Namespace" && gvk.group().is_empty();
        let or = |text: &str, none: &str| match text.is_empty() {
            true => none.to_owned(),
            false => text.to_owned(),
        };
        Self {
            rank,
            gvk: match is_core_namespace && rank != 0 {
                true => TypeKey::CoreNamespace(Reverse(text)),
                false => TypeKey::Other(text),
            },
            name: format!("{}|{}", or(id.namespace(), "~X"), or(id.name(), "~N")),
        }
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
        let mut resources = set(&text.join("---\n")).into_resources();
        sort(&mut resources, order).unwrap();
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

    #[test]
    fn sorting_finds_what_is_there_twice() {
        let mut resources =
            set("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n").into_resources();
        resources.push(resources[0].clone());
        assert!(sort(&mut resources, &Order::Fifo).is_ok());
        let error = sort(&mut resources, &Order::legacy()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
    }
}
