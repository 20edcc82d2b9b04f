//! The key that a file's values are encrypted with.

use std::fmt;

use zeroize::Zeroizing;

/// A data key, 32 bytes long, or one group's part of it, 33 bytes long. It is wiped when dropped,
/// and `Debug` shows nothing of it.
///
/// ```
/// use kustody::sops::DataKey;
/// let key = DataKey::new(vec![7; 32]);
/// assert_eq!(format!("{key:?}"), "DataKey(32 bytes)");
/// ```
#[derive(Clone)]
pub struct DataKey(Zeroizing<Vec<u8>>);

impl DataKey {
    /// A key from its bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn zero(length: usize) -> Self {
        Self::new(vec![0; length])
    }

    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({} bytes)", self.0.len())
    }
}
