//! Keys at hand, and how a file's data key comes from them.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::metadata::{MasterKey, MasterKeyKind, Metadata};
use crate::error::{Error, ErrorKind, Result};

mod data_key;
mod identity;
mod service;
mod shamir;

pub use data_key::DataKey;
pub use identity::Identity;
pub use service::KeyService;
#[cfg(feature = "encrypt")]
pub(super) use shamir::split;

/// What opens the data keys of files: age and SSH keys, services of the caller's own, and data keys
/// that were unwrapped beforehand. Cloning is cheap; `Debug` shows counts only.
///
/// Nothing is looked up in the environment, in a home folder or by running a command. A program
/// that wants what `sops` does reads `SOPS_AGE_KEY` into [`from_age_keys`](Self::from_age_keys),
/// the files that `SOPS_AGE_KEY_FILE` and `SOPS_AGE_SSH_PRIVATE_KEY_FILE` name likewise, and
/// `sops/age/keys.txt` in the user's configuration folder; all that it finds goes into one keyring.
///
/// ```
/// use kustody::sops::Keyring;
/// # let text = "AGE-SECRET-KEY-1553XTM3R9ST7HGQEM5WF0N27SXMRF8FEFHN333RVNNPJNKEUFG8SY7C2XQ";
/// let keyring = Keyring::from_age_keys(&format!("# staging\n{text}\n"))?;
/// assert_eq!(format!("{keyring:?}"), "Keyring(1 identity, 0 services, 0 data keys)");
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Keyring {
    identities: Vec<Identity>,
    services: Vec<Arc<dyn KeyService>>,
    /// By the text of the encrypted data key.
    data_keys: HashMap<String, DataKey>,
}

impl Keyring {
    /// Without any key. It opens nothing, and is there to be added to.
    pub fn new() -> Self {
        Self::default()
    }

    /// The identities of a text, or of the bytes of one, in the form of age's key files; see
    /// [`Identity::parse_file`].
    ///
    /// # Errors
    /// [`ErrorKind::Identity`] for bytes that are no text, and for a line that is no key.
    pub fn from_age_keys(text: impl AsRef<[u8]>) -> Result<Self> {
        let text = std::str::from_utf8(text.as_ref())
            .map_err(|_| Error::new(ErrorKind::Identity, "the file is no text"))?;
        Ok(Identity::parse_file(text)?.into_iter().collect())
    }

    /// An SSH private key; see [`Identity::ssh`].
    ///
    /// # Errors
    /// [`ErrorKind::Identity`] for what is no SSH key, or one with a passphrase.
    pub fn from_ssh_key(text: impl AsRef<[u8]>) -> Result<Self> {
        Ok([Identity::ssh(text)?].into_iter().collect())
    }

    /// The identities of age's key file at a path.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if it cannot be read, [`ErrorKind::Identity`] for a line that is no key;
    /// both name the file.
    #[cfg(feature = "fs")]
    pub fn from_age_key_file(path: impl AsRef<std::path::Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::from_age_keys(&*read(path)?)
            .map_err(|error| error.inside(&format!("`{}`", path.display())))
    }

    /// The SSH private key at a path.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if it cannot be read, [`ErrorKind::Identity`] if it is no SSH key without
    /// a passphrase; both name the file.
    #[cfg(feature = "fs")]
    pub fn from_ssh_key_file(path: impl AsRef<std::path::Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::from_ssh_key(&*read(path)?)
            .map_err(|error| error.inside(&format!("`{}`", path.display())))
    }

    /// Adds a key for age recipients.
    pub fn add_identity(&mut self, identity: Identity) {
        self.identities.push(identity);
    }

    /// Adds a service that is asked for the data keys that no identity opens.
    pub fn add_service(&mut self, service: impl KeyService + 'static) {
        self.services.push(Arc::new(service));
    }

    /// Adds a data key that was unwrapped elsewhere, for instance by awaiting a KMS: the plaintext
    /// of `encrypted`, a [`MasterKey::encrypted_key`] that [`inspect`](super::inspect) lists.
    pub fn add_data_key(&mut self, encrypted: impl Into<String>, key: DataKey) {
        self.data_keys.insert(encrypted.into(), key);
    }

