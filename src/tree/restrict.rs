//! Which files and directories a kustomization may name.

use super::failure::{not_a_directory, not_a_file, not_regular};
use super::path::{is_absolute, quoted};
use super::resolve::{Found, find, find_uncleaned, resolve};
use super::{FileTree, Kind, TreePath};
use crate::error::{Error, ErrorKind, Result};

/// Whether a kustomization may load files from outside of its own directory.
///
/// Bases are directories and may lie anywhere in the tree, whatever this says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LoadRestrictions {
    /// Files lie in or below the directory of the kustomization that names them.
    #[default]
    RootOnly,
    /// Files may lie anywhere in the tree.
    None,
}

/// The file that `written` names in the kustomization of the directory `root`: a resource, a patch,
/// a generator's source, a configuration.
///
/// `root` is resolved, as [`resolve_base`] returns it. With [`LoadRestrictions::RootOnly`] it is
/// the file itself that must lie in or below `root`, not its name: a link out is refused, a path
/// that leads out and back in is not. This is `RestrictionRootOnly` in
/// `api/internal/loader/loadrestrictions.go`; what the reference would read and we never do are
/// devices, pipes and sockets.
///
/// # Errors
/// Those of [`resolve`]; [`ErrorKind::NotAFile`] if it is no regular file;
/// [`ErrorKind::Restricted`] if it lies outside.
///
/// ```
/// use kustody::{ErrorKind, tree::{LoadRestrictions, MemoryTree, TreePath, resolve_file}};
/// let tree = MemoryTree::from_files([("app/app.yaml", ""), ("shared.yaml", "")])?;
/// let app = TreePath::new("app")?;
/// let load = |written, restrictions| resolve_file(&tree, &app, written, restrictions);
///
/// assert_eq!(load("app.yaml", LoadRestrictions::RootOnly)?.as_str(), "/app/app.yaml");
/// assert_eq!(load("../shared.yaml", LoadRestrictions::None)?.as_str(), "/shared.yaml");
/// let error = load("../shared.yaml", LoadRestrictions::RootOnly).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Restricted);
/// # Ok::<(), kustody::Error>(())
/// ```
pub fn resolve_file(
    tree: &dyn FileTree,
    root: &TreePath,
    written: &str,
    restrictions: LoadRestrictions,
) -> Result<TreePath> {
    find_file(tree, root, written, restrictions, None).map(|found| found.path)
}

/// [`resolve_file`] for who reads what it finds, up to `limit` bytes.
pub(crate) fn find_file(
    tree: &dyn FileTree,
    root: &TreePath,
    written: &str,
    restrictions: LoadRestrictions,
    limit: Option<usize>,
) -> Result<Found> {
    let found = match restrictions {
        // The reference hands such a path to the operating system as it is.
        LoadRestrictions::None if is_absolute(written) => find_uncleaned(tree, written, limit)?,
        _ => find(tree, root, written, limit)?,
    };
    allowed_file(tree, root, written, restrictions, found)
}

/// [`find_file`] for who knows already what [`find`] finds. An absolute path without load
/// restrictions is resolved otherwise.
pub(crate) fn allowed_file(
    tree: &dyn FileTree,
    root: &TreePath,
    written: &str,
    restrictions: LoadRestrictions,
    found: Found,
) -> Result<Found> {
    if found.kind == Kind::Directory {
        return Err(not_a_file(written));
    }
    if restrictions == LoadRestrictions::RootOnly && !root.contains(&found.path) {
        let message = format!(
            "{} is the file {}, which is not in or below {}, the directory of the kustomization; \
             move it there, or lift the load restrictions",
            quoted(written),
            quoted(&tree.show(&found.path)),
            quoted(&tree.show(root)),
        );
        return Err(Error::new(ErrorKind::Restricted, message));
    }
    if found.kind != Kind::File {
        return Err(not_regular(written));
    }
    Ok(found)
}

/// The directory that `written` names in the kustomization of the directory `root`: a base or a
/// component.
///
/// `root` is resolved. This is the local half of `FileLoader.New` in
/// `api/internal/loader/fileloader.go`. That a base must not hold what refers to it is for the
/// caller to see, who knows the chain: `base.contains(root)` for each root in it.
///
/// # Errors
/// Those of [`resolve`]; [`ErrorKind::NotFound`] if the path is empty; [`ErrorKind::Restricted`] if
/// it is absolute; [`ErrorKind::NotADirectory`] if it is a file.
///
/// ```
/// use kustody::{ErrorKind, tree::{MemoryTree, TreePath, resolve_base}};
/// let tree = MemoryTree::from_files([("base/app.yaml", ""), ("prod/kustomization.yaml", "")])?;
/// let prod = TreePath::new("prod")?;
/// assert_eq!(resolve_base(&tree, &prod, "../base")?.as_str(), "/base");
/// assert_eq!(resolve_base(&tree, &prod, "/base").unwrap_err().kind(), ErrorKind::Restricted);
/// # Ok::<(), kustody::Error>(())
/// ```
pub fn resolve_base(tree: &dyn FileTree, root: &TreePath, written: &str) -> Result<TreePath> {
    check_base(tree, root, written)?;
    match resolve(tree, root, written)? {
        (path, Kind::Directory) => Ok(path),
        _ => Err(not_a_directory(written)),
    }
}

