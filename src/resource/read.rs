//! Reading the resources of a file.

use std::collections::VecDeque;

use foldhash::{HashSet, HashSetExt};

use super::ends;
use super::fields::Head;
use super::resource::Resource;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::schema::Schema;
use crate::source::{Mark, Source};
use crate::yaml::{
    self, Entry, Mapping, Node, Resolved, Room, Scalar, Sequence, Style, Tag, Text, Value,
};

/// Reads the resources of a file or of a patch, in the reference's order.
///
/// A `List` or `ResourceList` that is all there is in the text stands for its items. Any other
/// object whose kind ends in `List` and that has `items` is taken out, and its items come after
/// everything else, with the styles of their scalars lost, because the reference passes them
/// through JSON. Resources that are only for local use are kept: references may need them
/// (`kio.ByteReader` in kyaml, `resource.Factory` in kustomize's api).
///
/// # Errors
/// Those of [`yaml::read`]; [`ErrorKind::NotAResource`] for what has no kind or no name, or items
/// that are no list; [`ErrorKind::Limit`] if there are more than `limits.resources`; for an item
/// of a list that JSON cannot hold, what is wrong with it.
pub(crate) fn read_resources(
    source: &Source,
    limits: &Limits,
    schema: &Schema,
) -> Result<Vec<Resource>> {
    let documents = read_documents(&mut None, source, limits)?;
    resources_of(documents, source, limits, schema)
}

/// The first half of [`read_resources`]: the objects of a file, in memory that is kept for the next
/// file.
pub(crate) fn read_documents(
    room: &mut Option<Room>,
    source: &Source,
    limits: &Limits,
) -> Result<Vec<Node>> {
    let documents = yaml::read_in(room, source, limits)?;
    if let [document] = documents.as_slice()
        && let Some(items) = wrapped(document)
        && yaml::is_one_piece(source)?
    {
        return Ok(items);
    }
    Ok(documents)
}

/// The other half: what these objects are.
pub(crate) fn resources_of(
    documents: Vec<Node>,
    source: &Source,
    limits: &Limits,
    schema: &Schema,
) -> Result<Vec<Resource>> {
    let resources = resources(documents, limits, schema);
    let mut resources = resources.map_err(|error| error.locate_in(source))?;
    note_ends(&mut resources, source, limits);
    Ok(resources)
}

/// Tells resources below which a comment stands of it, if they may show that.
fn note_ends(resources: &mut [Resource], source: &Source, limits: &Limits) {
    let may_show = |resource: &Resource| ends::is_open(resource.node());
    let has_comments = || memchr::memchr(b'#', source.bytes()).is_some();
    if !resources.iter().any(may_show) || !has_comments() {
        return;
    }
    // What can be read can be read with its comments.
    let documents = yaml::read_with_comments(source, limits).unwrap_or_default();
    let ended = documents
        .iter()
        .filter(|document| document.comments.has_end(&document.node));
    let marks: HashSet<Mark> = ended.map(|document| document.node.mark()).collect();
    for resource in resources {
        if marks.contains(&resource.node().mark()) {
            resource.note_end();
        }
    }
}

fn resources(documents: Vec<Node>, limits: &Limits, schema: &Schema) -> Result<Vec<Resource>> {
    // Usually nothing is added, and the queue is what was read.
    let mut queue = VecDeque::from(documents);
    queue.retain(|node| !node.is_null_or_empty());
    queue.iter().try_for_each(check)?;
    let mut resources = Vec::with_capacity(queue.len());
    while let Some(node) = queue.pop_front() {
        if let Some(items) = listed(&node)? {
            refuse_repeated_keys(&node)?;
            for item in items {
                let item = through_json(item)?;
                match wrapped(&item) {
                    Some(inner) => enqueue(&mut queue, inner)?,
                    None => enqueue(&mut queue, [item])?,
                }
            }
            continue;
        }
        if resources.len() == limits.resources {
            let message = format!(
                "the file holds more than {} resources, the limit `resources`",
                limits.resources
            );
            return Err(Error::marked(ErrorKind::Limit, node.mark(), message));
        }
        resources.push(Resource::new(node, schema));
    }
    Ok(resources)
}

