//! The public API, tried from outside.
