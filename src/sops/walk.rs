//! The way through a tree that is decrypted or encrypted, in the order in which values are hashed
//! (`walkBranch` in sops's `sops.go`): what is done to a leaf is somebody else's business.

use super::cipher::{Fault, Kind};
use super::comment;
use super::leaf;
use super::select::{Selector, Way};
use crate::error::{Error, ErrorKind, Result};
use crate::source::Mark;
use crate::yaml::{Entry, Mapping, Node, Scalar, Sequence, Tag, Value};

/// What is done to the leaves: values that are not null, and comments.
pub(super) trait Leaves {
    /// Takes a leaf and puts another in its place. A comment that becomes a string is still a
    /// comment in a mapping, and an item in a list, as in sops.
    fn leaf(&mut self, scalar: &mut Scalar, place: Place<'_>) -> Result<()>;
}

/// Where a leaf stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'w> {
    /// The keys on the way, each with a `:` behind it.
    path: &'w [u8],
    pub(super) mark: Mark,
    /// Whether the rule says that it is encrypted.
    pub(super) encrypted: bool,
}

impl Place<'_> {
    /// What the cipher binds a value to, so that it cannot be moved.
    pub(super) fn bound_to(&self) -> &[u8] {
        match self.path {
            [] => b":",
            path => path,
        }
    }

    /// Whether it is at the top of a document.
    pub(super) fn is_top(&self) -> bool {
        self.path.is_empty()
    }

    /// The way to a value, `data.password`.
    pub(super) fn shown(&self) -> String {
        let keys = self.path.strip_suffix(b":").unwrap_or(self.path);
        String::from_utf8_lossy(keys).replace(':', ".")
    }

    #[cold]
    pub(super) fn error(&self, kind: ErrorKind, words: &str) -> Error {
        Error::marked(kind, self.mark, format!("`{}` {words}", self.shown()))
    }
}

/// Goes through all documents.
///
/// # Errors
/// With a mark, [`ErrorKind::KeyNotString`] and [`ErrorKind::Value`] for keys and whole numbers
/// that sops does not know, and what is said of leaves.
pub(super) fn walk(
    documents: &mut [Node],
    selector: &Selector,
    leaves: &mut impl Leaves,
) -> Result<()> {
    let mut walk = Walk {
        selector,
        leaves,
        path: Vec::new(),
    };
    documents
        .iter_mut()
        .try_for_each(|document| walk.node(document, Way::default()))
}

struct Walk<'a, L> {
    selector: &'a Selector,
    leaves: &'a mut L,
    path: Vec<u8>,
}

impl<L: Leaves> Walk<'_, L> {
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
                .at_comment(way, &String::from_utf8_lossy(text))
        } else {
            (way, self.selector.is_encrypted(way))
        };
        self.leaf(scalar, encrypted, mark)?;
        Ok(behind)
    }

    /// In a mapping, a comment that becomes a string is a comment still.
    fn keep_comment(&self, node: &mut Node) -> Result<()> {
        let mark = node.mark();
        let text = node
            .as_scalar()
            .filter(|scalar| matches!(scalar.tag(), Tag::Str | Tag::Binary));
        let Some(text) = text else {
            let place = Place {
                path: &self.path,
                mark,
                encrypted: true,
            };
            let fault = Fault::NotOfKind(Kind::Comment);
            return Err(place.error(ErrorKind::Decrypt, &fault.words()));
        };
        let kept = comment::scalar(leaf::bytes(text));
        *node.value_mut() = kept.into();
        Ok(())
    }

    fn leaf(&mut self, scalar: &mut Scalar, encrypted: bool, mark: Mark) -> Result<()> {
        if scalar.tag() == Tag::Null {
            return Ok(());
        }
        let place = Place {
            path: &self.path,
            mark,
            encrypted,
        };
        if scalar.tag() == Tag::Int && scalar.text().parse::<i64>().is_err() {
            let words = "is a whole number above 9223372036854775807, which sops does not take: \
                         quote it";
            return Err(place.error(ErrorKind::Value, words));
        }
        self.leaves.leaf(scalar, place)
    }
}
