//! Reading YAML: comments take their places among entries and items, and aliases become what they
//! stand for (sops's `stores/yaml/store.go`).

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};

use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::sops::tree::{KEY, Tree, not_encrypted, without_metadata};
#[cfg(feature = "encrypt")]
use crate::sops::tree::{already_encrypted, is_metadata};
use crate::sops::{comment, leaf};
use crate::source::{Mark, Source};
use crate::yaml::{
    Comment, Comments, Document, Entry, Mapping, Node, ReadOptions, Sequence, Tag, Text, Value,
    read_stream,
};

/// Reads all documents of a text.
///
/// # Errors
/// Those of the YAML reader; [`ErrorKind::DuplicateKey`] in the first document, as in sops;
/// [`ErrorKind::Value`] for a document that is no mapping; those of the metadata.
pub(super) fn read(source: &Source, limits: &Limits) -> Result<Tree> {
    let documents = documents(source, limits)?;
    let first = documents.first().and_then(|first| first.node.as_mapping());
    let first = first.ok_or_else(|| not_encrypted(source))?;
    check_first(first)?;
    let metadata = first.get(KEY).cloned();
    let mut nodes = weave(documents, limits)?;
    for node in &mut nodes {
        if let Value::Mapping(mapping) = node.value_mut() {
            without_metadata(mapping);
        }
    }
    Tree::new(source, nodes, metadata.as_ref())
}

/// Reads all documents of a text that is to be encrypted.
///
/// # Errors
/// Those of [`read`] but for the metadata's; [`ErrorKind::SopsMetadata`] if there is any.
#[cfg(feature = "encrypt")]
pub(super) fn read_plain(source: &Source, limits: &Limits) -> Result<Vec<Node>> {
    let documents = documents(source, limits)?;
    let Some(first) = documents.first() else {
        let message = "there is no document, and sops encrypts nothing but mappings";
        return Err(Error::at(ErrorKind::Value, source, 0, message));
    };
    first.node.as_mapping().map_or(Ok(()), check_first)?;
    let nodes = weave(documents, limits)?;
    let entries = nodes.iter().filter_map(Node::as_mapping).flatten();
    match entries.into_iter().find(|entry| is_metadata(entry)) {
        None => Ok(nodes),
        Some(entry) => Err(already_encrypted(entry.key.mark())),
    }
}

fn documents(source: &Source, limits: &Limits) -> Result<Vec<Document>> {
    let mut options = ReadOptions {
        // Keeping comments costs time; most files of secrets have none.
        comments: memchr::memchr(b'#', source.bytes()).is_some(),
        limits: *limits,
        ..ReadOptions::default()
    };
    options.merges = false;
    options.aliases = false;
    read_stream(source, &options)
}

/// The documents as the tree that is decrypted.
fn weave(documents: Vec<Document>, limits: &Limits) -> Result<Vec<Node>> {
    if documents.iter().all(|document| document.comments.is_bare()) {
        // Nothing has to be put anywhere: the nodes can stay where they are.
        return documents.into_iter().map(settle_document).collect();
    }
    let mut weaver = Weaver {
        comments: &Comments::default(),
        anchors: HashMap::new(),
        limits,
        nodes: 0,
        alias_nodes: 0,
    };
    let mut nodes = Vec::with_capacity(documents.len());
    for document in &documents {
        weaver.comments = &document.comments;
        nodes.push(weaver.document(&document.node)?);
    }
    Ok(nodes)
}

fn settle_document(document: Document) -> Result<Node> {
    let mut node = document.node;
    match node.value() {
        Value::Mapping(_) => settle(&mut node)?,
        _ if node.is_null() => node = Node::new(Mapping::default(), node.mark()),
        _ => return Err(no_mapping(node.mark())),
    }
    Ok(node)
}

/// Makes of the scalars in a node what sops holds, and of collections ordinary ones.
fn settle(node: &mut Node) -> Result<()> {
    if node.alias_name().is_some() {
        return Err(unknown_anchor(node.mark()));
    }
    match node.value_mut() {
        Value::Scalar(scalar) => leaf::settle(scalar),
        Value::Sequence(list) => {
            list.undress();
            list.items_mut().iter_mut().try_for_each(settle)?;
        }
        Value::Mapping(mapping) => {
            mapping.undress();
            for Entry { key, value } in mapping.entries_mut() {
                settle(key)?;
                settle(value)?;
            }
        }
    }
    Ok(())
}

#[cold]
fn no_mapping(mark: Mark) -> Error {
    let message = "a document must be a mapping: sops takes no other";
    Error::marked(ErrorKind::Value, mark, message)
}

