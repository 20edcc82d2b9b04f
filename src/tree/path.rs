//! Paths within a tree.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};

/// A path from the root of a tree, always absolute and clean: names separated by one `/`, none of
/// them empty, `.` or `..`. The root is `/`. Cheap to clone.
///
/// A path as a file spells it becomes one by [`join`](Self::join), by Go's rules (`filepath.Clean`
/// and `Join`): `..` takes away the name before it, whatever that name is on a disk.
///
/// ```
/// use kustody::tree::TreePath;
/// let overlay = TreePath::new("overlays/prod")?;
/// assert_eq!(overlay.as_str(), "/overlays/prod");
/// assert_eq!(overlay.join("../../base//./app.yaml")?.as_str(), "/base/app.yaml");
/// assert!(overlay.join("../../../base").is_err());
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreePath(Arc<str>);

impl TreePath {
    /// The root of a tree.
    pub fn root() -> Self {
        Self(Arc::from("/"))
    }

    /// The path spelled `written`, seen from the root of a tree; a leading `/` changes nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Restricted`] if it climbs above the root.
    pub fn new(written: &str) -> Result<Self> {
        Self::root().join(written)
    }

    /// The path spelled `written`, seen from this directory; one that begins with `/` is seen from
    /// the root. No tree is asked, so links are not followed: that is
    /// [`resolve`](super::resolve)'s work.
    ///
    /// # Errors
    /// [`ErrorKind::Restricted`] if it climbs above the root, even if it comes down again.
    pub fn join(&self, written: &str) -> Result<Self> {
        match self.lexical(written) {
            (path, false) => Ok(path),
            (_, true) => {
                let message = format!(
                    "{} leads out of the tree; name something in it, or open the tree further up",
                    quoted(written)
                );
                Err(Error::new(ErrorKind::Restricted, message))
            }
        }
    }

    /// [`join`](Self::join) at the root of a file system, where `..` stays.
    pub(super) fn join_at_top(&self, written: &str) -> Self {
        self.lexical(written).0
    }

    /// The clean path, and whether `..` was met at the root.
    fn lexical(&self, written: &str) -> (Self, bool) {
        let is_name = !matches!(written, "" | "." | "..");
        if is_name && memchr::memchr(b'/', written.as_bytes()).is_none() {
            return (self.child(written), false);
        }
        let start = if written.starts_with('/') {
            ""
        } else {
            self.prefix()
        };
        let mut path = String::with_capacity(start.len() + 1 + written.len());
        path.push_str(start);
        let mut climbs = false;
        for segment in written.split('/') {
            match segment {
                "" | "." => {}
                ".." => match path.rfind('/') {
                    Some(at) => path.truncate(at),
                    None => climbs = true,
                },
                name => {
                    path.push('/');
                    path.push_str(name);
                }
            }
        }
        if path.is_empty() {
            path.push('/');
        }
        (Self(path.into()), climbs)
    }

    /// The path below this one by one name, which holds no `/` and is not `.` or `..`.
    pub(crate) fn child(&self, name: &str) -> Self {
        Self([self.prefix(), "/", name].concat().into())
    }

    /// The text: `/`, or `/` and names between `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last name; `None` at the root.
    pub fn name(&self) -> Option<&str> {
        let slash = memchr::memrchr(b'/', self.0.as_bytes())?;
        Some(&self.0[slash + 1..]).filter(|name| !name.is_empty())
    }

