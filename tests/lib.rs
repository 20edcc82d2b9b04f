//! The public API, tried from outside.

mod yaml_comments;
