//! Private keys that open what was encrypted to age recipients.

use std::fmt;
use std::io::Read as _;
use std::str::FromStr;
use std::sync::Arc;

use age::armor::ArmoredReader;
use age::ssh::Identity as SshIdentity;
use age::{Decryptor, x25519};

use super::DataKey;
use crate::error::{Error, ErrorKind, Result};

/// No data key and no part of one is longer; an age file can hold anything.
const LONGEST_KEY: u64 = 1024;

/// A private key for age recipients: one of age's own (`AGE-SECRET-KEY-1…`) or an SSH key without
/// a passphrase (ed25519 or RSA). Cloning is cheap; `Debug` shows nothing of it.
///
/// ```
/// use kustody::sops::Identity;
/// # let line = "AGE-SECRET-KEY-1553XTM3R9ST7HGQEM5WF0N27SXMRF8FEFHN333RVNNPJNKEUFG8SY7C2XQ";
/// let identity: Identity = line.parse()?;
/// assert_eq!(format!("{identity:?}"), "Identity");
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone)]
pub struct Identity(Arc<dyn age::Identity + Send + Sync>);

impl Identity {
    /// An SSH private key, as `ssh-keygen` writes it.
    ///
    /// # Errors
    /// [`ErrorKind::Identity`] for what is none, for a key of another type, and for one with a
    /// passphrase.
    ///
    /// ```
    /// use kustody::{ErrorKind, sops::Identity};
    /// let error = Identity::ssh("no key").unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Identity);
    /// ```
    pub fn ssh(text: impl AsRef<[u8]>) -> Result<Self> {
        let identity = SshIdentity::from_buffer(text.as_ref(), None);
        match identity {
            Ok(key @ SshIdentity::Unencrypted(_)) => Ok(Self(Arc::new(key))),
            Ok(SshIdentity::Encrypted(_)) => Err(unreadable(
                "the SSH key has a passphrase: hand over the key without one",
            )),
            Ok(SshIdentity::Unsupported(_)) => Err(unreadable(
                "the SSH key is of a type that age does not take: use an ed25519 or RSA key",
            )),
            Err(_) => Err(unreadable("this is no SSH private key")),
        }
    }

    /// The identities of a key file: lines of keys, with comments and empty lines between.
    ///
    /// The text is read as strictly as `sops` reads it: a line that begins or ends with a space is
    /// an error.
    ///
    /// # Errors
    /// [`ErrorKind::Identity`] with the number of the line that is no key.
    ///
    /// ```
    /// use kustody::sops::Identity;
    /// let error = Identity::parse_file("# a comment\nno key\n").unwrap_err();
    /// assert!(error.to_string().contains("line 2"));
    /// ```
    pub fn parse_file(text: &str) -> Result<Vec<Self>> {
        let mut identities = Vec::new();
        for (at, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let identity = line.parse().map_err(|error: Error| {
                unreadable(format!("line {}: {}", at + 1, error.message()))
            })?;
            identities.push(identity);
        }
        Ok(identities)
    }

    /// Opens an armored age file with whichever of these keys fits.
    pub(super) fn open(identities: &[Self], armored: &str) -> Result<DataKey, &'static str> {
        let reader = ArmoredReader::new(armored.trim().as_bytes());
        let decryptor =
            Decryptor::new_buffered(reader).map_err(|_| "the encrypted data key is damaged")?;
        let identities = identities
            .iter()
            .map(|identity| &*identity.0 as &dyn age::Identity);
        let plain = decryptor
            .decrypt(identities)
            .map_err(|_| "no age or SSH key at hand fits")?;
        let mut bytes = Vec::with_capacity(LONGEST_KEY as usize);
        let read = plain.take(LONGEST_KEY).read_to_end(&mut bytes);
        let key = DataKey::new(bytes);
        read.map_err(|_| "the encrypted data key is damaged")?;
        Ok(key)
    }
}

/// A key of age's own.
impl FromStr for Identity {
    type Err = Error;

    fn from_str(line: &str) -> Result<Self> {
        // age itself reads bech32 in either case; sops does not.
        if line.starts_with("AGE-SECRET-KEY-1") {
            return match line.parse::<x25519::Identity>() {
                Ok(identity) => Ok(Self(Arc::new(identity))),
                Err(_) => Err(unreadable("the age key is damaged: copy it again")),
            };
        }
        Err(unreadable(if line.starts_with("AGE-SECRET-KEY-PQ-1") {
            "post-quantum age keys are not supported yet: use one that begins with \
             AGE-SECRET-KEY-1"
        } else if line.starts_with("AGE-PLUGIN-") {
            "age plugins are programs, which this library does not start: implement `KeyService`"
        } else {
            "this is no age key, which begins with AGE-SECRET-KEY-1"
        }))
    }
}

fn unreadable(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Identity, message)
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_read_strictly() {
        let key = "AGE-SECRET-KEY-1553XTM3R9ST7HGQEM5WF0N27SXMRF8FEFHN333RVNNPJNKEUFG8SY7C2XQ";
        for (text, count) in [
            (format!("# comment\n\n{key}\n{key}\n"), Some(2)),
            (format!("{key}\r\n"), Some(1)),
            (key.to_owned(), Some(1)),
            (String::new(), Some(0)),
            (format!("{key} \n"), None),
            (format!(" {key}\n"), None),
            (format!("\u{FEFF}{key}\n"), None),
            (key.to_lowercase(), None),
            (" # indented\n".to_owned(), None),
            ("AGE-SECRET-KEY-PQ-1XYZ\n".to_owned(), None),
            ("AGE-PLUGIN-YUBIKEY-1XYZ\n".to_owned(), None),
        ] {
            let found = Identity::parse_file(&text);
            assert_eq!(found.as_ref().ok().map(Vec::len), count, "{text}");
            if let Err(error) = found {
                assert!(!error.to_string().contains("553XTM"), "{error}");
            }
        }
    }
}
