//! Files that are about to be read.

use super::outside::is_url;
use super::place::Place;
use crate::error::Result;
use crate::tree::{Found, find};

/// Finds the files that a list names, some at a time and before each is asked for: to go from names
/// to bytes and from bytes to resources in turns takes a third longer than one behind the other,
/// since neither leaves the other's code where the processor has it at hand.
pub(super) struct Ahead<'p, N> {
    place: &'p Place,
    names: N,
    /// How many bytes of a file are read.
    limit: Option<usize>,
    found: std::vec::IntoIter<Option<Result<Found>>>,
}

/// How many files are found at a time. What they hold must not push out what is at hand either.
const BLOCK: usize = 64;

impl<'p, N: Iterator<Item = &'p str>> Ahead<'p, N> {
    /// For the files that a kustomization at `place` names; nothing is found for an empty name.
    pub(super) fn new(place: &'p Place, names: N, limit: Option<usize>) -> Self {
        Self {
            place,
            names,
            limit,
            found: Vec::new().into_iter(),
        }
    }

    /// What the next name leads to, as [`find`] tells it; `None` if it is none or that of a URL.
    pub(super) fn next(&mut self) -> Option<Result<Found>> {
        if self.found.as_slice().is_empty() {
            let (place, limit) = (self.place, self.limit);
            let names = self.names.by_ref().take(BLOCK);
            let found = names.map(|name| {
                let is_file = !name.is_empty() && !is_url(name);
                is_file.then(|| find(&*place.tree, &place.root, name, limit))
            });
            self.found = found.collect::<Vec<_>>().into_iter();
        }
        self.found.next().flatten()
    }
}