/// What [`resolve_base`] asks of the spelling alone.
pub(crate) fn check_base(tree: &dyn FileTree, root: &TreePath, written: &str) -> Result<()> {
    if written.is_empty() {
        let message = "an empty path names no directory; name one, or remove the entry";
        return Err(Error::new(ErrorKind::NotFound, message));
    }
    if is_absolute(written) {
        let message = format!(
            "{} is absolute, which a base cannot be; write it relative to {}",
            quoted(written),
            quoted(&tree.show(root))
        );
        return Err(Error::new(ErrorKind::Restricted, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::MemoryTree;

    fn tree() -> MemoryTree {
        let files = [
            ("app/in.yaml", ""),
            ("app/sub/s.yaml", ""),
            ("apple/a.yaml", ""),
            ("out/o.yaml", ""),
        ];
        let mut tree = MemoryTree::from_files(files).unwrap();
        for (path, target) in [
            ("app/inside", "in.yaml"),
            ("app/outside", "../out/o.yaml"),
            ("app/dir", "../out"),
            ("out/back", "../app/in.yaml"),
        ] {
            tree.insert_link(path, target).unwrap();
        }
        tree
    }

    fn file(written: &str, restrictions: LoadRestrictions) -> Result<String, ErrorKind> {
        let app = TreePath::new("app").unwrap();
        resolve_file(&tree(), &app, written, restrictions)
            .map(|path| path.as_str().to_owned())
            .map_err(|error| error.kind())
    }

    /// Each line was asked of the reference.
    #[test]
    fn files_lie_in_or_below_the_root() {
        use ErrorKind::{NotAFile, NotFound, Restricted};
        for (written, found) in [
            ("in.yaml", Ok("/app/in.yaml")),
            ("../app/in.yaml", Ok("/app/in.yaml")),
            ("/app/in.yaml", Ok("/app/in.yaml")),
            ("sub/s.yaml", Ok("/app/sub/s.yaml")),
            ("inside", Ok("/app/in.yaml")),
            ("dir/back", Ok("/app/in.yaml")),
            ("outside", Err(Restricted)),
            ("dir/o.yaml", Err(Restricted)),
            ("../out/o.yaml", Err(Restricted)),
            ("../apple/a.yaml", Err(Restricted)),
            ("../out/none.yaml", Err(NotFound)),
            ("../../x.yaml", Err(Restricted)),
            ("sub", Err(NotAFile)),
            ("..", Err(NotAFile)),
            ("", Err(NotAFile)),
        ] {
            let found = found.map(str::to_owned);
            assert_eq!(
                file(written, LoadRestrictions::RootOnly),
                found,
                "{written}"
            );
        }
    }

    #[test]
    fn without_restrictions_only_that_is_dropped() {
        let file = |written| file(written, LoadRestrictions::None);
        assert_eq!(file("outside"), Ok("/out/o.yaml".to_owned()));
        assert_eq!(file("../out/o.yaml"), Ok("/out/o.yaml".to_owned()));
        assert_eq!(file("sub"), Err(ErrorKind::NotAFile));
        assert_eq!(file("../../x.yaml"), Err(ErrorKind::Restricted));
    }

    #[test]
    fn only_without_restrictions_an_absolute_path_is_not_cleaned() {
        for (written, found) in [
            ("/app/dir/../out/o.yaml", Ok("/out/o.yaml")),
            ("/app/in.yaml/../in.yaml", Err(ErrorKind::NotADirectory)),
            ("/app/none/../in.yaml", Err(ErrorKind::NotFound)),
        ] {
            let found = found.map(str::to_owned);
            assert_eq!(file(written, LoadRestrictions::None), found, "{written}");
        }
        let clean = file("/app/none/../in.yaml", LoadRestrictions::RootOnly);
        assert_eq!(clean, Ok("/app/in.yaml".to_owned()));
    }

    #[test]
    fn bases_are_relative_directories() {
        let app = TreePath::new("app").unwrap();
        let base = |written| {
            resolve_base(&tree(), &app, written)
                .map(|path| path.as_str().to_owned())
                .map_err(|error| error.kind())
        };
        assert_eq!(base("../out"), Ok("/out".to_owned()));
        assert_eq!(base("dir/"), Ok("/out".to_owned()));
        assert_eq!(base("."), Ok("/app".to_owned()));
        assert_eq!(base("/out"), Err(ErrorKind::Restricted));
        assert_eq!(base("in.yaml"), Err(ErrorKind::NotADirectory));
        assert_eq!(base("../nowhere"), Err(ErrorKind::NotFound));
        assert_eq!(base(""), Err(ErrorKind::NotFound));
    }
}
