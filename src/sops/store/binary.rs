//! Binary files: the one value `data` of a JSON object (sops's `stores/json/store.go`).

use crate::error::{Error, ErrorKind, Result};
use crate::sops::leaf;
use crate::sops::secret::SecretBytes;
use crate::yaml::{Node, Tag};

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
            Ok(SecretBytes::from(leaf::bytes(scalar).into_owned()))
        }
        _ => Err(refused(
            "`data` is not a string, so this was no binary file: choose another output format",
        )),
    }
}
