//! `ENC[AES256_GCM,…]`: the text of an encrypted value, and opening it (sops's `aes/cipher.go`).

use std::borrow::Cow;

use aes_gcm::aead::array::{Array, ArraySize, sizes};
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::aes::Aes256;
use aes_gcm::{AesGcm, Nonce};
use base64::Engine as _;

use super::keyring::DataKey;
use super::secret::Scratch;
#[cfg(feature = "encrypt")]
use super::{comment, leaf};
use crate::error::{Error, ErrorKind, Result};
use crate::yaml::BASE64;
#[cfg(feature = "encrypt")]
use crate::yaml::{Scalar, Tag};

const PREFIX: &[u8] = b"ENC[AES256_GCM,data:";
/// GCM's tag is one block.
const TAG: usize = 16;

/// What an encrypted value says it is. The cipher does not protect this word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Str,
    Int,
    Float,
    Bool,
    Time,
    Comment,
}

/// Why a value cannot be opened; none of its text is in here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is no `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`.
    Plain,
    Base64(&'static str),
    IvLength(usize),
    /// GCM refuses it: another key, another place, or changed bytes.
    Refused,
    Kind,
    /// The plaintext is none of its kind.
    NotOfKind(Kind),
}

impl Fault {
    /// What is wrong and what to do, to stand behind the name of a value.
    pub(super) fn words(self) -> String {
        match self {
            Self::Plain => "is not encrypted although the rules of this file say that it is: \
                 encrypt the file again with sops"
                .to_owned(),
            Self::Base64(part) => {
                format!("cannot be decrypted: its `{part}` is not base64; restore the file")
            }
            Self::IvLength(length) => format!(
                "cannot be decrypted: an IV of {length} bytes is not supported; encrypt the file \
                 again with sops"
            ),
            Self::Refused => {
                "cannot be decrypted: it was changed, moved or encrypted with another \
                 data key; restore the file"
                    .to_owned()
            }
            Self::Kind => "cannot be decrypted: its `type` is none that sops writes; restore the \
                 file"
                .to_owned(),
            Self::NotOfKind(kind) => format!(
                "cannot be decrypted: its plaintext is no `{}`; restore the file",
                kind.name()
            ),
        }
    }
}

impl Kind {
    /// What a leaf is encrypted as.
    #[cfg(feature = "encrypt")]
    pub(super) fn of(scalar: &Scalar) -> Self {
        match scalar.tag() {
            _ if comment::is_comment(scalar) => Self::Comment,
            Tag::Int => Self::Int,
            // Its digits are kept by this kind alone.
            Tag::Float if leaf::keeps_digits(scalar) => Self::Int,
            Tag::Float => Self::Float,
            Tag::Bool => Self::Bool,
            Tag::Timestamp => Self::Time,
            _ => Self::Str,
        }
    }

    fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"str" => Self::Str,
            b"int" => Self::Int,
            b"float" => Self::Float,
            b"bool" => Self::Bool,
            b"time" => Self::Time,
            b"comment" => Self::Comment,
            _ => return None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Str => "str",
            Self::Int => "int",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::Time => "time",
            Self::Comment => "comment",
        }
    }
}

/// The four parts of an encrypted value.
#[derive(Debug, PartialEq)]
struct Parts<'t> {
    data: &'t [u8],
    iv: &'t [u8],
    tag: &'t [u8],
    kind: &'t [u8],
}

impl<'t> Parts<'t> {
    /// Splits a text as sops's pattern does: each part is as long as it can be, the first before
    /// the others, and what follows the last `]` of the line does not count.
    fn of(text: &'t [u8]) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
        let rest = &line[..memchr::memrchr(b']', line)?];
        let (rest, kind) = split_last(rest, b",type:")?;
        let (rest, tag) = split_last(rest, b",tag:")?;
        let (data, iv) = split_last(rest, b",iv:")?;
        let parts = Self {
            data,
            iv,
            tag,
            kind,
        };
        (!data.is_empty()).then_some(parts)
    }
}

/// Splits at the last separator, which begins with a comma, that something stands behind.
fn split_last<'t>(text: &'t [u8], separator: &[u8]) -> Option<(&'t [u8], &'t [u8])> {
    let mut before = text.get(..text.len().checked_sub(separator.len())?)?;
    loop {
        let at = memchr::memrchr(b',', before)?;
        if text[at..].starts_with(separator) {
            return Some((&text[..at], &text[at + separator.len()..]));
        }
        before = &text[..at];
    }
}

