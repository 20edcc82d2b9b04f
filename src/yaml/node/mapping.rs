//! Mappings and their entries.

use std::fmt;

use ecow::EcoVec;

use super::container::Dress;
use super::{Node, Value};
use crate::yaml::text::Text;

/// Keys and values in the order of the text, shared until they are written to.
///
/// A text may repeat a key; the reader keeps both, lookups find the first, and only printing
/// refuses, as in the reference.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    entries: EcoVec<Entry>,
    dress: Dress,
}

/// A key and its value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Nearly always a scalar.
    pub key: Node,
    /// What the key holds.
    pub value: Node,
}

impl Mapping {
    pub(in crate::yaml) fn read(entries: impl Into<EcoVec<Entry>>, dress: Dress) -> Self {
        Self {
            entries: entries.into(),
            dress,
        }
    }

    /// Keys and values.
    #[inline]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Keys and values for writing in place and reordering; copies the mapping if it is shared.
    pub fn entries_mut(&mut self) -> &mut [Entry] {
        self.entries.make_mut()
    }

    /// Keys and values, if nobody else holds the mapping.
    #[cfg(feature = "sops")]
    pub(in crate::yaml) fn own_entries(&mut self) -> Option<&mut [Entry]> {
        let is_own = self.entries.is_unique();
        is_own.then(|| self.entries.make_mut())
    }

    /// Forgets how it was written: in brackets, under a tag.
    #[cfg(feature = "sops")]
    pub(crate) fn undress(&mut self) {
        self.dress = Dress::default();
    }

    /// Appends an entry, whether or not its key is there.
    pub fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Puts an entry in front of the one at a position.
    pub(crate) fn insert(&mut self, at: usize, entry: Entry) {
        self.entries.insert(at, entry);
    }

    /// Keeps only the entries of which `stays` is true.
    pub fn retain(&mut self, mut stays: impl FnMut(&Entry) -> bool) {
        self.entries.retain(|entry| stays(entry));
    }

    /// Takes keys and values out, without copying where nobody else holds them.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries.into_iter().collect()
    }

    /// How many keys there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Keys and values in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// The value of the first key with this text, whatever the key's type.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The first key with this text, and its value.
    #[inline]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.position(key).map(|at| &self.entries[at])
    }

    /// The value of the first key with this text for writing; copies the mapping if it is shared.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let at = self.position(key)?;
        Some(&mut self.entries_mut()[at].value)
    }

    /// Sets the value of the first key with this text, or appends the key.
    /// Returns the value that was there.
    pub fn set(&mut self, key: &str, value: Node) -> Option<Node> {
        match self.position(key) {
            Some(at) => Some(std::mem::replace(&mut self.entries_mut()[at].value, value)),
            None => {
                let mut new_key = Node::string(key);
                new_key.set_mark(value.mark());
                self.push(Entry {
                    key: new_key,
                    value,
                });
                None
            }
        }
    }

    /// Removes the first key with this text.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        let at = self.position(key)?;
        Some(self.remove_at(at))
    }

    /// Removes the key at a position. Costs as much as there are entries.
    pub(crate) fn remove_at(&mut self, at: usize) -> Entry {
        self.entries.remove(at)
    }

    /// Where the first key with this text stands.
    pub(crate) fn position(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.has_key(key))
    }

    /// Whether it was written as `{…}`.
    pub fn is_flow(&self) -> bool {
        self.dress.is_flow()
    }

    /// Says that it was written as `{…}`, or that it was not.
    pub(crate) fn set_flow(&mut self, flow: bool) {
        if self.is_flow() != flow {
            self.dress = Dress::new(flow, self.tag().map(Text::from));
        }
    }

    /// A tag that was written out, in its short form.
    #[inline]
    pub fn tag(&self) -> Option<&str> {
        self.dress.tag()
    }
}

impl Entry {
    /// Whether the key is a scalar with this text, whatever its type.
    #[inline]
    pub fn has_key(&self, key: &str) -> bool {
        match self.key.value() {
            Value::Scalar(scalar) => are_equal(scalar.text().as_bytes(), key.as_bytes()),
            _ => false,
        }
    }
}

