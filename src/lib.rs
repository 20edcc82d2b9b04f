//! Renders Kustomize trees: the same bytes as `kustomize build` v5.8.1, pure and fast.
//!
//! A [`Layer`] is a directory with a kustomization: on a disk (`Layer::dir`), in memory
//! ([`Layer::from_files`]) or in any other [`FileTree`]. [`render`] builds a base and the overlays
//! above it, and gives [`Manifests`]: the resources in order, and their text.
//!
//! ```
//! use kustody::{Layer, render};
//!
//! let base = Layer::from_files([
//!     ("kustomization.yaml", "resources: [deployment.yaml]\n"),
//!     (
//!         "deployment.yaml",
//!         "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1}}",
//!     ),
//! ])?;
//! let prod = Layer::from_files([(
//!     "kustomization.yaml",
//!     "namespace: shop\nreplicas: [{name: web, count: 3}]\n",
//! )])?;
//! let manifests = render(base, [prod])?;
//! assert_eq!(
//!     manifests.to_string(),
//!     "\
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//!   namespace: shop
//! spec:
//!   replicas: 3
//! "
//! );
//! # Ok::<(), kustody::Error>(())
//! ```
//!
//! [`Renderer`] and [`Options`] are for more than one render, and for what one does: the order of
//! the resources, load restrictions, limits. [`yaml`] reads as go-yaml v3 reads and prints as
//! `kustomize build` prints; [`tree`] is where files come from.
//!
//! Every [`Error`] names its place and repeats no value of the input, which might be a secret.
//! Where kustomize is silent and a user would be surprised, [`Manifests::warnings`] has a
//! [`Warning`]: its [`WarningKind`] says what there is.
//! What needs the network or a process is asked of [`RemoteLoader`], [`HelmInflator`] and
//! [`FunctionRunner`], which a caller implements and gives to [`Options`], and is an error without.
//!
//! With keys in `Options::decrypt` a render decrypts SOPS files as it reads them. Nothing decrypted
//! outlives the call in a [`Renderer`], or stands in an error, a warning or `Debug`.
//!
//! # Features
//!
//! - `fs` (default): `DirTree` and `Layer::dir`, which read from a disk.
//! - `sops` (default): the module `sops`, which decrypts SOPS files. The age implementation that it
//!   brings is the largest part of the build.
//! - `encrypt`: `sops::encrypt`, which writes SOPS files; with `sops`, which it brings.
//! - `json-patch`: patches made by the crate of that name.
//! - `parallel`: [`Renderer::render_all`] in the threads of rayon.
//! - `serde_yaml`: conversions between [`yaml::Node`] and that crate's values.

mod error;
mod generate;
mod kustomization;
mod limits;
mod patch;
mod pattern;
mod render;
mod resource;
mod schema;
#[cfg(feature = "sops")]
pub mod sops;
mod source;
mod transform;
pub mod tree;
mod warning;
pub mod yaml;

pub use error::{Error, ErrorKind, Result};
pub use limits::Limits;
pub use render::{
    Author, Change, Chart, Diff, Effect, Function, FunctionRunner, HelmInflator, Layer, Manifests,
    Mount, Options, Order, RemoteLoader, Renderer, Repository, ResourceDiff, TraceStep, render,
};
#[cfg(feature = "sops")]
pub use render::{Encrypted, EncryptedInput};
pub use resource::{Gvk, ResId, Resource};
pub use source::{Content, Location, Mark, Source, SourceId};
#[cfg(feature = "fs")]
pub use tree::DirTree;
pub use tree::{FileTree, LoadRestrictions, MemoryTree};
pub use warning::{Warning, WarningKind};

/// The examples of the README are compiled with those of the documentation.
#[cfg(all(doctest, feature = "fs", feature = "sops"))]
#[doc = include_str!("../README.md")]
struct Readme;
