//! From a path as it is written to what it names, through symbolic links.

use std::borrow::Cow;
use std::path::Path;

use super::nearest::nearest;
use super::path::{check_length, is_absolute, quoted};
use super::{FileTree, Kind, TreePath};
use crate::error::{Error, ErrorKind, Result};
use crate::source::Content;

/// As many links as Go's `filepath.EvalSymlinks` follows.
const MAX_LINKS: usize = 255;

/// What `written` names, seen from the directory `root`: its path with every link followed, and
/// whether a file, a directory or something else is there (never a link).
///
/// `root` is itself resolved; [`TreePath::root`] always is. The written path is cleaned first, so
/// `link/../x` is the `x` beside `link`; `..` in the target of a link goes up from where the link
/// leads. This is `CleanedAbs` in `kyaml/filesys/fsondisk.go`. Only names that are not already in
/// `root` are looked up.
///
/// # Errors
/// [`ErrorKind::NotFound`] names the first part that is missing and, if there is one, a name that
/// may have been meant; [`ErrorKind::NotADirectory`] if a file is used as a directory;
/// [`ErrorKind::Restricted`] if the path or a link on the way leads out of the tree;
/// [`ErrorKind::LinkCycle`] after 255 links; [`ErrorKind::Limit`] if the clean path or the target
/// of a link is longer than 4,096 bytes; [`ErrorKind::Encoding`] if a link leads to a name that
/// is not UTF-8; [`ErrorKind::Io`] if the tree cannot be asked.
///
/// ```
/// use kustody::tree::{Kind, MemoryTree, TreePath, resolve};
/// let mut tree = MemoryTree::from_files([("shared/app.yaml", "")])?;
/// tree.insert_link("prod/here", "../shared")?;
/// let (path, kind) = resolve(&tree, &TreePath::new("prod")?, "here/app.yaml")?;
/// assert_eq!((path.as_str(), kind), ("/shared/app.yaml", Kind::File));
/// # Ok::<(), kustody::Error>(())
/// ```
pub fn resolve(tree: &dyn FileTree, root: &TreePath, written: &str) -> Result<(TreePath, Kind)> {
    find(tree, root, written, None).map(|found| (found.path, found.kind))
}

/// What a written path leads to.
pub(crate) struct Found {
    pub(crate) path: TreePath,
    /// Never a link.
    pub(crate) kind: Kind,
    /// What is in it, if somebody is about to read it and the tree had it at hand.
    pub(crate) content: Option<Content>,
}

/// [`resolve`] for who reads what it finds, up to `limit` bytes.
pub(crate) fn find(
    tree: &dyn FileTree,
    root: &TreePath,
    written: &str,
    limit: Option<usize>,
) -> Result<Found> {
    let path = if is_absolute(written) {
        let clean = TreePath::root().join_at_top(written);
        TreePath::new(&below_mount(tree, clean.as_str()).ok_or_else(|| outside(written))?)?
    } else if is_top(tree) {
        root.join_at_top(written)
    } else {
        root.join(written)?
    };
    let known = root.common(&path);
    let ahead = &path.as_str()[known.as_str().len()..];
    walk(tree, written, (known, ahead), Some(&path), limit)
}

/// What an absolute path names that is not cleaned first, as the operating system reads it.
pub(super) fn find_uncleaned(
    tree: &dyn FileTree,
    absolute: &str,
    limit: Option<usize>,
) -> Result<Found> {
    let inside = below_mount(tree, absolute).ok_or_else(|| outside(absolute))?;
    walk(tree, absolute, (TreePath::root(), &inside), None, limit)
}

/// What is left of an absolute path from the root of the tree on; `None` if it lies outside.
fn below_mount(tree: &dyn FileTree, absolute: &str) -> Option<String> {
    let Some(mount) = tree.mount() else {
        return Some(absolute.to_owned());
    };
    let inside = Path::new(absolute).strip_prefix(mount).ok()?.to_str()?;
    // `Path` drops what asks for a directory at the end.
    let slash = absolute.ends_with('/') || absolute.ends_with("/.");
    Some([inside, if slash { "/" } else { "" }].concat())
}

fn outside(written: &str) -> Error {
    let message = format!("{} lies outside of the tree; {MOVE}", quoted(written));
    Error::new(ErrorKind::Restricted, message)
}

/// Whether the root of the tree is that of a file system, where `..` stays.
fn is_top(tree: &dyn FileTree) -> bool {
    tree.mount().is_some_and(|mount| mount.parent().is_none())
}