/// The items of a list that kyaml unwraps where it stands, whatever they are.
fn wrapped(node: &Node) -> Option<Vec<Node>> {
    let root = node.as_mapping()?;
    if !matches!(text(root, "kind"), "List" | "ResourceList") {
        return None;
    }
    let Some(items) = root.get("items") else {
        return root.get("functionConfig").map(|_| Vec::new());
    };
    Some(match items.value() {
        Value::Sequence(items) => items.items().to_vec(),
        Value::Mapping(items) => {
            let both = |entry: &Entry| [entry.key.clone(), entry.value.clone()];
            items.iter().flat_map(both).collect()
        }
        Value::Scalar(_) => Vec::new(),
    })
}

/// The items of an object whose kind ends in `List`; `None` if it is no list after all.
fn listed(node: &Node) -> Result<Option<&[Node]>> {
    let Some(root) = node.as_mapping() else {
        return Ok(None);
    };
    let kind = text(root, "kind");
    if !kind.ends_with("List") {
        return Ok(None);
    }
    match root.get("items") {
        Some(items) => match items.value() {
            Value::Sequence(items) => Ok(Some(items.items())),
            Value::Scalar(scalar) if matches!(scalar.resolve(), Ok(Resolved::Null)) => {
                Ok(Some(&[]))
            }
            _ => {
                let message = format!("`items` of a {kind} must be a list");
                Err(Error::marked(
                    ErrorKind::NotAResource,
                    items.mark(),
                    message,
                ))
            }
        },
        None => Ok(None),
    }
}

/// Appends what is not empty, if each is a Kubernetes object.
fn enqueue(queue: &mut VecDeque<Node>, nodes: impl IntoIterator<Item = Node>) -> Result<()> {
    for node in nodes {
        if !node.is_null_or_empty() {
            check(&node)?;
            queue.push_back(node);
        }
    }
    Ok(())
}

/// Refuses what has no kind or, if it is no list, no name.
fn check(node: &Node) -> Result<()> {
    let Some(root) = node.as_mapping() else {
        return Err(no_object(node));
    };
    let head = Head::of(node);
    let is_there = |node: &&Node| !node.is_null_or_empty();
    let kind = head.kind.filter(is_there);
    let is_described = kind.or(head.api_version.filter(is_there)).is_some();
    let kind = kind.and_then(Node::text).unwrap_or_default();
    if kind.is_empty() {
        if !is_described && !head.metadata.is_known() {
            return Err(no_object(node));
        }
        let message = "this object has no `kind`; say of which type it is";
        return Err(no_text("kind", head.kind, node, message));
    }
    let is_named = head.metadata.name().is_some_and(|name| !name.is_empty());
    if is_named || kind.ends_with("List") {
        return Ok(());
    }
    let metadata = root.get("metadata").unwrap_or(node);
    let name = metadata.as_mapping().and_then(|fields| fields.get("name"));
    let message = format!("this {kind} has no `metadata.name`; give it one");
    Err(no_text("metadata.name", name, metadata, &message))
}

/// That a field, which is looked for in an object, is missing or a collection.
fn no_text(field: &str, found: Option<&Node>, object: &Node, missing: &str) -> Error {
    match found.filter(|found| found.as_scalar().is_none()) {
        None => Error::marked(ErrorKind::NotAResource, object.mark(), missing),
        Some(found) => {
            let message = format!("`{field}` must be a text");
            Error::marked(ErrorKind::NotAResource, found.mark(), message)
        }
    }
}

fn no_object(node: &Node) -> Error {
    let message = "this is no Kubernetes object: it has neither `apiVersion` and `kind` nor \
                   `metadata`";
    Error::marked(ErrorKind::NotAResource, node.mark(), message)
}

