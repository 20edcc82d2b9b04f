//! Which resource a name means.

use std::collections::{HashMap, HashSet};

use super::plan::Target;
use super::referrer::{Reach, place};
use crate::resource::{Gvk, NO_NAMESPACE, Resource, ResourceSet};
use crate::yaml::Text;

/// The resources of a set by the names that they had.
#[derive(Debug)]
pub(super) struct Candidates {
    /// Sorted by place, then by position.
    by_name: HashMap<Text, Vec<usize>>,
    /// For every namespace that resources were in at first: where they are now.
    moved: HashMap<Text, HashSet<Text>>,
}

/// What a name turned out to mean.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing that ever had another name.
    Nothing,
    One(usize),
    /// Any of several, none of which came the referrer's way.
    Unclear(usize),
    /// Any of several that are called differently now.
    Ambiguous(Vec<usize>),
}

/// A name that a field holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    pub(super) referrer: &'a Resource,
    pub(super) reach: &'a Reach,
    pub(super) target: &'a Target,
    /// The type that `roleRef` gives, where it counts.
    pub(super) role: Option<&'a Gvk>,
    pub(super) name: &'a Text,
    /// The namespace beside the name.
    pub(super) namespace: Option<&'a str>,
    /// Whether the field takes the namespace, too, so that two that differ in it differ.
    pub(super) with_namespace: bool,
}

impl Candidates {
    pub(super) fn of(set: &ResourceSet) -> Self {
        let mut by_name: HashMap<Text, Vec<usize>> = HashMap::new();
        let mut moved: HashMap<Text, HashSet<Text>> = HashMap::new();
        for (at, resource) in set.iter().enumerate() {
            for previous in &resource.history().previous {
                let places = by_name.entry(previous.name.clone()).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
            let now = moved.entry(first_namespace(resource)).or_default();
            if !now.contains(place(resource)) {
                now.insert(Text::from(place(resource)));
            }
        }
        moved.remove(NO_NAMESPACE);
        for places in by_name.values_mut() {
            places.sort_by_key(|at| place(set.get(*at)));
        }
        Self { by_name, moved }
    }

    /// What a name means (`selectReferral` in kustomize's `nameref.go`).
    pub(super) fn meaning(&self, set: &ResourceSet, question: Question<'_>) -> Meaning {
        let mut found = self.reachable(set, question);
        // Those that the referrer may see at all stand in the set's order again.
        found.sort_unstable();
        if let [one] = *found {
            return Meaning::One(one);
        }
        let Some(first) = found.first().copied() else {
            return Meaning::Nothing;
        };
        found.retain(|at| came_along(set.get(*at), question.referrer, true));
        if found.len() > 1 {
            found.retain(|at| came_along(set.get(*at), question.referrer, false));
        }
        let called = |at: &usize| {
            let resource = set.get(*at);
            let namespace = question.with_namespace.then(|| resource.namespace());
            (resource.name(), namespace)
        };
        match *found {
            [] => Meaning::Unclear(first),
            [one] => Meaning::One(one),
            [first, ref rest @ ..] if rest.iter().all(|at| called(at) == called(&first)) => {
                Meaning::One(first)
            }
            _ => Meaning::Ambiguous(found),
        }
    }

    /// A resource out of reach that a name would mean if it were in reach, and that is not called
    /// so any more.
    pub(super) fn out_of_reach(&self, set: &ResourceSet, question: Question<'_>) -> Option<usize> {
        let places = self.by_name.get(question.name)?;
        places.iter().copied().find(|at| {
            let resource = set.get(*at);
            resource.name() != question.name.as_str()
                && was(resource, &question.target.gvk)
                && question.role.is_none_or(|role| was(resource, role))
                && !question.reach.contains(place(resource))
        })
    }

    /// The candidates that the referrer can name and that were of the right type.
    fn reachable(&self, set: &ResourceSet, question: Question<'_>) -> Vec<usize> {
        let Some(places) = self.by_name.get(question.name) else {
            return Vec::new();
        };
        let own = question.referrer.id();
        let everywhere = own.is_cluster_scoped();
        // A namespace that nothing in reach was in at first is taken for one of today.
        let was_there = question
            .namespace
            .is_some_and(|namespace| self.was_in_reach(namespace, question.reach));
        let fits = |at: &usize| {
            let resource = set.get(*at);
            let id = resource.id();
            let in_namespace = question.namespace.is_none_or(|namespace| match was_there {
                true => first_namespace(resource) == *namespace,
                false => !id.is_cluster_scoped() && id.effective_namespace() == namespace,
            });
            in_namespace
                && was(resource, &question.target.gvk)
                && question.role.is_none_or(|role| was(resource, role))
                && (everywhere
                    || id.is_cluster_scoped()
                    || id.gvk().kind() == "ServiceAccount"
                    || id.effective_namespace() == own.effective_namespace())
        };
        let Reach::Namespaces(namespaces) = question.reach else {
            return places.iter().copied().filter(fits).collect();
        };
        let mut found = Vec::new();
        for namespace in namespaces.iter().map(Text::as_str).chain([NO_NAMESPACE]) {
            let from = places.partition_point(|at| place(set.get(*at)) < namespace);
            let there = places[from..].iter().copied();
            let there = there.take_while(|at| place(set.get(*at)) == namespace);
            found.extend(there.filter(fits));
        }
        found
    }

    fn was_in_reach(&self, namespace: &str, reach: &Reach) -> bool {
        self.moved
            .get(namespace)
            .is_some_and(|now| now.iter().any(|place| reach.contains(place)))
    }
}

/// The effective namespace that a resource was in at first.
fn first_namespace(resource: &Resource) -> Text {
    match resource.history().previous.first() {
        Some(previous) if previous.namespace.is_empty() => Text::from_static("default"),
        Some(previous) => previous.namespace.clone(),
        None => resource.id().effective_namespace_text(),
    }
}

/// Whether one of the types that a resource had is selected.
fn was(resource: &Resource, selector: &Gvk) -> bool {
    let gvk = resource.gvk();
    let fits = |wanted: &str, part: &str| wanted.is_empty() || wanted == part;
    let previous = &resource.history().previous;
    fits(selector.group(), gvk.group())
        && fits(selector.version(), gvk.version())
        && previous.iter().any(|it| fits(selector.kind(), &it.kind))
}

/// Whether two resources got the same prefixes and suffixes from some layer on
/// (`PrefixesSuffixesEquals` in kustomize).
fn came_along(one: &Resource, other: &Resource, or_none: bool) -> bool {
    let (one, other) = (one.history(), other.history());
    let same = |one: &[Text], other: &[Text]| {
        if one.is_empty() || other.is_empty() {
            return or_none || one.len() == other.len();
        }
        one.iter()
            .rev()
            .zip(other.iter().rev())
            .all(|(a, b)| a == b)
    };
    same(&one.prefixes, &other.prefixes) && same(&one.suffixes, &other.suffixes)
}
