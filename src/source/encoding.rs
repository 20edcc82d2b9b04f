//! Bytes to text, as go-yaml's reader does it, with every error at its place.

use std::sync::{Arc, OnceLock};

use super::{Content, Inner, Source, SourceId, Within, locate, place};
use crate::error::{Error, ErrorKind, Result};

/// What becomes of `\r\n`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Crlf {
    /// It is made `\n`.
    Unified,
    /// It stays, which shows where comments stand at the ends of such lines.
    Kept,
}

pub(super) fn decode(
    id: SourceId,
    name: Arc<str>,
    content: Content,
    within: Option<Within>,
    crlf: Crlf,
) -> Result<Source> {
    let bytes = content.as_bytes();
    check_size(&name, bytes)?;
    let is_usual = is_usual(bytes);
    let (text, splits) = match bytes {
        _ if is_usual || crlf == Crlf::Kept => (content, true),
        [0xFF, 0xFE, rest @ ..] => (utf16(&name, rest, u16::from_le_bytes)?.into(), false),
        [0xFE, 0xFF, rest @ ..] => (utf16(&name, rest, u16::from_be_bytes)?.into(), false),
        _ => match without_crlf(bytes) {
            Some(bytes) => (content.remade(bytes), true),
            None => (content, true),
        },
    };
    let text = text.into_text();
    if !is_usual {
        check(&name, &text, within.as_ref())?;
    }
    let odd_breaks = !is_usual && has_odd_breaks(text.as_bytes());
    Ok(Source(Arc::new(Inner {
        id,
        name,
        text,
        splits,
        odd_breaks,
        within,
        lines: OnceLock::new(),
    })))
}

#[cfg(feature = "sops")]
pub(super) fn verbatim(id: SourceId, name: Arc<str>, text: Content) -> Result<Source> {
    check_size(&name, text.as_bytes())?;
    Ok(Source(Arc::new(Inner {
        id,
        name,
        text,
        splits: false,
        odd_breaks: false,
        within: None,
        lines: OnceLock::new(),
    })))
}

/// Offsets are 32 bits wide.
fn check_size(name: &Arc<str>, bytes: &[u8]) -> Result<()> {
    if u32::try_from(bytes.len()).is_ok() {
        return Ok(());
    }
    let message = "the file is 4 GiB or more; split it";
    Err(Error::new(ErrorKind::Limit, message).located(locate(Arc::clone(name), &[], 0)))
}

fn has_odd_breaks(bytes: &[u8]) -> bool {
    let has = |needle: &str| memchr::memmem::find(bytes, needle.as_bytes()).is_some();
    memchr::memchr(b'\r', bytes).is_some()
        || (!bytes.is_ascii() && ["\u{85}", "\u{2028}", "\u{2029}"].into_iter().any(has))
}

/// The bytes with `\r\n` made `\n`, if there is any.
fn without_crlf(bytes: &[u8]) -> Option<Vec<u8>> {
    memchr::memchr(b'\r', bytes)?;
    let finder = memchr::memmem::Finder::new(b"\r\n");
    let mut at = finder.find(bytes)?;
    let mut out = Vec::with_capacity(bytes.len());
    let mut from = 0;
    loop {
        out.extend_from_slice(&bytes[from..at]);
        from = at + 1;
        match finder.find(&bytes[from..]) {
            Some(next) => at = from + next,
            None => break,
        }
    }
    out.extend_from_slice(&bytes[from..]);
    Some(out)
}

