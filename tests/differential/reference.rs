//! What the real tool says, and what we say.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kustody::{ErrorKind, Layer, Options, Renderer};

/// A directory that goes when it is dropped.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let name = format!("kustody-{name}-{}", std::process::id());
        let path = fs::canonicalize(std::env::temp_dir()).unwrap().join(name);
        Self(path)
    }

    /// Writes the files of a tree, and nothing else stays.
    pub(crate) fn fill<'a>(&self, files: impl IntoIterator<Item = (&'a String, &'a Vec<u8>)>) {
        let _ = fs::remove_dir_all(&self.0);
        for (path, text) in files {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What `kubectl kustomize` prints, or its complaint.
pub(crate) fn reference(kubectl: &str, directory: &Path) -> Result<String, String> {
    let output = Command::new(kubectl)
        .arg("kustomize")
        .arg(directory)
        .output();
    let output = output.unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(text(&output.stderr)),
    }
}

/// Why the library builds nothing.
#[derive(Debug)]
pub(crate) struct Refusal(kustody::Error);

impl Refusal {
    /// Whether the library says that it does not do what the real tool does.
    pub(crate) fn is_unsupported(&self) -> bool {
        self.0.kind() == ErrorKind::Unsupported
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

/// What the library prints, or its error.
pub(crate) fn ours(directory: &Path) -> Result<String, Refusal> {
    let layer = Layer::dir(directory).map_err(Refusal)?;
    let manifests = Renderer::with_memory(0).render(layer, [], &Options::default());
    manifests
        .map(|manifests| manifests.to_string())
        .map_err(Refusal)
}
