//! What one render reads and finds out on the way.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::manifests::Manifests;
use super::options::Options;
use super::outside::{Repository, is_url, shown};
use super::target::Target;
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::Str;
use crate::resource::Resource;
use crate::source::{Content, Location, Mark, Source, SourceId};
use crate::tree::{
    FileTree, Kind, LoadRestrictions, TreePath, allowed_file, resolve, resolve_file,
};
use crate::warning::Warning;
use crate::yaml::Text;

/// One render: its sources by number, its warnings, the files it read.
pub(super) struct Session<'r> {
    pub(super) options: &'r Options,
    numbers: &'r AtomicU32,
    sources: HashMap<SourceId, Source>,
    /// The sources that are kustomizations and configurations of plugins.
    settings: HashSet<SourceId>,
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
    /// The roots on the way here, the outermost first. Those of other trees are left out.
    pub(super) chain: Vec<TreePath>,
    /// The namespace of the nearest kustomization above that has one, for Helm charts.
    pub(super) namespace: Text,
    /// The repositories on the way here, the outermost first.
    repositories: Vec<Repository>,
}

impl Place {
    pub(super) fn new(tree: Arc<dyn FileTree>, root: TreePath, is_host: bool) -> Self {
        Self {
            tree,
            root,
            is_host,
            chain: Vec::new(),
            namespace: Text::default(),
            repositories: Vec::new(),
        }
    }

    /// The directory of a base as written in this one's kustomization.
    pub(super) fn below(&self, root: TreePath) -> Self {
        let mut below = self.clone();
        below.chain.push(std::mem::replace(&mut below.root, root));
        below
    }

    /// The directory of a repository as written in this one's kustomization.
    ///
    /// # Errors
    /// If the repository led here, or has no such directory.
    fn in_repository(&self, tree: Arc<dyn FileTree>, repository: &Repository) -> Result<Self> {
        let (root, kind) = resolve(&*tree, &TreePath::root(), &repository.path)?;
        if kind != Kind::Directory {
            let message = format!("{repository} is no directory");
            return Err(Error::new(ErrorKind::NotADirectory, message));
        }
        let mut repositories = self.repositories.clone();
        repositories.push(repository.clone());
        Ok(Self {
            tree,
            root,
            is_host: false,
            chain: Vec::new(),
            namespace: self.namespace.clone(),
            repositories,
        })
    }

    /// A path of the tree as errors and lists of files show it.
    pub(super) fn show(&self, path: &TreePath) -> String {
        let path = self.tree.show(path);
        match self.repositories.last() {
            Some(repository) => format!("{}//{path}", shown(&repository.url)),
            None => path,
        }
    }

    /// The name of the directory, as the operating system has it; `/` if it has none.
    pub(super) fn base_name(&self) -> String {
        let mount = self.tree.mount().and_then(|mount| mount.file_name());
        match (self.root.name(), mount) {
            (Some(name), _) => name.to_owned(),
            (None, Some(name)) => name.to_string_lossy().into_owned(),
            (None, None) => "/".to_owned(),
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
            settings: HashSet::from([SourceId::default()]),
            warnings: Vec::new(),
            inputs: BTreeSet::new(),
        }
    }

    /// Reads a file as written in a kustomization at `place`, under its load restrictions. Gives
    /// the name that it is shown by, too.
    pub(super) fn load(&mut self, place: &Place, written: &str) -> Result<(String, Content)> {
        if is_url(written) {
            return self.fetch(written);
        }
        let restrictions = self.restrictions(place);
        let path = resolve_file(&*place.tree, &place.root, written, restrictions)?;
        self.read(place, &path)
    }

    /// What a clone holds is never allowed to read outside its directory.
    fn restrictions(&self, place: &Place) -> LoadRestrictions {
        match place.repositories.is_empty() {
            true => self.options.load_restrictions,
            false => LoadRestrictions::RootOnly,
        }
    }

    fn fetch(&mut self, url: &str) -> Result<(String, Content)> {
        let name = shown(url);
        let Some(remote) = &self.options.remote else {
            let message =
                format!("`{name}` is a URL: give `Options::remote` a `RemoteLoader` to read it");
            return Err(Error::new(ErrorKind::Remote, message));
        };
        let content = remote.file(url)?;
        let limit = self.options.limits.file_bytes;
        if content.as_bytes().len() > limit {
            let message = format!("`{name}` has more than {limit} bytes, the limit `file_bytes`");
            return Err(Error::new(ErrorKind::Limit, message));
        }
        self.inputs.insert(name.clone());
        Ok((name, content))
    }

    /// The directory of a repository that a kustomization at `place` names.
    pub(super) fn clone_of(&self, place: &Place, repository: &Repository) -> Result<Place> {
        let Some(remote) = &self.options.remote else {
            let message = format!(
                "{repository} is a remote base: give `Options::remote` a `RemoteLoader` to read it"
            );
            return Err(Error::new(ErrorKind::Remote, message));
        };
        if place.repositories.contains(repository) {
            let message = format!("{repository} leads back to itself");
            return Err(Error::new(ErrorKind::Cycle, message));
        }
        place.in_repository(remote.repository(repository)?, repository)
    }

    /// [`load`](Self::load) for who knows already what [`resolve`](crate::tree::resolve) finds.
    pub(super) fn load_found(
        &mut self,
        place: &Place,
        written: &str,
        found: (TreePath, Kind),
    ) -> Result<(String, Content)> {
        let restrictions = self.restrictions(place);
        if restrictions != LoadRestrictions::RootOnly {
            return self.load(place, written);
        }
        let path = allowed_file(&*place.tree, &place.root, written, restrictions, found)?;
        self.read(place, &path)
    }

    /// Reads a file by its path in the tree.
    fn read(&mut self, place: &Place, path: &TreePath) -> Result<(String, Content)> {
        let content = place.tree.read(path, self.options.limits.file_bytes)?;
        let name = place.show(path);
        self.inputs.insert(name.clone());
        Ok((name, content))
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
        let (name, content) = self
            .load(place, written)
            .map_err(|error| self.located(error, written.mark))?;
        self.source(&name, content)
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

    /// Says that a source is a kustomization or the configuration of a plugin.
    pub(super) fn note_settings(&mut self, source: SourceId) {
        self.settings.insert(source);
    }

    /// Whether what has this source was made by the build and not read.
    pub(super) fn is_settings(&self, source: SourceId) -> bool {
        self.settings.contains(&source)
    }

    fn number(&self) -> SourceId {
        SourceId(self.numbers.fetch_add(1, Ordering::Relaxed))
    }

    /// Gives an error the place of the entry that led to it, unless it has one of its own.
    pub(super) fn located(&self, error: Error, mark: Mark) -> Error {
        let error = self.explain(error);
        match self.locate(mark) {
            Some(location) => error.located(location),
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
