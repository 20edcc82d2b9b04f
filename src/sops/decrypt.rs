//! Decrypting a tree in place, and its MAC (`Tree.Decrypt` in sops's `sops.go`).
//!
//! In comes a tree of the form that [`leaf`](super::leaf) and [`comment`](super::comment) give it,
//! with the marks of the encrypted file, which it keeps.

use sha2::{Digest as _, Sha512};
use subtle::ConstantTimeEq as _;

use super::cipher::{Cipher, Fault, Kind, is_encrypted};
use super::comment;
use super::keyring::DataKey;
use super::leaf;
use super::mac;
use super::metadata::Metadata;
use super::secret::Scratch;
use super::select::Selector;
use super::walk::{Leaves, Place, walk};
use crate::error::{Error, ErrorKind, Result};
use crate::warning::{Warning, WarningKind};
use crate::yaml::{Node, Scalar, Tag, Value};

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
    let mut opener = Opener {
        cipher: &cipher,
        hash: mac::begin(metadata.mac_only_encrypted),
        exact: None,
        only_encrypted: metadata.mac_only_encrypted,
        scratch: Scratch::default(),
        warnings: Vec::new(),
    };
    walk(documents, &Selector::new(&metadata.rule)?, &mut opener)?;
    let Opener {
        hash,
        exact,
        mut scratch,
        warnings,
        ..
    } = opener;
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
        let found = mac::text(hash);
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

struct Opener<'a> {
    cipher: &'a Cipher,
    hash: Sha512,
    /// The hash of the exact digits, once there was a number that a float does not hold.
    exact: Option<Sha512>,
    only_encrypted: bool,
    scratch: Scratch,
    warnings: Vec<Warning>,
}

impl Leaves for Opener<'_> {
    /// Decrypts a leaf if it is encrypted, and hashes it.
    fn leaf(&mut self, scalar: &mut Scalar, place: Place<'_>) -> Result<()> {
        let is_comment = comment::is_comment(scalar);
        let is_hashed = place.encrypted || !self.only_encrypted;
        if place.encrypted {
            match self.open(scalar, place) {
                Ok(Opened::Hashed(plain)) => {
                    *scalar = plain;
                    return Ok(());
                }
                Ok(Opened::Typed(plain)) => *scalar = plain,
                Err(_) if is_comment => self.warn(scalar, place),
                Err(fault) => return Err(place.error(ErrorKind::Decrypt, &fault.words())),
            }
        }
        // Comments can be changed by anyone.
        if !is_hashed || comment::is_comment(scalar) {
            return Ok(());
        }
        self.hash(scalar, !place.encrypted)
            .map_err(|words| place.error(ErrorKind::Value, &format!("{words}: quote it")))
    }
}

impl Opener<'_> {
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

    fn open(&mut self, scalar: &Scalar, place: Place<'_>) -> Result<Opened, Fault> {
        if scalar.text().is_empty() {
            // An empty text is not worth encrypting, and no longer a comment.
            return Ok(Opened::Hashed(leaf::string(b"")));
        }
        let is_text = scalar.tag() == Tag::Str || comment::is_comment(scalar);
        if !is_text {
            return Err(Fault::Plain);
        }
        let text = leaf::bytes(scalar);
        let (kind, plain) = self
            .cipher
            .open(text, place.bound_to(), &mut self.scratch)?;
        if kind != Kind::Str {
            return leaf::parse(kind, plain).map(Opened::Typed);
        }
        // What is decrypted is always hashed, and a string as it is.
        self.hash.update(plain);
        if let Some(exact) = &mut self.exact {
            exact.update(plain);
        }
        let length = plain.len();
        Ok(Opened::Hashed(leaf::string(self.scratch.content(length))))
    }

    fn warn(&mut self, scalar: &Scalar, place: Place<'_>) {
        let below = match place.is_top() {
            true => String::new(),
            false => format!(" below `{}`", place.shown()),
        };
        let message = if is_encrypted(scalar.text().as_bytes()) {
            format!("a comment{below} cannot be decrypted and was left as it is")
        } else {
            format!("a comment{below} is not encrypted: encrypt the file again with sops")
        };
        self.warnings
            .push(Warning::new(WarningKind::PlainComment, place.mark, message));
    }
}
