//! What a scalar means after go-yaml v3 printed it and read it back (`node()` in `encode.go`,
//! `yaml_emitter_select_scalar_style` in `emitterc.go`, `scalar()` in `decode.go`).

use std::borrow::Cow;

use super::{error, folded, shape};
use crate::error::{Error, Result};
use crate::yaml::node::{Node, Scalar};
use crate::yaml::resolve::{Resolved, plain_tag};
use crate::yaml::tag::{Style, Tag};

/// Where a scalar stands, as far as its printing depends on it.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Inside `{…}` or `[…]`.
    pub(super) flow: bool,
    /// A key of a mapping.
    pub(super) key: bool,
}

/// Whether the text of an untagged string might not survive: it is folded, or begins with a tab,
/// which cannot begin a block text.
#[inline]
pub(super) fn may_change(scalar: &Scalar) -> bool {
    scalar.style() == Style::Folded || scalar.text().as_bytes().first() == Some(&b'\t')
}

/// The value that is read back.
pub(super) fn value<'a>(node: &Node, scalar: &'a Scalar, place: Place) -> Result<Resolved<'a>> {
    let tag = printed_tag(scalar);
    let resolved = match tag {
        Tag::Str | Tag::Merge | Tag::Other => return string(node, scalar, place),
        Tag::None if is_string(scalar, place) => return string(node, scalar, place),
        _ => scalar.resolve_under(tag),
    };
    resolved.map_err(|error| Error::marked(error.kind(), node.mark(), error.message()))
}

/// A scalar as Go's JSON has it. Floats are finite.
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Str(Cow<'a, str>),
}

/// The value that is read back, as JSON.
pub(super) fn json<'a>(node: &Node, scalar: &'a Scalar, place: Place) -> Result<Json<'a>> {
    Ok(match value(node, scalar, place)? {
        Resolved::Null => Json::Null,
        Resolved::Bool(value) => Json::Bool(value),
        Resolved::Int(value) => Json::Int(value),
        Resolved::UInt(value) => Json::UInt(value),
        Resolved::Float(value) if value.is_finite() => Json::Float(value),
        Resolved::Float(_) => {
            return Err(error(
                node,
                "infinities and NaN cannot be printed: quote the text or change it",
            ));
        }
        Resolved::Str(text) => Json::Str(text),
        Resolved::Timestamp(time) if is_zone_too_far(&time) => {
            return Err(error(
                node,
                "a time zone must be less than 24 hours from UTC: quote the text or change it",
            ));
        }
        Resolved::Timestamp(time) => Json::Str(Cow::Owned(time)),
        Resolved::Binary(bytes) => Json::Str(Cow::Owned(utf8(&bytes))),
    })
}

/// The tag that is printed with a scalar: one that was written out, and one that its text alone
/// would not give it. `None` if there is none.
pub(super) fn printed_tag(scalar: &Scalar) -> Tag {
    let tag = scalar.tag();
    if scalar.has_explicit_tag() || tag == Tag::None {
        return tag;
    }
    // A string is quoted where it needs to be.
    if tag == Tag::Str || plain_tag(scalar.text().as_bytes()) == tag {
        return Tag::None;
    }
    tag
}

/// Whether a scalar without a printed tag is a string: because it is quoted, or because where it
/// stands it cannot be printed without quotes. Of what is not a string by its text, that is nothing
/// at all, and inside a flow collection a time with its colons.
fn is_string(scalar: &Scalar, place: Place) -> bool {
    let text = scalar.text().as_bytes();
    scalar.tag() == Tag::Str
        || scalar.style() != Style::Plain
        || text.is_empty() && (place.flow || place.key)
        || place.flow && text.contains(&b':')
}

fn string<'a>(node: &Node, scalar: &'a Scalar, place: Place) -> Result<Resolved<'a>> {
    let text = scalar.text().as_str();
    let style = match scalar.style() {
        Style::Plain if text.contains('\n') => Style::Literal,
        style => style,
    };
    let is_block = matches!(style, Style::Literal | Style::Folded)
        && !place.flow
        && !(place.key && shape::is_simple_key(text))
        && is_block_allowed(text);
    if is_block && text.starts_with('\t') {
        return Err(begins_with_tab(node));
    }
    let changed = (is_block && style == Style::Folded)
        .then(|| folded::reread(text))
        .flatten();
    Ok(Resolved::Str(
        changed.map_or(Cow::Borrowed(text), Cow::Owned),
    ))
}

#[cold]
pub(super) fn begins_with_tab(node: &Node) -> Error {
    error(
        node,
        "a block text (`|` or `>`) cannot begin with a tab: put it in double quotes",
    )
}

/// Whether go-yaml v3 prints a text with `|` or `>`; otherwise it takes double quotes.
pub(crate) fn is_block_allowed(text: &str) -> bool {
    let mut after_space = false;
    for char in text.chars() {
        if !shape::is_printable(char) && char != '\t' || after_space && shape::is_break(char) {
            return false;
        }
        after_space = char == ' ';
    }
    !text.is_empty() && !after_space
}

/// Whether Go refuses to print a time as JSON (`Time.MarshalJSON`).
pub(crate) fn is_zone_too_far(time: &str) -> bool {
    match time.as_bytes() {
        [.., b'+' | b'-', tens, ones, b':', _, _] => [*tens, *ones] >= *b"24",
        _ => false,
    }
}

/// Bytes as JSON has them: each one that is not UTF-8 becomes U+FFFD.
pub(crate) fn utf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}
