//! The order of keys: go-yaml v2's natural order (`sorter.go`), made deterministic.
//!
//! That order is not transitive (`a10` < `a1b` < `a2` < `a10`), and the reference prints such keys
//! in varying order. Here they are sorted by code points first and then merged by the natural
//! order, which gives the reference's result wherever it has only one.

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::keys;
use super::shape::{self, SIMPLE_KEY};
use super::unicode::{is_digit, is_letter};
use crate::error::Result;
use crate::yaml::node::{Entry, Node};
use crate::yaml::tag::Tag;

/// The order of the mappings that are being printed, innermost last.
#[derive(Default)]
pub(super) struct Order {
    indices: Vec<u32>,
    spare: Vec<u32>,
}

/// How one mapping was sorted.
pub(super) enum Sorting {
    /// It is printed as it stands.
    Sorted,
    /// Its indices begin here.
    From(usize),
}

/// The keys and values of a mapping in order, if it is short, all keys are printed as they stand and
/// they clearly differ, which is true of nearly all mappings.
#[derive(Default)]
pub(super) struct Trivial<'a>(SmallVec<[(&'a [u8], &'a Node); SHORT]>);

/// The length of the longest such mapping.
const SHORT: usize = 12;

impl<'a> Trivial<'a> {
    /// Takes the entries of a mapping in. Returns whether it is trivial.
    #[inline(always)]
    pub(super) fn sort(&mut self, entries: &'a [Entry]) -> bool {
        entries.len() <= SHORT && entries.iter().all(|entry| self.insert(entry))
    }

    #[inline(always)]
    fn insert(&mut self, entry: &'a Entry) -> bool {
        let Some(key) = trivial_key(entry) else {
            return false;
        };
        let mut at = self.0.len();
        for (known, _) in self.0.iter().rev() {
            match clear_order(known, key) {
                None => return false,
                Some(Ordering::Greater) => at -= 1,
                Some(_) => break,
            }
        }
        self.0.insert(at, (key, &entry.value));
        true
    }

    /// Keys and values.
    #[inline(always)]
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a [u8], &'a Node)> {
        self.0.iter().copied()
    }
}

impl Order {
    /// Sorts the keys of a mapping, all of which are scalars.
    ///
    /// # Errors
    /// `ErrorKind::DuplicateKey` at the second of two equal keys.
    pub(super) fn push(&mut self, entries: &[Entry]) -> Result<Sorting> {
        if entries.is_sorted_by(|a, b| clear_order(key(a), key(b)) == Some(Ordering::Less)) {
            return Ok(Sorting::Sorted);
        }
        // Without digits the order is total, and equal keys end up side by side.
        let total = !entries.iter().any(|entry| has_digit(key(entry)));
        let start = self.indices.len();
        self.indices.extend(0..entries.len() as u32);
        let indices = &mut self.indices[start..];
        let at = |index: u32| key(&entries[index as usize]);
        if !total {
            indices.sort_unstable_by(|&a, &b| at(a).cmp(at(b)).then(a.cmp(&b)));
            no_duplicates(entries, indices)?;
        }
        merge_sort(indices, &mut self.spare, &|a, b| {
            compare(at(a), at(b)).is_lt()
        });
        if total {
            no_duplicates(entries, indices)?;
        }
        Ok(Sorting::From(start))
    }

    /// The index of the entry that is printed as number `at`.
    #[inline]
    pub(super) fn get(&self, sorting: &Sorting, at: usize) -> usize {
        match sorting {
            Sorting::Sorted => at,
            Sorting::From(start) => self.indices[start + at] as usize,
        }
    }

    /// Forgets the mapping that was pushed last.
    pub(super) fn pop(&mut self, sorting: Sorting) {
        if let Sorting::From(start) = sorting {
            self.indices.truncate(start);
        }
    }
}

#[inline]
fn key(entry: &Entry) -> &[u8] {
    entry
        .key
        .as_scalar()
        .map_or(&[], |key| key.text().as_bytes())
}

