//! A tree on a disk.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::failure::{not_a_directory, not_a_file, not_found, not_regular, too_large};
use super::path::quoted;
use super::{FileTree, Kind, TreePath};
use crate::error::{Error, ErrorKind, Result};
use crate::source::Content;

/// A directory of a disk and what is below it. A clone is two counts.
///
/// [`open`](Self::open) is a jail: paths begin at the directory, and nothing outside is read,
/// whatever paths and symbolic links say. [`host`](Self::host) is the whole file system, shown from
/// one directory.
///
/// Only regular files are read, and never more than the limit of them, so that neither a pipe nor
/// `/dev/zero` nor a huge file can hang or exhaust a render. What has a name with a `.` is opened to
/// see what it is, through no link and waiting for nothing; everything else is looked at first. Names
/// that are not UTF-8 are passed over; a link that leads to one is an error that says so.
///
/// What is promised holds for a directory that holds still. Somebody who can swap a directory for a
/// link between two calls to the operating system can defeat any check written on `std`: a file
/// swapped after it was looked at is noticed, a directory on the way to it is not. Do not let
/// strangers write to a tree while it is rendered.
///
/// ```no_run
/// use kustody::tree::{DirTree, LoadRestrictions, TreePath, resolve_file};
/// let tree = DirTree::open("checkout")?;
/// let app = resolve_file(&tree, &TreePath::root(), "app.yaml", LoadRestrictions::RootOnly)?;
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct DirTree {
    /// Absolute, symbolic links resolved.
    root: Arc<Path>,
    start: TreePath,
}

impl DirTree {
    /// The jail of the directory `root`.
    ///
    /// Absolute paths and links are those of the disk: allowed if they name `root` (spelled without
    /// links) or something below it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotADirectory`] or [`ErrorKind::Io`] if `root` is no
    /// directory that can be entered.
    pub fn open(root: impl AsRef<Path>) -> Result<Self> {
        Ok(Self {
            root: real_directory(root.as_ref())?.into(),
            start: TreePath::root(),
        })
    }

    /// The whole file system, with paths shown relative to the directory `shown_from`: what
    /// `kustomize build shown_from` sees. [`start`](Self::start) is that directory.
    ///
    /// # Errors
    /// Those of [`open`](Self::open); [`ErrorKind::Encoding`] if the resolved path of the directory
    /// is not UTF-8.
    pub fn host(shown_from: impl AsRef<Path>) -> Result<Self> {
        let directory = real_directory(shown_from.as_ref())?;
        let root = directory.ancestors().last().unwrap_or(&directory);
        let mut start = TreePath::root();
        for component in directory.components() {
            if let Component::Normal(name) = component {
                let name = name
                    .to_str()
                    .ok_or_else(|| not_utf8(&directory.to_string_lossy()))?;
                start = start.child(name);
            }
        }
        Ok(Self {
            root: root.into(),
            start,
        })
    }

    /// The directory that paths are shown from: the root of a jail, the given one of a host.
    pub fn start(&self) -> &TreePath {
        &self.start
    }

