//! A tree that exists only in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::failure::{not_a_directory, not_a_file, not_found, not_regular, too_large};
use super::path::{check_length, quoted};
use super::{FileTree, Kind, TreePath};
use crate::error::{Error, ErrorKind, Result};
use crate::source::Content;

/// Files and symbolic links by path, in memory; directories are where files are. A clone is one
/// count, and a tree that is changed afterwards leaves its clones as they were.
///
/// ```
/// use kustody::tree::{FileTree, Kind, MemoryTree, TreePath};
/// let mut tree = MemoryTree::from_files([("base/app.yaml", "kind: ConfigMap\n")])?;
/// tree.insert("base/kustomization.yaml", "resources: [app.yaml]\n")?;
/// assert_eq!(tree.kind(&TreePath::new("base")?)?, Some(Kind::Directory));
/// assert_eq!(tree.list(&TreePath::new("base")?)?[0].0, "app.yaml");
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MemoryTree(Arc<BTreeMap<TreePath, Entry>>);

#[derive(Clone, Debug)]
enum Entry {
    File(Content),
    Directory(BTreeMap<Box<str>, Kind>),
    Link(String),
}

impl Entry {
    fn kind(&self) -> Kind {
        match self {
            Self::File(_) => Kind::File,
            Self::Directory(_) => Kind::Directory,
            Self::Link(_) => Kind::Link,
        }
    }
}

impl MemoryTree {
    /// A tree that holds nothing but its root.
    pub fn new() -> Self {
        let root = (TreePath::root(), Entry::Directory(BTreeMap::new()));
        Self(Arc::new(BTreeMap::from([root])))
    }

    /// A tree of files. Of two with the same path, the later stays.
    ///
    /// # Errors
    /// Those of [`insert`](Self::insert).
    pub fn from_files<P: AsRef<str>, C: Into<Content>>(
        files: impl IntoIterator<Item = (P, C)>,
    ) -> Result<Self> {
        let mut tree = Self::new();
        for (path, content) in files {
            tree.insert(path.as_ref(), content)?;
        }
        Ok(tree)
    }

    /// Adds a file, in place of a file or link that is at `path` already.
    ///
    /// # Errors
    /// [`ErrorKind::Restricted`] if the path climbs above the root, [`ErrorKind::NotADirectory`] if
    /// it goes through a file or link, [`ErrorKind::NotAFile`] if a directory is there, and
    /// [`ErrorKind::Limit`] if it is longer than 4,096 bytes.
    pub fn insert(&mut self, path: &str, content: impl Into<Content>) -> Result<()> {
        self.put(path, Entry::File(content.into()))
    }

    /// Adds a symbolic link to `target`, in place of a file or link that is at `path` already. A
    /// target that begins with `/` is seen from the root of the tree; it need not exist.
    ///
    /// # Errors
    /// Those of [`insert`](Self::insert), the limit holding for `target` too.
    pub fn insert_link(&mut self, path: &str, target: impl Into<String>) -> Result<()> {
        let target = target.into();
        check_length(&target)?;
        self.put(path, Entry::Link(target))
    }

    fn put(&mut self, path: &str, entry: Entry) -> Result<()> {
        check_length(path)?;
        let path = TreePath::new(path)?;
        if let Some(Entry::Directory(_)) = self.0.get(&path) {
            let message = format!("{} is a directory already", quoted(path.as_str()));
            return Err(Error::new(ErrorKind::NotAFile, message));
        }
        // Nothing is changed before everything is known to fit.
        let above = || std::iter::successors(path.parent(), TreePath::parent);
        let is_directory = |entry: &Entry| matches!(entry, Entry::Directory(_));
        for parent in above() {
            if self
                .0
                .get(&parent)
                .is_some_and(|entry| !is_directory(entry))
            {
                return Err(not_a_directory(&self.show(&parent)));
            }
        }
        let entries = Arc::make_mut(&mut self.0);
        let mut below = (path.clone(), entry.kind());
        for parent in above() {
            let name = Box::from(below.0.name().unwrap_or_default());
            let directory = entries.entry(parent.clone());
            let directory = directory.or_insert_with(|| Entry::Directory(BTreeMap::new()));
            if let Entry::Directory(names) = directory
                && names.insert(name, below.1).is_some()
            {
                break;
            }
            below = (parent, Kind::Directory);
        }
        entries.insert(path, entry);
        Ok(())
    }
}

