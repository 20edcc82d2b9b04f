//! What a caller implements for keys that this crate does not know.

use super::DataKey;
use crate::error::Result;
use crate::sops::MasterKey;

/// Opens data keys that were encrypted to PGP keys, to a cloud's KMS, to Vault, or to anything else.
///
/// It is given an entry of the metadata ([`MasterKey`]: the kind of key, its name and other fields,
/// and the encrypted data key) and returns the data key. For a service that must be awaited, see
/// [`Keyring::add_data_key`](super::Keyring::add_data_key) instead.
///
/// ```
/// use kustody::sops::{self, DataKey, Format, KeyService, Keyring, MasterKey, MasterKeyKind};
/// use kustody::{Error, ErrorKind, Result};
///
/// /// A KMS that keeps its keys in memory.
/// struct Memory;
///
/// impl KeyService for Memory {
///     fn unwrap_key(&self, key: &MasterKey) -> Result<Option<DataKey>> {
///         if key.kind() != MasterKeyKind::Kms {
///             return Ok(None); // some other service's business
///         }
///         match (key.get("arn"), key.encrypted_key()) {
///             (Some("arn:aws:kms:eu-1:1:key/a"), "c2VhbGVk") => Ok(Some(DataKey::new([7; 32]))),
///             _ => Err(Error::new(ErrorKind::DataKey, "the KMS does not know this key")),
///         }
///     }
/// }
///
/// let text = "\
/// note_unencrypted: hello
/// sops:
///     kms:
///         - arn: arn:aws:kms:eu-1:1:key/a
///           created_at: \"2026-01-01T00:00:00Z\"
///           enc: c2VhbGVk
///     lastmodified: \"2026-01-01T00:00:00Z\"
///     version: 3.11.0
/// ";
/// let mut keyring = Keyring::new();
/// keyring.add_service(Memory);
/// // The key is right, and the file has no MAC, which shows only after the key was found.
/// let error = sops::decrypt(text, Format::Yaml, &keyring).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Mac);
/// ```
pub trait KeyService: Send + Sync {
    /// The data key that `key` holds encrypted, or the part of it; `None` for a key that this
    /// service is not made for.
    ///
    /// # Errors
    /// Whatever keeps the service from answering. The error is shown with the names of the other
    /// keys that did not open either, so its message must not hold a secret.
    fn unwrap_key(&self, key: &MasterKey) -> Result<Option<DataKey>>;
}
