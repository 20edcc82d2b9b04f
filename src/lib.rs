//! Renders Kustomize trees and decrypts SOPS files: the same bytes as the reference tools, pure
//! and fast.
//!
//! This release holds the ground floors: YAML read as go-yaml v3 reads it and printed as
//! `kustomize build` prints it ([`yaml`]), and the trees that files come from ([`tree`]).
//!
//! ```
//! let documents = kustody::yaml::read_str("app.yaml", "b: 0x10\na: [x, y]\n")?;
//! let mut out = Vec::new();
//! kustody::yaml::write(&documents[0], &mut out)?;
//! assert_eq!(out, b"a:\n- x\n- \"y\"\nb: 16\n");
//! # Ok::<(), kustody::Error>(())
//! ```

mod error;
#[allow(dead_code, unused_imports)] // Some of it waits for fields that are refused today.
mod generate;
#[allow(dead_code, unused_imports)] // Some of it waits for fields that are refused today.
mod kustomization;
mod limits;
#[allow(dead_code, unused_imports)] // Some of it waits for fields that are refused today.
mod patch;
mod render;
#[allow(dead_code, unused_imports)] // Some of it waits for fields that are refused today.
mod resource;
#[allow(dead_code, unused_imports)] // Some of it waits for fields that are refused today.
mod schema;
mod source;
#[allow(dead_code, unused_imports)] // Some of it waits for fields that are refused today.
mod transform;
pub mod tree;
mod warning;
pub mod yaml;

pub use error::{Error, ErrorKind, Result};
pub use limits::Limits;
pub use render::{Layer, Manifests, Options, Order, Renderer, render};
pub use resource::{Gvk, ResId, Resource};
pub use source::{Content, Location, Mark, Source, SourceId};
#[cfg(feature = "fs")]
pub use tree::DirTree;
pub use tree::{FileTree, LoadRestrictions, MemoryTree};
pub use warning::{Warning, WarningKind};
