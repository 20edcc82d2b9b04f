//! Printing INI as gopkg.in/ini.v1 does for sops: names padded to one width, quotes where a value
//! needs them.

use std::borrow::Cow;

use super::ini::DEFAULT;
use super::text;
use crate::error::{Error, ErrorKind, Result};
use crate::sops::secret::{Output, SecretBytes};
use crate::sops::{comment, leaf};
use crate::yaml::{Entry, Mapping, Node, Value};

/// The sections of all documents.
///
/// # Errors
/// [`ErrorKind::Value`], with a mark, for what is not in a section.
pub(super) fn write(documents: &[Node]) -> Result<SecretBytes> {
    let sections: Vec<&Entry> = documents
        .iter()
        .filter_map(Node::as_mapping)
        .flatten()
        .filter(|entry| comment::of(&entry.key).is_none())
        .collect();
    let mut out = Output::default();
    for (at, section) in sections.iter().enumerate() {
        let name = section.key.text().unwrap_or_default();
        let Some(keys) = section.value.as_mapping() else {
            let message = format!("INI holds sections only, and `{name}` is not a mapping");
            return Err(Error::marked(
                ErrorKind::Value,
                section.value.mark(),
                message,
            ));
        };
        if name.is_empty() {
            let message = "INI needs a name for every section, and one is empty";
            return Err(Error::marked(ErrorKind::Value, section.key.mark(), message));
        }
        let section = Section::new(keys)?;
        section.write(name, at == 0, at + 1 == sections.len(), &mut out)?;
    }
    Ok(out.into_bytes())
}

/// A section as ini.v1 holds it.
struct Section<'n> {
    comment: Vec<u8>,
    keys: Vec<Key<'n>>,
}

struct Key<'n> {
    name: &'n str,
    value: &'n Node,
    comment: Option<&'n Node>,
}

impl<'n> Section<'n> {
    fn new(mapping: &'n Mapping) -> Result<Self> {
        let mut entries = mapping.iter().peekable();
        let comment = entries
            .next_if(|entry| comment::of(&entry.key).is_some())
            .and_then(|entry| comment::of(&entry.key))
            .map_or_else(Vec::new, |comment| leaf::bytes(comment).to_vec());
        let mut keys: Vec<Key<'n>> = Vec::with_capacity(mapping.len());
        let mut places = std::collections::HashMap::with_capacity(mapping.len());
        let mut last = None;
        for Entry { key, value } in entries {
            if comment::of(key).is_some() {
                if let Some(at) = last {
                    let known: &mut Key<'n> = &mut keys[at];
                    known.comment = Some(key);
                }
                continue;
            }
            let name = key.text().unwrap_or_default();
            if name.is_empty() {
                let message = "INI needs a name for every value, and one is empty";
                return Err(Error::marked(ErrorKind::Value, key.mark(), message));
            }
            let at = *places.entry(name).or_insert(keys.len());
            last = Some(at);
            match keys.get_mut(at) {
                Some(known) => known.value = value,
                None => keys.push(Key {
                    name,
                    value,
                    comment: None,
                }),
            }
        }
        Ok(Self { comment, keys })
    }

    fn write(&self, name: &str, first: bool, last: bool, out: &mut Output) -> Result<()> {
        write_comment(&self.comment, false, out)?;
        if first && name.eq_ignore_ascii_case(DEFAULT) {
            if self.keys.is_empty() {
                return Ok(());
            }
        } else {
            out.put(b"[");
            out.put(name.as_bytes());
            out.put(b"]\n");
        }
        let width = self.keys.iter().map(|key| width(key.name)).max();
        for key in &self.keys {
            if let Some(comment) = key.comment.and_then(comment::of) {
                write_comment(leaf::bytes(comment), true, out)?;
            }
            key.write(width.unwrap_or_default(), out);
        }
        if !last {
            out.put(b"\n");
        }
        Ok(())
    }
}

/// The columns that a name takes with the quotes that it needs.
fn width(name: &str) -> usize {
    let (quote, _) = quotes(name);
    name.len() + 2 * quote.len()
}

fn quotes(name: &str) -> (&'static str, &'static str) {
    if name.contains(['"', '=', ':']) {
        ("`", "`")
    } else if name.contains('`') {
        ("\"\"\"", "\"\"\"")
    } else {
        ("", "")
    }
}

impl Key<'_> {
    fn write(&self, width: usize, out: &mut Output) {
        let (open, close) = quotes(self.name);
        out.put(open.as_bytes());
        out.put(self.name.as_bytes());
        out.put(close.as_bytes());
        for _ in self::width(self.name)..width {
            out.put(b" ");
        }
        out.put(b" = ");
        let mut tree = Output::default();
        let value = match self.value.value() {
            Value::Scalar(scalar) => text::bytes(scalar),
            _ => {
                text::put_tree(self.value, &mut tree);
                Cow::Borrowed(tree.as_bytes())
            }
        };
        let has = |bytes: &[u8]| value.iter().any(|byte| bytes.contains(byte));
        let quote: &[u8] = if has(b"\n`") {
            b"\"\"\""
        } else if has(b"#;") {
            b"`"
        } else if is_padded(&value) {
            b"\""
        } else {
            b""
        };
        out.put(quote);
        out.put(&value);
        out.put(quote);
        out.put(b"\n");
    }
}

/// Whether white space stands at an end.
fn is_padded(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value);
    text.trim().len() != text.len()
}

/// The lines of a comment. ini.v1 crashes at an empty one, which sops cannot write either.
fn write_comment(comment: &[u8], trimmed: bool, out: &mut Output) -> Result<()> {
    if comment.is_empty() {
        return Ok(());
    }
    for line in comment.split(|byte| *byte == b'\n') {
        match line {
            [] => {
                let message = "INI has no comments with empty lines: choose another format";
                return Err(Error::new(ErrorKind::Value, message));
            }
            [mark @ (b'#' | b';'), rest @ ..] => {
                out.put(&[*mark, b' ']);
                out.put(rest.trim_ascii());
            }
            line => {
                out.put(b"; ");
                out.put(if trimmed { line.trim_ascii() } else { line });
            }
        }
        out.put(b"\n");
    }
    Ok(())
}
