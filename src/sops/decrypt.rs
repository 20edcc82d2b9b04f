//! Decrypting a tree in place, and its MAC (`Tree.Decrypt` in sops's `sops.go`).
//!
//! In comes a tree of the form that [`leaf`](super::leaf) and [`comment`](super::comment) give it,
//! with the marks of the encrypted file, which it keeps.

use sha2::{Digest, Sha512};
use subtle::ConstantTimeEq as _;

use super::cipher::{Cipher, Fault, Kind, is_encrypted};
use super::comment;
use super::keyring::DataKey;
use super::leaf;
use super::metadata::Metadata;
use super::secret::Scratch;
use super::select::{Selector, Way};
use crate::error::{Error, ErrorKind, Result};
use crate::source::Mark;
use crate::warning::{Warning, WarningKind};
use crate::yaml::{Entry, Mapping, Node, Scalar, Sequence, Tag, Value};

/// What the hash begins with where only encrypted values are hashed: the SHA-256 of `sops`.
const ONLY_ENCRYPTED: [u8; 32] = [
    0x8a, 0x3f, 0xd2, 0xad, 0x54, 0xce, 0x66, 0x52, 0x7b, 0x10, 0x34, 0xf3, 0xd1, 0x47, 0xbe, 0x0b,
    0x0b, 0x97, 0x5b, 0x3b, 0xf4, 0x4f, 0x72, 0xc6, 0xfd, 0xad, 0xec, 0x81, 0x76, 0xf2, 0x7d, 0x69,
];

/// Decrypts the documents of a file. Unless the MAC is ignored, they are what was encrypted.
///
/// # Errors
/// With a mark, [`ErrorKind::Decrypt`] for a value that cannot be decrypted,
/// [`ErrorKind::KeyNotString`] and [`ErrorKind::Value`] for keys and plain values that sops does
/// not know; [`ErrorKind::Mac`]. What is decrypted by then stays in the tree, which the caller
/// wipes.
pub(super) fn decrypt(
    documents: &mut [Node],
    metadata: &Metadata,
    data_key: &DataKey,
    ignore_mac: bool,
) -> Result<Vec<Warning>> {
    let cipher = Cipher::new(data_key)?;
    let mut walk = Walk {
        cipher: &cipher,
        selector: Selector::new(&metadata.rule)?,
        hash: Sha512::new(),
        exact: None,
        only_encrypted: metadata.mac_only_encrypted,
        path: Vec::new(),
        scratch: Scratch::default(),
        warnings: Vec::new(),
    };
    if metadata.mac_only_encrypted {
        walk.hash.update(ONLY_ENCRYPTED);
    }
    for document in &mut *documents {
        walk.node(document, Way::default())?;
    }
    let Walk {
        hash,
        exact,
        mut scratch,
        warnings,
        ..
    } = walk;
    if ignore_mac {
        return Ok(warnings);
    }
    let opened = cipher.open(
        metadata.mac.as_bytes(),
        metadata.last_modified.as_bytes(),
        &mut scratch,
    );
    let written = match opened {
        Ok((Kind::Str, written)) => Some(written),
        _ => None,
    };
    let is_written = |hash: Sha512| {
        let found = mac_text(&hash.finalize());
        written.is_some_and(|written| bool::from(written.ct_eq(&found)))
    };
    if is_written(hash) {
        return Ok(warnings);
    }
    if exact.is_some_and(is_written) {
        documents.iter_mut().for_each(to_exact);
        return Ok(warnings);
    }
    Err(mismatch(metadata, opened.is_ok()))
}

/// Makes whole numbers of the floats that keep the digits of one.
fn to_exact(node: &mut Node) {
    match node.value_mut() {
        Value::Scalar(scalar) if leaf::keeps_digits(scalar) => scalar.set_tag(Tag::Int),
        Value::Scalar(_) => {}
        Value::Sequence(list) => list.items_mut().iter_mut().for_each(to_exact),
        Value::Mapping(mapping) => {
            let values = mapping.entries_mut().iter_mut();
            values.for_each(|entry| to_exact(&mut entry.value));
        }
    }
}

