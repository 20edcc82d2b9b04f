//! The resources of a build, in order and indexed.

use std::hash::BuildHasher;
use std::sync::OnceLock;

use foldhash::fast::RandomState;
use foldhash::{HashMap, HashMapExt, HashSet};
use smallvec::SmallVec;

use super::annotations::ORIGIN;
use super::history::Behavior;
use super::loss;
use super::res_id::{IdKey, ResId};
use super::resource::Resource;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::Schema;
use crate::tree::nearest::nearest;
use crate::warning::Warning;
use crate::yaml::Text;

/// Resources in the order in which they were accumulated (`resmap.ResMap` in the reference).
///
/// Found by any id that they have or had without looking at the others.
#[derive(Clone, Debug)]
pub(crate) struct ResourceSet {
    items: Vec<Resource>,
    schema: Schema,
    /// Made when somebody looks something up, since several transformers in a row may change all
    /// ids while nobody does.
    ids: OnceLock<Ids>,
    /// Where the resources are that have or had a name: made when somebody asks, which few do.
    names: OnceLock<HashMap<Text, Places>>,
    /// Whether something was changed so that nothing may be left of a resource.
    may_hold_empty: bool,
    /// Whether the rules of types were chosen when the ids were made.
    follows_choice: bool,
}

/// Places of resources, in order; one in most cases.
type Places = SmallVec<[usize; 2]>;

/// Where the resources are that have or had an id with a hash.
#[derive(Clone, Debug, Default)]
struct Ids {
    places: HashMap<u64, Places>,
    hasher: RandomState,
}

/// Finds out whether resources have the same ids while ids go on to change.
#[derive(Debug, Default)]
pub(crate) struct Twins {
    /// Two hashes of each id, which are as good as never both equal if the ids are not.
    seen: HashSet<(u64, u64)>,
    hashers: (RandomState, RandomState),
}

impl Twins {
    /// Whether this is the first time for an id.
    pub(crate) fn is_new(&mut self, id: &ResId) -> bool {
        let key = id.key();
        // All that ids differ in: a hash of the key itself leaves some to a comparison.
        let whole = (key.name, key.namespace, key.kind, key.version, key.group);
        let (one, other) = &self.hashers;
        self.seen
            .insert((one.hash_one(whole), other.hash_one(whole)))
    }
}

impl ResourceSet {
    pub(crate) fn new(schema: Schema) -> Self {
        Self {
            items: Vec::new(),
            follows_choice: schema.is_chosen(),
            schema,
            ids: OnceLock::new(),
            names: OnceLock::new(),
            may_hold_empty: false,
        }
    }

    /// What types mean in this build.
    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Resource> {
        self.items.iter()
    }

    pub(crate) fn get(&self, at: usize) -> &Resource {
        &self.items[at]
    }

    /// Appends a resource.
    ///
    /// # Errors
    /// If one has the same current id.
    pub(crate) fn push(&mut self, resource: Resource) -> Result<()> {
        let ids = self.ids();
        let hash = ids.hasher.hash_one(resource.id().key());
        let mut places = ids.with_hash(hash).iter().copied();
        if let Some(first) = places.find(|at| self.items[*at].id() == resource.id()) {
            let message = format!(
                "{} is there twice; rename or remove one, or list its file once",
                resource.id()
            );
            let error = Error::marked(ErrorKind::Conflict, resource.node().mark(), message);
            return Err(error.with_other("the first", self.items[first].node().mark()));
        }
        let at = self.items.len();
        self.may_hold_empty |= resource.is_empty();
        if let Some(ids) = self.ids.get_mut() {
            ids.add(at, &resource, Some(hash));
        }
        if let Some(names) = self.names.get_mut() {
            add_names(names, at, &resource);
        }
        self.items.push(resource);
        Ok(())
    }

    /// Appends all resources of another set.
    ///
    /// # Errors
    /// If two have the same current id, be they both of the other set: what writes to names there
    /// may have made them so.
    pub(crate) fn append(&mut self, other: Self) -> Result<()> {
        if self.items.is_empty() {
            other.check_twins()?;
            let schema = self.schema.clone();
            *self = other;
            self.schema = schema;
            return Ok(());
        }
        self.may_hold_empty |= other.may_hold_empty;
        self.items.reserve(other.items.len());
        other
            .items
            .into_iter()
            .try_for_each(|resource| self.push(resource))
    }

    /// Takes part in another build from now on, in which no rules were chosen either.
    pub(crate) fn use_schema(&mut self, schema: &Schema) {
        self.schema = schema.clone();
    }

    /// Makes the ids anew if the rules of types, which say what has a namespace, were chosen since.
    pub(crate) fn follow_schema(&mut self) {
        if self.schema.is_chosen() && !self.follows_choice {
            self.follows_choice = true;
            for resource in &mut self.items {
                resource.edit(&self.schema, |_| ());
            }
            self.forget();
        }
    }

