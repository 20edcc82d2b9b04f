//! Sets of bytes, made when the library is built.

/// Which bytes are in the set.
pub(super) type ByteSet = [bool; 256];

pub(super) const fn byte_set(bytes: &[u8]) -> ByteSet {
    and([false; 256], bytes)
}

/// A set and further bytes.
pub(super) const fn and(mut set: ByteSet, bytes: &[u8]) -> ByteSet {
    let mut at = 0;
    while at < bytes.len() {
        set[bytes[at] as usize] = true;
        at += 1;
    }
    set
}
