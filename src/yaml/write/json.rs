//! Nodes as the JSON that Go prints of them: what the reference hashes.

use std::borrow::Cow;
use std::io::Write as _;

use super::reread::{self, Place};
use super::{error, keys, shape};
use crate::error::{Error, ErrorKind, Result};
use crate::yaml::node::{Entry, Node, Scalar, Value};
use crate::yaml::resolve::Resolved;

/// Appends a mapping or list as JSON, as kyaml's `RNode.MarshalJSON` gives it and Go's `json`
/// package, reading and printing it once more, leaves it: keys sorted by bytes, every number a
/// 64-bit float, `<`, `>` and `&` escaped.
///
/// # Errors
/// With a mark: those of [`write`](super::write()) that concern values and keys.
pub(crate) fn write_json(node: &Node, out: &mut Vec<u8>) -> Result<()> {
    value(node, false, true, out)
}

/// A string of a kustomization as it is after the reference printed it as JSON and read that with
/// go-yaml v2, which it does with every entry before it acts on it: U+0085 is a line break there.
///
/// # Errors
/// [`ErrorKind::Value`] for a control character that v2 refuses.
pub(crate) fn json_text(text: &str) -> Result<Cow<'_, str>> {
    if text.bytes().all(|byte| matches!(byte, ..0x7F)) {
        return Ok(Cow::Borrowed(text));
    }
    let forbidden = text.chars().any(shape::is_forbidden);
    let read = (!forbidden).then(|| shape::without_next_lines(text).ok());
    read.flatten().ok_or_else(|| {
        Error::new(
            ErrorKind::Value,
            "the text holds a control character, which the reference refuses: remove it",
        )
    })
}

fn value(node: &Node, flow: bool, top: bool, out: &mut Vec<u8>) -> Result<()> {
    match node.value() {
        Value::Mapping(mapping) => {
            let flow = flow || mapping.is_flow();
            if mapping.iter().all(|entry| keys::is_ordinary(&entry.key)) {
                entries(mapping.entries(), flow, out)
            } else {
                entries(&keys::ordinary(mapping, flow, top)?, flow, out)
            }
        }
        Value::Sequence(list) => {
            out.push(b'[');
            for (at, item) in list.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                value(item, flow || list.is_flow(), false, out)?;
            }
            out.push(b']');
            Ok(())
        }
        Value::Scalar(scalar) => self::scalar(node, scalar, flow, out),
    }
}

fn entries(entries: &[Entry], flow: bool, out: &mut Vec<u8>) -> Result<()> {
    let name = |entry: &Entry| entry.key.text().unwrap_or_default().to_owned();
    let mut sorted: Vec<(String, &Entry)> = entries.iter().map(|e| (name(e), e)).collect();
    sorted.sort_by(|(one, _), (two, _)| one.cmp(two));
    out.push(b'{');
    for (at, (name, entry)) in sorted.iter().enumerate() {
        if at > 0 {
            if sorted[at - 1].0 == *name {
                return Err(keys::duplicate(&entry.key));
            }
            out.push(b',');
        }
        string(name, out);
        out.push(b':');
        value(&entry.value, flow, false, out)?;
    }
    out.push(b'}');
    Ok(())
}

fn scalar(node: &Node, scalar: &Scalar, flow: bool, out: &mut Vec<u8>) -> Result<()> {
    match reread::value(node, scalar, Place { flow, key: false })? {
        Resolved::Null => out.extend_from_slice(b"null"),
        Resolved::Bool(true) => out.extend_from_slice(b"true"),
        Resolved::Bool(false) => out.extend_from_slice(b"false"),
        Resolved::Int(value) => number(value as f64, out),
        Resolved::UInt(value) => number(value as f64, out),
        Resolved::Float(value) if value.is_finite() => number(value, out),
        Resolved::Float(_) => {
            return Err(error(
                node,
                "infinities and NaN cannot be printed: quote the text or change it",
            ));
        }
        Resolved::Str(text) => string(&text, out),
        Resolved::Timestamp(text) if reread::is_zone_too_far(&text) => {
            return Err(error(
                node,
                "a time zone must be less than 24 hours from UTC: quote the text or change it",
            ));
        }
        Resolved::Timestamp(text) => string(&text, out),
        Resolved::Binary(bytes) => string(&reread::utf8(&bytes), out),
    }
    Ok(())
}

/// A finite number as Go's `json.Marshal` prints it.
pub(crate) fn number(value: f64, out: &mut Vec<u8>) {
    // Writing to a vector does not fail.
    let _ = if value == 0.0 || (1e-6..1e21).contains(&value.abs()) {
        write!(out, "{value}")
    } else {
        let text = format!("{value:e}");
        match text.split_once('e') {
            Some((mantissa, exponent)) if !exponent.starts_with('-') => {
                write!(out, "{mantissa}e+{exponent}")
            }
            _ => write!(out, "{text}"),
        }
    };
}

/// A string as Go's `json.Marshal` escapes it.
pub(crate) fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for char in text.chars() {
        let escape: &[u8] = match char {
            '"' => b"\\\"",
            '\\' => b"\\\\",
            '\n' => b"\\n",
            '\r' => b"\\r",
            '\t' => b"\\t",
            '\u{8}' => b"\\b",
            '\u{C}' => b"\\f",
            '<' => b"\\u003c",
            '>' => b"\\u003e",
            '&' => b"\\u0026",
            '\u{2028}' => b"\\u2028",
            '\u{2029}' => b"\\u2029",
            '\0'..' ' => {
                // Writing to a vector does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(char));
                continue;
            }
            _ => {
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
        };
        out.extend_from_slice(escape);
    }
    out.push(b'"');
}