const MOVE: &str = "move what it names into the tree, or open the tree further up";

/// Goes on from the directory `at`, which is resolved, along `path`; `written` is for errors. `goal`
/// is where that ends if there is no link on the way.
fn walk(
    tree: &dyn FileTree,
    written: &str,
    (at, path): (TreePath, &str),
    goal: Option<&TreePath>,
    limit: Option<usize>,
) -> Result<Found> {
    check_length(path)?;
    let mut walk = Walk {
        tree,
        written,
        goal,
        limit,
        at,
        kind: Kind::Directory,
        content: None,
        links: 0,
        link: None,
    };
    // The text that is walked, and where the next name begins in it.
    let (mut ahead, mut from) = (Cow::Borrowed(path), 0);
    while let Some(left) = ahead.get(from..) {
        let length = memchr::memchr(b'/', left.as_bytes()).unwrap_or(left.len());
        let rest = from + length;
        match walk.step(&left[..length], rest == ahead.len())? {
            None => from = rest + 1,
            Some(target) => (ahead, from) = (Cow::Owned(target + &ahead[rest..]), 0),
        }
    }
    Ok(Found {
        path: walk.at,
        kind: walk.kind,
        content: walk.content,
    })
}

struct Walk<'t> {
    tree: &'t dyn FileTree,
    written: &'t str,
    /// What is the path of the last name as long as no link was met.
    goal: Option<&'t TreePath>,
    /// How much of what stands at the end is read, if that is wanted.
    limit: Option<usize>,
    /// Resolved so far, and what is there.
    at: TreePath,
    kind: Kind,
    content: Option<Content>,
    /// How many links were followed, and the last one.
    links: usize,
    link: Option<TreePath>,
}

