//! A table that forgets what was not used for longest.

use std::collections::BTreeMap;
use std::hash::Hash;

use foldhash::{HashMap, HashMapExt};

/// Values by key, whose weights together stay below a bound.
pub(super) struct Lru<K, V> {
    bound: usize,
    weight: usize,
    slots: HashMap<K, Slot<V>>,
    /// Keys by when they were used last.
    uses: BTreeMap<u64, K>,
    next_use: u64,
}

struct Slot<V> {
    value: V,
    weight: usize,
    used: u64,
}

impl<K: Clone + Eq + Hash, V: Clone> Lru<K, V> {
    pub(super) fn new(bound: usize) -> Self {
        Self {
            bound,
            weight: 0,
            slots: HashMap::new(),
            uses: BTreeMap::new(),
            next_use: 0,
        }
    }

    /// The value of a key, which thereby counts as used.
    pub(super) fn get(&mut self, key: &K) -> Option<V> {
        let slot = self.slots.get_mut(key)?;
        if let Some(key) = self.uses.remove(&slot.used) {
            slot.used = self.next_use;
            self.uses.insert(self.next_use, key);
            self.next_use += 1;
        }
        Some(slot.value.clone())
    }

    /// Adds a value, in place of the key's old one. What weighs more than the bound is not kept.
    pub(super) fn insert(&mut self, key: K, value: V, weight: usize) {
        self.remove(&key);
        if weight > self.bound {
            return;
        }
        let used = self.next_use;
        self.next_use += 1;
        self.weight += weight;
        self.uses.insert(used, key.clone());
        let slot = Slot {
            value,
            weight,
            used,
        };
        self.slots.insert(key, slot);
        while self.weight > self.bound
            && let Some((_, oldest)) = self.uses.first_key_value()
        {
            let oldest = oldest.clone();
            self.remove(&oldest);
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new(self.bound);
    }

    fn remove(&mut self, key: &K) {
        if let Some(slot) = self.slots.remove(key) {
            self.weight -= slot.weight;
            self.uses.remove(&slot.used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let mut lru = Lru::new(10);
        lru.insert("a", 1, 4);
        lru.insert("b", 2, 4);
        assert_eq!(lru.get(&"a"), Some(1));
        lru.insert("c", 3, 4);
        assert_eq!(
            ["a", "b", "c"].map(|key| lru.get(&key)),
            [Some(1), None, Some(3)]
        );
        lru.insert("d", 4, 9);
        assert_eq!(
            ["a", "c", "d"].map(|key| lru.get(&key)),
            [None, None, Some(4)]
        );
        lru.insert("d", 5, 11);
        assert_eq!((lru.get(&"d"), lru.weight), (None, 0));
    }

    #[test]
    fn a_key_has_one_value() {
        let mut lru = Lru::new(10);
        (0..100).for_each(|value| lru.insert("a", value, 6));
        assert_eq!(
            (lru.get(&"a"), lru.weight, lru.uses.len()),
            (Some(99), 6, 1)
        );
        lru.clear();
        assert_eq!((lru.get(&"a"), lru.weight), (None, 0));
    }
}
