//! Lists whose elements all have the same keys.

use std::collections::HashMap;

use super::Merge;
use super::list::Elements;
use crate::error::Result;
use crate::schema::TypeRef;
use crate::yaml::{Node, Value};

/// The elements of a list by the texts of their keys.
#[derive(Debug)]
pub(super) struct Tuples {
    /// In the order in which the reference meets them: first those of the patch.
    groups: Vec<Group>,
    /// For each element of the list its group.
    of_dest: Vec<usize>,
    /// How many keys tell elements apart; none if they are scalars.
    keys: usize,
}

/// The elements with one tuple of texts.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    first: Option<usize>,
    last: Option<usize>,
    patch: Option<usize>,
}

impl Tuples {
    /// `None` if an element is null, empty or of another kind than the others, if no element has a
    /// key, or if some have a key that others lack.
    pub(super) fn of(elements: &Elements<'_>, keys: &[&str]) -> Option<Self> {
        let mut found = Self {
            groups: Vec::new(),
            of_dest: Vec::with_capacity(elements.dest().len()),
            keys: 0,
        };
        let present: Vec<_> = keys
            .iter()
            .copied()
            .filter(|key| !key_text(elements.original(0), key).is_empty())
            .collect();
        if present.is_empty() != keys.is_empty() {
            return None;
        }
        found.keys = present.len();
        let mut numbers = HashMap::new();
        let mut groups = HashMap::new();
        for at in elements.patch().chain(elements.dest()) {
            let node = elements.original(at);
            let number = match node.value() {
                _ if node.is_null() => return None,
                Value::Scalar(scalar) if keys.is_empty() => step(&mut numbers, 0, scalar.text()),
                Value::Mapping(_) if !keys.is_empty() => {
                    let mut number = 0;
                    for key in keys {
                        let text = key_text(node, key);
                        if text.is_empty() == present.contains(key) {
                            return None;
                        }
                        number = step(&mut numbers, number, text);
                    }
                    number
                }
                _ => return None,
            };
            let group = *groups.entry(number).or_insert_with(|| {
                found.groups.push(Group::default());
                found.groups.len() - 1
            });
            let of = &mut found.groups[group];
            if elements.dest().contains(&at) {
                of.first = of.first.or(Some(at));
                of.last = Some(at);
                found.of_dest.push(group);
                if elements.is_own_patch() {
                    of.patch = of.first;
                }
            } else {
                of.patch = of.patch.or(Some(at));
            }
        }
        Some(found)
    }
}

/// The number of a sequence of texts: that of all but the last, and the last.
fn step<'n>(numbers: &mut HashMap<(usize, &'n str), usize>, so_far: usize, text: &'n str) -> usize {
    let next = numbers.len() + 1;
    *numbers.entry((so_far, text)).or_insert(next)
}

/// The text of a key; empty where there is none, or no scalar.
fn key_text<'n>(node: &'n Node, key: &str) -> &'n str {
    let value = node.as_mapping().and_then(|mapping| mapping.get(key));
    value
        .filter(|value| !value.is_null())
        .and_then(Node::text)
        .unwrap_or_default()
}

impl<'a> Merge<'a> {
    /// Which elements are the result, in order. Of elements with equal keys the first is merged and
    /// the last stays.
    pub(super) fn regular(
        &mut self,
        elements: &mut Elements<'_>,
        tuples: &Tuples,
        of: Option<TypeRef<'a>>,
    ) -> Result<Vec<usize>> {
        let mut result = Vec::with_capacity(elements.len());
        let mut is_gone = vec![false; tuples.groups.len()];
        for (at, group) in tuples.groups.iter().enumerate() {
            let Some(merged) = self.element(elements, group.first, group.patch, of)? else {
                is_gone[at] = true;
                continue;
            };
            if tuples.keys == 0 {
                elements.clear_tag(merged);
            }
            match group.last {
                None => result.push(merged),
                // What the resource had takes its own place again, even where the result of the
                // merge was the patch's.
                Some(last) if tuples.keys < 2 => result.push(last),
                Some(_) => {}
            }
        }
        if tuples.keys > 1 {
            // With several keys the reference takes each element out and appends it.
            for at in elements.dest() {
                let group = tuples.of_dest[at];
                if !is_gone[group] && tuples.groups[group].last == Some(at) {
                    result.push(at);
                }
            }
        }
        Ok(result)
    }
}
