//! What one render reads and finds out on the way.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::cache::{Record, TreeId};
use super::manifests::Manifests;
use super::memory::{Memory, Start};
use super::options::Options;
use super::sources::Sources;
use super::target::{Accumulator, Target};
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::Str;
use crate::resource::{Resource, read_resources};
use crate::schema::Schema;
use crate::source::{Content, Location, Mark, Source, SourceId};
use crate::tree::{FileTree, Kind, LoadRestrictions, TreePath, allowed_file, resolve_file};
use crate::warning::Warning;

/// One render: its sources by number, its warnings, the files it read.
pub(super) struct Session<'r> {
    pub(super) options: &'r Options,
    numbers: &'r AtomicU32,
    sources: Sources,
    pub(super) warnings: Vec<Warning>,
    inputs: BTreeSet<String>,
    /// How many were read.
    kustomizations: usize,
    /// Missing if nothing is remembered.
    memory: Option<Memory<'r>>,
}

/// A directory of a tree whose kustomization is being built, and those that led to it.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) tree: Arc<dyn FileTree>,
    /// The same, for questions that nobody takes down.
    pub(super) silent: Arc<dyn FileTree>,
    pub(super) id: TreeId,
    pub(super) root: TreePath,
    /// The roots on the way here, the outermost first.
    pub(super) chain: Vec<TreePath>,
}

impl Place {
    pub(super) fn new(tree: Arc<dyn FileTree>, root: TreePath, is_host: bool) -> Self {
        Self {
            id: match is_host {
                true => TreeId::Host,
                false => TreeId::Shared(Arc::downgrade(&tree)),
            },
            silent: Arc::clone(&tree),
            tree,
            root,
            chain: Vec::new(),
        }
    }

    /// The directory of a base as written in this one's kustomization.
    pub(super) fn below(&self, root: TreePath) -> Self {
        let mut chain = self.chain.clone();
        chain.push(self.root.clone());
        Self {
            tree: Arc::clone(&self.tree),
            silent: Arc::clone(&self.silent),
            id: self.id.clone(),
            root,
            chain,
        }
    }

    /// Whether this is the same directory of the same tree.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.is_at(other, &other.root)
    }

    /// Whether this is the directory `root` of the tree of another.
    pub(super) fn is_at(&self, other: &Self, root: &TreePath) -> bool {
        self.root == *root && self.id == other.id
    }
}

impl<'r> Session<'r> {
    pub(super) fn new(
        options: &'r Options,
        numbers: &'r AtomicU32,
        memory: Option<Memory<'r>>,
    ) -> Self {
        Self {
            options,
            numbers,
            sources: Sources::default(),
            warnings: Vec::new(),
            inputs: BTreeSet::new(),
            kustomizations: 0,
            memory,
        }
    }

    /// A place of this render, from which what is asked can be remembered.
    pub(super) fn place(&self, mut place: Place) -> Place {
        if let Some(memory) = &self.memory {
            memory.watch(&mut place);
        }
        place
    }

    /// Reads a file as written in a kustomization at `place`, under its load restrictions.
    pub(super) fn load(&mut self, place: &Place, written: &str) -> Result<(TreePath, Content)> {
        let path = self.path(place, written)?;
        let content = self.read(place, &path)?;
        Ok((path, content))
    }

    /// The path of a file of which is known already what [`resolve`](crate::tree::resolve) finds.
    fn find(
        &self,
        place: &Place,
        written: &str,
        found: Option<(TreePath, Kind)>,
    ) -> Result<TreePath> {
        let restrictions = self.options.load_restrictions;
        match found {
            Some(found) if restrictions == LoadRestrictions::RootOnly => {
                allowed_file(&*place.tree, &place.root, written, restrictions, found)
            }
            _ => self.path(place, written),
        }
    }

    /// The path of a file as written in a kustomization.
    fn path(&self, place: &Place, written: &str) -> Result<TreePath> {
        if is_url(written) {
            let message = format!("`{written}` is a URL: reading it needs the network");
            return Err(Error::new(ErrorKind::Remote, message));
        }
        let restrictions = self.options.load_restrictions;
        resolve_file(&*place.tree, &place.root, written, restrictions)
    }

    /// The resources of a file, of which may be known already what
    /// [`resolve`](crate::tree::resolve) finds.
    pub(super) fn resources(
        &mut self,
        place: &Place,
        written: &str,
        found: Option<(TreePath, Kind)>,
        schema: &Schema,
    ) -> Result<Vec<Resource>> {
        let path = self.find(place, written, found)?;
        let memory = self.memory.as_mut().filter(|_| schema.is_builtin());
        if let Some(file) = memory.and_then(|memory| memory.file(place, &path)) {
            self.inputs.insert(place.tree.show(&path));
            self.sources.insert(file.source.clone());
            return Ok(file.resources.clone());
        }
        let content = self.read(place, &path)?;
        let source = self.source(&place.tree.show(&path), content)?;
        let resources = read_resources(&source, &self.options.limits, schema)?;
        if let Some(memory) = self.memory.as_ref().filter(|_| schema.is_builtin()) {
            memory.add_file(place, &path, &source, &resources);
        }
        Ok(resources)
    }

