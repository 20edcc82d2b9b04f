//! One resource: its node, its identity and its history.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_core::Deserialize;
use smallvec::SmallVec;

use super::annotations::{no_mapping, pairs_of};
use super::ends;
use super::fields::{
    Head, Texts, data_of, field_of, field_text, maps_of, metadata, metadata_field, metadata_mut,
    names_of, set_metadata_map, set_name, set_namespace, texts,
};
use super::gvk::Gvk;
use super::history::{History, Previous, is_history_annotation, is_internal_annotation};
use super::res_id::{IdKey, ResId};
use super::shared::SharedNodes;
use crate::error::Result;
use crate::schema::Schema;
use crate::source::Mark;
use crate::yaml::{self, Entry, Mapping, Node, Style, Tag, Text, Value};

/// A Kubernetes object on its way through a build, or at its end.
///
/// ```
/// # fn show(manifests: &[kustody::Resource]) {
/// for resource in manifests {
///     let replicas = resource.get("/spec/replicas").and_then(|node| node.as_i64());
///     println!("{} {}: {replicas:?}", resource.gvk().kind(), resource.name());
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Resource {
    node: Node,
    id: ResId,
    history: Option<Arc<History>>,
    shared: Option<Arc<SharedNodes>>,
    /// Whether a comment stands below it in its file.
    has_end: bool,
    /// Whether it was printed and read again without its comments.
    has_lost_comments: bool,
}

impl Resource {
    /// A resource of a mapping. What else a resource must have is for its readers to check.
    pub(crate) fn new(node: Node, schema: &Schema) -> Self {
        let head = Head::of(&node);
        let has_annotations = head.metadata.annotations.is_some();
        let mut resource = Self {
            id: id_of(&head, schema),
            node,
            history: None,
            shared: None,
            has_end: false,
            has_lost_comments: false,
        };
        if has_annotations {
            resource.take_annotations();
        }
        resource
    }

    /// Type, name and namespace.
    pub fn id(&self) -> &ResId {
        &self.id
    }

    /// The type.
    pub fn gvk(&self) -> &Gvk {
        self.id.gvk()
    }

    /// `metadata.name`; empty for a list without one.
    pub fn name(&self) -> &str {
        self.id.name()
    }

    /// `metadata.namespace` as written; empty if there is none.
    pub fn namespace(&self) -> &str {
        self.id.namespace()
    }

    /// The whole object.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// The value at a JSON pointer such as `/spec/replicas`; `None` if there is none.
    pub fn get(&self, pointer: &str) -> Option<&Node> {
        self.node.get(pointer)
    }

    /// The object as any serde type, such as those of `k8s-openapi`.
    ///
    /// # Errors
    /// [`ErrorKind::Deserialize`](crate::ErrorKind::Deserialize) names the field that does not fit.
    pub fn deserialize<'de, T: Deserialize<'de>>(&'de self) -> Result<T> {
        yaml::from_node(&self.node)
    }

    /// `apiVersion` as written.
    pub(crate) fn api_version(&self) -> &str {
        field_text(&self.node, "apiVersion")
    }

    pub(crate) fn history(&self) -> &History {
        static NONE: History = History {
            previous: SmallVec::new_const(),
            prefixes: SmallVec::new_const(),
            suffixes: SmallVec::new_const(),
            referrers: Vec::new(),
            behavior: None,
            needs_hash: false,
            allow_name_change: false,
            allow_kind_change: false,
            follows_labels: None,
            vars: Vec::new(),
        };
        self.history.as_deref().unwrap_or(&NONE)
    }

    /// The history, to write what the reference writes to annotations.
    pub(crate) fn history_mut(&mut self) -> &mut History {
        let follows_labels = match self.history().has_annotations() {
            true => None,
            false => {
                let [labels, annotations] = maps_of(&self.node);
                annotations.is_none().then_some(labels.is_some())
            }
        };
        self.history_behind(follows_labels)
    }

