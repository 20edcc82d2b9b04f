//! Where files come from, and what a path written in one of them may name.
//!
//! A [`FileTree`] gives kinds, names and bytes; [`resolve`] follows a written path through it,
//! symbolic links included, and [`resolve_file`] and [`resolve_base`] add the reference's rules for
//! files and for bases. In goes a path as a kustomization spells it, out comes a [`TreePath`] that
//! can be read. Nothing here knows what the files hold, and URLs must be told apart before: here
//! `https://example.com/x.yaml` is a path like any other.
//!
//! ```
//! use kustody::tree::{FileTree, LoadRestrictions, MemoryTree, TreePath, resolve_base, resolve_file};
//!
//! let tree = MemoryTree::from_files([
//!     ("base/app.yaml", "kind: ConfigMap\n"),
//!     ("prod/patch.yaml", "data: {}\n"),
//! ])?;
//! let prod = TreePath::new("prod")?;
//!
//! let patch = resolve_file(&tree, &prod, "./patch.yaml", LoadRestrictions::RootOnly)?;
//! assert_eq!(tree.read(&patch, 1_000)?.as_bytes(), b"data: {}\n");
//!
//! let base = resolve_base(&tree, &prod, "../base")?;
//! assert_eq!(base.as_str(), "/base");
//! # Ok::<(), kustody::Error>(())
//! ```

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::source::Content;

#[cfg(feature = "fs")]
mod dir;
mod failure;
mod memory;
pub(crate) mod nearest;
mod path;
mod resolve;
mod restrict;

#[cfg(feature = "fs")]
pub use dir::DirTree;
pub use memory::MemoryTree;
pub use path::TreePath;
pub use resolve::resolve;
pub(crate) use resolve::{Found, find};
pub use restrict::{LoadRestrictions, resolve_base, resolve_file};
pub(crate) use restrict::{allowed_file, check_base, find_file};

/// What a [`FileTree`] holds at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A file that can be read.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, whatever it leads to.
    Link,
    /// A device, a pipe, a socket: it is there, and is never opened.
    Other,
}

/// Files by path: a directory of a disk, files embedded in a program, a tarball, a git object store.
///
/// Three methods make a tree: [`kind`](Self::kind), [`read`](Self::read) and [`list`](Self::list); one
/// with symbolic links adds [`link`](Self::link). A tree follows no
/// link itself: [`resolve`] does, one way for all trees, so that no tree can get it wrong. Paths
/// handed to a tree have been resolved up to their last name; what a tree answers about a path
/// *through* a link is its own affair, as long as it shows nothing from outside.
///
/// A tree is expected to hold still during a render, or during a whole call of
/// [`Renderer::render_all`](crate::Renderer::render_all): what was asked once may be remembered.
///
/// ```
/// use kustody::tree::{FileTree, Kind, TreePath};
/// use kustody::{Content, Error, ErrorKind, Result};
///
/// /// One file, embedded in the program.
/// struct Embedded;
///
/// impl FileTree for Embedded {
///     fn kind(&self, path: &TreePath) -> Result<Option<Kind>> {
///         Ok(match path.as_str() {
///             "/" => Some(Kind::Directory),
///             "/app.yaml" => Some(Kind::File),
///             _ => None,
///         })
///     }
///
///     fn read(&self, path: &TreePath, _limit: usize) -> Result<Content> {
///         match path.as_str() {
///             "/app.yaml" => Ok(Content::from("kind: ConfigMap\n")),
///             _ => Err(Error::new(ErrorKind::NotFound, format!("there is no `{path}`"))),
///         }
///     }
///
///     fn list(&self, _dir: &TreePath) -> Result<Vec<(String, Kind)>> {
///         Ok(vec![("app.yaml".to_owned(), Kind::File)])
///     }
/// }
///
/// let tree: Box<dyn FileTree> = Box::new(Embedded);
/// assert_eq!(tree.kind(&TreePath::new("app.yaml")?)?, Some(Kind::File));
/// # Ok::<(), Error>(())
/// ```
pub trait FileTree: Send + Sync {
    /// What is at `path`, not following a link there; `None` if nothing is. This is the cheap way
    /// to ask whether something exists.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if that cannot be told. A name that cannot exist is `None`, not an error.
    fn kind(&self, path: &TreePath) -> Result<Option<Kind>>;

    /// What is at `path`, as [`kind`](Self::kind) tells it, and if that is a file also its bytes, for
    /// trees that can have both for little more than one. Where they are missing, be it because the
    /// file is larger than `limit` or cannot be read, [`read`](Self::read) is asked, and tells why.
    ///
    /// By default they are always missing.
    ///
    /// # Errors
    /// Those of [`kind`](Self::kind).
    fn look(&self, path: &TreePath, limit: usize) -> Result<Option<(Kind, Option<Content>)>> {
        let _ = limit;
        Ok(self.kind(path)?.map(|kind| (kind, None)))
    }

    /// The bytes of the file at `path`, which is resolved.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] if it has more than `limit` bytes, found out before they are all held;
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAFile`] or [`ErrorKind::Io`].
    fn read(&self, path: &TreePath, limit: usize) -> Result<Content>;

    /// The names in the directory `dir`, which is resolved, sorted by their bytes. Names that are
    /// not UTF-8 are left out: no YAML can spell them.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotADirectory`] or [`ErrorKind::Io`].
    fn list(&self, dir: &TreePath) -> Result<Vec<(String, Kind)>>;

    /// Where the symbolic link at `path` leads, as it is written: relative to the directory of the
    /// link, or absolute (see [`mount`](Self::mount)). Asked only of a [`Kind::Link`], so a tree
    /// without links leaves it out.
    ///
    /// # Errors
    /// [`ErrorKind::Encoding`] if that is not UTF-8, or [`ErrorKind::Io`].
    fn link(&self, path: &TreePath) -> Result<String> {
        let message = format!("the tree does not say where the link `{path}` leads");
        Err(Error::new(ErrorKind::Io, message))
    }

    /// A name for the bytes at `path`, such as a git object id, if one is known without reading
    /// them: in one tree, equal digests promise equal bytes. A [`Renderer`](crate::Renderer) does
    /// not read what it remembers under the same digest.
    fn digest(&self, _path: &TreePath) -> Option<Arc<[u8]>> {
        None
    }

    /// Where the root of this tree lies in a file system, which gives absolute paths and absolute
    /// links their meaning: those below it are in the tree, others are outside. At the root of a
    /// file system, and only there, `..` stays where it is, as everywhere on a disk.
    ///
    /// `None`, the default, is a tree of its own: absolute paths begin at its root.
    fn mount(&self) -> Option<&Path> {
        None
    }

    /// `path` as errors and locations show it: by default relative to the root of the tree.
    fn show(&self, path: &TreePath) -> String {
        path.relative_to(&TreePath::root())
    }
}