/// Decodes base64 as Go does, which skips carriage returns. Returns how many bytes there are;
/// nothing if the text is no base64, or there is no room for as many bytes as its length allows.
fn decode(text: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut text = Cow::Borrowed(text);
    if memchr::memchr(b'\r', &text).is_some() {
        text.to_mut().retain(|byte| *byte != b'\r');
    }
    BASE64.decode_slice(text.as_ref(), out).ok()
}

/// Whether a text begins as an encrypted value does.
pub(super) fn is_encrypted(text: &[u8]) -> bool {
    Parts::of(text).is_some()
}

/// The cipher under one data key.
pub(super) struct Cipher {
    aes: Aes256,
    /// For the IVs that sops writes.
    usual: AesGcm<Aes256, sizes::U32>,
}

impl Cipher {
    /// # Errors
    /// [`ErrorKind::DataKey`] for a key that is not 32 bytes long.
    pub(super) fn new(key: &DataKey) -> Result<Self> {
        let aes = Aes256::new_from_slice(key.as_bytes()).map_err(|_| {
            let message = format!(
                "the data key has {} bytes instead of 32: it is none of a SOPS file",
                key.as_bytes().len()
            );
            Error::new(ErrorKind::DataKey, message)
        })?;
        let usual = aes.clone().into();
        Ok(Self { aes, usual })
    }

    /// Opens a value that stands at the path `aad`; the plaintext is in the buffer.
    pub(super) fn open<'s>(
        &self,
        text: &[u8],
        aad: &[u8],
        scratch: &'s mut Scratch,
    ) -> Result<(Kind, &'s [u8]), Fault> {
        let parts = Parts::of(text).ok_or(Fault::Plain)?;
        let buffer = scratch.take((parts.data.len() + parts.tag.len()).div_ceil(4) * 3 + 8);
        let data = decode(parts.data, buffer).ok_or(Fault::Base64("data"))?;
        let mut iv = [0; 96];
        let iv_len = match decode(parts.iv, &mut iv) {
            Some(length) => length,
            None if parts.iv.len() > 96 => return Err(Fault::IvLength(parts.iv.len() / 4 * 3)),
            None => return Err(Fault::Base64("iv")),
        };
        let tag = decode(parts.tag, &mut buffer[data..]).ok_or(Fault::Base64("tag"))?;
        // sops joins the two, so where one ends and the other begins is of no matter.
        let length = (data + tag).checked_sub(TAG).ok_or(Fault::Refused)?;
        let (plain, tag) = buffer[..data + tag].split_at_mut(length);
        let message = Message {
            iv: &iv[..iv_len],
            aad,
            tag,
        };
        match iv_len {
            32 => message.open(&self.usual, plain),
            8 => message.open(&self.with_iv::<sizes::U8>(), plain),
            12 => message.open(&self.with_iv::<sizes::U12>(), plain),
            16 => message.open(&self.with_iv::<sizes::U16>(), plain),
            24 => message.open(&self.with_iv::<sizes::U24>(), plain),
            64 => message.open(&self.with_iv::<sizes::U64>(), plain),
            length => return Err(Fault::IvLength(length)),
        }
        .ok_or(Fault::Refused)?;
        let kind = Kind::from_name(parts.kind).ok_or(Fault::Kind)?;
        Ok((kind, plain))
    }

    /// Encrypts a plaintext that is not empty for the path `aad`. No IV may be used twice.
    #[cfg(feature = "encrypt")]
    pub(super) fn seal(
        &self,
        (kind, plain): (Kind, &[u8]),
        aad: &[u8],
        iv: &[u8; 32],
        scratch: &mut Scratch,
    ) -> Option<String> {
        let buffer = scratch.take(plain.len());
        buffer.copy_from_slice(plain);
        let nonce: &Nonce<sizes::U32> = iv.into();
        let text = InOutBuf::from(&mut *buffer);
        let tag = self.usual.encrypt_inout_detached(nonce, aad, text).ok()?;
        let mut out = String::with_capacity(buffer.len() / 3 * 4 + 160);
        out.push_str("ENC[AES256_GCM,data:");
        BASE64.encode_string(buffer, &mut out);
        out.push_str(",iv:");
        BASE64.encode_string(iv, &mut out);
        out.push_str(",tag:");
        BASE64.encode_string(tag, &mut out);
        out.push_str(",type:");
        out.push_str(kind.name());
        out.push(']');
        Some(out)
    }

    fn with_iv<Size: ArraySize>(&self) -> AesGcm<Aes256, Size> {
        self.aes.clone().into()
    }
}