#[cold]
fn unknown_anchor(mark: Mark) -> Error {
    // Its name may be a password that lacks its quotes.
    let message = "no anchor of this name stands before this alias; put quotes around a text that \
                   begins with `*`";
    Error::marked(ErrorKind::Alias, mark, message)
}

/// Refuses what the decoder that sops reads the metadata with refuses. It looks at the top of the
/// first document, and at what is merged there, for repeated keys and for merges that it cannot
/// make, although sops then takes `<<` for an ordinary key.
fn check_first(mapping: &Mapping) -> Result<()> {
    let mut seen = HashSet::with_capacity(mapping.len());
    for entry in mapping {
        let Some(key) = entry.key.as_own_scalar() else {
            continue;
        };
        let mark = entry.key.mark();
        if !seen.insert(key.text()) {
            let key = key.text();
            let message = format!("key `{key}` stands twice in this mapping: remove one");
            return Err(Error::marked(ErrorKind::DuplicateKey, mark, message));
        }
        if key.tag() == Tag::Merge {
            match entry.value.value() {
                Value::Sequence(list) => {
                    list.iter().try_for_each(|node| check_merge(node, mark))?
                }
                _ => check_merge(&entry.value, mark)?,
            }
        }
    }
    Ok(())
}

fn check_merge(node: &Node, mark: Mark) -> Result<()> {
    match node.as_mapping() {
        Some(mapping) => check_first(mapping),
        // What an alias stands for is looked at where it is expanded.
        None if node.alias_name().is_some() => Ok(()),
        None => {
            let message = "the value of `<<` must be a mapping or a list of mappings: quote the \
                           key if it is an ordinary one";
            Err(Error::marked(ErrorKind::MergeKey, mark, message))
        }
    }
}

struct Weaver<'a> {
    comments: &'a Comments,
    anchors: HashMap<Text, Anchor>,
    limits: &'a Limits,
    /// How many nodes there are, counting what aliases stand for each time.
    nodes: usize,
    alias_nodes: usize,
}

enum Anchor {
    /// The node it names is being read.
    Open,
    Closed {
        woven: Woven,
        /// The comments of the node itself, which stand in it where an alias stands for it.
        own: Option<Comment>,
        size: usize,
    },
}

/// A node with its comments, and how many levels of collections it holds.
#[derive(Clone)]
struct Woven {
    node: Node,
    height: usize,
}

