//! Which resource a name means.

use foldhash::{HashMap, HashMapExt, HashSet};
use smallvec::SmallVec;

use super::plan::{Plans, Target};
use super::referrer::{Reach, place};
use crate::resource::{Gvk, NO_NAMESPACE, Resource, ResourceSet};
use crate::yaml::Text;

/// The resources of a set by the names that they had.
#[derive(Debug)]
pub(super) struct Candidates {
    by_name: HashMap<Text, Named>,
    /// For every namespace that resources were in at first: where they are now.
    moved: HashMap<Text, HashSet<Text>>,
}

/// The resources that had a name, each list sorted by place, then by position.
#[derive(Debug, Default)]
struct Named {
    all: SmallVec<[usize; 2]>,
    /// If there are many.
    index: Option<Box<Index>>,
}

#[derive(Debug, Default)]
struct Index {
    /// By the last prefix that they got.
    by_prefix: HashMap<Option<Text>, Vec<usize>>,
    by_suffix: HashMap<Option<Text>, Vec<usize>>,
}

/// Places of resources that a name may mean.
type Found = SmallVec<[usize; FEW]>;

/// Up to so many resources are looked at one by one.
const FEW: usize = 8;

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
    /// Those of a set that can be named where the plans look for names.
    pub(super) fn of(set: &ResourceSet, plans: &Plans) -> Self {
        let mut by_name: HashMap<Text, Named> = HashMap::new();
        let mut moved: HashMap<Text, HashSet<Text>> = HashMap::new();
        let mut last_move = None;
        for (at, resource) in set.iter().enumerate() {
            if plans.is_target(at, resource) {
                let mut last = None;
                for previous in &resource.history().previous {
                    // A move to another namespace left the name as it was.
                    if last.replace(&previous.name) == Some(&previous.name) {
                        continue;
                    }
                    let places = &mut by_name.entry(previous.name.clone()).or_default().all;
                    if places.last() != Some(&at) {
                        places.push(at);
                    }
                }
            }
            let from_to = Some((first_namespace(resource), place(resource)));
            if let Some((from, to)) = from_to.filter(|_| from_to != last_move) {
                let now = moved.entry(Text::from(from)).or_default();
                now.insert(Text::from(to));
                last_move = from_to;
            }
        }
        moved.remove(NO_NAMESPACE);
        let several = by_name.values_mut().filter(|named| named.all.len() > 1);
        several.for_each(|named| named.sort(set));
        Self { by_name, moved }
    }

    /// What a name means (`selectReferral` in kustomize's `nameref.go`).
    pub(super) fn meaning(&self, set: &ResourceSet, question: Question<'_>) -> Meaning {
        let Some(named) = self.by_name.get(question.name) else {
            return Meaning::Nothing;
        };
        // Where thousands had one name, those that came the referrer's way are nearly always few.
        if let Some(companions) = named.companions(question.referrer) {
            let found = companions.into_iter();
            let mut found: Found = found
                .flat_map(|places| self.reachable(set, question, places))
                .collect();
            found.retain(|at| came_along(set.get(*at), question.referrer, true));
            match choose(set, question, found) {
                Meaning::Nothing | Meaning::Unclear(_) => {}
                meaning => return meaning,
            }
        }
        let found = self.reachable(set, question, &named.all);
        choose(set, question, found)
    }

    /// A resource out of reach that a name would mean if it were in reach, and that is not called
    /// so any more.
    pub(super) fn out_of_reach(&self, set: &ResourceSet, question: Question<'_>) -> Option<usize> {
        let named = self.by_name.get(question.name)?;
        named.all.iter().copied().find(|at| {
            let resource = set.get(*at);
            resource.name() != question.name.as_str()
                && was(resource, &question.target.gvk)
                && question.role.is_none_or(|role| was(resource, role))
                && !question.reach.contains(place(resource))
        })
    }

    /// The candidates that the referrer can name and that were of the right type, of a sorted list.
    fn reachable(&self, set: &ResourceSet, question: Question<'_>, places: &[usize]) -> Found {
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
                true => first_namespace(resource) == namespace,
                false => !id.is_cluster_scoped() && id.effective_namespace() == namespace,
            });
            was(resource, &question.target.gvk)
                && in_namespace
                && question.role.is_none_or(|role| was(resource, role))
                && (everywhere
                    || id.is_cluster_scoped()
                    || id.gvk().kind() == "ServiceAccount"
                    || id.effective_namespace() == own.effective_namespace())
        };
        let Reach::Namespaces(namespaces) = question.reach else {
            return places.iter().copied().filter(fits).collect();
        };
        if places.len() <= FEW {
            let in_reach = |at: &usize| question.reach.contains(place(set.get(*at))) && fits(at);
            return places.iter().copied().filter(in_reach).collect();
        }
        let mut found = Found::new();
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

impl Named {
    fn sort(&mut self, set: &ResourceSet) {
        self.all.sort_by_key(|at| place(set.get(*at)));
        if self.all.len() <= FEW {
            return;
        }
        let index = self.index.get_or_insert_default();
        for &at in &self.all {
            let history = set.get(at).history();
            let prefix = history.prefixes.last().cloned();
            index.by_prefix.entry(prefix).or_default().push(at);
            let suffix = history.suffixes.last().cloned();
            index.by_suffix.entry(suffix).or_default().push(at);
        }
    }

    /// Two lists that hold all which [`came_along`] with a referrer: the fewer of those with its
    /// last prefix or none, and those with its last suffix or none. `None` if it got neither, or if
    /// there are few anyway.
    fn companions(&self, referrer: &Resource) -> Option<[&[usize]; 2]> {
        let (history, index) = (referrer.history(), self.index.as_ref()?);
        let ends = [
            (&history.prefixes, &index.by_prefix),
            (&history.suffixes, &index.by_suffix),
        ];
        let lists = ends.into_iter().filter_map(|(affixes, lists)| {
            let list = |affix| lists.get(&affix).map(Vec::as_slice).unwrap_or_default();
            Some([list(Some(affixes.last()?.clone())), list(None)])
        });
        lists.min_by_key(|[same, none]| same.len() + none.len())
    }
}

/// What a name means if it can only be one of those found.
fn choose(set: &ResourceSet, question: Question<'_>, mut found: Found) -> Meaning {
    // Those that the referrer may see at all stand in the set's order again.
    found.sort_unstable();
    let first = match found[..] {
        [] => return Meaning::Nothing,
        [one] => return Meaning::One(one),
        [first, ..] => first,
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
    match found[..] {
        [] => Meaning::Unclear(first),
        [one] => Meaning::One(one),
        [first, ref rest @ ..] if rest.iter().all(|at| called(at) == called(&first)) => {
            Meaning::One(first)
        }
        _ => Meaning::Ambiguous(found.into_vec()),
    }
}

/// The effective namespace that a resource was in at first.
fn first_namespace(resource: &Resource) -> &str {
    match resource.history().previous.first() {
        Some(previous) if previous.namespace.is_empty() => "default",
        Some(previous) => &previous.namespace,
        None => resource.id().effective_namespace(),
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
