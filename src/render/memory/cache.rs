//! What renders remember: files that were parsed, and bases that were built.
//!
//! Nothing is believed without a question. A file is known if its tree gives it the digest it had,
//! or else the same bytes; a base, if that holds for every file that was read for it and the tree
//! answers all else that was asked on the way as it did. During one call, for which trees hold
//! still, nothing is asked twice.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use foldhash::HashMap;

use super::super::options::Options;
use super::super::sources::SourceMap;
use super::super::target::Accumulator;
use super::lru::Lru;
use super::watch::Question;
use crate::limits::Limits;
use crate::resource::Resource;
use crate::schema::Asked;
use crate::source::{Content, Source, SourceId};
use crate::tree::{FileTree, LoadRestrictions, TreePath};
use crate::warning::Warning;

/// What the nodes of a text take with it, by the byte of the text: 7.5 for Deployments.
const WEIGHT_OF_TEXT: usize = 8;

/// What a resource of a base takes besides: its identity, and what transformers made its own.
const WEIGHT_OF_RESOURCE: usize = 1_000;

/// Files and bases, each up to half of a bound.
pub(in crate::render) struct Cache {
    bound: usize,
    files: Mutex<Lru<Key, Arc<File>>>,
    bases: Mutex<Lru<Key, Arc<Base>>>,
}

/// A file or directory of a tree as renders with equal settings see it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::render) struct Key {
    pub(in crate::render) tree: TreeId,
    pub(in crate::render) path: TreePath,
    /// The name that its locations have: of the disk each layer shows its own.
    pub(in crate::render) shown: String,
    pub(in crate::render) setting: Setting,
}

/// What the content of a base depends on besides its files.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::render) struct Setting {
    restrictions: LoadRestrictions,
    limits: Limits,
    merge_custom_resources: bool,
    /// Whether SOPS files are decrypted, and if not, whether they are refused.
    #[cfg(feature = "sops")]
    sealed: (bool, super::super::options::Encrypted),
}

impl Setting {
    pub(in crate::render) fn of(options: &Options) -> Self {
        Self {
            restrictions: options.load_restrictions,
            limits: options.limits,
            merge_custom_resources: options.merge_custom_resources,
            #[cfg(feature = "sops")]
            sealed: (options.decrypt.is_some(), options.encrypted),
        }
    }

    pub(in crate::render) fn limits(&self) -> &Limits {
        &self.limits
    }
}

/// Which tree it is.
#[derive(Clone)]
pub(in crate::render) enum TreeId {
    /// The whole file system, which is one however often it is opened.
    Host,
    /// The one in this place in memory, which is not given to another as long as this is held.
    Shared(Weak<dyn FileTree>),
}

impl TreeId {
    fn address(&self) -> usize {
        match self {
            Self::Host => 0,
            Self::Shared(tree) => Weak::as_ptr(tree).cast::<()>() as usize,
        }
    }
}

impl PartialEq for TreeId {
    fn eq(&self, other: &Self) -> bool {
        self.address() == other.address()
    }
}

impl Eq for TreeId {}

impl Hash for TreeId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.address().hash(state);
    }
}

/// A file of resources.
pub(in crate::render) struct File {
    pub(in crate::render) stamp: Stamp,
    pub(in crate::render) source: Source,
    pub(in crate::render) resources: Vec<Resource>,
    pub(in crate::render) warnings: Vec<Warning>,
}

/// A base that was built, and what building it gave besides.
pub(in crate::render) struct Base {
    pub(in crate::render) built: Accumulator,
    /// What building it asked about types.
    pub(in crate::render) asked: Asked,
    pub(in crate::render) warnings: Vec<Warning>,
    /// The directories of it and of all that it lists.
    pub(in crate::render) roots: Vec<TreePath>,
    pub(in crate::render) record: Arc<Record>,
}

/// What was read and asked for a base.
#[derive(Default)]
pub(in crate::render) struct Record {
    pub(super) questions: Vec<Question>,
    pub(in crate::render) reads: Vec<Read>,
    pub(in crate::render) sources: Arc<SourceMap>,
    /// Which of the sources are kustomizations and configurations of plugins.
    pub(in crate::render) settings: Vec<SourceId>,
    /// The bases in it that were known.
    pub(in crate::render) parts: Vec<Arc<Self>>,
}

/// A file that was read.
#[derive(Clone)]
pub(in crate::render) struct Read {
    pub(in crate::render) path: TreePath,
    pub(in crate::render) shown: String,
    pub(in crate::render) stamp: Stamp,
}