impl Walk<'_> {
    /// Goes to a name; returns what is to be walked next if that is a link.
    fn step(&mut self, name: &str, is_last: bool) -> Result<Option<String>> {
        if self.kind != Kind::Directory {
            return Err(self.error(
                ErrorKind::NotADirectory,
                format!("{} is not a directory", self.shown(&self.at)),
            ));
        }
        match name {
            "" | "." => {}
            ".." => match self.at.parent() {
                Some(parent) => self.at = parent,
                None if is_top(self.tree) => {}
                None => return Err(self.leads_out()),
            },
            _ => {
                let next = match self.goal {
                    Some(goal) if is_last => goal.clone(),
                    _ => self.at.child(name),
                };
                let looked = match self.limit.filter(|_| is_last) {
                    Some(limit) => self.tree.look(&next, limit)?,
                    None => self.tree.kind(&next)?.map(|kind| (kind, None)),
                };
                match looked {
                    None => return Err(self.missing(name)),
                    Some((Kind::Link, _)) => return self.follow(next).map(Some),
                    Some(found) => (self.at, (self.kind, self.content)) = (next, found),
                }
            }
        }
        Ok(None)
    }

    /// Where a link leads from here.
    fn follow(&mut self, link: TreePath) -> Result<String> {
        let target = self.tree.link(&link)?;
        self.goal = None;
        let link = self.link.insert(link);
        self.links += 1;
        if self.links > MAX_LINKS {
            let reason = format!(
                "the symbolic link {} leads back to itself, or over more than {MAX_LINKS} others",
                quoted(&self.tree.show(link))
            );
            return Err(self.error(ErrorKind::LinkCycle, reason));
        }
        let target = match is_absolute(&target) {
            true => {
                let inside = below_mount(self.tree, &target).ok_or_else(|| self.leads_out())?;
                self.at = TreePath::root();
                inside
            }
            false => target,
        };
        check_length(&target)?;
        Ok(target)
    }

    fn missing(&self, name: &str) -> Error {
        let mut reason = format!("there is no {} in {}", quoted(name), self.shown(&self.at));
        let names = self.tree.list(&self.at).unwrap_or_default();
        if let Some(near) = nearest(name, names.iter().map(|(name, _)| name.as_str())) {
            reason += &format!("; did you mean {}?", quoted(near));
        }
        self.error(ErrorKind::NotFound, reason)
    }

    fn leads_out(&self) -> Error {
        let Some(link) = &self.link else {
            return outside(self.written);
        };
        let link = self.shown(link);
        let reason = format!("the symbolic link {link} leads out of the tree; {MOVE}");
        self.error(ErrorKind::Restricted, reason)
    }

    fn shown(&self, path: &TreePath) -> String {
        quoted(&self.tree.show(path))
    }

    #[cold]
    fn error(&self, kind: ErrorKind, reason: String) -> Error {
        let written = quoted(self.written);
        Error::new(kind, format!("{written} cannot be reached: {reason}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::MemoryTree;

    fn tree(links: &[(&str, &str)]) -> MemoryTree {
        let files = [
            ("app/in.yaml", ""),
            ("app/sub/s.yaml", ""),
            ("out/o.yaml", ""),
        ];
        let mut tree = MemoryTree::from_files(files).unwrap();
        for (path, target) in links {
            tree.insert_link(path, *target).unwrap();
        }
        tree
    }

    fn reach(tree: &MemoryTree, written: &str) -> Result<String> {
        let app = TreePath::new("app").unwrap();
        resolve(tree, &app, written).map(|(path, _)| path.as_str().to_owned())
    }

    /// Each line was asked of the reference.
    #[test]
    fn follows_links_as_the_reference_does() {
        let tree = tree(&[
            ("app/l1", "in.yaml"),
            ("app/ldir", "../out"),
            ("app/lsub", "sub"),
            ("app/lup", "lsub/../in.yaml"),
            ("app/lphys", "ldir/../app/in.yaml"),
            ("app/lroot", "/"),
            ("out/back.yaml", "../app/in.yaml"),
        ]);
        for (written, found) in [
            ("in.yaml/", "/app/in.yaml"),
            ("nonexist/../in.yaml", "/app/in.yaml"),
            ("in.yaml/../in.yaml", "/app/in.yaml"),
            ("l1", "/app/in.yaml"),
            ("ldir/o.yaml", "/out/o.yaml"),
            ("ldir/back.yaml", "/app/in.yaml"),
            ("ldir/../in.yaml", "/app/in.yaml"),
            ("lup", "/app/in.yaml"),
            ("lphys", "/app/in.yaml"),
            ("lroot/app/in.yaml", "/app/in.yaml"),
            ("/app/../app/in.yaml", "/app/in.yaml"),
            ("lsub", "/app/sub"),
            ("", "/app"),
            (".", "/app"),
            ("..", "/"),
        ] {
            assert_eq!(reach(&tree, written).unwrap(), found, "{written}");
        }
    }

    #[test]
    fn a_file_is_no_directory() {
        let tree = tree(&[("app/slash", "in.yaml/"), ("app/dot", "in.yaml/.")]);
        for written in ["in.yaml/x", "slash", "dot"] {
            let error = reach(&tree, written).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotADirectory, "{written}");
            assert!(error.message().contains("`app/in.yaml` is not a directory"));
        }
    }

    #[test]
    fn follows_255_links_and_no_more() {
        let mut tree = tree(&[]);
        let mut before = "in.yaml".to_owned();
        for number in 1..=256 {
            let name = format!("d{number}");
            tree.insert_link(&format!("app/{name}"), before).unwrap();
            before = name;
        }
        assert_eq!(reach(&tree, "d255").unwrap(), "/app/in.yaml");
        assert_eq!(
            reach(&tree, "d256").unwrap_err().kind(),
            ErrorKind::LinkCycle
        );
    }

    #[test]
    fn cycles_end() {
        let tree = tree(&[
            ("app/self", "self"),
            ("app/a", "b/x"),
            ("app/b", "a/y"),
            ("app/grows", "grows/grows/grows"),
        ]);
        for written in ["self", "a", "b/z", "grows"] {
            let error = reach(&tree, written).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::LinkCycle, "{written}");
        }
    }

    #[test]
    fn endless_paths_are_refused() {
        let long = "a/".repeat(10_000_000);
        let error = reach(&tree(&[]), &long).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert!(error.message().len() < 100);
        assert!(reach(&tree(&[]), &"a/../".repeat(1_000)).is_ok());
    }

    #[test]
    fn a_link_out_of_the_tree_is_named() {
        let tree = tree(&[("app/sub/out", "../../../x")]);
        let error = reach(&tree, "sub/out").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Restricted);
        assert!(
            error
                .message()
                .contains("the symbolic link `app/sub/out` leads out")
        );
    }

    #[test]
    fn a_missing_name_is_said_with_what_was_meant() {
        let error = reach(&tree(&[]), "../ot/o.yaml").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        let said = "`../ot/o.yaml` cannot be reached: there is no `ot` in `.`; did you mean `out`?";
        assert_eq!(error.message(), said);
    }
}
