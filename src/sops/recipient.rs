//! Public keys that data keys are encrypted to.

use std::fmt;
use std::io::Write as _;
use std::str::FromStr;
use std::sync::Arc;

use age::armor::{ArmoredWriter, Format};
use age::{Encryptor, ssh, x25519};

use super::keyring::DataKey;
use crate::error::{Error, ErrorKind, Result};

/// A public key for age: one of age's own (`age1…`) or an SSH key (`ssh-ed25519 …`, `ssh-rsa …`).
/// It prints as it was written.
///
/// ```
/// use kustody::ErrorKind;
/// use kustody::sops::Recipient;
/// let text = "age107kqkfkfkglzak34w4yzhdgrll4j042eujfwdguftf3rsff47cks2a0few";
/// let recipient: Recipient = text.parse()?;
/// assert_eq!(recipient.to_string(), text);
/// let error = "age1nothing".parse::<Recipient>().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Recipient);
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone)]
pub struct Recipient {
    text: Arc<str>,
    key: Arc<dyn age::Recipient + Send + Sync>,
}

impl Recipient {
    /// The armored age file that holds a data key, or a part of one.
    ///
    /// # Errors
    /// [`ErrorKind::Recipient`] if nothing can be encrypted to this key.
    pub(super) fn seal(&self, data_key: &DataKey) -> Result<String> {
        let sealed = || {
            let recipients = std::iter::once(&*self.key as &dyn age::Recipient);
            let encryptor = Encryptor::with_recipients(recipients).ok()?;
            let armor = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor).ok()?;
            let mut writer = encryptor.wrap_output(armor).ok()?;
            writer.write_all(data_key.as_bytes()).ok()?;
            let armored = writer.finish().and_then(ArmoredWriter::finish).ok()?;
            String::from_utf8(armored).ok()
        };
        sealed().ok_or_else(|| {
            let message = format!("nothing can be encrypted to `{self}`: use another key");
            Error::new(ErrorKind::Recipient, message)
        })
    }
}

/// A recipient as `sops --age` and the `recipient` of a file's metadata have it.
impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let key: Arc<dyn age::Recipient + Send + Sync> = if text.starts_with("ssh-") {
            let key = text.parse::<ssh::Recipient>();
            Arc::new(key.map_err(|_| {
                unreadable("the SSH key is damaged or of a type that age does not take")
            })?)
        } else {
            let key = text.parse::<x25519::Recipient>();
            Arc::new(key.map_err(|_| {
                unreadable(match text {
                    _ if text.starts_with("AGE-SECRET-KEY-") => {
                        "this is a private key: files are encrypted to the public one"
                    }
                    _ if text.starts_with("age1pq1") => {
                        "post-quantum age keys are not supported yet: use an X25519 key"
                    }
                    _ => "this is no age key, which begins with `age1`, or it is damaged",
                })
            })?)
        };
        Ok(Self {
            text: text.into(),
            key,
        })
    }
}

#[cold]
fn unreadable(message: &str) -> Error {
    Error::new(ErrorKind::Recipient, message)
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({})", self.text)
    }
}
