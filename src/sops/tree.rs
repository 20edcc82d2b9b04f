//! A file taken apart: its documents without the metadata, and the metadata.

use super::metadata::{self, Metadata};
use crate::error::{Error, ErrorKind, Result};
use crate::source::Source;
use crate::yaml::{Mapping, Node};

/// Where the metadata stands.
pub(super) const KEY: &str = "sops";

/// What is in a file of any format.
pub(super) struct Tree {
    /// Mappings; of one format, YAML, there can be several.
    pub(super) documents: Vec<Node>,
    pub(super) metadata: Metadata,
}

impl Tree {
    /// Puts together what a format found. `metadata` is the value of `sops`, if there is any.
    pub(super) fn new(
        source: &Source,
        documents: Vec<Node>,
        metadata: Option<&Node>,
    ) -> Result<Self> {
        let metadata = metadata.filter(|node| !node.is_null());
        let metadata = metadata.ok_or_else(|| not_encrypted(source))?;
        Ok(Self {
            documents,
            metadata: metadata::read(metadata)?,
        })
    }
}

#[cold]
pub(super) fn not_encrypted(source: &Source) -> Error {
    let message = "there is no SOPS metadata: the file is not encrypted, or of another format";
    Error::at(ErrorKind::SopsMetadata, source, 0, message)
}

/// A mapping without its metadata.
pub(super) fn without_metadata(mapping: &mut Mapping) {
    if mapping.get(KEY).is_some() {
        mapping.edit(|entries| entries.retain(|entry| !entry.has_key(KEY)));
    }
}