    /// The directory that holds it; `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        let name = self.name()?;
        let prefix = &self.0[..self.0.len() - name.len() - 1];
        Some(if prefix.is_empty() {
            Self::root()
        } else {
            Self(prefix.into())
        })
    }

    /// Whether `other` is this path or lies below it, as `HasPrefix` in
    /// `kyaml/filesys/confirmeddir.go`: `/app` contains `/app/x` but not `/apple`.
    ///
    /// ```
    /// use kustody::tree::TreePath;
    /// let app = TreePath::new("app")?;
    /// assert!(app.contains(&app) && TreePath::root().contains(&app));
    /// assert!(!app.contains(&TreePath::new("apple")?));
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn contains(&self, other: &Self) -> bool {
        match other.0.strip_prefix(self.prefix()) {
            Some(rest) => rest.is_empty() || rest.starts_with('/'),
            None => false,
        }
    }

    /// The shortest spelling from the directory `dir`; `.` if it is that directory.
    ///
    /// ```
    /// use kustody::tree::TreePath;
    /// let base = TreePath::new("base/app.yaml")?;
    /// assert_eq!(base.relative_to(&TreePath::new("prod")?), "../base/app.yaml");
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn relative_to(&self, dir: &Self) -> String {
        let common = self.common_len(dir);
        let up = memchr::memchr_iter(b'/', &dir.prefix().as_bytes()[common..]).count();
        let down = &self.prefix()[common..];
        let mut path = String::with_capacity(3 * up + down.len());
        path.extend(std::iter::repeat_n("../", up));
        path.push_str(down.strip_prefix('/').unwrap_or(down));
        if down.is_empty() {
            path.pop();
        }
        if path.is_empty() {
            path.push('.');
        }
        path
    }

    /// The names, from the root down.
    #[cfg(any(test, feature = "fs"))]
    pub(super) fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|name| !name.is_empty())
    }

    /// The deepest directory that contains both.
    pub(super) fn common(&self, other: &Self) -> Self {
        match self.common_len(other) {
            end if end == self.0.len() => self.clone(),
            0 => Self::root(),
            end => Self(self.0[..end].into()),
        }
    }

    /// How many bytes that directory's path takes; none for the root.
    fn common_len(&self, other: &Self) -> usize {
        let (one, two) = (self.prefix().as_bytes(), other.prefix().as_bytes());
        let same = one.iter().zip(two).take_while(|(a, b)| a == b).count();
        let is_whole = |path: &[u8]| path.get(same).is_none_or(|next| *next == b'/');
        if is_whole(one) && is_whole(two) {
            same
        } else {
            memchr::memrchr(b'/', &one[..same]).unwrap_or(0)
        }
    }

    /// What stands before `/name` in the paths below this one.
    fn prefix(&self) -> &str {
        if &*self.0 == "/" { "" } else { &self.0 }
    }
}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Whether a written path is absolute, also in the manner of the platform.
pub(super) fn is_absolute(written: &str) -> bool {
    written.starts_with('/') || Path::new(written).is_absolute()
}

/// As long as a path on a disk may be. Trees and walks hold every directory on the way by its whole
/// path, so the square of the length must stay small.
const LONGEST: usize = 4096;

/// Refuses paths longer than a disk could hold.
pub(super) fn check_length(path: &str) -> Result<()> {
    if path.len() <= LONGEST {
        return Ok(());
    }
    let message = format!("a path is longer than {LONGEST} bytes; shorten it");
    Err(Error::new(ErrorKind::Limit, message))
}

