//! The fields that all objects have, and those of ConfigMaps, as nodes.

use std::collections::BTreeMap;

use crate::source::Mark;
use crate::yaml::{Entry, Mapping, Node, Scalar, Tag, Text};

pub(super) fn field_of<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    node.as_mapping()?.get(key)
}

/// The text of a field of any scalar type; empty if there is none.
pub(super) fn field_text<'a>(node: &'a Node, key: &str) -> &'a str {
    field_of(node, key).and_then(Node::text).unwrap_or_default()
}

pub(super) fn metadata(node: &Node) -> Option<&Mapping> {
    field_of(node, "metadata")
        .filter(|metadata| !metadata.is_null_or_empty())?
        .as_mapping()
}

pub(super) fn metadata_mut(node: &mut Node) -> Option<&mut Mapping> {
    let root = node.as_mapping_mut()?;
    root.get_mut("metadata").and_then(Node::as_mapping_mut)
}

pub(super) fn metadata_field<'a>(node: &'a Node, key: &str) -> Option<&'a Mapping> {
    metadata(node)?.get(key)?.as_mapping()
}

/// The fields that tell what an object is.
#[derive(Clone, Copy, Default)]
pub(super) struct Head<'n> {
    pub(super) api_version: Option<&'n Node>,
    pub(super) kind: Option<&'n Node>,
    pub(super) metadata: Metadata<'n>,
}

/// The fields of a `metadata`.
#[derive(Clone, Copy, Default)]
pub(super) struct Metadata<'n> {
    name: Option<&'n Node>,
    namespace: Option<&'n Node>,
    labels: Option<&'n Node>,
    pub(super) annotations: Option<&'n Node>,
}

impl<'n> Head<'n> {
    pub(super) fn of(node: &'n Node) -> Self {
        let [api_version, kind, metadata] = find(node, ["apiVersion", "kind", "metadata"]);
        Self {
            api_version,
            kind,
            metadata: metadata.map_or_else(Metadata::default, Metadata::of),
        }
    }

    /// The text of `kind`, also that of null.
    pub(super) fn kind_text(&self) -> Option<&'n Text> {
        Some(self.kind?.as_scalar()?.text())
    }

    /// The text of `apiVersion`; empty if there is none.
    pub(super) fn api_version_text(&self) -> &'n str {
        self.api_version.and_then(Node::text).unwrap_or_default()
    }
}

impl<'n> Metadata<'n> {
    fn of(node: &'n Node) -> Self {
        let keys = ["name", "namespace", "labels", "annotations"];
        let [name, namespace, labels, annotations] = match node.is_null() {
            true => [None; 4],
            false => find(node, keys),
        };
        Self {
            name,
            namespace,
            labels,
            annotations,
        }
    }

    /// Whether any of them is there and something.
    pub(super) fn is_known(&self) -> bool {
        let all = [self.name, self.namespace, self.labels, self.annotations];
        all.iter().flatten().any(|node| !node.is_null_or_empty())
    }

    /// Name and namespace; empty if they are not there.
    pub(super) fn names(&self) -> (Text, Text) {
        let text = |text: Option<&Text>| text.cloned().unwrap_or_default();
        (text(self.name()), text(self.namespace.and_then(text_of)))
    }

    /// The text of `name`; nothing if that is null.
    pub(super) fn name(&self) -> Option<&'n Text> {
        text_of(self.name?)
    }
}

fn text_of(node: &Node) -> Option<&Text> {
    let scalar = node.as_scalar().filter(|scalar| scalar.tag() != Tag::Null);
    scalar.map(Scalar::text)
}

/// The values of some keys, found in one look; of a repeated key the first.
#[inline(always)]
fn find<'n, const N: usize>(node: &'n Node, keys: [&str; N]) -> [Option<&'n Node>; N] {
    let mut found = [None; N];
    for entry in node.as_mapping().into_iter().flatten() {
        if let Some(at) = keys.iter().position(|key| entry.has_key(key)) {
            found[at].get_or_insert(&entry.value);
        }
    }
    found
}

/// `metadata.name` and `metadata.namespace`.
pub(super) fn names_of(node: &Node) -> (Text, Text) {
    let [name, namespace] = find_metadata(node, ["name", "namespace"]);
    let metadata = Metadata {
        name,
        namespace,
        ..Metadata::default()
    };
    metadata.names()
}