    /// How the disk spells a path; `None` if nothing of ours can be there.
    fn real<'p>(&self, path: &'p TreePath) -> Result<Option<Cow<'p, Path>>> {
        let is_jail = self.root.parent().is_some();
        if cfg!(unix) && !is_jail {
            return Ok(Some(Cow::Borrowed(Path::new(path.as_str()))));
        }
        let mut real = PathBuf::with_capacity(self.root.as_os_str().len() + path.as_str().len());
        real.push(&self.root);
        for name in path.segments() {
            // A link on the way to the last name could lead out of the jail.
            if is_jail && real.as_path() != &*self.root {
                match self.metadata(path, &real)? {
                    Some(metadata) if metadata.is_dir() => {}
                    _ => return Ok(None),
                }
            }
            // On Windows, `C:` or `a\b` can be a name of a path of ours.
            let mut parts = Path::new(name).components();
            match (parts.next(), parts.next()) {
                (Some(Component::Normal(only)), None) if only == OsStr::new(name) => {
                    real.push(name)
                }
                _ => return Ok(None),
            }
        }
        Ok(Some(Cow::Owned(real)))
    }

    /// What is at a path, not following a link there, and how the disk spells it.
    fn stat<'p>(&self, path: &'p TreePath) -> Result<Option<(Cow<'p, Path>, Metadata)>> {
        let Some(real) = self.real(path)? else {
            return Ok(None);
        };
        let metadata = self.metadata(path, &real)?;
        Ok(metadata.map(|metadata| (real, metadata)))
    }

    /// What is at a path, not following a link there, and how the disk spells it. What looks like a
    /// file is opened at once and comes with it: every way to a name costs the operating system more
    /// than reading a manifest.
    fn open_if_file<'p>(&self, path: &'p TreePath) -> Result<Option<Seen<'p>>> {
        let Some(real) = self.real(path)? else {
            return Ok(None);
        };
        if path.name().is_some_and(|name| name.contains('.')) {
            match open_for_a_look(&real) {
                Ok((file, metadata)) => {
                    return Ok(Some(Seen {
                        real,
                        file: Some(file),
                        metadata,
                    }));
                }
                Err(error) if cannot_exist(&error) => return Ok(None),
                // A link, or a file that may not be read: looking will tell.
                Err(_) => {}
            }
        }
        let metadata = self.metadata(path, &real)?;
        Ok(metadata.map(|metadata| Seen {
            real,
            file: None,
            metadata,
        }))
    }

    fn metadata(&self, path: &TreePath, real: &Path) -> Result<Option<Metadata>> {
        match fs::symlink_metadata(real) {
            Ok(metadata) => Ok(Some(metadata)),
            Err(error) if cannot_exist(&error) => Ok(None),
            Err(error) => Err(self.io(path, error)),
        }
    }

    fn io(&self, path: &TreePath, error: io::Error) -> Error {
        unreadable(&self.show(path), error)
    }
}

impl FileTree for DirTree {
    fn kind(&self, path: &TreePath) -> Result<Option<Kind>> {
        let found = self.stat(path)?;
        Ok(found.map(|(_, metadata)| kind(metadata.file_type())))
    }

    fn look(&self, path: &TreePath, limit: usize) -> Result<Option<(Kind, Option<Content>)>> {
        let seen = self.open_if_file(path)?;
        Ok(seen.map(|seen| {
            let kind = kind(seen.metadata.file_type());
            let file = seen.file.filter(|_| kind == Kind::File);
            let bytes = file.and_then(|file| read_whole(file, &seen.metadata, limit).ok()?);
            (kind, bytes.map(Content::from))
        }))
    }

    fn read(&self, path: &TreePath, limit: usize) -> Result<Content> {
        let Some(seen) = self.open_if_file(path)? else {
            return Err(not_found(&self.show(path)));
        };
        match kind(seen.metadata.file_type()) {
            Kind::File => {}
            Kind::Directory => return Err(not_a_file(&self.show(path))),
            _ => return Err(not_regular(&self.show(path))),
        }
        let bytes = seen.read(limit).map_err(|error| self.io(path, error))?;
        let too_large = || too_large(&self.show(path), limit);
        bytes.map(Content::from).ok_or_else(too_large)
    }

    fn list(&self, dir: &TreePath) -> Result<Vec<(String, Kind)>> {
        let Some((real, metadata)) = self.stat(dir)? else {
            return Err(not_found(&self.show(dir)));
        };
        if !metadata.is_dir() {
            return Err(not_a_directory(&self.show(dir)));
        }
        let list = || -> io::Result<Vec<(String, Kind)>> {
            let mut names = Vec::new();
            for entry in fs::read_dir(&real)? {
                let entry = entry?;
                if let Ok(name) = entry.file_name().into_string() {
                    names.push((name, kind(entry.file_type()?)));
                }
            }
            names.sort_unstable_by(|one, two| one.0.cmp(&two.0));
            Ok(names)
        };
        list().map_err(|error| self.io(dir, error))
    }

    fn link(&self, path: &TreePath) -> Result<String> {
        let Some((real, _)) = self.stat(path)? else {
            return Err(not_found(&self.show(path)));
        };
        let target = fs::read_link(real).map_err(|error| self.io(path, error))?;
        match target.into_os_string().into_string() {
            Ok(target) if cfg!(windows) => Ok(target.replace('\\', "/")),
            Ok(target) => Ok(target),
            Err(target) => {
                let target = target.to_string_lossy();
                let message = format!(
                    "the symbolic link {} leads to {}, whose name is not UTF-8; rename that",
                    quoted(&self.show(path)),
                    quoted(&target)
                );
                Err(Error::new(ErrorKind::Encoding, message))
            }
        }
    }