fn has_digit(key: &[u8]) -> bool {
    key.iter()
        .any(|byte| byte.is_ascii_digit() || !byte.is_ascii())
}

fn no_duplicates(entries: &[Entry], sorted: &[u32]) -> Result<()> {
    let at = |index: u32| &entries[index as usize];
    match sorted
        .windows(2)
        .find(|pair| key(at(pair[0])) == key(at(pair[1])))
    {
        Some(pair) => Err(keys::duplicate(&at(pair[1]).key)),
        None => Ok(()),
    }
}

/// Sorts stably by any relation, transitive or not: the standard library's sort may panic on one
/// that is not.
fn merge_sort(items: &mut [u32], spare: &mut Vec<u32>, less: &impl Fn(u32, u32) -> bool) {
    if items.len() <= 8 {
        for end in 1..items.len() {
            let mut at = end;
            while at > 0 && less(items[at], items[at - 1]) {
                items.swap(at, at - 1);
                at -= 1;
            }
        }
        return;
    }
    let middle = items.len() / 2;
    merge_sort(&mut items[..middle], spare, less);
    merge_sort(&mut items[middle..], spare, less);
    if !less(items[middle], items[middle - 1]) {
        return;
    }
    spare.clear();
    spare.extend_from_slice(&items[..middle]);
    let (mut left, mut right) = (0, middle);
    for at in 0..items.len() {
        if left == spare.len() {
            return;
        }
        if right < items.len() && less(items[right], spare[left]) {
            items[at] = items[right];
            right += 1;
        } else {
            items[at] = spare[left];
            left += 1;
        }
    }
}

/// The text of a key that is printed as it stands.
#[inline]
fn trivial_key(entry: &Entry) -> Option<&[u8]> {
    let key = entry.key.as_scalar()?;
    let text = key.text().as_bytes();
    let is_trivial = matches!(key.tag(), Tag::Str | Tag::None)
        && text.len() <= SIMPLE_KEY
        && shape::is_trivial(text);
    is_trivial.then_some(text)
}

/// The order of two keys if they differ and digits have no part in it. Where it is known of all
/// neighbours it holds of all pairs, since it is an order by characters, letters last.
#[inline]
fn clear_order(a: &[u8], b: &[u8]) -> Option<Ordering> {
    let Some((first, second)) = a.iter().zip(b).find(|(a, b)| a != b) else {
        return Some(a.len().cmp(&b.len())).filter(|order| order.is_ne());
    };
    let is_mark = |byte: &u8| byte.is_ascii() && !byte.is_ascii_digit();
    match (first.is_ascii_alphabetic(), second.is_ascii_alphabetic()) {
        (true, true) => Some(first.cmp(second)),
        (false, true) if first.is_ascii() => Some(Ordering::Less),
        (true, false) if second.is_ascii() => Some(Ordering::Greater),
        (false, false) if is_mark(first) && is_mark(second) => Some(first.cmp(second)),
        _ => None,
    }
}

/// The natural order of two keys.
fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let Some(at) = a.iter().zip(b).position(|(a, b)| a != b) else {
        return a.len().cmp(&b.len());
    };
    if a[at].is_ascii_alphabetic() && b[at].is_ascii_alphabetic() {
        return a[at].cmp(&b[at]);
    }
    if a.is_ascii() && b.is_ascii() {
        return compare_at(a, b, at);
    }
    let chars = |text: &[u8]| -> Vec<char> {
        let text = std::str::from_utf8(text).unwrap_or_default();
        text.chars().collect()
    };
    let (a, b) = (chars(a), chars(b));
    match a.iter().zip(&b).position(|(a, b)| a != b) {
        Some(at) => compare_at(&a, &b, at),
        None => a.len().cmp(&b.len()),
    }
}

