//! The texts that marks point into.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::HashMap;

use crate::error::Error;
use crate::source::{Location, Mark, Source, SourceId};

/// Sources by number, that of what is not secret.
pub(super) type SourceMap = HashMap<SourceId, Source>;

/// The sources of a render: those that it read, and those of bases that were known.
#[derive(Clone, Default)]
pub(super) struct Sources {
    own: SourceMap,
    /// By their places in memory.
    shared: BTreeMap<usize, Arc<SourceMap>>,
}

impl Sources {
    pub(super) fn insert(&mut self, source: Source) {
        self.own.insert(source.id().open(), source);
    }

    /// Adds those of a base; returns whether they were not there yet.
    pub(super) fn share(&mut self, sources: &Arc<SourceMap>) -> bool {
        let place = Arc::as_ptr(sources) as usize;
        self.shared.insert(place, Arc::clone(sources)).is_none()
    }

    pub(super) fn get(&self, id: SourceId) -> Option<&Source> {
        let id = id.open();
        let shared = || self.shared.values().find_map(|sources| sources.get(&id));
        self.own.get(&id).or_else(shared)
    }

    /// The texts of a name.
    #[cfg(feature = "sops")]
    pub(super) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Source> {
        let shared = self.shared.values().flat_map(|sources| sources.values());
        let all = self.own.values().chain(shared);
        all.filter(move |source| **source.name() == *name)
    }

    /// File, line and column of a mark; `None` if it is of a node that was made from nothing.
    pub(super) fn locate(&self, mark: Mark) -> Option<Location> {
        Some(self.get(mark.source)?.locate(mark.offset))
    }

    /// Gives an error its place.
    pub(super) fn explain(&self, error: Error) -> Error {
        let error = error.locate_other(|mark| self.locate(mark));
        match error.mark().and_then(|mark| self.locate(mark)) {
            Some(location) => error.located(location),
            None => error,
        }
    }
}