    /// The history; where it is the first annotation, whether it follows labels.
    fn history_behind(&mut self, follows_labels: Option<bool>) -> &mut History {
        let history = Arc::make_mut(self.history.get_or_insert_default());
        history.follows_labels = follows_labels.or(history.follows_labels);
        history
    }

    /// Remembers that a var takes its value from the resource.
    pub(crate) fn push_var(&mut self, name: Text) {
        let history = Arc::make_mut(self.history.get_or_insert_default());
        history.vars.push(name);
    }

    fn has(&self, field: &str) -> bool {
        metadata(&self.node).is_some_and(|metadata| metadata.get(field).is_some())
    }

    pub(super) fn shared(&self) -> &[Option<Node>] {
        self.shared
            .as_deref()
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    pub(super) fn shared_nodes(&self) -> Option<&Arc<SharedNodes>> {
        self.shared.as_ref()
    }

    pub(super) fn set_shared(&mut self, nodes: Arc<SharedNodes>) {
        self.shared = Some(nodes);
    }

    pub(super) fn shared_mut(&mut self) -> &mut SharedNodes {
        Arc::make_mut(self.shared.get_or_insert_default())
    }

    /// Changes the object; its id follows.
    pub(crate) fn edit<T>(&mut self, schema: &Schema, edit: impl FnOnce(&mut Node) -> T) -> T {
        let result = edit(&mut self.node);
        self.update_id(schema);
        result
    }

    fn update_id(&mut self, schema: &Schema) {
        let head = Head::of(&self.node);
        let kind = head.kind_text().map_or("", |kind| kind);
        // Most edits leave the type as it is, and the scope is that of the type.
        if self.id.gvk().is_written(head.api_version_text(), kind) {
            let (name, namespace) = head.metadata.names();
            self.id.set_names(name, namespace);
        } else {
            self.id = id_of(&head, schema);
        }
    }

    /// Changes the object and not its type; name and namespace follow.
    pub(crate) fn edit_names<T>(&mut self, edit: impl FnOnce(&Gvk, &mut Node) -> T) -> T {
        let result = edit(self.id.gvk(), &mut self.node);
        let (name, namespace) = names_of(&self.node);
        self.id.set_names(name, namespace);
        result
    }

    /// Changes fields that are no part of the id.
    pub(crate) fn edit_fields<T>(&mut self, edit: impl FnOnce(&mut Node) -> T) -> T {
        edit(&mut self.node)
    }

    /// The type, and the object for changes that are no part of the id.
    pub(crate) fn fields_mut(&mut self) -> (&Gvk, &mut Node) {
        (self.id.gvk(), &mut self.node)
    }

    /// Changes the object while its history stands in its annotations, as it does in the reference
    /// all the time: an edit that drops the annotations drops the history. Shared nodes are for the
    /// caller to settle.
    pub(crate) fn edit_with_annotations<T>(
        &mut self,
        schema: &Schema,
        edit: impl FnOnce(&mut Node) -> T,
    ) -> T {
        let mut node = std::mem::replace(&mut self.node, Node::null());
        self.write_history(&mut node);
        self.node = node;
        let result = edit(&mut self.node);
        self.take_annotations();
        self.update_id(schema);
        result
    }

    /// The object with its history in its annotations.
    pub(crate) fn node_with_history(&self) -> Node {
        let mut node = self.node.clone();
        self.write_history(&mut node);
        node
    }

    /// The object with its history in its annotations, and these before or behind the labels as in
    /// the reference, where they stand from the moment that any of them was written.
    pub(crate) fn node_in_order(&self) -> Node {
        let mut node = self.node_with_history();
        let history = self.history();
        if let Some(follows_labels) = history.follows_labels.filter(|_| history.has_annotations())
            && let Some(metadata) = metadata_mut(&mut node)
            && let Some(annotations) = metadata.remove("annotations")
        {
            let mut keys = metadata.entries().iter().map(|entry| entry.key.text());
            let labels = keys.position(|key| key == Some("labels"));
            let at = labels.map_or(metadata.len(), |at| at + usize::from(follows_labels));
            metadata.insert(at, annotations);
        }
        node
    }

    fn write_history(&self, node: &mut Node) {
        let entries = self.history().to_annotations();
        if entries.is_empty() {
            return;
        }
        let mark = node.mark();
        let annotations = node
            .as_mapping_mut()
            .and_then(|root| root.mapping_in("metadata", mark))
            .and_then(|metadata| metadata.mapping_in("annotations", mark));
        if let Some(annotations) = annotations {
            annotations.extend(entries);
        }
    }

    /// Changes the object as [`edit_with_annotations`](Self::edit_with_annotations) does, and keeps
    /// its history and all annotations that the reference takes for its own, whatever the edit does
    /// to them; annotations are written anew, sorted, all strings.
    ///
    /// If one has an empty key, of which the place is returned, the reference cannot write them:
    /// all are gone, and the history with them.
    pub(crate) fn edit_json(
        &mut self,
        schema: &Schema,
        edit: impl FnOnce(&mut Node) -> Result<()>,
    ) -> Result<Option<Mark>> {
        if let Some(list) = self.listed_annotations() {
            return Err(no_mapping(list));
        }
        let history = self.history.clone();
        self.unshare();
        self.take_end();
        self.has_lost_comments = true;
        let mut kept = texts(self.annotations());
        kept.retain(|key, _| is_internal_annotation(key));
        self.edit_with_annotations(schema, edit)?;
        self.history = history;
        let mut annotations = match self.listed_annotations() {
            Some(list) => pairs_of(list)?,
            None => texts(self.annotations()),
        };
        annotations.extend(kept);
        if let Some((_, mark)) = annotations.remove("") {
            self.set_annotations(Texts::new());
            self.take_annotations();
            return Ok(Some(mark));
        }
        self.set_annotations(annotations);
        Ok(None)
    }

    /// Says that a comment stands below it in its file.
    pub(super) fn note_end(&mut self) {
        self.has_end = true;
    }

    /// Whether the comments at its nodes count no longer.
    pub(crate) fn has_lost_comments(&self) -> bool {
        self.has_lost_comments
    }

    /// Loses the comment below it, as the reference does when it prints the object and reads it
    /// again.
    pub(super) fn take_end(&mut self) {
        if std::mem::take(&mut self.has_end) {
            ends::push_apart(&mut self.node);
        }
    }

    /// Moves the history out of the annotations again.
    fn take_annotations(&mut self) {
        let annotations = self.annotations();
        let own = annotations.filter(|annotations| annotations.iter().any(is_own));
        let own = own.map(History::from_annotations);
        let before = self.history.take();
        let has_own = own.is_some();
        self.history = own.map(Arc::new);
        if let Some(before) = before
            && (has_own || !before.vars.is_empty())
        {
            let history = Arc::make_mut(self.history.get_or_insert_default());
            history.vars.clone_from(&before.vars);
            // Labels that come later come last.
            let has_labels = metadata_field(&self.node, "labels").is_some();
            history.follows_labels = before.follows_labels.map(|it| it && has_labels);
        }
        if !has_own {
            return;
        }
        if let Some(metadata) = metadata_mut(&mut self.node)
            && let Some(annotations) = metadata
                .get_mut("annotations")
                .and_then(Node::as_mapping_mut)
        {
            annotations.retain(|entry| !is_own(entry));
            if annotations.is_empty() {
                metadata.remove("annotations");
            }
        }
    }

    /// Remembers the current id as a previous one. What stands in the place of annotations and holds
    /// none, such as null or a text, goes the first time: the reference drops it when it writes
    /// history there.
    pub(crate) fn push_previous(&mut self) {
        let mut follows_labels = None;
        if self.history().previous.is_empty() {
            let [labels, annotations] = maps_of(&self.node);
            let is_none = |node: &Node| match node.value() {
                Value::Scalar(_) => true,
                Value::Sequence(list) => list.is_empty(),
                Value::Mapping(_) => false,
            };
            let goes = annotations.is_some_and(is_none);
            if (annotations.is_none() || goes) && !self.history().has_annotations() {
                follows_labels = Some(labels.is_some());
            }
            if goes && let Some(metadata) = metadata_mut(&mut self.node) {
                metadata.remove("annotations");
            }
        }
        let previous = Previous {
            name: self.id.name_text().clone(),
            namespace: self.id.effective_namespace_text(),
            kind: self.id.gvk().kind.clone(),
        };
        self.history_behind(follows_labels).previous.push(previous);
    }

    /// The ids that it had, the oldest first, with today's API version.
    pub(crate) fn previous_ids(&self) -> impl Iterator<Item = ResId> {
        let previous = &self.history().previous;
        previous.iter().map(|previous| previous.id(self.id.gvk()))
    }

    /// What the ids that it has or had are found by, the current one last.
    pub(super) fn keys(&self) -> impl Iterator<Item = IdKey<'_>> {
        self.previous_keys().chain([self.id.key()])
    }