/// Whether two texts are equal. Nearly all keys have a length at which that is two words that
/// overlap, and no call.
#[inline]
fn are_equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && match one.len() {
            4..8 => {
                one.first_chunk::<4>() == other.first_chunk::<4>()
                    && one.last_chunk::<4>() == other.last_chunk::<4>()
            }
            8..=16 => {
                one.first_chunk::<8>() == other.first_chunk::<8>()
                    && one.last_chunk::<8>() == other.last_chunk::<8>()
            }
            _ => one == other,
        }
}

impl From<Vec<Entry>> for Mapping {
    fn from(entries: Vec<Entry>) -> Self {
        Self::read(entries, Dress::default())
    }
}

impl<K: Into<Text>> FromIterator<(K, Node)> for Mapping {
    fn from_iter<I: IntoIterator<Item = (K, Node)>>(entries: I) -> Self {
        let entry = |(key, value): (K, Node)| Entry {
            key: Node::string(key),
            value,
        };
        let entries: EcoVec<_> = entries.into_iter().map(entry).collect();
        Self::read(entries, Dress::default())
    }
}

/// Appends entries as [`Mapping::push`] does one.
impl Extend<Entry> for Mapping {
    fn extend<I: IntoIterator<Item = Entry>>(&mut self, entries: I) {
        self.entries.extend(entries);
    }
}

impl<'a> IntoIterator for &'a Mapping {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.iter().map(|entry| (entry.shown(), &entry.value)))
            .finish()
    }
}

impl Entry {
    /// The key, unless it was decrypted: the lines of a decrypted env file can be keys.
    fn shown(&self) -> &str {
        match self.key.mark().source.is_secret() {
            true => "?",
            false => self.key.text().unwrap_or("?"),
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.shown(), self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_until_one_is_written_to() {
        let mut first: Mapping = [("a", Node::int(1)), ("b", Node::int(2))]
            .into_iter()
            .collect();
        let second = first.clone();
        assert!(std::ptr::eq(first.entries(), second.entries()));
        assert_eq!(first.set("a", Node::int(7)), Some(Node::int(1)));
        assert_eq!(second.get("a"), Some(&Node::int(1)));
        assert_eq!(first.get("a"), Some(&Node::int(7)));
    }

    #[test]
    fn no_change_is_seen_through_a_clone() {
        type Change = fn(&mut Mapping, Entry);
        let new = Entry {
            key: Node::string("x"),
            value: Node::null(),
        };
        let before: Mapping = ["a", "b", "c"]
            .map(|key| (key, Node::null()))
            .into_iter()
            .collect();
        let changes: [(Change, &str); 6] = [
            (|mapping, new| mapping.push(new), "abcx"),
            (|mapping, new| mapping.extend([new]), "abcx"),
            (|mapping, new| mapping.insert(1, new), "axbc"),
            (|mapping, _| drop(mapping.remove_at(1)), "ac"),
            (|mapping, _| mapping.retain(|it| it.has_key("b")), "b"),
            (|mapping, new| mapping.entries_mut()[0] = new, "xbc"),
        ];
        for (change, expected) in changes {
            let mut after = before.clone();
            change(&mut after, new.clone());
            let keys = |of: &Mapping| of.iter().filter_map(|it| it.key.text()).collect::<String>();
            assert_eq!(keys(&after), expected);
            assert_eq!(keys(&before), "abc");
        }
    }

    #[test]
    fn texts_of_any_length_are_compared_whole() {
        for length in 0..40 {
            let text = vec![b'a'; length];
            assert!(are_equal(&text, &text));
            assert!(!are_equal(&text, &[&text[..], b"a"].concat()));
            for at in 0..length {
                let mut other = text.clone();
                other[at] = b'b';
                assert!(!are_equal(&text, &other), "{at} of {length}");
            }
        }
    }

    #[test]
    fn lookups_find_the_first_of_equal_keys() {
        let mut mapping: Mapping = [("a", Node::int(1)), ("a", Node::int(2))]
            .into_iter()
            .collect();
        assert_eq!(mapping.get("a"), Some(&Node::int(1)));
        mapping.remove("a");
        assert_eq!(mapping.get("a"), Some(&Node::int(2)));
    }
}
