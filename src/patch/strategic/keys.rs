//! Finding the entries of a mapping by key.

use foldhash::{HashMap, HashMapExt};

use crate::yaml::{Entry, Mapping, Node};

/// Up to how many entries a look at each is faster than a table.
const FEW: usize = 16;

/// The entries of a mapping, and where their keys stand.
pub(super) struct Keys<'n> {
    entries: &'n [Entry],
    /// Only for mappings of more than a few entries.
    table: Option<Box<HashMap<&'n str, usize>>>,
}

impl<'n> Keys<'n> {
    /// Of a node that is a mapping.
    pub(super) fn of(node: &'n Node) -> Self {
        Self::of_entries(node.as_mapping().map_or(&[], Mapping::entries))
    }

    pub(super) fn of_mapping(mapping: &'n Mapping) -> Self {
        Self::of_entries(mapping.entries())
    }

    fn of_entries(entries: &'n [Entry]) -> Self {
        let table = (entries.len() > FEW).then(|| {
            let mut table = HashMap::with_capacity(entries.len());
            for (at, entry) in entries.iter().enumerate() {
                if let Some(key) = entry.key.text() {
                    table.entry(key).or_insert(at);
                }
            }
            Box::new(table)
        });
        Self { entries, table }
    }

    pub(super) fn entries(&self) -> &'n [Entry] {
        self.entries
    }

    /// The first of the entries with this key.
    pub(super) fn first(&self, key: &str) -> Option<usize> {
        match &self.table {
            Some(table) => table.get(key).copied(),
            None => self.entries.iter().position(|entry| entry.has_key(key)),
        }
    }
}
