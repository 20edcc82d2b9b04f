//! The hash over the values of a file, which is encrypted as its MAC.

use sha2::{Digest as _, Sha512};

/// What the hash begins with where only encrypted values are hashed: the SHA-256 of `sops`.
const ONLY_ENCRYPTED: [u8; 32] = [
    0x8a, 0x3f, 0xd2, 0xad, 0x54, 0xce, 0x66, 0x52, 0x7b, 0x10, 0x34, 0xf3, 0xd1, 0x47, 0xbe, 0x0b,
    0x0b, 0x97, 0x5b, 0x3b, 0xf4, 0x4f, 0x72, 0xc6, 0xfd, 0xad, 0xec, 0x81, 0x76, 0xf2, 0x7d, 0x69,
];

/// The hash before any value.
pub(super) fn begin(only_encrypted: bool) -> Sha512 {
    let mut hash = Sha512::new();
    if only_encrypted {
        hash.update(ONLY_ENCRYPTED);
    }
    hash
}

/// A hash as it is encrypted: upper-case hexadecimal digits.
pub(super) fn text(hash: Sha512) -> [u8; 128] {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut text = [0; 128];
    for (pair, byte) in text.chunks_exact_mut(2).zip(hash.finalize()) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    text
}