impl Default for MemoryTree {
    fn default() -> Self {
        Self::new()
    }
}

impl FileTree for MemoryTree {
    fn kind(&self, path: &TreePath) -> Result<Option<Kind>> {
        Ok(self.0.get(path).map(Entry::kind))
    }

    fn look(&self, path: &TreePath, limit: usize) -> Result<Option<(Kind, Option<Content>)>> {
        let content = |entry: &Entry| match entry {
            Entry::File(content) if content.as_bytes().len() <= limit => Some(content.clone()),
            _ => None,
        };
        let entry = self.0.get(path);
        Ok(entry.map(|entry| (entry.kind(), content(entry))))
    }

    fn read(&self, path: &TreePath, limit: usize) -> Result<Content> {
        let error = match self.0.get(path) {
            Some(Entry::File(content)) if content.as_bytes().len() <= limit => {
                return Ok(content.clone());
            }
            Some(Entry::File(_)) => too_large(&self.show(path), limit),
            Some(Entry::Directory(_)) => not_a_file(&self.show(path)),
            Some(Entry::Link(_)) => not_regular(&self.show(path)),
            None => not_found(&self.show(path)),
        };
        Err(error)
    }

    fn list(&self, dir: &TreePath) -> Result<Vec<(String, Kind)>> {
        match self.0.get(dir) {
            Some(Entry::Directory(names)) => {
                let names = names.iter();
                Ok(names
                    .map(|(name, kind)| (name.to_string(), *kind))
                    .collect())
            }
            Some(_) => Err(not_a_directory(&self.show(dir))),
            None => Err(not_found(&self.show(dir))),
        }
    }

    fn link(&self, path: &TreePath) -> Result<String> {
        match self.0.get(path) {
            Some(Entry::Link(target)) => Ok(target.clone()),
            _ => Err(not_found(&self.show(path))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> TreePath {
        TreePath::new(text).unwrap()
    }

    #[test]
    fn directories_are_where_files_are() {
        let tree = MemoryTree::from_files([("a/b/c.yaml", "1"), ("/a//x.yaml", "2")]).unwrap();
        let listed = |dir| tree.list(&path(dir)).unwrap();
        assert_eq!(listed("/"), [("a".to_owned(), Kind::Directory)]);
        let (b, x) = ("b".to_owned(), "x.yaml".to_owned());
        assert_eq!(listed("a"), [(b, Kind::Directory), (x, Kind::File)]);
        assert_eq!(tree.read(&path("a/x.yaml"), 1).unwrap().as_bytes(), b"2");
    }

    #[test]
    fn the_later_file_stays() {
        let tree = MemoryTree::from_files([("a", "1"), ("./a", "2")]).unwrap();
        assert_eq!(tree.read(&path("a"), 1).unwrap().as_bytes(), b"2");
        assert_eq!(tree.list(&path("/")).unwrap().len(), 1);
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        let mut tree = MemoryTree::from_files([("a/b", "1")]).unwrap();
        let before = format!("{tree:?}");
        for (written, kind) in [
            ("a", ErrorKind::NotAFile),
            ("", ErrorKind::NotAFile),
            ("a/b/c/d", ErrorKind::NotADirectory),
            ("../x", ErrorKind::Restricted),
            (&"x/".repeat(3_000), ErrorKind::Limit),
        ] {
            assert_eq!(
                tree.insert(written, "2").unwrap_err().kind(),
                kind,
                "{written}"
            );
        }
        assert_eq!(format!("{tree:?}"), before);
    }

    #[test]
    fn a_clone_does_not_change_with_the_original() {
        let mut tree = MemoryTree::from_files([("a", "1")]).unwrap();
        let clone = tree.clone();
        tree.insert("b", "2").unwrap();
        assert_eq!(clone.kind(&path("b")).unwrap(), None);
        assert_eq!(tree.kind(&path("b")).unwrap(), Some(Kind::File));
    }

    #[test]
    fn debug_does_not_show_the_content() {
        let tree = MemoryTree::from_files([("a", "hunter2")]).unwrap();
        assert!(!format!("{tree:?}").contains("hunter2"));
    }
}
