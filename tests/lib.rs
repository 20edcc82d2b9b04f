//! The public API, tried from outside.

// Clippy knows tests, but not the helpers that they share.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod conformance;
#[cfg(feature = "fs")]
mod gitops;
mod layers;
mod model;
mod render_errors;
#[cfg(feature = "sops")]
mod sops;
mod tree;
mod yaml_comments;
mod yaml_laws;
mod yaml_rival;