/// What goes with a ciphertext.
struct Message<'m> {
    iv: &'m [u8],
    aad: &'m [u8],
    tag: &'m [u8],
}

impl Message<'_> {
    /// Decrypts in place if the tag is right.
    fn open<Size: ArraySize>(&self, gcm: &AesGcm<Aes256, Size>, text: &mut [u8]) -> Option<()> {
        let iv: &Nonce<Size> = self.iv.try_into().ok()?;
        let tag: &Array<u8, sizes::U16> = self.tag.try_into().ok()?;
        gcm.decrypt_inout_detached(iv, self.aad, InOutBuf::from(text), tag)
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<[&str; 4]> {
        let parts = Parts::of(text.as_bytes())?;
        let text = |part| std::str::from_utf8(part).unwrap();
        Some([
            text(parts.data),
            text(parts.iv),
            text(parts.tag),
            text(parts.kind),
        ])
    }

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
    fn base64_of_odd_lengths_and_with_carriage_returns() {
        assert_eq!(decoded(b"").unwrap(), b"");
        assert_eq!(decoded(b"QUI\r=\r\r").unwrap(), b"AB");
        assert_eq!(decoded(b"QQ==QUJD"), None);
        assert_eq!(decoded(b"QUJD\n"), None);
        assert_eq!(decoded(b"QUI"), None);
        assert_eq!(decode(b"QUJD", &mut [0; 2]), None);
        assert_eq!(decode(b"QUI=", &mut [0; 3]), Some(2));
    }

    #[test]
    fn an_iv_of_any_length_is_taken_or_refused() {
        let cipher = Cipher::new(&DataKey::new([7; 32])).unwrap();
        let tag = BASE64.encode([1; TAG]);
        for length in 1..200 {
            let iv = BASE64.encode(vec![1; length]);
            let text = format!("ENC[AES256_GCM,data:QQ==,iv:{iv},tag:{tag},type:str]");
            let mut scratch = Scratch::default();
            let fault = cipher.open(text.as_bytes(), b"a:", &mut scratch);
            match [8, 12, 16, 24, 32, 64].contains(&length) {
                true => assert_eq!(fault.unwrap_err(), Fault::Refused),
                false => assert!(matches!(fault, Err(Fault::IvLength(_))), "{length}"),
            }
        }
    }

    #[test]
    fn splits_as_the_greedy_pattern_does() {
        let usual = "ENC[AES256_GCM,data:D,iv:I,tag:T,type:str]";
        assert_eq!(parts(usual), Some(["D", "I", "T", "str"]));
        assert_eq!(parts(&format!("{usual} and more")), parts(usual));
        assert_eq!(
            parts("ENC[AES256_GCM,data:D,iv:I,tag:T,type:a]b]"),
            Some(["D", "I", "T", "a]b"])
        );
        assert_eq!(
            parts("ENC[AES256_GCM,data:D,iv:I,iv:J,tag:T,tag:U,type:x,type:y]"),
            Some(["D,iv:I", "J,tag:T", "U,type:x", "y"])
        );
        for broken in [
            "",
            "plain",
            " ENC[AES256_GCM,data:D,iv:I,tag:T,type:str]",
            "ENC[AES256_GCM,data:,iv:I,tag:T,type:str]",
            "ENC[AES256_GCM,data:D,iv:,tag:T,type:str]",
            "ENC[AES256_GCM,data:D,iv:I,tag:T,type:]",
            "ENC[AES256_GCM,data:D,iv:I,tag:T,type:str",
            "ENC[AES256_GCM,data:D\n,iv:I,tag:T,type:str]",
            "ENC[CHACHA20,data:D,iv:I,tag:T,type:str]",
        ] {
            assert_eq!(parts(broken), None, "{broken}");
        }
    }
}