impl Weaver<'_> {
    fn document(&mut self, node: &Node) -> Result<Node> {
        let mark = node.mark();
        let own = self.comments.of(node).cloned().unwrap_or_default();
        let woven = match node.value() {
            Value::Mapping(_) => self.node(node, 0)?.node,
            _ if node.is_null() => Mapping::default().into(),
            _ => return Err(no_mapping(mark)),
        };
        let head = [self.comments.document_head(), &own.head, &own.line];
        let foot = [&own.foot, self.comments.document_foot()];
        let mut entries = Vec::new();
        head.iter()
            .for_each(|text| push_entries(&mut entries, text, mark));
        if let Value::Mapping(mapping) = woven.into_value() {
            entries.extend(mapping.into_entries());
        }
        foot.iter()
            .for_each(|text| push_entries(&mut entries, text, mark));
        Ok(Node::new(Mapping::from(entries), mark))
    }

    /// A node with the comments inside it, but not its own.
    fn node(&mut self, node: &Node, depth: usize) -> Result<Woven> {
        self.nodes += 1;
        let before = self.nodes;
        let name = self.comments.anchor_of(node).cloned();
        if let Some(name) = &name {
            self.anchors.insert(name.clone(), Anchor::Open);
        }
        let (value, height): (Value, usize) = match node.value() {
            Value::Scalar(_) if node.alias_name().is_some() => return self.alias(node, depth),
            Value::Scalar(scalar) => {
                let mut scalar = scalar.clone();
                leaf::settle(&mut scalar);
                (scalar.into(), 0)
            }
            Value::Sequence(list) => self.list(list, depth + 1)?,
            Value::Mapping(mapping) => self.mapping(mapping, depth + 1)?,
        };
        let woven = Woven {
            node: Node::new(value, node.mark()),
            height,
        };
        if let Some(name) = name {
            let closed = Anchor::Closed {
                woven: woven.clone(),
                own: self.comments.of(node).cloned(),
                size: 1 + self.nodes - before,
            };
            self.anchors.insert(name, closed);
        }
        Ok(woven)
    }

    fn list(&mut self, list: &Sequence, depth: usize) -> Result<(Value, usize)> {
        let mut items = Vec::with_capacity(list.len());
        let mut height = 0;
        for item in list {
            let own = self.comments.of(item).cloned().unwrap_or_default();
            push_items(&mut items, &own.head, item.mark());
            push_items(&mut items, &own.line, item.mark());
            let woven = self.node(item, depth)?;
            height = height.max(woven.height);
            items.push(woven.node);
            push_items(&mut items, &own.foot, item.mark());
        }
        Ok((Sequence::from(items).into(), height + 1))
    }

    fn mapping(&mut self, mapping: &Mapping, depth: usize) -> Result<(Value, usize)> {
        let mut entries = Vec::with_capacity(mapping.len());
        let mut height = 0;
        for Entry { key, value } in mapping {
            let mark = key.mark();
            let of_key = self.comments.of(key).cloned().unwrap_or_default();
            push_entries(&mut entries, &of_key.head, mark);
            push_entries(&mut entries, &of_key.line, mark);
            let own = self.comments.of(value).cloned().unwrap_or_default();
            let is_scalar = value.as_scalar().is_some();
            if is_scalar {
                push_entries(&mut entries, &own.head, mark);
                push_entries(&mut entries, &own.line, mark);
            }
            let key = self.node(key, depth)?;
            let mut woven = self.node(value, depth)?;
            if !is_scalar {
                woven.node = with_own(woven.node, &own);
            }
            height = height.max(key.height).max(woven.height);
            entries.push(Entry {
                key: key.node,
                value: woven.node,
            });
            if is_scalar {
                push_entries(&mut entries, &own.foot, mark);
            }
            push_entries(&mut entries, &of_key.foot, mark);
        }
        Ok((Mapping::from(entries).into(), height + 1))
    }

    fn alias(&mut self, alias: &Node, depth: usize) -> Result<Woven> {
        let mark = alias.mark();
        let name = alias.alias_name().cloned().unwrap_or_default();
        let refused = |kind, message: String| Err(Error::marked(kind, mark, message));
        match self.anchors.get(&name) {
            None => Err(unknown_anchor(mark)),
            Some(Anchor::Open) => refused(
                ErrorKind::Alias,
                format!("alias `*{name}` stands inside the node that it names"),
            ),
            Some(Anchor::Closed { woven, own, size }) => {
                self.nodes += size;
                self.alias_nodes += size;
                if self.alias_nodes > self.limits.alias_nodes {
                    let message = format!(
                        "aliases stand for more than {} nodes, the limit `alias_nodes`",
                        self.limits.alias_nodes
                    );
                    return refused(ErrorKind::Limit, message);
                }
                if depth + woven.height > self.limits.depth {
                    let message = format!(
                        "collections nest deeper than {} levels, the limit `depth`",
                        self.limits.depth
                    );
                    return refused(ErrorKind::Limit, message);
                }
                let mut woven = woven.clone();
                if let Some(own) = own {
                    woven.node = with_own(woven.node, own);
                }
                Ok(woven)
            }
        }
    }
}

/// A collection with its own comments put inside.
fn with_own(node: Node, own: &Comment) -> Node {
    if own.head.is_empty() && own.line.is_empty() && own.foot.is_empty() {
        return node;
    }
    let mark = node.mark();
    let value: Value = match node.into_value() {
        Value::Scalar(scalar) => scalar.into(),
        Value::Sequence(list) => {
            let mut items = Vec::with_capacity(list.len() + 1);
            push_items(&mut items, &own.head, mark);
            push_items(&mut items, &own.line, mark);
            items.extend(list.into_items());
            push_items(&mut items, &own.foot, mark);
            Sequence::from(items).into()
        }
        Value::Mapping(mapping) => {
            let mut entries = Vec::with_capacity(mapping.len() + 1);
            push_entries(&mut entries, &own.head, mark);
            push_entries(&mut entries, &own.line, mark);
            entries.extend(mapping.into_entries());
            push_entries(&mut entries, &own.foot, mark);
            Mapping::from(entries).into()
        }
    };
    Node::new(value, mark)
}

/// The lines of a comment without their `#`.
fn lines(comment: &str) -> impl Iterator<Item = &[u8]> {
    let lines = comment.split('\n').filter(|line| !line.is_empty());
    lines.map(|line| &line.as_bytes()[1..])
}

fn push_entries(entries: &mut Vec<Entry>, comment: &str, mark: Mark) {
    if comment.is_empty() {
        return;
    }
    entries.extend(lines(comment).map(|line| comment::entry(line, mark)));
}

fn push_items(items: &mut Vec<Node>, comment: &str, mark: Mark) {
    if comment.is_empty() {
        return;
    }
    items.extend(lines(comment).map(|line| Node::new(comment::scalar(line), mark)));
}