    fn mount(&self) -> Option<&Path> {
        Some(&self.root)
    }

    fn show(&self, path: &TreePath) -> String {
        path.relative_to(&self.start)
    }
}

/// What the disk said of a path.
struct Seen<'p> {
    real: Cow<'p, Path>,
    /// What is there, if it was opened to see what it is.
    file: Option<File>,
    metadata: Metadata,
}

impl Seen<'_> {
    /// The bytes of a regular file; `None` if there are more than `limit`.
    fn read(self, limit: usize) -> io::Result<Option<Vec<u8>>> {
        if let Some(file) = self.file {
            return read_whole(file, &self.metadata, limit);
        }
        let file = File::open(self.real)?;
        let opened = file.metadata()?;
        if !opened.is_file() || !is_same(&self.metadata, &opened) {
            let message = "it was replaced while it was being opened";
            return Err(io::Error::other(message));
        }
        read_whole(file, &opened, limit)
    }
}

/// The bytes of a regular file that is open; `None` if there are more than `limit`.
fn read_whole(mut file: File, opened: &Metadata, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    if opened.len() > most {
        return Ok(None);
    }
    // Of a file that grows this is what it held when it was opened. Files in `/proc` have no length.
    let length = usize::try_from(opened.len()).unwrap_or(0);
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes)?;
    if length == 0 {
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    }
    Ok((bytes.len() <= limit).then_some(bytes))
}

/// The directory, absolute and with links resolved. It is cleaned first, as the reference does:
/// `link/..` is where the link is, not above where it leads.
fn real_directory(path: &Path) -> Result<PathBuf> {
    let shown = path.to_string_lossy();
    if path.as_os_str().is_empty() {
        let message = "an empty path names no directory; `.` is the current one";
        return Err(Error::new(ErrorKind::NotFound, message));
    }
    let absolute = std::path::absolute(path).map_err(|error| unreadable(&shown, error))?;
    let mut clean = PathBuf::new();
    for component in absolute.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    let real = fs::canonicalize(clean).map_err(|error| match error.kind() {
        io::ErrorKind::NotADirectory => not_a_directory(&shown),
        _ if cannot_exist(&error) => not_found(&shown),
        _ => unreadable(&shown, error),
    })?;
    if real.is_dir() {
        Ok(real)
    } else {
        Err(not_a_directory(&shown))
    }
}

/// Opens what is at a path, unless that is a link, without waiting for the other end of a pipe.
#[cfg(unix)]
fn open_for_a_look(real: &Path) -> io::Result<(File, Metadata)> {
    use std::os::unix::fs::OpenOptionsExt;
    let file = File::options()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(real)?;
    let metadata = file.metadata()?;
    Ok((file, metadata))
}

/// Elsewhere `std` cannot open what may be a link and stay there.
#[cfg(not(unix))]
fn open_for_a_look(_real: &Path) -> io::Result<(File, Metadata)> {
    Err(io::ErrorKind::Unsupported.into())
}

fn kind(file_type: fs::FileType) -> Kind {
    if file_type.is_file() {
        Kind::File
    } else if file_type.is_dir() {
        Kind::Directory
    } else if file_type.is_symlink() {
        Kind::Link
    } else {
        Kind::Other
    }
}

/// Whether an error says that nothing can be at a path, as for a name with a NUL or of 300 letters.
fn cannot_exist(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::InvalidFilename
            | io::ErrorKind::InvalidInput
    )
}

#[cfg(unix)]
fn is_same(seen: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (seen.dev(), seen.ino()) == (opened.dev(), opened.ino())
}

/// Elsewhere `std` cannot tell.
#[cfg(not(unix))]
fn is_same(_seen: &Metadata, _opened: &Metadata) -> bool {
    true
}

fn not_utf8(shown: &str) -> Error {
    let message = format!(
        "{} is not UTF-8; rename it, or open it as a tree of its own",
        quoted(shown)
    );
    Error::new(ErrorKind::Encoding, message)
}

fn unreadable(shown: &str, error: io::Error) -> Error {
    let message = format!("{} cannot be read: {error}", quoted(shown));
    Error::new(ErrorKind::Io, message).caused_by(error)
}
