//! Files that are about to be read.

use super::files::File;
use super::outside::is_url;
use super::place::Place;
use super::session::Session;
use crate::error::Result;
use crate::resource::Resource;
use crate::schema::Schema;
use crate::tree::{Found, Kind, find};

/// Finds the files that a list names, some at a time and before each is asked for: to go from names
/// to bytes and from bytes to resources in turns takes a third longer than one behind the other,
/// since neither leaves the other's code where the processor has it at hand.
pub(super) struct Ahead<'p> {
    place: &'p Place,
    names: std::vec::IntoIter<&'p str>,
    /// How many bytes of a file are read.
    limit: Option<usize>,
    found: std::vec::IntoIter<(&'p str, Option<Result<Found>>)>,
    read: std::vec::IntoIter<Result<Vec<Resource>>>,
}

/// What is known of an entry of a list before its turn.
pub(super) enum Entry {
    Unknown,
    /// What its name leads to.
    Found(Result<Found>),
    /// What the file holds that it names.
    Read(Result<Vec<Resource>>),
}

/// How many files are found at a time. What they hold must not push out what is at hand either.
const BLOCK: usize = 64;

/// How many of them are read at a time, of which nodes are made, that take several times as much.
const PART: usize = 16;

impl<'p> Ahead<'p> {
    /// For the files that a kustomization at `place` names; nothing is found for an empty name.
    pub(super) fn new(
        place: &'p Place,
        names: impl Iterator<Item = &'p str>,
        limit: Option<usize>,
    ) -> Self {
        Self {
            place,
            names: names.collect::<Vec<_>>().into_iter(),
            limit,
            found: Vec::new().into_iter(),
            read: Vec::new().into_iter(),
        }
    }

    /// What the next name leads to, as [`find`] tells it; `None` if it is none or that of a URL.
    pub(super) fn find(&mut self) -> Option<Result<Found>> {
        self.fill();
        self.found.next().and_then(|(_, found)| found)
    }

    /// What is known of the next entry of a list of resources.
    pub(super) fn read(&mut self, session: &mut Session<'_>, schema: &Schema) -> Entry {
        if self.read.as_slice().is_empty() {
            self.fill();
            let is_file = |(_, found): &&(_, Option<Result<Found>>)| {
                let found = found.as_ref().and_then(|found| found.as_ref().ok());
                found.is_some_and(|found| found.kind != Kind::Directory)
            };
            let next = self.found.as_slice().iter().take(PART);
            let count = next.take_while(is_file).count();
            let files = self.found.by_ref().take(count);
            let files = files.map(|(written, found)| File {
                written,
                found: found.and_then(Result::ok),
            });
            self.read = session.resources(self.place, files, schema).into_iter();
        }
        match self.read.next() {
            Some(read) => Entry::Read(read),
            None => self.find().map_or(Entry::Unknown, Entry::Found),
        }
    }

    fn fill(&mut self) {
        if self.found.as_slice().is_empty() {
            let (place, limit) = (self.place, self.limit);
            let names = self.names.by_ref().take(BLOCK);
            let found = names.map(|name| {
                let is_file = !name.is_empty() && !is_url(name);
                let found = is_file.then(|| find(&*place.tree, &place.root, name, limit));
                (name, found)
            });
            self.found = found.collect::<Vec<_>>().into_iter();
        }
    }
}
