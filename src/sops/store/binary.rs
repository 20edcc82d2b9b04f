//! Binary files: the one value `data` of a JSON object (sops's `stores/json/store.go`).

use crate::error::{Error, ErrorKind, Result};
use crate::sops::leaf;
use crate::sops::secret::SecretBytes;
#[cfg(feature = "encrypt")]
use crate::source::Source;
#[cfg(feature = "encrypt")]
use crate::yaml::{Entry, Mapping};
use crate::yaml::{Node, Tag};

/// Any bytes as the object that they are encrypted as.
#[cfg(feature = "encrypt")]
pub(super) fn read_plain(source: &Source) -> Vec<Node> {
    let data = Entry {
        key: Node::string("data"),
        value: Node::new(leaf::string(source.bytes()), source.mark(0)),
    };
    vec![Node::new(Mapping::from(vec![data]), source.mark(0))]
}

/// The bytes of `data`.
///
/// # Errors
/// [`ErrorKind::Value`] if there is no such string, or more than one document.
pub(super) fn write(documents: &[Node]) -> Result<SecretBytes> {
    let refused = |message: &str| Error::new(ErrorKind::Value, message);
    let [document] = documents else {
        return Err(refused(
            "a binary file comes of one document, and there are several",
        ));
    };
    let data = document.as_mapping().and_then(|fields| fields.get("data"));
    let data = data.ok_or_else(|| {
        refused("there is no `data`, so this was no binary file: choose another output format")
    })?;
    match data.as_scalar() {
        Some(scalar) if matches!(scalar.tag(), Tag::Str | Tag::Binary) => {
            Ok(SecretBytes::from(leaf::bytes(scalar).to_vec()))
        }
        _ => Err(refused(
            "`data` is not a string, so this was no binary file: choose another output format",
        )),
    }
}
