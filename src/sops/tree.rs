//! A file taken apart: its documents without the metadata, and the metadata.

use super::comment;
use super::metadata::{self, Metadata};
use crate::error::{Error, ErrorKind, Result};
#[cfg(feature = "encrypt")]
use crate::source::Mark;
use crate::source::Source;
use crate::yaml::{Entry, Mapping, Node};

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

/// Refuses a text to be encrypted that uses the metadata's own name.
#[cfg(feature = "encrypt")]
#[cold]
pub(super) fn already_encrypted(mark: Mark) -> Error {
    let message = "the file holds `sops`, where the metadata is to stand: it is encrypted \
                   already, or has a key, or a name that begins so, to be renamed";
    Error::marked(ErrorKind::SopsMetadata, mark, message)
}

#[cold]
pub(super) fn not_encrypted(source: &Source) -> Error {
    let message = "there is no SOPS metadata: the file is not encrypted, or of another format";
    Error::at(ErrorKind::SopsMetadata, source, 0, message)
}

/// Whether an entry is the metadata. A comment of that word is not.
pub(super) fn is_metadata(entry: &Entry) -> bool {
    entry.has_key(KEY) && comment::of(&entry.key).is_none()
}

/// A mapping without its metadata.
pub(super) fn without_metadata(mapping: &mut Mapping) {
    let mut found = (0..mapping.len()).filter(|at| is_metadata(&mapping.entries()[*at]));
    match (found.next(), found.next()) {
        (None, _) => {}
        (Some(only), None) => drop(mapping.remove_at(only)),
        _ => mapping.retain(|entry| !is_metadata(entry)),
    }
}
