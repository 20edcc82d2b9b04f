//! What renders remember for each other: one render's way to the [`Cache`], what it takes from
//! there and what it takes down for it.

mod cache;
mod lru;
mod watch;

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use super::place::Place;
use super::sources::SourceMap;
use super::target::Accumulator;
use crate::schema::Asked;
use crate::source::{Content, Source, SourceId};
use crate::tree::{Found, TreePath};
use crate::warning::Warning;
use cache::{Base, Key, Read};
pub(super) use cache::{Cache, Call, File, Record, Setting, Stamp, TreeId};
use watch::{Questions, Watched};

pub(super) struct Memory<'r> {
    cache: &'r Cache,
    call: &'r Call,
    setting: Setting,
    questions: Questions,
    reads: Vec<Read>,
    roots: Vec<TreePath>,
    parts: Vec<Arc<Record>>,
    sources: Vec<Source>,
    /// Which of the sources are kustomizations and configurations of plugins.
    settings: Vec<SourceId>,
}

/// How far a render had got when it began to build a base.
#[derive(Clone, Copy)]
pub(super) struct Start {
    questions: usize,
    reads: usize,
    roots: usize,
    parts: usize,
    sources: usize,
    settings: usize,
}

/// What building a base gave.
pub(super) struct Outcome<'b> {
    pub(super) built: &'b Accumulator,
    pub(super) asked: Asked,
    pub(super) warnings: &'b [Warning],
    /// Whether anything in it was decrypted.
    pub(super) is_secret: bool,
}

/// What is remembered, and whether it was decrypted or made of what was.
pub(super) struct Known<T> {
    what: Arc<T>,
    pub(super) is_secret: bool,
}

impl<T> Known<T> {
    fn find(open: Option<Arc<T>>, secret: impl FnOnce() -> Option<Arc<T>>) -> Option<Self> {
        let is_secret = open.is_none();
        let what = open.or_else(secret)?;
        Some(Self { what, is_secret })
    }
}

impl<T> Deref for Known<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.what
    }
}

impl<'r> Memory<'r> {
    pub(super) fn new(cache: &'r Cache, call: &'r Call, setting: Setting) -> Self {
        Self {
            cache,
            call,
            setting,
            questions: Questions::default(),
            reads: Vec::new(),
            roots: Vec::new(),
            parts: Vec::new(),
            sources: Vec::new(),
            settings: Vec::new(),
        }
    }

    /// Has the tree of a place take down what it is asked.
    pub(super) fn watch(&self, place: &mut Place) {
        place.tree = Arc::new(Watched {
            tree: Arc::clone(&place.silent),
            questions: self.questions.clone(),
        });
    }

    pub(super) fn note_root(&mut self, root: &TreePath) {
        self.roots.push(root.clone());
    }

    pub(super) fn note_source(&mut self, source: &Source) {
        self.sources.push(source.clone());
    }

    pub(super) fn note_settings(&mut self, source: SourceId) {
        self.settings.push(source);
    }

    pub(super) fn note_read(&mut self, place: &Place, path: &TreePath, content: &Content) {
        let stamp = Stamp::of(&*place.tree, path, content);
        self.note(place, path, stamp);
    }

    fn note(&mut self, place: &Place, path: &TreePath, stamp: Stamp) {
        self.reads.push(Read {
            path: path.clone(),
            shown: place.tree.show(path),
            stamp,
        });
    }

    /// A file of resources, if it is known as it is now.
    pub(super) fn file(&mut self, place: &Place, found: &Found) -> Option<Known<File>> {
        let Found { path, content, .. } = found;
        let key = self.key(place, path);
        let file = Known::find(self.cache.file(&key), || self.call.secrets().file(&key))?;
        let limits = self.setting.limits();
        let is_as_known = match content {
            Some(content) => file.stamp.is_of(content),
            None => None,
        };
        if !is_as_known.unwrap_or_else(|| file.stamp.is_at(&*place.silent, path, limits)) {
            return None;
        }
        self.note(place, path, file.stamp.clone());
        self.sources.push(file.source.clone());
        Some(file)
    }

    /// What tells the content that was read last.
    pub(super) fn last_stamp(&self) -> Option<Stamp> {
        self.reads.last().map(|read| read.stamp.clone())
    }

    /// Remembers a file of resources.
    pub(super) fn add_file(&self, place: &Place, path: &TreePath, file: File, is_secret: bool) {
        self.keeper(is_secret).add_file(self.key(place, path), file);
    }

    /// A base, if it is known as it is now and what it `asked` and where it lies `fits`.
    pub(super) fn base(
        &mut self,
        place: &Place,
        asked: impl Fn(&Asked) -> bool,
        fits: impl Fn(&[TreePath]) -> bool,
    ) -> Option<Known<Base>> {
        let key = self.key(place, &place.root);
        let base = Known::find(self.cache.base(&key), || self.call.secrets().base(&key))?;
        let is_true = |record| {
            let limits = self.setting.limits();
            self.call.is_true(record, &*place.silent, limits)
        };
        if !asked(&base.asked) || !fits(&base.roots) || !is_true(&base.record) {
            return None;
        }
        self.roots.extend(base.roots.iter().cloned());
        self.parts.push(Arc::clone(&base.record));
        Some(base)
    }

    /// A base begins to be built.
    pub(super) fn start(&self) -> Start {
        Start {
            questions: self.questions.len(),
            reads: self.reads.len(),
            roots: self.roots.len(),
            parts: self.parts.len(),
            sources: self.sources.len(),
            settings: self.settings.len(),
        }
    }

    /// Remembers a base that was built since `start`, if it `fits`.
    pub(super) fn add_base(
        &mut self,
        start: Start,
        place: &Place,
        outcome: Outcome<'_>,
        fits: impl Fn(&[TreePath]) -> bool,
    ) {
        if !fits(&self.roots[start.roots..]) {
            return;
        }
        // Whoever lists this base has it as a part, once, however often its own parts are there.
        let roots: BTreeSet<_> = self.roots.drain(start.roots..).collect();
        self.roots.extend(roots.iter().cloned());
        let sources = self.sources.drain(start.sources..);
        let sources: SourceMap = sources.map(|source| (source.id().open(), source)).collect();
        let mut parts = self.parts.split_off(start.parts);
        parts.sort_by_key(Arc::as_ptr);
        parts.dedup_by_key(|part| Arc::as_ptr(part));
        let record = Arc::new(Record {
            questions: self.questions.take_since(start.questions),
            reads: self.reads.split_off(start.reads),
            sources: Arc::new(sources),
            settings: self.settings.split_off(start.settings),
            parts,
        });
        self.parts.push(Arc::clone(&record));
        self.call.trust(&record);
        let base = Base {
            built: outcome.built.clone(),
            asked: outcome.asked,
            warnings: outcome.warnings.to_vec(),
            roots: roots.into_iter().collect(),
            record,
        };
        self.keeper(outcome.is_secret)
            .add_base(self.key(place, &place.root), base);
    }

    /// Who remembers: what is secret is gone at the end of the call.
    fn keeper(&self, is_secret: bool) -> &Cache {
        match is_secret {
            true => self.call.secrets(),
            false => self.cache,
        }
    }

    fn key(&self, place: &Place, path: &TreePath) -> Key {
        Key {
            tree: place.id.clone(),
            path: path.clone(),
            shown: place.tree.show(path),
            setting: self.setting,
        }
    }
}