    /// Where the resource is whose current id this is.
    pub(crate) fn with_current_id(&self, id: &ResId) -> Option<usize> {
        let mut places = self.ids().with_key(id.key()).iter().copied();
        places.find(|at| self.items[*at].id() == id)
    }

    /// Where the resources are that have or had this id, in order.
    pub(crate) fn with_any_id(&self, id: &ResId) -> SmallVec<[usize; 2]> {
        let key = id.key();
        let places = self.ids().with_key(key).iter().copied();
        let has_it = |at: &usize| self.items[*at].keys().any(|other| other == key);
        places.filter(has_it).collect()
    }

    /// Where the resources are that have this name or had it once, in order, and perhaps some that
    /// lost it.
    pub(crate) fn with_any_name(&self, name: &str) -> &[usize] {
        let names = self.names.get_or_init(|| {
            let mut names = HashMap::with_capacity(self.items.len());
            for (at, resource) in self.items.iter().enumerate() {
                add_names(&mut names, at, resource);
            }
            names
        });
        let places = names.get(name);
        places.map(SmallVec::as_slice).unwrap_or_default()
    }

    /// A resource with the current id of one before it.
    pub(crate) fn find_twin(&self) -> Option<&Resource> {
        let mut twins = Twins::default();
        twins.seen.reserve(self.items.len());
        self.items().find(|resource| !twins.is_new(resource.id()))
    }

    /// The resources of which something is left.
    fn items(&self) -> impl Iterator<Item = &Resource> {
        self.items.iter().filter(|resource| !resource.is_empty())
    }

    /// Refuses that two resources have one id, as what writes to names can make it.
    pub(crate) fn check_twins(&self) -> Result<()> {
        self.find_twin().map_or(Ok(()), |twin| Err(conflict(twin)))
    }

    /// Refuses that resources which were changed have the current ids of others.
    pub(crate) fn check_conflicts(&self, changed: &[usize]) -> Result<()> {
        for at in changed {
            let resource = &self.items[*at];
            let others = self.ids().with_key(resource.id().key());
            let same = |other: &&usize| *other != at && self.items[**other].id() == resource.id();
            if !resource.is_empty() && others.iter().any(|other| same(&other)) {
                return Err(conflict(resource));
            }
        }
        Ok(())
    }

    /// Appends a generated resource, or lets it replace or be merged into the one that has or had
    /// its id (`appendReplaceOrMerge` in the reference). `origin_of` reads the origin that the
    /// other keeps if it is merged.
    pub(crate) fn absorb(
        &mut self,
        mut resource: Resource,
        origin_of: impl FnOnce(&Resource) -> Result<Option<Text>>,
        warnings: &mut Vec<Warning>,
    ) -> Result<()> {
        let id = resource.id().clone();
        let behavior = resource.history().behavior;
        let merges = matches!(behavior, Some(Behavior::Merge | Behavior::Replace));
        let at = match *self.with_any_id(&id) {
            [] if merges => {
                let message = format!(
                    "there is no {id} to {}; leave `behavior` out to create it{}",
                    behavior.map_or("", Behavior::name),
                    self.hint(&id)
                );
                return Err(Error::marked(
                    ErrorKind::Generator,
                    resource.node().mark(),
                    message,
                ));
            }
            [] => return self.push(resource),
            [at] if merges => at,
            [at] => {
                let message = format!("{id} is there already; set `behavior` to merge or replace");
                let error = Error::marked(ErrorKind::Conflict, resource.node().mark(), message);
                return Err(error.with_other("the first", self.items[at].node().mark()));
            }
            [first, ..] => {
                let message =
                    format!("several resources are or were {id}; which to change is unclear");
                let error = Error::marked(ErrorKind::Generator, resource.node().mark(), message);
                return Err(error.with_other("the first", self.items[first].node().mark()));
            }
        };
        let old = &self.items[at];
        if behavior == Some(Behavior::Merge) {
            let origin = origin_of(old)?;
            resource.take_metadata_of(old, &self.schema);
            loss::warn_of_fields(old, &resource, warnings);
            resource.take_data_of(old);
            loss::warn_of_keys(&resource, warnings);
            if let Some(origin) = origin {
                let mark = resource.node().mark();
                resource.set_annotation(ORIGIN, origin, mark);
            }
        } else {
            resource.take_metadata_of(old, &self.schema);
        }
        // The reference looks for the place once more, by the id that the new resource has now.
        if self.with_current_id(resource.id()) != Some(at) {
            return Err(changed_kind(&self.items[at], &resource));
        }
        self.replace(at, resource);
        Ok(())
    }