/// `metadata.labels` and `metadata.annotations`.
pub(super) fn maps_of(node: &Node) -> [Option<&Node>; 2] {
    find_metadata(node, ["labels", "annotations"])
}

#[inline(always)]
fn find_metadata<'n, const N: usize>(node: &'n Node, keys: [&str; N]) -> [Option<&'n Node>; N] {
    let metadata = field_of(node, "metadata").filter(|metadata| !metadata.is_null());
    metadata.map_or([None; N], |metadata| find(metadata, keys))
}

/// Writes `kind`.
pub(crate) fn set_kind(node: &mut Node, kind: &str, mark: Mark) {
    if let Some(root) = node.as_mapping_mut() {
        root.set_scalar("kind", Tag::None, Text::from(kind), mark);
    }
}

/// Writes `metadata.name`. An untagged text may come out as a number, as in the reference.
pub(crate) fn set_name(node: &mut Node, name: &str, mark: Mark) {
    set_metadata(node, "name", name, mark);
}

/// Writes or, if it is empty, removes `metadata.namespace`.
pub(crate) fn set_namespace(node: &mut Node, namespace: &str, mark: Mark) {
    if !namespace.is_empty() {
        set_metadata(node, "namespace", namespace, mark);
    } else if metadata(node).is_some_and(|metadata| metadata.get("namespace").is_some())
        && let Some(metadata) = metadata_mut(node)
    {
        metadata.remove("namespace");
    }
}

fn set_metadata(node: &mut Node, key: &str, text: &str, mark: Mark) {
    let metadata = node
        .as_mapping_mut()
        .and_then(|root| root.mapping_in("metadata", mark));
    if let Some(metadata) = metadata {
        metadata.set_scalar(key, Tag::None, Text::from(text), mark);
    }
}

/// Keys and values of a mapping as texts, whatever their types; of a repeated key the last.
pub(super) fn texts(mapping: Option<&Mapping>) -> Texts {
    let mut texts = Texts::new();
    for entry in mapping.into_iter().flatten() {
        let text = |node: &Node| node.as_scalar().map(|scalar| scalar.text().clone());
        let mark = entry.value.mark();
        texts.insert(
            text(&entry.key).unwrap_or_default(),
            (text(&entry.value).unwrap_or_default(), mark),
        );
    }
    texts
}

/// Texts by their keys, and where they stand.
pub(super) type Texts = BTreeMap<Text, (Text, Mark)>;

/// Writes a map of `metadata` anew: sorted, values as strings, keys plain and untagged.
pub(super) fn set_metadata_map(node: &mut Node, field: &str, texts: Texts, mark: Mark) {
    let Some(root) = node.as_mapping_mut() else {
        return;
    };
    let Some(metadata) = root.mapping_in("metadata", mark) else {
        return;
    };
    let known = metadata.remove(field);
    if texts.is_empty() {
        return;
    }
    // Whoever wrote the map keeps it: only what stands in it is new.
    let mark = known.map_or(mark, |entry| entry.value.mark());
    let mut map = Mapping::default();
    for (key, (text, mark)) in texts {
        map.set_scalar(&key, Tag::Str, text, mark);
    }
    metadata.append(field, Node::new(map, mark));
}

/// Removes a label. The others are written anew, sorted, all strings, at the end of the metadata.
pub(crate) fn remove_label(node: &mut Node, key: &str, mark: Mark) {
    let mut labels = texts(metadata_field(node, "labels"));
    if labels.remove(key).is_some() {
        labels.values_mut().for_each(|(_, place)| *place = mark);
        set_metadata_map(node, "labels", labels, mark);
    }
}

/// Keys and values of `data` or `binaryData` as texts; null is the empty text.
pub(super) fn data_of(node: &Node, field: &str) -> Texts {
    let data = field_of(node, field).and_then(Node::as_mapping);
    let text = |node: &Node| match node.is_null() {
        true => Text::default(),
        false => node
            .as_scalar()
            .map(|scalar| scalar.text().clone())
            .unwrap_or_default(),
    };
    let pair = |entry: &Entry| (text(&entry.key), (text(&entry.value), entry.value.mark()));
    data.into_iter().flatten().map(pair).collect()
}