/// A hash as it is encrypted: upper-case hexadecimal digits.
fn mac_text(hash: &[u8]) -> [u8; 128] {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut text = [0; 128];
    for (pair, byte) in text.chunks_exact_mut(2).zip(hash) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    text
}

#[cold]
fn mismatch(metadata: &Metadata, is_readable: bool) -> Error {
    let message = if is_readable {
        "the values are not those that were encrypted (MAC mismatch): restore the file, or \
         encrypt it again with sops"
    } else if metadata.mac.is_empty() {
        "the file has no MAC, so nobody knows whether its values are those that were encrypted: \
         restore the file"
    } else {
        "the MAC cannot be decrypted, so nobody knows whether the values are those that were \
         encrypted: restore `mac` and `lastmodified`"
    };
    Error::new(ErrorKind::Mac, message)
}

/// A value that was decrypted.
enum Opened {
    /// A string, whose bytes are in the hash.
    Hashed(Scalar),
    /// Anything else.
    Typed(Scalar),
}

struct Walk<'a> {
    cipher: &'a Cipher,
    selector: Selector,
    hash: Sha512,
    /// The hash of the exact digits, once there was a number that a float does not hold.
    exact: Option<Sha512>,
    only_encrypted: bool,
    /// The keys on the way, each with a `:` behind it.
    path: Vec<u8>,
    scratch: Scratch,
    warnings: Vec<Warning>,
}

