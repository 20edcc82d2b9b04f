//! Formats: bytes to the tree that is decrypted, and the tree back to bytes.

mod binary;
mod dotenv;
mod ini;
mod ini_write;
mod json;
mod json_write;
mod text;
mod yaml;
mod yaml_write;

use super::format::Format;
use super::secret::SecretBytes;
use super::tree::Tree;
#[cfg(feature = "encrypt")]
use super::{metadata, metadata::Metadata, tree::KEY};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
#[cfg(feature = "encrypt")]
use crate::source::Mark;
use crate::source::{Source, SourceId};
use crate::yaml::Node;
#[cfg(feature = "encrypt")]
use crate::yaml::{Entry, Mapping, Value};

pub(super) use yaml_write::{lost, printed};

/// The text of a file, for places in it.
///
/// # Errors
/// [`ErrorKind::Limit`] for a file that is too large; [`ErrorKind::Encoding`] for YAML that is no
/// text.
pub(super) fn source(
    name: &str,
    content: &[u8],
    format: Format,
    limits: &Limits,
) -> Result<Source> {
    if content.len() > limits.file_bytes {
        let message = format!(
            "the file is larger than {} bytes, the limit `file_bytes`",
            limits.file_bytes
        );
        return Err(Error::new(ErrorKind::Limit, message));
    }
    let id = SourceId::default();
    match format {
        Format::Yaml => Source::new(id, name, content.to_vec()),
        _ => Source::verbatim(id, name, content.to_vec()),
    }
}

/// Takes an encrypted file apart.
///
/// # Errors
/// What the format says of a text that is none of its own, and [`ErrorKind::SopsMetadata`].
pub(super) fn read(source: &Source, format: Format, limits: &Limits) -> Result<Tree> {
    match format {
        Format::Yaml => yaml::read(source, limits),
        Format::Json | Format::Binary => json::read(source, limits),
        Format::Dotenv => dotenv::read(source),
        Format::Ini => ini::read(source),
    }
}

/// The documents of a text that is to be encrypted.
///
/// # Errors
/// What the format says of a text that is none of its own, and [`ErrorKind::SopsMetadata`] if it is
/// encrypted already.
#[cfg(feature = "encrypt")]
pub(super) fn read_plain(source: &Source, format: Format, limits: &Limits) -> Result<Vec<Node>> {
    match format {
        Format::Yaml => yaml::read_plain(source, limits),
        Format::Json => json::read_plain(source, limits),
        Format::Binary => Ok(binary::read_plain(source)),
        Format::Dotenv => dotenv::read_plain(source),
        Format::Ini => ini::read_plain(source),
    }
}

/// Puts the metadata behind the values of each document.
#[cfg(feature = "encrypt")]
pub(super) fn add_metadata(documents: &mut [Node], metadata: &Metadata, format: Format) {
    let entry = |name: String, value: Node| Entry {
        key: Node::string(name),
        value,
    };
    let tree = metadata.to_node(format);
    let added: Vec<Entry> = match format {
        Format::Yaml | Format::Json | Format::Binary => vec![entry(KEY.to_owned(), tree)],
        Format::Dotenv => metadata::flatten(&tree)
            .map(|(name, text)| entry(format!("{}{name}", dotenv::PREFIX), Node::string(text)))
            .collect(),
        Format::Ini => {
            // A line break is written as dotenv has it.
            let names = metadata::flatten(&tree)
                .map(|(name, text)| entry(name, Node::string(text.replace('\n', "\\n"))));
            let section = Mapping::from(names.collect::<Vec<_>>());
            vec![entry(KEY.to_owned(), Node::new(section, Mark::default()))]
        }
    };
    for document in documents {
        if let Value::Mapping(mapping) = document.value_mut() {
            mapping.extend(added.iter().cloned());
        }
    }
}

/// Prints an encrypted file.
///
/// # Errors
/// [`ErrorKind::Value`], with a mark, for what the format cannot hold, or sops cannot write.
#[cfg(feature = "encrypt")]
pub(super) fn write_encrypted(documents: &[Node], format: Format) -> Result<SecretBytes> {
    let mut lost_texts = Vec::new();
    if format == Format::Yaml {
        documents
            .iter()
            .for_each(|document| lost(document, &mut lost_texts));
    }
    if let Some(mark) = lost_texts.first() {
        let message = "sops would write null for a plain text of several lines that begins with a \
                       tab: encrypt it, or put something before the tab";
        return Err(Error::marked(ErrorKind::Value, *mark, message));
    }
    match format {
        Format::Binary => json_write::write(documents),
        _ => write(documents, format),
    }
}

/// Prints what was decrypted.
///
/// # Errors
/// [`ErrorKind::Value`], with a mark, for what the format cannot hold.
pub(super) fn write(documents: &[Node], format: Format) -> Result<SecretBytes> {
    match format {
        Format::Yaml => yaml_write::write(documents),
        Format::Json => json_write::write(documents),
        Format::Binary => binary::write(documents),
        Format::Dotenv => dotenv::write(documents),
        Format::Ini => ini_write::write(documents),
    }
}
