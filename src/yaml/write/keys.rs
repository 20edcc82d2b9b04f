//! Keys that are not simply strings: what becomes of them on the reference's way to JSON.

use std::collections::BTreeMap;

use super::reread::{self, Place};
use crate::error::{Error, ErrorKind, Result};
use crate::yaml::node::{Entry, Mapping, Node, Scalar};
use crate::yaml::resolve::{Resolved, plain_tag};
use crate::yaml::tag::{Style, Tag};

/// Whether a key is a string that comes back as it is.
#[inline]
pub(super) fn is_ordinary(key: &Node) -> bool {
    key.as_scalar().is_some_and(|scalar| {
        let is_string = match scalar.tag() {
            Tag::Str => !scalar.has_explicit_tag(),
            // What a transformer made.
            Tag::None => {
                scalar.style() == Style::Plain && plain_tag(scalar.text().as_bytes()) == Tag::Str
            }
            _ => false,
        };
        is_string && !reread::may_change(scalar)
    })
}

/// The entries under the string keys that they end up with. At the top any scalar will do, since
/// Go decodes there into a map of strings: a null key without text is dropped, and of two keys that
/// decode to the same string the later one stays. A null key with a text the reference has written
/// twice since it read it (`mergeAll` in `kyaml/yaml/rnode.go`), so that it cannot print it.
pub(super) fn ordinary(mapping: &Mapping, flow: bool, top: bool) -> Result<Vec<Entry>> {
    let mut texts = BTreeMap::new();
    let mut entries: BTreeMap<String, usize> = BTreeMap::new();
    for (at, entry) in mapping.iter().enumerate() {
        let Some(scalar) = entry.key.as_scalar() else {
            return Err(Error::marked(
                ErrorKind::KeyNotString,
                entry.key.mark(),
                "a list or a mapping cannot be a key: use a string",
            ));
        };
        if texts.insert(scalar.text().as_bytes(), at).is_some() {
            return Err(duplicate(&entry.key));
        }
        if let Some(text) = string(&entry.key, scalar, flow, top)? {
            entries.insert(text, at);
        }
    }
    let ordinary = |(text, at): (String, usize)| {
        let Entry { key, value } = &mapping.entries()[at];
        Entry {
            key: Node::new(Scalar::new(Tag::Str, Style::Plain, text), key.mark()),
            value: value.clone(),
        }
    };
    Ok(entries.into_iter().map(ordinary).collect())
}

fn string(key: &Node, scalar: &Scalar, flow: bool, top: bool) -> Result<Option<String>> {
    let place = Place { flow, key: true };
    let resolved = reread::value(key, scalar, place)?;
    let is_string = !matches!(reread::printed_tag(scalar), Tag::Binary | Tag::Other);
    match resolved {
        Resolved::Str(text) if top || is_string => Ok(Some(text.into_owned())),
        Resolved::Binary(bytes) if top => Ok(Some(reread::utf8(&bytes))),
        Resolved::Null if top && (scalar.tag() == Tag::None || scalar.text().is_empty()) => {
            Ok(None)
        }
        _ if top && resolved != Resolved::Null => Ok(Some(scalar.text().as_str().to_owned())),
        _ => {
            let advice = match scalar.tag() {
                Tag::None => "kustomize writes it without quotes: use another",
                _ => "quote it",
            };
            let message = format!("key `{}` is not a string: {advice}", scalar.text());
            Err(Error::marked(ErrorKind::KeyNotString, key.mark(), message))
        }
    }
}

#[cold]
pub(super) fn duplicate(key: &Node) -> Error {
    Error::marked(
        ErrorKind::DuplicateKey,
        key.mark(),
        format!(
            "key `{}` is already set in this mapping: remove one of them",
            key.text().unwrap_or_default()
        ),
    )
}