/// The order of two keys that differ first at `at`.
fn compare_at<C: Copy + Into<char>>(a: &[C], b: &[C], at: usize) -> Ordering {
    let (first, second): (char, char) = (a[at].into(), b[at].into());
    let digit = |char: &C| is_digit((*char).into());
    match (is_letter(first), is_letter(second)) {
        (true, true) => return first.cmp(&second),
        (false, false) => {}
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
    }
    // Behind other digits, a zero does not lead.
    let mut before = a[..at].iter().rev().take_while(|char| digit(char));
    let follows_digits =
        (first == '0' || second == '0') && before.any(|char| (*char).into() != '0');
    let number = |chars: &[C]| {
        let digits = chars[at..].iter().take_while(|char| digit(char));
        digits.fold(
            (i64::from(follows_digits), 0_usize),
            |(number, length), char| {
                let digit = i64::from(u32::from((*char).into())) - i64::from(b'0');
                (number.wrapping_mul(10).wrapping_add(digit), length + 1)
            },
        )
    };
    number(a).cmp(&number(b)).then(first.cmp(&second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn sorted(keys: &[&str]) -> Vec<String> {
        let entries: Vec<Entry> = keys
            .iter()
            .map(|key| Entry {
                key: Node::string(*key),
                value: Node::null(),
            })
            .collect();
        let mut order = Order::default();
        let sorting = order.push(&entries).unwrap();
        (0..entries.len())
            .map(|at| keys[order.get(&sorting, at)].to_owned())
            .collect()
    }

    #[test]
    fn sorts_as_the_reference_was_seen_to() {
        let expected = [
            "", "-c", "_b", "0", "1", "01", "9", "10", "A1", "Z", "a", "a b", "a-b", "a.b", "a/b",
            "a_b", "a1", "a01", "a001", "a2", "a10", "aB", "ab", "b", "on", "true", "y", "z", "é",
        ];
        let mut keys = expected;
        keys.reverse();
        assert_eq!(sorted(&keys), expected);
        assert_eq!(sorted(&expected), expected);
    }

    #[test]
    fn a_circle_of_keys_has_one_order() {
        let expected = sorted(&["a10", "a1b", "a2"]);
        for keys in [
            ["a2", "a10", "a1b"],
            ["a1b", "a2", "a10"],
            ["a2", "a1b", "a10"],
        ] {
            assert_eq!(sorted(&keys), expected);
        }
        let name = |n: usize| format!("v{}{}", n % 37, ["", "a", "beta1"][n % 3]);
        let unique: std::collections::BTreeSet<String> = (0..500).map(name).collect();
        let keys: Vec<&str> = unique.iter().map(String::as_str).collect();
        let reversed: Vec<&str> = keys.iter().rev().copied().collect();
        assert_eq!(sorted(&keys), sorted(&reversed));
    }

    #[test]
    fn finds_duplicates_among_keys_with_and_without_digits() {
        for keys in [
            &["a", "b", "a"][..],
            &["a", "a"],
            &["a10", "a1b", "a2", "a10"],
            &["é", "b", "é"],
        ] {
            let entry = |(at, key): (usize, &&str)| {
                let mut node = Node::string(*key);
                node.set_mark(crate::Mark {
                    offset: at as u32,
                    ..Default::default()
                });
                Entry {
                    key: node,
                    value: Node::null(),
                }
            };
            let entries: Vec<Entry> = keys.iter().enumerate().map(entry).collect();
            let error = Order::default().push(&entries).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::DuplicateKey);
            assert_eq!(error.mark().unwrap().offset as usize, keys.len() - 1);
        }
    }

    #[test]
    fn other_alphabets_have_letters_and_digits_too() {
        // A Roman numeral is alphabetic but no letter, so it comes before the letters.
        assert_eq!(sorted(&["aé", "aⅠ", "a_"]), ["a_", "aⅠ", "aé"]);
        // Arabic digits count from the code point of `0`.
        assert_eq!(sorted(&["x٣", "x9", "x٢"]), ["x9", "x٢", "x٣"]);
    }
}
