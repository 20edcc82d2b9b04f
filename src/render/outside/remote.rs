//! Files and repositories that are elsewhere.

use std::sync::Arc;

use super::repository::Repository;
use crate::error::Result;
use crate::source::Content;
use crate::tree::FileTree;

/// Fetches what a kustomization names by a URL.
///
/// An entry of `resources` that is an `http` URL is asked for as a file first. Where that fails, or
/// gives something that is no manifest, it is asked for as a repository, if it can be read as one
/// (`api/internal/loader` in kustomize does the same). Kustomizations of a repository read nothing
/// outside it, whatever the load restrictions.
///
/// What it gives is asked for again in every render; remembering it is for the implementation.
///
/// ```
/// use std::sync::Arc;
/// use kustody::{Content, Error, ErrorKind, FileTree, Layer, MemoryTree, Options, RemoteLoader};
/// use kustody::{Renderer, Repository, Result};
///
/// /// Repositories that were fetched before.
/// struct Mirror;
///
/// impl RemoteLoader for Mirror {
///     fn file(&self, _url: &str) -> Result<Content> {
///         Err(Error::new(ErrorKind::Remote, "the mirror holds repositories only"))
///     }
///
///     fn repository(&self, repository: &Repository) -> Result<Arc<dyn FileTree>> {
///         assert_eq!(repository.url, "https://github.com/org/repo");
///         let tree = MemoryTree::from_files([
///             ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
///             ("base/pod.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: a}}"),
///         ])?;
///         Ok(Arc::new(tree))
///     }
/// }
///
/// let mut options = Options::default();
/// options.remote = Some(Arc::new(Mirror));
/// let text = "resources:\n- https://github.com/org/repo/base?ref=v1\n";
/// let layer = Layer::from_files([("kustomization.yaml", text)])?;
/// let manifests = Renderer::new().render(layer, [], &options)?;
/// assert!(manifests.get("Pod", "a").is_some());
/// # Ok::<(), Error>(())
/// ```
pub trait RemoteLoader: Send + Sync {
    /// The bytes of the file at an `http` or `https` URL, as the kustomization has it.
    ///
    /// # Errors
    /// If it cannot be had. A message should not repeat the URL, which may hold a password.
    fn file(&self, url: &str) -> Result<Content>;

    /// The files of a repository, from its root, as they are at its reference.
    ///
    /// # Errors
    /// If it cannot be had.
    fn repository(&self, repository: &Repository) -> Result<Arc<dyn FileTree>>;
}

/// Whether a path is one that the reference reads from the network.
pub(in crate::render) fn is_url(written: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        let start = written.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// A URL without user and query, which may be secret.
pub(in crate::render) fn shown(url: &str) -> String {
    let url = url.split_once('?').map_or(url, |(url, _)| url);
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}
