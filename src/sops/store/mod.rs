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
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::source::{Source, SourceId};
use crate::yaml::Node;

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
