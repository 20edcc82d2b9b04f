//! SOPS files: encrypted texts in, plaintexts out, as `sops decrypt` prints them.
//!
//! A file is read into a tree in which comments are nodes; values are decrypted in place and hashed
//! on the way; the tree is printed in the file's format or another one. Nothing here knows of
//! Kubernetes.
//!
//! ```
//! use kustody::sops::{self, Format, Keyring};
//!
//! let keyring = Keyring::from_age_keys(
//!     "AGE-SECRET-KEY-1553XTM3R9ST7HGQEM5WF0N27SXMRF8FEFHN333RVNNPJNKEUFG8SY7C2XQ",
//! )?;
//! # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/decrypt/secret/enc.yaml"));
//! let plain = sops::decrypt(text, Format::Yaml, &keyring)?;
//! assert!(plain.to_bytes(Format::Yaml)?.starts_with(b"apiVersion: v1\n"));
//! # Ok::<(), kustody::Error>(())
//! ```
//!
//! # What SOPS does not protect
//!
//! The MAC covers values and their order, not the names of plain keys, comments, nulls, empty texts
//! and collections, nor where one plain value ends and the next begins; and the metadata, the rule
//! that says what is encrypted among it, is not covered at all. Such changes go unnoticed by every
//! implementation.

mod cipher;
mod comment;
mod decrypt;
#[cfg(feature = "encrypt")]
mod encrypt;
mod format;
mod keyring;
mod leaf;
mod mac;
mod metadata;
mod plain;
#[cfg(feature = "encrypt")]
mod policy;
#[cfg(feature = "encrypt")]
mod recipient;
mod secret;
mod select;
mod store;
mod tree;
mod unsealed;
mod walk;

use std::sync::Arc;

use crate::error::Result;
use crate::limits::Limits;
use crate::warning::{Warning, WarningKind};
use crate::yaml::Node;

#[cfg(feature = "encrypt")]
pub use encrypt::{Encryptor, encrypt};
pub use format::Format;
pub use keyring::{DataKey, Identity, KeyService, Keyring};
pub use metadata::{MasterKey, MasterKeyKind, Metadata, Rule};
pub use plain::Plain;
#[cfg(feature = "encrypt")]
pub use policy::Policy;
#[cfg(feature = "encrypt")]
pub use recipient::Recipient;
pub use secret::SecretBytes;
pub(crate) use unsealed::Unsealed;

/// Decrypts a file whose name does not matter; see [`Decryptor`] for more to say.
///
/// # Errors
/// Those of [`Decryptor::decrypt`].
pub fn decrypt(content: impl AsRef<[u8]>, format: Format, keyring: &Keyring) -> Result<Plain> {
    Decryptor::new(keyring).decrypt(content, format)
}

/// Reads the metadata of a file without any key: who can open it, and the encrypted data keys. The
/// format is found by the content; see [`Format::detect`].
///
/// # Errors
/// Those of [`Decryptor::inspect`].
pub fn inspect(content: impl AsRef<[u8]>) -> Result<Metadata> {
    let content = content.as_ref();
    Decryptor::new(&Keyring::new()).inspect(content, Format::detect("", content))
}

/// How files are decrypted: with which keys, under which name, within which limits.
///
/// ```
/// use kustody::ErrorKind;
/// use kustody::sops::{Decryptor, Format, Keyring};
/// let keyring = Keyring::new();
/// let decryptor = Decryptor::new(&keyring).named("prod/db.yaml");
/// let error = decryptor.decrypt("a: 1\n", Format::Yaml).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::SopsMetadata);
/// assert!(error.to_string().starts_with("prod/db.yaml:1:1: "));
/// ```
#[derive(Clone, Debug)]
pub struct Decryptor<'k> {
    keyring: &'k Keyring,
    name: Arc<str>,
    limits: Limits,
    ignore_mac: bool,
}

impl<'k> Decryptor<'k> {
    /// With the default limits; errors call the file `input`.
    pub fn new(keyring: &'k Keyring) -> Self {
        Self {
            keyring,
            name: "input".into(),
            limits: Limits::default(),
            ignore_mac: false,
        }
    }

    /// What errors and warnings call the file.
    #[must_use]
    pub fn named(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = name.into();
        self
    }

    /// What a file may cost.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Takes values that are not those that were encrypted: somebody who cannot decrypt the file
    /// can then remove, reorder and repeat values, and change plain ones at will. For mending files
    /// by hand, and for nothing that runs by itself.
    #[must_use]
    pub fn dangerously_ignore_mac(mut self) -> Self {
        self.ignore_mac = true;
        self
    }

    /// Decrypts a file: all of it, or an error.
    ///
    /// # Errors
    /// In this order, as in `sops`:
    /// - what the format's reader says of a text, such as
    ///   [`ErrorKind::Syntax`](crate::ErrorKind::Syntax), and
    ///   [`ErrorKind::SopsMetadata`](crate::ErrorKind::SopsMetadata);
    /// - [`ErrorKind::DataKey`](crate::ErrorKind::DataKey) if the keyring does not open the file;
    /// - [`ErrorKind::Decrypt`](crate::ErrorKind::Decrypt) at the first value that cannot be
    ///   decrypted, [`ErrorKind::KeyNotString`](crate::ErrorKind::KeyNotString) and
    ///   [`ErrorKind::Value`](crate::ErrorKind::Value) for what sops does not take;
    /// - [`ErrorKind::Mac`](crate::ErrorKind::Mac) if the values are not those that were encrypted.
    pub fn decrypt(&self, content: impl AsRef<[u8]>, format: Format) -> Result<Plain> {
        let source = store::source(&self.name, content.as_ref(), format, &self.limits)?;
        let tree =
            store::read(&source, format, &self.limits).map_err(|error| error.locate_in(&source))?;
        let key = self.keyring.data_key(&tree.metadata)?;
        // From here on it is wiped, whatever happens.
        let mut plain = Plain {
            documents: tree.documents,
            source,
            format,
            warnings: Vec::new(),
        };
        let ignore_mac = self.ignore_mac;
        let mut warnings = decrypt::decrypt(&mut plain.documents, &tree.metadata, &key, ignore_mac)
            .map_err(|error| error.locate_in(&plain.source))?;
        if format == Format::Yaml {
            warnings.extend(lost_texts(&plain.documents));
        }
        let locate = |warning: Warning| match warning.mark() {
            Some(mark) => warning.located(plain.source.locate(mark.offset)),
            None => warning,
        };
        plain.warnings = warnings.into_iter().map(locate).collect();
        Ok(plain)
    }

    /// Reads the metadata of a file; no key is needed.
    ///
    /// # Errors
    /// What the format's reader says of a text, and
    /// [`ErrorKind::SopsMetadata`](crate::ErrorKind::SopsMetadata).
    pub fn inspect(&self, content: impl AsRef<[u8]>, format: Format) -> Result<Metadata> {
        let source = store::source(&self.name, content.as_ref(), format, &self.limits)?;
        let tree = store::read(&source, format, &self.limits);
        let tree = tree.map_err(|error| error.locate_in(&source))?;
        Ok(tree.metadata)
    }
}

/// What is lost when the documents are printed as YAML.
fn lost_texts(documents: &[Node]) -> impl Iterator<Item = Warning> {
    let mut marks = Vec::new();
    documents
        .iter()
        .for_each(|document| store::lost(document, &mut marks));
    let message = "sops prints null for a text of several lines that begins with a tab: put \
                   something before the tab";
    marks
        .into_iter()
        .map(move |mark| Warning::new(WarningKind::LostWrite, mark, message))
}