/// A field that is neither null nor an empty collection.
fn present<'a>(mapping: &'a Mapping, key: &str) -> Option<&'a Node> {
    mapping.get(key).filter(|node| !node.is_null_or_empty())
}

/// The text of a scalar field; empty if there is none.
fn text<'a>(mapping: &'a Mapping, key: &str) -> &'a str {
    present(mapping, key)
        .and_then(Node::text)
        .unwrap_or_default()
}

/// Refuses a key that a mapping has twice: the reference makes Go values of a list.
fn refuse_repeated_keys(node: &Node) -> Result<()> {
    match node.value() {
        Value::Scalar(_) => Ok(()),
        Value::Sequence(items) => items.iter().try_for_each(refuse_repeated_keys),
        Value::Mapping(mapping) => {
            let mut known = HashSet::with_capacity(mapping.len());
            for Entry { key, value } in mapping {
                if let Some(text) = key.text()
                    && !known.insert(text)
                {
                    let message = format!("the key `{text}` is there twice; remove one");
                    return Err(Error::marked(ErrorKind::DuplicateKey, key.mark(), message));
                }
                refuse_repeated_keys(value)?;
            }
            Ok(())
        }
    }
}

/// A node as it comes back from JSON: collections in brackets, in which no block text can stand
/// that a patch puts there, keys and strings in double quotes, numbers in their shortest form.
/// Marks stay.
fn through_json(node: &Node) -> Result<Node> {
    let value: Value = match node.value() {
        Value::Scalar(scalar) => {
            let scalar = scalar_through_json(scalar);
            scalar.map_err(|error| error.mark_at(node.mark()))?.into()
        }
        Value::Sequence(items) => {
            let items: Result<Vec<_>> = items.iter().map(through_json).collect();
            let mut items = Sequence::from(items?);
            items.set_flow(true);
            items.into()
        }
        Value::Mapping(mapping) => Value::Mapping(mapping_through_json(mapping)?),
    };
    Ok(Node::new(value, node.mark()))
}

fn mapping_through_json(mapping: &Mapping) -> Result<Mapping> {
    let mut entries = Vec::with_capacity(mapping.len());
    for entry in mapping {
        let mark = entry.key.mark();
        let key = entry.key.as_scalar();
        let Some(key) = key
            .filter(|key| key.tag() != Tag::Other && matches!(key.resolve(), Ok(Resolved::Str(_))))
        else {
            let message =
                "an item of a list must have strings for keys; put quotes around this one";
            return Err(Error::marked(ErrorKind::KeyNotString, mark, message));
        };
        entries.push(Entry {
            key: Node::new(quoted(key.text().clone()), mark),
            value: through_json(&entry.value)?,
        });
    }
    let mut mapping = Mapping::from(entries);
    mapping.set_flow(true);
    Ok(mapping)
}

fn scalar_through_json(scalar: &Scalar) -> Result<Scalar> {
    let plain = |tag, text: String| Scalar::new(tag, Style::Plain, text);
    Ok(match scalar.resolve()? {
        Resolved::Null => plain(Tag::Null, "null".to_owned()),
        Resolved::Bool(value) => plain(Tag::Bool, value.to_string()),
        Resolved::Int(value) => plain(Tag::Int, value.to_string()),
        Resolved::UInt(value) => plain(Tag::Int, value.to_string()),
        Resolved::Float(value) if value.is_finite() => {
            let text = float_as_json(value);
            let is_int = text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok();
            plain(if is_int { Tag::Int } else { Tag::Float }, text)
        }
        Resolved::Float(_) => {
            let message = "JSON, which items of a list pass through, has no infinity and no NaN";
            return Err(Error::new(ErrorKind::Value, message));
        }
        Resolved::Str(_) => {
            let mut string = scalar.clone();
            string.set_tag(Tag::Str);
            string.set_style(Style::DoubleQuoted);
            string
        }
        Resolved::Timestamp(text) => quoted(text),
        Resolved::Binary(bytes) => quoted(String::from_utf8_lossy(&bytes).into_owned()),
    })
}

