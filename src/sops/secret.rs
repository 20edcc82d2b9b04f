//! Buffers that are wiped: plaintext on its way, and plaintext that is handed out.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use zeroize::{Zeroize, Zeroizing};

/// Bytes that were decrypted, wiped when dropped. `Debug` shows how many there are.
///
/// ```
/// use kustody::sops::SecretBytes;
/// let secret = SecretBytes::from(b"hunter2".to_vec());
/// assert_eq!(&*secret, b"hunter2");
/// assert_eq!(format!("{secret:?}"), "SecretBytes(7 bytes)");
/// ```
#[derive(Clone, Default)]
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    /// The bytes as text.
    ///
    /// # Errors
    /// Where they are not UTF-8, which only values can be, or a binary file.
    pub fn to_str(&self) -> Result<&str, std::str::Utf8Error> {
        std::str::from_utf8(&self.0)
    }

    /// The bytes as a vector that nobody wipes.
    pub fn into_vec(mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}

/// Wipes the bytes. Whatever is allocated behind them has never been written to, so it is not
/// touched, which can be a good part of the time that a large file takes.
impl Drop for SecretBytes {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

impl From<Vec<u8>> for SecretBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Deref for SecretBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for SecretBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({} bytes)", self.0.len())
    }
}

/// One buffer for all values of a file. It is wiped when it grows, which moves it, and at the end.
#[derive(Default)]
pub(super) struct Scratch(Zeroizing<Vec<u8>>);

impl Scratch {
    /// From how many bytes on a value gets a buffer of its own.
    const LARGE: usize = 8192;

    /// The buffer with `len` bytes of whatever was there.
    pub(super) fn take(&mut self, len: usize) -> &mut [u8] {
        if self.0.len() < len {
            self.0.zeroize();
            let large = len >= Self::LARGE;
            *self.0 = vec![0; if large { len } else { len.next_power_of_two() }];
        }
        &mut self.0[..len]
    }

    /// The first `len` bytes that stand in the buffer; many of them with the buffer, so that they
    /// need not be copied.
    pub(super) fn content(&mut self, len: usize) -> Cow<'_, [u8]> {
        if len < Self::LARGE {
            return Cow::Borrowed(&self.0[..len]);
        }
        let mut bytes = std::mem::take(&mut *self.0);
        bytes.truncate(len);
        Cow::Owned(bytes)
    }
}

/// Output that is wiped when it grows and when it is dropped.
#[derive(Default)]
pub(super) struct Output(SecretBytes);

impl Output {
    pub(super) fn put(&mut self, bytes: &[u8]) {
        let written = &mut self.0.0;
        let needed = written.len() + bytes.len();
        if written.capacity() < needed {
            let mut larger = Vec::with_capacity(needed.next_power_of_two().max(4096));
            larger.extend_from_slice(written);
            // The old buffer is wiped as it goes.
            self.0 = SecretBytes(larger);
        }
        self.0.0.extend_from_slice(bytes);
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn into_bytes(self) -> SecretBytes {
        self.0
    }
}