/// What tells a content from others.
#[derive(Clone)]
pub(in crate::render) enum Stamp {
    Digest(Arc<[u8]>),
    Bytes(Content),
}

impl Stamp {
    pub(in crate::render) fn of(tree: &dyn FileTree, path: &TreePath, content: &Content) -> Self {
        match tree.digest(path) {
            Some(digest) => Self::Digest(digest),
            None => Self::Bytes(content.clone()),
        }
    }

    /// Whether it is that of a content; `None` if that cannot be told.
    pub(in crate::render) fn is_of(&self, content: &Content) -> Option<bool> {
        match self {
            Self::Digest(_) => None,
            Self::Bytes(bytes) => Some(bytes == content),
        }
    }

    /// Whether the file at a path still has this content.
    pub(in crate::render) fn is_at(
        &self,
        tree: &dyn FileTree,
        path: &TreePath,
        limits: &Limits,
    ) -> bool {
        match self {
            Self::Digest(digest) => tree.digest(path).as_ref() == Some(digest),
            Self::Bytes(bytes) => tree
                .read(path, limits.file_bytes)
                .is_ok_and(|content| content == *bytes),
        }
    }

    fn weight(&self) -> usize {
        match self {
            Self::Digest(digest) => digest.len(),
            Self::Bytes(content) => content.as_bytes().len(),
        }
    }
}

impl Cache {
    /// A cache that holds about so many bytes; none if it is 0.
    pub(in crate::render) fn new(bound: usize) -> Self {
        Self {
            bound,
            files: Mutex::new(Lru::new(bound / 2)),
            bases: Mutex::new(Lru::new(bound / 2)),
        }
    }

    pub(in crate::render) fn remembers(&self) -> bool {
        self.bound > 0
    }

    pub(in crate::render) fn clear(&self) {
        locked(&self.files).clear();
        locked(&self.bases).clear();
    }

    pub(in crate::render) fn file(&self, key: &Key) -> Option<Arc<File>> {
        locked(&self.files).get(key)
    }

    pub(in crate::render) fn add_file(&self, key: Key, file: File) {
        let weight = WEIGHT_OF_TEXT * file.source.bytes().len() + file.stamp.weight();
        locked(&self.files).insert(key, Arc::new(file), weight);
    }

    pub(in crate::render) fn base(&self, key: &Key) -> Option<Arc<Base>> {
        locked(&self.bases).get(key)
    }

    pub(in crate::render) fn add_base(&self, key: Key, base: Base) {
        let texts = base.record.sources.values();
        let texts: usize = texts.map(|source| source.bytes().len()).sum();
        let stamps: usize = base
            .record
            .reads
            .iter()
            .map(|read| read.stamp.weight())
            .sum();
        let resources = WEIGHT_OF_RESOURCE * base.built.set.len();
        let weight = WEIGHT_OF_TEXT * texts + stamps + resources;
        locked(&self.bases).insert(key, Arc::new(base), weight);
    }
}

/// What is known during one call.
pub(in crate::render) struct Call {
    /// The records that were found to be true, by their places in memory.
    trusted: Mutex<HashMap<usize, Arc<Record>>>,
    /// What was decrypted, and what was built of it.
    secrets: Cache,
}

impl Call {
    /// With as much space for what is secret as the cache has for what is not.
    pub(in crate::render) fn new(cache: &Cache) -> Self {
        Self {
            trusted: Mutex::default(),
            secrets: Cache::new(cache.bound),
        }
    }

    pub(in crate::render) fn secrets(&self) -> &Cache {
        &self.secrets
    }

    /// Says that a record is true.
    pub(in crate::render) fn trust(&self, record: &Arc<Record>) {
        locked(&self.trusted).insert(Arc::as_ptr(record) as usize, Arc::clone(record));
    }

    /// Whether the tree still says what a record says.
    pub(in crate::render) fn is_true(
        &self,
        record: &Arc<Record>,
        tree: &dyn FileTree,
        limits: &Limits,
    ) -> bool {
        if locked(&self.trusted).contains_key(&(Arc::as_ptr(record) as usize)) {
            return true;
        }
        let is_same = |read: &Read| {
            tree.show(&read.path) == read.shown && read.stamp.is_at(tree, &read.path, limits)
        };
        let is_true = record
            .questions
            .iter()
            .all(|question| question.has_same_answer(tree))
            && record.reads.iter().all(is_same)
            && record
                .parts
                .iter()
                .all(|part| self.is_true(part, tree, limits));
        if is_true {
            self.trust(record);
        }
        is_true
    }
}

/// What a thread that panicked was doing to these tables is done: no code of the caller's runs then.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
