//! What one render reads and finds out on the way.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::manifests::Manifests;
use super::options::Options;
use super::target::Target;
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::Str;
use crate::resource::Resource;
use crate::source::{Content, Location, Mark, Source, SourceId};
use crate::tree::{FileTree, Kind, LoadRestrictions, TreePath, allowed_file, resolve_file};
use crate::warning::Warning;

/// One render: its sources by number, its warnings, the files it read.
pub(super) struct Session<'r> {
    pub(super) options: &'r Options,
    numbers: &'r AtomicU32,
    sources: HashMap<SourceId, Source>,
    pub(super) warnings: Vec<Warning>,
    inputs: BTreeSet<String>,
}

/// A directory of a tree whose kustomization is being built, and those that led to it.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) tree: Arc<dyn FileTree>,
    pub(super) root: TreePath,
    /// Whether the tree is the whole file system, which is one however often it is opened.
    is_host: bool,
    /// The roots on the way here, the outermost first.
    pub(super) chain: Vec<TreePath>,
}

impl Place {
    pub(super) fn new(tree: Arc<dyn FileTree>, root: TreePath, is_host: bool) -> Self {
        Self {
            tree,
            root,
            is_host,
            chain: Vec::new(),
        }
    }

    /// The directory of a base as written in this one's kustomization.
    pub(super) fn below(&self, root: TreePath) -> Self {
        let mut chain = self.chain.clone();
        chain.push(self.root.clone());
        Self {
            tree: Arc::clone(&self.tree),
            root,
            is_host: self.is_host,
            chain,
        }
    }

    /// Whether this is the same directory of the same tree.
    pub(super) fn is(&self, other: &Self) -> bool {
        let same_tree = Arc::ptr_eq(&self.tree, &other.tree) || self.is_host && other.is_host;
        same_tree && self.root == other.root
    }
}

impl<'r> Session<'r> {
    pub(super) fn new(options: &'r Options, numbers: &'r AtomicU32) -> Self {
        Self {
            options,
            numbers,
            sources: HashMap::new(),
            warnings: Vec::new(),
            inputs: BTreeSet::new(),
        }
    }

    /// Reads a file as written in a kustomization at `place`, under its load restrictions.
    pub(super) fn load(&mut self, place: &Place, written: &str) -> Result<(TreePath, Content)> {
        if is_url(written) {
            let message = format!("`{written}` is a URL: reading it needs the network");
            return Err(Error::new(ErrorKind::Remote, message));
        }
        let restrictions = self.options.load_restrictions;
        let path = resolve_file(&*place.tree, &place.root, written, restrictions)?;
        let content = self.read(place, &path)?;
        Ok((path, content))
    }

    /// [`load`](Self::load) for who knows already what [`resolve`](crate::tree::resolve) finds.
    pub(super) fn load_found(
        &mut self,
        place: &Place,
        written: &str,
        found: (TreePath, Kind),
    ) -> Result<(TreePath, Content)> {
        let restrictions = self.options.load_restrictions;
        if restrictions != LoadRestrictions::RootOnly {
            return self.load(place, written);
        }
        let path = allowed_file(&*place.tree, &place.root, written, restrictions, found)?;
        let content = self.read(place, &path)?;
        Ok((path, content))
    }

    /// Reads a file by its path in the tree.
    pub(super) fn read(&mut self, place: &Place, path: &TreePath) -> Result<Content> {
        let content = place.tree.read(path, self.options.limits.file_bytes)?;
        self.inputs.insert(place.tree.show(path));
        Ok(content)
    }

    /// A text under a number of its own, so that marks into it can be told.
    pub(super) fn source(&mut self, name: &str, content: Content) -> Result<Source> {
        let id = self.number();
        let source = Source::new(id, name, content)?;
        self.sources.insert(id, source.clone());
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
        let id = self.number();
        let lead = whole.len() - whole.trim_start().len();
        let skipped = match whole.len() == text.len() {
            true => 0,
            false => whole[..lead].matches('\n').count(),
        };
        let skipped = u32::try_from(skipped).unwrap_or_default();
        let parent = self
            .sources
            .get(&whole.mark.source)
            .unwrap_or(&target.source);
        let source = Source::embedded(id, parent, whole.mark.offset, skipped, text.to_owned())?;
        self.sources.insert(id, source.clone());
        Ok(source)
    }

    fn number(&self) -> SourceId {
        SourceId(self.numbers.fetch_add(1, Ordering::Relaxed))
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
        let source = self.sources.get(&mark.source)?;
        Some(source.locate(mark.offset))
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
        Manifests::new(resources, warnings, inputs, self.sources.clone())
    }

    /// Gives an error its place.
    pub(super) fn explain(&self, error: Error) -> Error {
        match error.mark().and_then(|mark| self.locate(mark)) {
            Some(location) => error.located(location),
            None => error,
        }
    }
}

/// Whether a path is one that the reference asks the network for.
pub(super) fn is_url(written: &str) -> bool {
    written.starts_with("http://") || written.starts_with("https://")
}
