//! Where in which tree a build is.

use std::sync::Arc;

use super::memory::TreeId;
use super::outside::{Repository, shown};
use crate::error::{Error, ErrorKind, Result};
use crate::tree::{FileTree, Kind, TreePath, resolve};
use crate::yaml::Text;

/// A directory of a tree whose kustomization is being built, and those that led to it.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) tree: Arc<dyn FileTree>,
    /// The same, for questions that nobody takes down.
    pub(super) silent: Arc<dyn FileTree>,
    pub(super) id: TreeId,
    pub(super) root: TreePath,
    /// The roots on the way here, the outermost first. Those of other trees are left out.
    pub(super) chain: Vec<TreePath>,
    /// The namespace of the nearest kustomization above that has one, for Helm charts.
    pub(super) namespace: Text,
    /// The repositories on the way here, the outermost first.
    pub(super) repositories: Vec<Repository>,
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
    pub(super) fn in_repository(
        &self,
        tree: Arc<dyn FileTree>,
        repository: &Repository,
    ) -> Result<Self> {
        let (root, kind) = resolve(&*tree, &TreePath::root(), &repository.path)?;
        if kind != Kind::Directory {
            let message = format!("{repository} is no directory");
            return Err(Error::new(ErrorKind::NotADirectory, message));
        }
        let mut repositories = self.repositories.clone();
        repositories.push(repository.clone());
        Ok(Self {
            id: TreeId::Shared(Arc::downgrade(&tree)),
            silent: Arc::clone(&tree),
            tree,
            root,
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
        self.is_at(other, &other.root)
    }

    /// How many directories and repositories led here.
    pub(super) fn depth(&self) -> usize {
        self.chain.len() + self.repositories.len()
    }

    /// Whether it is in the tree of a layer and not in a repository.
    pub(super) fn is_local(&self) -> bool {
        self.repositories.is_empty()
    }

    /// Whether this is the directory `root` of the tree of another.
    pub(super) fn is_at(&self, other: &Self, root: &TreePath) -> bool {
        self.root == *root && self.id == other.id
    }
}