    /// What was probably meant by an id that nothing has, as the end of a sentence: what has its
    /// kind and name and differs in the rest, else what has a similar name or kind. Parts of the
    /// id that are empty may be anything.
    pub(crate) fn hint(&self, id: &ResId) -> String {
        let kind = id.gvk().kind();
        let is_kind = |resource: &Resource| kind.is_empty() || resource.gvk().kind() == kind;
        let named = self
            .with_any_name(id.name())
            .iter()
            .map(|at| &self.items[*at]);
        let named: Vec<_> = named
            .filter(|resource| resource.names().any(|name| *name == *id.name()))
            .collect();
        let same_kind = named.iter().find(|resource| is_kind(resource));
        if let Some(other) = same_kind.filter(|other| other.id() != id) {
            return format!("; there is {}", other.id());
        }
        let of_kind = self.items().filter(|resource| is_kind(resource));
        let known: Vec<_> = of_kind.flat_map(Resource::names).collect();
        if let Some(name) = nearest(id.name(), known.iter().map(|name| name.as_str())) {
            return format!("; did you mean `{name}`?");
        }
        match nearest(kind, named.iter().map(|resource| resource.gvk().kind())) {
            Some(kind) => format!("; did you mean the kind `{kind}`?"),
            None => String::new(),
        }
    }

    /// Changes one resource; the index follows.
    pub(crate) fn update<T>(
        &mut self,
        at: usize,
        update: impl FnOnce(&mut Resource, &Schema) -> T,
    ) -> T {
        let resource = &mut self.items[at];
        let before = resource.id().clone();
        let known = resource.history().previous.len();
        let was_empty = resource.is_empty();
        let result = update(resource, &self.schema);
        let resource = &self.items[at];
        let has_other_ids = *resource.id() != before || resource.history().previous.len() != known;
        self.may_hold_empty |= resource.is_empty();
        if has_other_ids || was_empty || resource.is_empty() {
            self.reindex(at, known, &before);
        }
        result
    }

    /// Changes fields of one resource that are no part of its id.
    pub(crate) fn update_fields_of(&mut self, at: usize, update: impl FnOnce(&mut Resource)) {
        update(&mut self.items[at]);
        self.may_hold_empty |= self.items[at].is_empty();
    }

    /// Changes all resources, each on its own.
    pub(crate) fn update_all(
        &mut self,
        mut update: impl FnMut(&mut Resource, &Schema) -> Result<()>,
    ) -> Result<()> {
        self.update_slice(true, |resources, schema| {
            let mut resources = resources.iter_mut();
            resources.try_for_each(|resource| update(resource, schema))
        })
    }

    /// Changes fields that are no part of an id, of all resources.
    pub(crate) fn update_fields(
        &mut self,
        update: impl FnMut(&mut Resource) -> Result<()>,
    ) -> Result<()> {
        self.update_slice(false, |resources, _| {
            resources.iter_mut().try_for_each(update)
        })
    }

    /// Changes resources, each on its own; `may_change_ids` says whether any gets another id.
    pub(crate) fn update_slice<T>(
        &mut self,
        may_change_ids: bool,
        update: impl FnOnce(&mut [Resource], &Schema) -> T,
    ) -> T {
        self.may_hold_empty = true;
        if may_change_ids {
            self.forget();
        }
        update(&mut self.items, &self.schema)
    }

    /// Puts a resource in the place of another.
    pub(crate) fn replace(&mut self, at: usize, resource: Resource) {
        self.update(at, |old, _| *old = resource);
    }

    /// Keeps the resources that pass a test.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Resource) -> bool) {
        let before = self.items.len();
        self.items.retain(keep);
        if self.items.len() != before {
            self.forget();
        }
    }

    /// Drops the resources of which nothing is left.
    pub(crate) fn drop_empty(&mut self) {
        if std::mem::take(&mut self.may_hold_empty) {
            self.retain(|resource| !resource.is_empty());
        }
    }

    pub(crate) fn into_resources(self) -> Vec<Resource> {
        self.items
    }

    fn ids(&self) -> &Ids {
        self.ids.get_or_init(|| {
            let mut ids = Ids::default();
            ids.places.reserve(self.items.len());
            for (at, resource) in self.items.iter().enumerate() {
                ids.add(at, resource, None);
            }
            ids
        })
    }

    /// Forgets where resources are.
    fn forget(&mut self) {
        self.ids.take();
        self.names.take();
    }

    /// Brings the index up to date after a resource got other ids, or nothing was left of it. `known`
    /// previous ids were there before, and `before` was its id.
    fn reindex(&mut self, at: usize, known: usize, before: &ResId) {
        // The type is a part of every id, previous ones too, so they may all have changed.
        let resource = &self.items[at];
        let same_type = resource.id().gvk() == before.gvk();
        let previous = resource.history().previous.get(..known);
        let Some(previous) = previous.filter(|_| same_type) else {
            return self.forget();
        };
        if resource.is_empty() {
            if let Some(ids) = self.ids.get_mut() {
                let previous = previous.iter().map(|it| it.key(before.gvk()));
                previous
                    .chain([before.key()])
                    .for_each(|key| ids.remove(at, key));
            }
            if let Some(names) = self.names.get_mut() {
                let previous = previous.iter().map(|it| &*it.name);
                previous.chain([before.name()]).for_each(|name| {
                    if let Some(places) = names.get_mut(name) {
                        places.retain(|place| *place != at);
                    }
                });
            }
            return;
        }
        if let Some(ids) = self.ids.get_mut() {
            ids.add(at, resource, None);
        }
        if let Some(names) = self.names.get_mut() {
            add_names(names, at, resource);
        }
    }
}

