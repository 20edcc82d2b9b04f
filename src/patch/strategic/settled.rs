//! A quick look at what the patch says nothing of: nearly all of a resource, and nearly always a
//! merge leaves that as it is.

use smallvec::SmallVec;

use super::list::key_text;
use super::{Merge, Sides};
use crate::schema::TypeRef;
use crate::yaml::{Node, Sequence, Value, needs_quotes};

/// Deeper than real objects are, and shallow enough for a small stack.
const DEEPEST: usize = 50;

/// How many texts of keys are compared one with another.
const FEW: usize = 32;

impl<'a> Merge<'a> {
    /// Whether the walk over a node of the resource, of which the patch says nothing, certainly
    /// gives it back as it was. What it denies is for the walk to find out.
    pub(super) fn is_settled(&self, node: &Node, of: Option<TypeRef<'a>>) -> bool {
        self.is_without_notes() && self.is_settled_below(node, of, 0)
    }

    fn is_settled_below(&self, node: &Node, of: Option<TypeRef<'a>>, depth: usize) -> bool {
        if node.is_null() || depth > DEEPEST {
            return false;
        }
        let of = of.or_else(|| self.type_of(Sides::Resource(node)));
        match node.value() {
            Value::Scalar(_) => true,
            Value::Mapping(mapping) => mapping.iter().all(|entry| {
                let Some(key) = entry.key.text() else {
                    return true;
                };
                if key.is_empty() {
                    return false;
                }
                match entry.value.as_scalar() {
                    Some(_) => !entry.value.is_null() && !needs_quotes(&entry.value),
                    None => {
                        let of = of.and_then(|of| of.field(key));
                        self.is_settled_below(&entry.value, of, depth + 1)
                    }
                }
            }),
            Value::Sequence(items) => {
                let Some(keys) = of.and_then(TypeRef::merge_keys) else {
                    return true;
                };
                let of = of.and_then(TypeRef::element);
                are_told_apart(items, &keys)
                    && items
                        .iter()
                        .all(|item| self.is_settled_below(item, of, depth + 1))
            }
        }
    }
}

/// Whether all elements of a list are mappings with the same of some keys, and no two with the same
/// texts in them.
fn are_told_apart(items: &Sequence, keys: &[&str]) -> bool {
    let Some(first) = items.items().first() else {
        return true;
    };
    let has_key = |key: &&&str| !key_text(first, key).is_empty();
    let present: SmallVec<[&str; 4]> = keys.iter().filter(has_key).copied().collect();
    if present.is_empty() || items.len() * present.len() > FEW {
        return false;
    }
    let mut texts = SmallVec::<[&str; FEW]>::new();
    for item in items {
        for key in keys {
            match (key_text(item, key), present.contains(key)) {
                ("", false) => {}
                ("", true) | (_, false) => return false,
                (text, true) => texts.push(text),
            }
        }
    }
    let mut known = texts.chunks(present.len());
    while let Some(tuple) = known.next() {
        if known.clone().any(|other| other == tuple) {
            return false;
        }
    }
    true
}
