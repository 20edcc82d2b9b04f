//! Lists whose elements all have the same keys.

use foldhash::HashMap;
use smallvec::SmallVec;

use super::list::{Elements, key_text};
use crate::yaml::{Node, Value};

/// The elements of a list by the texts of their keys.
#[derive(Debug)]
pub(super) struct Groups {
    /// In the order in which the reference meets them: first those of the patch.
    groups: Vec<Group>,
    /// For each element of the list its group.
    of_dest: Vec<usize>,
    /// How many keys tell elements apart; none if they are scalars.
    keys: usize,
    /// The next group.
    at: usize,
}

/// The elements with one tuple of texts. The first is merged and the last stays.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    first: Option<usize>,
    last: Option<usize>,
    patch: Option<usize>,
    merged: Option<usize>,
}

impl Groups {
    /// `None` if an element is null, empty or of another kind than the others, if no element has a
    /// key, or if some have a key that others lack.
    pub(super) fn of(elements: &Elements<'_>, keys: &[&str]) -> Option<Self> {
        let mut found = Self {
            groups: Vec::with_capacity(elements.len()),
            of_dest: Vec::with_capacity(elements.dest().len()),
            keys: 0,
            at: 0,
        };
        if elements.len() == 0 {
            return Some(found);
        }
        let has_key = |key: &&&str| !key_text(elements.original(0), key).is_empty();
        let present: Vec<_> = keys.iter().filter(has_key).copied().collect();
        if present.is_empty() != keys.is_empty() {
            return None;
        }
        found.keys = present.len();
        let mut numbers = Numbers::default();
        // The groups of numbers.
        let mut groups = SmallVec::<[Option<usize>; 2 * FEW]>::new();
        for at in elements.patch().chain(elements.dest()) {
            let number = number_of(elements.original(at), keys, &present, &mut numbers)?;
            if groups.len() <= number {
                groups.resize(number + 1, None);
            }
            let group = *groups[number].get_or_insert_with(|| {
                found.groups.push(Group::default());
                found.groups.len() - 1
            });
            let of = &mut found.groups[group];
            if elements.dest().contains(&at) {
                of.first = of.first.or(Some(at));
                of.last = Some(at);
                found.of_dest.push(group);
            } else {
                of.patch = of.patch.or(Some(at));
            }
        }
        Some(found)
    }

    /// The elements to merge next: one of the list and one of its counterpart.
    pub(super) fn next(&mut self) -> Option<(Option<usize>, Option<usize>)> {
        let group = self.groups.get(self.at)?;
        self.at += 1;
        Some((group.first, group.patch))
    }

    pub(super) fn record(&mut self, merged: Option<usize>, elements: &mut Elements<'_>) {
        self.groups[self.at - 1].merged = merged;
        if let Some(merged) = merged.filter(|_| self.keys == 0) {
            elements.clear_tag(merged);
        }
    }

    /// Which elements are the result, in order.
    pub(super) fn finish(self, elements: &Elements<'_>) -> Vec<usize> {
        let kept = self.groups.iter().filter(|group| group.merged.is_some());
        // What the resource had takes its own place again, even where the result of the merge was
        // the patch's.
        if self.keys < 2 {
            return kept
                .filter_map(|group| group.last.or(group.merged))
                .collect();
        }
        // With several keys the reference takes each element out and appends it.
        let added = kept
            .filter(|group| group.last.is_none())
            .filter_map(|group| group.merged);
        let known = elements.dest().filter(|at| {
            let group = &self.groups[self.of_dest[*at]];
            group.merged.is_some() && group.last == Some(*at)
        });
        added.chain(known).collect()
    }
}

/// How many numbers are looked at one by one.
const FEW: usize = 8;

/// Numbers of tuples of texts, from 1 on: a tuple is numbered by the number of all but its last
/// text, and the last.
#[derive(Default)]
struct Numbers<'n> {
    few: SmallVec<[(usize, &'n str); FEW]>,
    /// Those that came later.
    many: HashMap<(usize, &'n str), usize>,
}

impl<'n> Numbers<'n> {
    fn of(&mut self, so_far: usize, text: &'n str) -> usize {
        let tuple = (so_far, text);
        if let Some(at) = self.few.iter().position(|known| *known == tuple) {
            return at + 1;
        }
        if self.few.len() < FEW {
            self.few.push(tuple);
            return self.few.len();
        }
        let next = FEW + self.many.len() + 1;
        *self.many.entry(tuple).or_insert(next)
    }
}

/// The number of an element's tuple of texts; `None` if the element is not regular.
fn number_of<'n>(
    node: &'n Node,
    keys: &[&str],
    present: &[&str],
    numbers: &mut Numbers<'n>,
) -> Option<usize> {
    match node.value() {
        _ if node.is_null() => None,
        Value::Scalar(scalar) if keys.is_empty() => Some(numbers.of(0, scalar.text())),
        Value::Mapping(_) if !keys.is_empty() => keys.iter().try_fold(0, |number, key| {
            let text = key_text(node, key);
            (text.is_empty() != present.contains(key)).then(|| numbers.of(number, text))
        }),
        _ => None,
    }
}
