//! Looking at eight bytes at once: most runs in a manifest are shorter than what makes a call to
//! `memchr` pay.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = ONES << 7;

/// The first byte from `at` on that `hits` marks, or the end of `bytes`.
///
/// Of a word `hits` marks bytes by their highest bit; only the lowest that is marked must be right.
/// It marks line feeds.
#[inline(always)]
pub(super) fn find(bytes: &[u8], mut at: usize, hits: impl Fn(u64) -> u64) -> usize {
    let Some(mut rest) = bytes.get(at..) else {
        return at;
    };
    while let Some((chunk, behind)) = rest.split_first_chunk() {
        let found = hits(u64::from_le_bytes(*chunk)) & HIGHS;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
        rest = behind;
    }
    let mut last = [b'\n'; 8];
    last[..rest.len()].copy_from_slice(rest);
    let found = hits(u64::from_le_bytes(last)) & HIGHS;
    at + (found.trailing_zeros() / 8) as usize
}

/// Marks the bytes that are `byte`.
#[inline(always)]
pub(super) fn is(word: u64, byte: u8) -> u64 {
    let zero = word ^ (ONES * byte as u64);
    zero.wrapping_sub(ONES) & !zero
}

/// Marks the bytes below `byte`, which is ASCII.
#[inline(always)]
pub(super) fn is_below(word: u64, byte: u8) -> u64 {
    word.wrapping_sub(ONES * byte as u64) & !word
}

/// Marks the bytes that are not `byte`, which is ASCII.
#[inline(always)]
pub(super) fn is_not(word: u64, byte: u8) -> u64 {
    let zero = word ^ (ONES * byte as u64);
    ((zero & !HIGHS) + !HIGHS) | zero
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first() {
        let text = b"name-of.a/thing \x7F\xC3\xA9: x#\n";
        for start in 0..text.len() {
            for end in start..text.len() {
                let bytes = &text[..end];
                let place = |stops: &dyn Fn(u8) -> bool| {
                    let found = bytes[start..].iter().position(|byte| stops(*byte));
                    found.map_or(end, |found| start + found)
                };
                let colon = find(bytes, start, |word| is(word, b':') | is(word, b'\n'));
                assert_eq!(colon, place(&|byte| matches!(byte, b':' | b'\n')));
                let blank = find(bytes, start, |word| is_below(word, b'!'));
                assert_eq!(blank, place(&|byte| byte < b'!'));
            }
        }
        for spaces in 0..20 {
            let text = format!("{}x", " ".repeat(spaces));
            assert_eq!(find(text.as_bytes(), 0, |word| is_not(word, b' ')), spaces);
        }
    }
}
