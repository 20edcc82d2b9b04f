//! Finding the entries of a mapping by key.

use std::collections::HashMap;

use crate::yaml::{Entry, Mapping};

/// Up to how many entries a look at each is faster than a table.
const FEW: usize = 16;

/// Where the keys of a mapping stand.
pub(super) struct Keys<'m> {
    mapping: &'m Mapping,
    /// Only for mappings of more than a few entries.
    table: Option<HashMap<&'m str, usize>>,
}

impl<'m> Keys<'m> {
    pub(super) fn of(mapping: &'m Mapping) -> Self {
        let table = (mapping.len() > FEW).then(|| {
            let mut table = HashMap::with_capacity(mapping.len());
            for (at, entry) in mapping.iter().enumerate() {
                if let Some(key) = entry.key.text() {
                    table.entry(key).or_insert(at);
                }
            }
            table
        });
        Self { mapping, table }
    }

    /// The first of the entries with this key.
    pub(super) fn first(&self, key: &str) -> Option<usize> {
        match &self.table {
            Some(table) => table.get(key).copied(),
            None => self
                .mapping
                .iter()
                .position(|entry: &Entry| entry.has_key(key)),
        }
    }
}