    /// Reads a file by its path in the tree.
    pub(super) fn read(&mut self, place: &Place, path: &TreePath) -> Result<Content> {
        let content = place.tree.read(path, self.options.limits.file_bytes)?;
        self.inputs.insert(place.tree.show(path));
        if let Some(memory) = &mut self.memory {
            memory.note_read(place, path, &content);
        }
        Ok(content)
    }

    /// A text under a number of its own, so that marks into it can be told.
    pub(super) fn source(&mut self, name: &str, content: Content) -> Result<Source> {
        let source = Source::new(self.number()?, name, content)?;
        self.add_source(&source);
        Ok(source)
    }

    /// A file that a kustomization names, as a text.
    pub(super) fn load_source(&mut self, place: &Place, written: &Str) -> Result<Source> {
        let (path, content) = self
            .load(place, written)
            .map_err(|error| self.located(error, written.mark))?;
        self.source(&place.tree.show(&path), content)
    }

    /// A text that stands in a kustomization: `text` is the part of it that counts.
    pub(super) fn embedded(&mut self, target: &Target, whole: &Str, text: &str) -> Result<Source> {
        let id = self.number()?;
        let lead = whole.len() - whole.trim_start().len();
        let skipped = match whole.len() == text.len() {
            true => 0,
            false => whole[..lead].matches('\n').count(),
        };
        let skipped = u32::try_from(skipped).unwrap_or_default();
        let parent = self
            .sources
            .get(whole.mark.source)
            .unwrap_or(&target.source);
        let source = Source::embedded(id, parent, whole.mark.offset, skipped, text.to_owned())?;
        self.add_source(&source);
        Ok(source)
    }

    fn add_source(&mut self, source: &Source) {
        self.sources.insert(source.clone());
        if let Some(memory) = &mut self.memory {
            memory.note_source(source);
        }
    }

    fn number(&self) -> Result<SourceId> {
        let next = |number: u32| number.checked_add(1).filter(|next| *next < u32::MAX);
        let number = self
            .numbers
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        number.map(SourceId).map_err(|_| {
            let message = "this renderer has read four billion texts; make a new one";
            Error::new(ErrorKind::Limit, message)
        })
    }

    /// The kustomization of a directory is read.
    ///
    /// # Errors
    /// If it is one too many: directories that list others twice over can grow beyond all bounds.
    pub(super) fn note_root(&mut self, root: &TreePath) -> Result<()> {
        let limit = self.options.limits.kustomizations;
        if self.kustomizations >= limit {
            let message = format!(
                "more than {limit} kustomizations are read, each as often as it is listed: the \
                 limit `kustomizations`"
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
        self.kustomizations += 1;
        if let Some(memory) = &mut self.memory {
            memory.note_root(root);
        }
        Ok(())
    }

    /// What a base gives, if that is known and nothing in the directories that it lists, which
    /// `fits` looks at, makes it another here.
    pub(super) fn known_base(
        &mut self,
        place: &Place,
        fits: impl Fn(&[TreePath]) -> bool,
    ) -> Option<Accumulator> {
        let base = self.memory.as_mut()?.base(place, fits)?;
        self.warnings.extend_from_slice(&base.warnings);
        self.take_record(&base.record);
        Some(base.built.clone())
    }

    fn take_record(&mut self, record: &Record) {
        if !self.sources.share(&record.sources) {
            return;
        }
        let names = record.reads.iter().map(|read| read.shown.clone());
        self.inputs.extend(names);
        for part in &record.parts {
            self.take_record(part);
        }
    }

    /// A base begins to be built.
    pub(super) fn start_base(&self) -> Option<(Start, usize)> {
        Some((self.memory.as_ref()?.start(), self.warnings.len()))
    }

    /// A base was built since `start`.
    pub(super) fn add_base(
        &mut self,
        start: Option<(Start, usize)>,
        place: &Place,
        built: &Accumulator,
        fits: impl Fn(&[TreePath]) -> bool,
    ) {
        if let (Some(memory), Some((start, warnings))) = (&mut self.memory, start) {
            let warnings = self.warnings.get(warnings..).unwrap_or_default();
            memory.add_base(start, place, built, warnings, fits);
        }
    }

    /// Tells an error of the entry that led to it: its place, unless it has one of its own.
    pub(super) fn located(&self, error: Error, mark: Mark) -> Error {
        let error = self.explain(error);
        match self.locate(mark) {
            Some(entry) => error.by_entry(entry),
            None => error,
        }
    }

    pub(super) fn locate(&self, mark: Mark) -> Option<Location> {
        self.sources.locate(mark)
    }

    /// What the render gives: the resources printed, the warnings located.
    pub(super) fn manifests(&mut self, resources: Vec<Resource>) -> Result<Manifests> {
        let warnings = std::mem::take(&mut self.warnings);
        let locate = |warning: Warning| match warning.mark().and_then(|mark| self.locate(mark)) {
            Some(location) => warning.located(location),
            None => warning,
        };
        let warnings = warnings.into_iter().map(locate).collect();
        let inputs = self.inputs.iter().cloned().collect();
        Manifests::new(
            resources,
            warnings,
            inputs,
            std::mem::take(&mut self.sources),
        )
    }

    /// Gives an error its place.
    pub(super) fn explain(&self, error: Error) -> Error {
        self.sources.explain(error)
    }
}

/// Whether a path is one that the reference asks the network for.
pub(super) fn is_url(written: &str) -> bool {
    written.starts_with("http://") || written.starts_with("https://")
}
