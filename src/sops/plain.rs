//! What was decrypted.

use std::fmt;

use serde_core::de::DeserializeOwned;

use super::format::Format;
use super::secret::SecretBytes;
use super::{comment, store};
use crate::error::{Error, ErrorKind, Result};
use crate::source::Source;
use crate::warning::Warning;
use crate::yaml::{self, Entry, Mapping, Node, Sequence, Value};

/// A decrypted file: to be printed in any format, or taken as a value. It is wiped when dropped,
/// and `Debug` shows only what kind of file it was.
///
/// What is handed out is the caller's to keep: [`SecretBytes`] wipe themselves, nodes and values
/// do not.
///
/// ```no_run
/// use kustody::sops::{self, Format, Keyring};
/// #[derive(serde::Deserialize)]
/// struct Credentials { username: String, password: String }
///
/// let keyring = Keyring::from_age_keys(&std::fs::read_to_string("keys.txt").unwrap())?;
/// let plain = sops::decrypt(std::fs::read("db.enc.yaml").unwrap(), Format::Yaml, &keyring)?;
/// let credentials: Credentials = plain.deserialize()?;
/// let json = plain.to_bytes(Format::Json)?;
/// # Ok::<(), kustody::Error>(())
/// ```
pub struct Plain {
    /// With comments among entries and items.
    pub(super) documents: Vec<Node>,
    pub(super) source: Source,
    pub(super) format: Format,
    pub(super) warnings: Vec<Warning>,
}

impl Plain {
    /// The format of the file.
    pub fn format(&self) -> Format {
        self.format
    }

    /// What `sops decrypt --output-type FORMAT` prints, byte for byte. YAML, dotenv and INI keep
    /// comments, as far as `sops` does; JSON has none.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] for what the format cannot hold: a list in dotenv, NaN in JSON.
    pub fn to_bytes(&self, format: Format) -> Result<SecretBytes> {
        store::write(&self.documents, format).map_err(|error| error.locate_in(&self.source))
    }

    /// The documents as values, without comments: what a reader of the YAML text would find. Each
    /// value keeps the place where it stands in the encrypted file. JSON, dotenv, INI and binary
    /// files are one document.
    pub fn to_nodes(&self) -> Vec<Node> {
        self.documents.iter().map(value).collect()
    }

    /// The first document as a value of any serde type.
    ///
    /// # Errors
    /// [`ErrorKind::Deserialize`] with the path of the field, and no text of it.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T> {
        let Some(first) = self.documents.first() else {
            return Err(Error::new(ErrorKind::Deserialize, "there is no document"));
        };
        let mut node = value(first);
        let result = yaml::from_node(&node);
        node.wipe();
        result.map_err(|error| error.locate_in(&self.source))
    }

    /// What surprises: comments that are not encrypted although they should be.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

impl Plain {
    /// The encrypted text.
    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// Where the value of the first entry stands: of a binary file, all of it.
    pub(super) fn start(&self) -> u32 {
        let first = self.documents.first().and_then(Node::as_mapping);
        let entry = first.and_then(|mapping| mapping.iter().next());
        entry.map_or(0, |entry| entry.value.mark().offset)
    }
}

/// A tree without comments, its scalars as they are printed.
fn value(node: &Node) -> Node {
    let value: Value = match node.value() {
        Value::Scalar(scalar) => store::printed(scalar).into(),
        Value::Sequence(list) => {
            let items = list.iter().filter(|item| comment::of(item).is_none());
            items.map(value).collect::<Sequence>().into()
        }
        Value::Mapping(mapping) => {
            let entries = mapping
                .iter()
                .filter(|entry| comment::of(&entry.key).is_none());
            let entry = |entry: &Entry| Entry {
                key: value(&entry.key),
                value: value(&entry.value),
            };
            Mapping::from(entries.map(entry).collect::<Vec<_>>()).into()
        }
    };
    Node::new(value, node.mark())
}

impl Drop for Plain {
    fn drop(&mut self) {
        self.documents.iter_mut().for_each(Node::wipe);
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let documents = self.documents.len();
        write!(f, "Plain({}, {documents} documents)", self.format)
    }
}
