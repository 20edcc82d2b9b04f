//! The public API, tried from outside.

// The lints' exceptions for tests know `#[test]` functions, not the helpers beside them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod conformance;
mod model;
mod yaml_laws;
mod yaml_rival;
