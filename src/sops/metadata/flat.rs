//! Metadata in formats without nesting: `age__list_0__map_recipient` (sops's `stores/flatten.go`).

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result};
use crate::source::Mark;
use crate::yaml::{Entry, Mapping, Node, Scalar, Sequence, Style, Tag, Value};

const MAP: &str = "__map_";
const LIST: &str = "__list_";

/// No list of keys is longer; a number in a name would otherwise say how much memory is taken.
const LONGEST_LIST: usize = 10_000;
/// Names nest five levels in what sops writes.
const DEEPEST: usize = 16;

enum Tree {
    Leaf(Node),
    Map(BTreeMap<String, Self>, Mark),
    List(BTreeMap<usize, Self>, Mark),
}

/// The flat names of a nested form and their texts, by name. Lists and mappings without anything
/// have none, and neither has null.
#[cfg(feature = "encrypt")]
pub(in crate::sops) fn flatten(node: &Node) -> impl Iterator<Item = (String, String)> {
    fn collect(node: &Node, name: &str, into: &mut BTreeMap<String, String>) {
        match node.value() {
            Value::Scalar(scalar) if scalar.tag() == Tag::Null => {}
            Value::Scalar(scalar) => {
                into.insert(name.to_owned(), scalar.text().to_string());
            }
            Value::Sequence(list) => {
                for (at, item) in list.iter().enumerate() {
                    collect(item, &format!("{name}{LIST}{at}"), into);
                }
            }
            Value::Mapping(mapping) => {
                for Entry { key, value } in mapping {
                    let key = key.text().unwrap_or_default();
                    let separator = if name.is_empty() { "" } else { MAP };
                    collect(value, &format!("{name}{separator}{key}"), into);
                }
            }
        }
    }
    let mut names = BTreeMap::new();
    collect(node, "", &mut names);
    names.into_iter()
}

/// The nested form of flat names and their texts, in which `\n` stands for a line break.
///
/// # Errors
/// [`ErrorKind::SopsMetadata`] for a name that contradicts another or counts too far.
pub(in crate::sops) fn unflatten<'n>(
    names: impl IntoIterator<Item = (&'n str, &'n [u8], Mark)>,
) -> Result<Node> {
    let mut root = BTreeMap::new();
    for (name, text, mark) in names {
        let text = String::from_utf8_lossy(text).replace("\\n", "\n");
        let leaf = Node::new(Scalar::new(Tag::Str, Style::Plain, text), mark);
        let (first, rest) = next_word(name);
        insert(&mut root, first.to_owned(), rest, leaf, DEEPEST)
            .ok_or_else(|| contradiction(name, mark))?;
    }
    Ok(map(root, Mark::default()))
}

#[cold]
fn contradiction(name: &str, mark: Mark) -> Error {
    let message = format!("`{name}` is no name that sops writes, or contradicts another");
    Error::marked(ErrorKind::SopsMetadata, mark, message)
}

/// The text before the next separator, and what begins with it.
fn next_word(name: &str) -> (&str, &str) {
    let end = [name.find(MAP), name.find(LIST)]
        .into_iter()
        .flatten()
        .min();
    name.split_at(end.unwrap_or(name.len()))
}

/// Puts a leaf below a key; `rest` is the way from there.
fn insert<K: Ord>(
    into: &mut BTreeMap<K, Tree>,
    key: K,
    rest: &str,
    leaf: Node,
    depth: usize,
) -> Option<()> {
    let (depth, mark) = (depth.checked_sub(1)?, leaf.mark());
    if rest.is_empty() {
        // The later of two equal names counts.
        into.insert(key, Tree::Leaf(leaf));
        return Some(());
    }
    if let Some(rest) = rest.strip_prefix(MAP) {
        let (word, rest) = next_word(rest);
        let child = into
            .entry(key)
            .or_insert_with(|| Tree::Map(BTreeMap::new(), mark));
        let Tree::Map(map, _) = child else {
            return None;
        };
        return insert(map, word.to_owned(), rest, leaf, depth);
    }
    let (word, rest) = next_word(rest.strip_prefix(LIST)?);
    let at: usize = word.parse().ok().filter(|at| *at < LONGEST_LIST)?;
    let child = into
        .entry(key)
        .or_insert_with(|| Tree::List(BTreeMap::new(), mark));
    let Tree::List(list, _) = child else {
        return None;
    };
    insert(list, at, rest, leaf, depth)
}

impl Tree {
    fn into_node(self) -> Node {
        match self {
            Self::Leaf(node) => node,
            Self::Map(entries, mark) => map(entries, mark),
            Self::List(items, mark) => {
                let items = items.into_values().map(Self::into_node);
                let list: Value = items.collect::<Sequence>().into();
                Node::new(list, mark)
            }
        }
    }
}

fn map(entries: BTreeMap<String, Tree>, mark: Mark) -> Node {
    let entry = |(key, tree): (String, Tree)| {
        let value = tree.into_node();
        let mut key = Node::string(key);
        key.set_mark(value.mark());
        Entry { key, value }
    };
    let entries: Vec<Entry> = entries.into_iter().map(entry).collect();
    Node::new(Mapping::from(entries), mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(names: &[(&str, &str)]) -> Result<String> {
        let names = names
            .iter()
            .map(|(name, text)| (*name, text.as_bytes(), Mark::default()));
        let node = unflatten(names)?;
        Ok(String::from_utf8(crate::yaml::to_json(&node, false)?).unwrap())
    }

    #[test]
    fn names_become_levels() {
        let names = [
            ("age__list_1__map_enc", "two\\nlines"),
            ("key_groups__list_0__map_age__list_0__map_recipient", "r"),
            ("version", "1"),
            ("age__list_0__map_enc", "one"),
        ];
        assert_eq!(
            nested(&names).unwrap(),
            r#"{"age":[{"enc":"one"},{"enc":"two\nlines"}],"key_groups":[{"age":[{"recipient":"r"}]}],"version":"1"}"#
        );
    }

    #[test]
    fn refuses_what_cannot_be() {
        let deep = "a__map_".repeat(100);
        for names in [
            &[("age", "x"), ("age__list_0__map_enc", "y")][..],
            &[("age__map_a", "x"), ("age__list_0__map_enc", "y")],
            &[("age__list_x", "x")],
            &[("age__list_4000000000", "x")],
            &[(deep.as_str(), "x")],
        ] {
            assert_eq!(nested(names).unwrap_err().kind(), ErrorKind::SopsMetadata);
        }
    }
}