impl Ids {
    fn with_key(&self, key: IdKey<'_>) -> &[usize] {
        self.with_hash(self.hasher.hash_one(key))
    }

    fn with_hash(&self, hash: u64) -> &[usize] {
        let places = self.places.get(&hash);
        places.map(SmallVec::as_slice).unwrap_or_default()
    }

    fn remove(&mut self, at: usize, key: IdKey<'_>) {
        let hash = self.hasher.hash_one(key);
        if let Some(places) = self.places.get_mut(&hash) {
            places.retain(|place| *place != at);
        }
    }

    /// What nothing is left of is not found any more, although it is still there. `hash` is that of
    /// the current id, if it is known.
    fn add(&mut self, at: usize, resource: &Resource, hash: Option<u64>) {
        if resource.is_empty() {
            return;
        }
        let hash = hash.unwrap_or_else(|| self.hasher.hash_one(resource.id().key()));
        insert(self.places.entry(hash).or_default(), at);
        for key in resource.previous_keys() {
            let hash = self.hasher.hash_one(key);
            insert(self.places.entry(hash).or_default(), at);
        }
    }
}

/// As with ids, what nothing is left of is not found any more.
fn add_names(names: &mut HashMap<Text, Places>, at: usize, resource: &Resource) {
    if resource.is_empty() {
        return;
    }
    for name in resource.names() {
        match names.get_mut(name) {
            Some(places) => insert(places, at),
            None => insert(names.entry(name.clone()).or_default(), at),
        }
    }
}

/// Puts a place into its order, at the end in most cases.
fn insert(places: &mut Places, at: usize) {
    if let Err(before) = places.binary_search(&at) {
        places.insert(before, at);
    }
}

fn conflict(resource: &Resource) -> Error {
    let message = format!("{} is there already", resource.id());
    Error::marked(ErrorKind::Conflict, resource.node().mark(), message)
}

/// What a generated resource would replace has another kind by now.
#[cold]
fn changed_kind(old: &Resource, generated: &Resource) -> Error {
    let message = format!(
        "{} was a {} once, and kustomize looks only for one that still is; leave its `kind` as it is, \
         or give this another name",
        old.id(),
        generated.gvk().kind()
    );
    let error = Error::marked(ErrorKind::Generator, generated.node().mark(), message);
    error.with_other("the other", old.node().mark())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    /// The index follows each change as one made anew would.
    #[test]
    fn what_is_emptied_is_not_found_until_it_is_there_again() {
        let text = |name: &str| format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\n");
        let resource = |name: &str| {
            let node = yaml::read_str("pod.yaml", &text(name)).unwrap().remove(0);
            Resource::new(node, &Schema::builtin())
        };
        let mut set = ResourceSet::new(Schema::builtin());
        for name in ["a", "b"] {
            set.push(resource(name)).unwrap();
        }
        let [old, other] = [0, 1].map(|at| set.get(at).id().clone());
        set.update(0, |resource, schema| {
            resource.push_previous();
            resource.edit(schema, |node| {
                let mark = node.mark();
                crate::resource::set_name(node, "c", mark);
            });
        });
        let new = set.get(0).id().clone();
        let found = |set: &ResourceSet| {
            let ids = [&old, &new, &other].map(|id| set.with_any_id(id).into_vec());
            let names = ["a", "c", "b"].map(|name| set.with_any_name(name).to_vec());
            assert_eq!(ids, names);
            ids
        };
        assert_eq!(found(&set), [vec![0], vec![0], vec![1]]);
        let kept = set.get(0).clone();
        set.update(0, |resource, _| resource.clear());
        assert_eq!(found(&set), [vec![], vec![], vec![1]]);
        set.update(0, |resource, _| *resource = kept);
        assert_eq!(found(&set), [vec![0], vec![0], vec![1]]);
        set.update(1, |resource, _| resource.clear());
        set.drop_empty();
        assert_eq!(found(&set), [vec![0], vec![0], vec![]]);
    }
}
