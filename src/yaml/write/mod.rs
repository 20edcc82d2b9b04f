//! Prints a node as `kustomize build` prints a resource.
//!
//! The reference prints with go-yaml v3, reads that back into Go maps, prints those as JSON, reads
//! the JSON with go-yaml v2 and prints it again, sorted. Here that journey is only a description of
//! the result: bytes are written straight from the nodes. [`reread`] knows what the first half does
//! to a scalar, [`shape`] and [`scalar`] how the second half prints it, [`order`] how it sorts keys;
//! [`normal`] makes the nodes of a resource that was sent through JSON on the way.

use super::node::{Entry, Mapping, Node, Scalar, Sequence, Value};
use super::tag::{Style, Tag};
use crate::error::{Error, ErrorKind, Result};

mod folded;
mod json;
mod keys;
mod normal;
mod number;
mod order;
mod reread;
mod scalar;
mod shape;
mod unicode;

pub(crate) use folded::reread as reread_folded;
pub(crate) use json::{json_text, write_json};
pub(crate) use json::{number as json_number, string as json_string};
pub(crate) use normal::{Numbers, through_json};
pub(crate) use number::{float as float_text, shortest};
use order::{Order, Trivial};
#[cfg(feature = "sops")]
pub(crate) use reread::is_block_allowed;
use reread::{Json, Place};
pub(crate) use reread::{is_zone_too_far, utf8};
pub(super) use shape::{is_break, is_printable};

/// Appends the text of one resource, as `kustomize build` prints it: keys sorted, values typed by
/// what their text says, no `---`, a line break at the end. On an error nothing is appended.
///
/// # Errors
/// They carry a [`mark`](Error::mark) of the node that is to blame:
/// - [`ErrorKind::DuplicateKey`] for a key that its mapping holds twice, at the second one;
/// - [`ErrorKind::KeyNotString`] for a key below the top that is not a string, such as `1`;
/// - [`ErrorKind::Value`] for a text that does not fit its tag, an infinity or NaN, a control
///   character, a key longer than 1,024 characters, and a block text that begins with a tab:
///   nothing that the reference could print and read back.
///
/// ```
/// use kustody::yaml::{self, Mapping, Node};
/// let mapping: Mapping = [("b", Node::string("on")), ("a", Node::int(1))].into_iter().collect();
/// let mut out = Vec::new();
/// yaml::write(&mapping.into(), &mut out)?;
/// assert_eq!(out, b"a: 1\nb: \"on\"\n");
/// # Ok::<(), kustody::Error>(())
/// ```
pub fn write(node: &Node, out: &mut Vec<u8>) -> Result<()> {
    let start = out.len();
    let mut writer = Writer {
        // Owned, it is one step nearer.
        out: std::mem::take(out),
        order: Order::default(),
    };
    let result = writer.root(node);
    *out = writer.out;
    if result.is_err() {
        out.truncate(start);
    }
    result
}

struct Writer {
    out: Vec<u8>,
    order: Order,
}

/// What a collection needs to know of where it stands.
#[derive(Clone, Copy)]
struct Block {
    /// The column of its keys or dashes.
    indent: usize,
    /// Whether the first of them goes on the line that was begun.
    inline: bool,
    /// Whether it, or anything around it, was written as `{…}` or `[…]`.
    flow: bool,
}

impl Block {
    /// A collection inside this one, `steps` columns to the right.
    fn inner(self, steps: usize, inline: bool) -> Self {
        Self {
            indent: self.indent + steps,
            inline,
            flow: self.flow,
        }
    }
}

impl Writer {
    fn root(&mut self, node: &Node) -> Result<()> {
        let block = Block {
            indent: 0,
            inline: true,
            flow: false,
        };
        self.item(node, block, 2, true)
    }

    /// A node on the line that was begun: the document, or an element of a list. A text over
    /// several lines is indented by `indent`.
    #[inline(always)]
    fn item(&mut self, node: &Node, block: Block, indent: usize, top: bool) -> Result<()> {
        match node.value() {
            Value::Scalar(scalar) => return self.scalar_line(node, scalar, indent, block.flow),
            Value::Mapping(mapping) if !mapping.is_empty() => {
                return self.mapping(mapping, block, top);
            }
            Value::Sequence(sequence) if !sequence.is_empty() => {
                return self.sequence(sequence, block);
            }
            Value::Mapping(_) => self.out.extend_from_slice(b"{}\n"),
            Value::Sequence(_) => self.out.extend_from_slice(b"[]\n"),
        }
        Ok(())
    }

    fn mapping(&mut self, mapping: &Mapping, mut block: Block, top: bool) -> Result<()> {
        block.flow |= mapping.is_flow();
        let mut sorted = Trivial::default();
        if !sorted.sort(mapping.entries()) {
            return self.unusual_mapping(mapping, block, top);
        }
        let mut begins_line = !block.inline;
        for (key, value) in sorted.iter() {
            if begins_line {
                self.pad(block.indent);
            }
            begins_line = true;
            self.put(key);
            self.value(value, block, true)?;
        }
        Ok(())
    }

    #[inline(never)]
    fn unusual_mapping(&mut self, mapping: &Mapping, block: Block, top: bool) -> Result<()> {
        if mapping.iter().all(|entry| keys::is_ordinary(&entry.key)) {
            self.entries(mapping.entries(), block)
        } else {
            let entries = keys::ordinary(mapping, block.flow, top)?;
            if entries.is_empty() {
                // Its keys were null.
                self.out.extend_from_slice(b"{}\n");
                return Ok(());
            }
            self.entries(&entries, block)
        }
    }

