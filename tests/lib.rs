//! The public API, tried from outside.

// Clippy knows tests, but not the helpers that they share.
#![allow(clippy::unwrap_used)]

mod tree;
