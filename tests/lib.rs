//! The public API, tried from outside.

// Clippy knows tests, but not the helpers that they share.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod cache;
mod conformance;
mod custom_resources;
mod diff;
#[cfg(feature = "fs")]
mod differential;
mod explain;
#[cfg(all(feature = "fs", feature = "sops"))]
mod gitops;
mod layers;
mod merge_laws;
mod model;
mod outside;
mod render_errors;
#[cfg(feature = "sops")]
mod sealed;
#[cfg(feature = "sops")]
mod sops;
#[cfg(feature = "encrypt")]
mod sops_encrypt;
mod trace;
mod tree;
mod values;
mod yaml_comments;
mod yaml_laws;
mod yaml_rival;