/// A path for an error message: on one line, whatever is in its names.
pub(super) fn quoted(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 2);
    out.push('`');
    for char in path.chars() {
        if char.is_control() {
            out.extend(char.escape_default());
        } else {
            out.push(char);
        }
    }
    out.push('`');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path(text: &str) -> TreePath {
        TreePath::new(text).unwrap()
    }

    #[test]
    fn cleans_as_go_does() {
        for (from, written, clean) in [
            ("/", "", "/"),
            ("/", ".", "/"),
            ("/a", "", "/a"),
            ("/a", "./b/", "/a/b"),
            ("/a", "b//c/./d", "/a/b/c/d"),
            ("/a", "none/../b", "/a/b"),
            ("/a", "file.yaml/../b", "/a/b"),
            ("/a/b", "..", "/a"),
            ("/a/b", "../..", "/"),
            ("/a/b", "/c", "/c"),
            ("/a/b", "//c/", "/c"),
            ("/a", "...", "/a/..."),
            ("/a", "..b", "/a/..b"),
            ("/a", " b ", "/a/ b "),
        ] {
            assert_eq!(path(from).join(written).unwrap().as_str(), clean);
        }
    }

    #[test]
    fn climbing_out_is_an_error_or_stays_at_the_top() {
        for written in ["../..", "../../a", "/..", "/../a/b", "b/../../../a/b"] {
            let error = path("a").join(written).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Restricted);
        }
        assert_eq!(path("a").join_at_top("../../../b").as_str(), "/b");
    }

    #[test]
    fn knows_its_parts() {
        let root = TreePath::root();
        assert_eq!((root.name(), root.parent()), (None, None));
        assert_eq!(path("a").parent(), Some(root.clone()));
        assert_eq!(path("a/b").parent(), Some(path("a")));
        assert_eq!(path("a/b").name(), Some("b"));
        assert_eq!(root.child("a").child("b"), path("a/b"));
    }

    #[test]
    fn relative_spelling() {
        for (to, from, shown) in [
            ("a/b", "/", "a/b"),
            ("a/b", "a", "b"),
            ("a", "a", "."),
            ("a", "a/b/c", "../.."),
            ("ab/x", "a/x", "../../ab/x"),
            ("/", "a", ".."),
        ] {
            assert_eq!(path(to).relative_to(&path(from)), shown);
        }
    }

    #[test]
    fn messages_stay_on_one_line() {
        assert_eq!(quoted("a\nb\u{1b}[0m"), "`a\\nb\\u{1b}[0m`");
        assert_eq!(quoted("é x"), "`é x`");
    }

    fn written() -> impl Strategy<Value = String> {
        let segment = prop::sample::select(vec!["", ".", "..", "...", "a", "b", "ab", "é", "a b"]);
        prop::collection::vec(segment, 0..8).prop_map(|segments| segments.join("/"))
    }

    proptest! {
        #[test]
        fn cleaning_is_idempotent(written in written()) {
            let clean = TreePath::root().join_at_top(&written);
            prop_assert_eq!(TreePath::new(clean.as_str()).unwrap(), clean);
        }

        #[test]
        fn nothing_but_names_is_left(from in written(), written in written()) {
            let clean = TreePath::root().join_at_top(&from).join_at_top(&written);
            prop_assert!(clean.as_str().starts_with('/'));
            prop_assert!(clean.segments().all(|name| !matches!(name, "" | "." | "..")));
            prop_assert!(!clean.as_str().contains("//"));
            prop_assert!(TreePath::root().contains(&clean));
        }

        #[test]
        fn both_joins_agree_below_the_root(from in written(), written in written()) {
            let from = TreePath::root().join_at_top(&from);
            if let Ok(joined) = from.join(&written) {
                prop_assert_eq!(joined, from.join_at_top(&written));
            }
        }

        #[cfg(unix)]
        #[test]
        fn agrees_with_std_where_no_name_is_taken_away(from in written(), written in written()) {
            let from = TreePath::root().join_at_top(&from);
            let written = written.replace("..", "x");
            let std = Path::new(from.as_str()).join(&written);
            let names: Vec<_> = std.components().skip(1).map(|name| name.as_os_str()).collect();
            let joined = from.join(&written).unwrap();
            let ours: Vec<_> = joined.segments().map(std::ffi::OsStr::new).collect();
            prop_assert_eq!(ours, names);
        }

        #[cfg(unix)]
        #[test]
        fn contains_agrees_with_std(one in written(), two in written()) {
            let one = TreePath::root().join_at_top(&one);
            let two = TreePath::root().join_at_top(&two);
            let std = Path::new(two.as_str()).starts_with(one.as_str());
            prop_assert_eq!(one.contains(&two), std);
            prop_assert!(one.common(&two).contains(&one) && one.common(&two).contains(&two));
        }

        #[test]
        fn a_relative_spelling_leads_back(to in written(), from in written()) {
            let to = TreePath::root().join_at_top(&to);
            let from = TreePath::root().join_at_top(&from);
            prop_assert_eq!(from.join(&to.relative_to(&from)).unwrap(), to);
        }
    }
}
