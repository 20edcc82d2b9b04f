//! Merge keys (`<<`), expanded as kyaml expands them when it reads resources.

use foldhash::{HashMap, HashMapExt};

use super::super::node::{Entry, Mapping, Node, Value};
use super::super::tag::Tag;
use super::super::text::Text;
use crate::error::{Error, ErrorKind, Result};
use crate::source::Source;

/// The entries of a mapping with what its merge key asks for: its own keys win, and of several
/// merged mappings the first listed.
///
/// As in kyaml's `DeAnchor`, a quoted `"<<"` is taken away too although nothing is merged.
pub(super) fn expand(mut entries: Vec<Entry>, source: &Source) -> Result<Vec<Entry>> {
    let mut merge_keys = entries.iter().filter(|entry| is_merge(&entry.key));
    let merged = merge_keys.next().cloned();
    if let Some(second) = merge_keys.next() {
        let message = "a second merge key `<<` in the same mapping; list the aliases under one: `<<: [*a, *b]`";
        return Err(refuse(&second.key, source, message));
    }
    if let Some(first) = entries.iter().position(|entry| entry.has_key("<<")) {
        entries.remove(first);
    }
    let Some(Entry { key, value: merged }) = merged else {
        return Ok(entries);
    };
    // What an alias stands for begins before the alias.
    if merged.as_sequence().is_some() && merged.mark().offset < key.mark().offset {
        let message =
            "a merge key `<<` cannot merge an alias of a list; write the list itself behind it";
        return Err(refuse(&key, source, message));
    }
    let mut mappings = Vec::new();
    collect(&merged, source, &mut mappings)?;
    // Where each key stands; a mapping may repeat a key, and the first counts.
    let mut places: HashMap<Text, usize> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        places.entry(name(entry)).or_insert(at);
    }
    for mapping in mappings {
        for entry in &mapping {
            places.entry(name(entry)).or_insert_with(|| {
                entries.push(entry.clone());
                entries.len() - 1
            });
        }
    }
    Ok(entries)
}

fn name(entry: &Entry) -> Text {
    match entry.key.value() {
        Value::Scalar(scalar) => scalar.text().clone(),
        _ => Text::default(),
    }
}

fn is_merge(key: &Node) -> bool {
    key.as_scalar().is_some_and(|key| key.tag() == Tag::Merge)
}

/// The mappings to merge, in the order in which they win.
fn collect(value: &Node, source: &Source, out: &mut Vec<Mapping>) -> Result<()> {
    match value.value() {
        Value::Mapping(mapping) => out.push(mapping.clone()),
        Value::Sequence(list) => {
            for item in list {
                match item.value() {
                    Value::Mapping(mapping) => out.push(mapping.clone()),
                    _ => return Err(not_a_mapping(item, source)),
                }
            }
        }
        Value::Scalar(_) => return Err(not_a_mapping(value, source)),
    }
    Ok(())
}

fn not_a_mapping(node: &Node, source: &Source) -> Error {
    refuse(
        node,
        source,
        "a merge key `<<` can merge only mappings, or a list of mappings",
    )
}

fn refuse(node: &Node, source: &Source, message: &str) -> Error {
    Error::at(
        ErrorKind::MergeKey,
        source,
        node.mark().offset as usize,
        message,
    )
}