impl Walk<'_> {
    fn node(&mut self, node: &mut Node, way: Way) -> Result<()> {
        let mark = node.mark();
        match node.value_mut() {
            Value::Mapping(mapping) => self.mapping(mapping, self.selector.deeper(way)),
            Value::Sequence(list) => self.list(list, self.selector.deeper(way)),
            Value::Scalar(scalar) => {
                let encrypted = self.selector.is_encrypted(way);
                self.leaf(scalar, encrypted, mark)
            }
        }
    }

    fn mapping(&mut self, mapping: &mut Mapping, mut way: Way) -> Result<()> {
        for Entry { key, value } in mapping.entries_mut() {
            let mark = key.mark();
            if comment::of(key).is_some() {
                way = self.comment(key, way)?;
                if comment::of(key).is_none() {
                    self.keep_comment(key)?;
                }
                continue;
            }
            let Some(text) = key.as_scalar().filter(|key| key.tag() == Tag::Str) else {
                let message = "a key is not a string, which sops does not take: quote it";
                return Err(Error::marked(ErrorKind::KeyNotString, mark, message));
            };
            let text = text.text().as_str();
            let length = self.path.len();
            let to_value = self.selector.at_key(way, text);
            self.path.extend_from_slice(text.as_bytes());
            self.path.push(b':');
            self.node(value, to_value)?;
            self.path.truncate(length);
            way = self.selector.past(way);
        }
        Ok(())
    }

    fn list(&mut self, list: &mut Sequence, mut way: Way) -> Result<()> {
        for item in list.items_mut() {
            if comment::of(item).is_some() {
                way = self.comment(item, way)?;
            } else {
                self.node(item, way)?;
                way = self.selector.past(way);
            }
        }
        Ok(())
    }

    /// A comment that the file shows as one. Returns the way behind it.
    fn comment(&mut self, node: &mut Node, way: Way) -> Result<Way> {
        let mark = node.mark();
        let Some(scalar) = node.as_scalar_mut() else {
            return Ok(way);
        };
        // A comment is matched as it is written, encrypted or not.
        let text = leaf::bytes(scalar);
        let (behind, encrypted) = if self.selector.is_by_comment() {
            self.selector
                .at_comment(way, &String::from_utf8_lossy(&text))
        } else {
            (way, self.selector.is_encrypted(way))
        };
        drop(text);
        self.leaf(scalar, encrypted, mark)?;
        Ok(behind)
    }

    /// In a mapping, a comment that decrypts to a string is a comment still.
    fn keep_comment(&self, node: &mut Node) -> Result<()> {
        let mark = node.mark();
        let text = node
            .as_scalar()
            .filter(|scalar| matches!(scalar.tag(), Tag::Str | Tag::Binary));
        let Some(text) = text else {
            let message = self.message(Fault::NotOfKind(Kind::Comment));
            return Err(Error::marked(ErrorKind::Decrypt, mark, message));
        };
        let kept = comment::scalar(&leaf::bytes(text));
        *node.value_mut() = kept.into();
        Ok(())
    }

    /// Decrypts a leaf if it is encrypted, and hashes it.
    fn leaf(&mut self, scalar: &mut Scalar, encrypted: bool, mark: Mark) -> Result<()> {
        if scalar.tag() == Tag::Null {
            return Ok(());
        }
        if scalar.tag() == Tag::Int && scalar.text().parse::<i64>().is_err() {
            let message = format!(
                "`{}` is a whole number above 9223372036854775807, which sops does not take: \
                 quote it",
                self.shown_path()
            );
            return Err(Error::marked(ErrorKind::Value, mark, message));
        }
        let is_comment = comment::is_comment(scalar);
        let is_hashed = encrypted || !self.only_encrypted;
        if encrypted {
            match self.open(scalar) {
                Ok(Opened::Hashed(plain)) => {
                    *scalar = plain;
                    return Ok(());
                }
                Ok(Opened::Typed(plain)) => *scalar = plain,
                Err(_) if is_comment => self.warn(scalar, mark),
                Err(fault) => {
                    return Err(Error::marked(ErrorKind::Decrypt, mark, self.message(fault)));
                }
            }
        }
        // Comments can be changed by anyone.
        if !is_hashed || comment::is_comment(scalar) {
            return Ok(());
        }
        self.hash(scalar, !encrypted).map_err(|words| {
            let message = format!("`{}` {words}: quote it", self.shown_path());
            Error::marked(ErrorKind::Value, mark, message)
        })
    }

    fn hash(&mut self, scalar: &Scalar, is_plain: bool) -> Result<(), &'static str> {
        let keeps_digits = is_plain && leaf::keeps_digits(scalar);
        if keeps_digits {
            self.exact.get_or_insert_with(|| self.hash.clone());
        }
        if let Some(exact) = &mut self.exact {
            match keeps_digits {
                true => exact.update(scalar.text().as_bytes()),
                false => leaf::hash(scalar, |bytes| exact.update(bytes))?,
            }
        }
        leaf::hash(scalar, |bytes| self.hash.update(bytes))
    }

    fn open(&mut self, scalar: &Scalar) -> Result<Opened, Fault> {
        if scalar.text().is_empty() {
            // An empty text is not worth encrypting, and no longer a comment.
            return Ok(Opened::Hashed(leaf::string(b"")));
        }
        let is_text = scalar.tag() == Tag::Str || comment::is_comment(scalar);
        if !is_text || comment::is_binary(scalar) {
            return Err(Fault::Plain);
        }
        let path: &[u8] = if self.path.is_empty() {
            b":"
        } else {
            &self.path
        };
        let text = scalar.text().as_bytes();
        let (kind, plain) = self.cipher.open(text, path, &mut self.scratch)?;
        if kind != Kind::Str {
            return leaf::parse(kind, plain).map(Opened::Typed);
        }
        // What is decrypted is always hashed, and a string as it is.
        self.hash.update(plain);
        if let Some(exact) = &mut self.exact {
            exact.update(plain);
        }
        Ok(Opened::Hashed(leaf::string(plain)))
    }

    fn warn(&mut self, scalar: &Scalar, mark: Mark) {
        let below = match self.path.is_empty() {
            true => String::new(),
            false => format!(" below `{}`", self.shown_path()),
        };
        let message = if is_encrypted(scalar.text().as_bytes()) {
            format!("a comment{below} cannot be decrypted and was left as it is")
        } else {
            format!("a comment{below} is not encrypted: encrypt the file again with sops")
        };
        self.warnings
            .push(Warning::new(WarningKind::PlainComment, mark, message));
    }

    fn message(&self, fault: Fault) -> String {
        format!("`{}` {}", self.shown_path(), fault.words())
    }

    /// The way to a value, `data.password`.
    fn shown_path(&self) -> String {
        let keys = self.path.strip_suffix(b":").unwrap_or(&self.path);
        String::from_utf8_lossy(keys).replace(':', ".")
    }
}