    fn entries(&mut self, entries: &[Entry], block: Block) -> Result<()> {
        let sorting = self.order.push(entries)?;
        for at in 0..entries.len() {
            let entry = &entries[self.order.get(&sorting, at)];
            if at > 0 || !block.inline {
                self.pad(block.indent);
            }
            let simple = self.key(&entry.key, block.indent)?;
            self.value(&entry.value, block, simple)?;
        }
        self.order.pop(sorting);
        Ok(())
    }

    /// The colon of a key and what stands behind it. The key was written as `key` or, if not
    /// simple, as `? key` on a line of its own.
    #[inline(always)]
    fn value(&mut self, node: &Node, block: Block, simple: bool) -> Result<()> {
        let colon = if simple { b":\n" } else { b": " };
        match node.value() {
            Value::Scalar(scalar) => {
                self.out.extend_from_slice(b": ");
                self.scalar_line(node, scalar, block.indent + 2, block.flow)
            }
            Value::Mapping(mapping) if !mapping.is_empty() => {
                self.out.extend_from_slice(colon);
                self.mapping(mapping, block.inner(2, !simple), false)
            }
            Value::Sequence(sequence) if !sequence.is_empty() => {
                self.out.extend_from_slice(colon);
                let steps = if simple { 0 } else { 2 };
                self.sequence(sequence, block.inner(steps, !simple))
            }
            Value::Mapping(_) => {
                self.out.extend_from_slice(b": {}\n");
                Ok(())
            }
            Value::Sequence(_) => {
                self.out.extend_from_slice(b": []\n");
                Ok(())
            }
        }
    }

    fn sequence(&mut self, sequence: &Sequence, mut block: Block) -> Result<()> {
        block.flow |= sequence.is_flow();
        for (at, node) in sequence.iter().enumerate() {
            if at > 0 || !block.inline {
                self.pad(block.indent);
            }
            self.out.extend_from_slice(b"- ");
            self.item(node, block.inner(2, true), block.indent + 2, false)?;
        }
        Ok(())
    }

    /// A scalar and the end of its line.
    #[inline(always)]
    fn scalar_line(
        &mut self,
        node: &Node,
        scalar: &Scalar,
        indent: usize,
        flow: bool,
    ) -> Result<()> {
        let text = scalar.text().as_bytes();
        if is_trivial(scalar, text) {
            self.put(text);
            self.out.push(b'\n');
            return Ok(());
        }
        self.unusual_scalar(node, scalar, indent, flow)
    }

    #[inline(never)]
    fn unusual_scalar(
        &mut self,
        node: &Node,
        scalar: &Scalar,
        indent: usize,
        flow: bool,
    ) -> Result<()> {
        let text = scalar.text().as_bytes();
        let untagged = !scalar.has_explicit_tag();
        if scalar.tag() == Tag::Str && untagged && !reread::may_change(scalar) {
            self.string(node, text, indent)?;
            self.end_line();
            return Ok(());
        }
        let place = Place { flow, key: false };
        match reread::json(node, scalar, place)? {
            Json::Null => self.out.extend_from_slice(b"null"),
            Json::Bool(true) => self.out.extend_from_slice(b"true"),
            Json::Bool(false) => self.out.extend_from_slice(b"false"),
            Json::Int(value) => number::integer(value, &mut self.out),
            Json::UInt(value) => number::integer(value, &mut self.out),
            Json::Float(value) => self.out.extend_from_slice(number::float(value).as_bytes()),
            Json::Str(text) => self.string(node, text.as_bytes(), indent)?,
        }
        self.end_line();
        Ok(())
    }

    /// Appends a text. One of a usual length is two pieces of fixed length that overlap, each a few
    /// instructions, and no call.
    #[inline(always)]
    fn put(&mut self, text: &[u8]) {
        match text.len() {
            4..=8 => self.put_halves::<4>(text),
            9..=16 => self.put_halves::<8>(text),
            17..=32 => self.put_halves::<16>(text),
            _ => self.out.extend_from_slice(text),
        }
    }

    #[inline(always)]
    fn put_halves<const N: usize>(&mut self, text: &[u8]) {
        if let (Some(start), Some(end)) = (text.first_chunk::<N>(), text.last_chunk::<N>()) {
            let middle = self.out.len() + text.len() - N;
            self.out.extend_from_slice(start);
            self.out.truncate(middle);
            self.out.extend_from_slice(end);
        }
    }

    fn pad(&mut self, columns: usize) {
        const SPACES: [u8; 32] = [b' '; 32];
        let end = self.out.len() + columns;
        if columns <= SPACES.len() {
            // A copy of fixed length is a few instructions, one of any length is a call.
            self.out.extend_from_slice(&SPACES);
            self.out.truncate(end);
        } else {
            self.out.resize(end, b' ');
        }
    }
}

/// Whether the text of a scalar is what is printed of it: true of most.
#[inline(always)]
fn is_trivial(scalar: &Scalar, text: &[u8]) -> bool {
    let plain = || scalar.style() == Style::Plain && !scalar.has_explicit_tag();
    if scalar.tag() == Tag::Str {
        return shape::is_trivial(text);
    }
    match scalar.tag() {
        Tag::None => shape::is_trivial(text) || plain() && number::is_short(text),
        Tag::Int => plain() && number::is_short(text),
        Tag::Bool => plain() && matches!(text, b"true" | b"false"),
        _ => false,
    }
}

#[cold]
fn error(node: &Node, message: &str) -> Error {
    Error::marked(ErrorKind::Value, node.mark(), message)
}

#[cfg(test)]
mod tests;