fn quoted(text: impl Into<Text>) -> Scalar {
    Scalar::new(Tag::Str, Style::DoubleQuoted, text)
}

/// A number as Go's `encoding/json` writes it.
fn float_as_json(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && size < 1e-6 {
        format!("{value:e}")
    } else if size >= 1e21 {
        format!("{value:e}").replace('e', "e+")
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn read(text: &str) -> Result<Vec<Resource>> {
        let source = Source::new(SourceId(7), "r.yaml", text.to_owned()).unwrap();
        read_resources(&source, &Limits::default(), &Schema::builtin())
    }

    fn names(text: &str) -> Vec<String> {
        let resources = read(text).unwrap();
        resources.iter().map(|r| r.name().to_owned()).collect()
    }

    /// The kind of the error, and where it is.
    fn failure(text: &str) -> (ErrorKind, u32, u32) {
        let error = read(text).unwrap_err();
        let place = error.location().unwrap();
        (error.kind(), place.line, place.column)
    }

    fn object(name: &str) -> String {
        format!("{{apiVersion: v1, kind: A, metadata: {{name: {name}}}}}\n")
    }

    #[test]
    fn documents_come_in_order_and_empty_ones_are_dropped() {
        let (a, b) = (object("a"), object("b"));
        assert_eq!(
            names(&format!("{a}---\n---\n# none\n---\n{{}}\n---\n{b}")),
            ["a", "b"]
        );
        assert!(names("").is_empty());
        assert!(names("[]").is_empty());
    }

    #[test]
    fn a_lone_list_keeps_the_styles_of_its_items() {
        let text = "kind: List\nitems:\n- kind: A\n  metadata: {name: a}\n  x: 0x10\n- null\n";
        let resources = read(text).unwrap();
        assert_eq!(resources[0].get("/x").unwrap().text(), Some("0x10"));
        assert_eq!(resources.len(), 1);
        // With a second piece it is a list like any other.
        let resources = read(&format!("{text}---\n")).unwrap();
        assert_eq!(resources[0].get("/x").unwrap().text(), Some("16"));
        assert!(names("kind: ResourceList\nfunctionConfig: {a: 1}\n").is_empty());
        assert!(names("kind: List\nitems: 5\n").is_empty());
        assert_eq!(
            failure("kind: List\nitems: {a: 1}\n"),
            (ErrorKind::NotAResource, 2, 9)
        );
    }

    #[test]
    fn items_of_other_lists_come_last() {
        let list = "{kind: AList, items: [{kind: A, metadata: {name: in}}, \
                    {kind: List, items: [{kind: A, metadata: {name: deep}}]}, \
                    {kind: BList, items: [{kind: A, metadata: {name: deeper}}]}, \
                    {kind: A, metadata: {name: last}}]}\n";
        let text = format!("{list}---\n{}", object("a"));
        assert_eq!(names(&text), ["a", "in", "deep", "last", "deeper"]);
        assert!(names("kind: AList\nitems: ~\n").is_empty());
        assert_eq!(
            failure("kind: AList\nitems: {}\n"),
            (ErrorKind::NotAResource, 2, 8)
        );
        assert_eq!(names("kind: AList\n"), [""]);
    }

    #[test]
    fn items_pass_through_json() {
        let item = "{kind: A, metadata: {name: a}, i: 0x10, f: 1.0, g: 1e-9, h: 1e21, s: 'x', \
                    d: 2020-01-01, n: ~, t: True, y: yes, b: !!binary aGk=, u: !own z}";
        let resources = read(&format!("kind: AList\nitems:\n- {item}\n")).unwrap();
        let shown = |key: &str| {
            let node = resources[0].get(&format!("/{key}")).unwrap();
            let scalar = node.as_scalar().unwrap();
            let quoted = scalar.style() == Style::DoubleQuoted;
            assert!(node.mark().offset > 0 && quoted == (scalar.tag_name() == "!!str"));
            format!("{} {}", scalar.tag_name(), scalar.text())
        };
        assert_eq!(shown("i"), "!!int 16");
        assert_eq!(shown("f"), "!!int 1");
        assert_eq!(shown("g"), "!!float 1e-9");
        assert_eq!(shown("h"), "!!float 1e+21");
        assert_eq!(shown("s"), "!!str x");
        assert_eq!(shown("d"), "!!str 2020-01-01T00:00:00Z");
        assert_eq!(shown("n"), "!!null null");
        assert_eq!(shown("t"), "!!bool true");
        assert_eq!(shown("y"), "!!str yes");
        assert_eq!(shown("b"), "!!str hi");
        assert_eq!(shown("u"), "!!str z");
    }

    #[test]
    fn items_that_json_cannot_hold_are_refused() {
        let failure = |item: &str| failure(&format!("kind: AList\nitems:\n- {item}\n")).0;
        assert_eq!(failure("{a: .nan}"), ErrorKind::Value);
        assert_eq!(failure("{a: {5: x}}"), ErrorKind::KeyNotString);
        assert_eq!(failure("{a: 1, a: 2}"), ErrorKind::DuplicateKey);
        assert_eq!(failure("{a: !!int x}"), ErrorKind::Value);
        assert_eq!(failure("text"), ErrorKind::NotAResource);
        let sibling = "kind: AList\nmetadata: {a: 1, a: 2}\nitems: []\n";
        assert_eq!(read(sibling).unwrap_err().kind(), ErrorKind::DuplicateKey);
    }

    #[test]
    fn an_object_needs_kind_and_name() {
        let not = ErrorKind::NotAResource;
        for (text, line, column) in [
            ("hello", 1, 1),
            ("[1]", 1, 1),
            ("a: 1", 1, 1),
            ("---\nmetadata: {x: 1}", 2, 1),
            ("metadata: {name: a}", 1, 1),
            ("kind: {a: b}\nmetadata: {name: a}", 1, 7),
            ("kind: A", 1, 1),
            ("kind: A\nmetadata: {name: ''}", 2, 11),
            ("kind: A\nmetadata: {name: {a: 1}}", 2, 18),
            ("kind: A\nmetadata: word", 2, 11),
        ] {
            assert_eq!(failure(text), (not, line, column), "{text}");
        }
        let message = |text: &str| read(text).unwrap_err().message().to_owned();
        assert!(message("a: 1").contains("no Kubernetes object"));
        assert!(message("apiVersion: v1").contains("no `kind`"));
        assert!(message("kind: [a]\nmetadata: {name: a}").contains("must be a text"));
        assert_eq!(names("kind: A\nmetadata: {name: 12}"), ["12"]);
    }

    #[test]
    fn history_in_annotations_counts() {
        let text = "kind: A\nmetadata:\n  name: new\n  annotations:\n    \
                    internal.config.kubernetes.io/previousNames: old\n    \
                    internal.config.kubernetes.io/previousNamespaces: default\n    \
                    internal.config.kubernetes.io/previousKinds: A\n    \
                    internal.config.kubernetes.io/other: x\n";
        let resources = read(text).unwrap();
        assert_eq!(resources[0].original_id().name(), "old");
        assert_eq!(resources[0].annotations().unwrap().len(), 1);
    }

    #[test]
    fn there_is_a_limit() {
        let source = Source::new(SourceId(7), "r.yaml", object("a") + "---\n" + &object("b"));
        let limits = Limits {
            resources: 1,
            ..Limits::default()
        };
        let error = read_resources(&source.unwrap(), &limits, &Schema::builtin()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert_eq!(error.location().unwrap().line, 3);
    }
}
