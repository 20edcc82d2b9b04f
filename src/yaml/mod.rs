//! YAML: text in, nodes out, and the reference's bytes back.
//!
//! Reading gives go-yaml v3's view of a text as a tree of [`Node`]s that know where they were
//! written; writing prints a node as `kustomize build` prints a resource. Nothing here knows of
//! Kubernetes.

mod access;
mod alias;
mod as_json;
mod byte_set;
mod edit;
mod emit;
#[cfg(feature = "serde_yaml")]
mod interop;
mod json;
mod node;
pub(crate) mod path;
mod read;
mod resolve;
mod serde;
mod tag;
mod text;
#[cfg(feature = "sops")]
mod wipe;
mod write;
mod yaml11;

pub(crate) use as_json::{as_json, last_of_equal_keys};
pub(crate) use edit::Way;
#[cfg(feature = "sops")]
pub(crate) use emit::print;
pub(crate) use emit::{Layout, to_text};
pub(crate) use json::to_json;
pub use node::{Entry, Mapping, Node, Scalar, Sequence, Value};
pub use path::Path;
pub(crate) use read::is_one_piece;
pub(crate) use read::read_first;
pub(crate) use read::read_first_document;
pub(crate) use read::read_with_comments;
pub(crate) use read::second_document;
pub use read::{Comment, Comments, Document, ReadOptions, read, read_str, read_stream};
#[cfg(feature = "sops")]
pub(crate) use read::{JsonDialect, read_json_as};
pub(crate) use read::{Room, read_in};
pub(crate) use read::{read_json, read_json_or_yaml};
pub use resolve::Resolved;
#[cfg(feature = "sops")]
pub(crate) use resolve::is_plain_string;
pub(crate) use resolve::{BASE64, old_boolean};
pub use serde::{from_node, to_node};
pub use tag::{Style, Tag};
pub use text::Text;
pub use write::write;
pub(crate) use write::{Numbers, float_text, shortest, through_json};
#[cfg(feature = "sops")]
pub(crate) use write::{is_block_allowed, is_zone_too_far, json_number, json_string};
pub(crate) use write::{json_text, reread_folded, write_json};
pub(crate) use yaml11::{check_yaml11, merged, needs_quotes, reads_as_string};
