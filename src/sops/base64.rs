//! Decoding base64. Most values are short, and taking one apart took longer than decrypting it as
//! long as a general decoder was asked to do it.

/// Characters of the alphabet have bits below this one, all others have it alone.
const INVALID: u32 = 1 << 24;

/// For each place in a group of four the bits that a character stands for there, as they lie in
/// three bytes of which the first is the lowest.
const BITS: [[u32; 256]; 4] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = [[INVALID; 256]; 4];
    let mut value = 0;
    while value < 64 {
        let (at, six) = (alphabet[value] as usize, value as u32);
        bits[0][at] = six << 2;
        bits[1][at] = six >> 4 | (six & 0xF) << 12;
        bits[2][at] = six >> 2 << 8 | (six & 0x3) << 22;
        bits[3][at] = six << 16;
        value += 1;
    }
    bits
};

/// Decodes base64 with its padding, as Go does: bits at the end that count for nothing may be any,
/// and carriage returns are skipped. Returns how many bytes there are; nothing if the text is no
/// base64, or there is no room for its bytes.
pub(super) fn decode(text: &[u8], out: &mut [u8]) -> Option<usize> {
    decode_strictly(text, out).or_else(|| {
        memchr::memchr(b'\r', text)?;
        let text: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'\r').collect();
        decode_strictly(&text, out)
    })
}

fn decode_strictly(text: &[u8], out: &mut [u8]) -> Option<usize> {
    let (groups, []) = text.as_chunks::<4>() else {
        return None;
    };
    let Some((last, groups)) = groups.split_last() else {
        return Some(0);
    };
    let (last, padding) = match last {
        [first, second, b'=', b'='] => ([*first, *second, b'A', b'A'], 2),
        [first, second, third, b'='] => ([*first, *second, *third, b'A'], 1),
        last => (*last, 0),
    };
    let (whole, end) = out.split_at_mut_checked(3 * groups.len())?;
    let end = end.get_mut(..3 - padding)?;
    let mut all = 0;
    for (group, bytes) in groups.iter().zip(whole.as_chunks_mut::<3>().0) {
        let bits = bits(group);
        all |= bits;
        let [first, second, third, _] = bits.to_le_bytes();
        *bytes = [first, second, third];
    }
    let bits = bits(&last);
    end.copy_from_slice(&bits.to_le_bytes()[..3 - padding]);
    (all | bits < INVALID).then_some(text.len() / 4 * 3 - padding)
}

#[inline]
fn bits(group: &[u8; 4]) -> u32 {
    let [first, second, third, fourth] = group.map(usize::from);
    BITS[0][first] | BITS[1][second] | BITS[2][third] | BITS[3][fourth]
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::*;
    use crate::yaml::BASE64;

    fn decoded(text: &[u8]) -> Option<Vec<u8>> {
        let mut out = vec![0; text.len()];
        let length = decode(text, &mut out)?;
        out.truncate(length);
        Some(out)
    }

    #[test]
    fn decodes_every_byte_at_every_place() {
        for length in 0..9 {
            for byte in 0..=255 {
                for at in 0..length {
                    let mut bytes = vec![0x5A; length];
                    bytes[at] = byte;
                    let text = BASE64.encode(&bytes);
                    assert_eq!(decoded(text.as_bytes()), Some(bytes));
                }
            }
        }
    }

    #[test]
    fn takes_what_a_general_decoder_takes() {
        for byte in 0..=255 {
            for at in 0..8 {
                for text in [b"QUJDREVG", b"QUJDREU=", b"QUJDRA=="] {
                    let mut text = text.to_vec();
                    text[at] = byte;
                    if byte != b'\r' {
                        assert_eq!(decoded(&text), BASE64.decode(&text).ok(), "{text:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn lengths_and_carriage_returns() {
        assert_eq!(decoded(b"").unwrap(), b"");
        assert_eq!(decoded(b"QUI\r=\r\r").unwrap(), b"AB");
        assert_eq!(decoded(b"QQ==QUJD"), None);
        assert_eq!(decoded(b"QUJD\n"), None);
        assert_eq!(decoded(b"QUI"), None);
        assert_eq!(decode(b"QUJD", &mut [0; 2]), None);
        assert_eq!(decode(b"QUI=", &mut [0; 2]), Some(2));
    }
}