    /// What the ids that it had are found by.
    pub(super) fn previous_keys(&self) -> impl Iterator<Item = IdKey<'_>> {
        let previous = self.history().previous.iter();
        previous.map(|previous| previous.key(self.id.gvk()))
    }

    /// The names that it has or had, the current one last.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Text> {
        let previous = self.history().previous.iter();
        previous
            .map(|previous| &previous.name)
            .chain([self.id.name_text()])
    }

    /// The id that it had first.
    pub(crate) fn original_id(&self) -> ResId {
        self.previous_ids()
            .next()
            .unwrap_or_else(|| self.id.clone())
    }

    /// The kind that it had first.
    pub(crate) fn original_kind(&self) -> &str {
        let first = self.history().previous.first();
        first.map_or(self.id.gvk().kind(), |first| &first.kind)
    }

    /// The type that it had first: that kind under today's API version.
    pub(crate) fn original_gvk(&self) -> Cow<'_, Gvk> {
        let (gvk, kind) = (self.id.gvk(), self.original_kind());
        match kind == gvk.kind() {
            true => Cow::Borrowed(gvk),
            false => Cow::Owned(Gvk::from_parts(gvk.group(), gvk.version(), kind)),
        }
    }

    /// Leaves nothing of it, so that it is dropped.
    pub(crate) fn clear(&mut self) {
        self.node = Node::new(Mapping::default(), self.node.mark());
    }

    /// Whether nothing is left of it.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.node.is_null_or_empty()
    }

    /// `metadata.labels`, if it is a mapping.
    pub(crate) fn labels(&self) -> Option<&Mapping> {
        metadata_field(&self.node, "labels")
    }

    /// `metadata.annotations`, if it is a mapping.
    pub(crate) fn annotations(&self) -> Option<&Mapping> {
        metadata_field(&self.node, "annotations")
    }

    /// The text of an annotation.
    pub(crate) fn annotation(&self, key: &str) -> Option<Text> {
        let value = self.annotations()?.get(key)?.as_scalar()?;
        Some(value.text().clone())
    }

    /// Writes all annotations anew, as the reference does when it notes something in them: sorted,
    /// all strings, also what was null.
    pub(crate) fn rewrite_annotations(&mut self) {
        self.set_annotations(texts(self.annotations()));
    }

    /// Writes an annotation, and with it all others anew: sorted, all strings.
    pub(crate) fn set_annotation(&mut self, key: &'static str, text: Text, mark: Mark) {
        let mut annotations = texts(self.annotations());
        annotations.insert(Text::from_static(key), (text, mark));
        self.set_annotations(annotations);
    }

    fn set_annotations(&mut self, annotations: Texts) {
        let mark = self.node.mark();
        set_metadata_map(&mut self.node, "annotations", annotations, mark);
        let follows_labels = self.has("labels");
        if let Some(history) = &mut self.history {
            Arc::make_mut(history).follows_labels = Some(follows_labels);
        }
    }

    /// Writes `metadata.name`. An untagged text may come out as a number, as in the reference.
    pub(crate) fn set_name(&mut self, name: &str, mark: Mark, schema: &Schema) {
        self.edit(schema, |node| set_name(node, name, mark));
    }

    /// Where a field of `metadata` was written; where the resource was, if it is not there.
    pub(crate) fn metadata_mark(&self, field: &str) -> Mark {
        let metadata = field_of(&self.node, "metadata");
        let value = metadata.and_then(|metadata| field_of(metadata, field));
        value.unwrap_or(&self.node).mark()
    }

    /// Writes `apiVersion`.
    pub(crate) fn set_api_version(&mut self, api_version: &str, mark: Mark, schema: &Schema) {
        self.edit(schema, |node| {
            if let Some(root) = node.as_mapping_mut() {
                root.set_scalar("apiVersion", Tag::None, Text::from(api_version), mark);
            }
        });
    }

    /// Takes labels and annotations that the resource does not have, name, namespace and history
    /// from the one whose place it takes (`CopyMergeMetaDataFieldsFrom` in the reference).
    pub(crate) fn take_metadata_of(&mut self, other: &Self, schema: &Schema) {
        let needs_hash = self.history().needs_hash && other.history().needs_hash;
        let mark = self.node.mark();
        let merged = |field: &str| {
            let mut merged = texts(metadata_field(&other.node, field));
            merged.extend(texts(metadata_field(&self.node, field)));
            merged
        };
        let (labels, annotations) = (merged("labels"), merged("annotations"));
        set_metadata_map(&mut self.node, "labels", labels, mark);
        self.history.clone_from(&other.history);
        self.set_annotations(annotations);
        self.history_mut().needs_hash = needs_hash;
        let (name, namespace) = (other.name().to_owned(), other.namespace().to_owned());
        self.edit(schema, |node| {
            set_name(node, &name, other.metadata_mark("name"));
            set_namespace(node, &namespace, other.metadata_mark("namespace"));
        });
    }

    /// Takes the data of the generated resource whose place it takes; its own wins by key.
    pub(crate) fn take_data_of(&mut self, other: &Self) {
        for field in ["data", "binaryData"] {
            let mut merged = data_of(&other.node, field);
            merged.extend(data_of(&self.node, field));
            let Some(root) = self.node.as_mapping_mut() else {
                return;
            };
            root.remove(field);
            if merged.is_empty() {
                continue;
            }
            let entry = |(key, (text, mark)): (Text, (Text, Mark))| {
                let mut entry = Entry::made(&key, Tag::Str, text, mark);
                if let Some(scalar) = entry.value.as_scalar_mut()
                    && scalar.text().contains('\n')
                {
                    scalar.set_style(Style::Literal);
                }
                entry
            };
            let mark = root.entries().first().map(|entry| entry.value.mark());
            let data = Mapping::from(merged.into_iter().map(entry).collect::<Vec<_>>());
            root.append(field, Node::new(data, mark.unwrap_or_default()));
        }
    }
}

/// The id only: values may be secret.
impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resource({})", self.id)
    }
}

fn is_own(entry: &Entry) -> bool {
    entry.key.text().is_some_and(is_history_annotation)
}

/// The id of an object.
fn id_of(head: &Head<'_>, schema: &Schema) -> ResId {
    let api_version = head.api_version_text();
    let kind = head.kind_text().cloned().unwrap_or_default();
    let (name, namespace) = head.metadata.names();
    let cluster_scoped = schema.is_cluster_scoped(api_version, &kind);
    ResId::new(Gvk::new(api_version, kind), name, namespace).cluster_scoped(cluster_scoped)
}