fn utf16(name: &Arc<str>, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String> {
    let (pairs, rest) = bytes.as_chunks();
    let units = pairs.iter().map(|pair| unit(*pair));
    let mut text = String::with_capacity(bytes.len() / 2);
    let broken = char::decode_utf16(units).find_map(|decoded| match decoded {
        Ok(char) => {
            text.push(char);
            None
        }
        Err(error) => Some(format!(
            "the UTF-16 text has a surrogate without its pair ({:#06X})",
            error.unpaired_surrogate()
        )),
    });
    let half = || (!rest.is_empty()).then(|| "the UTF-16 text ends in half a character".to_owned());
    match broken.or_else(half) {
        None => Ok(text),
        Some(message) => {
            let place = locate(Arc::clone(name), text.as_bytes(), text.len());
            Err(Error::new(ErrorKind::Encoding, message).located(place))
        }
    }
}

/// Whether all is printable ASCII and line feeds, as most texts are: nothing to refuse or to change.
fn is_usual(bytes: &[u8]) -> bool {
    let is_usual = |chunk: &[u8]| chunk.iter().fold(0, |sum, byte| sum | oddity(*byte)) == 0;
    bytes.chunks(CHUNK).all(is_usual)
}

/// Refuses what is not UTF-8 and the characters that go-yaml refuses: control characters but tab,
/// line feed, carriage return and NEL, and U+FFFE and U+FFFF.
fn check(name: &Arc<str>, content: &Content, within: Option<&Within>) -> Result<()> {
    let bytes = content.as_bytes();
    let refuse = |offset: usize, message: String| {
        let here = |offset| locate(Arc::clone(name), bytes, offset);
        let place = place(within, offset, here);
        Err(Error::new(ErrorKind::Encoding, message).located(place))
    };
    if content.known_text().is_none()
        && let Err(error) = std::str::from_utf8(bytes)
    {
        let offset = error.valid_up_to();
        let message = format!(
            "byte {:#04X} is not UTF-8; save the file as UTF-8",
            bytes[offset]
        );
        return refuse(offset, message);
    }
    for (number, chunk) in bytes.chunks(CHUNK).enumerate() {
        if chunk.iter().fold(0, |sum, byte| sum | suspicion(*byte)) == 0 {
            continue;
        }
        let start = number * CHUNK;
        let found =
            (start..start + chunk.len()).find_map(|at| Some((at, forbidden(&bytes[at..])?)));
        if let Some((offset, char)) = found {
            let message = format!(
                "the control character U+{:04X} is not allowed here; write it as an escape in double quotes",
                u32::from(char)
            );
            return refuse(offset, message);
        }
    }
    Ok(())
}

const CHUNK: usize = 1024;

/// The character at the start of `bytes`, which are UTF-8, if it is one that go-yaml refuses.
fn forbidden(bytes: &[u8]) -> Option<char> {
    match *bytes {
        [b'\t' | b'\n' | b'\r', ..] | [0xC2, 0x85, ..] => None,
        [byte @ (0..0x20 | 0x7F), ..] | [0xC2, byte @ 0x80..=0x9F, ..] => Some(char::from(byte)),
        [0xEF, 0xBF, 0xBE, ..] => Some('\u{FFFE}'),
        [0xEF, 0xBF, 0xBF, ..] => Some('\u{FFFF}'),
        _ => None,
    }
}

/// Whether a byte may be refused, or begin a character that is. A number, and not a `bool`, so that
/// the loop over all bytes becomes vector code.
#[inline]
fn suspicion(byte: u8) -> u8 {
    let control = u8::from(byte < 0x20)
        & u8::from(byte != b'\t')
        & u8::from(byte != b'\n')
        & u8::from(byte != b'\r');
    control | u8::from(byte == 0x7F) | u8::from(byte == 0xC2) | u8::from(byte == 0xEF)
}

/// Whether a byte is neither a printable character of ASCII nor a line feed: a shorter test, which
/// most texts pass.
#[inline]
fn oddity(byte: u8) -> u8 {
    u8::from(byte.wrapping_sub(b' ') >= 0x5F) & u8::from(byte != b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &'static [u8]) -> std::result::Result<String, String> {
        decode(SourceId(0), "x".into(), bytes.into(), None, Crlf::Unified)
            .map(|source| String::from_utf8(source.bytes().to_vec()).unwrap())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn line_ends_become_one_kind() {
        assert_eq!(text(b"a\r\nb\r\r\nc\rd\r\n").unwrap(), "a\nb\r\nc\rd\n");
    }

    #[test]
    fn utf16_is_read_behind_its_mark() {
        assert_eq!(text(b"\xFF\xFEa\0\xE9\0=\xD8\0\xDE").unwrap(), "aé😀");
        assert_eq!(text(b"\xFE\xFF\0a").unwrap(), "a");
        assert!(text(b"\xFE\xFF\0a\0").unwrap_err().starts_with("x:1:2: "));
        assert!(
            text(b"\xFF\xFEa\0=\xD8")
                .unwrap_err()
                .starts_with("x:1:2: ")
        );
    }

    #[test]
    fn what_is_no_text_is_refused_at_its_place() {
        assert!(
            text(b"a\nb\xFFc")
                .unwrap_err()
                .starts_with("x:2:2: byte 0xFF")
        );
        for bytes in [
            b"a\nb\x01".as_slice(),
            b"a\nb\x7F",
            b"a\nb\xC2\x80",
            b"a\nb\xEF\xBF\xBE",
        ] {
            assert!(
                text(bytes).unwrap_err().starts_with("x:2:2: the control"),
                "{bytes:?}"
            );
        }
        assert_eq!(
            text("\t\r\u{85}\u{A0}\u{FEFF}é".as_bytes())
                .unwrap()
                .chars()
                .count(),
            6
        );
    }
}