    /// Adds all that another keyring holds.
    pub fn merge(&mut self, other: Self) {
        self.identities.extend(other.identities);
        self.services.extend(other.services);
        self.data_keys.extend(other.data_keys);
    }

    /// The data key of a file: from its one group of keys, or from the parts that several hold.
    ///
    /// # Errors
    /// [`ErrorKind::DataKey`] that names every key and says why it opens nothing.
    pub(super) fn data_key(&self, metadata: &Metadata) -> Result<DataKey> {
        let mut parts = Vec::new();
        let mut reasons = Vec::new();
        for group in metadata.groups() {
            match self.open_group(group) {
                Ok(part) => parts.push(part),
                Err(reason) => reasons.push(reason),
            }
        }
        let groups = metadata.groups().len();
        let needed = if groups > 1 {
            metadata.shamir_threshold()
        } else {
            1
        };
        if parts.len() < needed {
            let reasons = reasons.join("; ");
            let message = match groups {
                1 => format!("no key at hand opens the data key: {reasons}"),
                _ => format!(
                    "the data key needs {needed} of {groups} groups of keys, and {} opened: \
                     {reasons}",
                    parts.len()
                ),
            };
            return Err(Error::new(ErrorKind::DataKey, message));
        }
        match parts.pop() {
            Some(key) if groups == 1 => Ok(key),
            last => {
                parts.extend(last);
                shamir::combine(&parts).map_err(|reason| {
                    let message = format!("the data key cannot be put together: {reason}");
                    Error::new(ErrorKind::DataKey, message)
                })
            }
        }
    }

    /// What one group of keys holds, from the first of them that opens.
    fn open_group(&self, group: &[MasterKey]) -> Result<DataKey, String> {
        let rank = |key: &&MasterKey| match key.kind() {
            MasterKeyKind::Age => 0,
            MasterKeyKind::Pgp => 1,
            _ => 2,
        };
        let mut keys: Vec<&MasterKey> = group.iter().collect();
        keys.sort_by_key(rank);
        let mut reasons = Vec::with_capacity(keys.len());
        for key in keys {
            match self.open(key) {
                Ok(data_key) => return Ok(data_key),
                Err(reason) => reasons.push(format!("{key}: {reason}")),
            }
        }
        if reasons.is_empty() {
            reasons.push("a group without keys".to_owned());
        }
        Err(reasons.join(", "))
    }

    fn open(&self, key: &MasterKey) -> Result<DataKey, String> {
        if let Some(data_key) = self.data_keys.get(key.encrypted_key()) {
            return Ok(data_key.clone());
        }
        let mut reason = "no key service takes it".to_owned();
        if key.kind() == MasterKeyKind::Age {
            match Identity::open(&self.identities, key.encrypted_key()) {
                Ok(data_key) => return Ok(data_key),
                Err(words) => reason = words.to_owned(),
            }
        }
        for service in &self.services {
            match service.unwrap_key(key) {
                Ok(Some(data_key)) => return Ok(data_key),
                Ok(None) => {}
                Err(error) => reason = error.to_string(),
            }
        }
        Err(reason)
    }
}

/// The bytes of a key file, wiped when dropped.
#[cfg(feature = "fs")]
fn read(path: &std::path::Path) -> Result<zeroize::Zeroizing<Vec<u8>>> {
    std::fs::read(path)
        .map(zeroize::Zeroizing::new)
        .map_err(|error| {
            let message = format!("the key file `{}` cannot be read", path.display());
            Error::new(ErrorKind::Io, message).caused_by(error)
        })
}

impl FromIterator<Identity> for Keyring {
    fn from_iter<I: IntoIterator<Item = Identity>>(identities: I) -> Self {
        Self {
            identities: identities.into_iter().collect(),
            ..Self::default()
        }
    }
}

impl Extend<Identity> for Keyring {
    fn extend<I: IntoIterator<Item = Identity>>(&mut self, identities: I) {
        self.identities.extend(identities);
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (identities, services) = (self.identities.len(), self.services.len());
        let identities = match identities {
            1 => "1 identity".to_owned(),
            many => format!("{many} identities"),
        };
        let data_keys = self.data_keys.len();
        write!(
            f,
            "Keyring({identities}, {services} services, {data_keys} data keys)"
        )
    }
}
