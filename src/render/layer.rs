//! A directory to build, in whatever tree it is.

use std::fmt;
use std::sync::Arc;

use super::place::Place;
use crate::error::Result;
use crate::source::Content;
use crate::tree::{FileTree, MemoryTree, TreePath};

/// A directory of a tree that holds a kustomization: a base, an overlay or a component.
///
/// ```
/// use kustody::{Layer, render};
/// let base = Layer::from_manifests("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n")?;
/// let overlay = Layer::from_files([("kustomization.yaml", "namePrefix: dev-\n")])?;
/// assert_eq!(render(base, [overlay])?.resources()[0].name(), "dev-app");
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone)]
pub struct Layer {
    tree: Arc<dyn FileTree>,
    directory: TreePath,
    is_host: bool,
}

impl Layer {
    /// A directory of the disk. The tree is the whole file system, so that bases outside it are
    /// found; locations show paths relative to it. All layers made this way share that tree.
    ///
    /// # Errors
    /// If there is no such directory, or it cannot be read.
    #[cfg(feature = "fs")]
    pub fn dir(path: impl AsRef<std::path::Path>) -> Result<Self> {
        let tree = crate::tree::DirTree::host(path)?;
        let directory = tree.start().clone();
        Ok(Self {
            is_host: true,
            ..Self::new(Arc::new(tree), directory)
        })
    }

    /// A directory of any tree. Layers of the same `Arc` share the tree: one that lists another's
    /// directory is built over it as written.
    pub fn new(tree: Arc<dyn FileTree>, directory: TreePath) -> Self {
        Self {
            tree,
            directory,
            is_host: false,
        }
    }

    /// Files in memory, the kustomization among them, by paths relative to its directory.
    ///
    /// # Errors
    /// If a path leads out of the directory, or is a file and a directory at once.
    pub fn from_files<P, C>(files: impl IntoIterator<Item = (P, C)>) -> Result<Self>
    where
        P: AsRef<str>,
        C: Into<Content>,
    {
        let tree = MemoryTree::from_files(files)?;
        Ok(Self::new(Arc::new(tree), TreePath::root()))
    }

    /// Manifests in memory, as a base without a kustomization of its own.
    ///
    /// # Errors
    /// None today; what the text holds is checked when it is rendered.
    pub fn from_manifests(manifests: impl Into<Content>) -> Result<Self> {
        let kustomization = Content::from("resources:\n- manifests.yaml\n");
        Self::from_files([
            ("kustomization.yaml", kustomization),
            ("manifests.yaml", manifests.into()),
        ])
    }

    pub(super) fn place(self) -> Place {
        Place::new(self.tree, self.directory, self.is_host)
    }
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Layer({})", self.tree.show(&self.directory))
    }
}
