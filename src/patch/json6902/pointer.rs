//! Paths of JSON patches, with evanphx's reading of them: what stands before the first `/` is
//! ignored, a path without `/` leads nowhere, and an index may be negative, signed or have leading
//! zeros.

use std::borrow::Cow;

use crate::tree::nearest::nearest;
use crate::yaml::{Node, Value};

/// A path with at least one `/`.
#[derive(Clone, Debug)]
pub(super) struct Pointer<'p> {
    /// The way to the container, as it was written.
    parents: Vec<&'p str>,
    /// The key or index in the container.
    pub(super) key: Cow<'p, str>,
}

impl<'p> Pointer<'p> {
    pub(super) fn new(path: &'p str) -> Option<Self> {
        let (_, path) = path.split_once('/')?;
        let mut parents: Vec<_> = path.split('/').collect();
        let key = unescaped(parents.pop()?);
        Some(Self { parents, key })
    }

    /// The positions of the entries and elements that lead to the container, which is a mapping or
    /// a list.
    pub(super) fn steps(&self, root: &Node) -> Option<Vec<usize>> {
        let mut node = root;
        let mut steps = Vec::with_capacity(self.parents.len());
        for part in &self.parents {
            let at = position(node, &unescaped(part))?;
            node = child(node, at)?;
            steps.push(at);
        }
        node.as_scalar().is_none().then_some(steps)
    }

    /// Says where the way to the container ends, and which key may have been meant.
    pub(super) fn dead_end(&self, root: &Node) -> String {
        let mut node = root;
        let mut walked = String::new();
        for part in &self.parents {
            let key = unescaped(part);
            let next = position(node, &key).and_then(|at| child(node, at));
            let Some(next) = next else {
                let meant = meant(node, &key, &walked);
                return format!("there is no `{walked}/{part}`{meant}");
            };
            walked.push('/');
            walked.push_str(part);
            node = next;
        }
        match node.is_null() {
            true => format!("`{walked}` is null: `add` a mapping or a list there first"),
            false => format!("`{walked}` is neither a mapping nor a list"),
        }
    }

    /// Says that the container has no such key or index, and which key may have been meant.
    pub(super) fn missing(&self, container: &Node) -> String {
        match container.as_sequence() {
            Some(list) => format!(
                "`{}` is no index of the list, which has {} elements",
                self.key,
                list.len()
            ),
            None => {
                let walked: String = self.parents.iter().flat_map(|part| ["/", part]).collect();
                format!(
                    "there is no such key{}",
                    meant(container, &self.key, &walked)
                )
            }
        }
    }
}

/// A hint at the key that is closest to `key`.
fn meant(container: &Node, key: &str, walked: &str) -> String {
    let Some(mapping) = container.as_mapping() else {
        return String::new();
    };
    let keys = mapping.iter().filter_map(|entry| entry.key.text());
    match nearest(key, keys) {
        Some(near) if near != key => {
            let near = near.replace('~', "~0").replace('/', "~1");
            format!(": did you mean `{walked}/{near}`?")
        }
        _ => String::new(),
    }
}

/// Undoes `~1` and `~0`.
fn unescaped(part: &str) -> Cow<'_, str> {
    if !part.contains('~') {
        return Cow::Borrowed(part);
    }
    // In this order `~01` becomes `~1`.
    Cow::Owned(part.replace("~1", "/").replace("~0", "~"))
}

/// Where the value of a key or index is that exists.
pub(super) fn position(container: &Node, key: &str) -> Option<usize> {
    match container.value() {
        Value::Mapping(mapping) => mapping.iter().position(|entry| entry.has_key(key)),
        Value::Sequence(list) => index(key, list.len()),
        Value::Scalar(_) => None,
    }
}

/// The element that an index means, counted from the end if it is negative.
fn index(key: &str, len: usize) -> Option<usize> {
    let index = from_either_end(key, len)?;
    (index < len).then_some(index)
}

/// Where `add` puts an element: before an index, or at the end for `-` and -1.
pub(super) fn insertion(key: &str, len: usize) -> Option<usize> {
    if key == "-" {
        return Some(len);
    }
    let index = from_either_end(key, len + 1)?;
    (index <= len).then_some(index)
}

fn from_either_end(key: &str, len: usize) -> Option<usize> {
    let index: i64 = key.parse().ok()?;
    match index {
        0.. => index.try_into().ok(),
        _ => len.checked_sub(index.unsigned_abs().try_into().ok()?),
    }
}

pub(super) fn child(node: &Node, at: usize) -> Option<&Node> {
    match node.value() {
        Value::Mapping(mapping) => Some(&mapping.entries().get(at)?.value),
        Value::Sequence(list) => list.items().get(at),
        Value::Scalar(_) => None,
    }
}

/// The node at the end of some steps.
pub(super) fn follow<'n>(root: &'n Node, steps: &[usize]) -> Option<&'n Node> {
    steps.iter().try_fold(root, |node, at| child(node, *at))
}

/// The same for writing: copies the containers on the way that are shared.
pub(super) fn follow_mut<'n>(root: &'n mut Node, steps: &[usize]) -> Option<&'n mut Node> {
    steps
        .iter()
        .try_fold(root, |node, at| match node.value_mut() {
            Value::Mapping(mapping) => Some(&mut mapping.entries_mut().get_mut(*at)?.value),
            Value::Sequence(list) => list.items_mut().get_mut(*at),
            Value::Scalar(_) => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_once() {
        for (part, expected) in [
            ("a", "a"),
            ("~1~0", "/~"),
            ("~01", "~1"),
            ("~2~", "~2~"),
            ("~00", "~0"),
        ] {
            assert_eq!(unescaped(part), expected);
        }
    }

    #[test]
    fn indices_count_from_either_end() {
        for (key, get, add) in [
            ("0", Some(0), Some(0)),
            ("01", Some(1), Some(1)),
            ("+2", Some(2), Some(2)),
            ("3", None, Some(3)),
            ("4", None, None),
            ("-", None, Some(3)),
            ("-1", Some(2), Some(3)),
            ("-3", Some(0), Some(1)),
            ("-4", None, Some(0)),
            ("-5", None, None),
            ("-9223372036854775808", None, None),
            ("9223372036854775808", None, None),
            ("1_0", None, None),
            ("", None, None),
            ("x", None, None),
        ] {
            assert_eq!((index(key, 3), insertion(key, 3)), (get, add), "{key}");
        }
    }
}
