//! dotenv: lines of `KEY=value`, and of comments that begin with `#` (sops's
//! `stores/dotenv/store.go`).

use crate::error::{Error, ErrorKind, Result};
use crate::sops::metadata::unflatten;
use crate::sops::secret::{Output, SecretBytes};
#[cfg(feature = "encrypt")]
use crate::sops::tree::already_encrypted;
use crate::sops::tree::{Tree, not_encrypted};
use crate::sops::{comment, leaf};
use crate::source::{Mark, Source};
use crate::yaml::{Entry, Mapping, Node, Scalar, Style, Tag, Value};

use super::text;

/// What the names of the metadata begin with.
pub(super) const PREFIX: &str = "sops_";

/// Reads the lines of a text, which need not be UTF-8.
///
/// # Errors
/// [`ErrorKind::Syntax`] for a line without a `=`, [`ErrorKind::Encoding`] for a key that is not
/// UTF-8; those of the metadata.
pub(super) fn read(source: &Source) -> Result<Tree> {
    let Lines { entries, metadata } = Lines::of(source)?;
    if metadata.is_empty() {
        return Err(not_encrypted(source));
    }
    let document = Node::new(Mapping::from(entries), Mark::default());
    Tree::new(source, vec![document], Some(&unflatten(metadata)?))
}

/// Reads a text that is to be encrypted.
///
/// # Errors
/// Those of [`read`] but for the metadata's; [`ErrorKind::SopsMetadata`] if there is any.
#[cfg(feature = "encrypt")]
pub(super) fn read_plain(source: &Source) -> Result<Vec<Node>> {
    let Lines { entries, metadata } = Lines::of(source)?;
    match metadata.first() {
        None => Ok(vec![Node::new(Mapping::from(entries), Mark::default())]),
        Some((_, _, mark)) => Err(already_encrypted(*mark)),
    }
}

/// The lines of a text, taken apart.
struct Lines<'s> {
    entries: Vec<Entry>,
    /// The names and texts of the metadata, without what all names begin with.
    metadata: Vec<(&'s str, &'s [u8], Mark)>,
}

impl<'s> Lines<'s> {
    fn of(source: &'s Source) -> Result<Self> {
        let mut entries = Vec::new();
        let mut metadata = Vec::new();
        let mut at = 0;
        for line in source.bytes().split(|byte| *byte == b'\n') {
            let (start, mark) = (at, source.mark(at));
            at += line.len() + 1;
            if line.is_empty() {
                continue;
            }
            if let Some(text) = line.strip_prefix(b"#") {
                entries.push(comment::entry(text, mark));
                continue;
            }
            let Some(equals) = memchr::memchr(b'=', line) else {
                let message = "a line must be `KEY=value` or begin with `#`";
                return Err(Error::at(ErrorKind::Syntax, source, start, message));
            };
            let (key, value) = (&line[..equals], &line[equals + 1..]);
            let Ok(key) = std::str::from_utf8(key) else {
                let message = "a key is not UTF-8: save the file as UTF-8";
                return Err(Error::at(ErrorKind::Encoding, source, start, message));
            };
            if let Some(name) = key.strip_prefix(PREFIX) {
                metadata.push((name, value, mark));
                continue;
            }
            let value_mark = source.mark(start + equals + 1);
            entries.push(Entry {
                key: Node::new(Scalar::new(Tag::Str, Style::Plain, key), mark),
                value: Node::new(leaf::string(&*unescaped(value)), value_mark),
            });
        }
        Ok(Self { entries, metadata })
    }
}

/// A value in which `\n`, two characters, stands for a line break.
fn unescaped(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = memchr::memmem::find(rest, b"\\n") {
        out.extend_from_slice(&rest[..at]);
        out.push(b'\n');
        rest = &rest[at + 2..];
    }
    out.extend_from_slice(rest);
    out
}

/// The lines of the first document.
///
/// # Errors
/// [`ErrorKind::Value`], with a mark, for a list or a mapping.
pub(super) fn write(documents: &[Node]) -> Result<SecretBytes> {
    let mut out = Output::default();
    let entries = documents.first().and_then(Node::as_mapping);
    for Entry { key, value } in entries.into_iter().flatten() {
        if let Some(comment) = comment::of(key) {
            out.put(b"#");
            out.put(leaf::bytes(comment));
            out.put(b"\n");
            continue;
        }
        let name = key.text().unwrap_or_default();
        let Value::Scalar(scalar) = value.value() else {
            let message = format!("dotenv holds texts only, and `{name}` is a list or a mapping");
            return Err(Error::marked(ErrorKind::Value, value.mark(), message));
        };
        out.put(name.as_bytes());
        out.put(b"=");
        let text = text::bytes(scalar);
        for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
            out.put(if at > 0 { b"\\n" } else { b"" });
            out.put(line);
        }
        out.put(b"\n");
    }
    Ok(out.into_bytes())
}
