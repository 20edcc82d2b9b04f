//! Reading JSON as Go's `encoding/json` reads it into sops's tree: in order, with repeated keys,
//! every number a float (sops's `stores/json/store.go`).

use crate::error::Result;
#[cfg(feature = "encrypt")]
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;
use crate::sops::leaf;
use crate::sops::tree::{KEY, Tree, not_encrypted, without_metadata};
#[cfg(feature = "encrypt")]
use crate::sops::tree::{already_encrypted, is_metadata};
use crate::source::Source;
use crate::yaml::{self, JsonDialect, Node, Value};

/// Reads the one object of a text.
///
/// # Errors
/// [`ErrorKind::Syntax`] for what is not JSON, [`ErrorKind::Value`] for a number beyond 64-bit
/// floats, [`ErrorKind::Limit`] for too deep nesting; those of the metadata.
pub(super) fn read(source: &Source, limits: &Limits) -> Result<Tree> {
    let node = object(source, limits)?;
    let mark = node.mark();
    let Value::Mapping(mut mapping) = node.into_value() else {
        return Err(not_encrypted(source));
    };
    // Of repeated keys Go takes the last.
    let metadata = mapping.iter().rfind(|entry| entry.has_key(KEY));
    let metadata = metadata.map(|entry| entry.value.clone());
    without_metadata(&mut mapping);
    Tree::new(source, vec![Node::new(mapping, mark)], metadata.as_ref())
}

/// Reads a text that is to be encrypted.
///
/// # Errors
/// Those of [`read`] but for the metadata's; [`ErrorKind::SopsMetadata`] if there is any, and
/// [`ErrorKind::Value`] if there is no object.
#[cfg(feature = "encrypt")]
pub(super) fn read_plain(source: &Source, limits: &Limits) -> Result<Vec<Node>> {
    let node = object(source, limits)?;
    let Some(mapping) = node.as_mapping() else {
        let message = "the text must be a JSON object: sops takes no other";
        return Err(Error::marked(ErrorKind::Value, node.mark(), message));
    };
    match mapping.iter().find(|entry| is_metadata(entry)) {
        None => Ok(vec![node]),
        Some(entry) => Err(already_encrypted(entry.key.mark())),
    }
}

/// Numbers as sops has them.
const SOPS: JsonDialect = JsonDialect {
    number: |text, value, is_whole| match text.parse::<i64>() {
        Ok(whole) if is_whole && whole != 0 => leaf::json_integer(whole),
        _ => leaf::float(value),
    },
    keeps_repeated_keys: true,
    strict_from: usize::MAX,
    advice: "the text is not JSON",
};

/// The one value of a text.
fn object(source: &Source, limits: &Limits) -> Result<Node> {
    yaml::read_json_as(&SOPS, source, limits)
}
